"""Find plans by name, and compare two of them, or one with today."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from zoning.errors import MissingStepError, SettingsError
from zoning.messages import text
from zoning.plan.compare import Comparison, compare_served
from zoning.plan.facts import served, served_today
from zoning.plan.store import read_plan
from zoning.settings import Stage
from zoning.study.road import ready, travel_from
from zoning.study.stage import stage_facts
from zoning.study.workbook import write_book

if TYPE_CHECKING:
    from zoning.plan.facts import Facts, Served
    from zoning.plan.model import Plan
    from zoning.progress import Progress
    from zoning.study.folder import Study

TODAY = "today"
NAMES_SHOWN = 8


@dataclass(frozen=True)
class Compared:
    """Two plans side by side, with names for a reader.

    Parameters
    ----------
    before, after
        Plan ids, or "today".
    comparison
        Changes by address and by pair of schools.
    school_names
        Name by school id.
    """

    before: str
    after: str
    comparison: Comparison
    school_names: dict[str, str]

    def record(self) -> dict[str, Any]:
        """Return plain values for JSON; what is not known is null."""
        summary = asdict(self.comparison.summary)
        pairs = self._named(self.comparison.pairs)
        return {
            "before": self.before,
            "after": self.after,
            "summary": {key: None if pd.isna(value) else value for key, value in summary.items()},
            "pairs": pairs.astype(object).where(pairs.notna(), None).to_dict(orient="records"),
        }

    def _named(self, frame: pd.DataFrame) -> pd.DataFrame:
        def names(ids: str) -> str:
            return "、".join(self.school_names.get(part, part) for part in ids.split(";") if part)

        return frame.assign(
            from_names=frame["from_schools"].map(names), to_names=frame["to_schools"].map(names)
        )

    def rows(self, language: str) -> list[tuple[str, str, int, int, str]]:
        """Return one row for each pair of schools, most children first."""
        nobody = text("cli.NO_SCHOOL", language)
        return [
            (
                row.from_names or nobody,
                row.to_names or nobody,
                int(row.children),
                int(row.addresses),
                "–" if pd.isna(row.mean_change_min) else f"{row.mean_change_min:+.1f}",
            )
            for row in self._named(self.comparison.pairs).itertuples()
        ]

    def write(self, file: Path) -> None:
        """Write pairs and addresses as a workbook.

        Raises
        ------
        StorageError
            It could not be written.
        """
        sheets = {"pairs": self.comparison.pairs, "addresses": self.comparison.addresses}
        write_book({name: self._named(frame) for name, frame in sheets.items()}, file)


def find_plan(study: Study, name: str) -> Path:
    """Return the file of a plan.

    Parameters
    ----------
    study
        The study.
    name
        Id, the beginning of exactly one id, or a path.

    Raises
    ------
    MissingStepError
        No plan fits, or several do.
    """
    if name.endswith(".gpkg") and Path(name).is_file():
        return Path(name)
    files = sorted(study.plans.glob("*.gpkg"))
    fitting = [file for file in files if file.stem.startswith(name)]
    exact = [file for file in fitting if file.stem == name]
    if len(exact or fitting) == 1:
        return (exact or fitting)[0]
    key = "study.PLAN_NOT_UNIQUE" if fitting else "study.NO_PLAN"
    known = ", ".join(file.stem for file in (fitting or files)[:NAMES_SHOWN]) or "–"
    raise MissingStepError(key, name=name, known=known)


def compare(study: Study, before: str, after: str, *, progress: Progress) -> Compared:
    """Compare two plans of one stage over today's addresses and children.

    Parameters
    ----------
    study
        The study.
    before, after
        Names of plans, or "today".
    progress
        Told how far it is.

    Raises
    ------
    MissingStepError
        A plan is not there, or the study has no zones of today.
    SettingsError
        The plans are of two stages, or both are today.
    """
    plans = {
        name: read_plan(find_plan(study, name)).plan for name in (before, after) if name != TODAY
    }
    stages = sorted({plan.stage for plan in plans.values()})
    if not stages:
        raise SettingsError("study.ONLY_TODAY")
    if len(stages) > 1:
        raise SettingsError(
            "study.TWO_STAGES", before=plans[before].stage, after=plans[after].stage
        )
    if TODAY in (before, after) and study.settings.inputs.current_zones is None:
        raise MissingStepError("study.NO_TODAY")
    at_hand = ready(study, progress)
    travel_from(study, at_hand, progress)
    facts = stage_facts(study, Stage(stages[0]), inputs=at_hand.inputs)
    sides = [_side(name, plans, facts) for name in (before, after)]
    comparison = compare_served(*sides, facts=facts, year=facts.years[0])
    ids = [plans[name].plan_id if name in plans else TODAY for name in (before, after)]
    return Compared(ids[0], ids[1], comparison, dict(facts.school_names))


def _side(name: str, plans: dict[str, Plan], facts: Facts) -> Served:
    if name == TODAY:
        return served_today(facts)
    plan = plans[name]
    if set(plan.block_ids) != set(facts.blocks["block_id"]):
        raise MissingStepError("study.OTHER_BLOCKS", plan=plan.plan_id)
    return served(plan, facts)
