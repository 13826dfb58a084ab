"""Pages for everyone: thin views."""
