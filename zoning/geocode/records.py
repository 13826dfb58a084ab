"""Parsed addresses as plain values, one JSON document a line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from zoning.geocode.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zoning.geocode.model import Address

# characters that some readers take for the end of a line, though JSON does not
_LINE_ENDS = {code: f"\\u{code:04x}" for code in (0x85, 0x2028, 0x2029)}


def address_record(address: Address) -> dict[str, Any]:
    """Return an address as plain values; `start` and `end` count characters of the raw text."""
    return {
        "raw": address.raw,
        "text": address.text,
        "components": [item._asdict() for item in address.components],
    }


def parsed_lines(text: str) -> Iterator[str]:
    """Return a JSON line for each line of a text, empty ones included: line n answers line n.

    Parameters
    ----------
    text
        One address a line.
    """
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()  # the end of the last line begins no other
    for line in lines:
        record = address_record(parse(line.rstrip("\r")))
        yield json.dumps(record, ensure_ascii=False).translate(_LINE_ENDS)
