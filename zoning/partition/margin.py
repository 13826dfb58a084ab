"""The blocks on the margin of a zone: those that leave or join it at the least cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.problem import FREE, UNASSIGNED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from zoning.partition.standing import Change, Standing


@dataclass(frozen=True)
class Marginal:
    """Blocks that could move from one zone into another.

    Parameters
    ----------
    blocks
        One block, or several that stay together.
    from_zone, to_zone
        The zones; `UNASSIGNED` where the blocks have none.
    children
        Their children by year.
    change
        What the move costs all children together.
    room
        Whether the zone they go to has seats for them in every year, as things stand.
    """

    blocks: tuple[int, ...]
    from_zone: int
    to_zone: int
    children: tuple[int, ...]
    change: Change
    room: bool

    @property
    def per_child(self) -> float:
        """Minutes that each moving child costs all together."""
        return self.change.minutes * len(self.children) / sum(self.children)

    @property
    def per_child_with_prices(self) -> float | None:
        """The same with the seats at their price."""
        if self.change.with_prices is None:
            return None
        return self.change.with_prices * len(self.children) / sum(self.children)

    @property
    def rank(self) -> tuple[float, tuple[int, ...], int]:
        """Cheapest first; with prices where they are known: a seat in a full school costs."""
        priced = self.per_child_with_prices
        return (self.per_child if priced is None else priced, self.blocks, self.to_zone)


def leaving(standing: Standing, zone: int) -> tuple[Marginal, ...]:
    """List the blocks with children that could leave a zone, each for its cheapest other zone.

    A zone with room for them goes before one without.
    Blocks that are held by a decision or by their school, or without which the zone would fall
    apart, are left out, as are zones that they do not touch.

    Parameters
    ----------
    standing
        The assignment.
    zone
        The zone to leave.

    Returns
    -------
    Cheapest first.
    """
    found: dict[tuple[int, ...], Marginal] = {}
    for block in standing.members(zone):
        blocks = standing.movers(block)
        if blocks in found or not movable(standing, blocks):
            continue
        if standing.cut_off(zone, blocks):
            continue
        moves = [
            _marginal(standing, blocks, to_zone)
            for to_zone in _zones_beside(standing, blocks)
            if to_zone != zone and may_join(standing, blocks, to_zone)
        ]
        if moves:
            found[blocks] = min(moves, key=_with_room_first)
    return tuple(sorted(found.values(), key=lambda move: move.rank))


def joining(standing: Standing, zone: int) -> tuple[Marginal, ...]:
    """List the blocks with children beside a zone that could join it, cheapest first.

    Parameters
    ----------
    standing
        The assignment.
    zone
        The zone to join.
    """
    found: dict[tuple[int, ...], Marginal] = {}
    beside = {
        block
        for member in standing.members(zone)
        for block in standing.neighbours(member)
        if standing.assignment[block] != zone
    }
    for block in sorted(beside):
        blocks = standing.leavers(block, zone)
        if blocks in found or not movable(standing, blocks):
            continue
        if may_join(standing, blocks, zone) and not torn(standing, blocks):
            found[blocks] = _marginal(standing, blocks, zone)
    return tuple(sorted(found.values(), key=lambda move: move.rank))


def movable(standing: Standing, blocks: Sequence[int]) -> bool:
    """Tell whether blocks have children, and nothing holds them where they are."""
    fixed = standing.problem.fixed[list(blocks)]
    return bool((fixed == FREE).all()) and int(standing.children_of(blocks).sum()) > 0


def may_join(standing: Standing, blocks: Sequence[int], zone: int) -> bool:
    """Tell whether a zone is open to blocks: allowed to each of them, and beside them."""
    allowed = standing.problem.allowed[list(blocks), zone].all()
    return bool(allowed) and standing.joins(blocks, zone)


def torn(standing: Standing, blocks: Iterable[int]) -> tuple[int, ...]:
    """Return the blocks that lose their way to their school if others leave their zones."""
    moving = list(blocks)
    zones = sorted({int(standing.assignment[block]) for block in moving} - {UNASSIGNED})
    return tuple(sorted(block for zone in zones for block in standing.cut_off(zone, moving)))


def displaced(
    standing: Standing,
    zone: int,
    *,
    children: NDArray[np.int64],
    candidates: Sequence[Marginal],
) -> tuple[tuple[Marginal, ...], NDArray[np.int64]]:
    """Choose who would have to leave a full zone so that others can come in.

    Those who find room elsewhere go first, and of them the cheapest, until enough places are
    free in every year; whoever turns out to be needless stays after all.

    Parameters
    ----------
    standing
        The assignment.
    zone
        The full zone.
    children
        Places that have to become free, by year.
    candidates
        What `leaving` returned for the zone.

    Returns
    -------
    Those who leave, and the places by year that are still short.
    """
    chosen: list[Marginal] = []
    short = children.copy()
    for move in sorted(candidates, key=_with_room_first):
        if not (short > 0).any():
            break
        helps = (_freed(standing, move, zone)[short > 0] > 0).any()
        gone = [block for item in (*chosen, move) for block in item.blocks]
        if helps and not standing.cut_off(zone, gone):
            chosen.append(move)
            short = short - _freed(standing, move, zone)
    for move in reversed(chosen.copy()):
        without = short + _freed(standing, move, zone)
        rest = [item for item in chosen if item is not move]
        gone = [block for item in rest for block in item.blocks]
        if (without <= np.maximum(short, 0)).all() and not standing.cut_off(zone, gone):
            chosen, short = rest, without
    return tuple(chosen), np.maximum(short, 0)


def _freed(standing: Standing, move: Marginal, zone: int) -> NDArray[np.int64]:
    """Children by year whom a move takes out of a zone."""
    return standing.children_of(b for b in move.blocks if standing.assignment[b] == zone)


def _with_room_first(move: Marginal) -> tuple[bool, tuple[float, tuple[int, ...], int]]:
    return (not move.room, move.rank)


def _zones_beside(standing: Standing, blocks: Sequence[int]) -> list[int]:
    around = {int(standing.assignment[n]) for block in blocks for n in standing.neighbours(block)}
    return sorted(around - {UNASSIGNED})


def _marginal(standing: Standing, blocks: tuple[int, ...], zone: int) -> Marginal:
    children = standing.children_of(blocks)
    spare = standing.problem.seats[zone] - standing.loads[zone]
    return Marginal(
        blocks=blocks,
        from_zone=int(standing.assignment[blocks[0]]),
        to_zone=zone,
        children=tuple(children.tolist()),
        change=standing.change(blocks, zone),
        room=bool((children <= np.where(children > 0, spare, 0)).all()),
    )
