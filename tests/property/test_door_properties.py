"""Door numbers: text and back, membership by brute force, places that respect order and side."""

from __future__ import annotations

import math

import pytest
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st

from zoning.geocode.interpolate import Door, Estimate, prepare
from zoning.geocode.numbers import DoorNumber, Suffix, SuffixKind, parse_number
from zoning.geocode.ranges import Answer, read_ranges, write_range

LARGEST = {SuffixKind.STEM: 10, SuffixKind.LETTER: 26}
SUFFIXES = st.sampled_from(SuffixKind).flatmap(
    lambda kind: st.builds(Suffix, st.just(kind), st.integers(1, LARGEST.get(kind, 120)))
)
NUMBERS = st.builds(
    DoorNumber, st.integers(0, 9999), st.lists(SUFFIXES, max_size=3).map(tuple), st.booleans()
)
NEAR = st.one_of(
    *[st.builds(DoorNumber, st.integers(1, 40))] * 3,
    st.builds(DoorNumber, st.integers(1, 40), st.lists(SUFFIXES, max_size=2).map(tuple)),
)
WORDS = "人民路12345678号弄院单双（）()、，；：-至之附一二三四除外全段以上南 \n和甲A/含部分横巷组“”"
ROAD = [shapely.LineString([(0, 0), (1000, 0)])]


@given(NUMBERS)
def test_a_number_written_and_read_is_the_same(number: DoorNumber) -> None:
    assert parse_number(str(number)) == number


@given(st.text())
def test_no_text_breaks_the_reader_of_a_number(text: str) -> None:
    number = parse_number(text)
    assert number is None or parse_number(str(number)) == number


@given(st.one_of(st.text(), st.text(alphabet=WORDS, max_size=60)))
def test_no_text_breaks_the_reader_of_ranges(text: str) -> None:
    read = read_ranges(text)
    for fault in read.faults:
        assert read.raw[fault.start : fault.end] == fault.text
    assert read.contains(DoorNumber(3), road="人民路") in Answer
    assert read.contains(DoorNumber(3)) in Answer


@given(
    st.lists(NEAR, min_size=1, max_size=25, unique=True),
    st.data(),
    st.sampled_from(["", "人民路", "八一路", "东湖路三横路", "二号路"]),
)
def test_a_set_written_and_read_is_the_same(
    existing: list[DoorNumber], data: st.DataObject, road: str
) -> None:
    meant = data.draw(st.sets(st.sampled_from(existing)))
    text = write_range(meant, existing, road=road)
    if not meant:
        assert text == ""
        return
    read = read_ranges(text)
    assert read.faults == ()
    for number in existing:
        wanted = Answer.YES if number in meant else Answer.NO
        assert read.contains(number, road=road) is wanted, (text, str(number))


@given(
    st.integers(1, 60),
    st.integers(1, 60),
    st.sampled_from(["", "（单号）", "（双号）"]),
    st.lists(st.integers(1, 60), max_size=3),
)
def test_membership_is_that_of_brute_force(
    one: int, other: int, side: str, left_out: list[int]
) -> None:
    low, high = min(one, other), max(one, other) + 1
    steps = {"": {0, 1}, "（单号）": {1}, "（双号）": {0}}[side]
    assume(low % 2 in steps or high % 2 in steps)  # 1-15（双号） contradicts itself
    inside = {n for n in range(low, high + 1) if n % 2 in steps}
    out = sorted(inside & set(left_out))
    text = f"人民路{low}-{high}号{side}" + (
        f"（{'、'.join(f'{n}号' for n in out)}除外）" if out else ""
    )
    read = read_ranges(text)
    told = {n for n in range(65) if read.contains(DoorNumber(n), road="人民路") is Answer.YES}
    assert told == inside - set(out)


def put(number: int, known: list[Door], road: list[shapely.Geometry]) -> Estimate:
    found = prepare(known, road).estimate(DoorNumber(number))
    assert found is not None
    return found


@given(st.sets(st.integers(0, 90), min_size=3), st.integers(0, 90), st.floats(3.0, 10.0))
def test_a_place_lies_between_its_neighbours(halves: set[int], asked: int, step: float) -> None:
    odd = sorted(2 * half + 1 for half in halves)
    number = 2 * asked + 1
    known = [Door(DoorNumber(n), n * step, 10.0) for n in odd]
    found = put(number, known, [shapely.LineString([(0, 0), (2000, 0)])])
    below = max((n for n in odd if n <= number), default=0)
    above = min((n for n in odd if n >= number), default=10_000)
    assert below * step - 1e-6 <= found.x <= above * step + 1e-6
    assert found.y == pytest.approx(10.0)
    assert found.radius_m > 0


@given(st.sets(st.integers(1, 90), min_size=4, max_size=20), st.integers(1, 90))
def test_direction_and_side_of_the_lines_do_not_matter(numbers: set[int], asked: int) -> None:
    known = [
        Door(DoorNumber(n), n * 7.0 + n % 3, 12.0 if n % 2 else -12.0) for n in sorted(numbers)
    ]
    one = put(asked, known, ROAD)
    other = put(asked, known, [shapely.reverse(ROAD[0])])
    mirrored = [Door(door.number, 1000 - door.x, -door.y) for door in known]
    turned = put(asked, mirrored, ROAD)
    assert math.dist((one.x, one.y), (other.x, other.y)) < 1e-6
    assert math.dist((one.x, one.y), (1000 - turned.x, -turned.y)) < 1e-6
