"""Marks in a page for what differs from one reader to the next: they are put in at the end."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# no text of a reader has it, and a page that has it elsewhere is not kept
_EDGE = "\x02"
_MARKED = re.compile(f"{_EDGE}([A-Z]){_EDGE}")


class Mark(StrEnum):
    """What is put in: token of the forms, text, address that was chosen, nonce, main part."""

    TOKEN = f"{_EDGE}T{_EDGE}"
    TEXT = f"{_EDGE}A{_EDGE}"
    CHOICE = f"{_EDGE}C{_EDGE}"
    NONCE = f"{_EDGE}N{_EDGE}"
    MAIN = f"{_EDGE}M{_EDGE}"


def pieces(page: bytes) -> list[bytes]:
    """Return a clean page, in UTF-8, cut at its marks: text, name of a mark, text and so on."""
    return page.split(_EDGE.encode())


def put_in(parts: list[bytes], values: Mapping[bytes, bytes]) -> bytes:
    """Return a page with values in place of its marks.

    Parameters
    ----------
    parts
        As `pieces` returns them.
    values
        What stands for each mark, by `name_of`; as HTML.
    """
    whole = parts.copy()
    whole[1::2] = [values[name] for name in parts[1::2]]
    return b"".join(whole)


def name_of(mark: Mark) -> bytes:
    """Return the name of a mark within `pieces`."""
    return mark.value[1].encode()


def is_clean(page: str) -> bool:
    """Tell whether all that looks like a mark is one."""
    return page.count(_EDGE) == 2 * len(_MARKED.findall(page))
