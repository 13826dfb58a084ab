"""A county's schools and gates without road names: few points, never silently believed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from click.testing import CliRunner

from zoning.cli import main
from zoning.crs import BD09, GCJ02, WGS84, System, from_lonlat

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


def write_in(study: Path, system: System, *sheets: str) -> None:
    """Write sheets of the schools in a system that `study.toml` does not declare."""
    file = study / "inputs" / "schools.xlsx"
    book = openpyxl.load_workbook(file)
    for sheet in map(book.__getitem__, sheets):
        header = [cell.value for cell in sheet[1]]
        lon, lat = header.index("经度") + 1, header.index("纬度") + 1
        for row in range(2, sheet.max_row + 1):
            at = sheet.cell(row, lon).value, sheet.cell(row, lat).value
            if at[0] is not None:
                x, y = from_lonlat(*at, target=system)
                sheet.cell(row, lon).value, sheet.cell(row, lat).value = float(x[0]), float(y[0])
    book.save(file)


def without_gates(study: Path) -> None:
    settings = study / "study.toml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("gates")]
    settings.write_text("\n".join(kept), encoding="utf-8")


def demo(folder: Path, *options: str) -> None:
    CliRunner().invoke(main, ["demo", str(folder), *options], catch_exceptions=False)


def checked(study: Path) -> tuple[int, list[dict[str, Any]]]:
    result = CliRunner().invoke(main, ["check", str(study), "--json"], catch_exceptions=False)
    findings: list[dict[str, Any]] = json.loads(result.stdout)["findings"]
    return result.exit_code, findings


@pytest.mark.parametrize("system", [WGS84, GCJ02, BD09], ids=lambda system: system.name)
def test_what_the_roads_cannot_tell_is_said(tmp_path: Path, system: System) -> None:
    demo(tmp_path, "--size", "county")
    write_in(tmp_path, system, "学校")
    without_gates(tmp_path)
    _, findings = checked(tmp_path)
    # refused, doubted or noted, but never without a word
    assert any(finding["code"].startswith(("intake.POINTS", "intake.OFFSET"))
               for finding in findings)  # fmt: skip


@pytest.mark.parametrize("seed", ["2", "3", "5"])
@pytest.mark.parametrize("system", [GCJ02, BD09], ids=lambda system: system.name)
def test_a_dozen_gates_of_another_system_are_refused(
    tmp_path: Path, system: System, seed: str
) -> None:
    demo(tmp_path, "--size", "small", "--seed", seed)
    assert checked(tmp_path) == (0, [])
    write_in(tmp_path, system, "学校", "校门")
    code, findings = checked(tmp_path)
    assert code == 3
    (gates,) = [finding for finding in findings if finding["sheet"] == "校门"]
    assert gates["code"] == "intake.POINTS_SHIFTED"
    assert system.name in gates["fix"]
