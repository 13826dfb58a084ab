"""A drawn plan over a drawn world, and what is said of its blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.explain import Explainer
from zoning.partition.problem import UNASSIGNED
from zoning.partition.standing import Standing
from zoning.plan.zone_times import zone_times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gridworld import World

    from zoning.partition.explain import Alternative, BlockStory, Kind, Obstacle
    from zoning.partition.problem import Problem

GRID = "A . .\n. . .\n. . B"
SLOPE = "A A A\nA A B\nB B B"
ROWS = "A A A\nA A A\nB B B"
PLENTY = {"A": 99, "B": 99}


def standing(
    built: World, picture: str, *, problem: Problem | None = None, **rules: object
) -> Standing:
    put = problem or built.problem(**rules)
    column = {zone.zone_id: at for at, zone in enumerate(put.zones)}
    place = {block: at for at, block in enumerate(put.block_ids)}
    walls = built.adjacency[built.adjacency["barrier"]]
    barriers = [
        (place[a], place[b]) for a, b in zip(walls["block_a"], walls["block_b"], strict=True)
    ]
    zone_ids = built.plan(picture).zone_ids
    return Standing(
        problem=put,
        assignment=np.array([column.get(zone, UNASSIGNED) for zone in zone_ids], dtype=np.int32),
        time_s=zone_times(put.zones, built.facts())[0],
        barriers=np.array(barriers, dtype=np.int64).reshape(-1, 2),
    )


def told(now: Standing, block: str) -> BlockStory:
    return Explainer(now).block(now.problem.block_ids.index(block))


def other_school(now: Standing, block: str, school: str) -> Alternative:
    at = [zone.zone_id for zone in now.problem.zones].index(school)
    (found,) = [item for item in told(now, block).alternatives if item.zone == at]
    return found


def reasons(now: Standing, block: str, school: str) -> dict[Kind, Obstacle]:
    return {item.kind: item for item in other_school(now, block, school).obstacles}


def names(now: Standing, blocks: Sequence[int]) -> list[str]:
    return [now.problem.block_ids[block] for block in blocks]
