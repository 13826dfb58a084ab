"""Whole numbers in addresses and forms: anybody may send anything there."""

from __future__ import annotations

# Python reads no number of thousands of figures, and no page needs one
LONGEST = 9


def whole_number(said: str) -> int | None:
    """Return a whole number, not below zero; None where a text is none, or is too long."""
    return int(said) if said.isdecimal() and len(said) <= LONGEST else None
