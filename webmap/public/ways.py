"""The drawn ways of an answer: pictures and the same in words, for its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webmap.maps.parts import attribution
from webmap.maps.route_map import RouteGround
from webmap.services.surroundings import load_surroundings
from zoning.lookup.answers import served_of

if TYPE_CHECKING:
    from pathlib import Path

    from webmap.maps.facts import Texts
    from webmap.maps.route_map import RoutePicture
    from webmap.public.wording import Wording
    from webmap.services.lookup import Lookup
    from webmap.services.shelf import Kept
    from webmap.services.surroundings import Surroundings
    from zoning.lookup.answers import Answer
    from zoning.lookup.route import Crossed, Route, Street


@dataclass(frozen=True)
class WayShown:
    """One way as its page shows it.

    Parameters
    ----------
    title, head
        What it is, and how far.
    label
        What the picture is, for who does not see it.
    picture
        The picture.
    bar
        What the scale bar says.
    crossings, streets
        In the order in which they are met.
    attribution
        Whose roads these are.
    """

    title: str
    head: str
    label: str
    picture: RoutePicture
    bar: str
    crossings: tuple[str, ...]
    streets: tuple[str, ...]
    attribution: str


def ways_shown(
    answer: Answer,
    *,
    wording: Wording,
    found: Lookup,
    grounds: Kept[tuple[RouteGround, Surroundings]],
) -> tuple[WayShown, ...]:
    """Draw the ways of an answer and put them into words.

    Parameters
    ----------
    answer
        An answer that was asked for with its ways.
    wording
        Puts it into words.
    found
        Knows the data that answered.
    grounds
        What lies around, kept from one answer to the next.
    """
    served, version = served_of(answer), answer.about.version
    routes = () if served is None else tuple(way for way in served.routes if way is not None)
    if served is None or not routes:
        return ()
    version_id = version.version_id if version else ""
    ground, around = ground_of(answer.about.stage, version_id, found=found, grounds=grounds)
    owner = attribution(around, found.study.name, texts=wording.texts)
    return tuple(
        _shown(way, ground.draw(way), mode=served.mode, owner=owner, texts=wording.texts)
        for way in routes
    )


def ground_of(
    stage: str,
    version_id: str = "",
    *,
    found: Lookup,
    grounds: Kept[tuple[RouteGround, Surroundings]],
) -> tuple[RouteGround, Surroundings]:
    """Return what lies around the ways of a stage, read and drawn now if it is not kept.

    Parameters
    ----------
    stage
        Whose data of today.
    version_id
        The version; empty for the one of today.
    found
        Knows the data that answer.
    grounds
        What lies around, kept from one answer to the next.

    Raises
    ------
    ZoningError
        The data cannot be opened.
    """
    key, root = found.ground(stage, version_id)
    return grounds.get(key, lambda: _ground(root))


def _ground(root: Path) -> tuple[RouteGround, Surroundings]:
    around = load_surroundings(root)
    return RouteGround.of(around), around


def _shown(way: Route, picture: RoutePicture, *, mode: str, owner: str, texts: Texts) -> WayShown:
    school = way.school.name
    minutes = max(1, round(way.minutes))
    return WayShown(
        title=texts(f"way.TITLE_{mode}", school=school),
        head=texts("way.HEAD", metres=way.metres, minutes=minutes, place=way.start),
        label=texts("way.PICTURE", school=school),
        picture=picture,
        bar=texts("way.SCALE", metres=picture.bar_m),
        crossings=tuple(_crossed(item, texts) for item in way.crossings),
        streets=tuple(_street(item, texts) for item in way.streets),
        attribution=owner,
    )


def _crossed(item: Crossed, texts: Texts) -> str:
    kind = texts(f"way.CROSSED_{item.kind}")
    what = f"{kind} {item.name}".rstrip()
    return texts("way.TURN", what=what) if item.turn else what


def _street(item: Street, texts: Texts) -> str:
    key = "way.STREET" if item.name else "way.STREET_UNNAMED"
    return texts(key, name=item.name, metres=item.metres)
