"""Every plan of a tiny problem, checked rule by rule in plain Python."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from zoning.partition import Problem


def neighbours_of(problem: Problem) -> list[list[int]]:
    """Return the neighbours of each block; those that stay together are next to each other."""
    ends = problem.indptr.tolist()
    near = [problem.neighbours[a:b].tolist() for a, b in itertools.pairwise(ends)]
    for number in set(problem.together.tolist()) - {-1}:
        group = np.flatnonzero(problem.together == number).tolist()
        for block in group:
            near[block] += [other for other in group if other != block]
    return near


def attached_blocks(problem: Problem) -> set[int]:
    """Return the blocks to which a way leads from the schools of a zone that they may have."""
    near = neighbours_of(problem)
    may = problem.allowed.copy()
    for number in set(problem.together.tolist()) - {-1}:
        group = problem.together == number
        may[group] = may[group].all(axis=0)
    return {
        block
        for zone, homes in enumerate(problem.homes)
        for block in reached_from(homes, set(np.flatnonzero(may[:, zone]).tolist()), near)
    }


def reached_from(starts: Sequence[int], inside: set[int], near: list[list[int]]) -> set[int]:
    """Return the blocks of a set to which a way leads inside it."""
    seen = set(starts) & inside
    stack = list(seen)
    while stack:
        for other in near[stack.pop()]:
            if other in inside and other not in seen:
                seen.add(other)
                stack.append(other)
    return seen


def keeps_the_rules(
    problem: Problem, plan: Sequence[int], over: Sequence[int], *, torn_may: bool = False
) -> bool:
    """Tell whether a plan keeps every rule, with so many children over the seats by year.

    Blocks that the ground joins to no school need not be connected; those that decisions leave no
    way need not either if `torn_may`.
    """
    near, everything = neighbours_of(problem), set(range(len(plan)))
    stands = [block for blocks in problem.homes for block in blocks]
    attached = attached_blocks(problem) if torn_may else reached_from(stands, everything, near)
    for zone, blocks in enumerate(problem.homes):
        inside = {block for block in everything if plan[block] == zone}
        if blocks and not (inside & attached) <= reached_from(blocks, inside, near):
            return False
    for number in set(problem.together.tolist()) - {-1}:
        if len({plan[block] for block in np.flatnonzero(problem.together == number)}) > 1:
            return False
    assignment = np.array(plan, dtype=np.int32)
    if problem.change_limit is not None and problem.changes(assignment) > problem.change_limit:
        return False
    if problem.overload_price is not None:
        return True
    return bool((problem.overload(assignment).sum(axis=0) <= over).all())


def plans_of(problem: Problem) -> Iterator[tuple[int, ...]]:
    """Yield every assignment that leaves each block a zone that it may have."""
    for plan in itertools.product(*(np.flatnonzero(row).tolist() for row in problem.allowed)):
        yield tuple(plan)


def cheapest(problem: Problem, over: Sequence[int]) -> int | None:
    """Return the cost of the best plan that keeps the rules; None where there is none."""
    values = [
        problem.value(np.array(plan, dtype=np.int32))
        for plan in plans_of(problem)
        if keeps_the_rules(problem, plan, over, torn_may=True)
    ]
    return min(values, default=None)
