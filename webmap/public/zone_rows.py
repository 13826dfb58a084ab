"""The zones of an edition as rows of text: all that the map shows, and what belongs to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from webmap.maps.facts import NOT_KNOWN, zone_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webmap.maps.facts import Intake, Texts, ZoneFacts
    from webmap.maps.parts import ZoneMap
    from webmap.services.atlas import Edition
    from webmap.services.zone_words import ZoneWords
    from zoning.publish.zone_text import Compound, Road, ZoneText

# so many addresses a page names; of a larger study each school's own page does
NAMED_AT_MOST = 5_000


@dataclass(frozen=True)
class Division:
    """What lies in one town or street office: compounds and roads, as text."""

    name: str
    compounds: tuple[str, ...]
    roads: tuple[str, ...]


@dataclass(frozen=True)
class ZoneRow:
    """One zone in words.

    Parameters
    ----------
    number
        Its place in the plan, from 1 on.
    name
        Its name.
    schools
        (name, URL) of its schools.
    seats
        Seats and classes in the first year.
    neighbours
        Names of the zones beside it.
    bureau
        The bureau's own words; empty where there are none.
    divisions
        What belongs to it, by the bureau's addresses; empty where a page would be too long.
    addresses
        How many addresses of the list are in it.
    """

    number: int
    name: str
    schools: tuple[tuple[str, str], ...]
    seats: str
    neighbours: tuple[str, ...]
    bureau: tuple[str, ...]
    divisions: tuple[Division, ...]
    addresses: int


def zone_rows(
    edition: Edition, zone_map: ZoneMap, words: ZoneWords, *, class_size: int, texts: Texts
) -> tuple[ZoneRow, ...]:
    """Return the zones of an edition in words, in the order of its plan.

    Parameters
    ----------
    edition
        The edition.
    zone_map
        Its map.
    words
        What is said of its zones.
    class_size
        Children in a class by the study's rule set.
    texts
        The language.
    """
    names = {zone.zone_id: zone_name(zone, texts) for zone in zone_map.zones}
    counts = words.counts
    short = sum(counts.values()) <= NAMED_AT_MOST
    ids = dict(zip(zone_map.plan.zones["zone_id"], zone_map.plan.zones["school_ids"], strict=True))
    return tuple(
        ZoneRow(
            number=number,
            name=names[zone.zone_id],
            schools=school_links(edition, zone, str(ids[zone.zone_id] or ""), texts),
            seats=seats_said(zone.intakes[:1], class_size, texts=texts),
            neighbours=tuple(names[near] for near in words.neighbours.get(zone.zone_id, ())),
            bureau=words.bureau.get(zone.zone_id, ()),
            divisions=by_division(words.text((zone.zone_id,)), texts) if short else (),
            addresses=counts.get(zone.zone_id, 0),
        )
        for number, zone in enumerate(zone_map.zones, start=1)
    )


def school_links(
    edition: Edition, zone: ZoneFacts, school_ids: str, texts: Texts
) -> tuple[tuple[str, str], ...]:
    """Return name and page of each school of a zone."""
    found = [part for part in school_ids.split(";") if part]
    return tuple(
        (name, school_url(edition, school, language=texts.language))
        for school, name in zip(found, zone.schools, strict=True)
    )


def school_url(edition: Edition, school_id: str, *, language: str) -> str:
    """Return the page of a school in an edition, for good."""
    return url_for(
        "schools.by_edition", edition_id=edition.edition_id, school_id=school_id, lang=language
    )


def seats_said(intakes: Iterable[Intake], class_size: int, *, texts: Texts) -> str:
    """Say seats and classes by year; classes where the class size divides the seats."""
    return texts("webmap.SEPARATOR").join(
        texts("maps.SEATS_YEAR", year=one.year, seats=one.cells(texts)[0])
        + classes_said(one.seats, class_size, texts=texts)
        for one in intakes
    )


def classes_said(seats: int | None, class_size: int, *, texts: Texts) -> str:
    """Say in a bracket how many classes that is by the rule set; nothing where it is no whole."""
    if not seats or not class_size or seats % class_size:
        return ""
    return texts("maps.CLASSES", classes=seats // class_size, size=class_size)


def by_division(text: ZoneText, texts: Texts) -> tuple[Division, ...]:
    """Return what belongs to some zones, by town or street office."""
    return tuple(
        Division(
            name=name or NOT_KNOWN,
            compounds=tuple(_compound(item, texts) for item in text.compounds
                            if item.division == name),
            roads=tuple(_road(item, texts) for item in text.roads if item.division == name),
        )
        for name in text.divisions()
    )  # fmt: skip


def _compound(item: Compound, texts: Texts) -> str:
    if item.whole:
        return item.name
    if item.doors:
        return texts("maps.COMPOUND_DOORS", name=item.name, doors=item.doors)
    return texts("maps.COMPOUND_PART", name=item.name)


def _road(item: Road, texts: Texts) -> str:
    if not item.partly:
        return item.text
    doors = "、".join(item.partly)
    return texts("maps.ROAD_PARTLY", text=item.text or item.name, doors=doors)
