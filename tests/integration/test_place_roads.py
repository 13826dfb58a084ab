"""Roads downloaded by the name of a place: signals and gates are kept, also in the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import networkx as nx
import osmnx as ox
import pytest
import shapely

from zoning.intake.roads import download_place, read_basemap
from zoning.settings import Mode
from zoning.study import open_study
from zoning.study.create import create_study
from zoning.study.downloads import download_roads

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.study.folder import Study

pytestmark = pytest.mark.integration

LON, LAT = 87.30, 44.01
# in the middle of one street: OSMnx leaves them out of the graph that it simplifies
TAGS = {1: {"highway": "traffic_signals"}, 2: {"barrier": "gate", "access": "no"}}


@pytest.fixture(autouse=True)
def _openstreetmap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A street of four nodes without junctions, and a railway beside it."""

    def graph(*_args: object, **_options: object) -> nx.MultiDiGraph:
        found = nx.MultiDiGraph(crs="epsg:4326", simplified=False)
        wanted = set(ox.settings.useful_tags_node)
        for node in range(4):
            tags = {key: value for key, value in TAGS.get(node, {}).items() if key in wanted}
            found.add_node(node, x=LON + node / 100, y=LAT, **tags)
        for start, end in ((0, 1), (1, 2), (2, 3)):
            for pair in ((start, end), (end, start)):
                found.add_edge(*pair, osmid=5, highway="residential", length=800.0)
        return found

    def features(*_args: object, **_options: object) -> gpd.GeoDataFrame:
        line = shapely.LineString([(LON, LAT + 0.01), (LON + 0.01, LAT + 0.01)])
        return gpd.GeoDataFrame({"railway": ["rail"]}, geometry=[line], crs="EPSG:4326")

    monkeypatch.setattr(ox, "graph_from_place", graph)
    monkeypatch.setattr(ox, "features_from_place", features)


def test_signals_and_closed_gates_of_a_place_are_kept() -> None:
    before = ox.settings.useful_tags_node
    basemap = download_place("昌吉市", mode=Mode.WALK)
    assert len(basemap.ways) == 1
    assert basemap.points[["kind", "foot", "motor"]].values.tolist() == [
        ["signals", "", ""], ["closed", "no", "no"],
    ]  # fmt: skip
    vertices = shapely.get_coordinates(basemap.ways.geometry.array).tolist()
    assert all(list(point.coords[0]) in vertices for point in basemap.points.geometry)
    assert ox.settings.useful_tags_node == before


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """A study whose roads, railways and road points are those that it downloads."""
    create_study(tmp_path, name="x", years=(2027,))
    settings = tmp_path / "study.toml"
    text = settings.read_text(encoding="utf-8").replace("basemap.gpkg", "../downloads/roads.gpkg")
    for name in ("road_points", "railways"):
        text = text.replace(f"# {name} =", f"{name} =")
    settings.write_text(text, encoding="utf-8")
    return open_study(tmp_path)


def test_a_study_reads_what_it_downloaded(study: Study) -> None:
    download_roads(study, "昌吉市")
    basemap = read_basemap(study.inputs, study.settings)
    assert basemap.points["kind"].tolist() == ["signals", "closed"]
    assert len(basemap.lines) == 1
    assert not basemap.findings
