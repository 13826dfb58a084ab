"""School zoning: from a bureau's files to a drawn, measured and explained zone plan."""
