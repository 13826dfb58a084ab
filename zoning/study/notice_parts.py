"""What of a notice is computed: maps, zones in words, what changes, seats and classes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.messages import text
from zoning.notice.content import Moved, NoticeContent, OpenChannel, Seats, ZoneText
from zoning.notice.model import Channel, Evidence
from zoning.plan.colours import FILLS, NO_SCHOOL, PALETTE
from zoning.report.compose import sha256
from zoning.report.map_picture import Area, Spot, Words, dense_part, map_svg
from zoning.report.notice_document import NEW_MAP, OLD_MAP
from zoning.study.compare import TODAY
from zoning.study.place_words import PlaceWords
from zoning.study.two_sides import two_sides

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    import pandas as pd
    from numpy.typing import NDArray

    from zoning.intake.model import Inputs
    from zoning.plan.facts import Facts
    from zoning.plan.store import PlanFile
    from zoning.progress import Progress
    from zoning.study.folder import Study
    from zoning.study.two_sides import TwoSides

Schools = tuple[str, ...]
# narrower strips between two drawings of one boundary are no change of ground, metres
SLIVER_M = 2.0


@dataclass(frozen=True)
class Ground:
    """A zone as ground.

    Parameters
    ----------
    name
        What a reader sees.
    schools
        Ids, sorted; empty for an area without a school.
    shape
        Working CRS.
    colour
        Position in `PALETTE`; None leaves it open.
    """

    name: str
    schools: Schools
    shape: shapely.Geometry
    colour: int | None = None


@dataclass(frozen=True)
class NoticeParts:
    """The computed parts of a notice.

    Parameters
    ----------
    content
        Content with these parts; what people have to write is empty.
    maps
        SVG by `OLD_MAP` and `NEW_MAP`.
    """

    content: NoticeContent
    maps: Mapping[str, bytes]


def notice_parts(
    study: Study, name: str, *, before: str = TODAY, language: str, progress: Progress
) -> NoticeParts:
    """Compute what of a notice follows from a plan.

    Parameters
    ----------
    study
        The study; its travel times are brought up to date.
    name
        Name of the plan.
    before
        Name of another plan, or "today" (also "current"): the bureau's zones of today.
    language
        Language of the words.
    progress
        Told how far it is.

    Raises
    ------
    MissingStepError
        A plan is not there or is one of other blocks, or the study has no zones of today.
    SettingsError
        The plan is "today", or the plans are of two stages.
    """
    sides = two_sides(
        study, name, before=before, of_today="notice_parts.OF_TODAY", progress=progress
    )
    progress("notice")
    zones = sides.inputs.current_zones
    old = (
        today_ground(zones, sides.facts)
        if sides.old is None and zones is not None
        else plan_ground(sides.old or sides.new)
    )
    maps = notice_maps(old, plan_ground(sides.new), schools=sides.new.schools, language=language)
    told = replace(
        told_content(study, sides, language=language),
        old_map=Evidence(f"{OLD_MAP}.svg", sha256(maps[OLD_MAP])),
        new_map=Evidence(f"{NEW_MAP}.svg", sha256(maps[NEW_MAP])),
    )
    return NoticeParts(told, maps)


def _named(facts: Facts, inputs: Inputs) -> pd.DataFrame:
    """Return the words of the residences, which are blocks where children are counted by block."""
    if inputs.addresses is None:
        return facts.residences[["name"]]
    return inputs.addresses.set_index("address_id").loc[list(facts.residences["address_id"])]


def plan_ground(file: PlanFile) -> list[Ground]:
    """Return the zones of a plan file; those without ground are left out."""
    return [
        Ground(
            str(row["name"]) or str(row["zone_id"]),
            _ids(str(row["school_ids"])),
            row["geometry"],
            int(row["colour"]) if "colour" in row else None,
        )
        for row in file.zones.to_dict("records")
        if row["geometry"] is not None and not row["geometry"].is_empty
    ]


def today_ground(zones: gpd.GeoDataFrame, facts: Facts) -> list[Ground]:
    """Return the bureau's zones of today; schools that share one have the same shape."""
    own = zones[zones["stage"] == facts.stage].sort_values("school_id")
    shared: dict[bytes, list[str]] = {}
    shapes: dict[bytes, shapely.Geometry] = {}
    for school, shape in zip(own["school_id"], own.geometry, strict=True):
        key = shapely.to_wkb(shapely.normalize(shape))
        shared.setdefault(key, []).append(str(school))
        shapes[key] = shape
    names = facts.school_names
    return [
        Ground("、".join(names.get(school, school) for school in ids), tuple(ids), shapes[key])
        for key, ids in shared.items()
    ]


def notice_maps(
    before: Sequence[Ground],
    after: Sequence[Ground],
    *,
    schools: gpd.GeoDataFrame,
    language: str,
) -> dict[str, bytes]:
    """Draw the zones before and after on the same scale, with the same numbers and colours.

    Parameters
    ----------
    before, after
        Zones, metres.
    schools
        name and points in the same CRS.
    language
        Language of the words.
    """
    every = [item.shape for item in (*before, *after)]
    west, south, east, north = shapely.total_bounds(np.array(every, dtype=object)).tolist()
    numbers: dict[str, int] = {}
    for item in (*after, *before):
        numbers.setdefault(item.name, len(numbers) + 1)
    colours = {school: item.colour for item in after for school in item.schools}
    spots = [
        Spot(str(name), point)
        for name, point in zip(schools["name"], schools.geometry, strict=True)
    ]
    words = Words(
        changed=text("notice_parts.CHANGED", language),
        kilometres=text("notice_parts.KILOMETRES", language),
        metres=text("notice_parts.METRES", language),
        north=text("notice_parts.NORTH", language),
        note=text("notice_parts.NOTE", language),
    )

    old, new = (
        sorted((_area(item, numbers, colours) for item in side), key=lambda area: area.number)
        for side in (before, after)
    )
    extent = (west, south, east, north)
    closer = dense_part(new, extent)
    drawn = partial(map_svg, extent=extent, words=words, closer=closer)
    return {
        OLD_MAP: drawn(old, spots, changed=None),
        NEW_MAP: drawn(new, spots, changed=changed_ground(before, after)),
    }


def changed_ground(before: Sequence[Ground], after: Sequence[Ground]) -> shapely.Geometry:
    """Return the ground that gets another answer, without slivers between two drawings."""
    old: dict[Schools, list[shapely.Geometry]] = {}
    for item in before:
        old.setdefault(item.schools, []).append(item.shape)
    parts = [
        shapely.difference(item.shape, shapely.union_all(old.get(item.schools, [])))
        for item in after
    ]
    whole = shapely.union_all(np.array(parts, dtype=object))
    opened = whole.buffer(-SLIVER_M, join_style="mitre").buffer(SLIVER_M, join_style="mitre")
    return shapely.intersection(whole, opened)


def _area(item: Ground, numbers: Mapping[str, int], colours: Mapping[str, int | None]) -> Area:
    known = item.colour
    if known is None:
        known = next((colours[school] for school in item.schools if school in colours), None)
    if known is None:
        known = numbers[item.name] % len(FILLS) if item.schools else NO_SCHOOL
    return Area(item.name, item.shape, PALETTE[known], numbers[item.name])


def told_content(study: Study, sides: TwoSides, *, language: str) -> NoticeContent:
    """Return what of a notice follows from a plan, without its maps.

    Parameters
    ----------
    study
        Its rules say how large classes are, its settings where to ask.
    sides
        The plan and what holds before it.
    language
        Language of the words.
    """
    facts = sides.facts
    names, words = facts.school_names, PlaceWords(_named(facts, sides.inputs), language=language)
    before, after = sides.before.schools, sides.after.schools
    moved = moved_places(words, (before, after), names, language)
    size = study.rules.class_size[facts.stage].value
    lookup = study.settings.lookup
    return NoticeContent(
        issuer=study.settings.study.name,
        old_zones=zone_texts(words, before, names, language),
        new_zones=zone_texts(words, after, names, language),
        moved=moved,
        nothing_moves="" if moved else text("notice_parts.NOTHING_MOVES", language),
        seats=tuple(
            Seats(names[school], year, int(seats), max(1, -(-int(seats) // size)))
            for school in facts.seat_table.index
            for year, seats in facts.seat_table.loc[school].items()
            if seats > 0
        ),
        channels=tuple(
            OpenChannel(channel, where)
            for channel, where in (
                (Channel.ONLINE, lookup.site),
                (Channel.PHONE, lookup.policy_hotline),
            )
            if where
        ),
    )


def moved_places(
    words: PlaceWords,
    sides: tuple[NDArray[np.object_], NDArray[np.object_]],
    names: Mapping[str, str],
    language: str,
) -> tuple[Moved, ...]:
    """Name every place whose answer changes: one school more or less is a change, too.

    Parameters
    ----------
    words
        The addresses, n of them.
    sides
        Ids of the schools of each, joined by ";", before and after, shape (n,).
    names
        Name by school id.
    language
        Language of the words.
    """
    before, after = ([_ids(str(ids)) for ids in side] for side in sides)
    pairs = sorted({(old, new) for old, new in zip(before, after, strict=True) if old != new})
    found = []
    for old, new in pairs:
        own = [(one, other) == (old, new) for one, other in zip(before, after, strict=True)]
        told = (_school_names(old, names, language), _school_names(new, names, language))
        found += [Moved(place, *told) for place in words.names(np.array(own, dtype=bool))]
    return tuple(sorted(found, key=lambda item: (item.before, item.after, item.place)))


def zone_texts(
    words: PlaceWords, side: NDArray[np.object_], names: Mapping[str, str], language: str
) -> tuple[ZoneText, ...]:
    """Say which compounds and doors belong to each school or group of schools.

    Parameters
    ----------
    words
        The addresses, n of them.
    side
        Ids of the schools of each, joined by ";", shape (n,).
    names
        Name by school id.
    language
        Language of the words.
    """
    answers = [_ids(str(ids)) for ids in side]
    sign = text("notice_parts.LIST_SIGN", language)
    return tuple(
        ZoneText(
            _school_names(schools, names, language),
            sign.join(words.names(np.array([one == schools for one in answers], dtype=bool))),
        )
        for schools in sorted(set(answers))
        if schools
    )


def _school_names(schools: Schools, names: Mapping[str, str], language: str) -> str:
    if not schools:
        return text("notice_parts.NO_SCHOOL", language)
    sign = text("notice_parts.SIGN", language)
    return sign.join(names.get(school, school) for school in schools)


def _ids(joined: str) -> Schools:
    return tuple(sorted(part for part in joined.split(";") if part))
