"""Today's zones as a plan, so that it can be measured and compared like any other."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from zoning.plan.model import NONE_ZONE, Plan, Provenance, Zone, ZoneType
from zoning.plan.residences import NO_BLOCK, NO_SCHOOL, children_matrix

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from zoning.plan.facts import Facts

JOINED = ";"
# square metres up to which zones that lie over each other are drawing noise
SMALLEST_M2 = 1.0


def today_plan(
    facts: Facts,
    *,
    current_zones: gpd.GeoDataFrame,
    source: Provenance | None = None,
    shared: bool = False,
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
    shared
        Whether ground on which today's zones lie over each other is a zone of all its schools, as
        whoever lives there has to be told. In a problem, where a block has one zone only, it is
        counted to the first of them.
    """
    votes = pd.concat(
        [_by_address(facts, shared=shared), _by_area(facts, current_zones, shared=shared)]
    )
    score = votes.groupby(["block_id", "school_id"], as_index=False).sum()
    score = score.sort_values(
        ["block_id", "children", "addresses", "area", "school_id"],
        ascending=[True, False, False, False, True],
    )
    first = score.drop_duplicates("block_id").set_index("block_id")["school_id"]
    block_ids = tuple(sorted(facts.blocks["block_id"]))
    schools = [str(first.get(block, NONE_ZONE)) for block in block_ids]
    return Plan(
        stage=facts.stage,
        years=facts.years,
        block_ids=block_ids,
        zone_ids=tuple(map(_zone_id, schools)),
        zones=_zones(facts.school_names, frozenset(schools)),
        source=source or Provenance(),
    )


def _by_address(facts: Facts, *, shared: bool) -> pd.DataFrame:
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
    )[known]
    told = [ids.split(JOINED) for ids in frame["school_id"]]
    if shared:
        frame["school_id"] = [_joined(ids, facts.school_names) for ids in told]
        return frame
    # schools that share a zone today each have all of its children
    frame["school_id"] = told
    return frame.explode("school_id")


def _by_area(facts: Facts, current_zones: gpd.GeoDataFrame, *, shared: bool) -> pd.DataFrame:
    zones = current_zones[current_zones["stage"] == facts.stage]
    ids, areas = zones["school_id"].to_numpy(dtype=object), zones.geometry.to_numpy()
    if shared:
        ids, areas = _pieces(ids, areas, facts.school_names)
    shapes = facts.blocks.geometry.to_numpy()
    block, zone = shapely.STRtree(areas).query(shapes, predicate="intersects")
    common = shapely.area(shapely.intersection(shapes[block], areas[zone]))
    frame = pd.DataFrame(
        {
            "block_id": facts.blocks["block_id"].to_numpy()[block],
            "school_id": ids[zone],
            "children": 0,
            "addresses": 0,
            # square metres: finer differences are rounding of coordinates
            "area": np.round(common),
        }
    )
    return frame[frame["area"] > 0]


def _pieces(
    ids: NDArray[np.object_], areas: NDArray[np.object_], names: Mapping[str, str]
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Cut zones where they lie over each other, so that each piece has all its schools."""
    one, other = shapely.STRtree(areas).query(areas, predicate="intersects")
    pair = one < other
    one, other = one[pair], other[pair]
    over = shapely.area(shapely.intersection(areas[one], areas[other])) >= SMALLEST_M2
    crossed = np.unique([*one[over], *other[over]]).astype(np.int64)
    pieces: list[tuple[frozenset[str], Any]] = []
    for at in crossed:
        rest, cut = areas[at], []
        for schools, piece in pieces:
            common = shapely.intersection(piece, rest)
            if common.area < SMALLEST_M2:
                cut.append((schools, piece))
                continue
            cut += [(schools | {str(ids[at])}, common), (schools, shapely.difference(piece, rest))]
            rest = shapely.difference(rest, common)
        pieces = [item for item in [*cut, (frozenset({str(ids[at])}), rest)] if item[1].area > 0]
    plain = np.setdiff1d(np.arange(len(ids)), crossed)
    joined = [*ids[plain], *(_joined(sorted(schools), names) for schools, _ in pieces)]
    shapes = [*areas[plain], *(piece for _, piece in pieces)]
    return np.array(joined, dtype=object), np.array(shapes, dtype=object)


def _joined(school_ids: Sequence[str], names: Mapping[str, str]) -> str:
    """Join the ids of schools that share ground; one that is gone shares none."""
    known = [school for school in school_ids if school in names]
    return JOINED.join(known or school_ids[:1])


def _zone_id(joined: str) -> str:
    return "+".join(joined.split(JOINED))


def _zones(names: Mapping[str, str], used: frozenset[str]) -> tuple[Zone, ...]:
    """Make a zone for every school, those that today's zones know but the study does not too.

    Schools that have nothing but what they share have one zone of several schools (多校划片); where
    one of them has ground of its own besides, the common ground is an area that is shared, and no
    part of its children was decided.
    """
    alone = {ids for ids in used if JOINED not in ids}
    several = {ids: tuple(ids.split(JOINED)) for ids in used - alone}
    times = Counter(school for schools in several.values() for school in schools)
    pooled = {school for school, often in times.items() if often == 1} - alone
    zones, gone = [], set()
    for ids, schools in several.items():
        whole = pooled.issuperset(schools)
        kind = ZoneType.MULTI_SCHOOL if whole else ZoneType.SHARED
        name = "、".join(names.get(school, school) for school in schools)
        zones.append(Zone(_zone_id(ids), name, kind, schools))
        gone |= set(schools) if whole else set()
    zones += [
        Zone(school, names.get(school, school), ZoneType.SINGLE_SCHOOL, (school,))
        for school in (alone | set(names)) - gone - {NONE_ZONE}
    ]
    if NONE_ZONE in used:
        zones.append(Zone(NONE_ZONE, "", ZoneType.NO_SCHOOL))
    return tuple(sorted(zones))
