"""Lists of door numbers as notices write them: read, asked, and written again."""

from __future__ import annotations

from zoning.geocode.ranges.model import Answer, DoorText, End, Fault, Segment, same_road
from zoning.geocode.ranges.reader import read_ranges
from zoning.geocode.ranges.writer import write_range

__all__ = [
    "Answer",
    "DoorText",
    "End",
    "Fault",
    "Segment",
    "read_ranges",
    "same_road",
    "write_range",
]
