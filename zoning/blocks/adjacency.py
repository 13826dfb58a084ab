"""Which blocks are neighbours, how long their common edge is, and what runs along it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from zoning.blocks.along import KINDS, NONE, edge_lines, in_pieces, run_along
from zoning.blocks.coverage import coverage_segments
from zoning.blocks.crossing import is_walkable, passages

if TYPE_CHECKING:
    import geopandas as gpd

    from zoning.blocks.coverage import Bools, Floats, Geometries, Ints
    from zoning.intake.basemap import Basemap
    from zoning.settings import BarrierSection

COLUMNS = (
    "block_a",
    "block_b",
    "length_m",
    "kind",
    "name",
    "highway",
    "hard",
    "crossable",
    "barrier",
)

# A layer that was not drawn from the basemap lies this far beside it at most.
ALONG_M = 15.0
# So much of an obstacle's edge must be a road for people to walk over it there.
_ROAD_GAP_M = 20.0
_OPEN_RANK = KINDS.index("road")


def block_adjacency(
    blocks: gpd.GeoDataFrame,
    *,
    basemap: Basemap,
    barriers: BarrierSection,
    boundary: gpd.GeoDataFrame | None = None,
    along_m: float = ALONG_M,
) -> pd.DataFrame:
    """Return the pairs of blocks that share an edge; a common corner makes no neighbours.

    What runs along is what runs along most of the edge; at a tie the earlier of `KINDS`. An edge
    of a river, railway or motorway is crossable where a walkable way passes it on the level
    (sharing a vertex, and going on beyond), on a bridge or in a tunnel, the ends of the edge
    included; or where a road, or a walkable way over a part without an obstacle, leads past it.
    Any other edge is crossable.

    Parameters
    ----------
    blocks
        block_id and geometry, an exact coverage in the working CRS.
    basemap
        Ways and lines, working CRS.
    barriers
        Which kinds are hard.
    boundary
        Administrative polygons, for edges of the kind "boundary".
    along_m
        How far beside an edge a parallel line still counts as running along it, metres.

    Returns
    -------
    pandas.DataFrame
        `COLUMNS`, block_a < block_b, sorted; `highway` is the class of the road that runs along;
        hard: of a kind that the settings declare hard; barrier: hard and not crossable.

    Raises
    ------
    InputError
        Blocks overlap.
    """
    ids = blocks["block_id"].to_numpy(dtype=object)
    shared = coverage_segments(blocks.geometry.to_numpy()).shared()
    pair_key, pair = np.unique(shared.left * len(ids) + shared.right, return_inverse=True)
    lines = edge_lines(basemap, boundary)
    ends, segment = in_pieces(shared.ends)
    line = run_along(ends, lines=lines, tolerance_m=along_m)
    pieces = _pieces(ends, pair[segment], line, lines)
    result = _majority(pieces, count=len(pair_key))
    result["crossable"] = _crossable(pieces, result, lines, basemap, ends=ends, reach=along_m)
    result["hard"] = result["kind"].isin(barriers.hard_kinds)
    result["barrier"] = result["hard"] & ~result["crossable"]
    one, other = ids[pair_key // max(len(ids), 1)], ids[pair_key % max(len(ids), 1)]
    result["block_a"] = np.where(one < other, one, other)
    result["block_b"] = np.where(one < other, other, one)
    return result.sort_values(["block_a", "block_b"], ignore_index=True)[list(COLUMNS)]


def _pieces(ends: Floats, pair: Ints, line: Ints, lines: gpd.GeoDataFrame) -> pd.DataFrame:
    step = ends[:, 1] - ends[:, 0]
    rank = lines["kind"].map(KINDS.index).to_numpy(dtype=np.int64)
    nothing = line < 0
    at = np.where(nothing, 0, line)
    return pd.DataFrame(
        {
            "pair": pair,
            "length_m": np.hypot(step[:, 0], step[:, 1]),
            "rank": np.where(nothing, NONE, rank[at] if len(rank) else NONE),
            "name": _pick(lines["name"], at, nothing),
            "highway": _pick(lines["highway"], at, nothing),
        }
    )


def _pick(values: pd.Series, at: Ints, nothing: Bools) -> Geometries:
    if len(values) == 0:
        return np.full(len(at), "", dtype=object)
    return np.where(nothing, "", values.to_numpy(dtype=object)[at])


def _majority(pieces: pd.DataFrame, *, count: int) -> pd.DataFrame:
    total = np.bincount(pieces["pair"], weights=pieces["length_m"], minlength=count)
    rank = _longest(pieces, "rank")
    along = pieces[pieces["rank"].to_numpy() == rank.reindex(pieces["pair"]).to_numpy()]
    named = along[along["name"] != ""]
    every = pd.RangeIndex(count)
    return pd.DataFrame(
        {
            "length_m": total,
            "kind": np.array(KINDS, dtype=object)[rank.reindex(every).to_numpy(dtype=np.int64)],
            "name": _longest(named, "name").reindex(every, fill_value="").to_numpy(dtype=object),
            "highway": _longest(along, "highway")
            .reindex(every, fill_value="")
            .to_numpy(dtype=object),
        }
    )


def _longest(pieces: pd.DataFrame, column: str) -> pd.Series:
    """Return by pair the value that the greatest length has; at a tie the smaller value."""
    sums = pieces.groupby(["pair", column], as_index=False)["length_m"].sum()
    sums["length_m"] = sums["length_m"].round(3)
    ordered = sums.sort_values(["pair", "length_m", column], ascending=[True, False, True])
    return ordered.drop_duplicates("pair").set_index("pair")[column]


def _crossable(
    pieces: pd.DataFrame,
    result: pd.DataFrame,
    lines: gpd.GeoDataFrame,
    basemap: Basemap,
    *,
    ends: Floats,
    reach: float,
) -> Bools:
    shut = result["kind"].isin(KINDS[:_OPEN_RANK]).to_numpy()
    crossable: Bools = ~shut
    rank = pieces["rank"].to_numpy()
    pair = pieces["pair"].to_numpy()
    road_m = np.bincount(
        pair, weights=np.where(rank == _OPEN_RANK, pieces["length_m"], 0.0), minlength=len(result)
    )
    crossable |= road_m >= _ROAD_GAP_M
    in_question = np.flatnonzero(~crossable[pair])
    edges = shapely.linestrings(ends[in_question])
    tree = shapely.STRtree(edges)
    ways = basemap.ways[is_walkable(basemap.ways)]
    points, kinds = passages(ways, lines)
    at, edge = tree.query(points, predicate="dwithin", distance=reach)
    same = kinds[at] == rank[in_question[edge]]
    crossable[pair[in_question[edge[same]]]] = True
    _, edge = tree.query(ways.geometry.to_numpy(), predicate="crosses")
    free = rank[in_question[edge]] > _OPEN_RANK
    crossable[pair[in_question[edge[free]]]] = True
    return crossable
