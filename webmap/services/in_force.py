"""Which plan answers on a day: asked through a small protocol, answered here from files alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from webmap.services.plans import plan_files, summarise
from zoning.lookup.answers import Version

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable
    from pathlib import Path

    from zoning.lookup.opening import Kept as KeptStudy


def _agreed(_: KeptStudy) -> None:
    """Nothing was recorded to agree with."""


@dataclass(frozen=True)
class PlanInForce:
    """A version and the file of its plan.

    Parameters
    ----------
    version
        What people are told.
    file
        The plan file.
    kept
        What was kept with the version to ask it; None asks what the study has now.
    agreed
        Given that, raises where the geocoder of now answers otherwise than the one with which the
        version was published, and nobody has said yes to that.
    made
        The desk as it was kept when the version was published; None where none was.
    """

    version: Version
    file: Path
    kept: Path | None = None
    agreed: Callable[[KeptStudy], None] = _agreed
    made: Path | None = None


class InForce(Protocol):
    """Says which plan answers a look-up."""

    def plan_on(self, stage: str, date: datetime.date) -> PlanInForce | None:
        """Return the plan that is in force for a stage on a day; None if there is none."""

    def next_after(self, stage: str, date: datetime.date) -> PlanInForce | None:
        """Return the plan that is the next to come into force; None if there is none."""

    def by_id(self, version_id: str) -> PlanInForce | None:
        """Return the plan of any version that was published; None if there is none of that id."""

    def every(self, stage: str) -> tuple[Version, ...]:
        """Return all versions of a stage that were published, in their order."""


class NewestPlans:
    """Answers from the files of a study alone: the newest plan of each stage, as a draft.

    Files say nothing of decisions, so that no plan is ever the next one.

    Parameters
    ----------
    study
        Folder of the study.
    """

    def __init__(self, study: Path) -> None:
        self._study = study
        self._known: dict[tuple[Path, int], Version] = {}

    def plan_on(self, stage: str, date: datetime.date) -> PlanInForce | None:  # noqa: ARG002
        """Return the newest plan of a stage, whatever the day.

        Raises
        ------
        PlanUnreadableError
            A newer file is damaged: an older plan is not passed off as the newest.
        """
        for file in plan_files(self._study):
            version = self._version(file)
            if version.stage == stage:
                return PlanInForce(version, file)
        return None

    def next_after(self, stage: str, date: datetime.date) -> PlanInForce | None:  # noqa: ARG002
        """Return None."""
        return None

    def by_id(self, version_id: str) -> PlanInForce | None:  # noqa: ARG002
        """Return None."""
        return None

    def every(self, stage: str) -> tuple[Version, ...]:  # noqa: ARG002
        """Return none."""
        return ()

    def _version(self, file: Path) -> Version:
        key = (file, file.stat().st_mtime_ns)
        if key not in self._known:
            about = summarise(file).about
            years = json.loads(about.get("years") or "[]")
            self._known[key] = Version(
                plan_id=file.stem,
                stage=about.get("stage", ""),
                school_year=min(years, default=0),
                effective_from=None,
                draft=True,
            )
        return self._known[key]
