"""Explanations as plain values with names: complete for JSON, and what sentences are made of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from zoning.partition.obstacles import Full, Kind, TooManyChanges
from zoning.partition.problem import UNASSIGNED
from zoning.plan.facts import served_today
from zoning.plan.metrics import share_out
from zoning.plan.model import ZoneType
from zoning.plan.seats import seats_of, zone_shares
from zoning.plan.zone_times import zone_times
from zoning.study.lookup import address_texts
from zoning.study.reason_records import reason_records
from zoning.units import MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from zoning.partition.explain import (
        Alternative,
        Explainer,
        Overload,
    )
    from zoning.partition.margin import Marginal
    from zoning.partition.obstacles import Obstacle
    from zoning.partition.problem import Problem
    from zoning.plan.facts import Facts
    from zoning.plan.model import Zone
    from zoning.study.lookup import Place

Record = dict[str, Any]


@dataclass(frozen=True)
class Upstream:
    """The primary zones that junior middle zones are put together from (对口直升).

    Parameters
    ----------
    plan_id
        The primary plan, "" for the zones of today.
    zones
        Name of the primary zone by block id, as far as it stays whole.
    """

    plan_id: str = ""
    zones: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Teller:
    """Puts names to positions.

    Parameters
    ----------
    explainer
        Answers in positions.
    facts
        Names, residences and their times.
    today
        Whether the zones of today are explained: each address then has its own school.
    kept_exactly
        Zone and year whose seats the proof keeps exactly, without a price.
    upstream
        Primary zones that stay whole; those of no stage but junior middle.
    """

    explainer: Explainer
    facts: Facts
    today: bool
    kept_exactly: frozenset[tuple[str, int]] = frozenset()
    upstream: Upstream = Upstream()

    @property
    def problem(self) -> Problem:
        """The problem that the plan answers."""
        return self.explainer.standing.problem

    @cached_property
    def position(self) -> dict[str, int]:
        """Position of each block."""
        return {block: at for at, block in enumerate(self.problem.block_ids)}

    @cached_property
    def block_names(self) -> dict[str, str]:
        """Name of each block."""
        return dict(zip(self.facts.blocks["block_id"], self.facts.blocks["name"], strict=True))

    @cached_property
    def school_names(self) -> dict[str, str]:
        """Name of each school of the stage."""
        return self.facts.school_names

    @cached_property
    def zone_of_school(self) -> dict[str, int]:
        """Zone of each school that has one."""
        return {
            school: at
            for at, zone in enumerate(self.problem.zones)
            if self.problem.homes[at]
            for school in zone.school_ids
        }

    @cached_property
    def decided(self) -> dict[int, Zone]:
        """Areas that are decided, not drawn, by block: shared ones, and those without a school.

        The zones of today know nothing of such decisions.
        """
        problem = self.problem
        if self.today:
            return {}
        shared = {block: zone for zone, blocks in problem.apart for block in blocks}
        locked = {
            int(at): problem.zones[problem.locks[at]] for at in np.flatnonzero(problem.locks >= 0)
        }
        open_ = {at: zone for at, zone in locked.items() if zone.zone_type is ZoneType.NO_SCHOOL}
        return open_ | shared

    @cached_property
    def _zones(self) -> dict[str, Zone]:
        """Zones of all kinds by id."""
        decided = {zone.zone_id: zone for zone in self.decided.values()}
        return {zone.zone_id: zone for zone in self.problem.zones} | decided

    def _of_decided(self, block_id: str, zone: Zone) -> Record:
        """Tell of a block in an area that is not drawn: there is nothing to weigh."""
        others = self.alternatives(block_id)
        return {
            "block_id": block_id,
            "name": self.block_names[block_id],
            "decided": zone.zone_type.value,
            **self._named(zone),
            "shares": self._ways_of_shared(block_id, zone),
            "time_min": _minutes(self._time_of_block(block_id, zone)),
            "children": self._by_year(self._children_of(block_id)),
            "school_stands_here": False,
            "together": [],
            "primary_zone": None,
            "detached": False,
            "stray": False,
            "torn": False,
            "nearer_schools": sum(item.nearer for item in others),
            "alternatives": [self._alternative(self.position[block_id], item) for item in others],
        }

    def alternatives(self, block_id: str) -> tuple[Alternative, ...]:
        """Return the other zones that a block might belong to, and what stands against them."""
        at = self.position[block_id]
        zone = self.decided.get(at)
        if zone is None:
            return self.explainer.block(at).alternatives
        if zone.zone_type is not ZoneType.SHARED:
            return ()
        return self.explainer.besides(
            at,
            {self.zone_of_school[school] for school in zone.school_ids},
            time_s=self._time_of_block(block_id, zone),
            children=self._children_of(block_id),
        )

    def _children_of(self, block_id: str) -> NDArray[np.int64]:
        """Children by year who live in a block."""
        here = (self.facts.residences["block_id"] == block_id).to_numpy()
        children: NDArray[np.int64] = self.facts.children[here].sum(axis=0)
        return children

    def _time_of_block(self, block_id: str, zone: Zone) -> float:
        """Return the mean seconds from a block to a zone's schools."""
        at = self.facts.travel.block_ids.index(block_id)
        return float(zone_times([zone], self.facts)[0][at, 0])

    def _ways_of_shared(self, block_id: str, zone: Zone) -> list[Record]:
        """Tell of each school of a shared area its part of the children, and the way to it."""
        parts = zone_shares(zone, self.facts.seat_table) if zone.school_ids else ()
        return [
            {
                **school,
                "share": _round(part),
                "time_min": _minutes(self._time_of_block(block_id, _alone(zone, at))),
            }
            for at, (school, part) in enumerate(
                zip(self._schools(zone.school_ids), parts, strict=True)
            )
        ]

    def block(self, block_id: str) -> Record:
        """Tell of a block."""
        at = self.position[block_id]
        if at in self.decided:
            return self._of_decided(block_id, self.decided[at])
        story, standing = self.explainer.block(at), self.explainer.standing
        own = float(standing.time_s[at, story.zone]) if story.zone != UNASSIGNED else np.nan
        return {
            "block_id": block_id,
            "name": self.block_names[block_id],
            "decided": "",
            **self._zone(story.zone),
            "time_min": _minutes(own),
            "children": self._by_year(self.problem.children[at]),
            "school_stands_here": at in standing.home_of,
            "together": self._blocks(story.together),
            "primary_zone": self._primary_zone(block_id, story.together),
            "detached": story.detached,
            "stray": story.stray,
            "torn": story.torn,
            "nearer_schools": sum(item.nearer for item in story.alternatives),
            "alternatives": [self._alternative(at, item) for item in story.alternatives],
        }

    def _primary_zone(self, block_id: str, together: Sequence[int]) -> Record | None:
        """Tell of the primary zone that a block belongs to, and which others stay for it."""
        zones = self.upstream.zones
        zone = zones.get(block_id)
        inside = [at for at in together if zones.get(self.problem.block_ids[at]) == zone]
        if zone is None or not inside:
            return None
        return {"zone": zone, "plan_id": self.upstream.plan_id, "blocks": self._blocks(inside)}

    def _alternative(self, block: int, item: Alternative) -> Record:
        change = item.change
        return {
            **self._zone(item.zone),
            "time_min": _minutes(float(self.explainer.standing.time_s[block, item.zone])),
            "nearer": item.nearer,
            "extra_child_minutes": None if change is None else _round(change.minutes),
            "extra_with_seat_prices": None if change is None else _round(change.with_prices),
            "extra_by_term": {}
            if change is None
            else {name: _round(part) for name, part in change.terms.items()},
            "reasons": [self._reason(obstacle) for obstacle in item.obstacles],
        }

    def _reason(self, item: Obstacle) -> Record:
        record: Record = {"kind": item.kind.value, "blocks": self._blocks(item.blocks)}
        if item.kind in {Kind.HOME, Kind.LOCKED}:
            shared = self.decided.get(item.blocks[0]) if item.kind is Kind.LOCKED else None
            record["held_by"] = self._zone(item.zone) if shared is None else self._named(shared)
        if isinstance(item, Full):
            record |= {
                "shortages": [
                    {
                        "year": short.year,
                        "seats": short.seats,
                        "children": short.children,
                        "coming": short.coming,
                        "over": short.over,
                    }
                    for short in item.shortages
                ],
                "displaced": [self._move(move) for move in item.displaced],
                "still_short": self._by_year(item.still_short),
                "keeps_limits": item.keeps_limits,
                "extra_child_minutes_of_all": _round(item.minutes),
            }
        if isinstance(item, TooManyChanges):
            record |= {"children_over_all_years": item.children, "limit": item.limit}
        return record

    def _move(self, move: Marginal) -> Record:
        return {
            "blocks": self._blocks(move.blocks),
            "from": self._zone(move.from_zone),
            "to": self._zone(move.to_zone),
            "children": self._by_year(move.children),
            "extra_child_minutes": _round(move.change.minutes),
            "room_there": move.room,
            "minutes_per_child": _round(move.per_child),
            "minutes_per_child_with_seat_prices": _round(move.per_child_with_prices),
        }

    def school(self, school_id: str) -> Record:
        """Tell of a school: its zone's seats and children, its margin, its overload."""
        at = self.zone_of_school[school_id]
        story = self.explainer.zone(at)
        prices = story.prices or (None,) * len(self.problem.years)
        return {
            "school_id": school_id,
            "name": self.school_names[school_id],
            **self._zone(at),
            "blocks": len(set(self.explainer.standing.members(at)) - self.decided.keys()),
            "years": [
                {
                    "year": year,
                    "seats": seats,
                    "children": children,
                    "fill": _round(children / seats) if seats else None,
                    "seat_price_child_minutes": _round(price),
                    "seats_kept_exactly": (self.problem.zones[at].zone_id, year)
                    in self.kept_exactly,
                }
                for year, seats, children, price in zip(
                    self.problem.years, story.seats, story.children, prices, strict=True
                )
            ],
            "shares": self._shares(at, np.array(story.children)),
            "kept_for_shared_areas": self._by_year(self._kept(at)),
            "leaving": [self._move(move) for move in story.leaving],
            "joining": [self._move(move) for move in story.joining],
            "overloads": [self._overload(item) for item in story.overloads],
        }

    def too_many_change(self) -> Record | None:
        """Tell how many children a year change school where more do than may."""
        problem, assignment = self.problem, self.explainer.standing.assignment
        if problem.change_limit is None or not problem.excess(assignment):
            return None
        years = len(problem.years)
        return {
            "children": _round(problem.changes(assignment) / years),
            "limit": problem.change_limit / years,
        }

    def _kept(self, zone: int) -> NDArray[np.int64]:
        """Seats by year that the children of shared areas take, which the zone's do not have."""
        schools = self.problem.zones[zone].school_ids
        seats = seats_of(schools, self.facts.seat_table).sum(axis=0)
        kept: NDArray[np.int64] = seats - self.problem.seats[zone]
        return kept

    def _shares(self, zone: int, children: NDArray[np.int64]) -> list[Record]:
        """Divide the children of a zone of several schools by their seats."""
        schools = self.problem.zones[zone].school_ids
        if len(schools) < 2:
            return []
        seats = seats_of(schools, self.facts.seat_table)
        return [
            {
                "school_id": school,
                "name": self.school_names[school],
                "seats": self._by_year(own),
                "children": self._by_year(part),
            }
            for school, own, part in zip(schools, seats, share_out(children, seats), strict=True)
        ]

    def _overload(self, item: Overload) -> Record:
        group = item.group
        names = {zone.zone_id: zone.name for zone in self.problem.zones}
        return {
            "year": item.year,
            "over": item.over,
            "captive": item.captive,
            "priced": self.problem.overload_price is not None,
            "too_few_seats": None
            if group is None
            else {
                "zones": [names[zone] for zone in group.zone_ids],
                "children": group.children,
                "seats": group.seats,
                "over": group.overload,
            },
            "change_limit": None
            if item.limited is None
            else reason_records(self.problem, [item.limited])[0],
        }

    def place(self, place: Place, addresses: pd.DataFrame | None) -> Record:
        """Tell of an address, or of a compound in one block: its own ways, and its block."""
        block = self.block(place.block_id)
        zones = [block["zone_id"], *(item["zone_id"] for item in block["alternatives"])]
        rows = np.array(place.rows)
        times = {zone: self._ways(self._zones[zone], rows) for zone in zones if zone}
        own_zone = self._zones.get(zones[0])
        each = {
            school["school_id"]: self._ways(_alone(own_zone, at), rows)
            for at, school in enumerate(block.get("shares", ()))
            if own_zone is not None
        }
        residences = self.facts.residences.iloc[list(place.rows)]
        texts = address_texts(residences, addresses)
        nowhere = np.full(len(rows), np.nan)
        own = self._ways_today[rows] if self.today else times.get(zones[0], nowhere)
        households = [
            {
                "address_id": address,
                "text": text,
                "time_min": _minutes(own[number]),
                "today_schools": self._schools(today.split(";")),
                "times_min": {zone: _minutes(way[number]) for zone, way in times.items()},
                "school_times_min": {key: _minutes(way[number]) for key, way in each.items()},
            }
            for number, (address, text, today) in enumerate(
                zip(residences["address_id"], texts, residences["today_school_id"], strict=True)
            )
        ]
        return {
            "name": place.name,
            "text": place.text,
            "is_today": self.today,
            "households": households,
            "block": block,
        }

    @cached_property
    def _ways_today(self) -> NDArray[np.float64]:
        """Seconds of each residence to the school that serves it today, address by address."""
        return served_today(self.facts).time_s

    def _ways(self, zone: Zone, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the seconds of single residences to a zone's school, the mean of several."""
        if not zone.school_ids:
            return np.full(len(rows), np.nan)
        total = np.zeros(len(rows))
        shares = zone_shares(zone, self.facts.seat_table)
        for school, share in zip(zone.school_ids, shares, strict=True):
            asked = np.full(len(self.facts.residences), school, dtype=object)
            total += self.facts.times(asked)[0][rows] * share
        return total

    def _zone(self, zone: int) -> Record:
        if zone == UNASSIGNED:
            return {"zone_id": "", "zone": "", "schools": []}
        return self._named(self.problem.zones[zone])

    def _named(self, zone: Zone) -> Record:
        schools = self._schools(zone.school_ids)
        return {"zone_id": zone.zone_id, "zone": zone.name, "schools": schools}

    def _schools(self, ids: Sequence[str]) -> list[Record]:
        return [
            {"school_id": school, "name": self.school_names.get(school, school)}
            for school in ids
            if school
        ]

    def _blocks(self, blocks: Iterable[int]) -> list[Record]:
        ids = [self.problem.block_ids[block] for block in blocks]
        return [{"block_id": block, "name": self.block_names[block]} for block in ids]

    def _by_year(self, counts: Iterable[int]) -> dict[str, int]:
        return {
            str(year): int(count) for year, count in zip(self.problem.years, counts, strict=True)
        }


def _alone(zone: Zone, at: int) -> Zone:
    """Return a zone with one of its schools only."""
    return replace(zone, school_ids=(zone.school_ids[at],), shares=())


def _minutes(seconds: float) -> float | None:
    return None if np.isnan(seconds) else _round(float(seconds) / MINUTE_S)


def _round(value: float | None) -> float | None:
    """Leave out what is only noise of floating point; no minus before zero."""
    return None if value is None else round(float(value), 4) + 0.0
