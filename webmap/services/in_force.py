"""Which plan answers on a day: asked through a small protocol, answered here from files alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from webmap.services.plans import plan_files, summarise
from zoning.lookup.answers import Version

if TYPE_CHECKING:
    import datetime
    from pathlib import Path


@dataclass(frozen=True)
class PlanInForce:
    """A version and the file of its plan.

    Parameters
    ----------
    version
        What people are told.
    file
        The plan file.
    """

    version: Version
    file: Path


class InForce(Protocol):
    """Says which plan answers a look-up."""

    def plan_on(self, stage: str, date: datetime.date) -> PlanInForce | None:
        """Return the plan that is in force for a stage on a day; None if there is none."""

    def next_after(self, stage: str, date: datetime.date) -> PlanInForce | None:
        """Return the plan that is the next to come into force; None if there is none."""


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
