"""How many children live within a limit of a school, by school, by home, and for the whole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoning.plan.facts import served
from zoning.plan.seats import school_shares, zone_shares

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zoning.plan.facts import Facts
    from zoning.plan.model import Plan


@dataclass(frozen=True, eq=False)
class Serving:
    """Residences that have the same schools.

    Parameters
    ----------
    rows
        Positions of the residences.
    schools
        Rows of their schools.
    shares
        Chance of each of these schools, one in all.
    """

    rows: NDArray[np.int64]
    schools: tuple[int, ...]
    shares: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Within:
    """Children within a limit: A residences, J schools, Y years.

    Parameters
    ----------
    of_school, near_school
        Children that are counted for each school, and those of them within, shape (J, Y).
    near_home
        Children of each residence within, shape (A, Y).
    """

    of_school: NDArray[np.float64]
    near_school: NDArray[np.float64]
    near_home: NDArray[np.float64]


def within_any(within: NDArray[np.bool_], children: NDArray[np.int64]) -> Within:
    """Count all children for every school; a child is within where any school is.

    Parameters
    ----------
    within
        Whether each residence is within the limit of each school, shape (A, J).
    children
        By residence and year, shape (A, Y).
    """
    everyone = np.tile(children.sum(axis=0), (within.shape[1], 1)).astype(float)
    near: NDArray[np.float64] = within.T.astype(float) @ children.astype(float)
    somewhere = np.logical_or.reduce(within, axis=1)
    return Within(everyone, near, np.where(somewhere[:, None], children, 0).astype(float))


def within_own(
    within: NDArray[np.bool_], children: NDArray[np.int64], *, serving: Sequence[Serving]
) -> Within:
    """Count children for the school that serves them; in a zone of several by their chances.

    Parameters
    ----------
    within, children
        As for `within_any`.
    serving
        Who is served by which schools; who is in none of them has no school, and is not within.
    """
    shape = within.shape[1], children.shape[1]
    of_school, near_school = np.zeros(shape), np.zeros(shape)
    near_home = np.zeros(children.shape)
    for group in serving:
        own = children[group.rows]
        for school, share in zip(group.schools, group.shares, strict=True):
            near = own * within[group.rows, school][:, None] * share
            of_school[school] += own.sum(axis=0) * share
            near_school[school] += near.sum(axis=0)
            near_home[group.rows] += near
    return Within(of_school, near_school, near_home)


def serving_of(plan: Plan, facts: Facts, *, school_ids: Sequence[str]) -> list[Serving]:
    """Return who is served by which schools under a plan.

    Parameters
    ----------
    plan
        A plan over the blocks of `facts`.
    facts
        Residences and seats.
    school_ids
        Schools in the order in which they are counted; others serve nobody.
    """
    zone_id = served(plan, facts).zone_id
    return [
        found
        for zone in plan.zones
        if (
            found := _serving(
                np.flatnonzero(zone_id == zone.zone_id),
                zone.school_ids,
                zone_shares(zone, facts.seat_table) if zone.school_ids else np.zeros(0),
                school_ids,
            )
        )
    ]


def serving_today(facts: Facts, *, school_ids: Sequence[str]) -> list[Serving]:
    """Return who is served by which schools today, address by address; see `serving_of`."""
    today = facts.residences["today_school_id"].to_numpy(dtype=object).astype(str)
    joined, kind = np.unique(today, return_inverse=True)
    result = []
    for number, ids in enumerate(joined.tolist()):
        members = tuple(school for school in ids.split(";") if school in facts.school_names)
        shares = school_shares(members, facts.seat_table) if members else np.zeros(0)
        found = _serving(np.flatnonzero(kind == number), members, shares, school_ids)
        if found:
            result.append(found)
    return result


def _serving(
    rows: NDArray[np.int64],
    members: Sequence[str],
    shares: NDArray[np.float64],
    school_ids: Sequence[str],
) -> Serving | None:
    at = {school: row for row, school in enumerate(school_ids)}
    known = [number for number, school in enumerate(members) if school in at]
    if not len(rows) or not known:
        return None
    return Serving(rows, tuple(at[members[number]] for number in known), shares[known])
