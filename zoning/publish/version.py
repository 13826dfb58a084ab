"""Versions of a stage's zones, and which of them is in force on a date.

Versions of a stage are numbered 1, 2, 3 … in the order in which they were published. In force on a
date is the one with the highest number of all that are effective on that date: a later decision
goes before an earlier one. Numbers are unique, so there is never more than one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# a zone change is planned backwards from the September of its year (`zoning.notice.calendar`)
SCHOOL_YEAR_STARTS = (9, 1)


@dataclass(frozen=True)
class Version:
    """A plan that was adopted, and from when it holds.

    Parameters
    ----------
    stage
        Value of `zoning.settings.Stage`.
    number
        Position among the versions of its stage, from 1 on.
    school_year
        The year in whose September the school year begins.
    effective_from
        First day on which it may be in force.
    plan_id
        Id of the plan.
    plan_digest
        SHA-256 of all that the plan file says, which `zoning certify` prints.
    plan_file
        SHA-256 of the bytes of the plan file, by which it is kept.
    decision
        The decision that adopted it, as it is cited.
    decided_on
        Date of that decision.
    supersedes
        Id of the version before it; empty for the first.
    data_date
        Date of the bureau's data; None where the study does not say it.
    geocoder
        What tells one geocoder from another.
    index
        SHA-256 of the addresses made ready to be asked, by which they are kept.
    answers
        SHA-256 of the answers to all addresses on the day of publication, by which they are kept.
    published
        When, UTC, to the microsecond.
    published_on
        The same as a date of the bureau.
    """

    stage: str
    number: int
    school_year: int
    effective_from: date
    plan_id: str
    plan_digest: str
    plan_file: str
    decision: str
    decided_on: date
    supersedes: str
    data_date: date | None
    geocoder: str
    index: str
    answers: str
    published: datetime
    published_on: date

    @property
    def version_id(self) -> str:
        """Name of the version: `primary-3`."""
        return version_id(self.stage, self.number)


def version_id(stage: str, number: int) -> str:
    """Return the id of a version.

    Parameters
    ----------
    stage
        Its stage.
    number
        Its number.
    """
    return f"{stage}-{number}"


def start_of(school_year: int) -> date:
    """Return the first day of a school year."""
    return date(school_year, *SCHOOL_YEAR_STARTS)


def in_force(versions: Iterable[Version], on: date) -> Version | None:
    """Return the version in force on a date.

    Parameters
    ----------
    versions
        All versions of one stage, in any order.
    on
        The date.
    """
    effective = (version for version in versions if version.effective_from <= on)
    return max(effective, key=lambda version: version.number, default=None)


def next_after(versions: Iterable[Version], on: date) -> Version | None:
    """Return the version that takes the place of the one in force on a date, if it is published.

    Parameters
    ----------
    versions
        All versions of one stage, in any order.
    on
        The date; what begins on it is in force already.
    """
    known = tuple(versions)
    later = sorted({version.effective_from for version in known if version.effective_from > on})
    now = in_force(known, on)
    coming = (in_force(known, day) for day in later)
    return next((version for version in coming if version != now), None)


def ends_before(version: Version, versions: Sequence[Version]) -> date | None:
    """Return the day from which a version is no longer in force; None while nothing follows.

    A version that was never in force, because a later decision takes its place from the same day
    or an earlier one, ends on the day on which it begins.

    Parameters
    ----------
    version
        The version.
    versions
        All versions of its stage.
    """
    later = [item.effective_from for item in versions if item.number > version.number]
    return max(min(later), version.effective_from) if later else None


def displaced(versions: Iterable[Version], effective_from: date) -> tuple[Version, ...]:
    """Return the versions that would be in force on some later day, and never if one began now.

    Parameters
    ----------
    versions
        All versions of one stage.
    effective_from
        Day on which the new one begins.
    """
    known = tuple(versions)
    coming = [item for item in known if item.effective_from >= effective_from]
    return tuple(item for item in coming if in_force(known, item.effective_from) == item)
