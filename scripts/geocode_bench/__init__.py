"""Judging of the geocoder: nothing here is used by the product."""
