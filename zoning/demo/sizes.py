"""How large each demo county is."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import Any


class DemoSize(StrEnum):
    """Sizes that can be generated."""

    SMALL = "small"
    COUNTY = "county"
    CITY = "city"


@dataclass(frozen=True)
class SizeSpec:
    """Numbers of one size.

    Attributes
    ----------
    name
        Name of the invented county or city.
    cells
        Street grid of the county town, columns and rows of cells before its edge is rounded.
    spacing_m
        Mean distance between streets.
    arterial_every
        Every how many streets an arterial runs.
    radius_m
        Mean radius of the county.
    towns, town_cells, villages, subdistricts
        Numbers of towns (each with a grid of `town_cells`), villages, and subdistricts of the
        county town.
    doors, sites, listed_whole, groups
        Door numbers, compound phases, share of the phases that are one address instead of one
        address a building, groups of a village (least and most).
    primary, junior_middle
        Schools in the county town, in towns, in villages.
    children
        Expected children who enter primary school in the first year.
    """

    name: str
    cells: tuple[int, int]
    spacing_m: float
    arterial_every: int
    radius_m: float
    towns: int
    town_cells: tuple[int, int]
    villages: int
    subdistricts: int
    doors: int
    sites: int
    listed_whole: float
    groups: tuple[int, int]
    primary: tuple[int, int, int]
    junior_middle: tuple[int, int, int]
    children: int


def size_spec(size: DemoSize) -> SizeSpec:
    """Return the numbers of a size, from `sizes.toml` beside this module."""
    file = resources.files("zoning.demo").joinpath("sizes.toml")
    table = tomllib.loads(file.read_text(encoding="utf-8"))[size.value]
    values: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in table.items()
    }
    return SizeSpec(**values)
