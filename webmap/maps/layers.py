"""What maps have in common: layers of folium with our own styles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import folium
from branca.element import MacroElement
from folium.map import CustomPane
from folium.template import Template

from webmap import assets
from webmap.maps.local_map import LocalMap
from webmap.maps.parts import EDGE, EDGE_HALO, SCHOOL_SIGN
from webmap.maps.simplify import collection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from webmap.maps.background import Drawn
    from webmap.maps.facts import Texts


class ZoneLeafletMap(LocalMap):
    """Leaflet alone: jQuery serves folium's popups, and ours are made by the page."""

    default_js: ClassVar = [("leaflet", assets.LEAFLET_JS)]


class Handles(MacroElement):  # type: ignore[misc]  # folium's types are not followed
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


def line_group(lines: Sequence[Drawn], texts: Texts) -> folium.FeatureGroup:
    """Return rivers, roads and railways."""
    group = folium.FeatureGroup(name=texts("webmap.LAYER_LINES"), control=bool(lines))
    for line in lines:
        for stroke in line.kind.strokes:
            style = {"color": stroke.color, "weight": stroke.weight, "opacity": 1}
            dash = {"dashArray": stroke.dash, "lineCap": "butt"} if stroke.dash else {}
            group.add_child(still_layer(line.geometry, {**style, **dash}))
    return group


def edge_group(edges: Any) -> folium.FeatureGroup:
    """Return the borders of zones."""
    group = folium.FeatureGroup(control=False)
    for style in (EDGE_HALO, EDGE):
        group.add_child(still_layer(edges, style))
    return group


def areas_layer(
    shapes: Any,
    name: str,
    style: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    show: bool = True,
) -> folium.GeoJson:
    """Return shapes that a reader may point at, each with its own style."""
    data = collection(shapes)
    data["features"] = [one for one in data["features"] if one["geometry"]["coordinates"]]
    return folium.GeoJson(data, name=name, style_function=style, show=show, smooth_factor=0.5)


def still_layer(
    geometry: Any, style: dict[str, Any], name: str | None = None, *, show: bool = True
) -> folium.GeoJson:
    """Return one shape that lies on the map and says nothing."""
    return folium.GeoJson(
        collection([geometry]),
        name=name,
        control=name is not None,
        show=show,
        style_function=lambda _: style,
        interactive=False,
        smooth_factor=0.5,
    )


def school_signs(points: Any, texts: Texts) -> folium.GeoJson:
    """Return the signs of schools."""
    sign = folium.DivIcon(html=SCHOOL_SIGN, class_name="school-sign", icon_size=(22, 22))
    return folium.GeoJson(
        collection(points), name=texts("webmap.LAYER_SCHOOLS"), marker=folium.Marker(icon=sign)
    )


def canvas_of(
    layers: Mapping[str, Any], *, bounds: NDArray[Any], panes: Mapping[str, int] | None = None
) -> ZoneLeafletMap:
    """Return a map of some layers, from the lowest to the topmost, with a list of them.

    Parameters
    ----------
    layers
        Layers by the names that the page's script knows them by.
    bounds
        West, south, east and north in degrees.
    panes
        Height (z-index) of panes that layers name besides those of every map.
    """
    west, south, east, north = bounds
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
    for pane, height in (panes or {}).items():
        canvas.add_child(CustomPane(pane, z_index=height))
    for one in layers.values():
        canvas.add_child(one)
    control = folium.LayerControl(collapsed=False, position="topright")
    canvas.add_child(control)
    canvas.add_child(Handles({**layers, "control": control}))
    return canvas
