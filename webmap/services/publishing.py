"""Publishing a plan: what it would change, and then both copies of it, in the order that is safe.

Files first, by digest; the row that names them last, in one transaction. Killed at any point, it
leaves at most files that no version names: the old version goes on being in force.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from webmap.errors import (
    CaseNeededError,
    NoApprovalError,
    NotAcceptedError,
    PublishedMeanwhileError,
)
from zoning.errors import SettingsError, StorageError, ZoningError
from zoning.lookup.archived import make_sure, state_files
from zoning.plan.store import read_plan
from zoning.publish.answers import read_answers
from zoning.publish.version import Version, displaced, in_force, start_of, version_id
from zoning.study.place_addresses import geocoder_version
from zoning.study.publish import candidate, index_files, review_plan
from zoning.study.zone_sources import SourceFiles

if TYPE_CHECKING:
    from datetime import datetime

    from webmap.services.archive import Archive
    from webmap.services.versions import Versions
    from zoning.plan.store import PlanFile
    from zoning.progress import Progress
    from zoning.publish.answers import Answers
    from zoning.publish.review import Review
    from zoning.study.folder import Study
    from zoning.study.publish import Candidate


@dataclass(frozen=True)
class Order:
    """What is to be published.

    Parameters
    ----------
    plan
        Id of a plan, the beginning of it, or a file.
    school_year
        The year in whose September the school year begins.
    decision, decided_on
        The decision that adopts it, as it is cited, and its date; needed to publish it only.
    effective_from
        First day; None takes the first day of the school year.
    sources
        Files that are to say the same as the polygons.
    """

    plan: str
    school_year: int
    decision: str = ""
    decided_on: date | None = None
    effective_from: date | None = None
    sources: SourceFiles = field(default_factory=SourceFiles)


@dataclass(frozen=True, eq=False)
class Draft:
    """A publication that is ready, and what it would change.

    Parameters
    ----------
    order
        What was asked for.
    plan
        The plan.
    known
        All versions of its stage until now.
    review
        What it would change.
    closed
        Why look-ups could not be answered from it with the data of the study; None where they can.
    """

    order: Order
    plan: Candidate
    known: tuple[Version, ...]
    review: Review
    closed: ZoningError | None = None


def today_in(study: Study, now: datetime) -> date:
    """Return the date of the bureau at a moment.

    Parameters
    ----------
    study
        Its rule set names the time zone.
    now
        The moment.
    """
    return now.astimezone(ZoneInfo(study.rules.notice.time_zone)).date()


def require_review(study: Study) -> None:
    """Stop where the maps of a study must not go to the public.

    Parameters
    ----------
    study
        The study.

    Raises
    ------
    NoApprovalError
        Neither an approval number of its maps (审图号) nor an exemption is recorded.
    """
    if not study.settings.map.is_recorded:
        raise NoApprovalError("ground.NO_REVIEW")


def prepare(
    study: Study,
    order: Order,
    *,
    versions: Versions,
    archive: Archive,
    now: datetime,
    progress: Progress,
) -> Draft:
    """Check what is to be published, and say what it would change; nothing is written.

    Parameters
    ----------
    study
        The study.
    order
        What is to be published.
    versions, archive
        What was published until now.
    now
        The moment.
    progress
        Told how far it is.

    Raises
    ------
    SettingsError
        The plan is for other years, or would begin in the past.
    PublishedMeanwhileError
        A version says the same already.
    StorageError
        The plan file, or what is kept of the version before, is damaged or was changed.
    """
    plan = candidate(study, order.plan, school_year=order.school_year)
    known = versions.every(plan.content.plan.stage)
    begins = order.effective_from or start_of(order.school_year)
    _refuse_past(study, order, begins, known=known, now=now)
    # where it begins before all others, what is known of the data is what the last one knew
    before = in_force(known, begins) or (known[-1] if known else None)
    until_now = None if before is None else _kept(before, archive)
    result = review_plan(
        study,
        plan,
        term=(order.school_year, begins),
        before=until_now,
        displaced=displaced(known, begins),
        sources=order.sources,
        progress=progress,
    )
    if before is not None and _says_the_same(before, plan, result):
        raise PublishedMeanwhileError("publish.ALREADY", version=before.version_id)
    return Draft(order, plan, known, result, _closed(study, plan, progress))


def _closed(study: Study, plan: Candidate, progress: Progress) -> ZoningError | None:
    """Return why a plan could not be asked with the data that would be kept with it."""
    try:
        make_sure(study, plan.file, progress=progress)
    except ZoningError as error:
        return error
    return None


def commit(
    study: Study,
    draft: Draft,
    *,
    versions: Versions,
    archive: Archive,
    now: datetime,
    accepted: str = "",
) -> Version:
    """Publish the first version of a stage; a later one is adopted by its case.

    Parameters
    ----------
    study
        The study.
    draft
        What was prepared.
    versions, archive
        Where to.
    now
        The moment.
    accepted
        `Review.to_accept` of the changes that somebody has said yes to.

    Raises
    ------
    CaseNeededError
        It is not the first version of its stage.
    NoApprovalError
        See `require_review`.
    NotAcceptedError
        Answers change because of the table of addresses or the geocoder, and nobody has said yes
        to just these changes.
    PublishedMeanwhileError
        Another publication was quicker.
    StorageError
        It could not be kept; nothing was published.
    """
    if draft.known:
        raise CaseNeededError("publish.CASE_NEEDED", version=draft.known[-1].version_id)
    version = kept_version(study, draft, archive=archive, now=now, accepted=accepted)
    versions.add(version)
    return version


def kept_version(
    study: Study, draft: Draft, *, archive: Archive, now: datetime, accepted: str = ""
) -> Version:
    """Keep everything that the version names, and return it; it is not entered yet.

    Parameters
    ----------
    study
        The study.
    draft
        What was prepared.
    archive
        Where to.
    now
        The moment.
    accepted
        See `commit`.

    Raises
    ------
    NoApprovalError
        See `require_review`.
    NotAcceptedError
        See `commit`.
    SettingsError
        No decision is named.
    StorageError
        It could not be kept.
    """
    require_review(study)
    review, decided_on = draft.review, draft.order.decided_on
    if review.to_accept and accepted.lower() != review.to_accept:
        count = len(review.by_data)
        raise NotAcceptedError("publish.NOT_ACCEPTED", count=count, digest=review.to_accept)
    if not draft.order.decision or decided_on is None:
        raise SettingsError("publish.NO_DECISION")
    # the bytes that were read and checked, not what may stand there by now
    plan_file = archive.keep_plan(draft.plan.file)
    _same_plan(read_plan(archive.plan(plan_file)), draft)
    number = len(draft.known) + 1
    asked = index_files(study) if draft.closed else state_files(study, draft.plan.content.plan)
    said = draft.plan.content.facts.get("data_date", "")
    return Version(
        stage=review.stage,
        number=number,
        school_year=review.school_year,
        effective_from=review.effective_from,
        plan_id=review.plan_id,
        plan_digest=draft.plan.digest,
        plan_file=plan_file,
        decision=draft.order.decision,
        decided_on=decided_on,
        supersedes=version_id(review.stage, number - 1) if number > 1 else "",
        data_date=date.fromisoformat(said) if said else None,
        geocoder=geocoder_version(),
        index=archive.keep_index(asked),
        answers=archive.keep_answers(review.answers.written()),
        published=now.astimezone(UTC),
        published_on=today_in(study, now),
    )


def _refuse_past(
    study: Study, order: Order, begins: date, *, known: tuple[Version, ...], now: datetime
) -> None:
    """Refuse what the constraints of the database forbid, in words that help."""
    today = today_in(study, now)
    if order.decided_on is not None and order.decided_on > today:
        raise SettingsError("publish.DECISION_AHEAD", decided=order.decided_on, today=today)
    if known and now < known[-1].published:
        last = known[-1]
        raise StorageError("publish.CLOCK", today=today, version=last.version_id, at=last.published)
    if known and begins < today:
        raise SettingsError("publish.PAST", begins=begins, today=today)


def _kept(version: Version, archive: Archive) -> tuple[Version, PlanFile, Answers]:
    content = read_plan(archive.plan(version.plan_file))
    return version, content, read_answers(archive.answers(version.answers))


def _says_the_same(before: Version, plan: Candidate, review: Review) -> bool:
    return (
        before.plan_digest == plan.digest
        and (before.school_year, before.effective_from)
        == (review.school_year, review.effective_from)
        and not review.by_data
        and not review.displaced[1:]
    )


def _same_plan(kept: PlanFile, draft: Draft) -> None:
    if kept.found != draft.plan.content.found:
        raise StorageError("publish.CHANGED_MEANWHILE", file=draft.plan.file.name)
