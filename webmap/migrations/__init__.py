"""Changes of the database's tables, one after the other; `webmap.database` runs them."""

# the revision of the last of them: a server compares it with that of the database, and loads what
# changes tables only where they differ
NEWEST = "0004"
