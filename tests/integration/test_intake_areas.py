"""Polygons: the boundary, blocks and today's zones, and points outside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely
from bureau import (
    ADDRESSES,
    LAT,
    LON,
    RULES,
    SCHOOLS,
    changed,
    codes,
    settings,
    take_in,
    the,
    write_csv,
    write_layer,
    write_tables,
)

from zoning.crs import WGS84, convert
from zoning.findings import Severity
from zoning.intake import read_inputs

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


def square(column: int, row: int, *, size: float = 0.01) -> shapely.Polygon:
    west, south = LON + column * size, LAT + row * size
    return shapely.box(west, south, west + size, south + size)


def the_crs() -> object:
    from zoning.crs import working_crs

    return working_crs(LON, LAT)


BOUNDARY = {"file": "boundary.gpkg"}


def with_boundary(folder: Path, shape: shapely.Geometry, **tables: object):
    folder.mkdir(exist_ok=True)
    write_layer(folder / "boundary.gpkg", {"名称": ["某县"]}, [shape])
    return take_in(folder, settings(boundary=BOUNDARY), **tables)


def test_a_school_outside_the_area(tmp_path: Path) -> None:
    schools = changed(changed(SCHOOLS, 2, "经度", 87.40), 2, "纬度", 44.10)
    addresses = [*ADDRESSES]
    intake = with_boundary(tmp_path, square(0, 0, size=0.02).buffer(0.01), schools=schools,
                           addresses=addresses)  # fmt: skip
    finding = the(intake, "SCHOOL_OUTSIDE")
    assert finding.row == 2
    assert float(str(finding.params["distance"]).replace(",", "")) > 5000


def test_an_address_just_outside_is_only_a_warning(tmp_path: Path) -> None:
    # The westernmost address lies 40 m west of the boundary.
    shape = shapely.box(87.3005, 44.0, 87.32, 44.03)
    intake = with_boundary(tmp_path, shape)
    assert codes(intake) == ["ADDRESS_OUTSIDE"]
    assert the(intake, "ADDRESS_OUTSIDE").severity is Severity.WARNING


def test_a_wrong_system_is_told_with_one_that_fits(tmp_path: Path) -> None:
    rows = [list(row) for row in ADDRESSES]
    for row in rows[1:]:
        x, y = convert(row[-2], row[-1], source=WGS84, target=the_crs())
        row[-2:] = [float(x[0]), float(y[0])]
    (tmp_path / "in").mkdir()
    write_layer(tmp_path / "in" / "boundary.gpkg", {"名称": ["某县"]},
                [shapely.box(87.2, 43.9, 87.4, 44.1)])  # fmt: skip
    # 4540 is the zone of 93° E, two zones too far east.
    chosen = settings(boundary=BOUNDARY, addresses={"file": "addresses.csv", "crs": "EPSG:4540"})
    finding = the(take_in(tmp_path / "in", chosen, addresses=rows), "WRONG_CRS")
    assert str(finding.params["suggested"]).split("、")[0] == "EPSG:4538"
    # A surveyor's X points north.
    surveyed = [[*row[:-2], *row[:-3:-1]] for row in rows]
    surveyed[0] = list(rows[0])
    chosen = settings(boundary=BOUNDARY, addresses={"file": "addresses.csv", "crs": "EPSG:4538"})
    the(take_in(tmp_path / "in", chosen, addresses=surveyed), "LONLAT_SWAPPED")
    chosen = settings(boundary=BOUNDARY, addresses={"file": "addresses.csv", "crs": "EPSG:4540"})
    the(take_in(tmp_path / "in", chosen, addresses=surveyed), "WRONG_CRS_SWAPPED")


def test_another_countys_addresses(tmp_path: Path) -> None:
    rows = [list(row) for row in ADDRESSES]
    for row in rows[1:]:
        row[-2] += 3.0
    intake = with_boundary(tmp_path, shapely.box(87.2, 43.9, 87.4, 44.1), addresses=rows)
    assert codes(intake) == ["LAYER_ELSEWHERE"]


def block_study(folder: Path, shapes: list[shapely.Geometry], **columns: list[object]):
    """Study by blocks, without addresses; children live in the first two."""
    folder.mkdir(exist_ok=True)
    names = columns or {"单元编号": [f"B{at}" for at in range(len(shapes))]}
    write_layer(folder / "blocks.gpkg", names, shapes)
    demand = [["单元编号", "学段", "2027年适龄儿童"], ["B0", "小学", 5], ["B1", "初中", 6]]
    chosen = settings(addresses=None, blocks={"file": "blocks.gpkg"})
    return take_in(folder, chosen, demand=demand)


def test_blocks_that_fit(tmp_path: Path) -> None:
    """Two by two blocks.

    B2 B3
    B0 B1
    """
    intake = block_study(tmp_path, [square(0, 0), square(1, 0), square(0, 1), square(1, 1)])
    assert codes(intake) == []
    assert intake.inputs is not None
    assert list(intake.inputs.demand.columns) == ["block_id", "stage", "year", "children"]
    assert intake.inputs.blocks is not None
    assert shapely.coverage_is_valid(np.asarray(intake.inputs.blocks.geometry.array))


def test_overlapping_blocks_are_named_with_their_area(tmp_path: Path) -> None:
    wide = shapely.box(LON + 0.009, LAT, LON + 0.02, LAT + 0.01)
    finding = the(block_study(tmp_path, [square(0, 0), wide]), "BLOCKS_OVERLAP")
    assert (finding.params["first"], finding.params["second"]) == ("B0", "B1")
    # 0.001° by 0.01° at 44° N: 80 m by 1,111 m
    assert float(str(finding.params["area"]).replace(",", "")) == pytest.approx(89_000, rel=0.02)


def test_a_gap_among_blocks_has_a_place_and_an_area(tmp_path: Path) -> None:
    """The middle block is missing.

    # # #
    # . #
    # # #
    """
    ring = [square(x, y) for x in range(3) for y in range(3) if (x, y) != (1, 1)]
    finding = the(block_study(tmp_path, ring), "GAP")
    lon, lat = (float(part) for part in str(finding.params["place"]).split(", "))
    assert square(1, 1).contains(shapely.Point(lon, lat))


def test_blocks_that_do_not_quite_fit(tmp_path: Path) -> None:
    slit = shapely.box(LON + 0.010004, LAT, LON + 0.02, LAT + 0.01)  # 30 cm
    intake = block_study(tmp_path, [square(0, 0), slit])
    assert codes(intake) == ["BLOCKS_DO_NOT_FIT", "BLOCKS_DO_NOT_FIT"]


def test_a_polygon_that_crosses_itself_is_refused_with_the_place(tmp_path: Path) -> None:
    """A bow tie: its sides cross in the middle of the square."""
    west, south, east, north = square(0, 0).bounds
    bow = shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])
    finding = the(block_study(tmp_path, [bow, square(1, 0)]), "SELF_CROSSING")
    assert finding.row == 1
    x, y = (float(part) for part in finding.value.split(", "))
    assert (x, y) == pytest.approx((LON + 0.005, LAT + 0.005))


def test_blocks_without_shape_or_number(tmp_path: Path) -> None:
    shapes = [square(0, 0), square(1, 0), square(2, 0), None, shapely.Point(LON, LAT)]
    numbers = ["B0", "B1", "B1", "B3", "B4"]
    write_layer(tmp_path / "x.gpkg", {"a": [1]}, [square(0, 0)])
    intake = block_study(tmp_path, shapes, 单元编号=numbers)
    assert {"DUPLICATE_ID", "NO_GEOMETRY", "NOT_A_POLYGON"} <= set(codes(intake))


def test_blocks_must_fill_the_boundary(tmp_path: Path) -> None:
    tmp_path.joinpath("in").mkdir()
    write_layer(tmp_path / "in" / "boundary.gpkg", {"名称": ["某县"]}, [square(0, 0, size=0.03)])
    write_layer(
        tmp_path / "in" / "blocks.gpkg", {"单元编号": ["B0", "B1"]}, [square(0, 0), square(1, 0)]
    )
    demand = [["单元编号", "学段", "2027年适龄儿童"], ["B0", "小学", 5], ["B1", "初中", 6]]
    chosen = settings(addresses=None, blocks={"file": "blocks.gpkg"}, boundary=BOUNDARY)
    finding = the(take_in(tmp_path / "in", chosen, demand=demand), "AREA_NOT_COVERED")
    assert finding.params["share"] == "77.8%"  # seven of nine squares


def test_polygons_cannot_come_from_a_table(tmp_path: Path) -> None:
    write_tables(tmp_path)
    write_csv(tmp_path / "blocks.csv", [["单元编号"], ["B0"]])
    chosen = settings(blocks={"file": "blocks.csv"})
    the(read_inputs(tmp_path, chosen, rules=RULES), "NEEDS_POLYGONS")


def zone_study(folder: Path, columns: dict[str, list[object]], shapes: list[shapely.Geometry],
               **tables: object):  # fmt: skip
    folder.mkdir(exist_ok=True)
    write_layer(folder / "zones.geojson", columns, shapes, crs="EPSG:4326")
    return take_in(folder, settings(current_zones={"file": "zones.geojson"}), **tables)


TWO_PRIMARIES = (*SCHOOLS, ["X02", "第二小学", "小学", "公办", "", 87.302, 44.012, 45])


def test_todays_zones_by_number_or_name(tmp_path: Path) -> None:
    for name, columns in {
        "number": {"学校编号": ["X01", "C01"]},
        "name": {"学校名称": ["第一小学", "第一中学"], "学段": ["小学", "初中"]},
    }.items():
        intake = zone_study(tmp_path / name, columns, [square(0, 0), square(0, 0)])
        assert codes(intake) == []
        assert intake.inputs is not None
        zones = intake.inputs.current_zones
        assert zones is not None
        assert zones[["school_id", "stage"]].to_numpy().tolist() == [
            ["C01", "junior_middle"], ["X01", "primary"],
        ]  # fmt: skip


def test_todays_zone_of_an_unknown_school(tmp_path: Path) -> None:
    intake = zone_study(tmp_path, {"学校名称": ["第一小学", "老小学"], "学段": ["小学", "小学"]},
                        [square(0, 0), square(1, 0)])  # fmt: skip
    assert the(intake, "ZONE_SCHOOL_UNKNOWN").value == "老小学"
    assert the(intake, "SCHOOL_WITHOUT_ZONE").params["school"] == "第一中学"


def test_todays_zone_of_another_stage(tmp_path: Path) -> None:
    intake = zone_study(tmp_path, {"学校编号": ["X01"], "学段": ["初中"]}, [square(0, 0)])
    assert "ZONE_STAGE" in codes(intake, above="warning")


def test_todays_zones_that_overlap(tmp_path: Path) -> None:
    columns = {"学校编号": ["X01", "X02"]}
    shapes = [square(0, 0), square(0, 0, size=0.015)]
    intake = zone_study(tmp_path / "partly", columns, shapes, schools=TWO_PRIMARIES)
    assert codes(intake) == ["ZONES_OVERLAP"]
    shared = zone_study(tmp_path / "shared", columns, [square(0, 0)] * 2, schools=TWO_PRIMARIES)
    assert codes(shared) == []


def test_pieces_of_one_zone_are_put_together(tmp_path: Path) -> None:
    columns = {"学校编号": ["X01", "X01", "C01"]}
    inputs = zone_study(tmp_path, columns, [square(0, 0), square(1, 0), square(0, 0)]).inputs
    assert inputs is not None
    assert inputs.current_zones is not None
    assert len(inputs.current_zones) == 2


def test_levels_of_the_boundary(tmp_path: Path) -> None:
    columns = {"名称": ["某县", "某镇", "某某"], "级别": ["县", "乡镇", "片区"]}
    wide = shapely.box(LON - 0.01, LAT - 0.01, LON + 0.02, LAT + 0.02)
    write_layer(tmp_path / "boundary.gpkg", columns, [wide] * 3)
    intake = take_in(tmp_path, settings(boundary=BOUNDARY))
    assert codes(intake) == ["LEVEL_UNKNOWN"]
    assert intake.inputs is not None
    assert intake.inputs.boundary is not None
    assert intake.inputs.boundary["level"].tolist() == ["county", "town", "county"]
    assert isinstance(intake.inputs.boundary, gpd.GeoDataFrame)
