"""The public part as files for any web server: maps, lists, data, a look-up on the device."""
