"""The map of two states of the zones, one over the other, divided by a line that a reader moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely

from webmap.maps.background import draw_lines
from webmap.maps.facts import Texts
from webmap.maps.layers import (
    areas_layer,
    canvas_of,
    line_group,
    school_signs,
)
from webmap.maps.parts import EDGE, LegendLine, attribution, legend_lines
from webmap.maps.pictures import EDGE_WIDTH, Picture, captioned, picture_of
from webmap.maps.simplify import to_page
from webmap.maps.still_map import Paint, Sign
from zoning.plan.colours import FILLS, NO_SCHOOL, OPACITY, PALETTE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import folium
    import numpy as np
    from numpy.typing import NDArray

    from webmap.maps.parts import MapParts
    from webmap.maps.pictures import Ground
    from webmap.services.comparing import Change, Side
    from webmap.services.surroundings import Surroundings

# below Leaflet's own pane of shapes, so that roads and changes lie above both states
PANES = {"before": 310, "after": 320}
TOLERANCE_M = 3.0
CHANGED_STYLE = {"color": "#222222", "weight": 1.6, "fillColor": "#3a3a3a", "fillOpacity": 0.5}
_SCRIPT_TEXTS = ("LAYERS", "WHOLE_MAP", "ZOOM_IN", "ZOOM_OUT", "NORTH", "NORTH_SIGN", "CLOSE")


@dataclass(frozen=True)
class SwipeMap:
    """Everything that the page template shows of the map.

    Parameters
    ----------
    parts
        What folium rendered.
    data
        What the page's own script reads.
    lines
        The legend.
    attribution
        Whose roads these are.
    stills
        The two states as drawings.
    """

    parts: MapParts
    data: dict[str, Any]
    lines: tuple[LegendLine, ...]
    attribution: str
    stills: tuple[Picture, Picture]


def build_swipe_map(
    change: Change,
    around: Surroundings,
    ground: Ground,
    *,
    owner: str,
    said: Sequence[str],
    language: str,
) -> SwipeMap:
    """Build the map of a change.

    Parameters
    ----------
    change
        What changes.
    around
        Roads and lines, where the study has them.
    ground
        The same in the CRS of the zones.
    owner
        Name of the study.
    said
        Old and new schools of each row of `change.ground` in words.
    language
        Language of every text on it.
    """
    texts = Texts(language)
    crs = change.after.zones.crs
    colours = _colours(change)
    lines, _ = draw_lines(around, crs=crs, extent=change.after.zones.total_bounds)
    points = to_page(change.after.points.geometry)
    moved = to_page(_light(change.ground))
    bounds = shapely.total_bounds(to_page(change.after.zones.geometry))
    layers: dict[str, Any] = {
        name: _state(side, colours, name, texts)
        for name, side in (("before", change.before), ("after", change.after))
    }
    layers["lines"] = line_group(lines, texts)
    layers["changed"] = areas_layer(moved, texts("maps.LAYER_CHANGED"), lambda _: CHANGED_STYLE)
    layers["schools"] = school_signs(points, texts)
    focus = shapely.total_bounds(moved) if len(moved) else bounds
    return SwipeMap(
        parts=canvas_of(layers, bounds=bounds, panes=PANES).parts(),
        data={
            "texts": {
                **{key: texts(f"webmap.{key}") for key in _SCRIPT_TEXTS},
                "CHANGED": texts("maps.CHANGED"),
            },
            "bounds": _corners(bounds),
            "focus": _corners(focus),
            "changes": list(said),
            "schools": [str(name) for name in change.after.points["name"]],
        },
        lines=legend_lines(lines, texts),
        attribution=attribution(around, owner, texts=texts),
        stills=(
            _still(change, change.before, ground, colours, name="before", texts=texts),
            _still(change, change.after, ground, colours, name="after", texts=texts),
        ),
    )


def _colours(change: Change) -> Mapping[str, str]:
    """Give each set of schools one colour in both states."""
    found: dict[str, str] = {"": PALETTE[NO_SCHOOL]}
    for side in (change.after, change.before):
        own = side.plan.zones["colour"].to_list() if side.plan is not None else None
        for at, schools in enumerate(side.zones["schools"]):
            colour = int(own[at]) if own is not None else len(found) % len(FILLS)
            found.setdefault(schools, PALETTE[colour])
    return found


def _light(frame: gpd.GeoDataFrame) -> gpd.GeoSeries:
    shapes = shapely.simplify(frame.geometry.to_numpy(), TOLERANCE_M)
    return gpd.GeoSeries(shapes, crs=frame.crs)


def _state(side: Side, colours: Mapping[str, str], name: str, texts: Texts) -> folium.GeoJson:
    fills = [colours[schools] for schools in side.zones["schools"]]

    def style(number: int) -> dict[str, Any]:
        return {
            "fillColor": fills[number],
            "fillOpacity": OPACITY,
            "color": EDGE["color"],
            "weight": EDGE["weight"],
        }

    shapes, said = to_page(_light(side.zones)), texts(f"maps.SIDE_{name}")
    return areas_layer(shapes, said, style, control=False, interactive=False, pane=name)


def _still(
    change: Change,
    side: Side,
    ground: Ground,
    colours: Mapping[str, str],
    *,
    name: str,
    texts: Texts,
) -> Picture:
    shapes: NDArray[Any] = side.zones.geometry.to_numpy()
    paints = [
        Paint(shape, fill=colours[schools], opacity=OPACITY)
        for shape, schools in zip(shapes, side.zones["schools"], strict=True)
    ]
    paints += ground.paints
    edges = shapely.union_all(shapely.boundary(shapes))
    paints.append(Paint(edges, stroke=str(EDGE["color"]), width=EDGE_WIDTH))
    paints += [
        Paint(shape, stroke="#222222", width=2.5, hatch=True) for shape in change.ground.geometry
    ]
    signs = [
        Sign(point, str(word))
        for point, word in zip(side.points.geometry, side.points["name"], strict=True)
    ]
    caption = captioned(texts(f"maps.STILL_{name}"), texts)
    return picture_of(paints, signs, change.after.zones.total_bounds, caption=caption, name=name)


def _corners(bounds: NDArray[np.float64]) -> list[list[float]]:
    """South-west and north-east, as Leaflet has them."""
    west, south, east, north = (float(value) for value in bounds)
    return [[south, west], [north, east]]
