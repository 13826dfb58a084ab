"""Identity numbers are recognised by their own check sign, and little else is."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoning.intake.grid import Grid
from zoning.intake.personal import (
    column_letters,
    holds_identity_number,
    is_identity_number,
    personal_findings,
)
from zoning.schema import contract

WEIGHTS = [2 ** (17 - at) % 11 for at in range(17)]


def with_check_sign(first: str) -> str:
    """Return 17 digits with their check sign, computed by the definition of ISO 7064 MOD 11-2."""
    total = sum(int(digit) * weight for digit, weight in zip(first, WEIGHTS, strict=True))
    return first + "10X98765432"[total % 11]


@given(
    st.sampled_from(["11", "65", "44", "81"]),
    st.integers(0, 9999),
    st.dates(pd.Timestamp("1950-01-01").date(), pd.Timestamp("2030-12-31").date()),
    st.integers(0, 999),
)
def test_every_right_number_is_recognised(
    province: str, region: int, born: object, serial: int
) -> None:
    number = with_check_sign(f"{province}{region:04d}{born:%Y%m%d}{serial:03d}")
    assert is_identity_number(number)
    assert is_identity_number(number.lower())
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    assert not is_identity_number(wrong) or wrong.endswith("000")


@pytest.mark.parametrize(
    "number",
    [
        "",
        "65230120150101001",  # 17 digits
        "652301201513010019",  # month 13
        "992301201501010019",  # no such province
        "123456789012345678",
        "X52301201501010019",
    ],
)
def test_other_long_numbers_are_not(number: str) -> None:
    assert not is_identity_number(number)


def test_a_number_damaged_by_the_spreadsheet_counts() -> None:
    assert is_identity_number("652301201501010000")


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (with_check_sign("65230120150101001"), True),
        (f"电话和证号 {with_check_sign('65230120150101001')}。", True),
        (f"9{with_check_sign('65230120150101001')}", False),  # part of a longer number
        ("昌吉市延安北路18号幸福小区三号楼", False),
    ],
)
def test_numbers_inside_text(cell: str, *, found: bool) -> None:
    assert holds_identity_number(pd.Series(["", cell], dtype="str")) is found


def grid(*rows: list[str]) -> Grid:
    return Grid("a.xlsx", "表", pd.DataFrame(rows, dtype="str"))


def test_explanations_and_contents_are_no_headers() -> None:
    """A template says 请勿填写身份证号: that must not refuse it."""
    sheet = grid(
        ["学校编号", "学校名称", "学段"],
        ["X01", "身份证小学", "请勿填写学生姓名、身份证号"],
    )
    assert personal_findings(sheet, contract("schools")) == []


def test_a_list_of_children_without_any_known_header_is_refused() -> None:
    sheet = grid(["2027年新生名册", ""], ["姓名", "性别"], ["某某", "男"])
    codes = [item.code for item in personal_findings(sheet, contract("demand"))]
    assert codes == ["intake.PERSONAL_CHILD"]


def test_the_column_is_named_by_its_header_or_letter_never_by_a_cell() -> None:
    number = with_check_sign("65230120150101001")
    sheet = grid(["学校编号", "学校名称", "学段", ""], ["X01", "一小", "小学", number])
    (finding,) = personal_findings(sheet, contract("schools"))
    assert (finding.code, finding.column, finding.value) == ("intake.PERSONAL_NUMBERS", "D", "")


@pytest.mark.parametrize(
    ("position", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")]
)
def test_letters_of_columns(position: int, letters: str) -> None:
    assert column_letters(position) == letters


@pytest.mark.parametrize(
    ("cells", "holds"),
    [
        (["家住三楼 652301790513102", ""], True),  # 15 digits: born 1979-05-13
        (["652301791313102"], False),  # month 13
        (["652301790513102", "123456789012345"], False),  # a column of codes
        (["6523017905131025551"], False),  # 19 digits
    ],
)
def test_old_numbers_of_15_digits_count_where_nothing_else_stands_there(
    cells: list[str], *, holds: bool
) -> None:
    assert holds_identity_number(pd.Series(cells)) is holds
