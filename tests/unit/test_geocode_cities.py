"""Invented cities: the same from the same seed, true, and with every kind of fault."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from functools import lru_cache

import numpy as np
import pytest
from geocode_training.asking import PERTURBED
from geocode_training.city import METRES_LAT, METRES_LNG, City, make_city
from geocode_training.dice import Dice
from geocode_training.places import KINDS
from geocode_training.settings import (
    MOST,
    CityRates,
    CitySettings,
    QueryRates,
    SourceRates,
    Style,
    WorldRates,
    draw_habits,
    draw_rates,
)
from geocode_training.world import World, make_world

SMALL = {"rows": 1200, "queries": 800}
STYLES: tuple[Style, ...] = ("listings", "bureau")


@lru_cache(maxsize=8)
def city(style: Style = "listings", *, seed: int = 1) -> City:
    return make_city(CitySettings(style=style, **SMALL), rng=np.random.default_rng(seed))


@lru_cache(maxsize=1)
def world() -> World:
    dice = Dice(np.random.default_rng(5))
    nature = draw_rates(CityRates, dice=dice)
    rates = draw_rates(WorldRates, dice=dice)
    return make_world(rates, nature=nature, compounds=1500, name="", dice=dice)


def text_of(made: City) -> str:
    return "".join(frame.to_csv() for frame in (made.table, made.queries, made.truth))


def metres(made: City, frame: str) -> np.ndarray:
    lat = np.radians(made.table["lat_wgs84"].mean())
    degrees = getattr(made, frame)[["lng_wgs84", "lat_wgs84"]].to_numpy()
    return degrees * [METRES_LNG * np.cos(lat), METRES_LAT]


@pytest.mark.parametrize("style", STYLES)
def test_the_same_seed_makes_the_same_city(style: Style) -> None:
    again = make_city(CitySettings(style=style, **SMALL), rng=np.random.default_rng(1))
    assert text_of(again) == text_of(city(style))
    assert text_of(city(style, seed=2)) != text_of(city(style))


@pytest.mark.parametrize("style", STYLES)
def test_the_frames_have_the_size_asked_for(style: Style) -> None:
    made = city(style)
    assert len(made.queries) == len(made.truth) == SMALL["queries"]
    assert 0.6 * SMALL["rows"] < len(made.table) < 1.3 * SMALL["rows"]
    assert list(made.queries["id"]) == list(made.truth["id"])
    assert made.table["id"].is_unique


@pytest.mark.parametrize("style", STYLES)
def test_rows_of_the_truth_are_of_the_entity_asked_for(style: Style) -> None:
    """A row is right if it is the entity, its whole, or a part of it; never another part."""
    made = city(style)
    entity = dict(zip(made.table["id"], made.table["entity"], strict=True))
    for asked, rows in zip(made.truth["entity"], made.truth["rows"], strict=True):
        same = {id_ for id_, listed in entity.items() if listed == asked}
        assert same <= set(rows)
        for row in rows:
            one, other = sorted((asked, entity[row]), key=len)
            assert one == other or re.match(re.escape(one) + r"[./]", other)


@pytest.mark.parametrize("style", STYLES)
def test_between_a_tenth_and_two_thirds_are_listed_nowhere(style: Style) -> None:
    shares = [(city(style, seed=seed).truth["rows"].map(len) == 0).mean() for seed in (1, 2, 3)]
    assert 0.1 < min(shares) < max(shares) < 0.67
    assert max(shares) - min(shares) > 0.05


def test_a_bureau_has_exact_points() -> None:
    made = city("bureau")
    at = dict(zip(made.table["id"], metres(made, "table"), strict=True))
    entity = dict(zip(made.table["id"], made.table["entity"], strict=True))
    away = [
        np.hypot(*(at[row] - true))
        for asked, rows, true in zip(
            made.truth["entity"], made.truth["rows"], metres(made, "truth"), strict=True
        )
        for row in rows
        if entity[row] == asked
    ]
    assert len(away) > 300
    assert max(away) < 1


def test_listed_points_are_near_with_a_heavy_tail() -> None:
    away = []
    for seed in (1, 2, 3, 4):
        made = city(seed=seed)
        at = dict(zip(made.table["id"], metres(made, "table"), strict=True))
        entity = dict(zip(made.table["id"], made.table["entity"], strict=True))
        away += [
            np.hypot(*(at[row] - true))
            for asked, rows, true in zip(
                made.truth["entity"], made.truth["rows"], metres(made, "truth"), strict=True
            )
            for row in rows
            if entity[row] == asked
        ]
    assert 15 < np.median(away) < 120
    assert 0.01 < np.mean(np.array(away) > 500) < 0.12
    assert np.mean(np.array(away) > 3000) > 0


def test_every_kind_of_compound_is_built() -> None:
    kinds = {place.kind for place in world().places}
    assert kinds == set(KINDS)


def test_parts_lie_around_their_whole() -> None:
    by_id = {place.id: place for place in world().places}
    parts = [place for place in world().places if place.id != place.whole]
    away = [np.hypot(*np.subtract(part.point, by_id[part.whole].point)) for part in parts]
    assert len(parts) > 30
    assert min(away) > 60
    assert max(away) < 900
    assert all(part.name.part for part in parts)


def test_villages_have_groups_around_them() -> None:
    groups = [place for place in world().places if place.name.part.endswith("组")]
    villages = {place.whole for place in groups}
    assert len(groups) >= 2 * len(villages) > 0
    assert all(place.kind == "villages" for place in groups)


def test_a_careless_city_has_more_faults() -> None:
    dice = Dice(np.random.default_rng(4))
    nature = draw_rates(CityRates, dice=dice)
    many = [draw_habits(replace(nature, careless=rate, scattered=rate), dice=dice)
            for rate in [0.5] * 40 + [1.5] * 40]  # fmt: skip
    for fault in ("astray", "typo", "other_number", "error"):
        rates = [getattr(habits, fault) for habits in many]
        assert np.mean(rates[40:]) > 2 * np.mean(rates[:40])
    assert max(habits.alias for habits in many) <= MOST


def test_some_estates_are_named_after_a_neighbour() -> None:
    def shared(kin: float) -> float:
        dice = Dice(np.random.default_rng(6))
        rates = replace(draw_rates(WorldRates, dice=dice), kin=kin)
        nature = draw_rates(CityRates, dice=dice)
        made = make_world(rates, nature=nature, compounds=1500, name="", dice=dice)
        stems = [
            place.name.brand + place.name.stem
            for place in made.places
            if place.kind == "estates" and place.id == place.whole
        ]
        return 1 - len(set(stems)) / len(stems)

    assert shared(0.4) > shared(0.0) + 0.1


def test_units_share_names_across_the_city() -> None:
    names = [place.name.full for place in world().places if place.kind == "dorms"]
    assert 0 < len(names) - len(set(names)) < 0.5 * len(names)


def test_numbers_grow_along_a_street_odd_on_one_side() -> None:
    street = max(world().streets.streets, key=lambda street: street.length)
    odd = [street.number(along, odd=True) for along in (100, 400, 900)]
    even = [street.number(along, odd=False) for along in (100, 400, 900)]
    assert odd == sorted(odd)
    assert all(number % 2 for number in odd)
    assert not any(number % 2 for number in even)
    ahead = np.hypot(*np.subtract(street.door(odd[2]), street.start))
    assert ahead > np.hypot(*np.subtract(street.door(odd[0]), street.start))


@pytest.mark.parametrize(
    ("style", "kinds"),
    [
        (
            "listings",
            {"other_part", "street"},
        ),
        (
            "bureau",
            set(),
        ),
    ],
)
def test_every_kind_of_query_appears(style: Style, kinds: set[str]) -> None:
    seen = set()
    for seed in (1, 2, 3, 4):
        seen |= set(city(style, seed=seed).queries["kind"])
    assert seen == {"listed", "absent", "door", "village", *PERTURBED} | kinds


@pytest.mark.parametrize(
    ("what", "column", "pattern"),
    [
        ("a crossing", "address", "交叉口|交汇处|路口"),
        ("a landmark", "address", "对面|附近|旁"),
        ("dashes", "address", r"^[^-]+-[^-]+-"),
        ("a bare road", "address", r"^[\u4e00-\u9fff]+路$"),
        ("a former number", "address", "旧:|原"),
        ("a number cut off", "address", "[路街道]号"),
        ("no address", "address", "^暂无"),
        ("two addresses", "address", "[,，、;]"),
        ("a remark in brackets", "address", r"[(（].*[)）]$"),
        ("a phase in digits", "name", "[1-6]期"),
        ("a part in brackets", "name", r"[(（].*[区期苑园][)）]"),
        ("a road before a unit", "name", "[路街].+宿舍"),
        ("a dot", "name", "·"),
    ],
)
def test_every_habit_appears(what: str, column: str, pattern: str) -> None:
    seen = [city(seed=seed).table[column].str.contains(pattern).sum() for seed in range(1, 7)]
    assert sum(seen) > 0, what


@pytest.mark.parametrize("kind", [CityRates, WorldRates, SourceRates, QueryRates])
def test_rates_are_drawn_from_their_ranges(kind: type) -> None:
    dice = Dice(np.random.default_rng(3))
    drawn = [draw_rates(kind, dice=dice) for _ in range(20)]
    for each in fields(kind):
        values = [getattr(rates, each.name) for rates in drawn]
        assert each.metadata["low"] <= min(values) < max(values) <= each.metadata["high"]


def test_sources_write_one_compound_in_several_ways() -> None:
    table = city().table
    written = table.groupby("entity").agg({"name": "nunique", "source": "nunique"})
    several = written[written["source"] > 1]
    assert len(several) > 100
    share = (several["name"] > 1).mean()
    assert 0.1 < share < 0.8
