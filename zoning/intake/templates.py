"""Empty workbooks and a commented `study.toml` for a new study."""

from __future__ import annotations

import json
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING, Any

from zoning.messages import DEFAULT_LANGUAGE, text
from zoning.schema import Column, DecisionKind, Kind, contract, vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

TEMPLATES = {
    "schools.xlsx": ("schools", "gates"),
    "addresses.xlsx": ("addresses",),
    "demand.xlsx": ("demand",),
    "decisions.xlsx": ("decisions",),
}
"""Inputs by workbook, one sheet each."""

_ROWS = 5000
_LEFT_OUT = {"demand": {"block_id", "year"}, "gates": {"name"}}
_WIDTH = 16
_HELP_WIDTHS = (22, 20, 8, 70, 22)


def study_template(name: str, years: Sequence[int]) -> str:
    """Return a commented `study.toml` that names the templates.

    Parameters
    ----------
    name
        Name of the study.
    years
        Years of entry, ascending.
    """
    file = resources.files("zoning.intake").joinpath("study_template.toml")
    document = file.read_text(encoding="utf-8")
    # A JSON string is a basic string of TOML as well, quotes and backslashes included.
    document = document.replace("@NAME@", json.dumps(name, ensure_ascii=False))
    return document.replace("@YEARS@", json.dumps(list(years)))


def _headers(name: str, years: Sequence[int]) -> list[tuple[str, Column]]:
    columns = contract(name)
    single = [
        (column.header, column)
        for column in columns.columns
        if column.name not in _LEFT_OUT.get(name, set())
    ]
    yearly = [column for column in columns.yearly if column.name not in {"classes", "kept"}]
    return single + [(f"{year}年{column.header}", column) for year in years for column in yearly]


def _fill_sheet(sheet: Any, name: str, *, years: Sequence[int], language: str) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    stage = DataValidation(type="list", formula1='"小学,初中"', allow_blank=False)
    stage.error = stage.prompt = text("columns.STAGE_PROMPT", language)
    count = DataValidation(type="whole", operator="greaterThanOrEqual", formula1="0")
    count.error = count.prompt = text("columns.COUNT_PROMPT", language)
    words = ",".join(vocabulary()["decision_kinds"][kind.value][0] for kind in DecisionKind)
    decided = DataValidation(type="list", formula1=f'"{words}"', allow_blank=False)
    decided.error = decided.prompt = text("columns.KIND_PROMPT", language)
    rules = {Kind.STAGE: stage, Kind.COUNT: count, Kind.DECISION: decided}
    for rule in rules.values():
        rule.showErrorMessage = rule.showInputMessage = True
    for position, (header, column) in enumerate(_headers(name, years), start=1):
        letter = get_column_letter(position)
        cell = sheet.cell(row=1, column=position, value=header)
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True)
        needed = column.required or column.name in {"address_id", "seats", "children"}
        cell.fill = PatternFill("solid", fgColor="FFFCE4D6" if needed else "FFEDEDED")
        sheet.column_dimensions[letter].width = _WIDTH
        if column.kind in {Kind.ID, Kind.TEXT}:
            # Text, or a door number such as 3-12 becomes a date and 007 becomes 7. The format
            # of the whole column costs nothing; single cells would make thousands of them.
            sheet.column_dimensions[letter].number_format = "@"
        if column.kind in rules:
            rules[column.kind].add(f"{letter}2:{letter}{_ROWS}")
    for rule in rules.values():
        if rule.sqref:
            sheet.add_data_validation(rule)
    sheet.freeze_panes = "A2"


def _fill_help(sheet: Any, names: Sequence[str], *, years: Sequence[int], language: str) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet.append([text("columns.NO_PERSONAL", language)])
    sheet.append([text("columns.CRS_NOTE", language)])
    parts = ("column", "english", "required", "meaning", "example")
    for name in names:
        sheet.append([])
        sheet.append([text(f"columns.SHEET_{name}", language)])
        sheet.cell(row=sheet.max_row, column=1).font = Font(bold=True, size=13)
        sheet.append([text(f"columns.HEAD_{part}", language) for part in parts])
        for cell in sheet[sheet.max_row]:
            cell.font = Font(bold=True)
        for header, column in _headers(name, years):
            key = f"columns.MEANING_{name}_{column.name}"
            needed = "YES" if column.required else "NO"
            english = f"{column.name}_{header[:4]}" if header[:4].isdigit() else column.name
            sheet.append([header, english, text(f"columns.{needed}", language),
                          text(key, language), text(key, language, part="example")])  # fmt: skip
    for position, width in enumerate(_HELP_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(position)].width = width
    for row in sheet.iter_rows(min_row=3):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def write_templates(
    folder: Path, *, years: Sequence[int], language: str = DEFAULT_LANGUAGE
) -> tuple[Path, ...]:
    """Write the empty workbooks; headers are Chinese, explanations in the language.

    Parameters
    ----------
    folder
        An existing folder, usually the study's `inputs/`.
    years
        Years of entry, a column each.

    Raises
    ------
    FileExistsError
        One of the files is there already; nothing is written then.
    """
    from openpyxl import Workbook

    paths = {name: folder / name for name in TEMPLATES}
    for path in paths.values():
        if path.exists():
            raise FileExistsError(path)
    for file, names in TEMPLATES.items():
        book = Workbook()
        book.remove(book.active)
        for name in names:
            # Sheet names are those of `study_template`, whatever the language.
            sheet = book.create_sheet(text(f"columns.SHEET_{name}", DEFAULT_LANGUAGE))
            _fill_sheet(sheet, name, years=years, language=language)
        explained = book.create_sheet(text("columns.SHEET_help", language))
        _fill_help(explained, names, years=years, language=language)
        # in memory first: on a full disk the archive would fail a second time, aloud, when it goes
        whole = BytesIO()
        book.save(whole)
        paths[file].write_bytes(whole.getvalue())
    return tuple(paths.values())
