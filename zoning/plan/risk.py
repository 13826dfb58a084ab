"""What a change of zones does to people, as numbers: the computed part of a risk assessment."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from zoning.plan.compare import Comparison
    from zoning.plan.farther import FartherAdmitted

LONGER_MINUTES = (0, 5, 10, 15)
SWINGS = (90, 100, 110)
PERCENT = 100
# a turn into a trunk road is half a crossing; less than that is no difference
LEAST_CROSSING = 0.25


@dataclass(frozen=True)
class Moving:
    """Children and addresses that go from some schools to others; ids joined by ";"."""

    from_schools: str
    to_schools: str
    children: int
    addresses: int
    children_longer: int
    max_longer_min: float


@dataclass(frozen=True)
class Longer:
    """Children whose way becomes longer by more than some minutes, up to the next step.

    Parameters
    ----------
    over_min
        More than so many minutes longer.
    up_to_min
        At most so many; None for any.
    children
        How many.
    """

    over_min: int
    up_to_min: int | None
    children: int


@dataclass(frozen=True)
class Crossed:
    """Children whose way crosses more or fewer railways, motorways, rivers and trunk roads.

    Parameters
    ----------
    more, fewer, same
        Of the children who change, those whose ways are known.
    unknown
        Those without a way before or after.
    """

    more: int
    fewer: int
    same: int
    unknown: int


@dataclass(frozen=True)
class Siblings:
    """Families whose children would be at two schools (长幼随学).

    Demand is counts: who has an older brother or sister is never known here. At most all children
    who change school can be split from one.

    Parameters
    ----------
    split
        How many; None where it is not known.
    at_most
        What it cannot exceed.
    """

    split: int | None
    at_most: int


@dataclass(frozen=True)
class Passed:
    """Blocks sent past a nearer school, which admits children from farther away (舍近求远).

    Parameters
    ----------
    school_id
        The nearer school.
    own_schools
        Schools of the blocks, ids joined by ";".
    reason
        Why, as `zoning.plan.farther.REASONS`.
    blocks
        How many blocks.
    children
        Children in them, sum over the years.
    nearer_s, own_s
        Seconds to the nearer and the own school of the block that loses most; None without a way.
    admitted_s
        Seconds of the farthest block that the nearer school admits.
    """

    school_id: str
    own_schools: str
    reason: str
    blocks: int
    children: int
    nearer_s: float
    own_s: float | None
    admitted_s: float


@dataclass(frozen=True)
class Fill:
    """Children and seats of a school in a year."""

    school_id: str
    year: int
    children: int
    seats: int


@dataclass(frozen=True)
class Swing:
    """What more or fewer children would do.

    Parameters
    ----------
    percent
        Children in per cent of those expected.
    year
        The year.
    children, seats
        All of them; children of each school are rounded to whole ones.
    schools_over
        Ids of schools that would be over their seats.
    over
        Children over the seats.
    """

    percent: int
    year: int
    children: int
    seats: int
    schools_over: tuple[str, ...]
    over: int


@dataclass(frozen=True)
class RiskFacts:
    """Computed facts of one plan against what holds today.

    Parameters
    ----------
    plan_id, before, stage, year
        The plan, what it is compared with, the stage, and the year whose children are counted.
    addresses, children
        All of them.
    changed_addresses, changed_children
        Those that get another school.
    without_before, without_after
        Of the changed ones, children of addresses with no school before, or none after.
    moving
        Between which schools, most children first.
    longer
        How many have how much longer a way; `shorter` how many a shorter one.
    shorter, unknown_way
        Children with a shorter way, and with none before or after.
    mean_change_min, max_longer_min
        Mean change of the changed ones' way, and the greatest; None where no way is known.
    crossed
        Crossings; None where children are counted by block and live nowhere in particular.
    siblings
        Families split.
    passed, passed_pairs
        舍近求远: grouped by schools and reason, and how many pairs of blocks there are in all.
    passed_listed
        How many of the pairs the groups hold.
    holes
        Zones with holes in them: name and how many.
    fill
        By school and year.
    swings
        Effect of more or fewer children.
    gap
        Share by which a plan could be better at most, as far as it is proved; None otherwise.
    certified
        Whether the plan keeps every rule and its bound is proved.
    """

    plan_id: str
    before: str
    stage: str
    year: int
    addresses: int
    children: int
    changed_addresses: int
    changed_children: int
    without_before: int
    without_after: int
    moving: tuple[Moving, ...]
    longer: tuple[Longer, ...]
    shorter: int
    unknown_way: int
    mean_change_min: float | None
    max_longer_min: float | None
    crossed: Crossed | None
    siblings: Siblings
    passed: tuple[Passed, ...]
    passed_pairs: int
    passed_listed: int
    holes: tuple[tuple[str, int], ...]
    fill: tuple[Fill, ...]
    swings: tuple[Swing, ...]
    gap: float | None
    certified: bool


def longer_ways(changed: pd.DataFrame) -> tuple[Longer, ...]:
    """Count children by how much longer their way becomes.

    Parameters
    ----------
    changed
        `Comparison.addresses`: children, change_min.
    """
    minutes = changed["change_min"].to_numpy(dtype=float)
    children = changed["children"].to_numpy(dtype=np.int64)
    bounds = (*LONGER_MINUTES, None)
    return tuple(
        Longer(low, high, int(children[_between(minutes, low, high)].sum()))
        for low, high in itertools.pairwise(bounds)
        if low is not None
    )


def _between(minutes: NDArray[np.float64], low: int, high: int | None) -> NDArray[np.bool_]:
    above: NDArray[np.bool_] = minutes > low
    return above if high is None else above & (minutes <= high)


def moving_children(compared: Comparison) -> tuple[Moving, ...]:
    """Return who goes from which schools to which."""
    columns = ["from_schools", "to_schools", "children", "addresses", "children_longer",
               "max_longer_min"]  # fmt: skip
    return tuple(
        Moving(
            str(row.from_schools),
            str(row.to_schools),
            int(row.children),
            int(row.addresses),
            int(row.children_longer),
            0.0 if np.isnan(row.max_longer_min) else float(row.max_longer_min),
        )
        for row in compared.pairs[columns].itertuples(index=False)
    )


def crossed_more(
    before: NDArray[np.float64], after: NDArray[np.float64], *, children: NDArray[np.int64]
) -> Crossed:
    """Compare how often the ways of addresses cross something.

    Parameters
    ----------
    before, after
        Crossings of each address, NaN without a way.
    children
        Children of each.
    """
    known = ~(np.isnan(before) | np.isnan(after))
    change = np.where(known, after - before, 0.0)
    more, fewer = change > LEAST_CROSSING, change < -LEAST_CROSSING
    kinds = (more, fewer, known & ~more & ~fewer, ~known)
    return Crossed(*(int(children[kind].sum()) for kind in kinds))


def passed_groups(found: FartherAdmitted) -> tuple[Passed, ...]:
    """Group 舍近求远 by the nearer school, the own schools and the reason, worst first."""
    pairs = found.pairs
    keys = ["school_id", "refused_school_id", "reason"]
    groups = [
        Passed(
            str(near),
            str(own),
            str(reason),
            blocks=int(rows["refused_block"].nunique()),
            children=int(rows["refused_children"].sum()),
            nearer_s=float(rows["refused_time_s"].iloc[0]),
            own_s=_or_none(float(rows["refused_own_time_s"].iloc[0])),
            admitted_s=float(rows["admitted_time_s"].iloc[0]),
        )
        for (near, own, reason), rows in pairs.groupby(keys, sort=False)
    ]
    return tuple(sorted(groups, key=lambda item: (-item.children, item.school_id, item.own_schools,
                                                  item.reason)))  # fmt: skip


def _or_none(number: float) -> float | None:
    return None if np.isnan(number) else number


def fills(schools: gpd.GeoDataFrame, *, years: tuple[int, ...]) -> tuple[Fill, ...]:
    """Return children and seats of each school and year.

    Parameters
    ----------
    schools
        `Measured.schools`.
    years
        Years of the plan.
    """
    return tuple(
        Fill(str(row["school_id"]), year, int(row[f"children_{year}"]), int(row[f"seats_{year}"]))
        for row in schools.to_dict("records")
        for year in years
    )


def swings(fill: tuple[Fill, ...], *, percents: tuple[int, ...] = SWINGS) -> tuple[Swing, ...]:
    """Say what more or fewer children would do to the seats, school by school.

    Parameters
    ----------
    fill
        Children and seats.
    percents
        Children in per cent of those expected.
    """
    return tuple(
        _swing([item for item in fill if item.year == year], percent=percent, year=year)
        for percent in percents
        for year in sorted({item.year for item in fill})
    )


def _swing(fill: list[Fill], *, percent: int, year: int) -> Swing:
    scaled = [(item.children * percent + PERCENT // 2) // PERCENT for item in fill]
    over = [max(count - item.seats, 0) for count, item in zip(scaled, fill, strict=True)]
    return Swing(
        percent,
        year,
        children=sum(scaled),
        seats=sum(item.seats for item in fill),
        schools_over=tuple(item.school_id for item, extra in zip(fill, over, strict=True) if extra),
        over=sum(over),
    )
