"""Changes of the database's tables, one after the other; `webmap.database` runs them."""
