"""The only place of the web side that reads a study."""
