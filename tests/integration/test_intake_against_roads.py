"""A whole study held against its roads, drawn and real."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely
from bureau import (
    ADDRESSES,
    LAT,
    LON,
    SCHOOLS,
    changed,
    codes,
    settings,
    take_in,
    write_csv,
    write_layer,
)

from zoning.crs import BD09, GCJ02, WGS84, System, from_lonlat, to_lonlat, working_crs
from zoning.errors import InputError
from zoning.findings import Severity
from zoning.intake import check_against_roads
from zoning.intake.basemap import load_basemap, make_basemap, save_basemap
from zoning.intake.model import PointSource
from zoning.intake.offset import find_offset
from zoning.intake.order import settle
from zoning.intake.roads import read_basemap

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.findings import Finding
    from zoning.intake.basemap import Basemap

pytestmark = pytest.mark.integration

CRS = working_crs(LON, LAT)
STREETS = {"延安路": 0.0, "健康路": 0.004, "红旗路": 0.011}


def basemap(*, east: float = 0.0) -> Basemap:
    """Streets running north beside the addresses of the bureau, and some that cross them."""
    west, south = LON - 0.02, LAT - 0.02
    lines = {
        name: shapely.LineString([(LON + at + east, south), (LON + at + east, LAT + 0.03)])
        for name, at in STREETS.items()
    }
    lines["横一路"] = shapely.LineString([(west + east, LAT), (LON + 0.03 + east, LAT)])
    lines["横二路"] = shapely.LineString(
        [(west + east, LAT + 0.013), (LON + 0.03 + east, LAT + 0.013)]
    )
    frame = gpd.GeoDataFrame({"name": list(lines)}, geometry=list(lines.values()), crs="EPSG:4490")
    return make_basemap(frame.to_crs(CRS))


def along_streets(system: System, count: int = 60) -> list[list[object]]:
    """Return addresses beside the streets, written in a system."""
    rng = np.random.default_rng(2)
    rows: list[list[object]] = [list(row) for row in ADDRESSES]
    for at in range(count):
        name = list(STREETS)[at % len(STREETS)]
        lon, lat = (
            LON + STREETS[name] + rng.choice([-1, 1]) * 0.0003,
            LAT + rng.uniform(-0.01, 0.02),
        )
        x, y = from_lonlat(lon, lat, target=system)
        rows.append([f"E{at}", f"{at}号院", "", "", name, "", "", 10, float(x[0]), float(y[0])])
    for row in rows[1 : len(ADDRESSES)]:
        x, y = from_lonlat(row[-2], row[-1], target=system)
        row[-2:] = [float(x[0]), float(y[0])]
    return rows


def heavy(findings: tuple[object, ...]) -> list[str]:
    return [item.code for item in findings if item.severity is not Severity.INFO]  # type: ignore[attr-defined]


def test_right_declarations_pass(tmp_path: Path) -> None:
    for system in (WGS84, GCJ02, BD09):
        chosen = settings(addresses={"file": "addresses.csv", "crs": system.name})
        intake = take_in(tmp_path / system.name, chosen, addresses=along_streets(system))
        assert codes(intake) == []
        assert intake.inputs is not None
        assert heavy(check_against_roads(intake.inputs, basemap=basemap())) == []


@pytest.mark.parametrize("real", [GCJ02, BD09])
def test_mislabelled_addresses_are_refused(tmp_path: Path, real: System) -> None:
    intake = take_in(tmp_path, addresses=along_streets(real))
    assert intake.inputs is not None
    findings = check_against_roads(intake.inputs, basemap=basemap())
    (shifted,) = [item for item in findings if item.code == "intake.POINTS_SHIFTED"]
    assert shifted.file == "addresses.csv"
    assert shifted.params["actual"] == real.name


def test_swapped_axes_are_seen_even_where_both_ways_are_in_china(tmp_path: Path) -> None:
    """Without a boundary only the roads tell where the study is."""
    rows = [[*row[:-2], *row[:-3:-1]] for row in along_streets(WGS84)]
    rows[0] = list(ADDRESSES[0])
    intake = take_in(tmp_path, addresses=rows)
    assert intake.draft is not None
    findings = check_against_roads(intake.draft, basemap=basemap())
    assert "intake.LONLAT_SWAPPED" in {item.code for item in (*findings, *intake.findings)}


def test_a_wrong_zone_is_told_with_the_right_one(tmp_path: Path) -> None:
    rows = along_streets(System("", CRS))
    chosen = settings(addresses={"file": "addresses.csv", "crs": "EPSG:4539"})
    intake = take_in(tmp_path, chosen, addresses=rows)
    assert intake.draft is not None
    findings = check_against_roads(intake.draft, basemap=basemap())
    (wrong,) = [item for item in findings if item.code == "intake.WRONG_CRS"]
    assert str(wrong.params["suggested"]).startswith("EPSG:4538")


def test_a_school_far_from_every_road(tmp_path: Path) -> None:
    schools = changed(SCHOOLS, 3, "经度", 87.5)
    schools.append(["X02", "第二小学", "小学", "公办", "", 87.302, 44.012, 45])
    intake = take_in(tmp_path, schools=schools)
    assert intake.inputs is not None
    assert "intake.SCHOOL_OUTSIDE_ROADS" in heavy(
        check_against_roads(intake.inputs, basemap=basemap())
    )


def test_roads_of_another_county(tmp_path: Path) -> None:
    shape = shapely.box(87.2, 43.9, 87.4, 44.1)
    write_layer(tmp_path / "boundary.gpkg", {"名称": ["某县"]}, [shape])
    intake = take_in(tmp_path, settings(boundary={"file": "boundary.gpkg"}))
    assert intake.inputs is not None
    findings = check_against_roads(intake.inputs, basemap=basemap(east=1.0))
    assert [item.code for item in findings] == ["intake.ROADS_ELSEWHERE"]


def test_roads_in_another_system_are_brought_over(tmp_path: Path) -> None:
    intake = take_in(tmp_path, addresses=along_streets(GCJ02))
    assert intake.inputs is not None
    degrees = replace(basemap(), ways=basemap().ways.to_crs("EPSG:4490"))
    findings = check_against_roads(intake.inputs, basemap=degrees)
    assert "intake.POINTS_SHIFTED" in heavy(findings)


def test_the_file_of_roads_that_lie_elsewhere_is_named(tmp_path: Path) -> None:
    found = with_roads(tmp_path, shift=1.0)
    (elsewhere,) = [item for item in found if item.severity is Severity.ERROR]
    assert elsewhere.code == "intake.ROADS_ELSEWHERE"
    assert (elsewhere.file, elsewhere.sheet) == ("roads.gpkg", "roads")


def with_roads(
    folder: Path,
    *,
    written: str = "EPSG:4490",
    said: str = "EPSG:4490",
    shift: float = 0.0,
    swapped: bool = False,
    boundary: str = "EPSG:4490",
    rivers: str = "",
) -> tuple[Finding, ...]:
    """Read a study with a boundary and with roads written in one system and said to be another.

    The boundary is written in CGCS2000's zone of 87° E and said to be `boundary`; without one where
    that is empty. `rivers` is what a river is said to be, written in that zone as well.
    """
    folder.mkdir(exist_ok=True)
    ways = basemap(east=shift).ways.to_crs(written)
    shapes = list(ways.geometry)
    if swapped:
        shapes = [shapely.transform(shape, lambda flat: flat[:, ::-1]) for shape in shapes]
    write_layer(
        folder / "roads.gpkg", {"name": list(ways["name"])}, shapes, crs=said, layer="roads"
    )
    chosen = {"roads": {"file": "roads.gpkg", "layer": "roads"}}
    zone = gpd.GeoSeries([shapely.box(87.28, 43.99, 87.33, 44.04)], crs="EPSG:4490").to_crs(4538)
    if boundary:
        if boundary == "EPSG:4490":
            zone = zone.to_crs(boundary)
        write_layer(folder / "boundary.gpkg", {"名称": ["某县"]}, list(zone), crs=boundary)
        chosen["boundary"] = {"file": "boundary.gpkg"}
    if rivers:
        line = gpd.GeoSeries([shapely.LineString([(LON, LAT), (LON + 0.02, LAT)])], crs="EPSG:4490")
        write_layer(folder / "rivers.gpkg", {"name": ["河"]}, list(line.to_crs(4538)), crs=rivers)
        chosen["rivers"] = {"file": "rivers.gpkg"}
    intake = take_in(folder, settings(**chosen), addresses=along_streets(WGS84))
    assert intake.draft is not None
    read = read_basemap(folder, settings(**chosen), crs=intake.draft.crs)
    save_basemap(read, folder / "saved")
    found = check_against_roads(intake.draft, basemap=load_basemap(folder / "saved"))
    return tuple(item for item in settle([*intake.findings, *found]) if item.severity != "info")


@pytest.mark.parametrize("boundary", ["EPSG:4490", ""])
def test_roads_of_a_wrong_zone_are_told_with_the_right_one(tmp_path: Path, boundary: str) -> None:
    """With a boundary, or with nothing but schools and addresses to go by."""
    (found,) = with_roads(tmp_path, written="EPSG:4538", said="EPSG:4540", boundary=boundary)
    assert found.code == "intake.APART_CRS"
    assert (found.file, found.sheet) == ("roads.gpkg", "roads")
    assert str(found.params["suggested"]).startswith("EPSG:4538")
    assert "addresses.csv" in found.message("zh-CN")


@pytest.mark.parametrize("boundary", ["EPSG:4490", ""])
def test_roads_with_swapped_axes(tmp_path: Path, boundary: str) -> None:
    (found,) = with_roads(tmp_path, swapped=True, boundary=boundary)
    assert (found.code, found.file) == ("intake.APART_SWAPPED", "roads.gpkg")


def test_roads_that_their_system_has_no_place_for(tmp_path: Path) -> None:
    """Metres without a zone number, said to be of a system that has one."""
    with pytest.raises(InputError) as caught:
        with_roads(tmp_path, written="EPSG:4538", said="EPSG:4517")
    assert caught.value.key == "roads.OTHER_SYSTEM"
    assert str(caught.value.params["suggested"]).startswith("EPSG:4538")


def test_a_boundary_of_a_wrong_zone_is_told_instead_of_all_others(tmp_path: Path) -> None:
    (found,) = with_roads(tmp_path, boundary="EPSG:4540")
    assert (found.code, found.file) == ("intake.APART_CRS", "boundary.gpkg")
    assert str(found.params["suggested"]).startswith("EPSG:4538")


def test_rivers_of_a_wrong_zone(tmp_path: Path) -> None:
    assert with_roads(tmp_path / "right", rivers="EPSG:4538") == ()
    (found,) = with_roads(tmp_path / "wrong", rivers="EPSG:4540")
    assert (found.code, found.file) == ("intake.APART_CRS", "rivers.gpkg")


def test_shifted_roads_are_told_once_at_their_file(tmp_path: Path) -> None:
    """Addresses of the right system against roads of a web map."""
    ways = basemap().ways.to_crs("EPSG:4326")
    moved = [
        shapely.transform(shape, lambda flat: np.column_stack(from_lonlat(*flat.T, target=GCJ02)))
        for shape in ways.geometry
    ]
    write_layer(tmp_path / "roads.gpkg", {"name": list(ways["name"])}, moved, crs="EPSG:4326")
    intake = take_in(tmp_path, addresses=along_streets(WGS84))
    assert intake.inputs is not None
    read = read_basemap(tmp_path, settings(), crs=intake.inputs.crs)
    (found,) = [item for item in check_against_roads(intake.inputs, basemap=read)
                if item.severity is Severity.ERROR]  # fmt: skip
    assert (found.code, found.file) == ("intake.ROADS_SHIFTED", "roads.gpkg")
    assert "addresses.csv" in found.message("zh-CN")


def gated_schools(system: System) -> tuple[list[list[object]], list[list[object]]]:
    """Return schools inside blocks with their gates at the streets, written in a system."""
    rng = np.random.default_rng(5)
    schools: list[list[object]] = [list(SCHOOLS[0])]
    gates: list[list[object]] = [["学校编号", "校门", "经度", "纬度"]]
    for at in range(40):
        lon, lat = LON + rng.uniform(-0.015, 0.025), LAT + (at % 4 // 2) * 0.013
        if at % 2:
            lon, lat = LON + list(STREETS.values())[at % 3], LAT + rng.uniform(-0.015, 0.025)
        x, y = from_lonlat([lon, lon + 0.0006], [lat, lat + 0.0006], target=system)
        stage = "初中" if at < 20 else "小学"
        schools.append([f"X{at}", f"学校{at}", stage, "", "", float(x[1]), float(y[1]), 45])
        gates.append([f"X{at}", "西门", float(x[0]), float(y[0])])
    return schools, gates


def test_gates_speak_for_the_schools_that_stand_by_them(tmp_path: Path) -> None:
    """Both sheets are of a web map: both are told, though only gates stand at roads."""
    for system, told in ((GCJ02, {"schools.csv", "gates.csv"}), (WGS84, set())):
        folder = tmp_path / system.name
        folder.mkdir()
        schools, gates = gated_schools(system)
        write_csv(folder / "gates.csv", gates)
        chosen = settings(gates={"file": "gates.csv", "crs": "CGCS2000"})
        intake = take_in(folder, chosen, schools=schools)
        assert intake.inputs is not None
        found = check_against_roads(intake.inputs, basemap=basemap())
        shifted = {item.file for item in found if item.code == "intake.POINTS_SHIFTED"}
        assert shifted == told


# --- real roads ----------------------------------------------------------------------------

_XML = "{http://graphml.graphdrawing.org/xmlns}"


@pytest.fixture(scope="module")
def futian(shared_data: Path) -> gpd.GeoDataFrame:
    """Named roads of Futian, Shenzhen, from its OSMnx graph."""
    root = ET.parse(shared_data / "futian" / "G.graphml").getroot()
    keys = {
        (key.get("for"), key.get("attr.name")): key.get("id") for key in root.iter(f"{_XML}key")
    }

    def data(element: ET.Element) -> dict[str | None, str]:
        return {item.get("key"): item.text or "" for item in element.iter(f"{_XML}data")}

    x, y = keys["node", "x"], keys["node", "y"]
    nodes = {}
    for node in root.iter(f"{_XML}node"):
        said = data(node)
        nodes[node.get("id")] = (float(said[x]), float(said[y]))
    names, lines = [], []
    for edge in root.iter(f"{_XML}edge"):
        said = data(edge)
        first = re.search(r"[^\[\]', ]+", said.get(keys["edge", "name"], ""))
        if first:
            ends = [nodes[edge.get("source")], nodes[edge.get("target")]]
            wkt = said.get(keys["edge", "geometry"])
            lines.append(shapely.from_wkt(wkt) if wkt else shapely.LineString(ends))
            names.append(first.group())
    ways = gpd.GeoDataFrame({"name": names}, geometry=lines, crs="EPSG:4326")
    return ways.to_crs(working_crs(114.05, 22.55))


@pytest.mark.shared
@pytest.mark.parametrize("declared", [WGS84, GCJ02, BD09], ids=lambda system: system.name)
@pytest.mark.parametrize("real", [WGS84, GCJ02, BD09], ids=lambda system: system.name)
def test_addresses_on_real_roads(futian: gpd.GeoDataFrame, real: System, declared: System) -> None:
    crs, rng, count = futian.crs, np.random.default_rng(7), 120
    which = rng.integers(0, len(futian), count)
    lines = np.asarray(futian.geometry.array)[which]
    at = shapely.line_interpolate_point(lines, rng.random(count), normalized=True)
    points = shapely.get_coordinates(at) + rng.normal(0, 40, (count, 2))
    lon, lat = to_lonlat(points[:, 0], points[:, 1], source=System("", crs))
    x, y = from_lonlat(lon, lat, target=real)
    road = futian["name"].to_numpy(dtype=object)[which]
    source = PointSource("a.csv", "", declared, True, x, y, np.arange(count), road)
    offset = find_offset(source, futian, crs=crs)
    if real is declared:
        assert offset is None
    else:
        assert offset is not None
        assert (offset.reading.actual, offset.reading.roads) == (real, False)
        assert offset.measured_m == pytest.approx(offset.expected_m, abs=40)
