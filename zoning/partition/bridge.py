"""Shared areas as ground that their schools' zones may cross, instead of zones of their own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.contiguity import excused_blocks, stray_blocks
from zoning.partition.problem import FREE, UNASSIGNED, Note, OverloadTerm
from zoning.plan.model import ZoneType

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zoning.partition.problem import Problem


def bridge_shared(problem: Problem) -> Problem:
    """Take shared areas out of the zones; the plan gets them back from `Problem.apart`.

    A shared area belongs to each of its schools, so the zone of either may reach across it. Its
    blocks therefore stay in the problem, without children (their seats are taken off already) and
    at one and the same cost, and go to the zone of any of their schools as connectedness wants it.
    What the plan shows is the shared area all the same.

    Parameters
    ----------
    problem
        A problem in which shared areas are zones, locked to their blocks.
    """
    shared = [at for at, zone in enumerate(problem.zones) if zone.zone_type is ZoneType.SHARED]
    if not shared:
        return problem
    kept = np.array([at for at in range(len(problem.zones)) if at not in shared], dtype=np.int64)
    moved = np.full(len(problem.zones), FREE, dtype=np.int32)
    moved[kept] = np.arange(len(kept))
    of_school = {school: at for at in kept for school in problem.zones[at].school_ids}
    inside = {at: np.flatnonzero(problem.locks == at) for at in shared}
    rows = np.concatenate(list(inside.values()))
    children, reach = problem.children.copy(), problem.reach.copy()
    children[rows] = 0
    reach[rows] = False
    for at, blocks in inside.items():
        for school in problem.zones[at].school_ids:
            reach[blocks, of_school[school]] = True

    def alike(amount: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the blocks of each shared area its own amount in every zone; drop its column."""
        levelled = amount.copy()
        for at, blocks in inside.items():
            levelled[blocks] = amount[blocks, at][:, None]
        return levelled[:, kept]

    seats = problem.seats[kept]
    locks = problem.locks.copy()
    locks[rows] = FREE
    short = [
        Note("SHARED_SHORT", zone_ids=(problem.zones[at].zone_id,))
        for at, blocks in inside.items()
        if (problem.children[blocks].sum(axis=0) > problem.seats[at]).any()
    ]
    return replace(
        problem,
        zones=tuple(problem.zones[at] for at in kept),
        cost=alike(problem.cost),
        terms=tuple(replace(term, amount=alike(term.amount)) for term in problem.terms),
        children=children,
        seats=seats,
        reach=reach[:, kept],
        homes=tuple(problem.homes[at] for at in kept),
        locks=np.where(locks == FREE, FREE, moved[locks]).astype(np.int32),
        forbidden=tuple(
            (block, int(moved[zone]))
            for block, zone in problem.forbidden
            if block not in set(rows.tolist())
        ),
        changing=alike(problem.changing) if problem.changing.size else problem.changing,
        notes=(*problem.notes, *short),
        further_terms=tuple(
            replace(term, children=children, seats=seats)
            if isinstance(term, OverloadTerm)
            else term
            for term in problem.further_terms
        ),
        apart=tuple(
            (problem.zones[at], tuple(int(block) for block in blocks))
            for at, blocks in inside.items()
        ),
    )


def place_shared(
    problem: Problem, zone: NDArray[np.int64], stated: Mapping[int, int | None]
) -> NDArray[np.int64]:
    """Count blocks of shared areas to the zone of one of their schools.

    Parameters
    ----------
    problem
        What `bridge_shared` returned.
    zone
        Position of each block's zone; of shared blocks it does not matter.
    stated
        Position of the zone by shared block, or None where it is not known. Those are counted to
        the zone that leaves fewest blocks astray, area by area.
    """
    placed = zone.astype(np.int32)
    for block, known in stated.items():
        placed[block] = UNASSIGNED if known is None else known
    excused = excused_blocks(problem) if problem.apart else np.empty(0, dtype=np.bool_)
    for _, blocks in problem.apart:
        unknown = [block for block in blocks if block in stated and stated[block] is None]
        if not unknown:
            continue
        tried = []
        for candidate in np.flatnonzero(problem.allowed[unknown].all(axis=0)).tolist():
            placed[unknown] = candidate
            stray = stray_blocks(problem, placed, excused=excused)
            tried.append((int(stray.sum()), candidate))
        placed[unknown] = min(tried)[1] if tried else UNASSIGNED
    return placed.astype(np.int64)
