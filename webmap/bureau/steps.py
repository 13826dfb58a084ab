"""What each step of a case needs besides its form: what is computed, and how it is done."""

from __future__ import annotations

import datetime
import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from webmap.bureau.gatherings import (
    FORMS,
    EraseForm,
    PaperSignUp,
    erase_entry,
    gathering_act,
    gathering_form,
    needs,
    sign_up_by_staff,
)
from webmap.errors import StepRefusedError
from webmap.public.question import service
from webmap.services.adoption import adopt, order_of
from webmap.services.candidates import (
    Terms,
    candidate_plan,
    data_version,
    drafted_notice,
    substance,
)
from webmap.services.office import consultation_report, replies_table
from webmap.services.opinions import written
from webmap.services.watch import Watch
from zoning.messages import DEFAULT_LANGUAGE, languages
from zoning.notice import Actor, acts, decide, model
from zoning.notice.canonical import DIGEST_SIGNS
from zoning.notice.content import NoticeVersion, content_digest, with_digest
from zoning.notice.decide import possible_steps
from zoning.notice.digests import rules_digest
from zoning.notice.guards.answering import LONGEST_PLACE
from zoning.notice.model import Evidence, Fact, RiskAssessment, Role, Substance
from zoning.notice.opinions import Draft
from zoning.notice.refusal import refuse
from zoning.notice.table import STEPS
from zoning.notice.telling import untold
from zoning.plan.store import SUFFIX
from zoning.study.risk_text import case_facts
from zoning.study.to_justify import justified

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from webmap.bureau.forms import Read
    from webmap.services.accounts import Account
    from webmap.services.attachments import Attachment
    from webmap.services.cases import Done
    from webmap.services.office import Office
    from webmap.services.publishing import Draft as PlanDraft
    from zoning.notice import Case
    from zoning.notice.content import NoticeContent
    from zoning.notice.refusal import Refusal

NOTICE_ACTS = (acts.PublishNotice, acts.RestartNotice, acts.PublishErratum)
# the system records these, or they have pages of their own
NO_FORM = (acts.RecordReach, acts.ShowOpinion, acts.AskQuestions, acts.FillIn)
ACTS: dict[str, type[Any]] = {step.__name__: step for step in STEPS if step not in NO_FORM}
NOTHING = Substance("", "", "")
NO_DIGEST = "0" * DIGEST_SIGNS
NO_VERSION = "–"


@dataclass(frozen=True)
class PlanChoice:
    """Which plan enters a case: its digests are computed."""

    plan_id: str
    school_year: int


@dataclass(frozen=True)
class FirstDay:
    """From when the version on notice is to hold: all else is what was on notice."""

    effective: datetime.date
    accepted: str = ""


@dataclass(frozen=True)
class PaperOpinion:
    """An opinion that staff enter: by telephone, post, at the desk or in a meeting."""

    channel: str
    received_at: datetime.datetime
    text: str
    place: str
    kind: str
    stance: str
    contact: str = ""
    scan: Evidence | None = None


@dataclass(frozen=True)
class Form:
    """The form of a step.

    Parameters
    ----------
    kind
        Class of the value that the form makes.
    given
        What is computed, by the way to the field.
    choices
        Possible values of fields that have a list.
    start
        What stands in the form at first.
    plan
        Id of the plan that it is about, where there may be several.
    facts
        What was computed and is told above the form.
    """

    kind: type[Any]
    given: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)
    start: Any = None
    plan: str = ""
    facts: tuple[Fact, ...] = ()


def offered(case: Case, account: Account) -> tuple[str, ...]:
    """Return the steps that the state allows and an account may do, those that lead on first."""
    found = [
        item.act
        for item in possible_steps(case)
        if item.act in ACTS and set(item.roles) & set(account.roles) and needs(case, item.act)
    ]
    return tuple(sorted(found, key=lambda name: STEPS[ACTS[name]].to is None))


def form_of(
    act: type[Any],
    case: Case,
    office: Office,
    *,
    language: str,
    plan: str = "",
    anew: bool = False,
) -> Form:
    """Return the form of a step, with what can be written into it beforehand.

    Parameters
    ----------
    act
        The step.
    case, office
        The case, and what is computed of it.
    language
        Language of what is written beforehand.
    plan
        Which plan of the case is assessed; empty for the one that was added last.
    anew
        Whether what is computed of a notice is written anew into one that is corrected.
    """
    if act is acts.OpenCase:
        return _opening(office)
    if act is acts.ChangeRules:
        return Form(act, _rules(office))
    if act is acts.AddPlan:
        names = office.plan_names()
        newest = next(iter(names), "")
        year = office.first_year(office.study.plans / f"{newest}{SUFFIX}") if newest else None
        started = None if year is None else PlanChoice(newest, year)
        return Form(PlanChoice, choices={"plan_id": names}, start=started)
    if act is acts.AssessRisk:
        return _risk(case, office, plan, language=language)
    if act in NOTICE_ACTS:
        return _notice(act, case, office, language=language, anew=anew)
    gathered = gathering_form(act, case)
    if gathered is not None:
        return Form(gathered.kind, choices=gathered.choices, start=gathered.start)
    if act is acts.ReceiveOpinion:
        choices = {
            "channel": ("phone", "post", "desk", "meeting"),
            "kind": tuple(_words("Kind")),
            "stance": tuple(_words("Stance")),
        }
        return Form(PaperOpinion, choices=choices)
    if act is acts.GroupOpinions:
        return Form(act, start=acts.GroupOpinions(office.opinions.proposed_groups(case.case_id)))
    if act is acts.ScheduleVersion:
        return Form(FirstDay)
    if act is acts.AcknowledgeDrift:
        known = case.plans[-1].data.geocoder if case.plans else ""
        now = data_version(office.study).geocoder
        return Form(act, start=acts.AcknowledgeDrift(known, now, ()))
    computed = {
        acts.PublishReplies: {"table": replies_table(case).evidence},
        acts.ProposeDecision: {"report": consultation_report(case).evidence},
    }
    return Form(act, computed.get(act, {}))


def _words(name: str) -> list[str]:
    return [str(one.value) for one in getattr(model, name)]


def _rules(office: Office) -> dict[str, Any]:
    rules = office.study.rules.notice
    return {"rule_set": rules.name, "rules_digest": rules_digest(rules)}


def _opening(office: Office) -> Form:
    given = {"case_id": "", **_rules(office)}
    versions = office.version_names() or (NO_VERSION,)
    return Form(acts.OpenCase, given, {"current_version": versions})


def _risk(case: Case, office: Office, name: str, *, language: str) -> Form:
    """Return the form of a risk assessment: what can be computed is computed, and stays so."""
    plan = case.plan(name) or next(iter(case.plans[::-1]), None)
    if plan is None:
        return Form(acts.AssessRisk)
    risk = office.computed.risk(plan.file_digest)
    facts = case_facts(risk, language)
    reasons = {fact.name: fact.value for fact in justified(risk, language)}
    told = tuple(Fact(name, reasons.get(name, "")) for name in plan.to_justify)
    before = case.prepared.risk
    if before is not None and before.plan_id == plan.plan_id:
        start = replace(before, facts=facts)
    else:
        start = RiskAssessment(plan.plan_id, (), facts, told)
    given = {"assessment.plan_id": plan.plan_id, "assessment.facts": facts}
    started = acts.AssessRisk(start)
    return Form(acts.AssessRisk, given, start=started, plan=plan.plan_id, facts=facts)


def _notice(act: type[Any], case: Case, office: Office, *, language: str, anew: bool) -> Form:
    given: dict[str, Any] = {
        "version.digest": "",
        "version.plan_id": case.prepared.risk.plan_id if case.prepared.risk else "",
        "version.substance": NOTHING,
        "version.content.old_map": None,
        "version.content.new_map": None,
    }
    if act is not acts.PublishErratum:
        given["data"] = data_version(office.study)
    else:
        given["version.days"] = case.on_notice.version.days if case.on_notice else None
    if case.on_notice is not None and act is not acts.PublishNotice:
        version = case.on_notice.version
        if anew:
            fresh = drafted_notice(office.study, case, computed=office.computed, language=language)
            version = replace(version, content=_computed_anew(version.content, fresh))
    elif case.prepared.risk is not None:
        content = drafted_notice(office.study, case, computed=office.computed, language=language)
        version = NoticeVersion(content, "", "", NOTHING)
    else:
        return Form(act, given)
    given["version.content.old_map"] = version.content.old_map
    given["version.content.new_map"] = version.content.new_map
    start: acts.Act
    if act is acts.PublishNotice:
        start = acts.PublishNotice(version, given["data"])
    elif act is acts.RestartNotice:
        start = acts.RestartNotice(case.open_errors, version, given["data"], "")
    else:
        start = acts.PublishErratum(next(iter(case.open_errors), 0), version, 0, "")
    return Form(act, given, start=start)


def _computed_anew(content: NoticeContent, fresh: NoticeContent) -> NoticeContent:
    """Return what a notice says, with all of it that is computed as it is now."""
    names = ("old_map", "old_zones", "new_zones", "moved", "nothing_moves", "seats")
    return replace(content, **{name: getattr(fresh, name) for name in names})


def completed(value: Any, case: Case, office: Office) -> acts.Act:
    """Return the act of a form's value, with digests of what was written."""
    if isinstance(value, NOTICE_ACTS):
        return _noticed(value, case, office)
    done: acts.Act = value
    return done


def _noticed(value: Any, case: Case, office: Office) -> acts.Act:
    draft = office.case_draft(case)
    version = value.version
    told = NOTHING
    if draft is not None:
        content, rules = version.content, office.study.rules.notice
        terms = Terms(content.transition, content.siblings, rules, version.terms)
        told = substance(draft.review.answers, draft.plan.content, terms)
    version = with_digest(replace(version, substance=told))
    assert version.digest == content_digest(version.content)
    changed: acts.Act = replace(value, version=version)
    return changed


def untold_of(act: acts.Act, case: Case, office: Office) -> tuple[Refusal, ...]:
    """Say what a notice does not tell of its plan; nothing of other steps.

    Raises
    ------
    ZoningError
        It cannot be computed.
    """
    plan = case.plan(act.version.plan_id) if isinstance(act, NOTICE_ACTS) else None
    if plan is None or not isinstance(act, NOTICE_ACTS):
        return ()
    # another language is computed only where the first does not fit
    ordered = sorted(languages(), key=lambda one: one != DEFAULT_LANGUAGE)
    each = (office.computed.content(plan, language=one) for one in ordered)
    return untold(act.version.content, each)


def do_step(
    read: Read, case: Case, office: Office, *, account: Account, seen: int | None
) -> Done | None:
    """Do the step that a form asks for.

    Raises
    ------
    ZoningError
        It is not lawful, or cannot be done; nothing was done.
    """
    value, now, actor = read.value, office.now(), account.actor
    if isinstance(value, PaperOpinion):
        _take_in(value, read.files, case, office, account=account)
        return None
    if isinstance(value, PaperSignUp):
        sign_up_by_staff(value, case, office, account)
        return None
    if isinstance(value, FirstDay):
        return _schedule(value, case, office, account=account, seen=seen)
    if isinstance(value, EraseForm):
        return erase_entry(value, case, office, account)
    if isinstance(value, acts.EraseOpinion):
        return office.opinions.erase(case.case_id, value.opinion, value.basis, actor=actor, now=now)
    if isinstance(value, PlanChoice):
        draft = office.draft(value.plan_id, value.school_year)
        _refuse_other_stage(case, draft)
        added = candidate_plan(
            office.study, draft, archive=office.archive, computed=office.computed
        )
        value = acts.AddPlan(added)
    if isinstance(value, FORMS):
        value = gathering_act(value, case)
    act = completed(value, case, office)
    left_out = untold_of(act, case, office)
    if left_out:
        raise StepRefusedError(left_out)
    if isinstance(act, acts.CloseNotice):
        Watch(office.cases).enter(case.case_id, now=now)
        seen = None
    files = (*read.files, *_computed(act, case))
    return office.do(case.case_id, act, actor=actor, seen=seen, files=files)


def _refuse_other_stage(case: Case, draft: PlanDraft) -> None:
    """Refuse a plan of another stage than the version against which the case was opened."""
    known = {NO_VERSION, *(item.version_id for item in draft.known)}
    if case.current_version not in known:
        told = {"plan": draft.review.plan_id, "version": case.current_version}
        raise StepRefusedError((refuse("bureau.OTHER_STAGE", **told),))


def _computed(act: acts.Act, case: Case) -> tuple[Attachment, ...]:
    if isinstance(act, acts.PublishReplies):
        return (replies_table(case),)
    return (consultation_report(case),) if isinstance(act, acts.ProposeDecision) else ()


def _take_in(
    value: PaperOpinion,
    files: tuple[Attachment, ...],
    case: Case,
    office: Office,
    *,
    account: Account,
) -> None:
    # the place goes into the public log: a compound or road of the list, as on the public form
    if value.place and not service().knows(value.place):
        raise StepRefusedError((refuse("notice.OPINION_PLACE", most=LONGEST_PLACE),))
    draft = Draft(
        text=written(value.text),
        place=value.place,
        kind=value.kind,
        stance=value.stance,
        # without a contact nobody can tell whether two letters are from one sender
        device=value.contact.strip() or secrets.token_hex(16),
        channel=value.channel,
        contact=value.contact,
        received_at=value.received_at,
    )
    scan = files[0] if files else None
    office.opinions.receive(case.case_id, draft, actor=account.actor, now=office.now(), scan=scan)


def _schedule(
    value: FirstDay, case: Case, office: Office, *, account: Account, seen: int | None
) -> Done:
    draft = office.case_draft(case, effective=value.effective)
    assert draft is not None, "a case that was on notice has a plan"
    ordered = replace(draft, order=order_of(case, draft.order, office.cases))
    _, done = adopt(
        office.study,
        ordered,
        case_id=case.case_id,
        cases=office.cases,
        archive=office.archive,
        versions=office.versions,
        actor=account.actor,
        now=office.now(),
        accepted=value.accepted,
        seen=seen,
    )
    return done


def looked_ahead(case: Case, office: Office) -> tuple[tuple[str, tuple[Any, ...]], ...]:
    """Say of each step that leads on what still stands against it, whoever would do it.

    Steps whose form decides are looked at with an empty form, so that what is missing is named.
    """
    # the table is computed and the minutes are handed in when the step is done: neither is missing
    some_paper = Evidence("–", NO_DIGEST)
    probes: dict[type[Any], Any] = {
        acts.CloseNotice: acts.CloseNotice(),
        acts.PublishReplies: acts.PublishReplies(some_paper),
        acts.BringIntoForce: acts.BringIntoForce(),
        acts.HearDepartments: acts.HearDepartments(()),
        acts.ApproveDecision: acts.ApproveDecision(some_paper),
    }
    found = []
    for item in possible_steps(case):
        kind = STEPS[ACTS[item.act]].act if item.act in ACTS else None
        step = STEPS.get(kind) if kind is not None else None
        if step is None or step.to is None or kind not in probes:
            continue
        # an account that is nobody's: that somebody has drafted is not what is missing
        somebody = Actor("–", frozenset(Role(role) for role in item.roles))
        rules = office.study.rules.notice
        told = decide(case, probes[kind], now=office.now(), actor=somebody, rules=rules)
        found.append((item.act, told.refusals))
    return tuple(found)
