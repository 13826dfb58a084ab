"""Chinese addresses to points, off-line and honest about doubt."""
