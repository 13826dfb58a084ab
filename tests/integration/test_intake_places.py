"""Children and addresses: one change of a good study, one finding that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bureau import (
    ADDRESSES,
    DEMAND,
    SCHOOLS,
    changed,
    codes,
    take_in,
    the,
    without,
)

from zoning.findings import Severity

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


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
