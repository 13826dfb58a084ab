"""A whole study: what is read, and files that cannot be."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from bureau import (
    ADDRESSES,
    DEMAND,
    RULES,
    SCHOOLS,
    changed,
    codes,
    settings,
    take_in,
    the,
    without,
    write_csv,
    write_tables,
)

from zoning.crs import WGS84, convert
from zoning.findings import Severity
from zoning.intake import read_inputs

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


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


def test_of_a_pair_of_coordinates_only_the_absent_one_is_called_missing(tmp_path: Path) -> None:
    intake = take_in(tmp_path, addresses=without(ADDRESSES, "经度"))
    missing = [item.column for item in intake.findings if item.code == "intake.MISSING_COLUMN"]
    assert missing == ["经度"]


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
