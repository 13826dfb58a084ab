"""Schools that all lie on one side of their gates: one of the two sheets is shifted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from bureau import LAT, LON, SCHOOLS, codes, settings, take_in, the, write_csv

from zoning.crs import BD09, GCJ02, WGS84, System, from_lonlat
from zoning.findings import Severity

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.intake import Intake

pytestmark = pytest.mark.integration


def study(
    folder: Path,
    *,
    schools: System = WGS84,
    gates: System = WGS84,
    declared: tuple[str, str] = ("WGS 84", "WGS 84"),
    count: int = 8,
    east: float = 0.0,
    seed: int = 1,
) -> Intake:
    """Write schools in one system, each with two gates some 60 m away in another.

    `east` moves all schools by degrees, whatever the system.
    """
    rng = np.random.default_rng(seed)
    rows: list[list[object]] = [list(SCHOOLS[0])]
    doors: list[list[object]] = [["学校编号", "校门", "经度", "纬度"]]
    for at in range(count):
        lon, lat = LON + 0.004 * (at % 3), LAT + 0.004 * (at // 3)
        x, y = from_lonlat(lon, lat, target=schools)
        stage = "初中" if at == 0 else "小学"
        rows.append([f"X{at}", f"学校{at}", stage, "", "", float(x[0]) + east, float(y[0]), 45])
        for gate in ("南门", "东门"):
            way = rng.normal(0, 0.0006, 2)
            x, y = from_lonlat(lon + way[0], lat + way[1], target=gates)
            doors.append([f"X{at}", gate, float(x[0]), float(y[0])])
    folder.mkdir(exist_ok=True)
    write_csv(folder / "gates.csv", doors)
    chosen = settings(
        schools={"file": "schools.csv", "crs": declared[0]},
        gates={"file": "gates.csv", "crs": declared[1]},
    )
    return take_in(folder, chosen, schools=rows)


@pytest.mark.parametrize("real", [GCJ02, BD09])
def test_shifted_schools_are_refused_beside_their_gates(tmp_path: Path, real: System) -> None:
    """By GCJ-02 some 290 m here, by BD-09 over 1,000: then not gate by gate besides."""
    intake = study(tmp_path, schools=real)
    assert codes(intake) == ["SCHOOLS_OFF_GATES"]
    finding = the(intake, "SCHOOLS_OFF_GATES")
    assert (finding.file, finding.severity) == ("schools.csv", Severity.ERROR)
    assert finding.params["actual"] == real.name
    measured, expected = (float(str(finding.params[key])) for key in ("measured", "expected"))
    assert measured == pytest.approx(expected, abs=40)


def test_shifted_gates_are_told_at_their_own_sheet(tmp_path: Path) -> None:
    finding = the(study(tmp_path, gates=GCJ02), "SCHOOLS_OFF_GATES")
    assert (finding.file, finding.params["actual"]) == ("gates.csv", "GCJ-02")


def test_a_shift_declared_in_vain_is_told_for_both(tmp_path: Path) -> None:
    """Schools declared GCJ-02 that are WGS 84: or their gates are shifted the other way."""
    intake = study(tmp_path, declared=("GCJ-02", "WGS 84"))
    found = {(item.file, item.params["actual"]) for item in intake.findings
             if item.code == "intake.SCHOOLS_OFF_GATES"}  # fmt: skip
    assert ("schools.csv", "WGS 84") in found


def test_two_schools_are_only_warned_of(tmp_path: Path) -> None:
    finding = the(study(tmp_path, schools=GCJ02, count=2), "SCHOOLS_OFF_GATES")
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("system", [WGS84, GCJ02, BD09])
def test_schools_and_gates_of_one_system_are_fine(
    tmp_path: Path, system: System, seed: int
) -> None:
    intake = study(tmp_path, schools=system, gates=system, seed=seed)
    assert not {"SCHOOLS_OFF_GATES", "SCHOOLS_ASIDE"} & set(codes(intake))
    declared = (system.name, system.name)
    assert codes(study(tmp_path, schools=system, gates=system, declared=declared, seed=seed)) == []


def test_a_common_move_of_no_known_shift_is_a_warning(tmp_path: Path) -> None:
    """0.01° is 800 m."""
    intake = study(tmp_path, east=0.01)
    assert codes(intake) == ["SCHOOLS_ASIDE"]
    assert float(str(the(intake, "SCHOOLS_ASIDE").params["measured"])) == pytest.approx(800, abs=40)
