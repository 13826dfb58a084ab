"""Roads of one name in several towns, numbers in several places, and the far side of a road."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import shapely
from tiny_gazetteer import LAT, LON, gazetteer

from zoning.geocode.answer import Answer, MatchCode
from zoning.geocode.fallback import Streets
from zoning.geocode.interpolate import Basis, Door, interpolate
from zoning.geocode.kernels import METRES
from zoning.geocode.match import Geocoder, Question
from zoning.geocode.numbers import DoorNumber
from zoning.geocode.road_places import road_places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zoning.geocode.gazetteer import Gazetteer

# 东河镇 in the west, 西河镇 30 km east of it; 光明路 runs on from one into the other
TABLE = gazetteer(
    """
    e1 | | 东河镇人民路10号 | 0, 0
    e2 | | 东河镇人民路20号 | 100, 0
    e3 | | 东河镇人民路30号 | 200, 0
    w1 | | 西河镇人民路50号 | 30000, 0
    w2 | | 西河镇人民路60号 | 30100, 0
    w3 | | 西河镇人民路70号 | 30200, 0
    g1 | | 东河镇光明路2号  | 0, 900
    g2 | | 东河镇光明路8号  | 100, 900
    g3 | | 西河镇光明路14号 | 200, 900
    g4 | | 西河镇光明路20号 | 300, 900
    b1 | | 东河镇学府路1号  | 0, 2000
    b2 | | 东河镇学府路11号 | 60, 2000
    b3 | | 东河镇学府路21号 | 120, 2000
    b4 | | 东河镇学府路31号 | 180, 2000
    y1 | | 东河镇东风路1号大院 | 900, 4000
    y2 | | 东河镇东风路1号     | 0, 4000
    y3 | | 东河镇东风路3号之一 | 100, 4000
    y4 | | 东河镇东风路3号之二 | 140, 4500
    """
)


def answer(address: str, *, table: Gazetteer = TABLE, zones: Sequence[int] = ()) -> Answer:
    own = np.array(zones, dtype=np.int32) if zones else None
    return Geocoder(table, Streets(table), zones=own).answer(Question("", address))


def rows(said: Answer, table: Gazetteer = TABLE) -> list[str]:
    """Return the ids of the rows that are offered."""
    return [table.ids.at(row) for row in (said.row, *said.alternatives) if row is not None]


def keys(said: Answer) -> set[str]:
    return {reason.key for reason in said.reasons}


# ---- several roads


def test_a_number_on_one_of_two_roads_is_asked_unless_the_town_is_said() -> None:
    said = answer("人民路14号")
    assert (said.code, said.accepted, said.doubted) == (MatchCode.INTERPOLATED, False, True)
    assert "SEVERAL_ROADS" in keys(said)
    # the nearest of the road that has such numbers, and the nearest of the other
    assert rows(said) == ["e1", "w1"]
    assert answer("东河镇人民路14号").accepted
    assert answer("西河镇人民路64号").accepted


def test_a_number_that_no_or_each_of_the_roads_may_have_is_tied() -> None:
    said = answer("人民路40号")
    assert (said.code, said.accepted) == (MatchCode.TIED, False)
    assert [row[0] for row in rows(said)] == ["e", "w"]
    found = Streets(TABLE).locate(TABLE.question("", "人民路41号"))
    assert found is not None
    assert (found.code, found.several) == (MatchCode.TIED, True)
    # the nearer number first
    assert [TABLE.ids.at(row) for row in (found.row or 0, *found.others)] == ["w1", "e3"]


def test_a_road_in_several_towns_offers_one_row_of_each() -> None:
    said = answer("人民路")
    assert (said.code, said.accepted) == (MatchCode.TIED, False)
    assert [row[0] for row in rows(said)] == ["e", "w"]
    found = Streets(TABLE).locate(TABLE.question("", "人民路"))
    assert found is not None
    # the middle of each
    assert [TABLE.ids.at(row) for row in (found.row or 0, *found.others)] == ["e2", "w2"]


def test_a_road_that_runs_on_into_another_town_is_one() -> None:
    said = answer("光明路4号")
    assert (said.code, said.accepted) == (MatchCode.INTERPOLATED, True)


def test_a_road_of_that_name_in_another_town_need_not_have_rows() -> None:
    def line(west: float) -> shapely.Geometry:
        ends = [(LON + east / METRES, LAT + 900 / METRES) for east in (west, west + 300)]
        return shapely.LineString(ends)

    for others, accepted in (([], True), ([line(20_000)], False), ([line(90_000)], True)):
        lines = [line(0), *others]
        asked = Geocoder(TABLE, Streets(TABLE, lines=lambda _road, all_=lines: all_))
        # what lies beyond all rows of the table is no concern of it
        assert asked.answer(Question("", "光明路4号")).accepted is accepted


def test_in_the_town_that_was_asked_before_another() -> None:
    table = gazetteer(
        """
        a  | | 东河镇翠阳巷64号 | 0, 0
        a1 | | 东河镇松林路1号  | 0, 900
        a2 | | 东河镇松林路3号  | 0, 990
        a3 | | 东河镇松林路5号  | 0, 999
        b1 | | 西河镇翠阳巷68号 | 9000, 0
        b2 | | 西河镇翠阳巷76号 | 9100, 0
        b3 | | 西河镇翠阳巷84号 | 9200, 0
        """
    )
    said = answer("东河镇翠阳巷70号", table=table)
    assert not said.accepted
    assert rows(said, table) == ["a", "b1"]


A, B = np.uint64(1), np.uint64(2)


@pytest.mark.parametrize(
    ("east", "towns", "lines", "count"),
    [
        ([0, 300, 600], [A, B, B], [], 1),  # runs on
        ([0, 300, 900], [A, A, B], [], 2),  # a gap where the town changes
        ([0, 300, 9000], [A, A, A], [], 1),  # a town has one road of a name
        ([0, 300, 1500], [0, 0, 0], [], 1),  # no town is named: near enough
        ([0, 300, 9000], [0, 0, 0], [], 2),
        ([0, 9000], [A, B], [(0, 9000)], 1),  # its line runs on
        ([0, 9000], [A, B], [(0, 100), (8900, 9000)], 2),
        ([0], [A], [(5000, 6000)], 2),  # only its line is known
    ],
)
def test_one_road_or_several(
    east: list[float], towns: list[int], lines: list[tuple[float, float]], count: int
) -> None:
    xy = np.column_stack((east, np.zeros(len(east))))
    ways = [shapely.LineString([(a, 0), (b, 0)]) for a, b in lines]
    place, found = road_places(xy, np.array(towns, dtype=np.uint64), ways)
    assert found == count
    assert place[0] == 0
    assert place.max() < count


# ---- one number in several places


def test_a_number_that_is_there_twice_offers_its_rows() -> None:
    for address, first in (("东风路1号", "y2"), ("东风路3号之二", "y4")):
        said = answer(address)
        assert "ON_ROAD" not in keys(said), address
        assert rows(said)[0] == first


# ---- the far side of a road


def test_even_numbers_are_asked_about_where_only_odd_ones_are_known() -> None:
    for zones in ((), (1,) * 18):
        said = answer("学府路20号", zones=zones)
        assert (said.code, said.accepted) == (MatchCode.INTERPOLATED, False)
        assert said.zone_probability is None
        assert "SIDE_UNKNOWN" in keys(said)
    assert answer("学府路15号").accepted


def test_the_radius_of_a_number_whose_side_is_unknown_holds_both() -> None:
    road = [shapely.LineString([(0, 0), (600, 0)])]
    odd = [Door(DoorNumber(number), number * 5.0, 45.0) for number in range(1, 60, 2)]
    found = interpolate(DoorNumber(30), odd, road)
    assert found is not None
    assert (found.basis, found.side_known) == (Basis.EITHER_SIDE, False)
    assert found.y == pytest.approx(-45.0)
    assert found.radius_m >= 90.0
    even = [Door(DoorNumber(number), number * 5.0, -45.0) for number in (2, 4)]
    told = interpolate(DoorNumber(30), [*odd, *even], road)
    assert told is not None
    assert told.side_known
    beside = interpolate(DoorNumber(31), odd, road)
    assert beside is not None
    assert beside.side_known
