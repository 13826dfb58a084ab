"""What a name means: exactly that first, else what contains it, never a guess."""

from __future__ import annotations

import pandas as pd
import pytest

from zoning.errors import AmbiguousError, MissingStepError
from zoning.messages import explain
from zoning.study.lookup import Place, find_one, find_place

# id, name, block, road, number, alias
ROWS = [
    ("A1", "安林里", "B1", "清堤路", "17号14栋", ""),
    ("A2", "安林里", "B1", "清堤路", "17号15栋", ""),
    ("A3", "静阳府", "B1", "丝路北路", "2号", "老县委"),
    ("A4", "静阳府", "B2", "丝路北路", "4号", ""),
    ("A5", "静阳府二期", "B2", "丝路北路", "6号", ""),
    ("A6", "高桥村1组", "B3", "", "", ""),
    ("A7", "Oak Lane 7", "B3", "Oak Lane", "7", ""),
    ("A8", "健康路9号", "B3", "健康路", "９号", ""),
]
ADDRESSES = pd.DataFrame(
    ROWS, columns=["address_id", "name", "block_id", "road", "number", "alias"]
)
ADDRESSES = ADDRESSES.assign(division="宁边街道", community="宁苑社区")
RESIDENCES = ADDRESSES[["address_id", "name", "block_id"]]


def found(words: str) -> Place:
    return find_place(words, residences=RESIDENCES, addresses=ADDRESSES)


@pytest.mark.parametrize(
    ("words", "row"),
    [
        ("A4", 3),
        ("老县委", 2),
        ("清堤路17号14栋", 0),
        ("宁边街道宁苑社区清堤路17号15栋", 1),
        ("安林里17号14栋", 0),
        ("清堤路 １７号 １４栋", 0),
        ("oak lane 7", 6),
        ("高桥村", 5),
        ("14栋", 0),
    ],
)
def test_one_address(words: str, row: int) -> None:
    assert found(words).rows == (row,)


def test_a_compound_in_one_block_is_one_place() -> None:
    place = found("安林里")
    assert (place.rows, place.block_id, place.text) == ((0, 1), "B1", "安林里")


def test_the_whole_address_is_shown_and_nothing_twice() -> None:
    assert found("A1").text == "安林里（宁边街道宁苑社区清堤路17号14栋）"
    assert found("A8").text == "健康路9号（宁边街道宁苑社区）"


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("静阳府", [["A3"], ["A4"]]),  # one name in two blocks; the second phase has another name
        ("阳府", [["A3"], ["A4"], ["A5"]]),
        ("丝路北路", [["A3"], ["A4"], ["A5"]]),
    ],
)
def test_several_are_listed(words: str, ids: list[list[str]]) -> None:
    with pytest.raises(AmbiguousError) as caught:
        found(words)
    assert [match["address_ids"] for match in caught.value.matches] == ids
    assert caught.value.exit_code == 4
    for language in ("zh-CN", "en"):
        said = explain(caught.value, language)
        assert all(f"[{first}]" in said for first, *_ in ids)


@pytest.mark.parametrize("words", ["幸福里", "", "  "])
def test_nothing_is_guessed(words: str) -> None:
    with pytest.raises(MissingStepError) as caught:
        found(words)
    assert caught.value.key == "study.NO_ADDRESS"


def test_a_part_of_an_id_means_nothing() -> None:
    rows = pd.DataFrame({"address_id": ["R01"], "name": ["幸福里"], "block_id": ["B1"]})
    with pytest.raises(MissingStepError):
        find_place("R0", residences=rows, addresses=None)
    assert find_place("R01", residences=rows, addresses=None).name == "幸福里"


def test_a_long_list_is_cut_and_says_so() -> None:
    rows = pd.DataFrame(
        [(f"A{at:02}", f"{at}号", "B1") for at in range(40)],
        columns=["address_id", "name", "block_id"],
    )
    with pytest.raises(AmbiguousError) as caught:
        find_place("号", residences=rows, addresses=None)
    assert len(caught.value.matches) == 40
    said = explain(caught.value, "en")
    assert "A29" in said
    assert "A30" not in said
    assert said.endswith("…")


def test_blocks_and_schools_go_by_id_then_by_name() -> None:
    names = {"P1": "第一小学", "P2": "第二小学", "P3": "P1", "P4": "第二小学分校"}
    assert find_one("p1", names, kind="school") == "P1"
    assert find_one("第二小学", names, kind="school") == "P2"
    assert find_one("一小", names, kind="school") == "P1"
    with pytest.raises(AmbiguousError) as several:
        find_one("小学", names, kind="school")
    assert [match["id"] for match in several.value.matches] == ["P1", "P2", "P4"]
    for kind, key in (("school", "study.NO_SCHOOL"), ("block", "study.NO_BLOCK")):
        with pytest.raises(MissingStepError) as nothing:
            find_one("", names, kind=kind)
        assert nothing.value.key == key
