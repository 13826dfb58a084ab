from __future__ import annotations

import numpy as np
import pytest
from gridworld import block_name, rows_of, world

from zoning.partition.contiguity import detached_blocks, home_mask, rooted_blocks
from zoning.partition.kernels import stays_whole

RAIL = [(block_name(r, 1), block_name(r, 2)) for r in range(3)]
OPEN = world("A..\n...\n..B", seats={"A": 9, "B": 9})


def zones(picture: str) -> np.ndarray:
    marks = "".join(rows_of(picture))
    return np.array([{"A": 0, "B": 1, ".": -1}[mark] for mark in marks], dtype=np.int32)


def can_leave(picture: str, block: str) -> bool:
    problem = OPEN.problem()
    blocks = len(problem.block_ids)
    return bool(
        stays_whole(
            problem.block_ids.index(block),
            zones(picture),
            problem.indptr,
            problem.neighbours,
            home_mask(problem),
            np.zeros(blocks + 1, dtype=np.int64),
            np.zeros(blocks + 1, dtype=np.int32),
        )
    )


@pytest.mark.parametrize(
    ("picture", "block", "whole"),
    [
        ("A A A\nA A A\nB B B", "b02", True),  # a corner
        ("A A A\nB B A\nB B B", "b01", False),  # the middle of a strip
        ("A A A\nB B A\nB B B", "b02", False),  # cuts b12 off
        ("A A A\nA B A\nA A A", "b12", True),  # the ring stays whole the other way round
        ("A A B\nB B B\nB B B", "b01", True),  # the tip
    ],
)
def test_a_block_may_leave_only_if_its_zone_stays_whole(
    picture: str, block: str, whole: bool
) -> None:
    assert can_leave(picture, block) is whole


def test_two_campuses_may_be_parted_but_no_piece_may_lose_its_school() -> None:
    problem = world("A..\n...\n..A", seats={"A": 9}).problem()
    work = np.zeros(10, dtype=np.int64), np.zeros(10, dtype=np.int32)
    graph = (problem.indptr, problem.neighbours, home_mask(problem))
    parts = np.array([0, -1, -1, 0, 0, -1, -1, 0, 0], dtype=np.int32)
    assert stays_whole(problem.block_ids.index("b11"), parts, *graph, *work)
    tail = np.array([0, 0, 0, -1, -1, 0, -1, -1, 0], dtype=np.int32)
    assert stays_whole(problem.block_ids.index("b02"), tail, *graph, *work)
    lost = np.array([0, 0, 0, -1, -1, 0, -1, -1, -1], dtype=np.int32)
    assert not stays_whole(problem.block_ids.index("b02"), lost, *graph, *work)


def test_a_piece_without_its_school_is_not_rooted() -> None:
    problem = OPEN.problem()
    rooted = rooted_blocks(problem, zones("A B B\nA B A\nB B B"))
    assert [block for block, yes in zip(problem.block_ids, rooted, strict=True) if not yes] == [
        "b12"
    ]


def test_blocks_behind_a_railway_without_a_school_are_detached() -> None:
    problem = world("A..\n...\n...", seats={"A": 9}, walls=RAIL).problem()
    detached = detached_blocks(problem)
    assert [block for block, yes in zip(problem.block_ids, detached, strict=True) if yes] == [
        "b02", "b12", "b22",
    ]  # fmt: skip
