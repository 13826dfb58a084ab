"""The zone map of a plan: folium draws the layers, our own page shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from webmap.maps.areas import Areas, draw_areas
from webmap.maps.background import Drawn, draw_lines
from webmap.maps.classes import (
    CLASS_FILLS,
    EMPTY,
    EMPTY_FILL,
    FILLS,
    UNREACHABLE,
    UNREACHABLE_FILL,
)
from webmap.maps.content import page_data
from webmap.maps.facts import Texts, school_facts, zone_facts
from webmap.maps.layers import (
    ZoneLeafletMap,
    areas_layer,
    canvas_of,
    edge_group,
    line_group,
    school_signs,
    still_layer,
)
from webmap.maps.parts import LegendClass, ZoneMap, attribution, legend_lines
from webmap.maps.simplify import to_page
from zoning.plan.colours import OPACITY, PALETTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import folium

    from webmap.services.plans import PlanData
    from webmap.services.surroundings import Surroundings


def build_zone_map(plan: PlanData, around: Surroundings, *, language: str) -> ZoneMap:
    """Build the map of a plan.

    Parameters
    ----------
    plan
        The plan.
    around
        Roads, lines and names of places, where the study has them.
    language
        Language of every text on it.
    """
    texts = Texts(language)
    areas = draw_areas(plan)
    lines, names = draw_lines(around, crs=plan.blocks.crs, extent=plan.blocks.total_bounds)
    zones, schools = zone_facts(plan), school_facts(plan)
    points = to_page(plan.schools.geometry)
    canvas = _draw(plan, areas, lines, points=points, texts=texts)
    owner = plan.summary.about.get("study", "")
    return ZoneMap(
        plan=plan,
        parts=canvas.parts(),
        data=page_data(
            plan,
            areas,
            names,
            zones=zones,
            schools=schools,
            points=points,
            places=around.places,
            texts=texts,
        ),
        zones=zones,
        schools=schools,
        lines=legend_lines(lines, texts),
        classes=_legend(areas, texts),
        changed=areas.changed is not None,
        attribution=attribution(around, owner, texts=texts),
    )


def _draw(
    plan: PlanData, areas: Areas, lines: Sequence[Drawn], *, points: Any, texts: Texts
) -> ZoneLeafletMap:
    # All on one canvas: a browser that prints canvases as drawings lets each erase those below.
    layers = {"zones": _zones(plan, areas, texts), "times": _times(areas, texts)}
    if areas.changed is not None:
        layers["changed"] = _changed(areas.changed, texts)
    layers["lines"] = line_group(lines, texts)
    layers["edges"] = edge_group(areas.edges)
    layers["schools"] = school_signs(points, texts)
    return canvas_of(layers, bounds=shapely.total_bounds(areas.zones))


def _zones(plan: PlanData, areas: Areas, texts: Texts) -> folium.GeoJson:
    fills = [PALETTE[colour] for colour in plan.zones["colour"]]

    def style(number: int) -> dict[str, Any]:
        return {"fillColor": fills[number], "fillOpacity": OPACITY, "stroke": False}

    return areas_layer(areas.zones, texts("webmap.LAYER_ZONES"), style)


def _times(areas: Areas, texts: Texts) -> folium.GeoJson:
    def style(number: int) -> dict[str, Any]:
        return {
            "fillColor": FILLS[areas.classes[number]],
            "fillOpacity": 0.88,
            "color": "#ffffff",
            "weight": 0.6,
            "opacity": 0.8,
        }

    return areas_layer(areas.times, texts("webmap.LAYER_TIMES"), style, show=False)


def _changed(shape: Any, texts: Texts) -> folium.GeoJson:
    style = {"color": "#3a3a3a", "weight": 1.2, "fillColor": "#3a3a3a", "fillOpacity": 0.55}
    return still_layer(shape, style, texts("webmap.LAYER_CHANGED"), show=False)


def _legend(areas: Areas, texts: Texts) -> tuple[LegendClass, ...]:
    rows = []
    for fill, (low, high) in zip(CLASS_FILLS, areas.breaks.ranges(), strict=True):
        key = "webmap.CLASS_OPEN" if high is None else "webmap.CLASS_RANGE"
        rows.append(LegendClass(fill, texts(key, low=low, high=high)))
    if UNREACHABLE in areas.classes:
        rows.append(LegendClass(UNREACHABLE_FILL, texts("webmap.CLASS_UNREACHABLE")))
    if EMPTY in areas.classes:
        rows.append(LegendClass(EMPTY_FILL, texts("webmap.CLASS_EMPTY")))
    return tuple(rows)
