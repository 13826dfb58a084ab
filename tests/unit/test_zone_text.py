"""The words of a zone, written from addresses.

红星镇  人民路   1  3  5     阳光花园 (1, 3)   all of it in zone a
                 2  4        和平小区 (4, 5)   divided between a and b
               a a | b b
东风镇  人民路   1           a road of the same name in another town, zone b
"""

from __future__ import annotations

import pandas as pd
import pytest

from zoning.geocode.numbers import parse_number
from zoning.geocode.ranges import Answer, read_ranges
from zoning.publish.zone_text import Compound, zone_text

ROWS = [
    ("阳光花园", "红星镇", "人民路", "1号", "a"),
    ("阳光花园", "红星镇", "人民路", "3号", "a"),
    ("人民路2号", "红星镇", "人民路", "2号", "a"),
    ("和平小区", "红星镇", "人民路", "4号", "a"),
    ("和平小区", "红星镇", "人民路", "5号", "b"),
    ("人民路1号", "东风镇", "人民路", "1号", "b"),
    ("河湾村1组", "东风镇", "", "", ""),
]


def table(rows: list[tuple[str, str, str, str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["name", "division", "road", "number", "zone_id"])


def test_a_compound_is_named_whole_or_with_the_doors_that_are_meant() -> None:
    text = zone_text(table(ROWS), {"a"})
    assert text.compounds == (
        Compound("红星镇", "和平小区", "4号", whole=False),
        Compound("红星镇", "阳光花园"),
    )
    assert text.addresses == 4


def test_the_text_of_a_road_claims_its_doors_and_those_of_no_other_zone() -> None:
    (road,) = zone_text(table(ROWS), {"a"}).roads
    assert (road.division, road.name, road.doors, road.partly) == ("红星镇", "人民路", 4, ())
    read = read_ranges(road.text)
    said = {door: read.contains(parse_number(f"{door}号"), road="人民路") for door in "12345"}  # type: ignore[arg-type]
    assert said == {**dict.fromkeys("1234", Answer.YES), "5": Answer.NO}


def test_a_road_of_the_same_name_in_another_town_is_another_road() -> None:
    text = zone_text(table(ROWS), {"b"})
    assert [(road.division, road.text) for road in text.roads] == [
        ("东风镇", "人民路全段"),
        ("红星镇", "人民路5号"),
    ]
    assert text.divisions() == ("东风镇", "红星镇")


def test_several_zones_of_one_school_are_written_as_one() -> None:
    both = zone_text(table(ROWS), {"a", "b"})
    assert all(compound.whole for compound in both.compounds)
    assert {road.text for road in both.roads} == {"人民路全段"}


def test_a_door_that_stands_in_two_zones_is_claimed_by_neither() -> None:
    rows = [
        ("甲座", "红星镇", "人民路", "8号", "a"),
        ("乙座", "红星镇", "人民路", "8号", "b"),
        ("人民路10号", "红星镇", "人民路", "10号", "a"),
    ]
    (road,) = zone_text(table(rows), {"a"}).roads
    assert (road.text, road.doors, road.partly) == ("人民路10号", 1, ("8号",))


def test_a_road_whose_name_reads_as_numbers_is_listed_door_by_door() -> None:
    rows = [
        (f"{door}号", "红星镇", "1-9", f"{door}号", "a" if door < 4 else "b") for door in (1, 3, 5)
    ]
    (road,) = zone_text(table(rows), {"a"}).roads
    assert "1号" in road.text
    assert "3号" in road.text
    assert "5号" not in road.text


@pytest.mark.parametrize("zones", [set(), {"c"}])
def test_nothing_belongs_to_no_zone(zones: set[str]) -> None:
    text = zone_text(table(ROWS), zones)
    assert (text.compounds, text.roads, text.addresses) == ((), (), 0)


def test_a_place_outside_all_zones_divides_its_compound() -> None:
    rows = [("河湾村", "东风镇", "", "", "a"), ("河湾村", "东风镇", "", "", "")]
    assert zone_text(table(rows), {"a"}).compounds == (Compound("东风镇", "河湾村", whole=False),)
