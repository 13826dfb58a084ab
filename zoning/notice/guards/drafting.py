"""Guards of what is done before a notice."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from zoning.messages import Phrase
from zoning.notice.clock import local_day
from zoning.notice.content import is_digest
from zoning.notice.digests import rules_digest
from zoning.notice.model import RiskKind
from zoning.notice.refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zoning.notice import acts
    from zoning.notice.case import Case
    from zoning.notice.model import RiskAssessment
    from zoning.notice.refusal import Moment, Refusal


def rules_named(moment: Moment[acts.OpenCase | acts.ChangeRules]) -> Iterator[Refusal]:
    """Look whether the rules that are named are those that hold."""
    act, rules = moment.act, moment.rules
    if act.rule_set != rules.name or act.rules_digest != rules_digest(rules):
        yield refuse("notice.OTHER_RULES", rule_set=act.rule_set or "–")


def rules_unchanged(moment: Moment[Any]) -> Iterator[Refusal]:
    """Look whether the rules that hold are those of the case: else it starts again."""
    if moment.case.rules_digest != rules_digest(moment.rules):
        yield refuse("notice.OTHER_RULES", rule_set=moment.case.rule_set or "–")


def has_reason(moment: Moment[Any]) -> Iterator[Refusal]:
    """Look whether a reason is given."""
    if not moment.act.reason.strip():
        yield refuse("notice.NO_REASON")


def trigger_shown(moment: Moment[acts.OpenCase]) -> Iterator[Refusal]:
    """Look whether the case has a name, a reason and something that shows it."""
    act = moment.act
    if not (act.case_id.strip() and act.title.strip()):
        yield refuse("notice.NO_TITLE")
    if not act.trigger.text.strip():
        yield refuse("notice.NO_REASON")
    if not act.trigger.evidence or not all(is_digest(item.digest) for item in act.trigger.evidence):
        yield refuse("notice.NO_EVIDENCE")


def plan_new(moment: Moment[acts.AddPlan]) -> Iterator[Refusal]:
    """Look whether a plan is named, whole and not there yet."""
    plan = moment.act.plan
    if moment.case.plan(plan.plan_id) is not None:
        yield refuse("notice.PLAN_TWICE", plan=plan.plan_id)
    digests = (plan.file_digest, plan.answers, plan.seats)
    if not plan.plan_id.strip() or not all(map(is_digest, digests)):
        yield refuse("notice.PLAN_NOT_WHOLE", plan=plan.plan_id or "–")


def risk_complete(moment: Moment[acts.AssessRisk]) -> Iterator[Refusal]:
    """Look whether the three parts are there, and a reason for what needs one."""
    yield from risk_refusals(moment.case, moment.act.assessment)


def risk_refusals(case: Case, risk: RiskAssessment) -> Iterator[Refusal]:
    """Say what a risk assessment lacks."""
    plan = case.plan(risk.plan_id)
    if plan is None:
        yield refuse("notice.NO_PLAN", plan=risk.plan_id or "–")
    else:
        given = {fact.name for fact in risk.justified if fact.value.strip()}
        open_names = tuple(name for name in plan.to_justify if name not in given)
        if open_names:
            yield refuse("notice.NOT_JUSTIFIED", names=open_names)
    for kind in RiskKind:
        parts = [part for part in risk.parts if part.kind == kind]
        word = Phrase(f"notice.RISK_{kind}")
        if len(parts) != 1:
            yield refuse("notice.RISK_MISSING", part=word)
            continue
        said = (parts[0].findings, parts[0].measures, parts[0].owner)
        if not all(field.strip() for field in said):
            yield refuse("notice.RISK_INCOMPLETE", part=word)


def departments_answered(moment: Moment[acts.HearDepartments]) -> Iterator[Refusal]:
    """Look whether departments were heard, and those answered that object."""
    heard = moment.act.heard
    if not heard or not all(item.department.strip() and item.text.strip() for item in heard):
        yield refuse("notice.NO_DEPARTMENTS")
    silent = tuple(item.department for item in heard if not item.agrees and not item.answer.strip())
    if silent:
        yield refuse("notice.OBJECTION_UNANSWERED", names=silent)


def experts_named(moment: Moment[acts.HearExperts]) -> Iterator[Refusal]:
    """Look whether experts are named, with what they said and the answer."""
    act = moment.act
    if not act.experts or not all(name.strip() for name in (*act.experts, act.text, act.answer)):
        yield refuse("notice.NO_EXPERTS")


def announced_ahead(moment: Moment[acts.AnnounceHearing]) -> Iterator[Refusal]:
    """Look whether a hearing is announced early enough."""
    ahead = moment.rules.hearing_ahead.value
    first = local_day(moment.now, moment.rules) + timedelta(days=ahead)
    if moment.act.day < first:
        yield refuse("notice.HEARING_TOO_SOON", days=ahead, day=first)
    if not moment.act.place.strip():
        yield refuse("notice.HEARING_NO_PLACE")


def hearing_was_due(moment: Moment[acts.HoldHearing]) -> Iterator[Refusal]:
    """Look whether the hearing was announced and its day has come."""
    day = moment.case.prepared.hearing_day
    if day is None:
        yield refuse("notice.HEARING_NOT_ANNOUNCED")
    elif local_day(moment.now, moment.rules) < day:
        yield refuse("notice.HEARING_NOT_YET", day=day)
    act = moment.act
    if act.attended < 1 or act.observers < 0 or not is_digest(act.minutes.digest):
        yield refuse("notice.HEARING_NO_MINUTES")


def drift_named(moment: Moment[acts.AcknowledgeDrift]) -> Iterator[Refusal]:
    """Look whether it is said which geocoder replaced which."""
    act = moment.act
    if not act.before.strip() or not act.after.strip() or act.before == act.after:
        yield refuse("notice.DRIFT_UNNAMED")
