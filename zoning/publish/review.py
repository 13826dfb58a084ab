"""What a publication would change, put together before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.publish.answers import NOBODY, SEVERAL
from zoning.publish.changes import Change, changes, digest_of_changes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from zoning.publish.answers import Answers
    from zoning.publish.sources import Comparison
    from zoning.publish.version import Version

TODAY = "today"


@dataclass(frozen=True, eq=False)
class Before:
    """What was answered until now.

    Parameters
    ----------
    name
        Id of the version, `TODAY` for the bureau's zones of today, or empty for nothing at all.
    kept
        The answers when that version was published; None for the zones of today.
    again
        The answers of its plan with the addresses and the geocoder of now.
    """

    name: str = ""
    kept: Answers | None = None
    again: Answers | None = None


@dataclass(frozen=True, eq=False)
class Review:
    """What a publication would change.

    Parameters
    ----------
    stage, plan_id, school_year, effective_from
        What would be published.
    before
        What it is compared with: see `Before.name`.
    displaced
        Versions already published that would then never come into force.
    answers
        The answers to all addresses under the new plan.
    by_plan
        Addresses that get another answer because of the plan.
    by_data
        Addresses that get another answer whatever the plan, because the table of addresses or the
        geocoder has changed since the version before was published.
    nobody, several
        Addresses without a school, and those for which it stays open which it is.
    sources
        Where the bureau's list and zone texts, if they were given, disagree with the polygons.
    unplaced
        Addresses of the bureau without coordinates, which nothing can be said of.
    school_names
        Name by school id.
    """

    stage: str
    plan_id: str
    school_year: int
    effective_from: date
    before: str
    displaced: tuple[Version, ...]
    answers: Answers
    by_plan: tuple[Change, ...]
    by_data: tuple[Change, ...]
    nobody: tuple[str, ...]
    several: tuple[str, ...]
    sources: Comparison
    unplaced: int
    school_names: Mapping[str, str]

    @property
    def to_accept(self) -> str:
        """Digest of what somebody has to say yes to; empty where there is no such thing."""
        return digest_of_changes(self.by_data, base=self.before) if self.by_data else ""

    @property
    def counts(self) -> dict[str, int]:
        """Return how many addresses there are of each kind."""
        counts = {
            "addresses": len(self.answers.of),
            "changed": len(self.by_plan),
            "changed_by_data": len(self.by_data),
            "nobody": len(self.nobody),
            "several": len(self.several),
            "unplaced": self.unplaced,
        }
        # what was not compared does not agree
        differing = {"differences": len({item.address_id for item in self.sources.differences})}
        return counts | differing if self.sources.compared else counts


def review(
    after: Answers,
    before: Before,
    *,
    plan: tuple[str, str],
    term: tuple[int, date],
    displaced: tuple[Version, ...] = (),
    sources: Comparison,
    unplaced: int = 0,
    school_names: Mapping[str, str],
) -> Review:
    """Say what a publication would change.

    Parameters
    ----------
    after
        The answers of the new plan, with the addresses and the geocoder of now.
    before
        What was answered until now.
    plan
        Stage and id of the plan.
    term
        School year, and the first day.
    displaced, sources, unplaced, school_names
        See `Review`.
    """
    by_data: tuple[Change, ...] = ()
    if before.kept is not None and before.again is not None:
        by_data = changes(before.kept, before.again)
    names = sorted(after.of)
    return Review(
        stage=plan[0],
        plan_id=plan[1],
        school_year=term[0],
        effective_from=term[1],
        before=before.name,
        displaced=displaced,
        answers=after,
        by_plan=() if before.again is None else changes(before.again, after),
        by_data=by_data,
        nobody=tuple(name for name in names if after.of[name].outcome in NOBODY),
        several=tuple(name for name in names if after.of[name].outcome in SEVERAL),
        sources=sources,
        unplaced=unplaced,
        school_names=school_names,
    )
