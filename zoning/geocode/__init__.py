"""From the text of an address to a place: door numbers, what notices say of them, their points."""
