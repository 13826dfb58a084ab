"""What is to be told of a zone at one place: the way, the other schools, the seats."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from zoning.lookup.answers import BoardingSchool, Other, School, Seats, Why
from zoning.lookup.times import Times
from zoning.network.travel import UNREACHABLE
from zoning.partition.obstacles import Full

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from zoning.lookup.answers import Minutes
    from zoning.partition.obstacles import Obstacle
    from zoning.plan.facts import Facts
    from zoning.plan.model import Plan, Zone
    from zoning.study.explain import Explained
    from zoning.study.explain_records import Teller
    from zoning.study.walking import Walking

OTHERS_AT_MOST = 4
BOARDING_AT_MOST = 3


@dataclass(frozen=True, eq=False)
class ZoneTeller:
    """Tells of the zones of one plan; what it knows of a block is worked out once.

    Parameters
    ----------
    plan
        The plan.
    explained
        The same plan, ready for questions.
    full
        Schools whose seats are taken, as the bureau has published.
    tells_others
        Whether it tells of other schools too: what stands against them takes by far the longest.
    walking
        Times on foot where children of the stage do not walk; None where they do, and where these
        are not known.
    """

    plan: Plan
    explained: Explained
    full: frozenset[str] = frozenset()
    tells_others: bool = True
    walking: Walking | None = None

    @property
    def facts(self) -> Facts:
        """What does not depend on the plan."""
        return self.explained.teller.facts

    @cached_property
    def residence_row(self) -> dict[str, int]:
        """Position of each address in the residences."""
        ids = self.facts.residences["address_id"].to_numpy(dtype=object)
        return dict(zip(map(str, ids), range(len(ids)), strict=True))

    @cached_property
    def doors(self) -> NDArray[np.object_]:
        """Points of the residences, working CRS."""
        return np.asarray(self.facts.residences.geometry.array)

    @cached_property
    def _blocks(self) -> NDArray[np.object_]:
        return np.asarray(self.facts.residences["block_id"], dtype=object)

    @cached_property
    def _schools_today(self) -> NDArray[np.object_]:
        return np.asarray(self.facts.residences["today_school_id"], dtype=object)

    @cached_property
    def _stories(self) -> dict[str, tuple[tuple[tuple[str, ...], tuple[Why, ...]], ...]]:
        return {}

    @cached_property
    def _brief(self) -> Teller:
        """What stands against other schools; who would have to move instead is for officers."""
        whole = self.explained.teller
        return replace(whole, explainer=replace(whole.explainer, weighs=False))

    @cached_property
    def _seats(self) -> dict[str, tuple[Seats, ...]]:
        return {}

    @cached_property
    def _short_years(self) -> dict[str, tuple[int, ...]]:
        return {}

    @cached_property
    def _times(self) -> Times:
        return Times(self.facts.travel, self.facts.times_to, self._blocks)

    @cached_property
    def _on_foot(self) -> Times | None:
        walking = self.walking
        return None if walking is None else Times(walking.travel, walking.times_to, self._blocks)

    def _rows(self, address_ids: Iterable[str]) -> list[int]:
        return [self.residence_row[key] for key in address_ids if key in self.residence_row]

    def schools(self, ids: Iterable[str]) -> tuple[School, ...]:
        """Put names to schools."""
        names = self.facts.school_names
        return tuple(School(key, names.get(key, key)) for key in ids if key)

    def block_of(self, address_ids: Iterable[str]) -> str:
        """Return the block of the first of some addresses that lies in one."""
        for key in address_ids:
            at = self.residence_row.get(key)
            if at is not None and self._blocks[at]:
                return str(self._blocks[at])
        return ""

    def minutes(
        self, school_ids: Sequence[str], *, address_ids: Sequence[str], block_ids: Sequence[str]
    ) -> Minutes | None:
        """Return the shortest and the longest way to some schools.

        Parameters
        ----------
        school_ids
            The schools.
        address_ids
            The homes; where none is known, the mean of a block counts.
        block_ids
            Blocks that stand for the place.
        """
        return self._times.minutes(school_ids, rows=self._rows(address_ids), block_ids=block_ids)

    def on_foot(
        self, school_ids: Iterable[str], *, address_ids: Sequence[str], block_ids: Sequence[str]
    ) -> tuple[Minutes | None, ...]:
        """Return the way on foot to each of some schools; empty where `walking` is None.

        Parameters
        ----------
        school_ids
            The schools.
        address_ids, block_ids
            See `minutes`.
        """
        on_foot, rows = self._on_foot, self._rows(address_ids)
        if on_foot is None:
            return ()
        return tuple(
            on_foot.minutes((school,), rows=rows, block_ids=block_ids) for school in school_ids
        )

    def others(
        self,
        block_id: str,
        *,
        own: Minutes | None,
        address_ids: Sequence[str],
        block_ids: Sequence[str],
        serving: Sequence[str] = (),
    ) -> tuple[Other, ...]:
        """Tell of the nearest other schools, and of all that are nearer to the block than its own.

        Parameters
        ----------
        block_id
            The block whose story is told; empty for none.
        own
            The way to the place's own school.
        address_ids, block_ids
            See `minutes`.
        serving
            Its own schools, which are no others even where each has a zone in the problem.
        """
        if not self.tells_others or block_id not in self.explained.teller.position:
            return ()
        found = []
        for ids, why in self._story(block_id):
            if set(ids) <= set(serving):
                continue
            minutes = self.minutes(ids, address_ids=address_ids, block_ids=block_ids)
            nearer = minutes is not None and (own is None or minutes.low < own.low)
            found.append(Other(self.schools(ids), minutes, nearer=nearer, why=why))
        found.sort(key=lambda other: np.inf if other.minutes is None else other.minutes.low)
        return tuple(found[:OTHERS_AT_MOST])

    @cached_property
    def _boarding_metres(self) -> NDArray[np.float64] | None:
        boarding = self.facts.boarding
        return None if boarding is None else boarding.metres(self.facts)

    def boarding(
        self, zone: Zone, *, address_ids: Sequence[str], block_ids: Sequence[str]
    ) -> tuple[BoardingSchool, ...]:
        """Return the boarding schools that are the answer, the nearest by road first.

        Parameters
        ----------
        zone
            The zone; without a school of its own all boarding schools come into question.
        address_ids, block_ids
            See `minutes`.
        """
        boarding, metres = self.facts.boarding, self._boarding_metres
        if boarding is None or metres is None:
            return ()
        rows = self._rows(address_ids)
        if rows:
            roads = metres[rows]
        else:
            known = self._times.block_rows
            at = [known[block] for block in block_ids if block in known]
            roads = boarding.travel.distance_m[at].astype(float)
            roads[boarding.travel.distance_m[at] == UNREACHABLE] = np.nan
        found = []
        for column, school in enumerate(boarding.school_ids):
            if zone.school_ids and school not in zone.school_ids:
                continue
            road = roads[:, column]
            far = float(road.max()) if len(road) and not np.isnan(road).any() else None
            (named,) = self.schools((school,))
            found.append(BoardingSchool(named, boarding.places[school], far))
        found.sort(key=lambda one: np.inf if one.metres is None else one.metres)
        return tuple(found if zone.school_ids else found[:BOARDING_AT_MOST])

    def _story(self, block_id: str) -> tuple[tuple[tuple[str, ...], tuple[Why, ...]], ...]:
        """Return the schools of each alternative of a block, and what stands against it."""
        if block_id not in self._stories:
            teller = self._brief
            zones = teller.problem.zones
            self._stories[block_id] = tuple(
                (tuple(filter(None, zones[item.zone].school_ids)), tuple(map(_why, item.obstacles)))
                for item in teller.alternatives(block_id)
            )
        return self._stories[block_id]

    def seats(self, zone: Zone) -> tuple[Seats, ...]:
        """Return the seats of a zone's schools in the first year of the plan."""
        if zone.zone_id not in self._seats:
            self._seats[zone.zone_id] = self._seats_of(zone)
        return self._seats[zone.zone_id]

    def _seats_of(self, zone: Zone) -> tuple[Seats, ...]:
        first, table = self.plan.years[0], self.facts.seat_table
        return tuple(
            Seats(
                school=school,
                seats=int(table.loc[school.school_id, first])
                if school.school_id in table.index
                else 0,
                full=school.school_id in self.full,
            )
            for school in self.schools(zone.school_ids)
        )

    def short_years(self, zone: Zone) -> tuple[int, ...]:
        """Return the years in which a zone has more children than its schools have seats."""
        if zone.zone_id not in self._short_years:
            self._short_years[zone.zone_id] = self._short_years_of(zone)
        return self._short_years[zone.zone_id]

    def _short_years_of(self, zone: Zone) -> tuple[int, ...]:
        story = self.explained.teller
        at = next((story.zone_of_school.get(school) for school in zone.school_ids), None)
        if at is None or story.problem.zones[at].zone_id != zone.zone_id:
            # the children of a shared area have their seats kept for them
            return ()
        over = story.explainer.standing.loads[at] > story.problem.seats[at]
        years = zip(story.problem.years, over.tolist(), strict=True)
        return tuple(year for year, more in years if more)

    def today(self, address_ids: Iterable[str]) -> tuple[School, ...]:
        """Return the schools of today's zones for some homes; none where they are not known."""
        ids = {
            school: None
            for key in address_ids
            if key in self.residence_row
            for school in str(self._schools_today[self.residence_row[key]]).split(";")
            if school
        }
        return self.schools(ids)


def _why(obstacle: Obstacle) -> Why:
    shortages = obstacle.shortages if isinstance(obstacle, Full) else ()
    return Why(obstacle.kind.value, tuple(short.year for short in shortages))
