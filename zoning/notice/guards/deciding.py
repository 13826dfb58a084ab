"""Guards of the decision and of the version in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zoning.notice.clock import DAY, day_begins, local_day
from zoning.notice.content import is_digest
from zoning.notice.guards.answering import answer_refusals
from zoning.notice.guards.drafting import risk_refusals
from zoning.notice.refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zoning.notice import acts
    from zoning.notice.refusal import Moment, Refusal


def report_shown(moment: Moment[acts.ProposeDecision]) -> Iterator[Refusal]:
    """Look whether the consultation report is there."""
    if not is_digest(moment.act.report.digest):
        yield refuse("notice.NO_REPORT")


def two_people(moment: Moment[acts.ApproveDecision]) -> Iterator[Refusal]:
    """Look whether there is a proposal, and somebody else than its drafters approves."""
    case = moment.case
    if not case.concluded.proposed_by:
        yield refuse("notice.NO_PROPOSAL")
    if moment.actor.account in case.drafters:
        yield refuse("notice.SAME_PERSON", account=moment.actor.account)
    if not is_digest(moment.act.minutes.digest):
        yield refuse("notice.NO_MINUTES")


def filing_whole(moment: Moment[acts.FileUpward]) -> Iterator[Refusal]:
    """Look whether the filing has its number and a day between decision and today."""
    filing, decided = moment.act.filing, moment.case.concluded.decided_at
    if not filing.number.strip():
        yield refuse("notice.NO_FILING_NUMBER")
    if day_begins(filing.day, moment.rules) > moment.now:
        yield refuse("notice.DAY_AHEAD", day=filing.day)
    if decided is not None and filing.day < local_day(decided, moment.rules):
        yield refuse("notice.FILED_BEFORE_DECISION", day=local_day(decided, moment.rules))


def as_on_notice(moment: Moment[acts.ScheduleVersion]) -> Iterator[Refusal]:
    """Look whether the version is what was on notice."""
    notice, version = moment.case.on_notice, moment.act.version
    if not version.version_id.strip():
        yield refuse("notice.NO_TITLE")
    if notice is None:
        yield refuse("notice.NO_PERIOD")
        return
    shown = notice.version
    told = (shown.plan_id, shown.substance, shown.terms)
    if told != (version.plan_id, version.substance, version.transition):
        yield refuse("notice.NOT_AS_ON_NOTICE")


def effective_in_time(moment: Moment[acts.ScheduleVersion]) -> Iterator[Refusal]:
    """Look whether the version holds after the notice, after the decision, and not backwards."""
    case, day = moment.case, moment.act.version.effective
    if case.period is not None and day <= case.period.last_day:
        yield refuse("notice.EFFECTIVE_TOO_EARLY", first=case.period.last_day + DAY)
    decided = case.concluded.decided_at
    if decided is not None and day < local_day(decided, moment.rules):
        yield refuse("notice.EFFECTIVE_BEFORE_DECISION", day=local_day(decided, moment.rules))
    if day < local_day(moment.now, moment.rules):
        yield refuse("notice.EFFECTIVE_PAST", day=local_day(moment.now, moment.rules))


def day_has_come(moment: Moment[acts.BringIntoForce]) -> Iterator[Refusal]:
    """Look whether the version's day has come."""
    version = moment.case.concluded.scheduled
    if version is None:
        yield refuse("notice.NOT_SCHEDULED")
    elif moment.now < day_begins(version.effective, moment.rules):
        yield refuse("notice.NOT_YET_EFFECTIVE", day=version.effective)


def whole_road(moment: Moment[Any]) -> Iterator[Refusal]:
    """Look once more at all that a version in force rests on, whatever led here."""
    case = moment.case
    done, period = case.concluded, case.period
    if period is None or done.closed_at is None or done.closed_at < period.ends_at:
        yield refuse("notice.NO_PERIOD")
    if case.prepared.risk is None:
        yield refuse("notice.RISK_NOT_ASSESSED")
    else:
        yield from risk_refusals(case, case.prepared.risk)
    yield from answer_refusals(case)
    if not done.approved_by or done.approved_by in case.drafters:
        yield refuse("notice.NOT_TWO_PEOPLE")
    if done.filing is None:
        yield refuse("notice.NOT_FILED")


def named(moment: Moment[acts.Supersede]) -> Iterator[Refusal]:
    """Look whether the later version is named."""
    if not moment.act.by_version.strip():
        yield refuse("notice.NO_TITLE")
