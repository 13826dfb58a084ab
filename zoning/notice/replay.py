"""Whether a log tells of a lawful case: every event is judged again by the same table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.notice import acts
from zoning.notice.case import NO_CASE, Actor, Case
from zoning.notice.decide import decide
from zoning.notice.fold import apply

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zoning.notice.case import Event
    from zoning.notice.refusal import Refusal
    from zoning.rules import NoticeRules


@dataclass(frozen=True)
class Replay:
    """What became of a case when all of it was judged again.

    Parameters
    ----------
    case
        The case up to the first event that is not lawful, or to the end.
    unlawful
        Number of that event; None if all are lawful.
    refusals
        Why it is not; empty where it is allowed but had other consequences than it says.
    """

    case: Case
    unlawful: int | None = None
    refusals: tuple[Refusal, ...] = ()


def replay(events: Iterable[Event], *, rules: NoticeRules, judged_from: int = 1) -> Replay:
    """Judge every event of a case again.

    Parameters
    ----------
    events
        Events of one case, from its first on.
    rules
        Rules that the case is under.
    judged_from
        Number of the first event that is judged; see `under_present_rules`.
    """
    case = NO_CASE
    for number, event in enumerate(events, start=1):
        if number < judged_from:
            case = apply(case, event)
            continue
        actor = Actor(event.actor, frozenset({event.role}))
        decision = decide(case, event.act, now=event.at, actor=actor, rules=rules)
        if decision.events != (event,):
            return Replay(case, number, decision.refusals)
        case = apply(case, event)
    return Replay(case)


def under_present_rules(events: Sequence[Event]) -> int:
    """Return the number of the first event under the rules that a case is under now.

    Rules change in a draft only, and the whole procedure comes after it: what was done under
    earlier rules is nothing that a version rests on.
    """
    changes = (
        number
        for number, event in enumerate(events, start=1)
        if isinstance(event.act, acts.ChangeRules)
    )
    return max(changes, default=1)
