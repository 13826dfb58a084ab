"""How large each demo county is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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


SIZES = {
    DemoSize.SMALL: SizeSpec(
        name="沙泉县",
        cells=(11, 9),
        spacing_m=170.0,
        arterial_every=4,
        radius_m=5_000.0,
        towns=2,
        town_cells=(4, 3),
        villages=9,
        subdistricts=2,
        doors=140,
        sites=34,
        listed_whole=0.6,
        groups=(3, 6),
        primary=(4, 2, 0),
        junior_middle=(1, 1, 0),
        children=900,
    ),
    DemoSize.COUNTY: SizeSpec(
        name="沙泉县",
        cells=(28, 24),
        spacing_m=185.0,
        arterial_every=5,
        radius_m=15_000.0,
        towns=5,
        town_cells=(5, 4),
        villages=42,
        subdistricts=4,
        doors=1_400,
        sites=170,
        listed_whole=0.4,
        groups=(3, 8),
        primary=(10, 5, 1),
        junior_middle=(4, 2, 0),
        children=2_700,
    ),
    DemoSize.CITY: SizeSpec(
        name="沙泉市",
        cells=(171, 160),
        spacing_m=180.0,
        arterial_every=5,
        radius_m=27_000.0,
        towns=12,
        town_cells=(8, 6),
        villages=220,
        subdistricts=18,
        doors=97_000,
        sites=10_500,
        listed_whole=0.15,
        groups=(3, 8),
        primary=(200, 12, 8),
        junior_middle=(72, 8, 0),
        children=45_000,
    ),
}
