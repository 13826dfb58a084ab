"""One fault, one finding: what only follows from it is not told as well."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely
from bureau import (
    ADDRESSES,
    DEMAND,
    LAT,
    LON,
    SCHOOLS,
    changed,
    codes,
    settings,
    take_in,
    the,
    with_column,
    without,
    write_csv,
    write_layer,
)

from zoning.crs import WGS84, convert, working_crs
from zoning.findings import Severity

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

WIDE = shapely.box(LON - 0.01, LAT - 0.01, LON + 0.02, LAT + 0.02)
WEST, SOUTH, EAST, NORTH = WIDE.bounds
BOW = shapely.Polygon([(WEST, SOUTH), (EAST, NORTH), (EAST, SOUTH), (WEST, NORTH)])
BOUNDARY = {"file": "boundary.gpkg"}


def many(count: int) -> tuple[list[list[object]], list[list[object]]]:
    """Return addresses and children of many places, E0 …, beside those of the good study."""
    addresses = [list(row) for row in ADDRESSES]
    demand = [list(row) for row in DEMAND]
    for at in range(count):
        lon, lat = 87.300 + at % 5 * 0.001, 44.010 + at // 5 * 0.001
        addresses.append([f"E{at}", f"{at}村", "", "", "", "", "", 9, lon, lat])
        demand.append([f"E{at}", "小学" if at % 2 else "初中", 1])
    return addresses, demand


@pytest.mark.parametrize("shapes", [[BOW], [BOW, shapely.box(EAST, SOUTH, EAST + 0.01, NORTH)]])
def test_nothing_is_held_against_a_boundary_that_crosses_itself(
    tmp_path: Path, shapes: list[shapely.Geometry]
) -> None:
    """Alone, or as one of two towns: no address lies in the other."""
    write_layer(tmp_path / "boundary.gpkg", {"名称": ["镇"] * len(shapes)}, shapes)
    assert codes(take_in(tmp_path, settings(boundary=BOUNDARY))) == ["SELF_CROSSING"]


def test_children_of_a_block_that_crosses_itself(tmp_path: Path) -> None:
    """Neither is the block unknown, nor is the hole it leaves a gap."""
    ring = [shapely.box(LON + x * 0.01, LAT + y * 0.01, LON + (x + 1) * 0.01, LAT + (y + 1) * 0.01)
            for x in range(3) for y in range(3)]  # fmt: skip
    west, south, east, north = ring[4].bounds
    ring[4] = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    write_layer(tmp_path / "blocks.gpkg", {"单元编号": [f"B{at}" for at in range(9)]}, ring)
    demand = [["单元编号", "学段", "2027年适龄儿童"], ["B4", "小学", 5], ["B1", "初中", 6]]
    chosen = settings(addresses=None, blocks={"file": "blocks.gpkg"})
    assert codes(take_in(tmp_path, chosen, demand=demand)) == ["SELF_CROSSING"]


@pytest.mark.parametrize("header", ["学校编号", "学校名称", "学段"])
def test_a_missing_column_of_schools(tmp_path: Path, header: str) -> None:
    """No complaint about schools, seats, gates or zones that are only missing for it."""
    write_csv(tmp_path / "gates.csv", [["学校编号", "经度", "纬度"], ["X01", 87.301, 44.011]])
    write_layer(tmp_path / "zones.geojson", {"学校编号": ["X01"]}, [WIDE], crs="EPSG:4326")
    chosen = settings(gates={"file": "gates.csv", "crs": "CGCS2000"},
                      current_zones={"file": "zones.geojson"})  # fmt: skip
    intake = take_in(tmp_path, chosen, schools=without(SCHOOLS, header))
    assert codes(intake) == ["MISSING_COLUMN"]


def test_a_missing_column_of_seats(tmp_path: Path) -> None:
    assert codes(take_in(tmp_path, schools=without(SCHOOLS, "2027年学位"))) == ["YEAR_MISSING"]


@pytest.mark.parametrize("header", ["地址编号", "学段", "2027年适龄儿童"])
def test_a_missing_column_of_children(tmp_path: Path, header: str) -> None:
    (only,) = codes(take_in(tmp_path, demand=without(DEMAND, header)))
    assert only in {"MISSING_COLUMN", "YEAR_MISSING"}


@pytest.mark.parametrize("name", ["schools", "demand", "addresses"])
def test_a_table_without_rows(tmp_path: Path, name: str) -> None:
    first = {"schools": SCHOOLS, "demand": DEMAND, "addresses": ADDRESSES}[name][:1]
    assert codes(take_in(tmp_path, **{name: first})) == ["NO_ROWS"]


@pytest.mark.parametrize("cell", ["三个班", -3, "2027-01-15", "#REF!", 2.5])
def test_one_bad_cell_of_seats_is_one_finding(tmp_path: Path, cell: object) -> None:
    """Neither are the seats missing, nor are there too few."""
    intake = take_in(tmp_path, schools=changed(SCHOOLS, 2, "2027年学位", cell))
    assert len(codes(intake)) == 1
    assert intake.findings[0].row == 2


def test_one_bad_cell_of_classes_or_class_size_is_one_finding(tmp_path: Path) -> None:
    rows = with_column(without(SCHOOLS, "2027年学位"), "2027年班数", [3, 2])
    rows = with_column(rows, "班额", [40, 40])
    for header in ("2027年班数", "班额"):
        intake = take_in(tmp_path / header, schools=changed(rows, 2, header, "许多"))
        assert codes(intake) == ["NOT_A_NUMBER"]


def test_overload_of_another_stage_is_still_told(tmp_path: Path) -> None:
    schools = changed(SCHOOLS, 2, "2027年学位", "许多")
    demand = changed(DEMAND, 3, "2027年适龄儿童", 900)
    intake = take_in(tmp_path, schools=schools, demand=demand)
    assert codes(intake) == ["NOT_A_NUMBER", "OVER_SEATS"]
    assert "初中" in the(intake, "OVER_SEATS").message("zh-CN")


def test_a_school_left_out_is_not_unknown(tmp_path: Path) -> None:
    write_csv(tmp_path / "gates.csv", [["学校编号", "经度", "纬度"], ["X01", 87.301, 44.011]])
    write_layer(tmp_path / "zones.geojson", {"学校编号": ["X01", "C01"]}, [WIDE] * 2,
                crs="EPSG:4326")  # fmt: skip
    chosen = settings(gates={"file": "gates.csv", "crs": "CGCS2000"},
                      current_zones={"file": "zones.geojson"})  # fmt: skip
    intake = take_in(tmp_path, chosen, schools=changed(SCHOOLS, 2, "学段", "小小学"))
    assert codes(intake) == ["STAGE_UNKNOWN"]


@pytest.mark.parametrize("declared", ["北京某某", "", "EPSG:4517"])
def test_a_wrong_system_is_not_told_address_by_address(tmp_path: Path, declared: str) -> None:
    """Metres without a zone number mean nothing in 4517, which has one."""
    addresses, demand = many(30)
    for row in addresses[1:]:
        x, y = convert(row[-2], row[-1], source=WGS84, target=working_crs(LON, LAT))
        row[-2:] = [float(x[0]), float(y[0])]
    chosen = settings(addresses={"file": "addresses.csv", "crs": declared})
    intake = take_in(tmp_path / "plain", chosen, addresses=addresses, demand=demand)
    expected = {"北京某某": "CRS_UNKNOWN", "": "CRS_UNDECLARED", "EPSG:4517": "NOT_IN_SYSTEM"}
    assert codes(intake) == [expected[declared]]


def test_the_area_tells_which_zone_it_should_be(tmp_path: Path) -> None:
    write_layer(tmp_path / "boundary.gpkg", {"名称": ["某县"]}, [WIDE])
    addresses = [list(row) for row in ADDRESSES]
    for row in addresses[1:]:
        x, y = convert(row[-2], row[-1], source=WGS84, target=working_crs(LON, LAT))
        row[-2:] = [float(x[0]), float(y[0])]
    for declared in ("EPSG:4517", "CGCS2000"):
        item = {"file": "addresses.csv", "crs": declared}
        intake = take_in(tmp_path, settings(addresses=item, boundary=BOUNDARY), addresses=addresses)
        assert codes(intake) == ["WRONG_CRS"]
        assert str(the(intake, "WRONG_CRS").params["suggested"]).startswith("EPSG:4538")


def test_blocks_of_a_wrong_zone_do_not_leave_the_area_bare(tmp_path: Path) -> None:
    write_layer(tmp_path / "boundary.gpkg", {"名称": ["某县"]}, [WIDE])
    blocks = gpd.GeoSeries([WIDE], crs="EPSG:4490").to_crs("EPSG:4538")
    write_layer(tmp_path / "blocks.gpkg", {"单元编号": ["B0"]}, list(blocks), crs="EPSG:4540")
    chosen = settings(boundary=BOUNDARY, blocks={"file": "blocks.gpkg"})
    intake = take_in(tmp_path, chosen)
    assert codes(intake) == ["WRONG_CRS"]
    assert the(intake, "WRONG_CRS").file == "blocks.gpkg"


def test_swapped_coordinates_are_told_once_a_sheet(tmp_path: Path) -> None:
    write_layer(tmp_path / "boundary.gpkg", {"名称": ["某县"]}, [WIDE])
    tables = {}
    for name, rows in {"schools": SCHOOLS, "addresses": ADDRESSES}.items():
        lon, lat = rows[0].index("经度"), rows[0].index("纬度")
        swapped = [list(row) for row in rows]
        for row in swapped[1:]:
            row[lon], row[lat] = row[lat], row[lon]
        tables[name] = swapped
    intake = take_in(tmp_path, settings(boundary=BOUNDARY), **tables)
    assert codes(intake) == ["LONLAT_SWAPPED", "LONLAT_SWAPPED"]
    assert {item.file for item in intake.findings} >= {"schools.csv", "addresses.csv"}


def test_numbers_of_another_list_are_one_finding(tmp_path: Path) -> None:
    addresses, demand = many(30)
    for row in demand[1:]:
        row[0] = f"0{row[0]}"
    intake = take_in(tmp_path, addresses=addresses, demand=demand)
    assert codes(intake, above="") == ["REFERENCES_DIFFER"]
    finding = the(intake, "REFERENCES_DIFFER")
    assert (finding.params["count"], finding.params["total"]) == (34, 34)
    assert "0D1" in finding.message("zh-CN")
    assert "D1" in str(finding.params["there"])


def test_a_few_unknown_numbers_are_told_row_by_row(tmp_path: Path) -> None:
    addresses, demand = many(30)
    for row in demand[-6:]:
        row[0] = f"0{row[0]}"
    intake = take_in(tmp_path, addresses=addresses, demand=demand)
    assert codes(intake) == ["DEMAND_PLACE_UNKNOWN"] * 6


def test_addresses_without_any_coordinates_are_one_finding(tmp_path: Path) -> None:
    addresses, demand = many(30)
    for row in addresses[1:-3]:
        row[-2:] = ["", ""]
    intake = take_in(tmp_path, addresses=addresses, demand=demand)
    assert codes(intake) == ["PLACES_NO_POINT"]
    assert the(intake, "PLACES_NO_POINT").params["count"] == 31


def test_a_bad_coordinate_is_one_finding(tmp_path: Path) -> None:
    for at, (header, cell, code) in enumerate(
        [("经度", "东边", "NOT_A_NUMBER"), ("纬度", "", "HALF_POINT"), ("纬度", 144, "NO_PLACE")]
    ):
        intake = take_in(tmp_path / str(at), addresses=changed(ADDRESSES, 2, header, cell))
        assert codes(intake) == [code]
        assert intake.findings[0].row == 2
        assert intake.findings[0].severity is Severity.ERROR
