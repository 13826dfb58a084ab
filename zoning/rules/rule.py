"""One number of a rule set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """One number and the place where it is written."""

    value: int
    unit: str
    source: str
