"""Today's zones as a plan, so that it can be measured and compared like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from zoning.plan.model import NONE_ZONE, Plan, Provenance, Zone, ZoneType
from zoning.plan.residences import NO_BLOCK, NO_SCHOOL, children_matrix

if TYPE_CHECKING:
    from collections.abc import Mapping

    import geopandas as gpd

    from zoning.plan.facts import Facts


def today_plan(
    facts: Facts,
    *,
    current_zones: gpd.GeoDataFrame,
    source: Provenance | None = None,
) -> Plan:
    """Give every block the school where most of its children go by address today.

    A tie goes by the number of addresses, then by the area of the block inside the school's
    zone, then to the smaller id; a block without addresses goes by area. What lies in no zone of
    today is in the zone `NONE_ZONE`. Blocks that today's boundaries cut are rounded to one side:
    `served_today` has the truth by address.

    Parameters
    ----------
    facts
        Blocks, schools, residences with their school of today.
    current_zones
        school_id, stage and polygons, in the CRS of the blocks.
    source
        What it was made from.
    """
    votes = pd.concat([_by_address(facts), _by_area(facts, current_zones)])
    score = votes.groupby(["block_id", "school_id"], as_index=False).sum()
    score = score.sort_values(
        ["block_id", "children", "addresses", "area", "school_id"],
        ascending=[True, False, False, False, True],
    )
    first = score.drop_duplicates("block_id").set_index("block_id")["school_id"]
    block_ids = tuple(sorted(facts.blocks["block_id"]))
    zone_ids = tuple(str(first.get(block, NONE_ZONE)) for block in block_ids)
    return Plan(
        stage=facts.stage,
        years=facts.years,
        block_ids=block_ids,
        zone_ids=zone_ids,
        zones=_zones(facts.school_names, zone_ids),
        source=source or Provenance(),
    )


def _by_address(facts: Facts) -> pd.DataFrame:
    homes = facts.residences
    known = (homes["today_school_id"] != NO_SCHOOL) & (homes["block_id"] != NO_BLOCK)
    children = children_matrix(homes, facts.years).sum(axis=1)
    frame = pd.DataFrame(
        {
            "block_id": homes["block_id"],
            "school_id": homes["today_school_id"],
            "children": children,
            "addresses": 1,
            "area": 0.0,
        }
    )
    # schools that share a zone today each have all of its children
    frame["school_id"] = [ids.split(";") for ids in homes["today_school_id"]]
    return frame[known].explode("school_id")


def _by_area(facts: Facts, current_zones: gpd.GeoDataFrame) -> pd.DataFrame:
    zones = current_zones[current_zones["stage"] == facts.stage]
    shapes, areas = facts.blocks.geometry.to_numpy(), zones.geometry.to_numpy()
    block, zone = shapely.STRtree(areas).query(shapes, predicate="intersects")
    common = shapely.area(shapely.intersection(shapes[block], areas[zone]))
    frame = pd.DataFrame(
        {
            "block_id": facts.blocks["block_id"].to_numpy()[block],
            "school_id": zones["school_id"].to_numpy()[zone],
            "children": 0,
            "addresses": 0,
            # square metres: finer differences are rounding of coordinates
            "area": np.round(common),
        }
    )
    return frame[frame["area"] > 0]


def _zones(names: Mapping[str, str], used: tuple[str, ...]) -> tuple[Zone, ...]:
    """Make a zone for every school, those that today's zones know but the study does not too."""
    ids = sorted((set(used) | set(names)) - {NONE_ZONE})
    zones = [
        Zone(school, names.get(school, school), ZoneType.SINGLE_SCHOOL, (school,)) for school in ids
    ]
    if NONE_ZONE in used:
        zones.append(Zone(NONE_ZONE, "", ZoneType.NO_SCHOOL))
    return tuple(sorted(zones))
