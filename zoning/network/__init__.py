"""The travel network: how children get to school, how long it takes, what they cannot cross."""
