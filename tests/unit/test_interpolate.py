"""Where a number lies that no table has. Roads run east; odd numbers stand north of them."""

from __future__ import annotations

import math

import pytest
import shapely

from zoning.geocode.interpolate import Basis, Door, interpolate, prepare
from zoning.geocode.numbers import DoorNumber, parse_number
from zoning.geocode.road_line import chains

STEP = 5.0
DEPTH = 12.0
ROAD = [shapely.LineString([(0, 0), (600, 0)])]


def place(number: int) -> tuple[float, float]:
    return number * STEP, DEPTH if number % 2 else -DEPTH


def doors(*numbers: int) -> list[Door]:
    return [Door(DoorNumber(number), *place(number)) for number in numbers]


def off(number: int, known: list[Door], road: list[shapely.Geometry]) -> float:
    found = interpolate(DoorNumber(number), known, road)
    assert found is not None
    return math.dist((found.x, found.y), place(number))


def test_between_two_of_its_side() -> None:
    found = interpolate(DoorNumber(31), doors(1, 61, 2, 60), ROAD)
    assert found is not None
    assert found.basis is Basis.SAME_SIDE
    assert (found.x, found.y) == pytest.approx(place(31))


def test_on_its_own_side_by_the_numbers_across() -> None:
    known = [*doors(1, 3, 5), *doors(*range(20, 60, 2))]
    found = interpolate(DoorNumber(31), known, ROAD)
    assert found is not None
    assert found.basis is Basis.EITHER_SIDE
    assert found.y == pytest.approx(DEPTH)
    assert found.x == pytest.approx(31 * STEP)


def test_past_the_last_number() -> None:
    found = interpolate(DoorNumber(71), doors(*range(1, 62, 10)), ROAD)
    assert found is not None
    assert found.basis is Basis.BEYOND
    assert (found.x, found.y) == pytest.approx(place(71))


def test_past_the_end_of_the_road_it_stays_on_the_road() -> None:
    found = interpolate(DoorNumber(901), doors(*range(1, 62, 10)), ROAD)
    assert found is not None
    assert found.x == pytest.approx(600)


def test_a_bend_is_followed() -> None:
    bent = [shapely.LineString([(0, 0), (100, 0), (100, 100)])]
    known = [Door(DoorNumber(1), 0, 0), Door(DoorNumber(41), 100, 100)]
    found = interpolate(DoorNumber(21), known, bent)
    assert found is not None
    assert math.dist((found.x, found.y), (100, 0)) < 1


def test_pieces_in_any_order_and_direction_are_one_road() -> None:
    pieces = [
        shapely.LineString([(600, 0), (400, 0)]),
        shapely.LineString([(0, 0), (200, 0)]),
        shapely.LineString([(390, 0), (215, 0)]),
    ]
    assert len(chains(pieces)) == 1
    assert off(51, doors(1, 119), pieces) < 1


def test_both_carriageways() -> None:
    dual = [shapely.LineString([(0, 8), (600, 8)]), shapely.LineString([(600, -8), (0, -8)])]
    assert off(51, doors(1, 11, 99, 2, 98), dual) < 1
    assert off(52, doors(1, 11, 99, 2, 98), dual) < 1


def test_numbers_that_grow_the_other_way() -> None:
    flipped = [Door(door.number, 600 - door.x, door.y) for door in doors(1, 61, 2, 60)]
    found = interpolate(DoorNumber(31), flipped, ROAD)
    assert found is not None
    assert (found.x, found.y) == pytest.approx((600 - 31 * STEP, DEPTH))


def test_one_wrong_door_does_not_pull_its_neighbours() -> None:
    known = [*doors(*range(1, 100, 10)), Door(DoorNumber(35), 590, 12)]
    assert off(37, known, ROAD) < 5


def test_two_roads_of_one_name_are_never_averaged() -> None:
    far = [shapely.LineString([(9000, 0), (9600, 0)])]
    both = [*doors(1, 61), *(Door(d.number, d.x + 9000, d.y) for d in doors(1, 41))]
    ready = prepare(both, [*ROAD, *far])
    assert ready.estimate(DoorNumber(31)) is None
    assert sorted(round(e.x) for e in ready.estimates(DoorNumber(31))) == [155, 9155]
    only = ready.estimate(DoorNumber(51))
    assert only is not None
    assert only.x == pytest.approx(51 * STEP)


def test_without_lines_the_doors_are_the_road() -> None:
    assert off(31, doors(1, 61), []) < 1


def test_without_doors_it_is_the_middle_of_the_road_and_said_so() -> None:
    found = interpolate(DoorNumber(31), [], ROAD)
    assert found is not None
    assert (found.x, found.basis) == (300, Basis.ROAD)
    assert found.radius_m > 250
    assert interpolate(DoorNumber(31), [], []) is None


def test_an_addition_stands_with_its_number() -> None:
    annex = parse_number("31号之一")
    assert annex is not None
    found = interpolate(annex, doors(1, 31), ROAD)
    assert found is not None
    assert found.basis is Basis.SAME_NUMBER
    assert (found.x, found.y) == place(31)


def test_a_known_number_is_its_own_place() -> None:
    found = interpolate(DoorNumber(31), doors(1, 31), ROAD)
    assert found is not None
    assert (found.x, found.y, found.basis) == (*place(31), Basis.KNOWN)


def test_one_number_in_two_places_is_not_relied_on() -> None:
    twice = [*doors(1, 61, 31), Door(DoorNumber(31), 590, 12)]
    found = interpolate(DoorNumber(31), twice, ROAD)
    assert found is not None
    assert found.basis is Basis.SAME_SIDE
