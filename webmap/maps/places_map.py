"""A map of what was said about which place: a circle a compound, road or community."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely

from webmap.maps.background import draw_lines
from webmap.maps.facts import Texts
from webmap.maps.layers import canvas_of, line_group, school_signs
from webmap.maps.parts import attribution
from webmap.maps.simplify import to_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webmap.maps.parts import MapParts
    from webmap.services.study_ground import StudyGround


@dataclass(frozen=True)
class PlaceCount:
    """How often a place was named.

    Parameters
    ----------
    name
        The compound, road or community.
    raw, distinct, participants
        Opinions, groups of them that say the same, devices or senders.
    at
        Latitude and longitude in degrees; None where the bureau's list does not have it.
    """

    name: str
    raw: int
    distinct: int
    participants: int
    at: tuple[float, float] | None


@dataclass(frozen=True)
class PlacesMap:
    """What the page shows: what folium rendered, what its script reads, whose roads these are."""

    parts: MapParts
    data: dict[str, Any]
    attribution: str


def build_places_map(
    ground: StudyGround, places: Sequence[PlaceCount], owner: str, *, language: str
) -> PlacesMap:
    """Build the map.

    Parameters
    ----------
    ground
        What lies on it.
    places
        What was named.
    owner
        Name of the study.
    language
        Language of every text on it.
    """
    texts = Texts(language)
    crs = ground.schools.crs
    lines, _ = draw_lines(ground.around, crs=crs, extent=ground.extent)
    extent = to_page(gpd.GeoSeries([shapely.box(*ground.extent)], crs=crs))
    west, south, east, north = (float(value) for value in shapely.total_bounds(extent))
    layers = {
        "lines": line_group(lines, texts),
        "schools": school_signs(to_page(ground.schools.geometry), texts),
    }
    canvas = canvas_of(layers, bounds=shapely.total_bounds(extent))
    return PlacesMap(
        parts=canvas.parts(),
        data={
            "bounds": [[south, west], [north, east]],
            "places": [
                [place.name, *place.at, place.participants, _told(place, texts)]
                for place in places
                if place.at is not None
            ],
            "texts": {name: texts(f"pick.{name}") for name in ("IN", "OUT")},
        },
        attribution=attribution(ground.around, owner, texts=texts),
    )


def _told(place: PlaceCount, texts: Texts) -> str:
    return texts(
        "bureau.TOTALS",
        raw=place.raw,
        distinct=place.distinct,
        participants=place.participants,
    )
