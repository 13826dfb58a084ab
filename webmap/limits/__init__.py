"""How much one may ask of the server, and what is said to whoever asks for more."""
