"""Vector layers: formats, encodings, and the system that each carries or lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import pytest
import shapely
from bureau import LAT, LON, RULES, codes, settings, take_in, the, write_layer, write_tables

from zoning.intake import read_inputs
from zoning.intake.shapefile import companions, dbf_encoding, full_headers, stated_encoding
from zoning.messages import languages
from zoning.schema import contract

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.intake import Intake

pytestmark = [
    pytest.mark.integration,
    pytest.mark.filterwarnings("ignore:'crs' was not provided:UserWarning"),
]

POINTS = [shapely.Point(LON + 0.001, LAT + 0.001), shapely.Point(LON + 0.005, LAT + 0.005)]
COLUMNS: dict[str, list[object]] = {
    "编号": ["X01", "C01"],
    "校名": ["第一小学", "第一中学"],
    "学段": ["小学", "初中"],
    "2027学位": [45, 50],
}


def schools_from(folder: Path, name: str, *, declared: str = "", layer: str = "") -> Intake:
    write_tables(folder)
    item = {"file": name, "crs": declared, "layer": layer}
    return read_inputs(folder, settings(schools=item), rules=RULES)


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.parquet"])
def test_every_format_gives_the_same_schools(tmp_path: Path, name: str) -> None:
    expected = take_in(tmp_path / "csv").inputs
    (tmp_path / "in").mkdir()
    write_layer(tmp_path / "in" / name, COLUMNS, POINTS, crs="EPSG:4326", **utf8(name))
    intake = schools_from(tmp_path / "in", name)
    assert codes(intake) == []
    assert intake.inputs is not None
    assert expected is not None
    assert intake.inputs.seats.equals(expected.seats)
    assert intake.inputs.schools.distance(expected.schools).max() < 1e-3
    assert intake.inputs.schools["name"].tolist() == ["第一中学", "第一小学"]


def utf8(name: str) -> dict[str, str]:
    return {"encoding": "UTF-8"} if name.endswith(".shp") else {}


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030"])
@pytest.mark.parametrize("with_cpg", [True, False])
def test_shapefiles_in_chinese(tmp_path: Path, encoding: str, *, with_cpg: bool) -> None:
    write_layer(tmp_path / "a.shp", COLUMNS, POINTS, crs="EPSG:4490", encoding=encoding)
    if not with_cpg:
        (tmp_path / "a.cpg").unlink()
    intake = schools_from(tmp_path, "a.shp")
    assert intake.inputs is not None
    assert intake.inputs.schools["name"].tolist() == ["第一中学", "第一小学"]
    guessed = "GB18030" in codes(intake, above="")
    assert guessed is (encoding == "GB18030" and not with_cpg)


def test_a_shapefile_without_prj_is_refused_until_it_is_declared(tmp_path: Path) -> None:
    write_layer(tmp_path / "a.shp", COLUMNS, POINTS, crs="EPSG:4490", encoding="UTF-8")
    (tmp_path / "a.prj").unlink()
    intake = schools_from(tmp_path, "a.shp")
    assert intake.inputs is None
    assert "[inputs.schools]" in the(intake, "CRS_UNDECLARED").fix("en")
    assert codes(schools_from(tmp_path, "a.shp", declared="CGCS2000")) == []


def test_all_parts_of_a_shapefile_are_digested(tmp_path: Path) -> None:
    write_layer(tmp_path / "A.shp", COLUMNS, POINTS, crs="EPSG:4490", encoding="UTF-8")
    files = {item.file for item in schools_from(tmp_path, "A.shp").files}
    assert {"A.shp", "A.shx", "A.dbf", "A.prj", "A.cpg"} <= files
    assert companions(tmp_path / "A.shp")[0].suffix == ".shp"


def test_a_geopackage_of_undefined_system_is_undeclared(tmp_path: Path) -> None:
    write_layer(tmp_path / "a.gpkg", COLUMNS, POINTS, crs=None)
    the(schools_from(tmp_path, "a.gpkg"), "CRS_UNDECLARED")


def test_a_projected_layer_and_a_declaration_that_agrees(tmp_path: Path) -> None:
    frame = gpd.GeoSeries(POINTS, crs="EPSG:4490").to_crs("EPSG:4538")
    write_layer(tmp_path / "a.gpkg", COLUMNS, list(frame), crs="EPSG:4538")
    for declared in ("", "EPSG:4538", "CGCS2000 3度带 中央子午线87"):
        assert codes(schools_from(tmp_path, "a.gpkg", declared=declared)) == []


@pytest.mark.parametrize("declared", ["EPSG:4538", "EPSG:4214", "EPSG:32645"])
def test_a_declaration_that_contradicts_the_file(tmp_path: Path, declared: str) -> None:
    write_layer(tmp_path / "a.gpkg", COLUMNS, POINTS, crs="EPSG:4490")
    finding = the(schools_from(tmp_path, "a.gpkg", declared=declared), "CRS_DISAGREES")
    assert finding.params["carried"] == "EPSG:4490"


def test_cgcs2000_and_wgs84_do_not_contradict_each_other(tmp_path: Path) -> None:
    write_layer(tmp_path / "a.gpkg", COLUMNS, POINTS, crs="EPSG:4490")
    assert codes(schools_from(tmp_path, "a.gpkg", declared="WGS 84"), above="") == []


def test_a_declared_shift_wins_over_what_the_file_can_only_say(tmp_path: Path) -> None:
    write_layer(tmp_path / "a.gpkg", COLUMNS, POINTS, crs="EPSG:4326")
    intake = schools_from(tmp_path, "a.gpkg", declared="GCJ-02")
    plain = schools_from(tmp_path, "a.gpkg")
    the(intake, "CRS_SHIFT_DECLARED")
    assert intake.inputs is not None
    assert plain.inputs is not None
    apart = intake.inputs.schools.distance(plain.inputs.schools)
    assert apart.between(20, 800).all()


def test_geojson_means_wgs84_unless_declared(tmp_path: Path) -> None:
    write_layer(tmp_path / "a.geojson", COLUMNS, POINTS, crs=None)
    the(schools_from(tmp_path, "a.geojson"), "GEOJSON_WGS84")
    declared = schools_from(tmp_path, "a.geojson", declared="BD-09")
    assert codes(declared, above="") == []


def test_layers_of_a_geopackage_are_named(tmp_path: Path) -> None:
    for layer in ("学校", "旧学校"):
        write_layer(tmp_path / "a.gpkg", COLUMNS, POINTS, layer=layer)
    assert "旧学校" in the(schools_from(tmp_path, "a.gpkg"), "WHICH_LAYER").message("zh-CN")
    assert "旧学校" in the(schools_from(tmp_path, "a.gpkg", layer="校"), "NO_LAYER").message("en")
    assert codes(schools_from(tmp_path, "a.gpkg", layer="学校")) == []


def test_polygons_stand_for_schools_and_lines_do_not(tmp_path: Path) -> None:
    shapes = [POINTS[0].buffer(0.0005), shapely.LineString(POINTS)]
    write_layer(tmp_path / "a.gpkg", COLUMNS, shapes)
    intake = schools_from(tmp_path, "a.gpkg")
    assert the(intake, "AREA_TO_POINT").params["count"] == 1
    assert the(intake, "NOT_A_POINT").row == 2


def test_a_layer_without_features(tmp_path: Path) -> None:
    empty = {name: [] for name in COLUMNS}
    write_layer(tmp_path / "a.gpkg", empty, [])
    the(schools_from(tmp_path, "a.gpkg"), "EMPTY_SHEET")


def test_a_file_of_one_layer_without_features_is_named_alone(tmp_path: Path) -> None:
    (tmp_path / "a.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    found = the(schools_from(tmp_path, "a.geojson"), "EMPTY_LAYER")
    for language in languages():
        assert found.message(language).startswith(("a.geojson", "There is nothing in a.geojson"))


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.parquet"])
def test_a_damaged_layer(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"this is no layer at all" * 20)
    the(schools_from(tmp_path, name), "NOT_ITS_FORMAT")


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.parquet"])
def test_an_empty_layer_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    the(schools_from(tmp_path, name), "EMPTY_FILE")


def test_a_layer_with_forbidden_columns_is_refused(tmp_path: Path) -> None:
    write_layer(tmp_path / "a.shp", COLUMNS | {"收入": ["高", "低"]}, POINTS, crs="EPSG:4490",
                encoding="UTF-8")  # fmt: skip
    intake = schools_from(tmp_path, "a.shp")
    assert {item.code for item in intake.findings if item.file == "a.shp"} == {
        "intake.PERSONAL_INCOME"
    }
    assert not any(item.file.startswith("a.") for item in intake.files)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_column_names_cut_to_ten_bytes_are_completed(tmp_path: Path) -> None:
    """学校名称 is twelve bytes of UTF-8: the file holds 学校名 and a third of 称."""
    long = {"学校编号": ["X01", "C01"], "学校名称": ["一小", "一中"], "学段": ["小学", "初中"],
            "2027年学位": [45, 50]}  # fmt: skip
    write_layer(tmp_path / "a.shp", long, POINTS, crs="EPSG:4490", encoding="UTF-8")
    intake = schools_from(tmp_path, "a.shp")
    assert codes(intake) == []
    assert intake.inputs is not None
    assert intake.inputs.seats["seats"].tolist() == [50, 45]


def test_completing_a_header_is_no_guess() -> None:
    columns = contract("schools")
    assert full_headers(["学校名", "2027年学", "2027年班", "学校", "电话号"], columns) == (
        "学校名称", "2027年学位", "2027年班数", "学校", "电话号",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("words", "encoding"),
    [("UTF-8", "utf-8"), ("GBK\n", "GB18030"), ("936", "GB18030"), ("ANSI 936", "GB18030"),
     ("1252", "cp1252"), ("nonsense", None)],
)  # fmt: skip
def test_what_a_cpg_file_states(words: str, encoding: str | None) -> None:
    assert stated_encoding(words) == encoding


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_encoding_of_a_cut_sign_is_still_utf8(tmp_path: Path) -> None:
    """A field holds 254 bytes at most: the last sign of a long text is cut in two."""
    write_layer(tmp_path / "a.shp", {"name": ["学" * 100]}, POINTS[:1], encoding="UTF-8")
    assert dbf_encoding((tmp_path / "a.dbf").read_bytes()) == "UTF-8"
