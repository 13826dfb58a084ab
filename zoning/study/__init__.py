"""A study: its folder, and the steps that turn its inputs into plans."""
