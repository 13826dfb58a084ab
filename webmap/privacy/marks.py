"""Marked addresses: words that stand nowhere else, and the forms in which they could be kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

_LETTERS = "bcdfghjkmnpqrstvwxz23456789"
_LENGTH = 14


@dataclass(frozen=True)
class Mark:
    """A mark that is sent in one way only, so that what is found tells how it came there.

    Parameters
    ----------
    sent_by
        Which way: `lookup.SENT_<sent_by>`.
    core
        Letters and figures that no other text has.
    """

    sent_by: str
    core: str

    def address(self, known: str = "") -> str:
        """Return an address that carries the mark.

        Parameters
        ----------
        known
            An address that is known there, for an answer with a school; the mark stands behind it.
        """
        return f"{known}（{self.core}）" if known else f"查验{self.core}路12号"


def new_mark(sent_by: str) -> Mark:
    """Make a mark; no two are alike."""
    return Mark(sent_by, "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)))


def traces(mark: Mark) -> tuple[bytes, ...]:
    """Return the bytes, in small letters, that a mark leaves in a file whatever its encoding.

    Its letters are ASCII, and so are the same in UTF-8, GB 18030, JSON, HTML and links.
    """
    wide = [mark.core.encode(encoding) for encoding in ("utf-16-le", "utf-16-be")]
    return (mark.core.encode("ascii"), *wide)
