"""Files that cannot be read: the cause is said in an office's words, a library's come last."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
import shapely
from bureau import (
    LAT,
    LON,
    RULES,
    SCHOOLS,
    settings,
    the,
    write_layer,
    write_tables,
    write_xlsx,
)

from zoning.intake import read_inputs

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.intake import Intake

pytestmark = pytest.mark.integration

POINTS = [shapely.Point(LON + 0.001 * at, LAT) for at in range(40)]
COLUMNS: dict[str, list[object]] = {
    "code": [f"X{at}" for at in range(40)],
    "school": [f"School {at}" for at in range(40)],
    "stage": ["primary"] * 40,
}
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)


def schools_from(folder: Path, name: str) -> Intake:
    write_tables(folder)
    chosen = settings(schools={"file": name, "crs": "CGCS2000"})
    return read_inputs(folder, chosen, rules=RULES)


def cut(path: Path, share: float) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.parquet"])
def test_a_layer_that_is_cut_off(tmp_path: Path, name: str, share: float) -> None:
    write_layer(tmp_path / name, COLUMNS, POINTS)
    cut(tmp_path / name, share)
    finding = the(schools_from(tmp_path, name), "TRUNCATED")
    assert finding.file == name
    assert f"{(tmp_path / name).stat().st_size:,}" in finding.message("zh-CN")


@pytest.mark.parametrize("part", ["a.dbf", "a.shx"])
def test_the_part_of_a_shapefile_that_is_cut_off_is_named(tmp_path: Path, part: str) -> None:
    write_layer(tmp_path / "a.shp", COLUMNS, POINTS)
    cut(tmp_path / part, 0.5)
    assert the(schools_from(tmp_path, "a.shp"), "TRUNCATED").file == part


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_workbook_that_is_cut_off(tmp_path: Path, share: float) -> None:
    write_xlsx(tmp_path / "a.xlsx", SCHOOLS)
    cut(tmp_path / "a.xlsx", share)
    the(schools_from(tmp_path, "a.xlsx"), "TRUNCATED")


@pytest.mark.parametrize("part", ["a.shx", "a.dbf"])
def test_a_shapefile_without_one_of_its_files(tmp_path: Path, part: str) -> None:
    write_layer(tmp_path / "a.shp", COLUMNS, POINTS)
    (tmp_path / part).unlink()
    finding = the(schools_from(tmp_path, "a.shp"), "SHAPEFILE_PARTS")
    assert part in finding.message("zh-CN")
    for needed in ("a.shp", "a.shx", "a.dbf", "a.prj"):
        assert needed in finding.fix("en")


@pytest.mark.parametrize("name", ["a.gpkg", "a.xlsx", "a.shp", "a.parquet", "a.geojson", "a.xls"])
def test_a_web_page_under_another_name(tmp_path: Path, name: str) -> None:
    """What a browser saves where a download wants a log-in."""
    (tmp_path / name).write_bytes(b"<!DOCTYPE html><html><body>Log in</body></html>")
    finding = the(schools_from(tmp_path, name), "OTHER_FORMAT")
    assert "HTML" in finding.message("zh-CN")
    assert "." + name.split(".")[1] in finding.fix("en")


def test_a_workbook_renamed_to_csv(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "a.xlsx", SCHOOLS)
    (tmp_path / "a.csv").write_bytes((tmp_path / "a.xlsx").read_bytes())
    assert "XLSX" in the(schools_from(tmp_path, "a.csv"), "OTHER_FORMAT").message("en")


def test_a_workbook_with_a_password(tmp_path: Path) -> None:
    """Excel keeps an encrypted workbook in the container of its old format."""
    (tmp_path / "a.xlsx").write_bytes(OLE)
    assert "密码" in the(schools_from(tmp_path, "a.xlsx"), "WORKBOOK_LOCKED").message("zh-CN")


def test_what_a_library_says_stands_at_the_end(tmp_path: Path) -> None:
    """A database that is whole, but no GeoPackage."""
    with sqlite3.connect(tmp_path / "a.gpkg") as database:
        database.execute("CREATE TABLE gpkg_contents (word TEXT)")
    database.close()
    finding = the(schools_from(tmp_path, "a.gpkg"), "UNREADABLE")
    detail = str(finding.params["detail"])
    assert detail
    assert finding.message("zh-CN").endswith(f"（技术信息：{detail}）。")


def test_json_that_ends_too_early(tmp_path: Path) -> None:
    write_layer(tmp_path / "a.geojson", COLUMNS, POINTS, crs="EPSG:4326")
    data = (tmp_path / "a.geojson").read_bytes()
    (tmp_path / "a.geojson").write_bytes(data[: data.index(b"School 20")])
    the(schools_from(tmp_path, "a.geojson"), "TRUNCATED")
