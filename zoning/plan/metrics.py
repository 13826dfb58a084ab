"""Metrics of a plan, each a named pure function on arrays.

Times and distances are of single residences, weighted by the children who live there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def children_by_zone(
    zone: NDArray[np.int64], children: NDArray[np.int64], *, zones: int
) -> NDArray[np.int64]:
    """Sum children by zone and year, zones x Y.

    Parameters
    ----------
    zone
        Position of each residence's zone; negative for none.
    children
        Residences x Y.
    zones
        Number of zones.
    """
    total = np.zeros((zones, children.shape[1]), dtype=np.int64)
    inside = zone >= 0
    np.add.at(total, zone[inside], children[inside])
    return total


def share_out(children: NDArray[np.int64], seats: NDArray[np.int64]) -> NDArray[np.int64]:
    """Divide the children of a zone among its schools by their seats, largest remainder first.

    Year by year, so that no school is over its seats while the zone is within them.

    Parameters
    ----------
    children
        Children of the zone by year, Y.
    seats
        Seats of its schools, S x Y; where nobody has any, all schools count alike.

    Returns
    -------
    Whole children, S x Y.
    """
    total = seats.sum(axis=0)
    weight = np.where(total > 0, seats, 1)
    # whole numbers throughout: floor and remainder of children * seats / total
    product = weight * children
    whole: NDArray[np.int64] = product // weight.sum(axis=0)
    left = product % weight.sum(axis=0)
    for year in range(len(children)):
        missing = int(children[year] - whole[:, year].sum())
        first = np.argsort(-left[:, year], kind="stable")[:missing]
        whole[first, year] += 1
    return whole


def fill_rate(children: NDArray[np.int64], seats: NDArray[np.int64]) -> NDArray[np.float64]:
    """Divide children by seats; NaN where there are neither, infinite without seats."""
    rate = np.full(children.shape, np.nan)
    np.divide(children, seats, out=rate, where=seats > 0)
    rate[(seats == 0) & (children > 0)] = np.inf
    return rate


def overload(children: NDArray[np.int64], seats: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count children over the seats."""
    over: NDArray[np.int64] = np.maximum(children - seats, 0)
    return over


def mean_time(time_s: NDArray[np.float64], weight: NDArray[np.int64]) -> float:
    """Return the mean over the children who can reach their school; NaN if there are none."""
    known = ~np.isnan(time_s) & (weight > 0)
    if not known.any():
        return float("nan")
    return float((time_s[known] * weight[known]).sum() / weight[known].sum())


def quantile_time(time_s: NDArray[np.float64], weight: NDArray[np.int64], share: float) -> float:
    """Return the shortest time that at least a share of the children keep within.

    Parameters
    ----------
    time_s
        Seconds by residence, NaN without a way.
    weight
        Children.
    share
        0.5 for the median, 0.95 for the 95th percentile.
    """
    known = ~np.isnan(time_s) & (weight > 0)
    if not known.any():
        return float("nan")
    order = np.argsort(time_s[known], kind="stable")
    reached = np.cumsum(weight[known][order])
    at = int(np.searchsorted(reached, share * reached[-1] - 1e-9))
    return float(time_s[known][order][min(at, len(order) - 1)])


def max_time(time_s: NDArray[np.float64], weight: NDArray[np.int64]) -> float:
    """Return the longest time of any child who can reach the school; NaN if there is none."""
    known = ~np.isnan(time_s) & (weight > 0)
    return float(time_s[known].max()) if known.any() else float("nan")


def share_within(
    distance_m: NDArray[np.float64], weight: NDArray[np.int64], *, radius_m: float
) -> float:
    """Return the share of children within the service radius; those without a way are not."""
    total = int(weight.sum())
    if total == 0:
        return float("nan")
    near = np.nan_to_num(distance_m, nan=np.inf) <= radius_m
    return float(weight[near].sum() / total)


def without_way(time_s: NDArray[np.float64], weight: NDArray[np.int64]) -> int:
    """Count children who have no way to their school, or no school."""
    return int(weight[np.isnan(time_s)].sum())


def changes_school(today: NDArray[np.object_], schools: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Mark residences none of whose schools of today will serve them.

    Parameters
    ----------
    today
        School ids today joined by ";", "" where there is none: such a residence changes nothing.
    schools
        School ids joined by ";".
    """
    pairs = zip(today, schools, strict=True)
    return np.array([old != "" and nothing_in_common(old, new) for old, new in pairs], dtype=bool)


def nothing_in_common(one: str, other: str) -> bool:
    """Tell whether two lists of ids, joined by ";", share none; an empty list shares nothing."""
    return not set(filter(None, one.split(";"))) & set(filter(None, other.split(";")))


def children_changing(
    today: NDArray[np.object_], schools: NDArray[np.object_], weight: NDArray[np.int64]
) -> int:
    """Count the children none of whose schools of today will serve them.

    Parameters
    ----------
    today, schools
        As in `changes_school`.
    weight
        Children.
    """
    return int(weight[changes_school(today, schools)].sum())


def children_with_school(today: NDArray[np.object_], weight: NDArray[np.int64]) -> int:
    """Count the children who live in a zone of today: of them some can change school."""
    return int(weight[today != ""].sum())


def unassigned_children(schools: NDArray[np.object_], weight: NDArray[np.int64]) -> int:
    """Count children whom no school serves."""
    return int(weight[schools == ""].sum())
