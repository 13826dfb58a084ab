"""Keys of texts: what is written alike has one key, what is not has another."""

from __future__ import annotations

import pytest

from webmap.static_site.index import bits_for
from zoning.lookup.plain_keys import forms_of, key_of, letters, shard_of

ALIKE = [
    ("阳光花园３幢", "陽光 花園3幢"),
    ("人民路一百零五号", "人民路105号"),
    ("五一路三〇二室", "五一路302室"),
    ("红旗村三组", "红旗村3组"),
    ("城关镇（东区）", "城关镇(东区)"),
    ("ＡＢＣ公寓", "abc 公寓"),
    ("⻓安府", "长安府"),
    ("文三路12－1号", "文三路12-1号"),
    ("廿三号", "23号"),
]
APART = [
    ("二七区", "27区"),
    ("五一路", "51路"),
    ("一百五号", "105号"),
    ("12号", "1、2号"),
    ("阳光花园", "阳光家园"),
    ("零号", "号"),
]
WORDS = {"name": "阳光花园", "division": "城关镇", "community": "文三社区", "road": "文三路",
         "number": "12号", "alias": "阳光小区"}  # fmt: skip


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_what_is_written_alike_has_one_key(one: str, other: str) -> None:
    assert key_of(one) == key_of(other)


@pytest.mark.parametrize(("one", "other"), APART)
def test_what_is_not_has_another(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize("text", [one for pair in (*ALIKE, *APART) for one in pair])
def test_a_key_is_its_own_key(text: str) -> None:
    assert key_of(key_of(text)) == key_of(text)


def test_one_character_stands_for_one() -> None:
    known = letters()
    assert known.become["園"] == "园"
    assert all(len(before) == len(after) == 1 for before, after in known.become.items())
    assert " " in known.gone
    assert "园" not in known.become


def test_an_address_is_found_by_each_of_its_names() -> None:
    found = set(forms_of(WORDS))
    own = {"阳光花园", "文三路12号", "文三路12号阳光花园", "阳光小区"}
    full = {before + text for text in own for before in ("", "城关镇", "城关镇文三社区")}
    assert found == full | {"文三社区", "城关镇文三社区", "文三路"}
    assert set(forms_of(dict.fromkeys(WORDS, ""))) == set()


@pytest.mark.parametrize(
    ("addresses", "bits"), [(0, 0), (1999, 0), (3999, 0), (4000, 1), (200_000, 6), (10**9, 8)]
)
def test_a_part_never_has_fewer_addresses_than_it_has_to(addresses: int, bits: int) -> None:
    assert bits_for(addresses, least=2000) == bits


def test_parts_are_filled_alike() -> None:
    counts = [0] * 8
    for at in range(8000):
        counts[shard_of(f"人民路{at}号", 3)] += 1
    assert min(counts) > 800
    assert shard_of("人民路1号", 0) == 0
