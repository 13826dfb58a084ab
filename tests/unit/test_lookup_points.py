"""Blocks that a point lies in or near."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from zoning.crs import System, to_lonlat
from zoning.lookup.points import blocks_at

CRS = "EPSG:4538"
X, Y, SIDE = 500_000.0, 4_870_000.0, 100.0
# a b
# c .    nothing is at the lower right
PLACES = {"a": (0, 1), "b": (1, 1), "c": (0, 0)}
BLOCKS = gpd.GeoDataFrame(
    {"block_id": list(PLACES)},
    geometry=[
        shapely.box(X + SIDE * x, Y + SIDE * y, X + SIDE * (x + 1), Y + SIDE * (y + 1))
        for x, y in PLACES.values()
    ],
    crs=CRS,
)


def at(x: float, y: float, *, metres: float = 10.0) -> tuple[str, ...]:
    """Ask for a point by its distance in metres from the lower left corner."""
    lon, lat = to_lonlat([X + x], [Y + y], source=System("", BLOCKS.crs))
    return blocks_at(BLOCKS, float(lon[0]), lat=float(lat[0]), metres=metres)


def test_in_the_middle_of_a_block() -> None:
    assert at(50, 150) == ("a",)
    assert at(150, 150) == ("b",)


def test_near_an_edge_the_neighbour_counts_and_the_own_comes_first() -> None:
    assert at(95, 150) == ("a", "b")
    assert at(105, 150) == ("b", "a")
    assert at(95, 150, metres=4.0) == ("a",)
    # the corner where three meet
    assert sorted(at(98, 103)) == ["a", "b", "c"]


@pytest.mark.parametrize(("x", "y"), [(150, 50), (105, 50), (-1, 50), (5e6, 5e6)])
def test_outside_of_all_blocks_none_counts_however_near(x: float, y: float) -> None:
    assert at(x, y) == ()


@pytest.mark.parametrize(("lon", "lat"), [(180, 90), (-180, -90), (0, 0)])
def test_the_ends_of_the_earth(lon: float, lat: float) -> None:
    assert blocks_at(BLOCKS, lon, lat=lat, metres=10.0) == ()
