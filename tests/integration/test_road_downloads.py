"""Roads downloaded by the name of a place: no internet, no such place, a basemap."""

from __future__ import annotations

import geopandas as gpd
import networkx as nx
import osmnx as ox
import pytest
import requests
import shapely
from bureau import LAT, LON

from zoning.errors import InputError, ZoningError
from zoning.intake.roads import download_place
from zoning.messages import explain
from zoning.settings import Mode

pytestmark = pytest.mark.integration


def test_no_internet_is_said(monkeypatch):
    def unreachable(*_args: object, **_options: object) -> None:
        raise requests.exceptions.ConnectionError("Name or service not known")

    monkeypatch.setattr(ox, "graph_from_place", unreachable)
    before = ox.settings.use_cache
    with pytest.raises(ZoningError) as caught:
        download_place("昌吉市", mode=Mode.WALK)
    assert caught.value.key == "roads.NO_INTERNET"
    assert "昌吉市" in explain(caught.value, "zh-CN")
    assert ox.settings.use_cache == before


def test_an_unknown_place_is_said(monkeypatch):
    def unknown(*_args: object, **_options: object) -> None:
        raise ox._errors.InsufficientResponseError("Nominatim geocoder returned 0 results")

    monkeypatch.setattr(ox, "graph_from_place", unknown)
    with pytest.raises(InputError) as caught:
        download_place("乌有市", mode=Mode.DRIVE)
    assert caught.value.key == "roads.NO_PLACE"


def test_a_download_becomes_a_basemap(monkeypatch):
    def graph(*_args: object, **_options: object) -> nx.MultiDiGraph:
        found = nx.MultiDiGraph(crs="epsg:4326", simplified=False)
        for node in range(3):
            found.add_node(node, x=LON + node / 100, y=LAT)
        for start, end in ((0, 1), (1, 0), (1, 2), (2, 1)):
            found.add_edge(start, end, osmid=5, highway="residential", length=800.0,
                           **{"name:zh": "红旗路"})  # fmt: skip
        return found

    def features(*_args: object, **_options: object) -> gpd.GeoDataFrame:
        shapes = [shapely.LineString([(LON, LAT + 0.01), (LON + 0.01, LAT + 0.01)]),
                  shapely.Point(LON, LAT)]  # fmt: skip
        return gpd.GeoDataFrame({"railway": ["rail", "rail"], "name": ["兰新线", None]},
                                geometry=shapes, crs="EPSG:4326")  # fmt: skip

    monkeypatch.setattr(ox, "graph_from_place", graph)
    monkeypatch.setattr(ox, "features_from_place", features)
    basemap = download_place("昌吉市", mode=Mode.WALK)
    assert basemap.ways[["name", "oneway"]].values.tolist() == [["红旗路", 0]]
    assert len(basemap.ways.geometry.item().coords) == 3
    assert basemap.lines[["kind", "name"]].values.tolist() == [["railway", "兰新线"]]
