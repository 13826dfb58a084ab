"""Which numbers an exception is taken from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from zoning.geocode.ranges.model import Answer, same_road

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zoning.geocode.ranges.draft import Draft


_SHORTEST = 3
_MOST_WIDE = 50
_LATELY = 300


def attach(exception: Draft, targets: Sequence[Draft]) -> bool:
    """Take an exception from every target that holds it; tell whether any does.

    Parameters
    ----------
    exception
        What is left out.
    targets
        Segments of the road at hand. An exception of another road, as in 某社区（某路除外）, goes
        to the last of them if that is a whole area.
    """
    named = [target.road for target in targets if _is_short_for(exception.road, target.road)]
    if named:
        exception = replace(exception, road=named[-1])
    held = [target for target in targets if holds(target, exception)]
    elsewhere = not any(same_road(target.road, exception.road) for target in targets)
    if not held and elsewhere and targets and targets[-1].segment().is_whole:
        held = [targets[-1]]
    for target in held:
        target.exceptions.append(exception.segment())
    return bool(held)


def _is_short_for(short: str, road: str) -> bool:
    """Tell whether 后街一巷 says 广雅后街一巷 again."""
    return len(short) >= _SHORTEST and road != short and road.endswith(short)


def holds(target: Draft, exception: Draft) -> bool:
    """Tell whether a segment has numbers of an exception in it."""
    if not same_road(target.road, exception.road):
        return False
    ends = [end.number for end in (exception.first, exception.last) if end is not None]
    if not ends:
        return target.first is None and target.last is None
    segment = target.segment()
    return any(segment.covers(number) is not Answer.NO for number in ends)


def covered_tail(drafts: Sequence[Draft], road_at: int, comma_at: int) -> int:
    """Count the last segments that 除外 behind them takes back.

    Those since the last comma, where the road has others before it; else as many of the last
    ones as lie within a wider one before them: 2-30号、14号、16号除外.

    Parameters
    ----------
    drafts
        All segments so far.
    road_at
        Where those of the road at hand begin.
    comma_at
        Where those since the last comma begin.
    """
    if road_at < comma_at < len(drafts):
        return len(drafts) - comma_at
    count = 0
    lately = max(road_at, len(drafts) - _LATELY)
    wide = [at for at in range(lately, len(drafts)) if drafts[at].is_wide()][-_MOST_WIDE:]
    for at in range(len(drafts) - 1, road_at, -1):
        if not any(holds(drafts[before], drafts[at]) for before in wide if before < at):
            break
        count += 1
    return count
