"""Walksheds of the schools of a study, and how many children live within them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from zoning.errors import MissingStepError, SettingsError
from zoning.intake.basemap import MILLIMETRES
from zoning.network.graph import load_network
from zoning.network.model import FAR
from zoning.network.travel import AddressTimes, load_tables
from zoning.network.walkshed import (
    Measure,
    reached_line,
    reached_parts,
    walkshed_polygon,
    within_limit,
)
from zoning.plan.store import read_plan
from zoning.plan.within import Within, serving_of, serving_today, within_any, within_own
from zoning.settings import Stage
from zoning.study.compare import TODAY, find_plan
from zoning.study.lookup import find_one
from zoning.study.road import ready, travel_from
from zoning.study.stage import stage_facts
from zoning.study.ways import MINUTE_MS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zoning.network.tables import SchoolTables
    from zoning.plan.facts import Facts
    from zoning.progress import Progress
    from zoning.study.folder import Study

ADDRESSES_AT_ONCE = 4096
Record = dict[str, Any]


@dataclass(frozen=True)
class Limit:
    """How far is near enough.

    Parameters
    ----------
    measure
        What it is about.
    amount
        Minutes on the fastest way, or metres on the shortest.
    """

    measure: Measure
    amount: float

    @property
    def cost(self) -> int:
        """The limit in whole milliseconds or millimetres, FAR at most."""
        unit = MINUTE_MS if self.measure is Measure.TIME else MILLIMETRES
        return round(min(self.amount * unit, FAR))


@dataclass(frozen=True, eq=False)
class StageSheds:
    """The walksheds of a stage.

    Parameters
    ----------
    stage, plan_id
        Which; "" where no plan is asked about.
    limit
        How far is near enough.
    years
        Years of the horizon.
    schools
        school_id, name, children_<year>, within_<year>, share, reached_m and polygons, working CRS.
        Of the children of the school under the plan; without a plan, of all children of the stage.
    reached
        school_id, name and the reached network as lines.
    blocks
        block_id, name, children_<year>, within_<year>, share and polygons: within of the block's
        own school, without a plan of any.
    whole
        children_<year>, within_<year>, share of the stage.
    """

    stage: str
    plan_id: str
    limit: Limit
    years: tuple[int, ...]
    schools: gpd.GeoDataFrame
    reached: gpd.GeoDataFrame
    blocks: gpd.GeoDataFrame
    whole: Record


def walksheds(
    study: Study,
    *,
    limit: Limit | None,
    schools: Sequence[str] = (),
    plan: str | None = None,
    stage: Stage | None = None,
    progress: Progress,
) -> list[StageSheds]:
    """Return the walksheds of a study, stage by stage.

    Parameters
    ----------
    study
        The study; whatever comes before is brought up to date.
    limit
        How far is near enough; None takes the service radius of the rule set.
    schools
        Ids or names of the schools that are wanted; none takes all. What is said of blocks and of
        the whole is of all schools.
    plan
        Name of a plan, or "today": its children are counted school by school.
    stage
        One stage instead of all.
    progress
        Told how far it is.

    Raises
    ------
    MissingStepError
        A school or the plan is not there, or the plan is of other blocks.
    AmbiguousError
        Several schools have a name.
    SettingsError
        The plan is of another stage.
    """
    stages = _stages(study, plan, stage)
    at_hand = ready(study, progress)
    travel_from(study, at_hand, progress)
    every = {item: stage_facts(study, item, inputs=at_hand.inputs) for item in stages}
    names = {
        school: name for facts in every.values() for school, name in facts.school_names.items()
    }
    wanted = {find_one(words, names, kind="school") for words in schools}
    found = []
    for facts in every.values():
        own = [school for school in sorted(facts.school_names) if school in wanted or not wanted]
        if own:
            found.append(_of_stage(study, facts, own, limit=limit, plan=plan, progress=progress))
    return found


def _stages(study: Study, plan: str | None, stage: Stage | None) -> list[Stage]:
    if plan is None or plan == TODAY:
        if plan == TODAY and study.settings.inputs.current_zones is None:
            raise MissingStepError("study.NO_TODAY")
        return [stage] if stage else list(study.settings.study.stages)
    drawn = read_plan(find_plan(study, plan)).plan
    if stage is not None and drawn.stage != stage.value:
        raise SettingsError("study.OTHER_STAGE", plan=drawn.plan_id, stage=drawn.stage)
    return [Stage(drawn.stage)]


def _of_stage(
    study: Study,
    facts: Facts,
    wanted: Sequence[str],
    *,
    limit: Limit | None,
    plan: str | None,
    progress: Progress,
) -> StageSheds:
    limit = limit or Limit(Measure.LENGTH, facts.radius_m)
    network = load_network(study.build / "roads" / facts.stage)
    tables = load_tables(study.build / "travel" / facts.stage)
    near = _near(facts, tables, limit)
    plan_id, counted = _counted(study, facts, near, plan=plan, school_ids=tables.school_ids)
    rows = [tables.school_ids.index(school) for school in wanted]
    lines, shapes, metres = [], [], []
    for done, row in enumerate(rows, start=1):
        parts = reached_parts(network, tables, school=row, limit=limit.cost, measure=limit.measure)
        lines.append(reached_line(network, parts))
        shapes.append(walkshed_polygon(network, lines[-1]))
        metres.append(round(parts.length_mm / MILLIMETRES))
        progress(tables.school_ids[row], done, len(rows))
    ids = {"school_id": list(wanted), "name": [facts.school_names[school] for school in wanted]}
    of_school = _shares(facts.years, counted.of_school[rows], counted.near_school[rows])
    return StageSheds(
        stage=facts.stage,
        plan_id=plan_id,
        limit=limit,
        years=facts.years,
        schools=gpd.GeoDataFrame(
            {**ids, **of_school, "reached_m": metres}, geometry=shapes, crs=network.crs
        ),
        reached=gpd.GeoDataFrame(ids, geometry=lines, crs=network.crs),
        blocks=_blocks(facts, counted),
        whole={
            name: values[0]
            for name, values in _shares(
                facts.years,
                facts.children.sum(axis=0, keepdims=True),
                counted.near_home.sum(axis=0, keepdims=True),
            ).items()
        },
    )


def _near(facts: Facts, tables: SchoolTables, limit: Limit) -> NDArray[np.bool_]:
    """Whether each residence is within the limit of each school, A x J, by its own way."""
    by_time, times = limit.measure is Measure.TIME, facts.times_to
    if not isinstance(times, AddressTimes):
        # children counted by block: a block has the mean of the table
        place = {block: row for row, block in enumerate(facts.travel.block_ids)}
        at = [place[block] for block in facts.residences["block_id"]]
        length = facts.travel.distance_m.astype(np.int64) * int(MILLIMETRES)
        return within_limit((facts.travel.time_ms if by_time else length)[at], limit.cost)
    total = len(facts.residences)
    near = np.zeros((total, len(tables.school_ids)), dtype=bool)
    for start in range(0, total, ADDRESSES_AT_ONCE):
        stop = min(start + ADDRESSES_AT_ONCE, total)
        time_ms, length_mm = times.to_all(start, stop)
        near[start:stop] = within_limit(time_ms if by_time else length_mm, limit.cost)
    return near


def _counted(
    study: Study,
    facts: Facts,
    near: NDArray[np.bool_],
    *,
    plan: str | None,
    school_ids: Sequence[str],
) -> tuple[str, Within]:
    if plan is None:
        return "", within_any(near, facts.children)
    if plan == TODAY:
        serving = serving_today(facts, school_ids=school_ids)
        return TODAY, within_own(near, facts.children, serving=serving)
    drawn = read_plan(find_plan(study, plan)).plan
    if set(drawn.block_ids) != set(facts.blocks["block_id"]):
        raise MissingStepError("study.OTHER_BLOCKS", plan=drawn.plan_id)
    serving = serving_of(drawn, facts, school_ids=school_ids)
    return drawn.plan_id, within_own(near, facts.children, serving=serving)


def _blocks(facts: Facts, counted: Within) -> gpd.GeoDataFrame:
    blocks = facts.blocks.sort_values("block_id", ignore_index=True)
    place = pd.Series(np.arange(len(blocks)), index=blocks["block_id"])
    at = facts.residences["block_id"].map(place).to_numpy(float)
    inside = np.flatnonzero(~np.isnan(at))
    sums = []
    for values in (facts.children.astype(float), counted.near_home):
        total = np.zeros((len(blocks), len(facts.years)))
        np.add.at(total, at[inside].astype(np.int64), values[inside])
        sums.append(total)
    frame = blocks[["block_id", "name", "geometry"]]
    return frame.assign(**_shares(facts.years, *sums))[
        ["block_id", "name", *_columns(facts.years), "geometry"]
    ]


def _columns(years: Sequence[int]) -> list[str]:
    return [f"{kind}_{year}" for kind in ("children", "within") for year in years] + ["share"]


def _shares(
    years: Sequence[int], children: NDArray[Any], within: NDArray[np.float64]
) -> dict[str, list[Any]]:
    """Return columns of children and of those within by year, and their share of all years."""
    everyone, near = children.sum(axis=1), within.sum(axis=1)
    columns: dict[str, list[Any]] = {
        f"{kind}_{year}": [_count(value) for value in counts[:, column]]
        for kind, counts in (("children", children), ("within", within))
        for column, year in enumerate(years)
    }
    columns["share"] = [
        round(float(some / whole), 4) if whole else None
        for some, whole in zip(near, everyone, strict=True)
    ]
    return columns


def _count(value: float) -> float:
    """Return children as they are counted: parts of one only where a draw divides them."""
    return round(float(value), 1)
