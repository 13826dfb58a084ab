"""Bad input that intake must survive: one change of a good study, one finding that names it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pytest
import shapely
from bureau import (
    ADDRESSES,
    DEMAND,
    LAT,
    LON,
    RULES,
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
    write_tables,
)

from zoning.crs import GCJ02, WGS84, convert, from_lonlat
from zoning.findings import Severity
from zoning.intake import read_inputs

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


def square(column: int, row: int, *, size: float = 0.01) -> shapely.Polygon:
    west, south = LON + column * size, LAT + row * size
    return shapely.box(west, south, west + size, south + size)


def test_a_good_study_has_no_findings_that_matter(tmp_path: Path) -> None:
    intake = take_in(tmp_path)
    assert codes(intake) == []
    inputs = intake.inputs
    assert inputs is not None
    assert inputs.crs.to_epsg() == 4538
    assert inputs.schools["school_id"].tolist() == ["C01", "X01"]
    assert inputs.schools["stage"].tolist() == ["junior_middle", "primary"]
    assert inputs.gates["school_id"].tolist() == ["C01", "X01"]
    assert inputs.seats.to_numpy().tolist() == [["C01", 2027, 50], ["X01", 2027, 45]]
    assert inputs.addresses is not None
    assert inputs.addresses["households"].tolist() == [120, 80, 60, 40]
    assert inputs.demand["children"].sum() == 44
    assert list(inputs.demand.columns) == ["address_id", "stage", "year", "children"]
    x, y = convert([87.300], [44.010], source=WGS84, target=inputs.crs)
    first = inputs.addresses.geometry.iloc[0]
    assert (first.x, first.y) == pytest.approx((x[0], y[0]), abs=1e-3)


def test_every_file_is_digested_and_nothing_is_written(tmp_path: Path) -> None:
    intake = take_in(tmp_path)
    assert [item.file for item in intake.files] == ["addresses.csv", "demand.csv", "schools.csv"]
    for item in intake.files:
        data = (tmp_path / item.file).read_bytes()
        assert item.sha256 == hashlib.sha256(data).hexdigest()
        assert item.size == len(data)
    assert len(list(tmp_path.iterdir())) == 3


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    one = take_in(tmp_path / "one")
    other = take_in(tmp_path / "other", addresses=[ADDRESSES[0], *reversed(ADDRESSES[1:])],
                    demand=[DEMAND[0], *reversed(DEMAND[1:])])  # fmt: skip
    assert one.inputs is not None
    assert other.inputs is not None
    assert one.inputs.demand.equals(other.inputs.demand)
    assert one.inputs.addresses is not None
    assert one.inputs.addresses.equals(other.inputs.addresses)


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    schools = changed(SCHOOLS, 2, "2027年学位", -45)
    addresses = changed(ADDRESSES, 3, "户数", "八十")
    demand = changed(changed(DEMAND, 2, "地址编号", "D9"), 3, "学段", "小小学")
    intake = take_in(tmp_path, schools=schools, addresses=addresses, demand=demand)
    assert intake.inputs is None
    assert {"NEGATIVE", "NOT_A_NUMBER", "DEMAND_PLACE_UNKNOWN", "STAGE_UNKNOWN"} <= set(
        codes(intake)
    )


def test_what_could_be_read_is_left_for_further_checks(tmp_path: Path) -> None:
    intake = take_in(tmp_path, schools=changed(SCHOOLS, 2, "2027年学位", -45))
    assert intake.inputs is None
    assert intake.draft is not None
    assert len(intake.draft.schools) == 2
    assert set(intake.draft.sources) == {"schools", "addresses"}


# --- files ---------------------------------------------------------------------------------


def test_a_missing_file_names_those_that_are_there(tmp_path: Path) -> None:
    write_tables(tmp_path)
    (tmp_path / "demand.csv").unlink()
    finding = the(read_inputs(tmp_path, settings(), rules=RULES), "NO_FILE")
    assert finding.file == "demand.csv"
    assert "addresses.csv" in finding.message("zh-CN")


def test_a_file_outside_the_folder_is_not_read(tmp_path: Path) -> None:
    write_csv(tmp_path / "secret.csv", DEMAND)
    intake = take_in(tmp_path / "inputs", settings(demand={"file": "../secret.csv"}))
    assert the(intake, "FILE_OUTSIDE").severity is Severity.ERROR
    assert all("secret" not in item.file for item in intake.files)


def test_an_empty_file(tmp_path: Path) -> None:
    write_tables(tmp_path)
    (tmp_path / "schools.csv").write_bytes(b"")
    assert the(read_inputs(tmp_path, settings(), rules=RULES), "EMPTY_FILE").file == "schools.csv"


def test_a_file_of_unknown_format(tmp_path: Path) -> None:
    write_tables(tmp_path)
    (tmp_path / "schools.doc").write_bytes(b"words")
    chosen = settings(schools={"file": "schools.doc"})
    assert the(read_inputs(tmp_path, chosen, rules=RULES), "FORMAT_UNKNOWN").file == "schools.doc"


def test_a_header_without_rows(tmp_path: Path) -> None:
    intake = take_in(tmp_path, schools=SCHOOLS[:1])
    the(intake, "NO_ROWS")
    assert intake.inputs is None


def test_a_missing_column_names_those_that_are_there(tmp_path: Path) -> None:
    finding = the(take_in(tmp_path, schools=without(SCHOOLS, "学段")), "MISSING_COLUMN")
    assert finding.column == "学段"
    assert "学校名称" in finding.message("zh-CN")


@pytest.mark.parametrize("header", ["地址编号", "经度"])
def test_missing_columns_of_addresses(tmp_path: Path, header: str) -> None:
    intake = take_in(tmp_path, addresses=without(ADDRESSES, header))
    assert intake.inputs is None
    assert {"MISSING_COLUMN"} <= set(codes(intake)) | {"CRS_UNDECLARED"}
    assert header in {item.column for item in intake.findings}


@pytest.mark.parametrize("header", ["地址编号", "学段"])
def test_missing_columns_of_demand(tmp_path: Path, header: str) -> None:
    intake = take_in(tmp_path, demand=without(DEMAND, header))
    assert intake.inputs is None
    assert any(item.column.startswith(header) for item in intake.findings)


# --- schools and seats ---------------------------------------------------------------------


def test_no_schools_of_a_studied_stage(tmp_path: Path) -> None:
    intake = take_in(tmp_path, schools=SCHOOLS[:2])
    assert "NO_SCHOOLS_OF_STAGE" in codes(intake)
    assert "初中" in the(intake, "NO_SCHOOLS_OF_STAGE").message("zh-CN")


def test_zero_schools(tmp_path: Path) -> None:
    intake = take_in(
        tmp_path, schools=changed(changed(SCHOOLS, 2, "学段", "幼儿园"), 3, "学段", "高中")
    )
    the(intake, "NO_SCHOOLS")
    assert codes(intake).count("STAGE_OTHER") == 2


def test_a_number_given_twice(tmp_path: Path) -> None:
    finding = the(take_in(tmp_path, schools=changed(SCHOOLS, 3, "学校编号", "X01")), "DUPLICATE_ID")
    assert (finding.row, finding.value) == (3, "X01")


def test_two_schools_of_one_name_in_one_stage(tmp_path: Path) -> None:
    twin = ["X02", " 第一小学 ", "小学", "公办", "", 87.302, 44.012, 45]
    finding = the(take_in(tmp_path, schools=[*SCHOOLS, twin]), "SCHOOL_NAME_TWICE")
    assert finding.row == 4


def test_campuses_and_stages_tell_schools_of_one_name_apart(tmp_path: Path) -> None:
    campus = ["X02", "第一小学", "小学", "公办", "东校区", 87.302, 44.012, 45]
    middle = ["C02", "第一小学", "初中", "公办", "", 87.302, 44.012, 45]
    assert codes(take_in(tmp_path, schools=[*SCHOOLS, campus, middle])) == []


def test_negative_seats(tmp_path: Path) -> None:
    finding = the(take_in(tmp_path, schools=changed(SCHOOLS, 2, "2027年学位", -45)), "NEGATIVE")
    assert (finding.file, finding.row, finding.column, finding.value) == (
        "schools.csv", 2, "2027年学位", "-45",
    )  # fmt: skip


def test_a_school_without_seats_for_a_year(tmp_path: Path) -> None:
    more = [*SCHOOLS, ["X02", "第二小学", "小学", "公办", "", 87.302, 44.012, ""]]
    intake = take_in(tmp_path, schools=more)
    assert codes(intake) == ["NO_SEATS", "SEATS_MISSING"]
    assert intake.inputs is not None
    assert intake.inputs.seats.set_index("school_id").loc["X02", "seats"] == 0


def test_a_year_without_a_column(tmp_path: Path) -> None:
    rows = [[cell if cell != "2027年学位" else "2026年学位" for cell in row] for row in SCHOOLS]
    finding = the(take_in(tmp_path, schools=rows), "YEAR_MISSING")
    assert "2026" in finding.message("en")


def test_classes_become_seats_by_the_rule_set(tmp_path: Path) -> None:
    rows = with_column(without(SCHOOLS, "2027年学位"), "2027年班数", [3, 2])
    inputs = take_in(tmp_path, schools=rows).inputs
    assert inputs is not None
    expected = {"X01": 3 * RULES.class_size["primary"].value,
                "C01": 2 * RULES.class_size["junior_middle"].value}  # fmt: skip
    assert inputs.seats.set_index("school_id")["seats"].to_dict() == expected


def test_classes_become_seats_by_the_schools_own_class_size(tmp_path: Path) -> None:
    rows = with_column(without(SCHOOLS, "2027年学位"), "2027年班数", [3, 2])
    intake = take_in(tmp_path, schools=with_column(rows, "班额", [30, 60]))
    assert codes(intake) == ["CLASS_TOO_LARGE"]
    assert intake.inputs is not None
    assert intake.inputs.seats.set_index("school_id")["seats"].to_dict() == {"X01": 90, "C01": 120}


def test_more_seats_than_classes_can_hold(tmp_path: Path) -> None:
    rows = with_column(SCHOOLS, "2027年班数", [1, 0])
    assert the(take_in(tmp_path, schools=rows), "SEATS_OVER_CLASSES").row == 3


# --- gates ---------------------------------------------------------------------------------

GATES = (
    ["学校编号", "校门", "经度", "纬度"],
    ["X01", "南门", 87.3011, 44.0109],
    ["X01", "北门", 87.3012, 44.0115],
)


def with_gates(folder: Path, rows: list[list[object]] | tuple[list[object], ...], **tables: object):
    folder.mkdir(exist_ok=True)
    write_csv(folder / "gates.csv", rows)
    chosen = settings(gates={"file": "gates.csv", "crs": "CGCS2000"})
    return take_in(folder, chosen, **tables)


def test_gates_belong_to_schools_and_others_get_one_at_their_point(tmp_path: Path) -> None:
    inputs = with_gates(tmp_path, GATES).inputs
    assert inputs is not None
    assert inputs.gates[["school_id", "gate"]].to_numpy().tolist() == [
        ["C01", ""], ["X01", "南门"], ["X01", "北门"],
    ]  # fmt: skip


def test_a_school_may_be_located_by_its_gates_alone(tmp_path: Path) -> None:
    schools = changed(changed(SCHOOLS, 2, "经度", ""), 2, "纬度", "")
    inputs = with_gates(tmp_path, GATES, schools=schools).inputs
    assert inputs is not None
    school = inputs.schools.set_index("school_id").geometry["X01"]
    assert school.equals(inputs.gates.set_index("gate").geometry["南门"])


def test_gates_may_name_the_school(tmp_path: Path) -> None:
    rows = [["学校名称", "校门", "经度", "纬度"], ["第一小学", "南门", 87.3011, 44.0109]]
    inputs = with_gates(tmp_path, rows).inputs
    assert inputs is not None
    assert inputs.gates["school_id"].tolist() == ["C01", "X01"]


def test_faults_of_gates(tmp_path: Path) -> None:
    rows = [
        *GATES,
        ["X09", "东门", 87.301, 44.011],
        ["C01", "西门", "", ""],
        ["C01", "远门", 87.35, 44.05],
    ]
    intake = with_gates(tmp_path, rows)
    assert codes(intake) == ["GATE_FAR", "GATE_NO_POINT", "GATE_SCHOOL_UNKNOWN"]
    assert the(intake, "GATE_SCHOOL_UNKNOWN").value == "X09"


def test_a_school_with_neither_point_nor_gate(tmp_path: Path) -> None:
    schools = changed(changed(SCHOOLS, 2, "经度", ""), 2, "纬度", "")
    assert the(take_in(tmp_path, schools=schools), "SCHOOL_NO_POINT").value == "第一小学"


# --- demand --------------------------------------------------------------------------------


def test_demand_over_all_seats_is_a_warning_with_numbers(tmp_path: Path) -> None:
    intake = take_in(tmp_path, demand=changed(DEMAND, 2, "2027年适龄儿童", 100))
    finding = the(intake, "OVER_SEATS")
    assert finding.severity is Severity.WARNING
    assert intake.inputs is not None
    assert {key: finding.params[key] for key in ("year", "children", "seats", "gap")} == {
        "year": 2027, "children": 113, "seats": 45, "gap": 68,
    }  # fmt: skip


def test_children_in_a_stage_without_any_seat(tmp_path: Path) -> None:
    intake = take_in(tmp_path, schools=changed(SCHOOLS, 3, "2027年学位", 0))
    assert "NO_SEATS_FOR_STAGE" in codes(intake, above="warning")


def test_no_children_at_all(tmp_path: Path) -> None:
    intake = take_in(tmp_path, demand=[DEMAND[0], ["D1", "小学", 0], ["D1", "初中", ""]])
    assert codes(intake, above="warning") == ["NO_CHILDREN"]
    assert "BLANK_IS_ZERO" in codes(intake, above="")


def test_children_at_an_unknown_address(tmp_path: Path) -> None:
    finding = the(
        take_in(tmp_path, demand=changed(DEMAND, 4, "地址编号", "D77")), "DEMAND_PLACE_UNKNOWN"
    )
    assert (finding.row, finding.value) == (4, "D77")


def test_nobody_at_an_unknown_address_is_only_noted(tmp_path: Path) -> None:
    intake = take_in(tmp_path, demand=[*DEMAND, ["D77", "小学", 0]])
    assert codes(intake) == []
    the(intake, "DEMAND_PLACE_UNKNOWN_EMPTY")


def test_children_given_twice(tmp_path: Path) -> None:
    intake = take_in(tmp_path, demand=[*DEMAND, ["D1", "小学", 12]])
    assert the(intake, "DEMAND_TWICE").row == 7
    assert intake.draft is not None
    assert intake.draft.demand["children"].sum() == 44


@pytest.mark.parametrize("value", [-1, 1.5, "十", "2027-01-05"])
def test_children_that_are_no_count(tmp_path: Path, value: object) -> None:
    intake = take_in(tmp_path, demand=changed(DEMAND, 2, "2027年适龄儿童", value))
    assert intake.inputs is None
    assert [item.row for item in intake.findings if item.severity is Severity.ERROR] == [2]


def test_a_long_table_with_years_as_dates(tmp_path: Path) -> None:
    rows = [
        ["地址编号", "学段", "年份", "人数"],
        ["D1", "小学", "2027-09-01", 12],
        ["D1", "小学", "2028年", 99],
        ["D2", "初中", "2027", 10],
    ]
    inputs = take_in(tmp_path, demand=rows).inputs
    assert inputs is not None
    assert inputs.demand.to_numpy().tolist() == [
        ["D1", "primary", 2027, 12], ["D2", "junior_middle", 2027, 10],
    ]  # fmt: skip


def test_stages_in_the_headers(tmp_path: Path) -> None:
    rows = [["地址编号", "2027年小学适龄儿童", "2027年初中适龄儿童"], ["D1", 12, 10]]
    inputs = take_in(tmp_path, demand=rows).inputs
    assert inputs is not None
    assert inputs.demand["children"].to_list() == [10, 12]
    assert inputs.demand["stage"].to_list() == ["junior_middle", "primary"]


# --- addresses -----------------------------------------------------------------------------


def test_an_address_with_children_and_no_coordinates(tmp_path: Path) -> None:
    rows = changed(changed(ADDRESSES, 2, "经度", ""), 2, "纬度", "")
    assert the(take_in(tmp_path, addresses=rows), "PLACE_NO_POINT").value == "D1"


def test_an_address_without_children_and_coordinates_is_left_out(tmp_path: Path) -> None:
    intake = take_in(
        tmp_path, addresses=[*ADDRESSES, ["D5", "空村", "", "", "", "", "", 1, "", ""]]
    )
    assert codes(intake) == ["PLACE_NO_POINT_EMPTY"]
    assert intake.inputs is not None
    assert intake.inputs.addresses is not None
    assert "D5" not in set(intake.inputs.addresses["address_id"])


def test_half_a_point_and_the_point_zero(tmp_path: Path) -> None:
    rows = changed(changed(changed(ADDRESSES, 2, "经度", ""), 3, "经度", 0), 3, "纬度", 0)
    intake = take_in(tmp_path, addresses=rows)
    assert the(intake, "HALF_POINT").row == 2
    assert the(intake, "ZERO_POINT").row == 3


def test_households_missing_dates_in_numbers_and_twins(tmp_path: Path) -> None:
    twin = ["D5", *ADDRESSES[1][1:]]
    rows = changed(changed([*ADDRESSES, twin], 3, "户数", ""), 4, "门牌号", "2027-03-12")
    intake = take_in(tmp_path, addresses=rows)
    assert codes(intake) == ["ADDRESS_TWICE", "DATE_IN_NUMBER", "HOUSEHOLDS_MISSING"]
    assert the(intake, "DATE_IN_NUMBER").row == 4
    assert the(intake, "ADDRESS_TWICE").row == 6


def test_households_are_not_needed(tmp_path: Path) -> None:
    intake = take_in(tmp_path, addresses=without(ADDRESSES, "户数"))
    assert codes(intake) == []
    the(intake, "NO_HOUSEHOLDS")


def test_many_addresses_on_one_point(tmp_path: Path) -> None:
    crowd = [[f"E{at}", f"{at}村", "", "", "", "", "", 1, 87.301, 44.011] for at in range(25)]
    finding = the(take_in(tmp_path, addresses=[*ADDRESSES, *crowd]), "SAME_POINT")
    assert finding.params["count"] == 25


# --- coordinates ---------------------------------------------------------------------------


def test_an_undeclared_system_is_refused_with_the_line_to_write(tmp_path: Path) -> None:
    intake = take_in(tmp_path, settings(addresses={"file": "addresses.csv"}))
    assert intake.inputs is None
    assert "[inputs.addresses]" in the(intake, "CRS_UNDECLARED").fix("zh-CN")


def test_an_unknown_system_is_refused(tmp_path: Path) -> None:
    intake = take_in(tmp_path, settings(addresses={"file": "addresses.csv", "crs": "北京某某"}))
    assert the(intake, "CRS_UNKNOWN").params["declared"] == "北京某某"


def test_gcj02_is_undone(tmp_path: Path) -> None:
    rows = [list(row) for row in ADDRESSES]
    for row in rows[1:]:
        lon, lat = from_lonlat(row[-2], row[-1], target=GCJ02)
        row[-2:] = [float(lon[0]), float(lat[0])]
    plain = take_in(tmp_path / "plain").inputs
    chosen = settings(addresses={"file": "addresses.csv", "crs": "高德"})
    shifted = take_in(tmp_path / "shifted", chosen, addresses=rows).inputs
    assert plain is not None
    assert shifted is not None
    assert plain.addresses is not None
    assert shifted.addresses is not None
    assert plain.addresses.distance(shifted.addresses).max() < 0.01


def test_headers_may_declare_the_system(tmp_path: Path) -> None:
    rows = [list(row) for row in ADDRESSES]
    rows[0][-2:] = ["lng_wgs84", "lat_wgs84"]
    intake = take_in(tmp_path, settings(addresses={"file": "addresses.csv"}), addresses=rows)
    assert codes(intake) == []


def test_headers_that_contradict_the_declaration(tmp_path: Path) -> None:
    rows = [list(row) for row in ADDRESSES]
    rows[0][-2:] = ["lng_gcj02", "lat_gcj02"]
    finding = the(take_in(tmp_path, addresses=rows), "CRS_DISAGREES")
    assert (finding.params["declared"], finding.params["carried"]) == ("CGCS2000", "GCJ-02")


def test_longitude_and_latitude_swapped(tmp_path: Path) -> None:
    rows = [list(row) for row in ADDRESSES]
    for row in rows[1:]:
        row[-2:] = row[:-3:-1]
    intake = take_in(tmp_path, addresses=rows)
    assert intake.inputs is None
    assert the(intake, "LONLAT_SWAPPED").file == "addresses.csv"


def test_metres_declared_as_degrees_and_the_other_way_round(tmp_path: Path) -> None:
    rows = [list(row) for row in ADDRESSES]
    for row in rows[1:]:
        x, y = convert(row[-2], row[-1], source=WGS84, target=the_crs())
        row[-2:] = [float(x[0]), float(y[0])]
    the(take_in(tmp_path / "a", addresses=rows), "NOT_DEGREES")
    chosen = settings(addresses={"file": "addresses.csv", "crs": "EPSG:4538"})
    assert codes(take_in(tmp_path / "b", chosen, addresses=rows)) == []
    the(take_in(tmp_path / "c", chosen), "NOT_METRES")


def the_crs() -> object:
    from zoning.crs import working_crs

    return working_crs(LON, LAT)


def test_gcj02_outside_china(tmp_path: Path) -> None:
    rows = [list(row) for row in ADDRESSES]
    for row in rows[1:]:
        row[-2:] = [-3.0, 51.6]
    chosen = settings(addresses={"file": "addresses.csv", "crs": "GCJ-02"})
    the(take_in(tmp_path, chosen, addresses=rows), "CRS_ONLY_CHINA")


def test_an_old_datum_is_warned_of(tmp_path: Path) -> None:
    chosen = settings(addresses={"file": "addresses.csv", "crs": "EPSG:4610"})
    assert the(take_in(tmp_path, chosen), "CRS_OLD_DATUM").severity is Severity.WARNING


def test_the_studys_own_system_must_be_metric(tmp_path: Path) -> None:
    chosen = settings()
    study = chosen.study.model_copy(update={"crs": "EPSG:4490"})
    intake = take_in(tmp_path, chosen.model_copy(update={"study": study}))
    assert [item.code for item in intake.findings] == ["crs.NOT_METRIC"]
    assert intake.draft is None


# --- areas ---------------------------------------------------------------------------------

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
