"""What a publication would change, and which version is in force: pure functions, no database."""
