"""A folium map without anything from outside."""

from __future__ import annotations

import folium
import pytest
from folium.plugins import Fullscreen

from webmap import assets
from webmap.errors import OutsideUrlError
from webmap.maps.local_map import LocalMap


def marked_map() -> LocalMap:
    canvas = LocalMap(location=[44.0, 87.3])
    folium.Marker([44.0, 87.3], icon=folium.DivIcon(html="文")).add_to(canvas)
    return canvas


def test_assets_are_local() -> None:
    parts = marked_map().parts()
    assert parts.scripts == (assets.LEAFLET_JS, assets.JQUERY_JS)
    assert parts.styles == (assets.LEAFLET_CSS,)
    assert "//" not in parts.html + parts.script


def test_map_has_a_canvas_and_no_tiles() -> None:
    script = marked_map().parts().script
    assert '"preferCanvas": true' in script
    assert "tileLayer" not in script


def test_the_same_map_gives_the_same_text() -> None:
    assert marked_map().parts() == marked_map().parts()


def test_other_maps_of_the_process_keep_their_own_assets() -> None:
    before = list(folium.Map.default_js)
    marked_map().parts()
    assert folium.Map.default_js == before
    assert LocalMap.default_js != before


def test_a_plugin_with_links_of_its_own_is_refused() -> None:
    canvas = marked_map()
    Fullscreen().add_to(canvas)
    with pytest.raises(OutsideUrlError) as caught:
        canvas.parts()
    assert "http" in str(caught.value.params["urls"])
