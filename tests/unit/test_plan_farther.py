"""舍近求远: who is refused although nearer, and why."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from gridworld import World, world

from zoning.plan.farther import FARTHER_COLUMNS, farther_admitted

PLENTY = {"A": 99, "B": 99}


def pairs(built: World, picture: str) -> pd.DataFrame:
    return farther_admitted(built.plan(picture), built.facts()).pairs


def reasons(built: World, picture: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Return reason and further reasons by (school, refused block)."""
    found = pairs(built, picture)
    return {
        (row.school_id, row.refused_block): (row.reason, row.also) for row in found.itertuples()
    }


def test_a_plan_in_which_everybody_goes_to_the_nearest_school_has_none() -> None:
    assert not len(pairs(world("A . . . B", seats=PLENTY), "A A A B B"))


def test_the_farthest_admitted_block_stands_beside_the_refused_one() -> None:
    # b04 is 4 minutes from A and admitted; b02 is 2 minutes from A, and 5 from its own school B
    built = world("A . . . .\n. . . . .\n. . . . B", seats=PLENTY)
    found = pairs(built, "A A B A A\nA B B B A\nB B B B B").query("refused_block == 'b02'")
    (row,) = found.to_dict("records")
    assert tuple(found.columns) == FARTHER_COLUMNS
    assert (row["school_id"], row["refused_school_id"]) == ("A", "B")
    assert (row["admitted_block"], row["admitted_time_s"]) == ("b14", 300.0)
    assert (row["refused_time_s"], row["refused_own_time_s"]) == (120.0, 240.0)
    assert row["refused_children"] == 1


def test_nobody_is_refused_who_would_have_farther_to_go() -> None:
    # b03 is nearer to A than the admitted b04, but still nearer to its own B
    built = world("A . . . .\n. . . . B", seats=PLENTY)
    found = pairs(built, "A A A B A\nA A A B B")
    assert "b03" not in set(found[found["school_id"] == "A"]["refused_block"])


def test_blocks_without_children_neither_admit_nor_are_refused() -> None:
    children = "11011\n11111"
    picture = "A A B A A\nA B B A B"
    with_child = world("A . . . .\n. . . . B", seats=PLENTY)
    without = world("A . . . .\n. . . . B", seats=PLENTY, children=children)
    assert ("A", "b02") in reasons(with_child, picture)
    assert ("A", "b02") not in reasons(without, picture)


ROW = "A . . . . B"
SPLIT = "A B A B B B"  # b01 is refused at A, b02 admitted although farther


def test_the_school_is_full() -> None:
    tight = world(ROW, seats={"A": 2, "B": 99})
    reason, also = reasons(tight, SPLIT)["A", "b01"]
    assert reason == "full"
    assert "full" not in also
    assert "full" not in reasons(world(ROW, seats=PLENTY), SPLIT)["A", "b01"]


def test_the_block_lies_behind_a_barrier_or_apart() -> None:
    picture = "A . . . .\n. . . . .\n. . . . B"
    plan = "A A A A A\nB B B B A\nB B B B B"
    walls = [("b00", "b10"), ("b01", "b11"), ("b02", "b12")]
    open_found = reasons(world(picture, seats=PLENTY), plan)
    walled = reasons(world(picture, seats=PLENTY, walls=walls), plan)
    assert open_found["A", "b11"] == ("weights", "")
    assert walled["A", "b11"] == ("barrier", "")
    assert open_found["A", "b20"] == ("apart", "")


def test_the_blocks_own_zone_would_be_cut() -> None:
    built = world("A . . . . . .\n. . . . . . .\n. . . . . . B", seats=PLENTY)
    found = reasons(built, "A A A A A A A\nA B B B B B B\nA A A A A A B")
    assert found["A", "b11"] == ("weights", "")
    assert found["A", "b12"] == ("cuts", "")


def test_more_children_would_change_school() -> None:
    plan = "A A B A A A\nA A B B B B"
    picture = "A . . . . .\n. . . . . B"
    children = "111111\n111111"
    today = "A A B A A A\nA A B B B B"
    built = world(picture, seats=PLENTY, children=children, today=today)
    assert reasons(built, plan)["A", "b02"][0] == "today"
    elsewhere = world(picture, seats=PLENTY, children=children, today="A A A A A A\nA A B B B B")
    assert reasons(elsewhere, plan)["A", "b02"][0] == "weights"


def test_the_list_is_capped_and_says_how_many_there_are() -> None:
    built = world("A . . . .\n. . . . .\n. . . . B", seats=PLENTY)
    plan = built.plan("A A A A A\nB B B B A\nB B B B B")
    everything = farther_admitted(plan, built.facts())
    capped = farther_admitted(plan, built.facts(), listed=2)
    assert capped.total == everything.total == len(everything.pairs) > 2
    assert len(capped.pairs) == 2
    assert capped.refused_children == everything.refused_children
    lost = everything.pairs["refused_own_time_s"] - everything.pairs["refused_time_s"]
    assert lost.is_monotonic_decreasing


def test_children_without_a_school_come_first() -> None:
    built = world(ROW, seats=PLENTY)
    found = pairs(built, "A . A B B B")
    first = found.iloc[0]
    assert (first["refused_block"], first["refused_school_id"]) == ("b01", "")
    assert pd.isna(first["refused_own_time_s"])


def test_the_order_of_addresses_does_not_matter() -> None:
    built = world(ROW, seats=PLENTY, today="A A A B B B")
    mixed = replace(built, residences=built.residences.iloc[::-1])
    pd.testing.assert_frame_equal(pairs(built, SPLIT), pairs(mixed, SPLIT))
