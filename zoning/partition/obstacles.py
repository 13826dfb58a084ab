"""What stands against giving a block to another school."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.margin import Marginal, displaced
from zoning.partition.problem import FREE, UNASSIGNED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zoning.partition.standing import Standing


class Kind(StrEnum):
    """What stands against giving a block to another school; its text is `explain.WHY_<kind>`."""

    HOME = "home"
    LOCKED = "locked"
    FORBIDDEN = "forbidden"
    OUT_OF_REACH = "out_of_reach"
    TOGETHER = "together"
    FULL = "full"
    CUT = "cut"
    BARRIER = "barrier"
    APART = "apart"
    CHANGE_LIMIT = "change_limit"
    DEARER = "dearer"
    SAME = "same"
    CHEAPER = "cheaper"


# What does not forbid a move: the blocks of a group move as one, and the rest is a matter of cost.
NO_BAR = frozenset({Kind.TOGETHER, Kind.DEARER, Kind.SAME, Kind.CHEAPER})


@dataclass(frozen=True)
class Obstacle:
    """One thing that stands against a move.

    Parameters
    ----------
    kind
        What it is.
    blocks
        HOME, LOCKED, FORBIDDEN, OUT_OF_REACH: the blocks of which it is true. TOGETHER: the other
        blocks of the group. CUT: the blocks that would be cut off. APART: those between.
    zone
        HOME, LOCKED: the zone that the first of these blocks must have.
    """

    kind: Kind
    blocks: tuple[int, ...] = ()
    zone: int = UNASSIGNED


@dataclass(frozen=True)
class Shortage:
    """A year in which a zone has no room.

    Parameters
    ----------
    year, seats, children
        The year, the zone's seats, and its children without those who would come.
    coming
        Children who would come.
    over
        Children over the seats if they did.
    """

    year: int
    seats: int
    children: int
    coming: int
    over: int


@dataclass(frozen=True)
class Full(Obstacle):
    """The zone is full.

    Parameters
    ----------
    shortages
        The years in which it is.
    displaced
        Who would have to leave, so that no more children are over the seats than now; `room` tells
        whether the zone they go to has it when all have moved.
    still_short
        Places by year that are missing even then.
    keeps_limits
        Whether nobody more would then be over the seats of any zone, or over the limit of changes.
    minutes
        What all children together would then need more, child-minutes of an average year. None
        where that is no plan, or of a block that schools share by decision.
    """

    shortages: tuple[Shortage, ...] = ()
    displaced: tuple[Marginal, ...] = ()
    still_short: tuple[int, ...] = ()
    keeps_limits: bool = True
    minutes: float | None = None


@dataclass(frozen=True)
class TooManyChanges(Obstacle):
    """More children would change school than may; both are sums over the years."""

    children: int = 0
    limit: int = 0


def lack_of_room(
    standing: Standing,
    moving: tuple[int, ...],
    zone: int,
    *,
    coming: NDArray[np.int64],
    can_leave: Sequence[Marginal],
) -> list[Obstacle]:
    """Name the years without room in a zone, and whose places newcomers would take.

    Parameters
    ----------
    standing
        The assignment.
    moving
        The blocks that would come; none where the problem does not count their children.
    zone
        Where to.
    coming
        Their children by year.
    can_leave
        What `zoning.partition.margin.leaving` returned for the zone.

    Returns
    -------
    One obstacle, or none where there is room.
    """
    shortages = _shortages(standing, coming, zone)
    if not shortages:
        return []
    over = standing.loads[zone] + coming - standing.problem.seats[zone]
    # a zone that is over its seats already must not get worse; it need not get better
    must_go = np.where(coming > 0, np.clip(over, 0, coming), 0)
    elsewhere = [move for move in can_leave if not set(move.blocks) & set(moving)]
    chosen, short = displaced(standing, zone, children=must_go, candidates=elsewhere)
    found = Full(
        Kind.FULL, shortages=shortages, displaced=chosen, still_short=tuple(short.tolist())
    )
    return [_weighed(standing, found, moving, zone, coming=coming)]


def short_of_room(standing: Standing, zone: int, *, coming: NDArray[np.int64]) -> list[Obstacle]:
    """Name the years without room in a zone, as `lack_of_room` does, but not who would leave.

    Parameters
    ----------
    standing, zone, coming
        See `lack_of_room`.
    """
    shortages = _shortages(standing, coming, zone)
    return [Full(Kind.FULL, shortages=shortages)] if shortages else []


def _weighed(
    standing: Standing,
    found: Full,
    moving: tuple[int, ...],
    zone: int,
    *,
    coming: NDArray[np.int64],
) -> Full:
    """Tell what follows when all have moved: who has no room even then, and what it costs."""
    problem, now = standing.problem, standing.assignment
    after = now.copy()
    after[list(moving)] = zone
    for move in found.displaced:
        after[list(move.blocks)] = move.to_zone
    loads = problem.loads(after)
    loads[zone] += 0 if moving else coming
    worse = (np.maximum(loads - problem.seats, 0) > problem.overload(now)).any(axis=1)
    limited = problem.excess(after) > problem.excess(now)
    priced = problem.overload_price is not None
    keeps = not limited and (priced or not worse.any())
    minutes = (problem.value(after) - problem.value(now)) * problem.unit
    return replace(
        found,
        displaced=tuple(replace(move, room=not worse[move.to_zone]) for move in found.displaced),
        keeps_limits=keeps,
        minutes=minutes if moving and keeps else None,
    )


def _shortages(standing: Standing, coming: NDArray[np.int64], zone: int) -> tuple[Shortage, ...]:
    """Name the years in which a zone has no room for those who would come."""
    problem, loads = standing.problem, standing.loads[zone]
    over = loads + coming - problem.seats[zone]
    return tuple(
        Shortage(
            year=problem.years[at],
            seats=int(problem.seats[zone, at]),
            children=int(loads[at]),
            coming=int(coming[at]),
            over=int(over[at]),
        )
        for at in np.flatnonzero((over > 0) & (coming > 0))
    )


def rules_against(
    standing: Standing, block: int, moving: tuple[int, ...], zone: int
) -> list[Obstacle]:
    """List what decisions and the block's own school rule, and the group that has to come too.

    Parameters
    ----------
    standing
        The assignment.
    block
        The block that is asked about.
    moving
        The blocks that would move, those that stay with it included.
    zone
        Where to.
    """
    problem = standing.problem
    found = []
    stands = tuple(one for one in moving if standing.home_of.get(one, zone) != zone)
    if stands:
        found.append(Obstacle(Kind.HOME, stands, standing.home_of[stands[0]]))
    locked = tuple(one for one in moving if problem.locks[one] not in {FREE, zone})
    if locked:
        found.append(Obstacle(Kind.LOCKED, locked, int(problem.locks[locked[0]])))
    banned = tuple(one for one in moving if (one, zone) in standing.banned)
    if banned:
        found.append(Obstacle(Kind.FORBIDDEN, banned))
    beyond = tuple(one for one in moving if not problem.reach[one, zone] and one not in banned)
    if beyond:
        found.append(Obstacle(Kind.OUT_OF_REACH, beyond))
    others = tuple(one for one in moving if one != block)
    if others:
        found.append(Obstacle(Kind.TOGETHER, others))
    return found


def way_against(standing: Standing, moving: tuple[int, ...], zone: int) -> list[Obstacle]:
    """Tell whether blocks would not hang together with a zone, and what lies between them.

    Parameters
    ----------
    standing
        The assignment.
    moving
        The blocks that would move.
    zone
        Where to.
    """
    if standing.joins(moving, zone):
        return []
    if standing.faces_barrier(moving, zone):
        return [Obstacle(Kind.BARRIER)]
    between = standing.between(moving, zone)
    if between is None and standing.only_barriers_part(moving, zone):
        return [Obstacle(Kind.BARRIER)]
    return [Obstacle(Kind.APART, between or ())]


def changes_against(standing: Standing, moving: tuple[int, ...], zone: int) -> list[Obstacle]:
    """Tell whether more children would change school than may, and more than do now.

    Parameters
    ----------
    standing
        The assignment.
    moving
        The blocks that would move.
    zone
        Where to.
    """
    problem = standing.problem
    if problem.change_limit is None:
        return []
    after = standing.assignment.copy()
    after[list(moving)] = zone
    children = problem.changes(after)
    if children <= max(problem.change_limit, problem.changes(standing.assignment)):
        return []
    return [TooManyChanges(Kind.CHANGE_LIMIT, children=children, limit=problem.change_limit)]
