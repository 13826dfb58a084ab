"""A version that comes of a decided case: its day is set and it is entered, both or none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from webmap.errors import CaseNeededError, DatabaseError
from webmap.services.candidates import Terms, substance
from webmap.services.cases import log_of
from webmap.services.lawful import refuse_unlawful
from webmap.services.publishing import kept_version
from webmap.services.versions import Adopted, enter
from zoning.notice import acts
from zoning.notice.clock import local_day
from zoning.notice.model import Scheduled

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webmap.services.archive import Archive
    from webmap.services.cases import Cases, Done
    from webmap.services.publishing import Draft, Order
    from webmap.services.versions import Versions
    from zoning.notice import Actor, Case
    from zoning.publish.version import Version
    from zoning.study.folder import Study


def order_of(case: Case, order: Order, cases: Cases) -> Order:
    """Return an order with the decision of a case in it.

    Parameters
    ----------
    case
        The case.
    order
        What is to be published, and from when.
    cases
        They know the rules, which know the time zone.

    Raises
    ------
    CaseNeededError
        The case is not decided.
    """
    done, notice = case.concluded, case.on_notice
    if done.decided_at is None or notice is None:
        raise CaseNeededError("publish.CASE_NOT_DECIDED", case=case.case_id)
    number = notice.version.content.document_number
    cited = order.decision or f"{number} {case.case_id}"
    return replace(order, decision=cited, decided_on=local_day(done.decided_at, cases.rules))


def adopt(
    study: Study,
    draft: Draft,
    *,
    case_id: str,
    cases: Cases,
    archive: Archive,
    versions: Versions,
    actor: Actor,
    now: datetime,
    accepted: str = "",
    seen: int | None = None,
) -> tuple[Version, Done]:
    """Set the day of a version by its case and enter it, in one transaction.

    Parameters
    ----------
    study
        The study.
    draft
        The publication, as `publishing.prepare` returns it.
    case_id, cases
        The case that was decided.
    archive, versions
        Where to.
    actor, now
        Who, and when.
    accepted
        See `publishing.commit`.
    seen
        See `Cases.perform`.

    Raises
    ------
    CaseNeededError
        The case is not decided, or about another plan.
    DatabaseError
        The log of the case tells of what was never lawful, or was read in from a file.
    StepRefusedError
        The version is not what was on notice, or the day is not lawful.
    PublishedMeanwhileError
        Another version has taken the number.
    """
    case = cases.load(case_id)
    notice = case.on_notice
    if notice is None or case.concluded.decided_at is None:
        raise CaseNeededError("publish.CASE_NOT_DECIDED", case=case_id)
    shown, plan_id = notice.version, draft.review.plan_id
    plan = case.plan(shown.plan_id)
    refuse_unlawful(cases, case_id)
    version = kept_version(study, draft, archive=archive, now=now, accepted=accepted)
    if plan is None or (plan_id, version.plan_file) != (plan.plan_id, plan.file_digest):
        raise CaseNeededError("publish.OTHER_PLAN", plan=plan_id, noticed=shown.plan_id)
    terms = Terms(shown.content.transition, shown.content.siblings, cases.rules, shown.terms)
    told = substance(draft.review.answers, draft.plan.content, terms)
    scheduled = Scheduled(version.version_id, plan_id, told, version.effective_from, shown.terms)

    def beside(session: Session, done: Done) -> None:
        enter(session, version, adopted=Adopted(case_id, log_of(case_id), done.head.number))

    act = acts.ScheduleVersion(scheduled)
    try:
        done = cases.perform(case_id, act, actor=actor, now=now, seen=seen, beside=beside)
    except DatabaseError as error:
        if isinstance(error.__cause__, IntegrityError):
            versions.refuse_if_taken(version, error)
        raise
    return version, done
