"""Two states of a stage's zones side by side: editions, or today's zones in the data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from zoning.blocks import locate
from zoning.plan.residences import today_schools
from zoning.publish.zone_difference import changed_ground, pairs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from webmap.services.plans import PlanData
    from zoning.publish.zone_difference import Pair

TODAY = "today"


@dataclass(frozen=True, eq=False)
class Side:
    """One state of the zones.

    Parameters
    ----------
    zones
        schools (ids joined by ";") and polygons, metric CRS.
    names
        Name by school id.
    plan
        The plan; None for the zones of today in the study's data.
    points
        Schools: school_id and points, metric CRS.
    """

    zones: gpd.GeoDataFrame = field(repr=False)
    names: Mapping[str, str]
    plan: PlanData | None
    points: gpd.GeoDataFrame = field(repr=False)

    def schools_of(self, places: gpd.GeoDataFrame, stage: str) -> list[str]:
        """Return the schools of each place, ids joined by ";" and sorted."""
        there = places.to_crs(self.zones.crs)
        if self.plan is None:
            today = self.zones.assign(school_id=self.zones["schools"], stage=stage)
            found = today_schools(there, today, stage)
            return [str(ids) for ids in found.fillna("")]
        of_zone = dict(zip(self.plan.zones["zone_id"], self.zones["schools"], strict=True))
        blocks = self.plan.blocks
        zones = dict(zip(blocks["block_id"], blocks["zone_id"], strict=True))
        inside = locate(there, blocks).map(zones).map(of_zone)
        return [str(ids) for ids in inside.fillna("")]


@dataclass(frozen=True, eq=False)
class Change:
    """What changes from one state of the zones to another.

    Parameters
    ----------
    before, after
        The states.
    ground
        before, after (schools), geometry: the ground that changes.
    pairs
        Sums by old and new schools.
    addresses
        address_id, name, division, community, road, number, before, after of each address of the
        list that changes.
    year
        Year whose children are counted; 0 where none are.
    """

    before: Side
    after: Side
    ground: gpd.GeoDataFrame = field(repr=False)
    pairs: tuple[Pair, ...]
    addresses: pd.DataFrame = field(repr=False)
    year: int


def side_of(plan: PlanData) -> Side:
    """Return the zones of a plan as one side of a comparison."""
    schools = [_sorted(ids) for ids in plan.zones["school_ids"]]
    zones = gpd.GeoDataFrame({"schools": schools}, geometry=plan.zones.geometry.to_numpy(),
                             crs=plan.zones.crs)  # fmt: skip
    names = dict(zip(plan.schools["school_id"], plan.schools["name"], strict=True))
    return Side(zones, names, plan, plan.schools)


def side_of_today(study: Path, stage: str, *, like: Side) -> Side | None:
    """Return the zones of today in the study's data; None where it has none for the stage.

    Parameters
    ----------
    study
        Folder of the study.
    stage
        Stage of the zones.
    like
        The state that they are compared with: its CRS and its schools are taken.
    """
    file = study / "build" / "intake" / "current_zones.parquet"
    if not file.is_file():
        return None
    frame = gpd.read_parquet(file)
    own = frame[frame["stage"] == stage].sort_values("school_id", ignore_index=True)
    if own.empty:
        return None
    schools = pd.read_parquet(file.with_name("schools.parquet"), columns=["school_id", "name"])
    names = dict(zip(schools["school_id"], schools["name"], strict=True))
    zones = own.rename(columns={"school_id": "schools"})[["schools", "geometry"]]
    return Side(zones.to_crs(like.zones.crs), {**names, **like.names}, None, like.points)


def compare_sides(before: Side, after: Side, *, addresses: gpd.GeoDataFrame, stage: str) -> Change:
    """Say what changes from one state of a stage's zones to another.

    Children are those of the later plan's first year. A block's children are divided evenly among
    its addresses, so that the sums are exact where a block changes as a whole, as it does between
    plans of the same blocks.

    Parameters
    ----------
    before, after
        The states, one stage.
    addresses
        The bureau's addresses of the later state, any CRS.
    stage
        Their stage.
    """
    crs = after.zones.crs
    homes = addresses.to_crs(crs).reset_index(drop=True).assign(listed=1)
    plan = after.plan or before.plan
    children = None
    year = 0
    if plan is not None and plan.years:
        year = plan.years[0]
        homes, children = _with_children(homes, plan, year)
    placed = homes.assign(
        before=before.schools_of(homes, stage), after=after.schools_of(homes, stage)
    )
    ground = changed_ground(_filled(before.zones.to_crs(crs)), _filled(after.zones))
    moved = placed[(placed["before"] != placed["after"]) & (placed["listed"] == 1)]
    return Change(
        before=before,
        after=after,
        ground=ground,
        pairs=pairs(ground, placed, children=children),
        addresses=moved.drop(columns=["geometry", "listed"]).reset_index(drop=True),
        year=year,
    )


def _with_children(
    homes: gpd.GeoDataFrame, plan: PlanData, year: int
) -> tuple[gpd.GeoDataFrame, Any]:
    """Return where children live, with blocks that have no address, and how many live there."""
    blocks = plan.blocks
    of_block = locate(homes, blocks)
    counts = of_block.value_counts()
    per_block = pd.Series(
        blocks[f"children_{year}"].fillna(0).to_numpy(dtype=float), index=blocks["block_id"]
    )
    bare = blocks[~blocks["block_id"].isin(counts.index).to_numpy() & (per_block.to_numpy() > 0)]
    points = gpd.GeoDataFrame(
        {"listed": 0}, index=range(len(bare)), geometry=bare.representative_point().to_numpy(),
        crs=homes.crs,
    )  # fmt: skip
    share = of_block.map(per_block / counts.reindex(per_block.index)).fillna(0.0).to_numpy()
    every = pd.concat([homes, points], ignore_index=True) if len(bare) else homes
    return every, np.concatenate([share, per_block[bare["block_id"]].to_numpy()])


def _filled(zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the zones that have ground."""
    return zones[~shapely.is_empty(zones.geometry.to_numpy())]


def _sorted(ids: object) -> str:
    return ";".join(sorted(part for part in str(ids or "").split(";") if part))
