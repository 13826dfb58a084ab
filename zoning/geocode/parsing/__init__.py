"""Cut the text of an address into components: marks with numbers first, then the names between."""
