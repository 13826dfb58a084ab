"""Faults of single characters keep what they are not about."""

from __future__ import annotations

import numpy as np
import pytest
from geocode_training import characters
from geocode_training.asking import is_same, numerals
from geocode_training.city import make_city
from geocode_training.dice import Dice
from geocode_training.naming import shorten_unit
from geocode_training.places import Name, Place
from geocode_training.settings import CitySettings

LISTINGS = CitySettings(rows=1000, queries=600)


def dice(seed: int = 0) -> Dice:
    return Dice(np.random.default_rng(seed))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "一"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (2003, "二千零三"),
    ],
)
def test_numbers_in_chinese(number: int, said: str) -> None:
    assert characters.chinese(number) == said


def test_numerals_change_numbers_only() -> None:
    assert numerals("新路32号院5栋") == "新路三十二号院五栋"


def test_forms_of_characters() -> None:
    assert characters.traditional("龙华园123号") == "龍華園123號"
    assert characters.full_width("A区12号") == "Ａ区１２号"
    assert characters.pinyin("新华路12号") == "xinhualu12hao"


@pytest.mark.parametrize("seed", range(20))
def test_a_typo_changes_one_character(seed: int) -> None:
    text = "锦绣江南花园二期"
    changed = characters.typo(text, dice=dice(seed))
    assert len(changed) == len(text)
    assert sum(a != b for a, b in zip(text, changed, strict=True)) == 1


@pytest.mark.parametrize("seed", range(20))
def test_one_character_less_or_more(seed: int) -> None:
    text = "锦绣江南花园"
    assert len(characters.dropped(text, dice=dice(seed))) == len(text) - 1
    assert len(characters.added(text, dice=dice(seed))) == len(text) + 1


def test_every_character_of_a_city_has_a_reading() -> None:
    made = make_city(LISTINGS, rng=np.random.default_rng(8))
    written = "".join(made.table["name"]) + "".join(made.table["address"])
    han = {char for char in written if "\u4e00" <= char <= "\u9fff"}
    # a source writes a character in its traditional form at times
    simplified = han - set(characters.traditional("".join(han)))
    forms = {characters.traditional(char) for char in simplified}
    assert {char for char in han - forms if characters.pinyin(char) == char} == set()
    assert len(han) > 250


@pytest.mark.parametrize(
    ("long", "short"),
    [("师范大学", "师大"), ("广播电视局", "广电局"), ("龙江机械厂", "龙江机械总厂")],
)
def test_units_have_short_names(long: str, short: str) -> None:
    assert shorten_unit(long) == short


def place(id_: str, whole: str) -> Place:
    return Place(id_, whole, "estates", Name("锦江"), (), (0.0, 0.0), 50.0, ())


def test_another_phase_is_another_place() -> None:
    estate, first, second = place("e1", "e1"), place("e1.1", "e1"), place("e1.2", "e1")
    assert is_same(first, first)
    assert is_same(first, estate)
    assert is_same(estate, second)
    assert not is_same(first, second)
    assert not is_same(estate, place("e2", "e2"))


def test_dice_draw_by_share() -> None:
    rolled = dice(3)
    drawn = [rolled.weighted({"a": 3.0, "b": 1.0, "c": 0.0}) for _ in range(2000)]
    assert 0.7 < drawn.count("a") / len(drawn) < 0.8
    assert drawn.count("c") == 0
    assert sorted(rolled.shuffled(range(50))) == list(range(50))
    assert rolled.shuffled(range(50)) != list(range(50))
