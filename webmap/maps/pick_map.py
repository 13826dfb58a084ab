"""A map on which a reader picks a place: loaded whole, so that no request tells where they look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely

from webmap.maps.background import draw_lines
from webmap.maps.content import PLACE_LIMIT
from webmap.maps.facts import Texts
from webmap.maps.layers import canvas_of, line_group, school_signs
from webmap.maps.parts import attribution
from webmap.maps.simplify import to_page

if TYPE_CHECKING:
    from webmap.maps.parts import MapParts
    from webmap.services.study_ground import StudyGround


@dataclass(frozen=True)
class PickMap:
    """What the page shows.

    Parameters
    ----------
    parts
        What folium rendered.
    data
        What the page's own scripts read.
    attribution
        Whose roads these are.
    """

    parts: MapParts
    data: dict[str, Any]
    attribution: str


def build_pick_map(ground: StudyGround, owner: str, *, language: str) -> PickMap:
    """Build the map.

    Parameters
    ----------
    ground
        What lies on it.
    owner
        Name of the study.
    language
        Language of every text on it.
    """
    texts = Texts(language)
    crs = ground.schools.crs
    lines, names = draw_lines(ground.around, crs=crs, extent=ground.extent)
    points = to_page(ground.schools.geometry)
    extent = to_page(gpd.GeoSeries([shapely.box(*ground.extent)], crs=crs))
    west, south, east, north = (float(value) for value in shapely.total_bounds(extent))
    layers = {"lines": line_group(lines, texts), "schools": school_signs(points, texts)}
    canvas = canvas_of(layers, bounds=shapely.total_bounds(extent))
    return PickMap(
        parts=canvas.parts(),
        data={
            "bounds": [[south, west], [north, east]],
            "names": [
                [one.text, one.kind, one.lat, one.lng, one.angle, one.length_m] for one in names
            ],
            "schools": [
                [str(name), point.y, point.x]
                for name, point in zip(ground.schools["name"], points, strict=True)
            ],
            "places": _places(ground),
            "texts": {name: texts(f"pick.{name}") for name in ("IN", "OUT")},
        },
        attribution=attribution(ground.around, owner, texts=texts),
    )


def _places(ground: StudyGround) -> list[list[Any]]:
    """Return the names of compounds and villages with a place for each."""
    places = ground.around.places
    if places is None or places.empty:
        return []
    named = places[places["name"].fillna("") != ""].drop_duplicates(["name", "division"])
    if len(named) > PLACE_LIMIT:
        return []
    points = to_page(named.geometry)
    return [
        [str(name), point.y, point.x] for name, point in zip(named["name"], points, strict=True)
    ]
