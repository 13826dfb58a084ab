"""What is lawful: an act becomes events, or it is refused with all reasons at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from zoning.notice import acts
from zoning.notice.case import Actor, Case, Event, Facts
from zoning.notice.clock import outages_of, period_of
from zoning.notice.guards.running import asked_days
from zoning.notice.refusal import Moment, Refusal, refuse, role_word, state_word
from zoning.notice.table import STEPS, TABLE, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zoning.notice.content import NoticeVersion
    from zoning.rules import NoticeRules


@dataclass(frozen=True)
class Decision:
    """What became of an act: events if it is lawful, otherwise all reasons against it."""

    events: tuple[Event, ...] = ()
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Possible:
    """A step that the state allows, and who may do it; its guards look at what is asked then."""

    act: str
    roles: tuple[str, ...]


def decide(
    case: Case, act: acts.Act, *, now: datetime, actor: Actor, rules: NoticeRules
) -> Decision:
    """Decide whether an act is lawful.

    Parameters
    ----------
    case
        The case before it.
    act
        What is asked for.
    now
        The clock, with a time zone.
    actor
        Who asks.
    rules
        Rules of the jurisdiction.

    Returns
    -------
    Decision
        Either events for `apply`, or refusals; never both, never neither.
    """
    if now.tzinfo is None:
        msg = "the clock needs a time zone"
        raise ValueError(msg)
    step, clock = STEPS[type(act)], now.astimezone(UTC)
    at = clock if case.last_at is None else max(clock, case.last_at)
    # what is taken at any clock counts as of the last event: its guards look at that moment, too,
    # or a form would be taken in after its last day while the clock stands before it
    seen_at = at if step.any_clock else clock
    moment = Moment(case=case, act=act, now=seen_at, actor=actor, rules=rules)
    refusals = _each_once(_refusals(step, moment))
    if refusals:
        return Decision(refusals=refusals)
    role = next(role for role in step.roles if role in actor.roles)
    event = Event(act=act, at=at, actor=actor.account, role=role, facts=_facts(moment, at))
    return Decision(events=(event,))


def possible_steps(case: Case) -> tuple[Possible, ...]:
    """Return the steps that the state of a case allows, and who may do them."""
    return tuple(
        Possible(step.act.__name__, tuple(map(str, step.roles)))
        for step in TABLE
        if case.state in step.states
    )


def _refusals(step: Step, moment: Moment[Any]) -> Iterator[Refusal]:
    case = moment.case
    if case.state not in step.states:
        allowed = tuple(state_word(state) for state in step.states)
        yield refuse("notice.WRONG_STATE", state=state_word(case.state), allowed=allowed)
    if not moment.actor.roles & set(step.roles):
        yield refuse("notice.WRONG_ROLE", roles=tuple(role_word(role) for role in step.roles))
    if case.last_at is not None and moment.now < case.last_at and not step.any_clock:
        yield refuse("notice.CLOCK_BACK", last=case.last_at.isoformat(timespec="seconds"))
    for guard in step.guards:
        yield from guard(moment)


def _each_once(refusals: Iterator[Refusal]) -> tuple[Refusal, ...]:
    found: list[Refusal] = []
    for refusal in refusals:
        if refusal not in found:
            found.append(refusal)
    return tuple(found)


def _facts(moment: Moment[Any], at: datetime) -> Facts:
    """Compute what an act brings about besides itself."""
    compute = _COMPUTED.get(type(moment.act))
    return Facts() if compute is None else compute(moment, at)


def _started(moment: Moment[Any], at: datetime) -> Facts:
    version: NoticeVersion = moment.act.version
    period = period_of(at, days=asked_days(version, moment.rules), rules=moment.rules)
    return Facts(number=len(moment.case.notices) + 1, period=period)


def _extended(moment: Moment[acts.PublishErratum], at: datetime) -> Facts:
    del at
    case, running = moment.case, moment.case.period
    assert running is not None, "a notice that runs has a period"
    days = running.days + moment.act.more_days
    start = running.published_at
    period = period_of(start, days=days, rules=moment.rules, outages=case.outages)
    return Facts(number=len(case.notices) + 1, period=period)


def _watched(moment: Moment[acts.RecordReach], at: datetime) -> Facts:
    del at
    case, running = moment.case, moment.case.period
    assert running is not None, "a notice that runs has a period"
    assert case.reach_until is not None, "a notice that runs is watched"
    found = outages_of(moment.act.beats, since=case.reach_until, rules=moment.rules)
    period = period_of(
        running.published_at,
        days=running.days,
        rules=moment.rules,
        outages=(*case.outages, *found),
    )
    return Facts(period=period, outages=found)


_COMPUTED: dict[type[Any], Callable[[Moment[Any], datetime], Facts]] = {
    acts.PublishNotice: _started,
    acts.RestartNotice: _started,
    acts.PublishErratum: _extended,
    acts.RecordReach: _watched,
    acts.ReceiveOpinion: lambda moment, _: Facts(number=len(moment.case.opinions) + 1),
    acts.ReportError: lambda moment, _: Facts(number=len(moment.case.errors) + 1),
}
