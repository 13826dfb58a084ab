"""Zone text, the bureau's list of addresses and the polygon: where they say different things.

The three are meant to say the same. Which of them is right is for the bureau; here it is only told
where they disagree, address by address.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from zoning.geocode.numbers import parse_number
from zoning.geocode.ranges import Answer as Said
from zoning.geocode.ranges.model import road_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from zoning.findings import Finding
    from zoning.geocode.numbers import DoorNumber
    from zoning.geocode.ranges import DoorText

Schools = tuple[str, ...]
_ITEMS = re.compile(r"[;；、,，。\n]")


class Source(StrEnum):
    """What disagrees with the polygon."""

    LIST = "list"
    TEXT = "text"


@dataclass(frozen=True)
class Place:
    """An address as zone texts name it.

    Parameters
    ----------
    address_id, text
        Id, and words for a reader.
    name
        Compound or village.
    road, number
        Door; empty where it has none.
    """

    address_id: str
    text: str
    name: str = ""
    road: str = ""
    number: str = ""


@dataclass(frozen=True)
class Difference:
    """One address for which a source disagrees with the polygon.

    Parameters
    ----------
    address_id, text
        Which.
    source
        What disagrees.
    said
        Schools that the source names; empty where it names none.
    drawn
        Schools of the zone that the point lies in; empty outside all zones.
    """

    address_id: str
    text: str
    source: Source
    said: Schools
    drawn: Schools


@dataclass(frozen=True)
class Comparison:
    """What came out of comparing other sources with the polygons.

    Parameters
    ----------
    compared
        Which there are.
    differences
        Where they disagree with the polygons.
    findings
        What of them could not be compared, and why.
    """

    compared: tuple[Source, ...] = ()
    differences: tuple[Difference, ...] = ()
    findings: tuple[Finding, ...] = ()


def list_differences(
    places: Iterable[Place], *, drawn: Mapping[str, Schools], listed: Mapping[str, Schools]
) -> tuple[Difference, ...]:
    """Compare the bureau's list with the polygons; an address that is not listed differs, too.

    Parameters
    ----------
    places
        All addresses.
    drawn
        Schools of the zone that each point lies in.
    listed
        Schools of each address by the list.
    """
    return tuple(
        Difference(place.address_id, place.text, Source.LIST, said, there)
        for place in places
        if (said := listed.get(place.address_id, ())) != (there := drawn.get(place.address_id, ()))
    )


def text_differences(
    places: Iterable[Place], *, drawn: Mapping[str, Schools], texts: Mapping[Schools, DoorText]
) -> tuple[Difference, ...]:
    """Compare zone texts with the polygons.

    Told are addresses that a text claims for other schools, that two texts claim, and that no text
    claims although their road stands in one. Where a text leaves it open, nothing is told; where
    no text names road or compound, there is nothing to compare.

    Parameters
    ----------
    places
        All addresses.
    drawn
        Schools of the zone that each point lies in.
    texts
        What is said of each zone, by its schools.
    """
    whole = {schools: _named_whole(text) for schools, text in texts.items()}
    naming: defaultdict[str, set[Schools]] = defaultdict(set)
    for schools, text in texts.items():
        for word in {*map(road_key, text.roads), *whole[schools]}:
            naming[word].add(schools)
    found = []
    for place in places:
        name, road = road_key(place.name), road_key(place.road)
        asked = {schools for word in {name, road} - {""} for schools in naming.get(word, ())}
        if not asked:
            continue
        number = parse_number(place.number) if place.number else None
        answers = {
            schools: Said.YES if name in whole[schools] else _said(texts[schools], road, number)
            for schools in asked
        }
        claiming = [schools for schools, said in answers.items() if said is Said.YES]
        there = drawn.get(place.address_id, ())
        # schools that share a zone may have the same text each
        said = tuple(sorted({school for schools in claiming for school in schools}))
        if said == there or (not claiming and Said.UNSURE in answers.values()):
            continue
        found.append(Difference(place.address_id, place.text, Source.TEXT, said, there))
    return tuple(found)


def agreeing(
    places: Iterable[Place], *, drawn: Mapping[str, Schools], texts: Mapping[Schools, DoorText]
) -> frozenset[Schools]:
    """Return the zones whose text says of no address anything else than the polygons.

    Parameters
    ----------
    places
        All addresses.
    drawn
        Schools of the zone that each point lies in.
    texts
        What is said of each zone, by its schools.
    """
    found = text_differences(places, drawn=drawn, texts=texts)
    doubtful = {school for item in found for school in (*item.said, *item.drawn)}
    return frozenset(schools for schools in texts if doubtful.isdisjoint(schools))


def _named_whole(text: DoorText) -> frozenset[str]:
    """Return roads and compounds of which all is meant, names that end in figures too."""
    segments = {
        road_key(segment.road)
        for segment in text.segments
        if segment.is_whole and not (segment.conditions or segment.exceptions or segment.faults)
    }
    items = {road_key(item) for item in _ITEMS.split(text.raw)}
    return frozenset((segments | items) - {""})


def _said(text: DoorText, road: str, number: DoorNumber | None) -> Said:
    """Tell whether a text claims a door; without one it cannot be told."""
    return text.contains(number, road=road) if number is not None and road else Said.UNSURE
