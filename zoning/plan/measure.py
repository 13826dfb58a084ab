"""All metrics of a plan as tables: by block, zone, school, and for the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.network.model import CROSSED
from zoning.plan import metrics
from zoning.plan.boarding import block_road, boarding_rows
from zoning.plan.colours import zone_colours
from zoning.plan.crossed import crossing_chances
from zoning.plan.facts import outside_blocks, plan_seats, plan_shared, served
from zoning.plan.farther import FartherAdmitted, farther_admitted
from zoning.plan.geometry import zone_holes, zone_polygons
from zoning.plan.model import NONE_ZONE, ZoneType
from zoning.plan.pieces import (
    ZonePieces,
    barrier_crossings,
    closed_crossings,
    contiguity,
    plan_contiguity,
    unassigned_blocks,
)
from zoning.plan.seats import seats_of
from zoning.plan.zone_times import zone_times

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from zoning.plan.facts import Facts, Served
    from zoning.plan.model import Plan

METRIC_COLUMNS = ("metric", "scope", "year", "value", "unit", "note")
WHOLE = "plan"
ALL_YEARS = 0


@dataclass(frozen=True, eq=False)
class Measured:
    """What is known of a plan.

    Parameters
    ----------
    zones
        The layer of the plan file, polygons included.
    blocks
        Likewise, one row for each block.
    schools
        Likewise, without the price of a seat, which only a solution knows.
    metrics
        `METRIC_COLUMNS`; year 0 means all years together.
    farther
        舍近求远.
    pieces
        Verdict on every zone.
    """

    zones: gpd.GeoDataFrame
    blocks: gpd.GeoDataFrame
    schools: gpd.GeoDataFrame
    metrics: pd.DataFrame
    farther: FartherAdmitted
    pieces: tuple[ZonePieces, ...]


def measure(plan: Plan, facts: Facts, *, together: Sequence[Sequence[str]] = ()) -> Measured:
    """Measure a plan.

    Parameters
    ----------
    plan
        A plan over the blocks of `facts`.
    facts
        Everything about the stage that does not depend on a plan.
    together
        Blocks that have to stay together: each such group counts as one place.
    """
    who = served(plan, facts)
    residence_zone = _zone_positions(plan, who)
    loads = metrics.children_by_zone(residence_zone, facts.children, zones=len(plan.zones))
    pieces = contiguity(plan, facts.adjacency, homes=facts.homes, together=together)
    zones = _zones(plan, facts, who, loads=loads, pieces=pieces)
    schools = _schools(plan, facts, loads=loads)
    farther = farther_admitted(plan, facts)
    blocks = _blocks(plan, facts, who)
    rows = [
        *_times(plan, facts, who),
        *_crossing_rows(plan, facts),
        *boarding_rows(plan, facts),
        *_school_rows(schools, plan.years),
        *_shape_rows(plan, facts, zones, pieces),
        ("farther_admitted_pairs", WHOLE, ALL_YEARS, float(farther.total), "pair", ""),
        ("farther_admitted_children", WHOLE, ALL_YEARS, float(farther.refused_children), "child",
         ""),
    ]  # fmt: skip
    return Measured(
        zones=zones,
        blocks=blocks,
        schools=schools,
        metrics=pd.DataFrame(rows, columns=list(METRIC_COLUMNS)),
        farther=farther,
        pieces=pieces,
    )


def _zone_positions(plan: Plan, who: Served) -> NDArray[np.int64]:
    position = {zone.zone_id: at for at, zone in enumerate(plan.zones)}
    return np.array([position.get(zone, -1) for zone in who.zone_id], dtype=np.int64)


def _zones(
    plan: Plan,
    facts: Facts,
    who: Served,
    *,
    loads: NDArray[np.int64],
    pieces: tuple[ZonePieces, ...],
) -> gpd.GeoDataFrame:
    frame = zone_polygons(plan, facts.blocks)
    seats = plan_seats(plan, facts)
    zone = _zone_positions(plan, who)
    weight = facts.children.sum(axis=1)
    frame["name"] = [item.name for item in plan.zones]
    frame["zone_type"] = [item.zone_type.value for item in plan.zones]
    frame["stage"] = plan.stage
    frame["school_ids"] = [item.joined_ids for item in plan.zones]
    frame["shares"] = [";".join(map(str, item.shares)) for item in plan.zones]
    names = facts.school_names
    frame["school_names"] = [
        "、".join(names.get(school, school) for school in item.school_ids) for item in plan.zones
    ]
    frame["blocks"] = np.bincount(plan.zone_index, minlength=len(plan.zones))
    fill = metrics.fill_rate(loads, seats)
    for column, year in enumerate(plan.years):
        frame[f"children_{year}"] = loads[:, column]
        frame[f"seats_{year}"] = seats[:, column]
        frame[f"fill_{year}"] = _finite(fill[:, column])
    inside = [np.flatnonzero(zone == at) for at in range(len(plan.zones))]
    times = [(who.time_s[rows], weight[rows]) for rows in inside]
    frame["mean_time_s"] = [metrics.mean_time(*pair) for pair in times]
    frame["median_time_s"] = [metrics.quantile_time(*pair, 0.5) for pair in times]
    frame["p95_time_s"] = [metrics.quantile_time(*pair, 0.95) for pair in times]
    frame["max_time_s"] = [metrics.max_time(*pair) for pair in times]
    frame["pieces"] = [item.pieces for item in pieces]
    frame["contiguity"] = [item.state.value for item in pieces]
    frame["colour"] = zone_colours(plan, facts.adjacency)
    frame["holes"] = zone_holes(plan, frame, blocks=facts.blocks)
    return frame[[*(name for name in frame.columns if name != "geometry"), "geometry"]]


def _finite(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isfinite(values), values, np.nan)


def _schools(plan: Plan, facts: Facts, *, loads: NDArray[np.int64]) -> gpd.GeoDataFrame:
    columns = ["school_id", "name", "owner", "geometry"]
    frame = facts.schools[columns].sort_values("school_id", ignore_index=True)
    zone_of = {school: plan.zones[at].zone_id for school, at in plan.zone_of_school.items()}
    nothing = np.zeros(len(plan.years), dtype=np.int64)
    by_school = plan_shared(plan, facts).of_school(plan.zones)
    for position, zone in enumerate(plan.zones):
        if zone.school_ids and zone.zone_type is not ZoneType.SHARED:
            taken = np.stack([by_school.get(school, nothing) for school in zone.school_ids])
            free = np.maximum(seats_of(zone.school_ids, facts.seat_table) - taken, 0)
            parts = taken + metrics.share_out(loads[position], free)
            by_school |= dict(zip(zone.school_ids, parts, strict=True))
    children = np.stack([by_school.get(school, nothing) for school in frame["school_id"]])
    seats = seats_of(frame["school_id"], facts.seat_table)
    fill = metrics.fill_rate(children, seats)
    frame["stage"] = plan.stage
    frame["zone_id"] = frame["school_id"].map(zone_of).fillna("")
    for column, year in enumerate(plan.years):
        frame[f"children_{year}"] = children[:, column]
        frame[f"seats_{year}"] = seats[:, column]
        frame[f"fill_{year}"] = _finite(fill[:, column])
    order = ["school_id", "name", "stage", "owner", "zone_id"]
    figures = [name for name in frame.columns if name not in {*order, "geometry"}]
    return frame[[*order, *figures, "geometry"]]


def _blocks(plan: Plan, facts: Facts, who: Served) -> gpd.GeoDataFrame:
    residences = facts.residences
    weight = facts.children.sum(axis=1)
    today = residences["today_school_id"].to_numpy(dtype=object)
    moved = metrics.changes_school(today, who.schools)
    frame = facts.blocks.set_index("block_id").loc[list(plan.block_ids), ["name", "geometry"]]
    frame["zone_id"] = plan.zone_ids
    schools = {zone.zone_id: zone.joined_ids for zone in plan.zones}
    frame["school_id"] = [schools[zone] for zone in plan.zone_ids]
    by_block = pd.DataFrame({"block_id": residences["block_id"], "addresses": 1})
    for column, year in enumerate(plan.years):
        by_block[f"children_{year}"] = facts.children[:, column]
        by_block[f"moved_{year}"] = np.where(moved, facts.children[:, column], 0)
    sums = by_block.groupby("block_id").sum().reindex(frame.index).fillna(0).astype("int64")
    for year in plan.years:
        frame[f"children_{year}"] = sums[f"children_{year}"]
        frame[f"moved_{year}"] = sums[f"moved_{year}"]
    frame["addresses"] = sums["addresses"]
    frame["time_s"], frame["distance_m"] = _block_times(plan, facts)
    road = block_road(plan, facts)
    if road is not None:
        frame["boarding_m"] = road
    frame["today_school_id"] = _majority(residences["block_id"], today, weight, frame.index)
    # children of one year on average, so that it compares with any year's column
    mean_moved = sums[[f"moved_{year}" for year in plan.years]].mean(axis=1)
    frame["moved_children"] = mean_moved.round().astype("int64")
    frame = frame.reset_index()
    return frame[[*(name for name in frame.columns if name != "geometry"), "geometry"]]


def _block_times(plan: Plan, facts: Facts) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seconds and metres of each block to its school, the mean by seats of several."""
    row = {block: at for at, block in enumerate(facts.travel.block_ids)}
    cells = np.array([row[block] for block in plan.block_ids]), plan.zone_index
    time, distance = zone_times(plan.zones, facts)
    return time[cells], distance[cells]


def _majority(
    block: pd.Series, today: NDArray[np.object_], weight: NDArray[np.int64], index: pd.Index
) -> pd.Series:
    """School of today that most children of each block have, then most addresses, then by id."""
    votes = pd.DataFrame({"block": block.to_numpy(), "school": today, "children": weight})
    votes = votes[votes["school"] != ""].assign(addresses=1)
    score = votes.groupby(["block", "school"], as_index=False).sum()
    score = score.sort_values(
        ["block", "children", "addresses", "school"], ascending=[True, False, False, True]
    )
    first = score.drop_duplicates("block").set_index("block")["school"]
    return first.reindex(index).fillna("")


def _times(plan: Plan, facts: Facts, who: Served) -> list[tuple[str, str, int, float, str, str]]:
    today = facts.residences["today_school_id"].to_numpy(dtype=object)
    outside = outside_blocks(facts)
    open_zones = [
        zone.zone_id
        for zone in plan.zones
        if zone.zone_type is ZoneType.NO_SCHOOL and zone.zone_id != NONE_ZONE
    ]
    apart = np.isin(who.zone_id.astype(str), open_zones)
    unserved = (who.schools == "") & ~apart
    rows = []
    for column, year in enumerate(plan.years):
        weight = facts.children[:, column]
        # whom a decision leaves without a school of their own lacks neither a school nor a way
        settled = np.where(apart, 0, weight)
        figures = (
            ("children", float(weight.sum()), "child"),
            ("mean_time", metrics.mean_time(who.time_s, weight), "s"),
            ("median_time", metrics.quantile_time(who.time_s, weight, 0.5), "s"),
            ("p95_time", metrics.quantile_time(who.time_s, weight, 0.95), "s"),
            ("max_time", metrics.max_time(who.time_s, weight), "s"),
            (
                "share_within_radius",
                metrics.share_within(who.distance_m, weight, radius_m=facts.radius_m),
                "share",
            ),
            (
                "changes_school",
                float(metrics.children_changing(today, who.schools, weight)),
                "child",
            ),
            ("has_school_today", float(metrics.children_with_school(today, weight)), "child"),
            ("without_way", float(metrics.without_way(who.time_s, settled)), "child"),
            ("unassigned", float(weight[unserved].sum()), "child"),
            ("no_school_area", float(weight[apart].sum()), "child"),
            ("outside_blocks", float(weight[outside].sum()), "child"),
        )
        note = {"share_within_radius": f"{facts.radius_m:g} m"}
        rows += [
            (name, WHOLE, year, value, unit, note.get(name, "")) for name, value, unit in figures
        ]
    return rows


def _crossing_rows(plan: Plan, facts: Facts) -> list[tuple[str, str, int, float, str, str]]:
    """Children by year who cross something on their way, expected where a draw decides."""
    chance = crossing_chances(plan, facts)
    if chance is None:
        return []
    return [
        (f"crosses_{kind}", WHOLE, year, float(facts.children[:, at] @ chance[:, of]), "child", "")
        for at, year in enumerate(plan.years)
        for of, kind in enumerate(CROSSED)
    ]


def _school_rows(
    schools: gpd.GeoDataFrame, years: tuple[int, ...]
) -> list[tuple[str, str, int, float, str, str]]:
    rows = []
    for year in years:
        children = schools[f"children_{year}"].to_numpy(np.int64)
        seats = schools[f"seats_{year}"].to_numpy(np.int64)
        over = metrics.overload(children, seats)
        fill = schools[f"fill_{year}"].to_numpy(float)
        rows += [
            ("seats", WHOLE, year, float(seats.sum()), "seat", ""),
            ("overload", WHOLE, year, float(over.sum()), "child", ""),
        ]
        for at, school in enumerate(schools["school_id"]):
            scope = f"school:{school}"
            rows += [
                ("children", scope, year, float(children[at]), "child", ""),
                ("seats", scope, year, float(seats[at]), "seat", ""),
                ("fill", scope, year, float(fill[at]), "share", ""),
                ("overload", scope, year, float(over[at]), "child", ""),
            ]
    return rows


def _shape_rows(
    plan: Plan, facts: Facts, zones: gpd.GeoDataFrame, pieces: tuple[ZonePieces, ...]
) -> list[tuple[str, str, int, float, str, str]]:
    crossings = barrier_crossings(plan, facts.adjacency)
    closed = closed_crossings(crossings)
    stray = sum(len(item.stray) for item in pieces)
    excused = sorted(block for item in pieces for block in item.excused)
    unserved = unassigned_blocks(plan)
    state = plan_contiguity(pieces)
    passed = sum(item.state.value == "pass" for item in pieces)
    rows = [
        ("contiguity", WHOLE, ALL_YEARS, passed / len(pieces), "share", state.value),
        ("stray_blocks", WHOLE, ALL_YEARS, float(stray), "block", ""),
        ("excused_blocks", WHOLE, ALL_YEARS, float(len(excused)), "block", ";".join(excused)),
        ("unassigned_blocks", WHOLE, ALL_YEARS, float(len(unserved)), "block", ";".join(unserved)),
        ("holes", WHOLE, ALL_YEARS, float(zones["holes"].sum()), "hole", ""),
        ("crossings", WHOLE, ALL_YEARS, float(len(crossings)), "edge", ""),
        ("closed_crossings", WHOLE, ALL_YEARS, float(len(closed)), "edge", ""),
    ]
    for item in pieces:
        scope = f"zone:{item.zone_id}"
        rows.append(("pieces", scope, ALL_YEARS, float(item.pieces), "piece", item.state.value))
    return rows
