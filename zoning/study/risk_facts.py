"""The computed facts of a risk assessment: a plan of a study against what holds today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.errors import MissingStepError
from zoning.plan.compare import compare_served
from zoning.plan.measure import measure
from zoning.plan.residences import NO_SCHOOL
from zoning.plan.risk import (
    RiskFacts,
    Siblings,
    crossed_more,
    fills,
    longer_ways,
    moving_children,
    passed_groups,
    swings,
)
from zoning.study.certify import certify_plan
from zoning.study.compare import TODAY
from zoning.study.two_sides import two_sides

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.plan.compare import Comparison
    from zoning.plan.facts import CrossingsTo, Facts, Served
    from zoning.plan.measure import Measured
    from zoning.plan.risk import Crossed
    from zoning.progress import Progress
    from zoning.study.certify import Certified
    from zoning.study.folder import Study


@dataclass(frozen=True)
class Risk:
    """Facts with the names that a reader needs.

    Parameters
    ----------
    facts
        What was computed.
    school_names
        Name by school id.
    """

    facts: RiskFacts
    school_names: dict[str, str]


def risk_facts(study: Study, name: str, *, before: str = TODAY, progress: Progress) -> Risk:
    """Compute what a plan would change for people, and how well it stands.

    Parameters
    ----------
    study
        The study; its travel times are brought up to date.
    name
        Name of the plan.
    before
        Name of another plan, or "today" (also "current"): the bureau's zones of today.
    progress
        Told how far it is.

    Raises
    ------
    MissingStepError
        A plan is not there or is one of other blocks, or the study has no zones of today.
    SettingsError
        The plan is "today", or the plans are of two stages.
    """
    sides = two_sides(study, name, before=before, of_today="risk.OF_TODAY", progress=progress)
    plan, facts = sides.new.plan, sides.facts
    if plan.years != facts.years:
        now = "、".join(map(str, facts.years))
        raise MissingStepError("risk.OTHER_YEARS", plan=plan.plan_id, years=now)
    (certified,) = certify_plan(study, name, progress=progress)
    compared = compare_served(sides.before, sides.after, facts=facts, year=facts.years[0])
    progress("risk")
    found = put_together(
        compared,
        measure(plan, facts),
        certified=certified,
        before=sides.before_name,
        years=plan.years,
        crossed=_crossed(facts, (sides.before, sides.after), compared),
    )
    return Risk(found, dict(facts.school_names))


def put_together(
    compared: Comparison,
    measured: Measured,
    *,
    certified: Certified,
    before: str,
    years: tuple[int, ...],
    crossed: Crossed | None,
) -> RiskFacts:
    """Put together what was computed of a plan.

    Parameters
    ----------
    compared
        Who changes school, and by how much.
    measured
        The plan, measured.
    certified
        What its certificate says.
    before
        What it is compared with.
    years
        Years of the plan.
    crossed
        Crossings; None where they are not known.
    """
    summary, changed = compared.summary, compared.addresses
    fill = fills(measured.schools, years=years)
    return RiskFacts(
        plan_id=certified.plan,
        before=before,
        stage=certified.stage,
        year=summary.year,
        addresses=summary.addresses,
        children=summary.children,
        changed_addresses=summary.changed_addresses,
        changed_children=summary.changed_children,
        without_before=int(changed.loc[changed["from_schools"] == "", "children"].sum()),
        without_after=int(changed.loc[changed["to_schools"] == "", "children"].sum()),
        moving=moving_children(compared),
        longer=longer_ways(changed),
        shorter=summary.shorter_children,
        unknown_way=summary.unknown_children,
        mean_change_min=None if pd.isna(summary.mean_change_min) else summary.mean_change_min,
        max_longer_min=_most_longer(changed),
        crossed=crossed,
        siblings=Siblings(split=None, at_most=_have_both(changed)),
        passed=passed_groups(measured.farther),
        passed_pairs=measured.farther.total,
        passed_listed=len(measured.farther.pairs),
        holes=tuple(
            (str(row.name), int(row.holes))
            for row in measured.zones[["name", "holes"]].itertuples(index=False)
            if row.holes
        ),
        fill=fill,
        swings=swings(fill),
        gap=certified.gap,
        certified=certified.certified,
    )


def _most_longer(changed: pd.DataFrame) -> float | None:
    """Return by how many minutes a child's way becomes longer at most; None where none is known."""
    known = changed.loc[changed["children"] > 0, "change_min"].dropna()
    return None if known.empty else max(float(known.max()), 0.0)


def _have_both(changed: pd.DataFrame) -> int:
    """Count the children who had a school and get another: only they can be split from siblings."""
    both = (changed["from_schools"] != "") & (changed["to_schools"] != "")
    return int(changed.loc[both, "children"].sum())


def _crossed(facts: Facts, sides: tuple[Served, Served], compared: Comparison) -> Crossed | None:
    """Compare the crossings of all addresses that change and have children."""
    if facts.crossings_to is None:
        return None
    changed = compared.addresses[compared.addresses["children"] > 0]
    at = pd.Series(np.arange(len(facts.residences)), index=facts.residences["address_id"])
    rows = at.loc[changed["address_id"]].to_numpy(dtype=np.int64)
    ways = (most_crossings(facts.crossings_to, _only(side.schools, rows))[rows] for side in sides)
    before, after = ways
    return crossed_more(before, after, children=changed["children"].to_numpy(dtype=np.int64))


def _only(schools: NDArray[np.object_], rows: NDArray[np.int64]) -> NDArray[np.object_]:
    """Return the schools of some residences; of the others no way is asked for."""
    asked = np.full(len(schools), NO_SCHOOL, dtype=object)
    asked[rows] = schools[rows]
    return asked


def most_crossings(crossings_to: CrossingsTo, schools: NDArray[np.object_]) -> NDArray[np.float64]:
    """Count the crossings of each residence's way; of several schools the way with most counts.

    Parameters
    ----------
    crossings_to
        Crossings to one school of each residence, by kind.
    schools
        Ids of the schools of each, joined by ";", shape (A,).

    Returns
    -------
    Shape (A,); NaN where there is no school, or no way to one of them.
    """
    split = [[school for school in str(ids).split(";") if school] for ids in schools]
    most = np.full(len(split), np.nan)
    for rank in range(max(map(len, split), default=0)):
        has = np.array([len(own) > rank for own in split], dtype=bool)
        asked = [own[rank] if len(own) > rank else NO_SCHOOL for own in split]
        counts = crossings_to(np.array(asked, dtype=object)).sum(axis=1)
        most[has] = counts[has] if rank == 0 else np.maximum(most[has], counts[has])
    return most
