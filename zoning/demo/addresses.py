"""All addresses of the county with their true names and places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from zoning.demo.compounds import place_buildings, place_groups, place_sites
from zoning.demo.doors import place_doors
from zoning.demo.names import FIRST, OLD_UNITS, SECOND, combine, draw

if TYPE_CHECKING:
    from zoning.demo.areas import Areas
    from zoning.demo.density import Density
    from zoning.demo.segments import Floats, Ints
    from zoning.demo.sizes import SizeSpec
    from zoning.demo.terrain import Terrain

COMMUNITY_CELLS = 40
FEWEST_COMMUNITIES = 3
DOOR_ALIAS_SHARE = 0.06
COMPOUND_ALIAS_SHARE = 0.5
ANNEX_SHARE = 0.04
OLD_BEFORE = 2000


def make_addresses(
    terrain: Terrain,
    areas: Areas,
    density: Density,
    size: SizeSpec,
    *,
    taken: Ints,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Make every address of the county.

    Parameters
    ----------
    terrain, areas, density, size
        The county.
    taken
        Blocks of schools, where nobody lives.
    rng
        Source of places and names.

    Returns
    -------
    address_id, kind ("door", "compound", "village"), x, y (metres), cell, name, division,
    community, road, number, building, alias, households, built, names (all true names, joined
    by "|").
    """
    doors = place_doors(terrain, density, size.doors, taken=taken, rng=rng)
    sites = place_sites(terrain, density, size, taken=taken, rng=rng)
    buildings = place_buildings(terrain, sites, rng=rng)
    groups = place_groups(terrain, size, taken=taken, rng=rng)
    roads = np.array([street.name for street in terrain.streets], dtype=object)
    table = pd.concat(
        [
            _doors(doors, roads, rng),
            _buildings(buildings, sites, roads, rng),
            _groups(groups, terrain),
        ],
        ignore_index=True,
    )
    # whole centimetres, as surveyed
    table[["x", "y"]] = table[["x", "y"]].round(2)
    table["cell"] = areas.locate(table[["x", "y"]].to_numpy())
    division = areas.division[table["cell"].to_numpy()]
    table["division"] = np.array(areas.names, dtype=object)[division]
    table["community"] = _communities(table, division, areas, size, rng)
    width = len(str(len(table)))
    table["address_id"] = "A" + pd.Series(range(1, len(table) + 1)).astype(str).str.zfill(width)
    return table.assign(names=_all_names(table))


def _doors(doors: pd.DataFrame, roads: Floats, rng: np.random.Generator) -> pd.DataFrame:
    road = pd.Series(roads[doors["street"].to_numpy()])
    number = doors["number"].astype(str) + "号"
    annex = rng.random(len(doors)) < ANNEX_SHARE
    number = number.where(
        ~annex, number + "附" + pd.Series(rng.integers(1, 5, len(doors))).astype(str) + "号"
    )
    words = draw(
        [
            f"{w}{end}"
            for w in [*OLD_UNITS, *combine(FIRST, SECOND)]
            for end in ("家属院", "大院", "住宅楼")
        ],
        int(DOOR_ALIAS_SHARE * len(doors)),
        rng=rng,
    )
    alias = np.full(len(doors), "", dtype=object)
    alias[rng.permutation(len(doors))[: len(words)]] = words
    return pd.DataFrame(
        {
            "kind": "door",
            "x": doors["x"],
            "y": doors["y"],
            "name": road + number,
            "road": road,
            "number": number,
            "building": 0,
            "alias": alias,
            "households": doors["households"],
            "built": 1975,
        }
    )


def _buildings(
    buildings: pd.DataFrame, sites: pd.DataFrame, roads: Floats, rng: np.random.Generator
) -> pd.DataFrame:
    own = sites.iloc[buildings["site"].to_numpy()].reset_index(drop=True)
    short = sites["name"].str.slice(0, 2) + sites["phase"]
    old = (sites["built"] < OLD_BEFORE).to_numpy()
    unit = pd.Series(np.array(OLD_UNITS, dtype=object)[rng.integers(0, len(OLD_UNITS), len(sites))])
    alias = short.where(~old, unit + "家属院").where(
        rng.random(len(sites)) < COMPOUND_ALIAS_SHARE, ""
    )
    return pd.DataFrame(
        {
            "kind": "compound",
            "x": buildings["x"],
            "y": buildings["y"],
            "name": own["name"] + own["phase"],
            "road": roads[own["street"].to_numpy()],
            "number": own["number"].astype(str) + "号",
            "building": buildings["building"],
            "alias": alias.to_numpy()[buildings["site"].to_numpy()],
            "households": buildings["households"],
            "built": own["built"],
        }
    )


def _groups(groups: pd.DataFrame, terrain: Terrain) -> pd.DataFrame:
    village = np.array([s.name for s in terrain.settlements], dtype=object)[groups["place"]]
    return pd.DataFrame(
        {
            "kind": "village",
            "x": groups["x"],
            "y": groups["y"],
            "name": village + groups["group"].astype(str) + "组",
            "road": "",
            "number": "",
            "building": 0,
            "alias": "",
            "households": groups["households"],
            "built": 1960,
        }
    )


def _communities(
    table: pd.DataFrame, division: Ints, areas: Areas, size: SizeSpec, rng: np.random.Generator
) -> pd.Series:
    """Name the community of each address: the village, or one of several of its division."""
    words = iter(draw([f"{w}社区" for w in combine(FIRST, SECOND)], 2_000, rng=rng))
    community = table["name"].str.replace(r"\d+组$", "", regex=True)
    town = (table["kind"] != "village").to_numpy()
    xy = table[["x", "y"]].to_numpy()
    for k in range(len(areas.names)):
        rows = np.flatnonzero(town & (division == k))
        cells = np.flatnonzero(areas.division == k)
        count = (
            max(FEWEST_COMMUNITIES, len(cells) // COMMUNITY_CELLS) if k < size.subdistricts else 1
        )
        seeds = (
            areas.xy[rng.choice(cells, count, replace=False)] if count > 1 else areas.xy[cells[:1]]
        )
        if len(rows):
            names = np.array([next(words) for _ in range(count)], dtype=object)
            community.iloc[rows] = names[cKDTree(seeds).query(xy[rows])[1]]
    return community


def _all_names(table: pd.DataFrame) -> pd.Series:
    """Join all names under which an address is known."""
    block = table["building"].astype(str).radd("|").where(table["building"] > 0, "").str[1:]
    block = block.where(block == "", block + "栋")
    full = table["division"] + table["road"] + table["number"]
    compound = (table["kind"] == "compound").to_numpy()
    village = (table["kind"] == "village").to_numpy()
    own = table["name"] + block
    second = (full + own).where(compound, full)
    second = second.where(~village, table["division"] + table["name"])
    alias = table["alias"]
    third = ("|" + alias + block).where(alias != "", "")
    return own + "|" + second + third
