"""A county's schools without gates and road names: too few to be silently believed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import openpyxl
import pytest
from click.testing import CliRunner

from zoning.cli import main
from zoning.crs import BD09, GCJ02, WGS84, System, from_lonlat

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


def shift_schools(study: Path, system: System) -> None:
    """Write the schools in a system that `study.toml` does not declare, and take the gates away."""
    file = study / "inputs" / "schools.xlsx"
    book = openpyxl.load_workbook(file)
    sheet = book["学校"]
    header = [cell.value for cell in sheet[1]]
    lon, lat = header.index("经度") + 1, header.index("纬度") + 1
    for row in range(2, sheet.max_row + 1):
        x, y = from_lonlat(sheet.cell(row, lon).value, sheet.cell(row, lat).value, target=system)
        sheet.cell(row, lon).value, sheet.cell(row, lat).value = float(x[0]), float(y[0])
    book.save(file)
    settings = study / "study.toml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("gates")]
    settings.write_text("\n".join(kept), encoding="utf-8")


@pytest.mark.parametrize("system", [WGS84, GCJ02, BD09], ids=lambda system: system.name)
def test_what_the_roads_cannot_tell_is_said(tmp_path: Path, system: System) -> None:
    run = CliRunner()
    run.invoke(main, ["demo", str(tmp_path), "--size", "county"], catch_exceptions=False)
    shift_schools(tmp_path, system)
    result = run.invoke(main, ["check", str(tmp_path), "--json"], catch_exceptions=False)
    said = json.loads(result.stdout)
    # refused, doubted or noted, but never without a word
    told = {finding["code"] for finding in said["findings"]}
    assert any(code.startswith("intake.OFFSET") for code in told), told
