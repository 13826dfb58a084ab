"""What maps have in common: layers of folium with our own styles."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

import folium
from branca.element import MacroElement
from folium.map import CustomPane
from folium.template import Template

from webmap import assets
from webmap.maps.local_map import LocalMap
from webmap.maps.packed import packed
from webmap.maps.parts import EDGE, EDGE_HALO, SCHOOL_SIGN
from webmap.maps.simplify import collection

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from webmap.maps.background import Drawn, Stroke
    from webmap.maps.facts import Texts


class ZoneLeafletMap(LocalMap):
    """Leaflet without jQuery, which serves folium's popups; ours are made by the page."""

    default_js: ClassVar = [("leaflet", assets.LEAFLET_JS), ("shapes", assets.SHAPES_JS)]


class Shapes(MacroElement):  # type: ignore[misc]  # folium's types are not followed
    """Gives a layer its shapes: short in the page, and made when they are shown.

    Parameters
    ----------
    shapes
        Areas or lines, or an element that has the same ones.
    styles
        The style of each.
    """

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            {%- if this.packed %}
            const {{ this.get_name() }} = () => JSON.parse("{{ this.packed }}");
            {%- endif %}
            window.zoningShapes.put(
                {{ this._parent.get_name() }}, {{ this.styles|tojson }}, {{ this.of|tojson }}, {{ this.read.get_name() }}
            );
        {% endmacro %}
        """  # noqa: E501
    )

    def __init__(self, shapes: Sequence[Any] | Shapes, styles: Sequence[Mapping[str, Any]]) -> None:
        super().__init__()
        self._name = "Shapes"
        kinds = list({json.dumps(style): style for style in styles}.values())
        self.styles, self.of = kinds, [kinds.index(style) for style in styles]
        self.read = shapes if isinstance(shapes, Shapes) else self
        # digits, signs, commas and brackets: it needs no marks in a script
        self.packed = "" if isinstance(shapes, Shapes) else packed(shapes)


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
        add_strokes(group, line.geometry, [_stroke(one) for one in line.kind.strokes])
    return group


def _stroke(stroke: Stroke) -> dict[str, Any]:
    style = {"color": stroke.color, "weight": stroke.weight, "opacity": 1}
    return {**style, "dashArray": stroke.dash, "lineCap": "butt"} if stroke.dash else style


def edge_group(edges: Any) -> folium.FeatureGroup:
    """Return the borders of zones."""
    group = folium.FeatureGroup(control=False)
    add_strokes(group, edges, (EDGE_HALO, EDGE))
    return group


def add_strokes(group: folium.FeatureGroup, line: Any, styles: Sequence[Mapping[str, Any]]) -> None:
    """Add a line to a group in several styles, the lowest first; it stands in the page once."""
    shapes: Sequence[Any] | Shapes = [line]
    for style in styles:
        layer = _layer(None, interactive=False)
        drawn = Shapes(shapes, [style])
        layer.add_child(drawn)
        group.add_child(layer)
        shapes = drawn.read


def areas_layer(
    shapes: Any,
    name: str,
    style: Callable[[int], dict[str, Any]],
    **options: Any,
) -> folium.GeoJson:
    """Return shapes that a reader may point at, each with the style of its number."""
    layer = _layer(name, **options)
    layer.add_child(Shapes(shapes, [style(number) for number in range(len(shapes))]))
    return layer


def still_layer(
    geometry: Any, style: dict[str, Any], name: str | None = None, *, show: bool = True
) -> folium.GeoJson:
    """Return one shape that lies on the map and says nothing."""
    layer = _layer(name, show=show, interactive=False)
    layer.add_child(Shapes([geometry], [style]))
    return layer


def _layer(name: str | None, **options: Any) -> folium.GeoJson:
    """Return a layer that `Shapes` fill."""
    listed = {"control": name is not None, **options}
    return folium.GeoJson(collection([]), name=name, smooth_factor=0.5, **listed)


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
