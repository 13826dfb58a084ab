"""Why each block has its school and no other, and where each school stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.margin import Marginal, displaced, joining, leaving, torn
from zoning.partition.problem import FREE, UNASSIGNED
from zoning.partition.reasons import Reason, limit_reasons, overload_reasons

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.standing import Change, Standing

ALTERNATIVES = 3
MARGINAL_BLOCKS = 5


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
_NO_BAR = frozenset({Kind.TOGETHER, Kind.DEARER, Kind.SAME, Kind.CHEAPER})


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
        Who would have to leave, so that no more children are over the seats than now.
    still_short
        Places by year that are missing even then.
    """

    shortages: tuple[Shortage, ...] = ()
    displaced: tuple[Marginal, ...] = ()
    still_short: tuple[int, ...] = ()


@dataclass(frozen=True)
class TooManyChanges(Obstacle):
    """More children would change school than may; both are sums over the years."""

    children: int = 0
    limit: int = 0


@dataclass(frozen=True)
class Alternative:
    """Another school for a block.

    Parameters
    ----------
    zone
        Its zone.
    nearer
        Whether it is nearer than the block's own.
    change
        What it would cost if the block, and what stays with it, went there.
    obstacles
        All that stands against it; never empty.
    """

    zone: int
    nearer: bool
    change: Change
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True)
class BlockStory:
    """Why a block has its school.

    Parameters
    ----------
    block, zone
        Positions; `UNASSIGNED` for no zone.
    together
        Other blocks that it has to stay with.
    detached
        Whether barriers cut it off from every school.
    stray
        Whether it hangs together with no school of its zone, although the ground leaves a way.
    torn
        Whether decisions and hard limits leave it no zone with a way to its school.
    alternatives
        The nearest other schools, and all that are nearer than its own; nearest first.
    """

    block: int
    zone: int
    together: tuple[int, ...]
    detached: bool
    stray: bool
    torn: bool
    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True)
class Overload:
    """Children over the seats of a zone in a year.

    Parameters
    ----------
    year, over
        The year, and how many.
    captive
        Children of the zone who may go to no other.
    group
        Neighbouring zones that have too few seats together, in any plan; None where other plans
        could do without this overload as far as seats alone tell.
    limited
        How the limit of changes leaves children without seats in this year; None where it is not
        shown to.
    """

    year: int
    over: int
    captive: int
    group: Reason | None
    limited: Reason | None


@dataclass(frozen=True)
class ZoneStory:
    """Where a zone stands.

    Parameters
    ----------
    zone
        Position.
    seats, children
        By year.
    prices
        Price of a seat by year, child-minutes; None where no prices are known.
    leaving, joining
        The blocks on its margin, cheapest first.
    overloads
        Children over the seats, and why.
    """

    zone: int
    seats: tuple[int, ...]
    children: tuple[int, ...]
    prices: tuple[float, ...] | None
    leaving: tuple[Marginal, ...]
    joining: tuple[Marginal, ...]
    overloads: tuple[Overload, ...]


@dataclass(frozen=True, eq=False)
class Explainer:
    """Answers about one assignment; what many answers need is computed once.

    Parameters
    ----------
    standing
        The assignment.
    alternatives
        Other schools to tell of for each block, besides those that are nearer than its own.
    marginal
        Blocks to tell of on either side of a zone's margin.
    """

    standing: Standing
    alternatives: int = ALTERNATIVES
    marginal: int = MARGINAL_BLOCKS

    @cached_property
    def _leaving(self) -> dict[int, tuple[Marginal, ...]]:
        return {}

    def _can_leave(self, zone: int) -> tuple[Marginal, ...]:
        if zone not in self._leaving:
            self._leaving[zone] = leaving(self.standing, zone)
        return self._leaving[zone]

    @cached_property
    def _short_groups(self) -> tuple[Reason, ...]:
        """Groups of zones that have too few seats in any plan."""
        standing = self.standing
        over = standing.problem.overload(standing.assignment)
        found = overload_reasons(standing.problem, standing.assignment, over)
        return tuple(reason for reason in found if reason.code == "TOO_FEW_SEATS")

    @cached_property
    def _limited(self) -> tuple[Reason, ...]:
        """Years in which the limit of changes leaves children without seats."""
        problem, locks = self.standing.problem, self.standing.problem.locks.copy()
        # shared areas are held where they are for what is told of moves; as the problem was put,
        # they may go to any of their schools
        for _, blocks in problem.apart:
            locks[list(blocks)] = FREE
        return limit_reasons(replace(problem, locks=locks), self.standing.assignment)

    def block(self, block: int) -> BlockStory:
        """Tell why a block has its school and not one of the others."""
        standing = self.standing
        zone = int(standing.assignment[block])
        blocks = standing.movers(block)
        cut = () if _held(standing, blocks) else torn(standing, blocks)
        return BlockStory(
            block=block,
            zone=zone,
            together=tuple(other for other in blocks if other != block),
            detached=bool(standing.detached[block]),
            stray=bool(standing.stray[block]),
            torn=bool(standing.torn[block]),
            alternatives=tuple(
                self._alternative(block, other, nearer=nearer, cut=cut)
                for other, nearer in _other_schools(standing, block, self.alternatives)
            ),
        )

    def _alternative(
        self, block: int, zone: int, *, nearer: bool, cut: tuple[int, ...]
    ) -> Alternative:
        standing = self.standing
        moving = standing.leavers(block, zone)
        change = standing.change(moving, zone)
        obstacles = [
            *_rules_against(standing, block, moving, zone),
            *self._full(moving, zone),
            *([Obstacle(Kind.CUT, cut)] if cut else []),
            *_way_against(standing, moving, zone),
            *_changes_against(standing, moving, zone),
        ]
        priced = standing.problem.overload_price is not None
        barred = any(
            item.kind not in _NO_BAR and not (priced and item.kind is Kind.FULL)
            for item in obstacles
        )
        if not barred:
            obstacles.append(Obstacle(_cost_kind(change.minutes)))
        return Alternative(zone, nearer=nearer, change=change, obstacles=tuple(obstacles))

    def _full(self, moving: tuple[int, ...], zone: int) -> list[Obstacle]:
        """Name the years without room, and whose places it would take."""
        standing = self.standing
        problem, coming = standing.problem, standing.children_of(moving)
        over = standing.loads[zone] + coming - problem.seats[zone]
        lacking = np.flatnonzero((over > 0) & (coming > 0))
        if not len(lacking):
            return []
        # a zone that is over its seats already must not get worse; it need not get better
        must_go = np.where(coming > 0, np.clip(over, 0, coming), 0)
        elsewhere = [move for move in self._can_leave(zone) if not set(move.blocks) & set(moving)]
        chosen, short = displaced(standing, zone, children=must_go, candidates=elsewhere)
        shortages = tuple(
            Shortage(
                year=problem.years[at],
                seats=int(problem.seats[zone, at]),
                children=int(standing.loads[zone, at]),
                coming=int(coming[at]),
                over=int(over[at]),
            )
            for at in lacking
        )
        return [
            Full(
                Kind.FULL,
                shortages=shortages,
                displaced=chosen,
                still_short=tuple(short.tolist()),
            )
        ]

    def zone(self, zone: int) -> ZoneStory:
        """Tell where a zone stands: seats, children, the price of a seat, its margin."""
        standing = self.standing
        prices = standing.prices
        return ZoneStory(
            zone=zone,
            seats=tuple(standing.problem.seats[zone].tolist()),
            children=tuple(standing.loads[zone].tolist()),
            prices=None if prices is None else tuple(prices[zone].tolist()),
            leaving=self._can_leave(zone)[: self.marginal],
            joining=joining(standing, zone)[: self.marginal],
            overloads=self._overloads(zone),
        )

    def _overloads(self, zone: int) -> tuple[Overload, ...]:
        standing = self.standing
        problem = standing.problem
        inside = standing.members(zone)
        captive = [block for block in inside if problem.allowed[block].sum() <= 1]
        over = standing.loads[zone] - problem.seats[zone]
        return tuple(
            Overload(
                year=problem.years[at],
                over=int(over[at]),
                captive=int(standing.children_of(captive)[at]),
                group=self._named(self._short_groups, zone, problem.years[at]),
                limited=self._named(self._limited, zone, problem.years[at]),
            )
            for at in np.flatnonzero(over > 0)
        )

    def _named(self, reasons: tuple[Reason, ...], zone: int, year: int) -> Reason | None:
        """Return the reason that is about a zone in a year."""
        name = self.standing.problem.zones[zone].zone_id
        fitting = (item for item in reasons if item.year == year and name in item.zone_ids)
        return next(fitting, None)


def _other_schools(standing: Standing, block: int, count: int) -> list[tuple[int, bool]]:
    """Return the nearest other zones with a school, and whether each is nearer than its own."""
    zone, time = int(standing.assignment[block]), standing.time_s[block]
    with_school = np.array([bool(homes) for homes in standing.problem.homes])
    order = np.lexsort((np.arange(len(time)), time))
    others = [
        int(other)
        for other in order
        if other != zone and with_school[other] and not np.isnan(time[other])
    ]
    return [
        (other, nearer)
        for rank, other in enumerate(others)
        for nearer in (_is_nearer(time, other, zone),)
        if rank < count or nearer
    ]


def _is_nearer(time: NDArray[np.float64], other: int, zone: int) -> bool:
    """Tell whether another school is nearer than one's own, which may have no way at all."""
    return zone != UNASSIGNED and not time[zone] <= time[other]


def _held(standing: Standing, blocks: tuple[int, ...]) -> bool:
    """Tell whether a school stands in one of the blocks: then they never move."""
    return any(block in standing.home_of for block in blocks)


def _rules_against(
    standing: Standing, block: int, moving: tuple[int, ...], zone: int
) -> list[Obstacle]:
    """List what decisions and the block's own school rule, and the group that has to come too."""
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


def _way_against(standing: Standing, moving: tuple[int, ...], zone: int) -> list[Obstacle]:
    """Tell whether blocks would not hang together with a zone, and what lies between."""
    if standing.joins(moving, zone):
        return []
    if standing.faces_barrier(moving, zone):
        return [Obstacle(Kind.BARRIER)]
    between = standing.between(moving, zone)
    if between is None and standing.only_barriers_part(moving, zone):
        return [Obstacle(Kind.BARRIER)]
    return [Obstacle(Kind.APART, between or ())]


def _changes_against(standing: Standing, moving: tuple[int, ...], zone: int) -> list[Obstacle]:
    problem = standing.problem
    if problem.change_limit is None:
        return []
    after = standing.assignment.copy()
    after[list(moving)] = zone
    children = problem.changes(after)
    if children <= max(problem.change_limit, problem.changes(standing.assignment)):
        return []
    return [TooManyChanges(Kind.CHANGE_LIMIT, children=children, limit=problem.change_limit)]


def _cost_kind(minutes: float) -> Kind:
    if minutes > 0:
        return Kind.DEARER
    return Kind.CHEAPER if minutes < 0 else Kind.SAME
