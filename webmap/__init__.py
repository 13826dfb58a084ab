"""Shows what zoning decides: one map page, as a single file or from a server."""
