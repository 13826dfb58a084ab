"""Templates: understood by intake once they are filled in, and hard to fill in wrongly."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest
from bureau import ADDRESSES, DEMAND, RULES, SCHOOLS, codes
from pydantic import BaseModel

from zoning.errors import SettingsError
from zoning.intake import read_inputs
from zoning.intake.templates import TEMPLATES, study_template, write_templates
from zoning.schema import contract, match_headers
from zoning.settings import InputFile, Stage, StudySettings, parse_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.integration

YEARS = (2027, 2028)


def fill(folder: Path, file: str, sheet: str, rows: tuple[list[object], ...]) -> None:
    """Write rows below the template's own headers, by the names of the headers."""
    book = openpyxl.load_workbook(folder / file)
    headers = {cell.value: cell.column for cell in book[sheet][1]}
    for at, row in enumerate(rows[1:], start=2):
        for header, value in zip(rows[0], row, strict=True):
            book[sheet].cell(row=at, column=headers[header], value=value)
            if str(header).startswith("2027年"):
                later = headers[str(header).replace("2027", "2028")]
                book[sheet].cell(row=at, column=later, value=value)
    book.save(folder / file)


@pytest.mark.parametrize("file", TEMPLATES)
def test_every_header_is_understood(tmp_path: Path, file: str) -> None:
    write_templates(tmp_path, years=YEARS)
    book = openpyxl.load_workbook(tmp_path / file)
    for sheet, name in zip(book.sheetnames, TEMPLATES[file], strict=False):
        headers = [cell.value for cell in book[sheet][1]]
        match = match_headers(headers, contract(name))
        assert not match.unknown
        assert not match.twice
        assert book[sheet].max_row == 1


def test_a_filled_template_is_a_good_study(tmp_path: Path) -> None:
    write_templates(tmp_path, years=YEARS)
    fill(tmp_path, "schools.xlsx", "学校", SCHOOLS)
    fill(tmp_path, "schools.xlsx", "校门",
         (["学校编号", "校门", "经度", "纬度"], ["X01", "南门", 87.3011, 44.0109]))  # fmt: skip
    fill(tmp_path, "addresses.xlsx", "地址", ADDRESSES)
    fill(tmp_path, "demand.xlsx", "适龄儿童", DEMAND)
    chosen = parse_settings(study_template("试点", YEARS))
    intake = read_inputs(tmp_path, chosen, rules=RULES)
    assert codes(intake) == []
    assert intake.inputs is not None
    assert intake.inputs.demand["children"].sum() == 88


def test_an_unfilled_template_says_that_it_is_empty(tmp_path: Path) -> None:
    write_templates(tmp_path, years=YEARS)
    intake = read_inputs(tmp_path, parse_settings(study_template("试点", YEARS)), rules=RULES)
    assert codes(intake, above="warning").count("NO_ROWS") == 3  # gates may be empty


def test_stages_are_chosen_from_a_list_and_door_numbers_stay_text(tmp_path: Path) -> None:
    write_templates(tmp_path, years=YEARS)
    book = openpyxl.load_workbook(tmp_path / "schools.xlsx")
    lists = {
        rule.formula1: str(rule.sqref) for rule in book["学校"].data_validations.dataValidation
    }
    assert lists['"小学,初中"'].startswith("C2:")
    book = openpyxl.load_workbook(tmp_path / "addresses.xlsx")
    column = next(cell.column_letter for cell in book["地址"][1] if cell.value == "门牌号")
    assert book["地址"].column_dimensions[column].number_format == "@"


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_column_is_explained(tmp_path: Path, language: str) -> None:
    write_templates(tmp_path, years=YEARS, language=language)
    for file, names in TEMPLATES.items():
        book = openpyxl.load_workbook(tmp_path / file)
        explained = {row[0].value: row[3].value for row in book.worksheets[-1].iter_rows(max_col=4)}
        for sheet in book.worksheets[: len(names)]:
            for cell in sheet[1]:
                assert explained[cell.value]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "demand.xlsx").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        write_templates(tmp_path, years=YEARS)
    assert [path.name for path in tmp_path.iterdir()] == ["demand.xlsx"]


@pytest.mark.parametrize("name", ["某县2027年", 'a "quoted" \\ name', "名\n称"])
def test_the_settings_template_is_valid(name: str) -> None:
    chosen = parse_settings(study_template(name, YEARS))
    assert chosen.study.name == name
    assert chosen.study.years == YEARS
    assert chosen.study.stages == tuple(Stage)


def test_the_settings_template_states_the_defaults() -> None:
    """What the template spells out is what holds without it; a changed default must show here."""
    chosen = parse_settings(study_template("x", YEARS))
    plain = type(chosen).model_validate(
        {"study": {"name": "x", "years": YEARS}, "inputs": chosen.inputs.model_dump()}
    )
    assert chosen == plain


def keys_of(section: type[BaseModel], *path: str) -> Iterator[tuple[str, ...]]:
    """Yield the keys of all settings that are no sections themselves."""
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind is not InputFile:
            yield from keys_of(kind, *path, name)
        else:
            yield (*path, name)


def test_every_setting_can_be_found_in_the_template() -> None:
    """By its key in its section, or as a section of its own; some wait behind a #."""
    lines = [line.removeprefix("# ") for line in study_template("x", YEARS).splitlines()]
    section, found = "", set()
    for line in lines:
        if line.startswith("[") and line.endswith("]"):
            section = line.strip("[]")
            found.add(section)
        elif " = " in line:
            found.add(f"{section}.{line.split(' = ')[0]}")
    keys = {".".join(key) for key in keys_of(StudySettings)}
    assert keys <= found


def test_optional_lines_of_the_template_are_valid_too() -> None:
    lines = study_template("x", YEARS).splitlines()
    opened = [line.removeprefix("# ") if " = { file" in line else line for line in lines]
    assert set(parse_settings("\n".join(opened)).inputs.named()) == {
        "schools", "gates", "addresses", "demand", "roads", "railways", "rivers", "boundary",
        "blocks", "current_zones", "decisions", "road_points",
    }  # fmt: skip


def test_years_must_ascend() -> None:
    with pytest.raises(SettingsError):
        parse_settings(study_template("x", (2028, 2027)))
