"""What a map says about schools and homes."""

from __future__ import annotations

import geopandas as gpd
import pytest
from shapely import Point, box

from zoning.intake.osm_places import count_households, guess_stages, merge_sites

METRIC = "EPSG:32630"


def sites(*rows: tuple[str, float, float, float], **tags: str) -> gpd.GeoDataFrame:
    """Return square features: name, x, y, side in metres."""
    records = [
        {"name": name, "geometry": box(x, y, x + side, y + side), **tags}
        for name, x, y, side in rows
    ]
    return gpd.GeoDataFrame(records, crs=METRIC)


@pytest.mark.parametrize(
    ("number", "flats", "homes"),
    [
        ("12", "", 1),
        ("12A", "", 1),
        ("12-18", "", 4),
        ("1;3;5", "", 3),
        ("18-12", "", 1),
        ("7", "24", 24),
        ("7", "several", 1),
    ],
)
def test_homes_of_an_address(number: str, flats: str, homes: int) -> None:
    assert count_households(number, flats) == homes


def test_one_name_is_one_school_on_its_larger_ground() -> None:
    schools = merge_sites(
        sites(("Hill Primary School", 0, 0, 50), ("Hill Primary School", 400, 0, 100))
    )
    assert list(schools["name"]) == ["Hill Primary School"]
    assert schools.geometry.iloc[0].within(box(400, 0, 500, 100))
    assert schools["site_m2"].iloc[0] == pytest.approx(12_500)


def test_unnamed_buildings_belong_to_the_school_beside_them() -> None:
    schools = merge_sites(sites(("Hill Primary School", 0, 0, 100), ("", 150, 0, 20)))
    assert len(schools) == 1


def test_unnamed_buildings_far_away_are_one_school_a_group() -> None:
    far = sites(("", 5000, 0, 20), ("", 5100, 0, 20), **{"addr:street": "Mill Road"})
    near = sites(("Hill Primary School", 0, 0, 100))
    both = gpd.GeoDataFrame(
        gpd.pd.concat([near, far], ignore_index=True), geometry="geometry", crs=METRIC
    )
    schools = merge_sites(both)
    assert sorted(schools["name"]) == ["Hill Primary School", "School, Mill Road"]


def test_nurseries_have_no_zone() -> None:
    schools = merge_sites(sites(("红旗幼儿园", 0, 0, 50), ("红旗小学", 900, 0, 50)))
    assert list(schools["name"]) == ["红旗小学"]


def test_a_stage_that_nobody_says_is_guessed_from_the_ground_and_marked() -> None:
    schools = guess_stages(
        gpd.GeoDataFrame(
            {
                "name": ["A", "B", "C", "D"],
                "stage": ["primary", "junior_middle", None, None],
                "site_m2": [10_000.0, 90_000.0, 80_000.0, 12_000.0],
            },
            geometry=[Point(0, 0)] * 4,
            crs=METRIC,
        )
    )
    assert list(schools["stage"]) == ["primary", "junior_middle", "junior_middle", "primary"]
    assert list(schools["stage_is_guess"]) == [False, False, True, True]
