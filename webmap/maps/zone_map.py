"""The zone map of a plan: folium draws the layers, our own page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import folium
import shapely
from branca.element import MacroElement
from folium.template import Template

from webmap import assets
from webmap.maps.areas import Areas, draw_areas
from webmap.maps.background import Drawn, Stroke, draw_lines
from webmap.maps.classes import (
    CLASS_FILLS,
    EMPTY,
    EMPTY_FILL,
    FILLS,
    UNREACHABLE,
    UNREACHABLE_FILL,
)
from webmap.maps.content import page_data
from webmap.maps.facts import SchoolFacts, Texts, ZoneFacts, school_facts, zone_facts
from webmap.maps.local_map import LocalMap, MapParts
from webmap.maps.simplify import collection, to_page
from zoning.plan.colours import OPACITY, PALETTE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from webmap.services.plans import PlanData
    from webmap.services.surroundings import Surroundings

EDGE = {"color": "#5b3a6b", "weight": 2.2, "opacity": 0.9}
EDGE_HALO = {"color": "#5b3a6b", "weight": 7.0, "opacity": 0.16}
SCHOOL_SIGN = "文"


class ZoneLeafletMap(LocalMap):
    """Leaflet alone: jQuery serves folium's popups, and ours are made by the page."""

    default_js: ClassVar = [("leaflet", assets.LEAFLET_JS)]


class _Handles(MacroElement):  # type: ignore[misc]  # folium's types are not followed
    """Tells the page's own script the names of folium's objects."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            window.zoningLayers = {
                map: {{ this._parent.get_name() }},
                {%- for role, layer in this.layers.items() %}
                {{ role|tojson }}: {{ layer.get_name() }},
                {%- endfor %}
            };
        {% endmacro %}
        """
    )

    def __init__(self, layers: dict[str, Any]) -> None:
        super().__init__()
        self._name = "Handles"
        self.layers = layers


@dataclass(frozen=True)
class LegendClass:
    """One travel time class of the legend."""

    fill: str
    label: str


@dataclass(frozen=True)
class LegendLine:
    """One class of lines of the legend."""

    strokes: tuple[Stroke, ...]
    label: str


@dataclass(frozen=True)
class ZoneMap:
    """Everything that the page template shows.

    Parameters
    ----------
    plan
        The plan.
    parts
        What folium rendered.
    data
        What the page's own scripts read: names, popups, places of labels.
    zones, schools
        Facts for the table.
    lines
        Classes of lines that are on the map, for the legend.
    classes
        Travel time classes of the legend.
    changed
        Whether a layer shows where the school differs from today's.
    attribution
        Whose roads these are.
    """

    plan: PlanData
    parts: MapParts
    data: dict[str, Any]
    zones: tuple[ZoneFacts, ...]
    schools: tuple[SchoolFacts, ...]
    lines: tuple[LegendLine, ...]
    classes: tuple[LegendClass, ...]
    changed: bool
    attribution: str


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
        lines=tuple(
            LegendLine(line.kind.strokes, texts(f"webmap.LINE_{line.kind.name}"))
            for line in reversed(lines)
        ),
        classes=_legend(areas, texts),
        changed=areas.changed is not None,
        attribution=texts(
            "webmap.ATTRIBUTION_OSM" if around.osm else "webmap.ATTRIBUTION_OWN", name=owner
        ),
    )


def _draw(
    plan: PlanData, areas: Areas, lines: Sequence[Drawn], *, points: Any, texts: Texts
) -> ZoneLeafletMap:
    west, south, east, north = shapely.total_bounds(areas.zones)
    canvas = ZoneLeafletMap(
        location=[float(south + north) / 2, float(west + east) / 2],
        zoom_start=12,
        zoom_control=False,
        zoom_snap=0.1,
        zoom_delta=0.5,
        max_zoom=18,
        attribution_control=False,
        fade_animation=False,
    )
    # All on one canvas: a browser that prints canvases as drawings lets each erase those below.
    layers = {"zones": _zones(plan, areas, texts), "times": _times(areas, texts)}
    if areas.changed is not None:
        layers["changed"] = _changed(areas.changed, texts)
    layers["lines"] = _lines(lines, texts)
    layers["edges"] = _edges(areas.edges)
    layers["schools"] = _schools(points, texts)
    for layer in layers.values():
        canvas.add_child(layer)
    control = folium.LayerControl(collapsed=False, position="topright")
    canvas.add_child(control)
    canvas.add_child(_Handles({**layers, "control": control}))
    return canvas


def _zones(plan: PlanData, areas: Areas, texts: Texts) -> folium.GeoJson:
    fills = [PALETTE[colour] for colour in plan.zones["colour"]]

    def style(feature: dict[str, Any]) -> dict[str, Any]:
        return {"fillColor": fills[feature["id"]], "fillOpacity": OPACITY, "stroke": False}

    return _layer(areas.zones, texts("webmap.LAYER_ZONES"), style)


def _times(areas: Areas, texts: Texts) -> folium.GeoJson:
    def style(feature: dict[str, Any]) -> dict[str, Any]:
        return {
            "fillColor": FILLS[areas.classes[feature["id"]]],
            "fillOpacity": 0.88,
            "color": "#ffffff",
            "weight": 0.6,
            "opacity": 0.8,
        }

    return _layer(areas.times, texts("webmap.LAYER_TIMES"), style, show=False)


def _changed(shape: Any, texts: Texts) -> folium.GeoJson:
    style = {"color": "#3a3a3a", "weight": 1.2, "fillColor": "#3a3a3a", "fillOpacity": 0.55}
    return _shape(shape, style, texts("webmap.LAYER_CHANGED"), show=False)


def _lines(lines: Sequence[Drawn], texts: Texts) -> folium.FeatureGroup:
    group = folium.FeatureGroup(name=texts("webmap.LAYER_LINES"), control=bool(lines))
    for line in lines:
        for stroke in line.kind.strokes:
            style = {"color": stroke.color, "weight": stroke.weight, "opacity": 1}
            dash = {"dashArray": stroke.dash, "lineCap": "butt"} if stroke.dash else {}
            group.add_child(_shape(line.geometry, {**style, **dash}))
    return group


def _edges(edges: Any) -> folium.FeatureGroup:
    group = folium.FeatureGroup(control=False)
    for style in (EDGE_HALO, EDGE):
        group.add_child(_shape(edges, style))
    return group


def _schools(points: Any, texts: Texts) -> folium.GeoJson:
    sign = folium.DivIcon(html=SCHOOL_SIGN, class_name="school-sign", icon_size=(22, 22))
    return folium.GeoJson(
        collection(points), name=texts("webmap.LAYER_SCHOOLS"), marker=folium.Marker(icon=sign)
    )


def _layer(
    shapes: Any,
    name: str,
    style: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    show: bool = True,
) -> folium.GeoJson:
    data = collection(shapes)
    data["features"] = [one for one in data["features"] if one["geometry"]["coordinates"]]
    return folium.GeoJson(data, name=name, style_function=style, show=show, smooth_factor=0.5)


def _shape(
    geometry: Any, style: dict[str, Any], name: str | None = None, *, show: bool = True
) -> folium.GeoJson:
    return folium.GeoJson(
        collection([geometry]),
        name=name,
        control=name is not None,
        show=show,
        style_function=lambda _: style,
        interactive=False,
        smooth_factor=0.5,
    )


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
