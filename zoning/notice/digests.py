"""The digest of the rules that a case is under."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.notice.canonical import digest_of
from zoning.notice.record import record_of

if TYPE_CHECKING:
    from zoning.rules import NoticeRules


def rules_digest(rules: NoticeRules) -> str:
    """Return the digest of all that the rules say about a notice, sources included."""
    return digest_of(record_of(rules))
