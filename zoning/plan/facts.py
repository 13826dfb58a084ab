"""What plans of one stage are measured against."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pandas as pd

from zoning.network.travel import UNREACHABLE
from zoning.plan.residences import NO_BLOCK, NO_SCHOOL, children_matrix
from zoning.plan.seats import school_shares, seat_table, zone_shares
from zoning.plan.shared import seats_by_zone, shared_children
from zoning.units import SECOND_MS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    from numpy.typing import ArrayLike, NDArray

    from zoning.network.travel import TravelTable
    from zoning.plan.boarding import Boarding
    from zoning.plan.model import Plan
    from zoning.plan.shared import SharedChildren


class TimesTo(Protocol):
    """Time and distance from each residence to one given school."""

    def __call__(self, school_id: ArrayLike) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Return time_ms and distance_m, UNREACHABLE where there is no way."""


class CrossingsTo(Protocol):
    """Crossings on the way from each residence to one given school."""

    def __call__(self, school_id: ArrayLike) -> NDArray[np.float64]:
        """Return how often each kind of `zoning.network.model.CROSSED` is crossed, NaN for none."""


@dataclass(frozen=True, eq=False)
class Facts:
    """Everything about one stage that does not depend on a plan.

    Parameters
    ----------
    stage
        Value of `zoning.settings.Stage`.
    years
        Years of the horizon.
    blocks
        block_id, name and polygons, working CRS.
    schools
        school_id, name, owner and points of this stage.
    seats
        school_id, year, seats.
    homes
        `zoning.plan.homes.school_homes`.
    residences
        `zoning.plan.residences.build_residences`.
    adjacency
        block_a, block_b, length_m, kind, hard, crossable, barrier.
    travel
        Block by school.
    radius_m
        Service radius of the stage, metres.
    times_to
        Times of single residences; None gives each residence the mean of its block.
    crossings_to
        Crossings on the ways of single residences; None where only their block is known.
    boarding
        Roads to the boarding schools; None where no school of the stage has boarding places.
    """

    stage: str
    years: tuple[int, ...]
    blocks: gpd.GeoDataFrame
    schools: gpd.GeoDataFrame
    seats: pd.DataFrame
    homes: pd.DataFrame
    residences: gpd.GeoDataFrame
    adjacency: pd.DataFrame
    travel: TravelTable
    radius_m: float
    times_to: TimesTo | None = None
    crossings_to: CrossingsTo | None = None
    boarding: Boarding | None = None

    @cached_property
    def seat_table(self) -> pd.DataFrame:
        """Seats, schools of the stage x years, 0 where none are given."""
        schools = sorted(self.schools["school_id"])
        return seat_table(self.seats, schools=schools, years=self.years)

    @cached_property
    def school_names(self) -> dict[str, str]:
        """Name by school id."""
        return dict(zip(self.schools["school_id"], self.schools["name"], strict=True))

    @cached_property
    def children(self) -> NDArray[np.int64]:
        """Children by residence and year, A x Y."""
        return children_matrix(self.residences, self.years)

    def times(self, school_id: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return seconds and metres of each residence to one given school, NaN without a way.

        Parameters
        ----------
        school_id
            A school for each residence; "" for none.
        """
        if self.times_to is not None:
            time_ms, distance_m = self.times_to(school_id)
        else:
            time_ms, distance_m = self._block_times(np.asarray(school_id, dtype=object))
        none = time_ms == UNREACHABLE
        return (
            np.where(none, np.nan, time_ms / SECOND_MS),
            np.where(none, np.nan, distance_m.astype(np.float64)),
        )

    def _block_times(
        self, school_id: NDArray[np.object_]
    ) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        row = _positions(self.travel.block_ids, self.residences["block_id"])
        column = _positions(self.travel.school_ids, pd.Series(school_id))
        known = (row >= 0) & (column >= 0)
        time = self.travel.time_ms[row, column]
        distance = self.travel.distance_m[row, column]
        return (
            np.where(known, time, UNREACHABLE).astype(np.int32),
            np.where(known, distance, UNREACHABLE).astype(np.int32),
        )


def _positions(known: tuple[str, ...], wanted: pd.Series) -> NDArray[np.int64]:
    at = {value: position for position, value in enumerate(known)}
    positions: NDArray[np.int64] = wanted.map(at).fillna(-1).to_numpy(dtype=np.int64)
    return positions


@dataclass(frozen=True, eq=False)
class Served:
    """Which school or schools serve each residence, and how far they are.

    Parameters
    ----------
    zone_id
        Zone of each residence; "" where there is none.
    schools
        School ids joined by ";" of each residence; "" where there is none.
    time_s, distance_m
        To the school; in a zone of several schools the mean by their seats, because a draw
        decides (电脑派位). NaN without a way.
    """

    zone_id: NDArray[np.object_]
    schools: NDArray[np.object_]
    time_s: NDArray[np.float64]
    distance_m: NDArray[np.float64]


def served(plan: Plan, facts: Facts) -> Served:
    """Say for each residence which school serves it under a plan.

    Parameters
    ----------
    plan
        A plan over the blocks of `facts`.
    facts
        Residences, seats and times.
    """
    zone_of = dict(zip(plan.block_ids, plan.zone_ids, strict=True))
    zone_id = facts.residences["block_id"].map(zone_of).fillna("").to_numpy(dtype=object)
    joined = {zone.zone_id: zone.joined_ids for zone in plan.zones}
    schools = np.array([joined.get(zone, "") for zone in zone_id], dtype=object)
    kinds = [(zone.school_ids, zone_shares(zone, facts.seat_table)) for zone in plan.zones]
    at = {zone.zone_id: position for position, zone in enumerate(plan.zones)}
    kind = np.array([at.get(zone, -1) for zone in zone_id], dtype=np.int64)
    time, distance = _mean_times(kinds, kind, facts)
    return Served(zone_id, schools, time, distance)


def served_today(facts: Facts) -> Served:
    """Say for each residence which school serves it today, address by address."""
    today = facts.residences["today_school_id"].to_numpy(dtype=object)
    joined, kind = np.unique(today.astype(str), return_inverse=True)
    members = [
        tuple(school for school in ids.split(";") if school in facts.school_names) for ids in joined
    ]
    kinds = [(ids, school_shares(ids, facts.seat_table)) for ids in members]
    time, distance = _mean_times(kinds, kind, facts)
    return Served(today, today, time, distance)


def _mean_times(
    kinds: Sequence[tuple[tuple[str, ...], NDArray[np.float64]]],
    which: NDArray[np.int64],
    facts: Facts,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seconds and metres of each residence to its schools, the mean by their shares.

    `kinds` are schools and shares; `which` of them holds for each residence, -1 for none.
    """
    kind = np.where(which < 0, len(kinds), which)
    members = [*(ids for ids, _ in kinds), ()]
    shares = [*(part for _, part in kinds), np.zeros(0)]
    nowhere = np.array([not ids for ids in members], dtype=bool)[kind]
    time, distance = np.zeros(len(which)), np.zeros(len(which))
    for rank in range(max((len(ids) for ids in members), default=0)):
        has = np.array([len(ids) > rank for ids in members], dtype=bool)[kind]
        one = [ids[rank] if len(ids) > rank else NO_SCHOOL for ids in members]
        share = np.array([part[rank] if len(part) > rank else 0.0 for part in shares])[kind]
        one_time, one_distance = facts.times(np.array(one, dtype=object)[kind])
        time[has] += one_time[has] * share[has]
        distance[has] += one_distance[has] * share[has]
    time[nowhere] = np.nan
    distance[nowhere] = np.nan
    return time, distance


def plan_shared(plan: Plan, facts: Facts) -> SharedChildren:
    """Divide the children of the areas that schools share under a plan."""
    travel = facts.travel
    place = {block: at for at, block in enumerate(travel.block_ids)}
    blocks: dict[str, list[int]] = {}
    for block, zone in zip(plan.block_ids, plan.zone_ids, strict=True):
        blocks.setdefault(zone, []).append(place[block])
    row = _positions(travel.block_ids, facts.residences["block_id"])
    children = np.zeros((len(place), len(facts.years)), dtype=np.int64)
    np.add.at(children, row[row >= 0], facts.children[row >= 0])
    return shared_children(plan.zones, blocks, children=children, travel=travel)


def plan_seats(plan: Plan, facts: Facts) -> NDArray[np.int64]:
    """Return the seats of each zone of a plan, zones x years; a school's seats count once."""
    return seats_by_zone(plan.zones, facts.seat_table, shared=plan_shared(plan, facts))


def outside_blocks(facts: Facts) -> NDArray[np.bool_]:
    """Mark residences that lie in no block."""
    outside: NDArray[np.bool_] = (facts.residences["block_id"] == NO_BLOCK).to_numpy(dtype=bool)
    return outside
