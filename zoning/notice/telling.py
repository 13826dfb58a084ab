"""Whether a notice tells what its plan brings about: each place that changes, and the seats.

What a notice says can be edited by hand before it is published. More may be said than was
computed; a place that changes and is left out, or another number of seats, is refused: those whom
a change concerns most must not be the ones who are not told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.notice.refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zoning.notice.content import Moved, NoticeContent
    from zoning.notice.refusal import Refusal

# so many places are named in a refusal; the rest are counted
NAMED = 10


def untold(content: NoticeContent, computed: Iterable[NoticeContent]) -> tuple[Refusal, ...]:
    """Say what a notice leaves out, or tells otherwise than its plan.

    Parameters
    ----------
    content
        What the notice says.
    computed
        What follows from its plan, once in each language: places are named in one of them.
    """
    said, seats = set(content.moved), {(s.school, s.year, s.seats) for s in content.seats}
    least: list[Moved] | None = None
    other: tuple[str, ...] = ()
    for told in computed:
        of_plan = {(s.school, s.year, s.seats) for s in told.seats}
        other = tuple(sorted({f"{school} {year}" for school, year, _ in seats ^ of_plan}))
        left = [row for row in told.moved if row not in said]
        least = left if least is None or len(left) < len(least) else least
        if not least:
            break
    found = []
    if least:
        names = tuple(row.place for row in least[:NAMED])
        found.append(refuse("notice.PLACES_UNTOLD", count=len(least), names=names))
    if other:
        found.append(refuse("notice.OTHER_SEATS", names=other))
    return tuple(found)
