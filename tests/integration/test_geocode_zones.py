"""A layer of zones beside a table that is looked up: chances and names of zones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import openpyxl
import pytest
import shapely
from asked_tables import Tables, codes

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

# about a kilometre apart, from west to east: two gardens of one name in the west, another beyond
PLACES = """
id,name,address,lng_wgs84,lat_wgs84
W1,阳光花园,文三路12号,120.100,30.28
W2,阳光花园,古墩路5号,120.110,30.28
W3,月亮湾,学院路20号,120.105,30.28
E1,河畔居,江边路1号,120.130,30.28
E2,星辰苑,江边路9号,120.140,30.28
E3,星辰苑,学院路90号,120.108,30.28
"""
# the eastern zone begins between 120.110 and 120.130
QUERIES = """
id,name,address,children
Q1,阳光花园,,40
Q2,星辰苑,,30
Q3,月亮湾,学院路20号,1
"""


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    return Tables(tmp_path, PLACES, QUERIES)


def zones(folder: Path, *, name: str = "zones.gpkg") -> Path:
    """Two zones, west and east of 120.12, of which the western one has two polygons."""
    boxes = [(120.09, 120.107), (120.107, 120.12), (120.12, 120.15)]
    shapes = [shapely.box(west, 30.2, east, 30.3) for west, east in boxes]
    layer = gpd.GeoDataFrame({"id": ["Z1", "Z1", "Z2"]}, geometry=shapes, crs="EPSG:4326")
    file = folder / name
    layer.to_crs("EPSG:4547").to_file(file)
    return file


def queued(file: Path) -> dict[str, dict[str, Any]]:
    head, *rows = openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True)
    return {row[0]: dict(zip(head, row, strict=True)) for row in rows}


def test_candidates_of_one_zone_matter_less_than_those_of_two(tables: Tables) -> None:
    """Either 阳光花园 lies in one zone; of 星辰苑 one lies in each, and it has fewer children."""
    tables.run("--lang", "en", "--queue", tables.queue)
    assert list(queued(tables.queue)) == ["Q1", "Q2"]
    assert "choice 1 zone" not in queued(tables.queue)["Q1"]
    assert "zone" not in tables.result["Q1"]
    layer = zones(tables.folder)
    tables.run("--lang", "en", "--queue", tables.queue, "--zones", layer)
    left = queued(tables.queue)
    assert list(left) == ["Q2", "Q1"]
    assert {left["Q1"][f"choice {at} zone"] for at in (1, 2)} == {"Z1"}
    assert {left["Q2"][f"choice {at} zone"] for at in (1, 2)} == {"Z1", "Z2"}
    assert left["Q1"]["chance of another zone"] < 0.1 < left["Q2"]["chance of another zone"]
    # a zone is told only where it is sure
    told = {name: row["zone"] for name, row in tables.result.items()}
    assert told == {"Q1": "", "Q2": "", "Q3": "Z1"}


def test_a_place_outside_all_zones_is_named_so(tables: Tables) -> None:
    layer = gpd.read_file(zones(tables.folder))
    layer[layer["id"] == "Z1"].to_file(tables.folder / "west.gpkg", layer="zones")
    tables.run("--lang", "en", "--queue", tables.queue, "--zones", tables.folder / "west.gpkg")
    left = queued(tables.queue)["Q2"]
    assert {left["choice 1 zone"], left["choice 2 zone"]} == {"Z1", "outside all zones"}


def test_zones_over_one_another_are_one_of_their_own(tables: Tables) -> None:
    layer = gpd.read_file(zones(tables.folder))
    layer.loc[layer["id"] == "Z2", "geometry"] = layer.union_all()
    layer.to_file(tables.folder / "shared.gpkg")
    tables.json("--zones", tables.folder / "shared.gpkg")
    assert tables.result["Q3"]["zone"] == "Z1;Z2"


def test_of_several_layers_the_one_called_zones_is_read(tables: Tables) -> None:
    layer = gpd.read_file(zones(tables.folder))
    file = tables.folder / "several.gpkg"
    for name in ("blocks", "schools"):
        layer.to_file(file, layer=name)
    assert codes(tables.json("--zones", file)) == [("ZONES_WHICH_LAYER", "several.gpkg", None)]
    layer.to_file(file, layer="zones")
    assert tables.json("--zones", file)["ok"]
    assert tables.result["Q3"]["zone"] == "Z1"


def test_faults_of_the_layer_stand_with_those_of_the_tables(tables: Tables) -> None:
    nothing = zones(tables.folder, name="none.shp")
    nothing.with_suffix(".prj").unlink()
    tables.queries.write_text("id,name\n,甲\n", encoding="utf-8")
    answer = tables.json("--zones", nothing)
    assert not answer["ok"]
    assert {code for code, _, _ in codes(answer)} >= {"ID_MISSING", "ZONES_CRS_UNDECLARED"}


def test_zones_of_another_place_are_told(tables: Tables) -> None:
    layer = gpd.read_file(zones(tables.folder)).to_crs(4326)
    layer.geometry = layer.translate(xoff=5.0)
    layer.to_file(tables.folder / "away.gpkg")
    answer = tables.json("--zones", tables.folder / "away.gpkg")
    assert codes(answer) == [("ZONES_ELSEWHERE", "away.gpkg", None)]
    assert {row["zone"] for row in tables.result.values()} == {""}


def test_a_file_that_is_no_layer_is_named(tables: Tables) -> None:
    answer = tables.json("--zones", tables.queries)
    assert not answer["ok"]
