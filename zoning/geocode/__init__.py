"""From the text of an address to its parts, and from its parts to a place."""
