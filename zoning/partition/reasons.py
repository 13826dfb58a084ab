"""Why a limit is broken: too few seats for those who can go nowhere else, too many changes.

Seats and a limit of changes may contradict each other. A plan then breaks the one or the other.
"""

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
    """Why children are over the seats of some zones in a year.

    Parameters
    ----------
    code
        "TOO_FEW_SEATS": these blocks can reach these zones only, which have too few seats in
        any plan. "NOT_FOUND": the search found no plan without this overload, though the
        relaxation does not rule one out. "CHANGE_LIMIT": proved that whoever keeps the limit of
        changes has more children over the seats in this year than the seats alone make it.
    year
        The year.
    zone_ids
        The zones.
    children, seats
        Children that can go nowhere else (otherwise the children of the zones), and the seats.
    overload
        Children over the seats.
    least, fewest, limit
        CHANGE_LIMIT: children over all seats of the year that no plan avoids, and how many change
        school at least where there are no more; how many may. Changes are sums over the years.
    """

    code: str
    year: int
    zone_ids: tuple[str, ...]
    children: int
    seats: int
    overload: int
    least: int = 0
    fewest: int = 0
    limit: int = 0


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
        fewest=0 if problem.overload_price is not None else max(_fewest_changes(problem)[0]),
        overload=int(problem.overload(assignment).sum()),
    )


def limit_reasons(problem: Problem, assignment: NDArray[np.int32]) -> tuple[Reason, ...]:
    """Tell in which years children are over the seats because of the limit of changes.

    Parameters
    ----------
    problem
        Blocks, zones and rules.
    assignment
        Zone of each block.
    """
    overload = problem.overload(assignment)
    if problem.change_limit is None or not overload.any():
        return ()
    loads, limit = problem.loads(assignment), problem.change_limit
    reasons = []
    for column, (fewest, least) in enumerate(zip(*_fewest_changes(problem), strict=True)):
        full = np.flatnonzero(overload[:, column])
        over = int(overload[full, column].sum())
        if fewest <= limit or over <= least:
            continue
        reasons.append(
            Reason(
                code="CHANGE_LIMIT",
                year=problem.years[column],
                zone_ids=tuple(problem.zones[zone].zone_id for zone in full),
                children=int(loads[full, column].sum()),
                seats=int(problem.seats[full, column].sum()),
                overload=over,
                least=least,
                fewest=fewest,
                limit=limit,
            )
        )
    return tuple(reasons)


def _fewest_changes(problem: Problem) -> tuple[list[int], list[int]]:
    """Bound the changes from below by the transport relaxation, changes as the cost.

    Returns
    -------
    Changes by year of plans that exceed the seats of that year by no more than is unavoidable, and
    how many children that is.
    """
    small = rule_out_unreachable(contract(problem).problem)
    fewest, least = [], []
    for column, year in enumerate(problem.years):
        counted = replace(
            small,
            years=(year,),
            children=small.children[:, [column]],
            seats=small.seats[:, [column]],
            cost=small.changing * COUNTED_AS,
            edge_cost=np.zeros_like(small.edge_cost),
        )
        bound = transport_bound(counted)
        fewest.append(max(-(-bound.value // COUNTED_AS), 0))
        least.append(int(bound.least_overload.sum()))
    return fewest, least


def overload_reasons(
    problem: Problem,
    assignment: NDArray[np.int32],
    least: NDArray[np.int64],
    *,
    limited: tuple[Reason, ...] = (),
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
    limited
        What `limit_reasons` found: of these years nothing is said to have been looked for in vain.
    """
    reasons: list[Reason] = []
    overload = problem.overload(assignment)
    for column, year in enumerate(problem.years):
        groups = _short_groups(problem, column, least[:, column])
        short = [_too_few(problem, column, year, zones) for zones in groups]
        short = [reason for reason in short if reason.overload > 0]
        reasons += short
        by_limit = [reason for reason in limited if reason.year == year]
        reasons += by_limit
        if not short and not by_limit and problem.overload_price is None:
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
