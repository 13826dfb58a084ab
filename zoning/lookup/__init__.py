"""Which school serves an address: a closed set of answers with all that a parent needs to know."""
