"""Ways as straight segments between shared vertices: which of them a mode may use, how fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from zoning.intake.basemap import MILLIMETRES, MOTORWAY_CLASSES
from zoning.settings import Mode, PrivateWays

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import NDArray

    from zoning.settings import NetworkSection, Stage

TRUNK = "trunk"
# Classes that carry no motor traffic, after the tag pages of the OpenStreetMap wiki (Key:highway).
NOT_DRIVABLE = (
    "footway", "path", "steps", "pedestrian", "cycleway", "bridleway", "track", "crossing",
    "escalator",
)  # fmt: skip
# What a child with its bedding is brought along: farm tracks too, which cars are not sent down.
NOT_CARRIED = tuple(highway for highway in NOT_DRIVABLE if highway != "track")
KMH_PER_M_PER_S = 3.6
STEPS = "steps"
# Surfaces that are not sealed, after the page Key:surface of the OpenStreetMap wiki.
UNPAVED = (
    "compacted", "dirt", "earth", "fine_gravel", "grass", "gravel", "ground", "ice", "mud",
    "pebblestone", "rock", "salt", "sand", "shells", "snow", "unpaved", "woodchips",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Segments:
    """Straight pieces of ways between neighbouring vertices.

    Parameters
    ----------
    vertex_xy
        Coordinates of all vertices, metres, shape (V, 2).
    u, v
        Ends as rows of `vertex_xy`, shape (S,).
    way
        Row of the way, shape (S,).
    direction
        1 from u to v only, -1 from v to u only, 0 both, shape (S,).
    speed
        Metres per second, which is millimetres per millisecond, shape (S,).
    """

    vertex_xy: NDArray[np.float64]
    u: NDArray[np.int64]
    v: NDArray[np.int64]
    way: NDArray[np.int64]
    direction: NDArray[np.int8]
    speed: NDArray[np.float64]

    @property
    def length_mm(self) -> NDArray[np.float64]:
        """Length of each segment in millimetres."""
        ends = self.vertex_xy[self.v] - self.vertex_xy[self.u]
        return np.asarray(np.hypot(ends[:, 0], ends[:, 1]) * MILLIMETRES)

    def take(self, keep: NDArray[np.bool_] | NDArray[np.int64]) -> Segments:
        """Return the segments that are marked, or those of the given rows."""
        return Segments(
            vertex_xy=self.vertex_xy,
            u=self.u[keep],
            v=self.v[keep],
            way=self.way[keep],
            direction=self.direction[keep],
            speed=self.speed[keep],
        )

    def lines(self) -> NDArray[np.object_]:
        """Return the segments as LineStrings."""
        ends = np.stack([self.vertex_xy[self.u], self.vertex_xy[self.v]], axis=1)
        return np.asarray(shapely.linestrings(ends))


def cut_into_segments(
    ways: gpd.GeoDataFrame, *, mode: Mode, settings: NetworkSection, stage: Stage
) -> Segments:
    """Cut all ways into segments; vertices that agree to a millimetre become one.

    Parameters
    ----------
    ways
        Ways of a basemap.
    mode
        Walking takes no notice of one-way, nor does the length of the road to a boarding school.
    settings, stage
        For the speeds.
    """
    xy, way = shapely.get_coordinates(ways.geometry.array, return_index=True)
    grid = np.rint(xy * MILLIMETRES).astype(np.int64)
    grid -= grid.min(axis=0)
    packed = grid[:, 0] * (grid[:, 1].max() + 1) + grid[:, 1]
    _, first, vertex = np.unique(packed, return_index=True, return_inverse=True)
    start = np.flatnonzero((way[1:] == way[:-1]) & (vertex[1:] != vertex[:-1]))
    oneway = ways["oneway"].to_numpy()
    if mode is not Mode.DRIVE:
        oneway = np.zeros_like(oneway)
    if mode is Mode.WALK:
        speed = walking_speeds(ways, settings=settings, stage=stage)
    elif mode is Mode.BOARDING:
        # one speed for all: the fastest way is then the shortest, and metres govern
        speed = np.full(len(ways), settings.boarding_km_per_h / KMH_PER_M_PER_S)
    else:
        speed = driving_speeds(ways, settings=settings)
    return Segments(
        vertex_xy=xy[first],
        u=vertex[start],
        v=vertex[start + 1],
        way=way[start],
        direction=oneway[way[start]],
        speed=speed[way[start]],
    )


def walking_speeds(
    ways: gpd.GeoDataFrame, *, settings: NetworkSection, stage: Stage
) -> NDArray[np.float64]:
    """Return the speed on each way in m/s: less where it is tagged as unlit or unpaved."""
    speed = np.full(len(ways), settings.walk_m_per_s[stage])
    speed[(ways["lit"] == "no").to_numpy()] /= settings.unlit_factor
    speed[ways["surface"].isin(UNPAVED).to_numpy()] /= settings.unpaved_factor
    return speed


def driving_speeds(ways: gpd.GeoDataFrame, *, settings: NetworkSection) -> NDArray[np.float64]:
    """Return the speed of each way in m/s: that of its class, never above its posted limit."""
    table = settings.drive_km_per_h
    fallback = table.get("default", min(table.values()))
    by_class = ways["highway"].map(table).fillna(fallback).to_numpy(dtype=float)
    limit = ways["maxspeed"].to_numpy(dtype=float)
    return np.asarray(np.fmin(by_class, np.where(limit > 0, limit, np.nan)) / KMH_PER_M_PER_S)


def usable_ways(
    ways: gpd.GeoDataFrame, *, mode: Mode, private: PrivateWays = PrivateWays.OPEN
) -> NDArray[np.bool_]:
    """Tell which ways a mode may use, shape (W,).

    Children do not walk on motorways; cars keep to roads. Who is brought to a boarding school
    without a bus keeps to roads and farm tracks but motorways, which tractors, bicycles and all
    that is slower than 70 km/h may not enter (道路交通安全法, article 67).

    Parameters
    ----------
    ways
        Ways of a basemap.
    mode
        How the children travel.
    private
        Open unless the bureau closes them: the roads inside compounds are private, and most
        children live there.
    """
    closed = ("no", "private") if private is PrivateWays.CLOSED else ("no",)
    highway = ways["highway"]
    if mode is Mode.WALK:
        return np.asarray(~highway.isin(MOTORWAY_CLASSES) & ~ways["foot"].isin(closed))
    if mode is Mode.BOARDING:
        barred = (*NOT_CARRIED, *MOTORWAY_CLASSES)
        return np.asarray(~highway.isin(barred) & ~ways["motor"].isin(closed))
    return np.asarray(~highway.isin(NOT_DRIVABLE) & ~ways["motor"].isin(closed))


def closed_ways(ways: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Tell which ways nobody may use, neither on foot nor by car, shape (W,)."""
    return np.asarray((ways["foot"] == "no") & (ways["motor"] == "no"))


def without_repeats(segments: Segments) -> Segments:
    """Keep the fastest of segments that join the same vertices in the same direction."""
    low, high = np.minimum(segments.u, segments.v), np.maximum(segments.u, segments.v)
    turned = np.where(segments.u == low, segments.direction, -segments.direction)
    pair = (low * len(segments.vertex_xy) + high) * 3 + turned + 1
    order = np.argsort(pair, kind="stable")
    same = pair[order[1:]] == pair[order[:-1]]
    again = np.zeros(len(pair), dtype=bool)
    again[order[1:][same]] = True
    again[order[:-1][same]] = True
    rows = np.flatnonzero(again)
    rows = rows[np.lexsort((segments.way[rows], -segments.speed[rows], pair[rows]))]
    keep = ~again
    keep[rows[np.unique(pair[rows], return_index=True)[1]]] = True
    return segments.take(keep)


def without_residue(segments: Segments, *, min_nodes: int) -> tuple[Segments, int]:
    """Leave out unconnected pieces with few junctions and dead ends: residue of mapping.

    Parameters
    ----------
    segments
        Before barriers are applied: what a barrier cuts off is no residue.
    min_nodes
        Pieces with fewer junctions and dead ends go.

    Returns
    -------
    segments, pieces
        What stays, and how many pieces went.
    """
    count = len(segments.vertex_xy)
    ones = np.ones(len(segments.u), dtype=np.int8)
    links = coo_array((ones, (segments.u, segments.v)), shape=(count, count))
    _, piece = connected_components(links, directed=False)
    degree = np.bincount(segments.u, minlength=count) + np.bincount(segments.v, minlength=count)
    is_node = (degree > 0) & (degree != 2)
    nodes = np.bincount(piece[is_node], minlength=piece.max(initial=0) + 1)
    # a ring without any junction counts as one
    keep = np.maximum(nodes[piece[segments.u]], 1) >= min_nodes
    gone = len(np.unique(piece[segments.u[~keep]]))
    return segments.take(keep), gone


def vertices_at(vertex_xy: NDArray[np.float64], xy: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the vertex at each place, to a millimetre, -1 where there is none.

    Parameters
    ----------
    vertex_xy
        Coordinates of the vertices, shape (V, 2).
    xy
        Places, shape (P, 2).
    """
    found = np.full(len(xy), -1, dtype=np.int64)
    if not len(vertex_xy):
        return found
    ours = np.rint(vertex_xy * MILLIMETRES).astype(np.int64)
    low = ours.min(axis=0)
    wide = ours[:, 1].max() - low[1] + 1
    theirs = np.rint(xy * MILLIMETRES).astype(np.int64) - low
    near = np.flatnonzero((theirs >= 0).all(axis=1) & (theirs[:, 1] < wide))
    known = (ours[:, 0] - low[0]) * wide + ours[:, 1] - low[1]
    order = np.argsort(known, kind="stable")
    asked = theirs[near, 0] * wide + theirs[near, 1]
    place = np.minimum(np.searchsorted(known[order], asked), len(known) - 1)
    hit = known[order[place]] == asked
    found[near[hit]] = order[place[hit]]
    return found
