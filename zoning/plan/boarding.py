"""Boarding schools of a stage: how far by road the children are who have no bus, and who boards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from zoning.network.travel import UNREACHABLE
from zoning.plan.model import NONE_ZONE, ZoneType
from zoning.plan.within import serving_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zoning.network.travel import TravelTable
    from zoning.plan.facts import Facts, TimesTo
    from zoning.plan.model import Plan

MetricRow = tuple[str, str, int, float, str, str]


@dataclass(frozen=True, eq=False)
class Boarding:
    """Roads to the boarding schools of a stage, B of them.

    Parameters
    ----------
    places
        Places for boarders by school id; a school that has any is a boarding school.
    travel
        Block by boarding school, of the mode BOARDING; `within` is up to `day_m`.
    day_m
        Road up to which a child without a bus can be a day pupil (走读), metres.
    times_to
        Single residences; None gives each the mean of its block.
    """

    places: Mapping[str, int]
    travel: TravelTable
    day_m: float
    times_to: TimesTo | None = None

    @property
    def school_ids(self) -> tuple[str, ...]:
        """The boarding schools, sorted."""
        return self.travel.school_ids

    def metres(self, facts: Facts) -> NDArray[np.float64]:
        """Return the road from each residence to each school, NaN for none, shape (A, B)."""
        count = len(facts.residences)
        if self.times_to is not None:
            columns = [
                self.times_to(np.full(count, school, dtype=object))[1] for school in self.school_ids
            ]
            found = np.stack(columns, axis=1)
        else:
            row = {block: at for at, block in enumerate(self.travel.block_ids)}
            at = facts.residences["block_id"].map(row).fillna(-1).to_numpy(dtype=np.int64)
            found = np.where((at >= 0)[:, None], self.travel.distance_m[at], UNREACHABLE)
        return np.where(found == UNREACHABLE, np.nan, found.astype(np.float64))


@dataclass(frozen=True, eq=False)
class Boarders:
    """For whom a boarding school is the answer: K pairs of a residence and a boarding school.

    Parameters
    ----------
    home, school
        Rows of residences and of `Boarding.school_ids`, shape (K,).
    share
        Chance that a child of the residence comes to the school, shape (K,).
    metres
        Road between them, NaN for none, shape (K,).
    """

    home: NDArray[np.int64]
    school: NDArray[np.int64]
    share: NDArray[np.float64]
    metres: NDArray[np.float64]


def boarders(plan: Plan, facts: Facts, boarding: Boarding) -> Boarders:
    """Say for whom a boarding school is the answer under a plan.

    A school of the zone that has boarding places; in an area without a school of its own the
    boarding school that is nearest by road, since its children choose (自愿) and near is assumed.

    Parameters
    ----------
    plan
        A plan over the blocks of `facts`.
    facts
        Residences and seats.
    boarding
        Roads to the boarding schools of the stage.
    """
    metres = boarding.metres(facts)
    groups = serving_of(plan, facts, school_ids=boarding.school_ids)
    home = [np.repeat(group.rows, len(group.schools)) for group in groups]
    school = [np.tile(np.array(group.schools, dtype=np.int64), len(group.rows)) for group in groups]
    share = [np.tile(group.shares, len(group.rows)) for group in groups]
    apart = _apart(plan, facts)
    home.append(apart)
    # without a road to any of them the first stands for all: there is no way either way
    school.append(np.argmin(np.nan_to_num(metres[apart], nan=np.inf), axis=1).astype(np.int64))
    share.append(np.ones(len(apart)))
    rows, columns = np.concatenate(home), np.concatenate(school)
    return Boarders(rows, columns, np.concatenate(share), metres[rows, columns])


def _apart(plan: Plan, facts: Facts) -> NDArray[np.int64]:
    """Return the residences in areas that have no school of their own by decision."""
    zones = {
        zone.zone_id
        for zone in plan.zones
        if zone.zone_type is ZoneType.NO_SCHOOL and zone.zone_id != NONE_ZONE
    }
    blocks = {
        block
        for block, zone in zip(plan.block_ids, plan.zone_ids, strict=True)
        if zone in zones
    }  # fmt: skip
    inside = facts.residences["block_id"].isin(blocks).to_numpy(dtype=bool)
    return np.flatnonzero(inside)


def boarding_rows(plan: Plan, facts: Facts) -> list[MetricRow]:
    """Return the metrics of boarding, by year and by school; none where no school has places.

    Parameters
    ----------
    plan, facts
        As for `zoning.plan.measure.measure`.
    """
    boarding = facts.boarding
    if boarding is None:
        return []
    found = boarders(plan, facts, boarding)
    return [
        row
        for at, year in enumerate(plan.years)
        for row in _of_year(boarding, found, facts.children[found.home, at] * found.share, year)
    ]


def _of_year(
    boarding: Boarding, found: Boarders, weight: NDArray[np.float64], year: int
) -> list[MetricRow]:
    road = ~np.isnan(found.metres)
    # who has no road at all boards too
    far = ~(found.metres <= boarding.day_m)
    ways, known = found.metres[road & (weight > 0)], weight[road & (weight > 0)]
    day = f"{boarding.day_m:g} m"
    none = float("nan")
    rows: list[MetricRow] = [
        ("boarding_children", "plan", year, float(weight.sum()), "child", ""),
        ("boarding_beyond_day", "plan", year, float(weight[far].sum()), "child", day),
        ("boarding_places", "plan", year, float(sum(boarding.places.values())), "seat", ""),
        ("boarding_mean_road", "plan", year,
         float(ways @ known / known.sum()) if len(ways) else none, "m", ""),
        ("boarding_longest_road", "plan", year, float(ways.max()) if len(ways) else none, "m", ""),
        ("boarding_without_road", "plan", year, float(weight[~road].sum()), "child", ""),
    ]  # fmt: skip
    for at, school in enumerate(boarding.school_ids):
        own, scope = found.school == at, f"school:{school}"
        rows += [
            ("boarding_children", scope, year, float(weight[own].sum()), "child", ""),
            ("boarding_beyond_day", scope, year, float(weight[own & far].sum()), "child", day),
            ("boarding_places", scope, year, float(boarding.places[school]), "seat", ""),
        ]
    return rows


def block_road(plan: Plan, facts: Facts) -> NDArray[np.float64] | None:
    """Return the road from each block to the boarding school that is its answer, metres.

    The nearest one where there are several; NaN where no boarding school is the answer or no road
    leads there; None where the stage has no boarding school. Shape (blocks of the plan,).

    Parameters
    ----------
    plan, facts
        As for `zoning.plan.measure.measure`.
    """
    boarding = facts.boarding
    if boarding is None:
        return None
    row = {block: at for at, block in enumerate(boarding.travel.block_ids)}
    known = {school: at for at, school in enumerate(boarding.school_ids)}
    everyone = list(range(len(known)))
    metres = boarding.travel.distance_m
    found = np.full(len(plan.block_ids), np.nan)
    for place, (block, zone_at) in enumerate(zip(plan.block_ids, plan.zone_index, strict=True)):
        zone = plan.zones[zone_at]
        own = [known[school] for school in zone.school_ids if school in known]
        if zone.zone_type is ZoneType.NO_SCHOOL and zone.zone_id != NONE_ZONE:
            own = everyone
        if own:
            nearest = int(metres[row[block], own].min())
            found[place] = np.nan if nearest == UNREACHABLE else nearest
    return found
