"""Compounds inside street blocks, with phases and buildings, and the groups of villages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from zoning.demo.areas import within_any
from zoning.demo.doors import CLEAR_OF_LINES_M, clear_of, has_doors
from zoning.demo.names import compound_names
from zoning.demo.streets import NUMBER_STEP_M

if TYPE_CHECKING:
    from zoning.demo.density import Density
    from zoning.demo.segments import Bools, Floats, Ints
    from zoning.demo.sizes import SizeSpec
    from zoning.demo.terrain import Terrain

BLOCK_M2 = (6_000.0, 120_000.0)
FROM_EDGE_M = 16.0
LATTICE_M = 28.0
LATTICE = 6
PHASE_REACH_M = 420.0
PHASE_SHARE = 0.6
OUTSIDE_WEIGHT = 0.15
VILLAGE_REACH_M = (40.0, 240.0)
VILLAGE_FROM_ROAD_M = 16.0
TRIES = 40
NEW_SINCE = 2012


def place_sites(
    terrain: Terrain,
    density: Density,
    size: SizeSpec,
    *,
    taken: Ints,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Choose blocks for compounds, one phase a block.

    Parameters
    ----------
    terrain
        The land.
    density
        Where people live; the new quarter holds the new compounds.
    size
        How many phases, and the share listed as one address.
    taken
        Blocks that hold something else.
    rng
        Source of places, names and years.

    Returns
    -------
    block, x, y (metres), name, phase ("一期"… or empty), built (year), whole (bool), road street
    and number of the gate.
    """
    xy = shapely.get_coordinates(shapely.point_on_surface(terrain.blocks))
    area = shapely.area(terrain.blocks)
    inner = shapely.buffer(terrain.blocks, -FROM_EDGE_M - 8.0)
    urban = shapely.contains_xy(terrain.urban, xy)
    towns = np.array([place.hull for place in terrain.settlements if place.town])
    usable = (urban | within_any(towns, xy)) & (area > BLOCK_M2[0]) & (area < BLOCK_M2[1])
    usable &= shapely.area(inner) > BLOCK_M2[0] / 6
    usable[taken] = False
    old, new = density.old(xy), density.new(xy)
    weight = np.where(urban, 0.04 + 0.75 * old + 0.6 * new, OUTSIDE_WEIGHT) * np.sqrt(area)
    rows = np.flatnonzero(usable)
    noisy = np.log(weight[rows]) + rng.gumbel(size=len(rows))
    rows = np.sort(rows[np.argsort(-noisy, kind="stable")[: size.sites]])
    modern = np.where(urban, 0.9 * new / (old + new + 0.1), 0.12)[rows]
    built = np.where(
        rng.random(len(rows)) < modern,
        rng.integers(2013, 2026, len(rows)),
        rng.integers(1984, 2014, len(rows)),
    )
    at = shapely.get_coordinates(shapely.point_on_surface(inner[rows]))
    sites = pd.DataFrame({"block": rows, "x": at[:, 0], "y": at[:, 1], "built": built})
    sites["whole"] = rng.random(len(rows)) < size.listed_whole
    sites = _named(sites, urban[rows], rng)
    street, number = _gate_address(terrain, at)
    return sites.assign(street=street, number=number)


def _named(sites: pd.DataFrame, urban: Bools, rng: np.random.Generator) -> pd.DataFrame:
    """Name the sites; some pairs of near ones are two phases of one compound."""
    names = np.array(compound_names(len(sites), rng=rng), dtype=object)
    phase = np.full(len(sites), "", dtype=object)
    built = sites["built"].to_numpy(copy=True)
    away, near = cKDTree(sites[["x", "y"]].to_numpy()).query(sites[["x", "y"]].to_numpy(), k=2)
    other = near[:, 1]
    everyone = np.arange(len(sites))
    first = (other[other] == everyone) & (everyone < other) & (away[:, 1] < PHASE_REACH_M)
    first &= (rng.random(len(sites)) < PHASE_SHARE) & (urban == urban[other])
    begun = everyone[first]
    names[other[begun]] = names[begun]
    phase[begun], phase[other[begun]] = "一期", "二期"
    built[other[begun]] = np.minimum(built[begun] + rng.integers(2, 6, len(begun)), 2027)
    return sites.assign(name=names, phase=phase, built=built)


def _gate_address(terrain: Terrain, xy: Floats) -> tuple[Ints, Ints]:
    """Return the street nearest to each point and the number there."""
    rows = np.flatnonzero(has_doors(terrain))
    lines = terrain.roads.lines()[rows]
    point, found = shapely.STRtree(lines).query_nearest(shapely.points(xy), all_matches=False)
    piece = np.empty(len(xy), dtype=np.int64)
    piece[point] = rows[found]
    ends = terrain.roads.ends[piece]
    along = shapely.line_locate_point(terrain.roads.lines()[piece], shapely.points(xy))
    way, off = ends[:, 2:] - ends[:, :2], xy - ends[:, :2]
    left = way[:, 0] * off[:, 1] - way[:, 1] * off[:, 0] > 0
    step = ((terrain.roads.chain[piece] + along) // NUMBER_STEP_M).astype(np.int64)
    return terrain.roads.street[piece], 2 * step + np.where(left, 1, 2)


def place_buildings(
    terrain: Terrain, sites: pd.DataFrame, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Make one address of each whole site, and one of each building of the others.

    Parameters
    ----------
    terrain
        The land.
    sites
        What `place_sites` returned.
    rng
        Source of sizes and angles.

    Returns
    -------
    x, y (metres), site (row of `sites`), building (0 for a whole site), households.
    """
    inner = shapely.buffer(terrain.blocks[sites["block"].to_numpy()], -FROM_EDGE_M)
    shapely.prepare(inner)
    step = (np.arange(LATTICE) - (LATTICE - 1) / 2) * LATTICE_M
    offset = np.stack(np.meshgrid(step, step), axis=-1).reshape(-1, 2)
    turn = rng.uniform(0, np.pi / 2, len(sites))
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    east = sites["x"].to_numpy()[:, None] + cos * offset[:, 0] - sin * offset[:, 1]
    north = sites["y"].to_numpy()[:, None] + sin * offset[:, 0] + cos * offset[:, 1]
    inside = shapely.contains_xy(np.repeat(inner, len(offset)), east.ravel(), north.ravel())
    site = np.repeat(np.arange(len(sites)), len(offset))[inside]
    xy = np.stack([east.ravel(), north.ravel()], axis=1)[inside]
    # a street that ends inside the block is no part of its edge
    good = clear_of(terrain.roads, xy, FROM_EDGE_M - 2.0)
    good &= clear_of(terrain.river, xy, CLEAR_OF_LINES_M)
    good &= clear_of(terrain.railway, xy, CLEAR_OF_LINES_M)
    table = pd.DataFrame({"x": xy[good, 0], "y": xy[good, 1], "site": site[good]})
    middle = sites.loc[table["site"], ["x", "y"]].to_numpy()
    table["away"] = np.hypot(*(table[["x", "y"]].to_numpy() - middle).T)
    most = rng.integers(6, 21, len(sites))
    rank = table.groupby("site")["away"].rank(method="first").to_numpy()
    table = table[rank <= most[table["site"]]].reset_index(drop=True)
    table["building"] = table.groupby("site").cumcount() + 1
    table["households"] = rng.integers(18, 73, len(table))
    whole = sites["whole"].to_numpy()[table["site"]]
    homes = table[whole].groupby("site")["households"].sum()
    merged = table[whole].sort_values(["site", "away"]).drop_duplicates("site")
    merged = merged.assign(building=0, households=homes.loc[merged["site"]].to_numpy())
    both = pd.concat([table[~whole], merged]).drop(columns="away")
    return both.sort_values(["site", "building"], ignore_index=True)


def place_groups(
    terrain: Terrain, size: SizeSpec, *, taken: Ints, rng: np.random.Generator
) -> pd.DataFrame:
    """Place the groups of every village around its lanes.

    Parameters
    ----------
    terrain
        The land.
    size
        Least and most groups of a village.
    taken
        Blocks of schools.
    rng
        Source of places and sizes.

    Returns
    -------
    x, y (metres), place (row of `terrain.settlements`), group (from 1), households.
    """
    places = np.array([k for k, s in enumerate(terrain.settlements) if not s.town])
    centre = np.array([terrain.settlements[k].centre for k in places])
    wanted = rng.integers(size.groups[0], size.groups[1] + 1, len(places))
    turn = rng.uniform(0, 2 * np.pi, (len(places), TRIES))
    reach = rng.uniform(*VILLAGE_REACH_M, (len(places), TRIES))
    xy = centre[:, None] + reach[..., None] * np.stack([np.cos(turn), np.sin(turn)], axis=-1)
    xy = xy.reshape(-1, 2)
    good = clear_of(terrain.roads, xy, VILLAGE_FROM_ROAD_M)
    good &= clear_of(terrain.river, xy, CLEAR_OF_LINES_M)
    good &= clear_of(terrain.railway, xy, CLEAR_OF_LINES_M)
    good &= ~within_any(terrain.blocks[taken], xy)
    row = np.repeat(np.arange(len(places)), TRIES)[good]
    table = pd.DataFrame({"x": xy[good, 0], "y": xy[good, 1], "place": places[row]})
    table["group"] = table.groupby("place").cumcount() + 1
    table = table[table["group"].to_numpy() <= wanted[row]].reset_index(drop=True)
    table["households"] = rng.integers(22, 95, len(table))
    return table
