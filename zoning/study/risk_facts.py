"""The computed facts of a risk assessment: a plan of a study against what holds today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.errors import MissingStepError, SettingsError
from zoning.network.model import CROSSED
from zoning.plan.compare import compare_served
from zoning.plan.facts import served, served_today
from zoning.plan.measure import measure
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
from zoning.plan.store import read_plan
from zoning.settings import Stage
from zoning.study.certify import certify_plan
from zoning.study.compare import TODAY, find_plan
from zoning.study.road import ready, travel_from
from zoning.study.stage import stage_facts
from zoning.study.ways import study_router

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zoning.network.routes import Router, Walk
    from zoning.plan.compare import Comparison
    from zoning.plan.facts import Facts, Served
    from zoning.plan.measure import Measured
    from zoning.plan.risk import Crossed
    from zoning.progress import Progress
    from zoning.study.certify import Certified
    from zoning.study.folder import Study

CURRENT = "current"


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
    before = TODAY if before == CURRENT else before
    if name in {TODAY, CURRENT}:
        raise SettingsError("risk.OF_TODAY")
    if before == TODAY and study.settings.inputs.current_zones is None:
        raise MissingStepError("study.NO_TODAY")
    plan = read_plan(find_plan(study, name)).plan
    old = None if before == TODAY else read_plan(find_plan(study, before)).plan
    if old is not None and old.stage != plan.stage:
        raise SettingsError("study.TWO_STAGES", before=old.stage, after=plan.stage)
    (certified,) = certify_plan(study, name, progress=progress)
    at_hand = ready(study, progress)
    travel_from(study, at_hand, progress)
    stage = Stage(plan.stage)
    facts = stage_facts(study, stage, inputs=at_hand.inputs)
    if plan.years != facts.years:
        now = "、".join(map(str, facts.years))
        raise MissingStepError("risk.OTHER_YEARS", plan=plan.plan_id, years=now)
    if old is not None and set(old.block_ids) != set(facts.blocks["block_id"]):
        raise MissingStepError("study.OTHER_BLOCKS", plan=old.plan_id)
    sides = served_today(facts) if old is None else served(old, facts), served(plan, facts)
    compared = compare_served(*sides, facts=facts, year=facts.years[0])
    router = None
    if facts.times_to is not None:
        router = study_router(study, stage, inputs=at_hand.inputs)
    progress("risk")
    found = put_together(
        compared,
        measure(plan, facts),
        certified=certified,
        before=TODAY if old is None else old.plan_id,
        years=plan.years,
        crossed=None if router is None else _crossed(router, facts, sides, compared),
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


def _crossed(
    router: Router, facts: Facts, sides: tuple[Served, Served], compared: Comparison
) -> Crossed:
    """Compare the crossings of all addresses that change and have children."""
    changed = compared.addresses[compared.addresses["children"] > 0]
    at = pd.Series(np.arange(len(facts.residences)), index=facts.residences["address_id"])
    rows = at.loc[changed["address_id"]].to_numpy(dtype=np.int64)
    before, after = (_crossings(router, facts, rows, side.schools[rows]) for side in sides)
    return crossed_more(before, after, children=changed["children"].to_numpy(dtype=np.int64))


def _crossings(
    router: Router, facts: Facts, rows: NDArray[np.int64], schools: NDArray[np.object_]
) -> NDArray[np.float64]:
    """Count the crossings of each address's way; of several schools the way with most counts."""
    split = [[school for school in str(ids).split(";") if school] for ids in schools]
    homes = [row for row, own in zip(rows, split, strict=True) for _ in own]
    asked = [school for own in split for school in own]
    walks = iter(router.walks(facts.residences.iloc[homes], asked) if homes else [])
    return np.array([_most([next(walks) for _ in own]) for own in split], dtype=np.float64)


def _most(walks: Sequence[Walk | None]) -> float:
    counts = [
        np.nan
        if walk is None
        else sum(item.times for item in walk.crossings if item.kind in CROSSED)
        for walk in walks
    ]
    return float(max(counts)) if counts and not np.isnan(counts).any() else np.nan
