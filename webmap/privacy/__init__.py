"""The check that a look-up keeps nothing: marked addresses are sent, then searched for."""
