"""Why each block has its school and no other, and where each school stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.margin import Marginal, joining, leaving, torn
from zoning.partition.obstacles import (
    NO_BAR,
    Kind,
    Obstacle,
    changes_against,
    lack_of_room,
    rules_against,
    short_of_room,
    way_against,
)
from zoning.partition.problem import FREE
from zoning.partition.reasons import Reason, limit_reasons, overload_reasons

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from zoning.partition.standing import Change, Standing

ALTERNATIVES = 3
MARGINAL_BLOCKS = 5


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
        What it would cost if the block, and what stays with it, went there; None for a block that
        schools share by decision, of which nothing is weighed.
    obstacles
        All that stands against it; never empty.
    """

    zone: int
    nearer: bool
    change: Change | None
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
    weighs
        Whether alternatives come with what they would cost, and with who would have to leave for
        them; what stands against them is the same without.
    """

    standing: Standing
    alternatives: int = ALTERNATIVES
    marginal: int = MARGINAL_BLOCKS
    weighs: bool = True

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
                for other, nearer in _other_schools(
                    standing, block, self.alternatives, own={zone}, own_s=standing.own_s(block)
                )
            ),
        )

    def besides(
        self, block: int, sharing: Collection[int], *, time_s: float, children: NDArray[np.int64]
    ) -> tuple[Alternative, ...]:
        """Tell why a block that schools share by decision has no further school.

        Parameters
        ----------
        block
            The block; the problem counts no children there.
        sharing
            Zones of the schools that share it.
        time_s
            Mean seconds to them, NaN without a way.
        children
            Its children by year.
        """
        standing = self.standing
        decided = Obstacle(Kind.LOCKED, (block,), int(standing.assignment[block]))
        found = []
        for zone, nearer in _other_schools(
            standing, block, self.alternatives, own=sharing, own_s=time_s
        ):
            full = self._room(zone, (), children)
            ways = way_against(standing, (block,), zone)
            found.append(Alternative(zone, nearer, None, obstacles=(decided, *full, *ways)))
        return tuple(found)

    def _room(
        self, zone: int, moving: tuple[int, ...], coming: NDArray[np.int64]
    ) -> list[Obstacle]:
        """Name the years without room in a zone, and who would have to leave where that is told."""
        if not self.weighs:
            return short_of_room(self.standing, zone, coming=coming)
        can_leave = self._can_leave(zone)
        return lack_of_room(self.standing, moving, zone, coming=coming, can_leave=can_leave)

    def _alternative(
        self, block: int, zone: int, *, nearer: bool, cut: tuple[int, ...]
    ) -> Alternative:
        standing = self.standing
        moving = standing.leavers(block, zone)
        obstacles = [
            *rules_against(standing, block, moving, zone),
            *self._room(zone, moving, standing.children_of(moving)),
            *([Obstacle(Kind.CUT, cut)] if cut else []),
            *way_against(standing, moving, zone),
            *changes_against(standing, moving, zone),
        ]
        priced = standing.problem.overload_price is not None
        barred = any(
            item.kind not in NO_BAR and not (priced and item.kind is Kind.FULL)
            for item in obstacles
        )
        change = None if barred and not self.weighs else standing.change(moving, zone)
        if change is not None and not barred:
            obstacles.append(Obstacle(_cost_kind(change.minutes)))
        return Alternative(zone, nearer=nearer, change=change, obstacles=tuple(obstacles))

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


def _other_schools(
    standing: Standing, block: int, count: int, *, own: Collection[int], own_s: float | None
) -> list[tuple[int, bool]]:
    """Return the nearest other zones with a school, and whether each is nearer than its own.

    `own_s` are the seconds to its own, NaN where no way leads there; None where it has none.
    """
    time = standing.time_s[block]
    with_school = np.array([bool(homes) for homes in standing.problem.homes])
    order = np.lexsort((np.arange(len(time)), time))
    others = [
        int(other)
        for other in order
        if other not in own and with_school[other] and not np.isnan(time[other])
    ]
    return [
        (other, nearer)
        for rank, other in enumerate(others)
        for nearer in (own_s is not None and not own_s <= time[other],)
        if rank < count or nearer
    ]


def _held(standing: Standing, blocks: tuple[int, ...]) -> bool:
    """Tell whether a school stands in one of the blocks: then they never move."""
    return any(block in standing.home_of for block in blocks)


def _cost_kind(minutes: float) -> Kind:
    if minutes > 0:
        return Kind.DEARER
    return Kind.CHEAPER if minutes < 0 else Kind.SAME
