"""What may be written for the addresses of a list."""

from __future__ import annotations

import pandas as pd

from webmap.services.asked_ahead import texts_of
from zoning.study.places import WORDS


def row(**words: str) -> dict[str, str]:
    return {**dict.fromkeys(WORDS, ""), **words}


def written(*rows: dict[str, str]) -> set[str]:
    found = texts_of(pd.DataFrame(rows))
    assert len(found) == len(set(found))
    return set(found)


def test_a_compound_by_its_names_and_its_door() -> None:
    compound = row(name="幸福小区", division="绿洲路街道", community="幸福社区", road="延安路",
                   number="1号", alias="糖厂院、老糖厂")  # fmt: skip
    assert written(compound) == {
        "幸福小区", "糖厂院", "老糖厂", "延安路1号", "延安路1号幸福小区",
        "绿洲路街道延安路1号幸福小区", "绿洲路街道幸福小区",
    }  # fmt: skip


def test_a_door_that_has_no_other_name_is_written_once() -> None:
    door = row(name="延安路3号", division="绿洲路街道", road="延安路", number="3号")
    assert written(door) == {"延安路3号", "绿洲路街道延安路3号"}


def test_a_village_with_its_township_and_community() -> None:
    village = row(name="三工村5组", division="三工镇", community="三工村")
    assert written(village) == {"三工村5组", "三工镇三工村5组"}


def test_what_two_addresses_share_is_asked_once() -> None:
    two = [row(name="幸福小区", road="延安路", number=f"{at}号") for at in (1, 3)]
    assert written(*two) == {
        "幸福小区", "延安路1号", "延安路3号", "延安路1号幸福小区", "延安路3号幸福小区"
    }  # fmt: skip
