"""Coordinate systems of tables: declared, contradicted, swapped, wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bureau import (
    ADDRESSES,
    LAT,
    LON,
    codes,
    settings,
    take_in,
    the,
)

from zoning.crs import GCJ02, WGS84, convert, from_lonlat
from zoning.findings import Severity

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


def test_an_undeclared_system_is_refused_with_the_line_to_write(tmp_path: Path) -> None:
    intake = take_in(tmp_path, settings(addresses={"file": "addresses.csv"}))
    assert intake.inputs is None
    assert "[inputs.addresses]" in the(intake, "CRS_UNDECLARED").fix("zh-CN")


def test_an_unknown_system_is_refused(tmp_path: Path) -> None:
    intake = take_in(tmp_path, settings(addresses={"file": "addresses.csv", "crs": "北京某某"}))
    assert the(intake, "CRS_UNKNOWN").params["declared"] == "北京某某"


def test_gcj02_is_undone(tmp_path: Path) -> None:
    rows = [list(row) for row in ADDRESSES]
    for row in rows[1:]:
        lon, lat = from_lonlat(row[-2], row[-1], target=GCJ02)
        row[-2:] = [float(lon[0]), float(lat[0])]
    plain = take_in(tmp_path / "plain").inputs
    chosen = settings(addresses={"file": "addresses.csv", "crs": "高德"})
    shifted = take_in(tmp_path / "shifted", chosen, addresses=rows).inputs
    assert plain is not None
    assert shifted is not None
    assert plain.addresses is not None
    assert shifted.addresses is not None
    assert plain.addresses.distance(shifted.addresses).max() < 0.01


def test_headers_may_declare_the_system(tmp_path: Path) -> None:
    rows = [list(row) for row in ADDRESSES]
    rows[0][-2:] = ["lng_wgs84", "lat_wgs84"]
    intake = take_in(tmp_path, settings(addresses={"file": "addresses.csv"}), addresses=rows)
    assert codes(intake) == []


def test_headers_that_contradict_the_declaration(tmp_path: Path) -> None:
    rows = [list(row) for row in ADDRESSES]
    rows[0][-2:] = ["lng_gcj02", "lat_gcj02"]
    finding = the(take_in(tmp_path, addresses=rows), "CRS_DISAGREES")
    assert (finding.params["declared"], finding.params["carried"]) == ("CGCS2000", "GCJ-02")


def test_longitude_and_latitude_swapped(tmp_path: Path) -> None:
    rows = [list(row) for row in ADDRESSES]
    for row in rows[1:]:
        row[-2:] = row[:-3:-1]
    intake = take_in(tmp_path, addresses=rows)
    assert intake.inputs is None
    assert the(intake, "LONLAT_SWAPPED").file == "addresses.csv"


def test_metres_declared_as_degrees_and_the_other_way_round(tmp_path: Path) -> None:
    rows = [list(row) for row in ADDRESSES]
    for row in rows[1:]:
        x, y = convert(row[-2], row[-1], source=WGS84, target=the_crs())
        row[-2:] = [float(x[0]), float(y[0])]
    the(take_in(tmp_path / "a", addresses=rows), "NOT_DEGREES")
    chosen = settings(addresses={"file": "addresses.csv", "crs": "EPSG:4538"})
    assert codes(take_in(tmp_path / "b", chosen, addresses=rows)) == []
    the(take_in(tmp_path / "c", chosen), "NOT_METRES")


def the_crs() -> object:
    from zoning.crs import working_crs

    return working_crs(LON, LAT)


def test_gcj02_outside_china(tmp_path: Path) -> None:
    rows = [list(row) for row in ADDRESSES]
    for row in rows[1:]:
        row[-2:] = [-3.0, 51.6]
    chosen = settings(addresses={"file": "addresses.csv", "crs": "GCJ-02"})
    the(take_in(tmp_path, chosen, addresses=rows), "CRS_ONLY_CHINA")


def test_an_old_datum_is_warned_of(tmp_path: Path) -> None:
    chosen = settings(addresses={"file": "addresses.csv", "crs": "EPSG:4610"})
    assert the(take_in(tmp_path, chosen), "CRS_OLD_DATUM").severity is Severity.WARNING


def test_the_studys_own_system_must_be_metric(tmp_path: Path) -> None:
    chosen = settings()
    study = chosen.study.model_copy(update={"crs": "EPSG:4490"})
    intake = take_in(tmp_path, chosen.model_copy(update={"study": study}))
    assert [item.code for item in intake.findings] == ["crs.NOT_METRIC"]
    assert intake.draft is None
