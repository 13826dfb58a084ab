"""Guards: each looks at one thing and gives all reasons that speak against an act."""
