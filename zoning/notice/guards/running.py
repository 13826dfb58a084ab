"""Guards of the notice itself: complete, up to date, and for its whole period."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from zoning.messages import Phrase
from zoning.notice.clock import day_begins
from zoning.notice.content import is_digest, missing
from zoning.notice.guards.drafting import risk_refusals
from zoning.notice.refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zoning.notice import acts
    from zoning.notice.content import NoticeVersion
    from zoning.notice.refusal import Moment, Refusal
    from zoning.rules import NoticeRules


def asked_days(version: NoticeVersion, rules: NoticeRules) -> int:
    """Return the days that a version asks for; those of the rules where it names none."""
    return rules.days.value if version.days is None else version.days


def complete(
    moment: Moment[acts.PublishNotice | acts.RestartNotice | acts.PublishErratum],
) -> Iterator[Refusal]:
    """Look whether the notice says all that it has to say."""
    for key in missing(moment.act.version):
        yield refuse("notice.INCOMPLETE", part=Phrase(key))


def long_enough(moment: Moment[acts.PublishNotice | acts.RestartNotice]) -> Iterator[Refusal]:
    """Look whether the notice is to run for as many days as the rules say."""
    rules, version = moment.rules, moment.act.version
    days, least = asked_days(version, rules), rules.least_days.value
    if days < least:
        source = rules.least_days.source
        yield refuse("notice.TOO_SHORT", days=days, least=least, source=source)
    elif days < rules.days.value and not version.content.short_reason.strip():
        usual = rules.days.value
        yield refuse("notice.SHORT_WITHOUT_REASON", days=days, usual=usual)


def of_assessed_plan(moment: Moment[acts.PublishNotice | acts.RestartNotice]) -> Iterator[Refusal]:
    """Look whether the plan on notice is the one that was assessed, with its three parts."""
    case, version = moment.case, moment.act.version
    risk = case.prepared.risk
    if risk is None:
        yield refuse("notice.RISK_NOT_ASSESSED")
    else:
        yield from risk_refusals(case, risk)
        if risk.plan_id != version.plan_id:
            yield refuse("notice.OTHER_PLAN", plan=version.plan_id or "–", assessed=risk.plan_id)
    plan = case.plan(version.plan_id)
    if plan is not None and (plan.answers, plan.seats) != (
        version.substance.answers,
        version.substance.seats,
    ):
        yield refuse("notice.NOT_THE_PLANS_ANSWERS", plan=plan.plan_id)
    if not is_digest(version.substance.rules):
        yield refuse("notice.NO_RULES_DIGEST")


def up_to_date(moment: Moment[acts.PublishNotice | acts.RestartNotice]) -> Iterator[Refusal]:
    """Look whether the plan was drawn from the data of now, and known by the geocoder of now."""
    case, data = moment.case, moment.act.data
    plan = case.plan(moment.act.version.plan_id)
    if plan is None:
        return
    if plan.data.inputs != data.inputs:
        yield refuse("notice.STALE", plan=plan.plan_id)
    drift = (plan.data.geocoder, data.geocoder)
    if plan.data.geocoder != data.geocoder and drift not in case.acknowledged:
        yield refuse("notice.DRIFT", before=drift[0], after=drift[1])


def departments_heard(moment: Moment[Any]) -> Iterator[Refusal]:
    """Look whether departments were heard."""
    if not moment.case.prepared.departments:
        yield refuse("notice.NO_DEPARTMENTS")


def hearing_done(moment: Moment[acts.PublishNotice]) -> Iterator[Refusal]:
    """Look whether a hearing that was announced was held."""
    prepared = moment.case.prepared
    if prepared.hearing_day is not None and prepared.hearing_minutes is None:
        yield refuse("notice.HEARING_OPEN", day=prepared.hearing_day)


def errors_named(moment: Moment[acts.RestartNotice]) -> Iterator[Refusal]:
    """Look whether the errors that a restart corrects are open."""
    unknown = tuple(n for n in moment.act.errors if n not in moment.case.open_errors)
    if unknown:
        yield refuse("notice.ERROR_NOT_OPEN", errors=unknown)


def error_open(moment: Moment[acts.PublishErratum | acts.DismissError]) -> Iterator[Refusal]:
    """Look whether the error is open."""
    if moment.act.error not in moment.case.open_errors:
        yield refuse("notice.ERROR_NOT_OPEN", errors=(moment.act.error,))


def error_said(moment: Moment[acts.ReportError | acts.PublishErratum]) -> Iterator[Refusal]:
    """Look whether it is said what the error is."""
    if not moment.act.text.strip():
        yield refuse("notice.NO_REASON")


def nothing_of_substance(moment: Moment[acts.PublishErratum]) -> Iterator[Refusal]:
    """Look whether an erratum leaves answers, seats, rules and days as they were."""
    notice, act = moment.case.on_notice, moment.act
    if notice is None:
        return
    before, after = notice.version, act.version
    if _what_it_changes(before) != _what_it_changes(after):
        yield refuse("notice.SUBSTANTIAL")
    reasons = before.content.short_reason, after.content.short_reason
    if before.days != after.days or reasons[0] != reasons[1] or act.more_days < 0:
        yield refuse("notice.SHORTENED")
    if before.digest == after.digest:
        yield refuse("notice.NOTHING_CORRECTED")


def beats_new(moment: Moment[acts.RecordReach]) -> Iterator[Refusal]:
    """Look whether heartbeats are in order, later than the last one, and not of the future."""
    beats, since = moment.act.beats, moment.case.reach_until
    ordered = all(one < next_ for one, next_ in itertools.pairwise(beats))
    if not beats or since is None or not ordered or beats[0] <= since or beats[-1] > moment.now:
        yield refuse("notice.BEATS_NOT_NEW")


def whole_period(moment: Moment[acts.CloseNotice]) -> Iterator[Refusal]:
    """Look whether the whole period has passed, and the page was watched to its end."""
    case = moment.case
    if case.period is None or case.reach_until is None:
        yield refuse("notice.NO_PERIOD")
        return
    last = case.period.last_day
    if moment.now < case.period.ends_at:
        yield refuse("notice.NOT_OVER", last=last)
    if case.reach_until < case.period.ends_at:
        yield refuse("notice.NOT_WATCHED", last=last)


def errors_ended(moment: Moment[Any]) -> Iterator[Refusal]:
    """Look whether every error that was found was dealt with."""
    if moment.case.open_errors:
        yield refuse("notice.ERRORS_OPEN", errors=moment.case.open_errors)


def proof_shown(moment: Moment[acts.RecordProof]) -> Iterator[Refusal]:
    """Look whether a proof says what it proves, of a day that has come."""
    act = moment.act
    told = act.channel.strip() and act.what.strip() and is_digest(act.proof.digest)
    if not told or (act.attended is not None and act.attended < 0):
        yield refuse("notice.NO_PROOF")
    if day_begins(act.day, moment.rules) > moment.now:
        yield refuse("notice.DAY_AHEAD", day=act.day)


def _what_it_changes(version: NoticeVersion) -> tuple[object, ...]:
    """Return what must not differ: the digests, and what the notice itself tells of seats, rules.

    A notice that tells other seats than before tells other substance, whatever its plan has.
    """
    content = version.content
    seats = sorted((item.school, item.year, item.seats) for item in content.seats)
    rules = content.transition.strip(), content.siblings.strip()
    return version.substance, version.plan_id, version.terms, seats, rules
