"""Door numbers: odd ones on the left of a street, even ones on its right, growing along it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from zoning.demo.areas import within_any
from zoning.demo.streets import NUMBER_STEP_M

if TYPE_CHECKING:
    from zoning.demo.density import Density
    from zoning.demo.segments import Bools, Floats, Ints, Segments
    from zoning.demo.terrain import Terrain

EAGERNESS = {"primary": 0.35, "secondary": 0.6, "tertiary": 1.0, "residential": 0.8}
FROM_ROAD_M = (13.0, 24.0)
CLEAR_OF_ROADS_M = 10.0
CLEAR_OF_LINES_M = 25.0
SPARE = 1.5


def clear_of(segments: Segments, xy: Floats, limit_m: float) -> Bools:
    """Tell which of [n, 2] points keep at least a distance from all pieces."""
    near = shapely.STRtree(segments.lines()).query(
        shapely.points(xy), predicate="dwithin", distance=limit_m
    )[0]
    clear = np.ones(len(xy), dtype=bool)
    clear[near] = False
    return clear


def place_doors(
    terrain: Terrain, density: Density, count: int, *, taken: Ints, rng: np.random.Generator
) -> pd.DataFrame:
    """Place addresses that are a number on a road.

    Parameters
    ----------
    terrain
        The land.
    density
        Where people live.
    count
        How many; fewer only where the streets have no room for them.
    taken
        Blocks of schools, where nobody lives.
    rng
        Chooses among the possible numbers.

    Returns
    -------
    x, y (metres), street (row of `terrain.streets`), number, households.
    """
    slots = _slots(terrain, density)
    # Gumbel's trick: the largest noisy logarithms are a weighted draw without repetition.
    noisy = np.log(slots["weight"].to_numpy()) + rng.gumbel(size=len(slots))
    wanted = min(len(slots), int(SPARE * count))
    chosen = slots.iloc[np.argsort(-noisy, kind="stable")[:wanted]]
    doors = _stand(terrain.roads, chosen, rng)
    xy = doors[["x", "y"]].to_numpy()
    good = clear_of(terrain.roads, xy, CLEAR_OF_ROADS_M)
    good &= clear_of(terrain.river, xy, CLEAR_OF_LINES_M)
    good &= clear_of(terrain.railway, xy, CLEAR_OF_LINES_M)
    good &= ~within_any(terrain.blocks[taken], xy)
    doors = doors[good].head(count).sort_values(["street", "number"], ignore_index=True)
    doors["households"] = 1 + rng.negative_binomial(1.6, 0.13, len(doors))
    return doors


def has_doors(terrain: Terrain) -> Bools:
    """Tell which pieces of road carry door numbers."""
    street = np.array([s.highway in EAGERNESS and not s.rural for s in terrain.streets])
    return np.asarray(street[terrain.roads.street] & ~terrain.roads.passes())


def _slots(terrain: Terrain, density: Density) -> pd.DataFrame:
    """List all numbers that could exist: piece, side (1 left, -1 right), step, weight."""
    roads = terrain.roads
    rows = np.flatnonzero(has_doors(terrain))
    length = roads.lengths()[rows]
    first = np.ceil((roads.chain[rows] + NUMBER_STEP_M) / NUMBER_STEP_M).astype(np.int64)
    last = np.floor((roads.chain[rows] + length - NUMBER_STEP_M) / NUMBER_STEP_M).astype(np.int64)
    many = np.maximum(last - first, 0)
    xy = (roads.ends[rows, :2] + roads.ends[rows, 2:]) / 2
    eager = np.array([EAGERNESS.get(s.highway, 0.0) for s in terrain.streets])
    people = 0.03 + density.old(xy) + 0.25 * density.new(xy)
    weight = eager[roads.street[rows]] * np.where(
        shapely.contains_xy(terrain.urban, xy), people, 0.25
    )
    piece = np.repeat(rows, many)
    step = np.repeat(first, many) + np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return pd.DataFrame(
        {
            "piece": np.tile(piece, 2),
            "side": np.repeat([1, -1], len(piece)),
            "step": np.tile(step, 2),
            "weight": np.tile(np.repeat(weight, many), 2),
        }
    )


def _stand(roads: Segments, slots: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Put each number beside its road, some way back from it."""
    piece, side = slots["piece"].to_numpy(), slots["side"].to_numpy()
    step = slots["step"].to_numpy()
    ends, length = roads.ends[piece], roads.lengths()[piece]
    unit = (ends[:, 2:] - ends[:, :2]) / length[:, None]
    along = (step + 0.5) * NUMBER_STEP_M - roads.chain[piece]
    back = rng.uniform(*FROM_ROAD_M, len(slots)) * side
    left = np.stack([-unit[:, 1], unit[:, 0]], axis=1)
    xy = ends[:, :2] + along[:, None] * unit + back[:, None] * left
    return pd.DataFrame(
        {
            "x": xy[:, 0],
            "y": xy[:, 1],
            "street": roads.street[piece],
            "number": 2 * step + np.where(side > 0, 1, 2),
        }
    )
