"""Schools, their seats and their gates: one change of a good study, one finding that names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bureau import (
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
)

from zoning.findings import Severity

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


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
    schools = [*changed(SCHOOLS, 2, "校区", "本部"), campus, middle]
    assert codes(take_in(tmp_path, schools=schools)) == []


def test_a_blank_campus_beside_a_named_one_is_asked(tmp_path: Path) -> None:
    """It may be the main campus, or the same school once more."""
    campus = ["X02", "第一小学", "小学", "公办", "东校区", 87.302, 44.012, 45]
    intake = take_in(tmp_path, schools=[*SCHOOLS, campus])
    assert codes(intake) == ["CAMPUS_BLANK"]
    finding = the(intake, "CAMPUS_BLANK")
    assert (finding.row, finding.column, finding.severity) == (2, "校区", Severity.WARNING)


def test_negative_seats(tmp_path: Path) -> None:
    finding = the(take_in(tmp_path, schools=changed(SCHOOLS, 2, "2027年学位", -45)), "NEGATIVE")
    assert (finding.file, finding.row, finding.column, finding.value) == (
        "schools.csv", 2, "2027年学位", "-45",
    )  # fmt: skip


def test_a_school_without_seats_for_a_year(tmp_path: Path) -> None:
    more = [*SCHOOLS, ["X02", "第二小学", "小学", "公办", "", 87.302, 44.012, ""]]
    intake = take_in(tmp_path, schools=more)
    assert codes(intake) == ["SEATS_MISSING"]
    assert intake.inputs is not None
    assert intake.inputs.seats.set_index("school_id").loc["X02", "seats"] == 0


def test_a_school_that_admits_nobody(tmp_path: Path) -> None:
    more = [*SCHOOLS, ["X02", "第二小学", "小学", "公办", "", 87.302, 44.012, 0]]
    assert codes(take_in(tmp_path, schools=more)) == ["NO_SEATS"]


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
