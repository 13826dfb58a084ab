"""What changes between two states of the zones, on squares of 100 m.

before  A A B     after  A B B
        A A B            C B B      C takes a corner of A, B a column of A
"""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from zoning.plan.feeding import zones_within
from zoning.plan.neighbours import zone_neighbours
from zoning.publish.zone_difference import changed_ground, pairs, schools_at

CRS = "EPSG:4525"
SIDE = 100.0


def square(row: int, column: int) -> shapely.Polygon:
    return shapely.box(column * SIDE, -row * SIDE, (column + 1) * SIDE, -(row - 1) * SIDE)


def zones(picture: str) -> gpd.GeoDataFrame:
    """Return one zone a letter; a dot is ground without a zone."""
    cells = [
        (mark, square(row, column))
        for row, line in enumerate(picture.split())
        for column, mark in enumerate(line)
        if mark != "."
    ]
    frame = gpd.GeoDataFrame(
        {"schools": [mark for mark, _ in cells]}, geometry=[shape for _, shape in cells], crs=CRS
    )
    merged = frame.dissolve("schools").reset_index()
    return merged.assign(zone_id=merged["schools"])


def moved(before: str, after: str) -> dict[tuple[str, str], float]:
    ground = changed_ground(zones(before), zones(after))
    return {
        (row.before, row.after): round(row.geometry.area / SIDE**2, 6)
        for row in ground.itertuples()
    }


def test_ground_that_changes_is_told_by_old_and_new_school() -> None:
    assert moved("AAB AAB", "ABB CBB") == {("A", "B"): 2.0, ("A", "C"): 1.0}


def test_nothing_changes_between_equal_states_however_they_are_cut() -> None:
    assert moved("AAB AAB", "AAB AAB") == {}
    halves = zones("AAB AAB").explode()
    assert changed_ground(halves, zones("AAB AAB")).empty


def test_ground_that_gets_or_loses_its_school_is_told() -> None:
    assert moved("A.. AAB", "AB. A.B") == {("", "B"): 1.0, ("A", ""): 1.0}


def test_zones_that_lie_on_each_other_share_their_ground() -> None:
    before = zones("AAA")
    shared = pd.concat([zones("AA."), zones(".BB")], ignore_index=True)
    found = changed_ground(before, gpd.GeoDataFrame(shared, crs=CRS))
    assert sorted(zip(found["before"], found["after"], strict=True)) == [("A", "A;B"), ("A", "B")]


def test_a_border_that_is_drawn_a_little_differently_is_no_change() -> None:
    after = zones("AB")
    nudged = after.assign(
        geometry=shapely.transform(
            after.geometry.to_numpy(), lambda at: at + [[1.0, 0.0]] * (abs(at[:, :1] - SIDE) < 1)
        )
    )
    assert changed_ground(zones("AB"), nudged).empty


def test_a_point_on_a_border_is_of_both_zones() -> None:
    places = shapely.points([[50.0, 50.0], [100.0, 50.0], [900.0, 0.0]])
    assert schools_at(places, zones("AB")) == ["A", "A;B", ""]


def test_addresses_and_children_are_counted_by_old_and_new_school() -> None:
    places = pd.DataFrame(
        {
            "before": ["A", "A", "A", "B", "A"],
            "after": ["B", "B", "A", "B", "C"],
            # the last stands for a block without an address
            "listed": [1, 1, 1, 1, 0],
        }
    )
    ground = changed_ground(zones("AAB AAB"), zones("ABB CBB"))
    first, second = pairs(ground, places, children=[2.5, 1.5, 9.0, 9.0, 3.0])
    assert (first.before, first.after, first.addresses, first.children) == ("A", "B", 2, 4)
    assert (second.before, second.after, second.addresses, second.children) == ("A", "C", 0, 3)
    assert (first.hectares, second.hectares) == (pytest.approx(2.0), pytest.approx(1.0))
    assert {pair.children for pair in pairs(ground, places, children=None)} == {None}


def test_neighbours_share_a_border_and_not_only_a_corner() -> None:
    beside = zone_neighbours(zones("AB CD"))
    assert beside == {"A": ("B", "C"), "B": ("A", "D"), "C": ("A", "D"), "D": ("B", "C")}
    assert zone_neighbours(zones("A.B")) == {"A": (), "B": ()}


def test_a_zone_lies_within_another_only_where_all_of_it_does() -> None:
    assert zones_within(zones("AAB CCB"), zones("XXY XXY")) == {"A": "X", "B": "Y", "C": "X"}
    assert zones_within(zones("AAB CCB"), zones("XYY XXY")) == {"B": "Y", "C": "X"}
