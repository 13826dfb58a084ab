"""The generated county is what an officer would recognise."""

from __future__ import annotations

from dataclasses import fields

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal

from zoning.demo import DemoCounty, DemoSize, generate
from zoning.demo.county import METRIC
from zoning.demo.crossings import RANKS
from zoning.demo.reported import NOISE_MOST_M


@pytest.fixture(scope="module")
def county() -> DemoCounty:
    return generate(DemoSize.COUNTY, rng=np.random.default_rng(1))


def by_stage(frame: pd.DataFrame) -> dict[str, int]:
    return frame.groupby("stage").size().to_dict()


def today_fill(county: DemoCounty, stage: str) -> pd.Series:
    """Children in today's zone of each school, per seat, in the first year."""
    zones = county.current_zones[county.current_zones["stage"] == stage]
    inside = gpd.sjoin(
        county.addresses[["address_id", "geometry"]], zones[["school_id", "geometry"]]
    )
    demand = county.demand[county.demand["stage"] == stage].set_index("address_id")["children_2027"]
    load = demand.loc[inside["address_id"]].groupby(inside["school_id"].to_numpy()).sum()
    schools = county.schools[county.schools["stage"] == stage].set_index("school_id")
    return load.reindex(schools.index) / (schools["classes_2027"] * schools["class_size"])


def test_schools_are_as_many_as_a_county_has(county: DemoCounty) -> None:
    assert by_stage(county.schools) == {"primary": 16, "junior_middle": 6}
    assert county.schools["school_id"].is_unique
    assert county.schools["name"].is_unique
    assert county.schools["owner"].nunique() == 3


def test_gates(county: DemoCounty) -> None:
    many = county.gates.groupby("school_id").size()
    assert set(many.index) == set(county.schools["school_id"])
    assert (many >= 2).sum() >= 3
    assert not county.gates.duplicated(["school_id", "gate"]).any()
    campuses = county.gates.groupby("school_id")["campus"].nunique()
    assert (campuses == 2).sum() == 1


def test_a_gate_stands_at_a_road(county: DemoCounty) -> None:
    roads = county.roads.to_crs(METRIC).union_all()
    away = county.gates.to_crs(METRIC).distance(roads)
    assert away.between(5, 7).all()


def test_seats_are_a_little_more_than_children(county: DemoCounty) -> None:
    for stage, demand in county.demand.groupby("stage"):
        schools = county.schools[county.schools["stage"] == stage]
        for year in county.years:
            seats = (schools[f"classes_{year}"] * schools["class_size"]).sum()
            assert 1.08 < seats / demand[f"children_{year}"].sum() < 1.15


@pytest.mark.parametrize("stage", ["primary", "junior_middle"])
def test_todays_zones_are_out_of_balance(county: DemoCounty, stage: str) -> None:
    fill = today_fill(county, stage)
    assert fill.max() > 1.0
    assert fill.min() < 0.7


def test_addresses_are_of_every_kind(county: DemoCounty) -> None:
    kinds = county.true_addresses["kind"].value_counts()
    assert kinds["door"] > 1_000
    assert kinds["compound"] > 1_000
    assert kinds["village"] > 100
    assert 2_500 < len(county.addresses) < 3_500


def test_numbers_have_an_odd_and_an_even_side(county: DemoCounty) -> None:
    doors = county.true_addresses[county.true_addresses["kind"] == "door"].to_crs(METRIC)
    roads = county.roads[~county.roads["highway"].isin(["trunk"])].to_crs(METRIC)
    value = doors["number"].str.extract(r"^(\d+)号")[0].astype(int)
    checked = 0
    for name, mine in doors.groupby("road"):
        lines = roads.loc[roads["name"] == name, "geometry"]
        if len(lines) != 1 or len(mine) < 4:
            continue
        xy = shapely.get_coordinates(lines.iloc[0])
        start = shapely.line_locate_point(lines.iloc[0], mine.geometry.to_numpy())
        foot = shapely.get_coordinates(shapely.line_interpolate_point(lines.iloc[0], start))
        ahead = shapely.get_coordinates(shapely.line_interpolate_point(lines.iloc[0], start + 0.5))
        way, off = ahead - foot, shapely.get_coordinates(mine.geometry) - foot
        left = way[:, 0] * off[:, 1] - way[:, 1] * off[:, 0] > 0
        straight = start < lines.iloc[0].length - 1
        odd = (value.loc[mine.index] % 2 == 1).to_numpy()
        assert (odd == left)[straight].mean() > 0.9
        # along the road the numbers grow, to within the offset of a bend
        order = np.argsort(start, kind="stable")
        assert np.all(np.diff(value.loc[mine.index].to_numpy()[order]) > -12)
        assert len(xy) >= 2
        checked += 1
    assert checked > 30


def test_one_name_and_number_stands_once_in_a_division(county: DemoCounty) -> None:
    doors = county.true_addresses[county.true_addresses["kind"] == "door"]
    assert not doors.duplicated(["division", "road", "number"]).any()


def test_compounds_have_phases_and_buildings(county: DemoCounty) -> None:
    compounds = county.addresses[(county.true_addresses["kind"] == "compound").to_numpy()]
    names = set(compounds["name"])
    pairs = [name for name in names if name.endswith("一期") and name[:-2] + "二期" in names]
    assert len(pairs) >= 5
    for word in ("栋", "单元", "室"):
        assert compounds["number"].str.contains(word).any()
    assert (compounds["alias"] != "").any()


def test_villages_have_groups(county: DemoCounty) -> None:
    villages = county.addresses[(county.true_addresses["kind"] == "village").to_numpy()]
    assert villages["name"].str.fullmatch(r".+村\d+组").all()
    assert (villages["community"] + "1组").isin(villages["name"]).all()


def test_the_report_differs_from_the_truth_a_little(county: DemoCounty) -> None:
    said, true = county.addresses, county.true_addresses
    away = said.to_crs(METRIC).distance(true.to_crs(METRIC), align=False)
    assert 1 < away.mean() < 4
    assert away.max() <= NOISE_MOST_M + 0.02
    assert 0 < (said["name"] != true["name"]).mean() < 0.1
    known = true["names"].str.split("|").str.len() > 2
    assert 0.2 < (said.loc[known, "alias"] == "").mean() < 0.6
    children = county.true_children
    assert_frame_equal(
        said[["address_id"]].join(true["households"]), true[["address_id", "households"]]
    )
    for year in county.years:
        column = f"children_{year}"
        assert (county.demand[column] != children[column]).any()
        ratio = county.demand[column].sum() / children[column].sum()
        assert ratio == pytest.approx(0.99, abs=0.03)


def test_all_names_of_an_address_are_in_the_truth(county: DemoCounty) -> None:
    true = county.true_addresses
    names = true["names"].str.split("|")
    assert names.str.len().ge(2).all()
    assert not names.explode().eq("").any()
    assert all(place in said for place, said in zip(true["name"], true["names"], strict=True))


def test_roads_of_every_class_and_their_names(county: DemoCounty) -> None:
    assert set(county.roads["highway"]) >= set(RANKS) - {"motorway_link"}
    assert (county.roads["name"] != "").all()
    for column in ("oneway", "bridge", "tunnel"):
        assert set(county.roads[column]) == {0, 1}


def test_divisions_are_polygons_named_once(county: DemoCounty) -> None:
    assert set(county.boundary["level"]) == {"town"}
    assert county.boundary["name"].is_unique
    assert set(county.addresses["division"]) == set(county.boundary["name"])
    assert set(county.boundary.geom_type) == {"Polygon"}


def test_each_address_lies_in_its_division(county: DemoCounty) -> None:
    inside = gpd.sjoin(county.true_addresses, county.boundary, predicate="within")
    assert len(inside) == len(county.true_addresses)
    assert (inside["division"] == inside["name_right"]).all()


def test_one_seed_is_one_county() -> None:
    one, same, other = (
        generate(DemoSize.SMALL, rng=np.random.default_rng(seed)) for seed in (5, 5, 6)
    )
    for field in fields(DemoCounty):
        value = getattr(one, field.name)
        if isinstance(value, pd.DataFrame):
            assert_frame_equal(pd.DataFrame(value), pd.DataFrame(getattr(same, field.name)))
    assert not one.roads.geometry.iloc[0].equals(other.roads.geometry.iloc[0])
