"""Which blocks hold schools: where people lived when they were built, and a few new ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely
from scipy.spatial import cKDTree

from zoning.settings import Stage

if TYPE_CHECKING:
    from zoning.demo.density import Density
    from zoning.demo.segments import Bools, Floats, Ints
    from zoning.demo.sizes import SizeSpec
    from zoning.demo.terrain import Terrain

SMALLEST_M2 = 8_000.0
LARGEST_M2 = 60_000.0
ROUNDS = 15
NEW_SHARE = 0.12
SECOND_CAMPUS_M = 450.0


@dataclass(frozen=True)
class SchoolSites:
    """Blocks of schools.

    Attributes
    ----------
    stage
        [n] stage of each school; all primary schools come first.
    block
        [n] its block.
    place
        [n] settlement, -1 in the county town.
    opened
        [n] whether it has opened in the last ten years.
    campus_block
        Block of the second campus that the second primary school has.
    """

    stage: list[Stage]
    block: Ints
    place: Ints
    opened: Bools
    campus_block: int

    def taken(self) -> Ints:
        """Return all blocks that hold a school."""
        return np.append(self.block, self.campus_block)


def choose_sites(
    terrain: Terrain, size: SizeSpec, density: Density, *, rng: np.random.Generator
) -> SchoolSites:
    """Choose a block for every school.

    Parameters
    ----------
    terrain
        The land.
    size
        How many schools.
    density
        Where people live.
    rng
        Breaks the regularity.
    """
    xy = shapely.get_coordinates(shapely.point_on_surface(terrain.blocks))
    area = shapely.area(terrain.blocks)
    usable = (area > SMALLEST_M2) & (area < LARGEST_M2)
    usable &= shapely.area(shapely.buffer(terrain.blocks, -25.0)) > SMALLEST_M2 / 8
    urban = usable & shapely.contains_xy(terrain.urban, xy)
    free = usable.copy()
    stages, blocks, places, opened = [], [], [], []
    for stage, counts in ((Stage.PRIMARY, size.primary), (Stage.JUNIOR_MIDDLE, size.junior_middle)):
        chosen, fresh = _urban(xy, area, urban, free, density, counts[0], rng)
        outside = _outside(terrain, xy, usable, free, counts[1:])
        stages += [stage] * (len(chosen) + len(outside))
        blocks += [*chosen, *(block for block, _ in outside)]
        places += [-1] * len(chosen) + [place for _, place in outside]
        opened += [*fresh, *([False] * len(outside))]
    ring = np.abs(np.hypot(*(xy - xy[blocks[1]]).T) - SECOND_CAMPUS_M)
    campus = int(np.argmin(np.where(free & urban, ring, np.inf)))
    return SchoolSites(
        stages,
        np.array(blocks, dtype=np.int64),
        np.array(places, dtype=np.int64),
        np.array(opened, dtype=bool),
        campus,
    )


def _urban(
    xy: Floats,
    area: Floats,
    urban: Bools,
    free: Bools,
    density: Density,
    count: int,
    rng: np.random.Generator,
) -> tuple[list[int], list[bool]]:
    """Spread schools of the county town over its people; order them from the centre out."""
    rows = np.flatnonzero(urban)
    old, new = density.old(xy[rows]), density.new(xy[rows])
    weight = area[rows] * (0.02 + 0.8 * old + 0.25 * new)
    centres = spread(xy[rows], weight, count, rng=rng)
    centres = centres[np.argsort(np.hypot(*centres.T), kind="stable")]
    chosen: list[int] = []
    for centre in centres:
        away = np.where(free[rows], np.hypot(*(xy[rows] - centre).T), np.inf)
        block = int(rows[np.argmin(away)])
        free[block] = False
        chosen.append(block)
    gain = density.new(xy[chosen]) / (0.05 + density.old(xy[chosen]))
    recent = np.argsort(-gain, kind="stable")[: round(NEW_SHARE * count)]
    return chosen, [k in set(recent.tolist()) for k in range(count)]


def spread(xy: Floats, weight: Floats, count: int, *, rng: np.random.Generator) -> Floats:
    """Return [count, 2] places that weighted points are near to (Lloyd's rounds).

    Parameters
    ----------
    xy, weight
        [n, 2] points and [n] how much each counts.
    count
        Number of places.
    rng
        Draws the first places.
    """
    share = weight / weight.sum()
    centres = xy[np.sort(rng.choice(len(xy), count, replace=False, p=share))]
    for _ in range(ROUNDS):
        own = cKDTree(centres).query(xy)[1]
        mass = np.maximum(np.bincount(own, weights=weight, minlength=count), 1e-12)
        centres = np.stack(
            [np.bincount(own, weights=weight * xy[:, k], minlength=count) / mass for k in (0, 1)],
            axis=1,
        )
    return np.asarray(centres)


def _outside(
    terrain: Terrain, xy: Floats, usable: Bools, free: Bools, counts: tuple[int, int]
) -> list[tuple[int, int]]:
    """Put schools into towns, then into the villages farthest from any town."""
    centres = np.array([place.centre for place in terrain.settlements])
    is_town = np.array([place.town for place in terrain.settlements])
    from_town = cKDTree(centres[is_town]).query(centres)[0]
    villages = np.flatnonzero(~is_town)
    remote = villages[np.argsort(-from_town[villages], kind="stable")][: counts[1]]
    found = []
    for place in [*np.flatnonzero(is_town)[: counts[0]], *remote]:
        inside = shapely.contains_xy(terrain.settlements[place].hull, xy)
        away = np.hypot(*(xy - centres[place]).T)
        block = int(np.argmin(np.where(inside & usable & free, away, np.inf)))
        free[block] = False
        found.append((block, int(place)))
    return found
