"""The rows of a compound's buildings are read with each other's help."""

from __future__ import annotations

import pytest
from tiny_gazetteer import gazetteer

from zoning.geocode.neighbours import cut_numbers, shared_aliases
from zoning.geocode.record import NO_NUMBER, Door, Record


def building(number: int, which: str, *, name: str = "月湖花园", road: str = "银杏路") -> Record:
    return Record(name=name, doors=(Door(road, number),), building=which)


def cut(*records: Record) -> tuple[int, str]:
    last = cut_numbers(records)[-1]
    return last.doors[0].number, last.building


RUN_TOGETHER = building(NO_NUMBER, "3610")


def test_a_number_that_ran_together_with_its_building_is_cut() -> None:
    assert cut(building(36, "9"), RUN_TOGETHER) == (36, "10")
    assert cut(building(36, "9", name="月湖花苑"), RUN_TOGETHER) == (36, "10")


@pytest.mark.parametrize(
    "others",
    [
        (),
        (building(36, "10"),),  # that building has a row
        (building(36, "9"), building(3, "1")),  # 36号10栋 or 3号610栋
        (building(361, "1"),),  # no building begins with 0
        (building(36, "9", name="天河苑"),),
        (building(36, "9", road="松林路"),),
        (Record(name="月湖花园", doors=(Door("银杏路", 36),)),),
    ],
)
def test_it_stays_where_that_is_not_sure(others: tuple[Record, ...]) -> None:
    assert cut(*others, RUN_TOGETHER) == (NO_NUMBER, "3610")


def test_other_records_stay_as_they_are() -> None:
    records = [building(36, "9"), building(36, "c"), building(NO_NUMBER, "c"), Record()]
    assert cut_numbers(records) == records


def test_buildings_of_a_compound_share_their_names() -> None:
    records = [building(36, "1"), building(36, "2"), building(38, "1"), Record(name="月湖花园")]
    shared = shared_aliases(records, [("印刷厂宿舍",), ("月湖",), (), ("月亮湾",)])
    assert shared == [("印刷厂宿舍", "月湖"), ("月湖", "印刷厂宿舍"), (), ("月亮湾",)]


def test_a_building_is_found_by_the_name_of_another() -> None:
    table = gazetteer(
        """
        a | 月湖花园 | 银杏路36号1栋 | 0, 0 || 印刷厂宿舍
        b | 月湖花园 | 银杏路36号2栋 | 90, 0
        c | 月湖花园 | 银杏路363栋   | 180, 0
        """
    )
    entries = [(table.ids.at(row), name) for row, name in _entries(table)]
    assert sorted(entries) == [(row, name) for row in "abc" for name in ("印刷厂宿舍", "月湖花园")]


def _entries(table):
    rows = table.index.rows
    for entry, row in enumerate(table.index.row):
        letters = rows.name[rows.name_ptr[entry] : rows.name_ptr[entry + 1]]
        yield int(row), "".join(map(chr, letters))
