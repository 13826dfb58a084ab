"""Which addresses get another answer, and whether the plan is the reason or the data are.

answers when the old version was published ──► the old plan, today's addresses and geocoder
                                          data                │ plan
                                                              ▼
                                      the new plan, today's addresses and geocoder
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.notice.canonical import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zoning.publish.answers import Answer, Answers


@dataclass(frozen=True)
class Change:
    """One address that gets another answer.

    Parameters
    ----------
    address_id, text
        Which, and its words for a reader.
    before, after
        The answers; None where the address is not in the table.
    """

    address_id: str
    text: str
    before: Answer | None
    after: Answer | None


def changes(before: Answers, after: Answers) -> tuple[Change, ...]:
    """Return every address whose answer differs, those that come or go too, sorted by id.

    Parameters
    ----------
    before, after
        The answers of two states.
    """
    names = sorted(before.of.keys() | after.of.keys())
    texts = {**before.texts, **after.texts}
    return tuple(
        Change(name, texts[name], before.of.get(name), after.of.get(name))
        for name in names
        if before.of.get(name) != after.of.get(name)
    )


def pairs(found: Iterable[Change]) -> list[tuple[Answer | None, Answer | None, int]]:
    """Count the changes by what was answered before and after, most addresses first."""
    counts = Counter((change.before, change.after) for change in found)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], repr(item[0])))
    return [(before, after, count) for (before, after), count in ranked]


def digest_of_changes(found: Iterable[Change], *, base: str) -> str:
    """Return the digest by which somebody says yes to just these changes, and to no others.

    Parameters
    ----------
    found
        The changes.
    base
        What they were found against: the id of the version before.
    """
    return digest_of(
        [base, *([item.address_id, _plain(item.before), _plain(item.after)] for item in found)]
    )


def _plain(answer: Answer | None) -> list[object] | None:
    return None if answer is None else [answer.outcome, list(answer.schools)]
