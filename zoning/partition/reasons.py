"""Why a limit is broken: too few seats for those who can go nowhere else, too many changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from zoning.partition.bound import transport_bound
from zoning.partition.tighten import rule_out_unreachable
from zoning.partition.together import contract

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.partition.problem import Problem


# prices are whole numbers; counting a child as many keeps the bound on children sharp
COUNTED_AS = 1000


@dataclass(frozen=True)
class Reason:
    """Children over the seats of a group of zones in a year.

    Parameters
    ----------
    code
        "TOO_FEW_SEATS": these blocks can reach these zones only, which have too few seats in
        any plan. "NOT_FOUND": the search found no plan without this overload, though the
        relaxation does not rule one out.
    year
        The year.
    zone_ids
        The zones.
    children, seats
        Children that can go nowhere else (the zone's children for "NOT_FOUND"), and the seats.
    overload
        Children over the seats.
    """

    code: str
    year: int
    zone_ids: tuple[str, ...]
    children: int
    seats: int
    overload: int


@dataclass(frozen=True)
class TooManyChange:
    """More children change school than may; sums over the years.

    Parameters
    ----------
    children, limit
        How many change school, and how many may.
    fewest
        Proved: no plan that exceeds the seats of some year by no more than the relaxation shows
        to be unavoidable has fewer changes. 0 where overload has a price and seats bind nobody.
    overload
        Children over the seats in the same plan.
    """

    children: int
    limit: int
    fewest: int
    overload: int

    @property
    def code(self) -> str:
        """What is known: "CHANGES_PROVED": seats and limit contradict; otherwise not found."""
        return "CHANGES_PROVED" if self.fewest > self.limit else "CHANGES_NOT_FOUND"


def too_many_change(problem: Problem, assignment: NDArray[np.int32]) -> TooManyChange | None:
    """Tell by how much an assignment breaks the limit of changes; None where it keeps it.

    Parameters
    ----------
    problem
        Blocks, zones and rules.
    assignment
        Zone of each block.
    """
    if problem.change_limit is None or not problem.excess(assignment):
        return None
    return TooManyChange(
        children=problem.changes(assignment),
        limit=problem.change_limit,
        fewest=_fewest_changes(problem),
        overload=int(problem.overload(assignment).sum()),
    )


def _fewest_changes(problem: Problem) -> int:
    """Bound the changes of plans from below by the transport relaxation, changes as the cost."""
    if problem.overload_price is not None:
        return 0
    small = rule_out_unreachable(contract(problem).problem)
    counted = replace(
        small, cost=small.changing * COUNTED_AS, edge_cost=np.zeros_like(small.edge_cost)
    )
    return max(-(-transport_bound(counted).value // COUNTED_AS), 0)


def overload_reasons(
    problem: Problem, assignment: NDArray[np.int32], least: NDArray[np.int64]
) -> tuple[Reason, ...]:
    """Name what is short for every overload of an assignment.

    Where overload has a price, a plan without it is not what is looked for: nothing is said of
    one that was not found.

    Parameters
    ----------
    problem
        Blocks and zones.
    assignment
        Zone of each block.
    least
        Unavoidable overload as the relaxation places it, K x Y.
    """
    reasons = []
    overload = problem.overload(assignment)
    for column, year in enumerate(problem.years):
        groups = _short_groups(problem, column, least[:, column])
        short = [_too_few(problem, column, year, zones) for zones in groups]
        short = [reason for reason in short if reason.overload > 0]
        reasons += short
        if not short and problem.overload_price is None:
            reasons += [
                _not_found(problem, assignment, column, year, int(zone))
                for zone in np.flatnonzero(overload[:, column])
            ]
    return tuple(reasons)


def _short_groups(
    problem: Problem, column: int, least: NDArray[np.int64]
) -> list[NDArray[np.bool_]]:
    """Find the smallest groups of zones, closed under "its children could also go to"."""
    groups: list[NDArray[np.bool_]] = []
    inhabited = problem.children[:, column] > 0
    for zone in np.flatnonzero(least):
        if any(group[zone] for group in groups):
            continue
        groups.append(_closure(problem, inhabited, column, int(zone)))
    return groups


def _closure(
    problem: Problem, inhabited: NDArray[np.bool_], column: int, zone: int
) -> NDArray[np.bool_]:
    """Grow from one zone: take the zone that opens fewest new ways out until seats fall short."""
    allowed = problem.allowed[inhabited]
    children = problem.children[inhabited, column]
    inside = np.zeros(len(problem.zones), dtype=np.bool_)
    inside[zone] = True
    while not inside.all():
        captive = ~allowed[:, ~inside].any(axis=1) & allowed.any(axis=1)
        if children[captive].sum() > problem.seats[inside, column].sum():
            break
        touching = allowed[:, inside].any(axis=1) & ~captive
        shared = np.where(inside, -1, children[touching] @ allowed[touching])
        inside[int(shared.argmax())] = True
    return inside


def _too_few(problem: Problem, column: int, year: int, inside: NDArray[np.bool_]) -> Reason:
    captive = ~problem.allowed[:, ~inside].any(axis=1) & problem.allowed.any(axis=1)
    children = int(problem.children[captive, column].sum())
    seats = int(problem.seats[inside, column].sum())
    return Reason(
        code="TOO_FEW_SEATS",
        year=year,
        zone_ids=tuple(problem.zones[zone].zone_id for zone in np.flatnonzero(inside)),
        children=children,
        seats=seats,
        overload=children - seats,
    )


def _not_found(
    problem: Problem, assignment: NDArray[np.int32], column: int, year: int, zone: int
) -> Reason:
    children = int(problem.loads(assignment)[zone, column])
    seats = int(problem.seats[zone, column])
    return Reason(
        code="NOT_FOUND",
        year=year,
        zone_ids=(problem.zones[zone].zone_id,),
        children=children,
        seats=seats,
        overload=children - seats,
    )
