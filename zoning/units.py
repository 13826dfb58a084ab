"""Units that several parts of the program divide by."""

from __future__ import annotations

SECOND_MS = 1000.0
MINUTE_S = 60.0
KILOMETRE_M = 1000.0
