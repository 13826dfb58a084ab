"""Decisions that were taken before drawing: one row each, names understood, every fault told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bureau import DEMAND, SCHOOLS, codes, settings, take_in, the, with_column, write_csv

from zoning.findings import Severity
from zoning.intake.decisions import read_shares
from zoning.study.frames import load_inputs, save_inputs

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.intake import Intake

pytestmark = pytest.mark.integration

HEADER = ["事项", "学段", "范围", "学校", "对口初中", "分配比例", "名称", "依据"]
MORE = (*SCHOOLS, ["X02", "第二小学", "小学", "公办", "", 87.303, 44.013, 30])
BASIS = "昌教发〔2026〕12号"


def decided(folder: Path, *rows: list[object]) -> Intake:
    folder.mkdir(exist_ok=True)
    full = [[*row, *[""] * (len(HEADER) - 1 - len(row)), BASIS] for row in rows]
    write_csv(folder / "decisions.csv", [HEADER, *full])
    chosen = settings(decisions={"file": "decisions.csv"})
    return take_in(folder, chosen, schools=MORE)


def test_each_kind_is_read_and_kept(tmp_path: Path) -> None:
    intake = decided(
        tmp_path,
        ["锁定", "", "幸福小区、团结社区", "第一小学"],
        ["禁止", "小学", "三工镇", "X02"],
        ["不拆分", "", "社区:幸福社区"],
        ["多校划片", "", "", "X01，第二小学"],
        ["共享区", "", "延安路1号", "X01、X02", "", "3:2", "中间地带"],
        ["对口直升", "", "", "X01、X02", "第一中学"],
        ["无学校区", "初中", "绿洲路街道/和平小区", "", "", "", "自选区"],
    )
    assert codes(intake) == []
    assert intake.inputs is not None
    save_inputs(intake.inputs, tmp_path)
    frame = load_inputs(tmp_path).decisions
    assert frame is not None
    columns = ["row", "kind", "stage", "area", "schools", "target", "share"]
    assert frame[columns].to_numpy().tolist() == [
        [2, "lock", "primary", "幸福小区;团结社区", "X01", "", ""],
        [3, "forbid", "primary", "三工镇", "X02", "", ""],
        [4, "keep_together", "", "社区:幸福社区", "", "", ""],
        [5, "group", "primary", "", "X01;X02", "", ""],
        [6, "shared", "primary", "延安路1号", "X01;X02", "", "3:2"],
        [7, "feeder", "junior_middle", "", "X01;X02", "C01", ""],
        [8, "no_school", "junior_middle", "绿洲路街道/和平小区", "", "", ""],
    ]
    assert set(frame["basis"]) == {BASIS}


@pytest.mark.parametrize(
    ("row", "code", "value"),
    [
        (["保留", "", "幸福小区", "X01"], "DECISION_UNKNOWN", "保留"),
        (["锁定", "", "", "X01"], "DECISION_NO_AREA", ""),
        (["多校划片", "", "幸福小区", "X01、X02"], "DECISION_AREA_UNWANTED", "幸福小区"),
        (["锁定", "", "美好小区", "X01"], "DECISION_AREA_UNKNOWN", "美好小区"),
        (["锁定", "", "幸福小区", ""], "DECISION_FEW_SCHOOLS", ""),
        (["多校划片", "", "", "X01、第一小学"], "DECISION_FEW_SCHOOLS", "X01、第一小学"),
        (["锁定", "", "幸福小区", "第九小学"], "DECISION_SCHOOL_UNKNOWN", "第九小学"),
        (["不拆分", "", "幸福小区", "X01"], "DECISION_SCHOOL_UNWANTED", "X01"),
        (["锁定", "", "幸福小区", "X01、X02"], "DECISION_LOCK_TWO", "X01、X02"),
        (["共享区", "", "幸福小区", "X01、C01"], "DECISION_STAGES", "X01、C01"),
        (["锁定", "初中", "幸福小区", "X01"], "DECISION_STAGES", "X01"),
        (["对口直升", "", "", "X01", ""], "DECISION_NO_TARGET", ""),
        (["共享区", "", "幸福小区", "X01、X02", "", "一半"], "DECISION_SHARE", "一半"),
        (["锁定", "大学", "幸福小区", "X01"], "STAGE_UNKNOWN", "大学"),
    ],
)
def test_a_row_in_fault_is_told_with_its_place(
    tmp_path: Path, row: list[object], code: str, value: str
) -> None:
    intake = decided(tmp_path, ["不拆分", "", "团结小区"], row)
    finding = the(intake, code)
    assert (finding.row, finding.value, finding.severity) == (3, value, Severity.ERROR)
    assert codes(intake, above="warning") == [code]
    assert intake.inputs is None


def test_a_name_that_means_two_things_is_asked(tmp_path: Path) -> None:
    # a compound called like the community beside it
    addresses = [
        ["地址编号", "小区或村", "乡镇街道", "社区村", "经度", "纬度"],
        ["D1", "幸福", "绿洲路街道", "团结", 87.300, 44.010],
        ["D2", "和平", "绿洲路街道", "幸福", 87.302, 44.012],
        ["D3", "三工村", "三工镇", "三工村", 87.304, 44.014],
        ["D4", "团结", "三工镇", "", 87.306, 44.016],
    ]
    write_csv(
        tmp_path / "decisions.csv",
        [
            HEADER[:4],
            ["锁定", "", "幸福", "X01"],
            ["锁定", "", "小区:幸福、社区：幸福、三工村、三工镇/团结", "X01"],
        ],
    )
    chosen = settings(decisions={"file": "decisions.csv"})
    intake = take_in(tmp_path, chosen, addresses=addresses, schools=MORE, demand=DEMAND)
    finding = the(intake, "DECISION_AREA_UNSURE")
    assert finding.row == 2
    assert "绿洲路街道/幸福" in finding.message("zh-CN")


def test_numbers_of_blocks_that_are_cut_later_are_left_for_then(tmp_path: Path) -> None:
    intake = decided(tmp_path, ["锁定", "", "B0012、B-13", "X01"])
    assert codes(intake) == []
    assert intake.inputs is not None


def test_a_stage_that_is_not_studied_is_skipped_with_a_note(tmp_path: Path) -> None:
    schools = [*MORE, ["G01", "实验高中", "高中", "公办", "", 87.303, 44.013, 30]]
    write_csv(tmp_path / "decisions.csv", [HEADER[:4], ["锁定", "", "幸福小区", "G01"]])
    chosen = settings(decisions={"file": "decisions.csv"})
    intake = take_in(tmp_path, chosen, schools=schools)
    assert the(intake, "DECISION_NOT_STUDIED").severity is Severity.INFO
    assert intake.inputs is not None
    assert intake.inputs.decisions is not None
    assert intake.inputs.decisions.empty


def test_a_decision_without_a_basis_is_a_note(tmp_path: Path) -> None:
    write_csv(tmp_path / "decisions.csv", [HEADER[:4], ["不拆分", "", "幸福小区", ""]])
    intake = take_in(tmp_path, settings(decisions={"file": "decisions.csv"}))
    assert the(intake, "DECISION_NO_BASIS").params["count"] == 1


def test_no_decisions_are_no_fault(tmp_path: Path) -> None:
    write_csv(tmp_path / "decisions.csv", [HEADER])
    intake = take_in(tmp_path, settings(decisions={"file": "decisions.csv"}))
    assert codes(intake) == []
    assert intake.inputs is not None


@pytest.mark.parametrize(
    ("words", "shares"),
    [
        ("3:2", (3, 2)),
        ("６０％：４０％", (3, 2)),
        ("0.6", (3, 2)),
        ("60%", (3, 2)),
        ("03:02:00", (3, 2)),  # what a spreadsheet makes of 3:2
        ("2/2", (1, 1)),
        ("1:0", None),
        ("1:2:3", None),
        ("half", None),
        ("1.5", None),
    ],
)
def test_shares_are_read_as_people_write_them(words: str, shares: tuple[int, ...] | None) -> None:
    assert read_shares(words, 2) == shares


def test_places_kept_for_enrolled_children_are_taken_off(tmp_path: Path) -> None:
    intake = take_in(tmp_path, schools=with_column(MORE, "2027年留读", [5, "", 31]))
    assert the(intake, "KEPT_OVER_SEATS").row == 4
    assert intake.inputs is not None
    seats = intake.inputs.seats.set_index("school_id")["seats"]
    assert seats.to_dict() == {"X01": 40, "C01": 50, "X02": 0}


def test_the_resource_index_is_a_number_of_the_bureau(tmp_path: Path) -> None:
    intake = take_in(tmp_path / "good", schools=with_column(SCHOOLS, "资源指数", [6.5, ""]))
    assert intake.inputs is not None
    resource = intake.inputs.schools.set_index("school_id")["resource"]
    assert resource["X01"] == 6.5
    assert resource.isna()["C01"]
    intake = take_in(tmp_path / "bad", schools=with_column(SCHOOLS, "资源指数", [-1, "好"]))
    assert {"NEGATIVE", "NOT_A_NUMBER"} <= set(codes(intake))
