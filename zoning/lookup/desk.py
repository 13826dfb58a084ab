"""One plan that answers look-ups: what was found, judged, and told with all that belongs to it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING

import numpy as np

from zoning.geocode.answer import Answer as Located
from zoning.geocode.answer import MatchCode
from zoning.geocode.kernels import NO_ZONE
from zoning.lookup.answers import (
    About,
    Answer,
    Choose,
    Coming,
    NearBoundary,
    NoSchool,
    NotFound,
    OneSchool,
    Outside,
    Place,
    School,
    SeatsExhausted,
    Served,
    TheseSchools,
    served_of,
)
from zoning.lookup.points import blocks_at
from zoning.lookup.whole import (
    BUILDING_MARK,
    COMPOUND_MARK,
    name_whole,
    offered_as,
    place_of_all,
    rows_of,
)
from zoning.study.lookup import shown_text
from zoning.study.places import Found, distances
from zoning.study.whose_school import LISTED_AT_MOST, Outcome, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import geopandas as gpd

    from zoning.lookup.answers import Minutes
    from zoning.lookup.route import Ways
    from zoning.lookup.served import ZoneTeller
    from zoning.lookup.whole import Whole
    from zoning.study.places import Places
    from zoning.study.whose_school import Verdict, Zones

_LISTED = frozenset({MatchCode.EXACT, MatchCode.NORMALISED})
# compounds and buildings whose names are remembered
_REMEMBERED = 1024
_SERVED = frozenset({Outcome.ONE_SCHOOL, Outcome.THESE_SCHOOLS, Outcome.NO_SCHOOL})
_OTHER_COUNTY, _SEVERAL = "study_geocode.OTHER_COUNTY", "study_geocode.SEVERAL_NAMED"


@dataclass(frozen=True)
class Judged:
    """What a text was found to mean under a plan, judged: all that its answer rests on.

    Parameters
    ----------
    found
        What was found.
    verdict
        Which answer it is.
    listed
        Whether the list has the text and its zone is told.
    near
        Other zones that are near it; empty where no zone is told.
    rows
        Positions of the addresses for which a zone is told; empty where none is.
    """

    found: Found
    verdict: Verdict
    listed: bool = False
    near: tuple[int, ...] = ()
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Desk:
    """Answers for one plan.

    Parameters
    ----------
    places
        The addresses, with the zone of each.
    blocks
        block_id and polygons, working CRS.
    zones
        The zones of the plan.
    near
        Other zones within `boundary_m` of each address that has any; `near_boundary`.
    teller
        Tells of zones.
    mode
        How children of the stage travel; value of `zoning.settings.Mode`.
    boundary_m
        How near a boundary is near.
    ways
        Draws ways from addresses to schools; None where they live nowhere in particular.
    """

    places: Places
    blocks: gpd.GeoDataFrame
    zones: Zones
    near: Mapping[int, tuple[int, ...]]
    teller: ZoneTeller
    mode: str
    boundary_m: float
    ways: Ways | None = None

    def ask(self, text: str, about: About) -> Answer:
        """Answer what somebody wrote.

        Parameters
        ----------
        text
            An address, a compound, a village.
        about
            What every answer carries.
        """
        return self.told(self.places.find(text), about)

    def told(self, found: Found, about: About) -> Answer:
        """Answer for what a text was found to mean.

        Parameters
        ----------
        found
            What `Places.find` or `find_all` returns for it.
        about
            What every answer carries.
        """
        return self.answered(self.judged(found), about)

    def judged(self, found: Found) -> Judged:
        """Judge what a text was found to mean.

        Parameters
        ----------
        found
            What `Places.find` or `find_all` returns for it.
        """
        verdict = judge(found, self.places, self.zones)
        if verdict.outcome not in _SERVED:
            return Judged(found, verdict)
        zone, listed = verdict.zones[0], is_listed(found)
        near = self._near(found, zone)
        if near and not listed:
            # what is not in the list may as well lie across the boundary
            return Judged(found, verdict, near=near)
        return Judged(found, verdict, listed, near, found.rows or self._nearest(found, zone))

    def answered(self, judged: Judged, about: About) -> Answer:
        """Answer for what was judged.

        Parameters
        ----------
        judged
            What `judged` returns.
        about
            What every answer carries.
        """
        verdict = judged.verdict
        if verdict.outcome in {Outcome.NOT_FOUND, Outcome.OUTSIDE}:
            return _nowhere(judged.found, verdict, about)
        if verdict.outcome is Outcome.CHOOSE:
            return self._choose(verdict.rows, about)
        if verdict.outcome is Outcome.NEAR_BOUNDARY:
            return NearBoundary(about, None, self._schools(verdict.zones))
        zone = verdict.zones[0]
        if judged.near and not judged.listed:
            return NearBoundary(about, None, self._schools((zone, *judged.near)))
        return self._served(zone, judged.rows, listed=judged.listed, near=judged.near, about=about)

    def stands_for(self, judged: Judged) -> Place | None:
        """Return the one address whose answer a text has that the list does not have.

        None for what the list has, and wherever the answer is not that of one address: where there
        is something to choose, or a boundary is near.

        Parameters
        ----------
        judged
            What `judged` returns for it.
        """
        if judged.listed or judged.near or len(judged.rows) != 1 or self.near.get(judged.rows[0]):
            return None
        return self._place(judged.rows[0])

    def meant(self, rows: tuple[int, ...], about: About, *, listed: bool) -> Answer:
        """Answer for addresses that a text was found to mean alike.

        Parameters
        ----------
        rows
            Positions of the addresses, one at least.
        about
            What every answer carries.
        listed
            Whether the text is in the list.
        """
        code = MatchCode.NORMALISED if listed else MatchCode.BUILDING
        answer = Located(code, rows[0], None, None, probability=1.0, radius_m=None, accepted=True)
        return self.told(Found(answer, rows), about)

    def choose(self, address_id: str, about: About) -> Answer:
        """Answer for an address of the list that somebody has chosen.

        Parameters
        ----------
        address_id
            As the list has it, or as an answer `Choose` offered it.
        about
            What every answer carries.
        """
        row = self.places.position.get(address_id)
        if row is None:
            return self._chosen_whole(address_id, about)
        zone = int(self.zones.of_row[row])
        if zone == NO_ZONE:
            return Outside(about)
        near = self.near.get(row, ())
        return self._served(zone, (row,), listed=True, near=near, about=about)

    def at_blocks(self, block_ids: Sequence[str], about: About) -> Answer:
        """Answer for a place on the map, of which nothing is known but the blocks around it.

        Parameters
        ----------
        block_ids
            All blocks that the place may lie in, the most likely first.
        about
            What every answer carries.
        """
        plan = self.teller.plan
        known = [block for block in block_ids if block in plan.block_position]
        if not known:
            return Outside(about)
        met = dict.fromkeys(int(plan.zone_index[plan.block_position[block]]) for block in known)
        if len(met) > 1 or len(known) < len(block_ids):
            return NearBoundary(about, None, self._schools(tuple(met)))
        return self._served(next(iter(met)), (), listed=False, near=(), about=about, blocks=known)

    def at_point(self, lon_lat: tuple[float, float], about: About) -> Answer:
        """Answer for a point on the map: for the blocks that it lies in or near.

        Parameters
        ----------
        lon_lat
            WGS 84, degrees.
        about
            What every answer carries.
        """
        lon, lat = lon_lat
        return self.at_blocks(blocks_at(self.blocks, lon, lat=lat, metres=self.boundary_m), about)

    def drawn(self, answer: Answer) -> Answer:
        """Return an answer with the way to each of its schools, where an address is known."""
        if self.ways is None:
            return answer
        position = self.places.position
        return self.ways.drawn(answer, text_of=lambda home: self._place(position[home]).text)

    def _served(
        self,
        zone: int,
        rows: Sequence[int],
        *,
        listed: bool,
        near: Sequence[int],
        about: About,
        blocks: Sequence[str] = (),
    ) -> Answer:
        """Put together the answer for a place in one zone."""
        teller = self.teller
        own = teller.plan.zones[zone]
        ids = tuple(str(self.places.columns["address_id"][row]) for row in rows)
        block = teller.block_of(ids) or next(iter(blocks), "")
        around = blocks or ((block,) if block else ())
        seats = teller.seats(own)

        def minutes(schools: Sequence[str]) -> Minutes | None:
            return teller.minutes(schools, address_ids=ids, block_ids=around)

        served = Served(
            place=self._place_of(rows) if rows else self._ground(around),
            listed=listed,
            schools=teller.schools(own.school_ids),
            ways=tuple(minutes((school,)) for school in own.school_ids),
            mode=self.mode,
            others=teller.others(
                block,
                own=minutes(own.school_ids),
                address_ids=ids,
                block_ids=around,
                serving=own.school_ids,
            ),
            seats=seats,
            short_years=teller.short_years(own),
            today=teller.today(ids) if listed else (),
            shares=tuple(part / sum(own.shares) for part in own.shares),
            neighbours=self._schools(near),
            homes=ids,
            boarding=teller.boarding(own, address_ids=ids, block_ids=around),
            day_m=teller.facts.boarding.day_m if teller.facts.boarding else None,
            on_foot=teller.on_foot(own.school_ids, address_ids=ids, block_ids=around),
        )
        if not served.schools:
            return NoSchool(about, served)
        if all(item.full for item in seats):
            return SeatsExhausted(about, served)
        if near:
            return NearBoundary(about, served, self._schools((zone, *near)))
        kind = OneSchool if len(served.schools) == 1 else TheseSchools
        return kind(about, served)

    def _near(self, found: Found, zone: int) -> tuple[int, ...]:
        """Return the other zones that are near what was found."""
        if found.rows:
            met = {other for row in found.rows for other in self.near.get(row, ())}
        else:
            answer = found.answer
            assert answer.lon is not None
            assert answer.lat is not None
            around = self.zones.around(answer.lon, answer.lat, self.boundary_m)
            met = set(around)
        return tuple(sorted(met - {zone}))

    def _nearest(self, found: Found, zone: int) -> tuple[int, ...]:
        """Return the address of the zone that lies nearest to what was found."""
        answer, columns = found.answer, self.places.columns
        inside = np.flatnonzero(self.zones.of_row == zone)
        if answer.row is not None and self.zones.of_row[answer.row] == zone:
            return (answer.row,)
        if not len(inside):
            return ()
        assert answer.lon is not None
        assert answer.lat is not None
        lon, lat = (columns[name][inside] for name in ("lon", "lat"))
        return (int(inside[np.argmin(distances(lon, lat, answer.lon, answer.lat))]),)

    def _chosen_whole(self, chosen: str, about: About) -> Answer:
        """Answer for all addresses of a compound, door or building: another plan may part them."""
        for mark in (BUILDING_MARK, COMPOUND_MARK):
            row = self.places.position.get(chosen.removesuffix(mark))
            if chosen.endswith(mark) and row is not None:
                rows = rows_of(row, mark, places=self.places)
                return self.meant(rows, about, listed=True)
        return NotFound(about)

    def _choose(self, rows: Sequence[int], about: About) -> Answer:
        """Offer what may be meant; a compound whose addresses have one answer is offered once."""
        wholes = offered_as(rows, self.places, alike=self._alike, name_whole=self._name_whole)
        places: dict[tuple[str, int], Place] = {}
        for row in rows:
            offer = self._offer(row, wholes[row])
            places.setdefault((offer.text, int(self.zones.of_row[row])), offer)
        shown = sorted(places.values(), key=lambda place: _in_order(place.text))
        return Choose(about, tuple(shown[:LISTED_AT_MOST]), max(0, len(shown) - LISTED_AT_MOST))

    @cached_property
    def _name_whole(self) -> Callable[[int, str, tuple[int, ...]], Whole]:
        """Name a compound or a building; names that are mistaken for others are asked often."""
        return lru_cache(maxsize=_REMEMBERED)(partial(name_whole, self.places))

    def _alike(self, rows: Sequence[int]) -> bool:
        return len({int(self.zones.of_row[row]) for row in rows}) == 1

    def _offer(self, row: int, whole: Whole) -> Place:
        words, count = self.places.columns, len(whole.rows)
        text = shown_text(
            name=whole.name, division=words["division"][row],
            community=words["community"][row], door=whole.door,
        )  # fmt: skip
        own = str(words["address_id"][row])
        chosen = f"{own}{whole.mark}" if count > 1 else own
        # an id of the list that looks like one of a whole is that of the list
        known = own.endswith(COMPOUND_MARK) or (chosen != own and chosen in self.places.position)
        return Place(own if known else chosen, whole.name, text, count)

    def _ground(self, blocks: Sequence[str]) -> Place | None:
        """Name a place on the map by its block, so that a reader sees whether it is the one."""
        names = self.teller.explained.teller.block_names
        name = next((names[block] for block in blocks if block in names), "")
        return Place("", name, name) if name else None

    def _place_of(self, rows: Sequence[int]) -> Place:
        """Name addresses that are meant alike by what they have in common."""
        return self._place(rows[0]) if len(rows) == 1 else place_of_all(rows, self.places)

    def _place(self, row: int) -> Place:
        words = self.places.columns
        text = shown_text(
            name=words["name"][row], division=words["division"][row],
            community=words["community"][row], door=words["road"][row] + words["number"][row],
        )  # fmt: skip
        return Place(str(words["address_id"][row]), str(words["name"][row]), text)

    def _schools(self, zones: Sequence[int]) -> tuple[School, ...]:
        ids = dict.fromkeys(school for zone in zones for school in self.zones.schools[zone])
        return self.teller.schools(ids)


def is_listed(found: Found) -> bool:
    """Tell whether a text names addresses as the list does."""
    return bool(found.rows) and found.answer.code in _LISTED


def _in_order(text: str) -> list[tuple[bool, int, str]]:
    """Return what sorts 9号 before 10号."""
    parts = re.findall(r"[0-9]+|[^0-9]+", text)
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]


def _nowhere(found: Found, verdict: Verdict, about: About) -> Answer:
    """Say that there is no such place here, as far as the words tell."""
    for reason in found.answer.reasons:
        if reason.key == _OTHER_COUNTY:
            return Outside(about, str(reason.params["county"]))
        if reason.key == _SEVERAL:
            return NotFound(about, several=True)
    return Outside(about) if verdict.outcome is Outcome.OUTSIDE else NotFound(about)


def with_coming(about: About, coming: Answer) -> About:
    """Add to what every answer carries what the next version says of the same address.

    Parameters
    ----------
    about
        What every answer carries.
    coming
        Answer of the next version.
    """
    served = served_of(coming)
    schools = served.schools if served is not None else ()
    if coming.about.version is None:
        return about
    return replace(about, coming=Coming(coming.about.version, coming.kind, schools))
