"""`zoning geocode --table --queries`: any table looked up in any other."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

import pytest
from asked_tables import PLACES, QUERIES, Tables, call, codes, save

from zoning.crs import BD09, GCJ02, from_lonlat
from zoning.geocode.tables import RESULT
from zoning.messages import languages

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    return Tables(tmp_path)


def test_every_query_has_its_row_in_the_same_order(tables: Tables) -> None:
    assert tables.run("--lang", "zh").exit_code == 0
    # as the questions: these are plain UTF-8, which programs read; a spreadsheet's have a mark
    assert tables.out.read_bytes().startswith(",".join(RESULT).encode())
    asked = tables.queries.read_bytes()
    tables.queries.write_bytes(b"\xef\xbb\xbf" + asked)
    assert tables.run("--lang", "zh").exit_code == 0
    assert tables.out.read_bytes().startswith(b"\xef\xbb\xbf" + ",".join(RESULT).encode())
    assert list(tables.result) == ["Q1", "Q2", "Q3", "Q4", "Q5"]
    assert tables.result["Q1"] == {
        "query_id": "Q1", "table_id": "A2", "lng_wgs84": "120.1000000", "lat_wgs84": "30.3000000",
        "match_code": "exact", "probability": tables.result["Q1"]["probability"], "radius_m": "50",
        "accepted": "true", "explanation": tables.result["Q1"]["explanation"],
    }  # fmt: skip
    assert "名称和地址与表中所写完全相同" in tables.result["Q1"]["explanation"]
    assert tables.found["Q3"] == "A4"
    nothing = tables.result["Q4"]
    assert [nothing[name] for name in RESULT[1:5]] == ["", "", "", "refused"]
    assert (nothing["radius_m"], nothing["accepted"]) == ("", "false")


def test_one_name_in_two_places_is_never_accepted(tables: Tables) -> None:
    tables.run()
    assert tables.result["Q2"]["accepted"] == "false"
    assert tables.result["Q2"]["match_code"] in {"tied", "refused"}


@pytest.mark.parametrize(
    ("where", "ending"), [("plain", "csv"), ("mark", "csv"), ("gb18030", "csv"), ("book", "xlsx")]
)
def test_every_encoding_says_the_same(where: str, ending: str, tmp_path: Path) -> None:
    folder = tmp_path / where
    folder.mkdir()
    tables = Tables(folder)
    tables.places = save(folder / f"p.{ending}", PLACES)
    tables.queries = save(folder / f"q.{ending}", QUERIES)
    assert tables.run().exit_code == 0
    found = tables.found
    assert [found[name] for name in ("Q1", "Q3", "Q4")] == ["A2", "A4", ""]


def test_chinese_headers(tmp_path: Path) -> None:
    tables = Tables(
        tmp_path,
        "地址编号,小区名称,详细地址,城市,别名,经度WGS84,纬度WGS84\nA,月亮湾,古墩路5号,杭州,,120.1,30.3",
        "序号,小区,住址,适龄儿童\n1,月亮湾,古墩路5号,3",
    )
    assert tables.run().exit_code == 0
    assert tables.found == {"1": "A"}


def test_cities_that_the_table_lacks_are_told(tmp_path: Path) -> None:
    queries = "id,name,city\nQ1,月亮湾,温州\nQ2,月亮湾,温州市\nQ3,月亮湾,杭州市\nQ4,月亮湾,\n"
    answer = Tables(tmp_path, queries=queries).json("--lang", "en")
    assert codes(answer) == [("CITY_UNKNOWN", "queries.csv", None)]
    (said,) = [item for item in answer["findings"] if item["code"] == "geocode.CITY_UNKNOWN"]
    assert "2 rows" in said["message"]
    assert "温州、温州市" in said["message"]


def test_a_city_on_both_sides_leaves_only_its_rows(tmp_path: Path) -> None:
    tables = Tables(
        tmp_path,
        queries="id,name,address,city\nN,阳光花园,人民路8号,宁波\nH,阳光花园,人民路8号,杭州市",
    )
    tables.run()
    assert tables.found["N"] == "A3"
    assert tables.result["N"]["accepted"] == "true"
    assert tables.found["H"] != "A3"
    assert tables.result["H"]["match_code"] != "exact"


@pytest.mark.parametrize(
    ("column", "said", "row"), [("name", "月亮湾", "A2"), ("address", "古墩路5号", "A2")]
)
def test_only_a_name_or_only_an_address(column: str, said: str, row: str, tmp_path: Path) -> None:
    tables = Tables(tmp_path, queries=f"id,{column}\n1,{said}")
    assert tables.run().exit_code == 0
    assert tables.found == {"1": row}


def test_a_table_of_addresses_alone(tmp_path: Path) -> None:
    places = "id,address,lng_wgs84,lat_wgs84\nA,古墩路5号,120.1,30.3"
    tables = Tables(tmp_path, places, "id,name\n1,古墩路五号")
    tables.run()
    assert tables.found == {"1": "A"}


def test_an_alias_is_a_name(tmp_path: Path) -> None:
    tables = Tables(tmp_path, queries="id,name\n1,老电影院宿舍\n2,阳光苑")
    tables.run()
    assert tables.found == {"1": "A1", "2": "A1"}


@pytest.mark.parametrize(
    ("header", "crs", "system"),
    [
        (("lng_gcj02", "lat_gcj02"), "", GCJ02), (("高德经度", "高德纬度"), "", GCJ02),
        (("lng", "lat"), "GCJ02", GCJ02), (("经度", "纬度"), "百度", BD09),
    ],
)  # fmt: skip
def test_shifted_coordinates_are_unshifted_to_a_centimetre(
    header: tuple[str, str], crs: str, system: Any, tmp_path: Path
) -> None:
    (lon,), (lat,) = from_lonlat(120.1, 30.3, target=system)
    places = f"id,name,{header[0]},{header[1]}\nA,月亮湾,{lon:.9f},{lat:.9f}"
    tables = Tables(tmp_path, places, "id,name\n1,月亮湾")
    tables.run(*(("--crs", crs) if crs else ()))
    row = tables.result["1"]
    assert float(row["lng_wgs84"]) == pytest.approx(120.1, abs=1.5e-7)
    assert float(row["lat_wgs84"]) == pytest.approx(30.3, abs=1.5e-7)


def test_a_gauss_krueger_table(tmp_path: Path) -> None:
    places = "id,name,x,y\nA,月亮湾,500000,3353000"
    tables = Tables(tmp_path, places, "id,name\n1,月亮湾")
    assert tables.run("--crs", "EPSG:4549").exit_code == 0
    assert float(tables.result["1"]["lng_wgs84"]) == pytest.approx(120.0, abs=1e-7)


@pytest.mark.parametrize("language", languages())
def test_that_nobody_checked_the_system_is_said(language: str, tables: Tables) -> None:
    result = tables.run("--lang", language)
    assert "geocode.CRS_NOT_CHECKED" in result.stdout
    assert "WGS 84" in result.stdout


def test_abroad_there_is_nothing_to_be_checked(tmp_path: Path) -> None:
    places = "id,name,lng_wgs84,lat_wgs84\nA,月亮湾,2.35,48.85"
    tables = Tables(tmp_path, places, "id,name\n1,月亮湾")
    assert tables.json()["findings"] == []


HEAD = "id,name,lng_wgs84,lat_wgs84\n"


@pytest.mark.parametrize(
    ("places", "queries", "told"),
    [
        (HEAD + "A,甲,120.1,30.3\nA,乙,120.2,30.3", "id,name\n1,甲\n1,乙",
         [("DUPLICATE_ID", "places.csv", 3), ("DUPLICATE_ID", "queries.csv", 3)]),
        (HEAD + ",甲,120.1,30.3", "id,name\n,甲",
         [("ID_MISSING", "places.csv", 2), ("ID_MISSING", "queries.csv", 2)]),
        ("name,lng_wgs84,lat_wgs84\n甲,120.1,30.3", "id,children\n1,4",
         [("MISSING_COLUMN", "places.csv", None), ("MISSING_COLUMN", "queries.csv", None)]),
        ("id,name\nA,甲", "id,name\n1,甲", [("MISSING_COLUMN", "places.csv", None)] * 2),
        (HEAD + "A,甲,x,30.3", "id,name,children\n1,甲,-3",
         [("NOT_A_NUMBER", "places.csv", 2), ("NEGATIVE", "queries.csv", 2)]),
        ("id,name,lng,lat\nA,甲,120.1,30.3", "id,name\n1,甲",
         [("CRS_UNDECLARED", "places.csv", None)]),
        (HEAD + "A,甲,30.3,120.1", "id,name\n1,甲", [("LONLAT_SWAPPED", "places.csv", None)]),
        ("id,name,lng_gcj02,lat_gcj02\nA,甲,2.35,48.85", "id,name\n1,甲",
         [("CRS_ONLY_CHINA", "places.csv", None)]),
        (HEAD + "A,甲,500000,3353000", "id,name\n1,甲", [("NOT_DEGREES", "places.csv", None)]),
        (HEAD + "A,甲,,", "id,name\n1,甲",
         [("PLACE_WITHOUT_POINT", "places.csv", 2), ("NO_PLACES", "places.csv", None)]),
        (HEAD, "id,name", [("NO_ROWS", "places.csv", None), ("NO_ROWS", "queries.csv", None)]),
        (" ", " ", [("EMPTY_FILE", "places.csv", None), ("EMPTY_FILE", "queries.csv", None)]),
        (HEAD + "A,甲,120.1,30.3", "id,name,身份证号\n1,甲,1",
         [("PERSONAL_IDENTITY", "queries.csv", None)]),
        (HEAD.replace("name", "名称,小区名称") + "A,甲,乙,,30.3", "id,name\n1,甲",
         [("COLUMN_TWICE", "places.csv", None), ("HALF_POINT", "places.csv", 2)]),
    ],
)  # fmt: skip
def test_all_faults_of_both_tables_at_once_and_nothing_written(
    places: str, queries: str, told: list[tuple[str, str, int | None]], tmp_path: Path
) -> None:
    tables = Tables(tmp_path, places, queries)
    answer = tables.json()
    assert (answer["ok"], answer["error"]["code"]) == (False, "geocode.TABLES_REFUSED")
    assert codes(answer) == told
    assert not tables.out.exists()
    for language in languages():
        result = tables.run("--lang", language)
        assert result.exit_code == 3
        assert "study.toml" not in result.output


def test_rows_without_a_point_are_left_out_with_a_warning(tmp_path: Path) -> None:
    tables = Tables(tmp_path, PLACES + "A6,无点居,,,,,\nA7,零点居,,,,0,0\n", "id,name\n1,无点居")
    answer = tables.json()
    assert (answer["ok"], answer["queries"]) == (True, 1)
    assert [code for code, _, _ in codes(answer)] == ["ZERO_POINT", "PLACE_WITHOUT_POINT"]
    assert tables.found["1"] not in {"A6", "A7"}


def test_the_crs_of_the_command_line_must_not_contradict_the_header(tables: Tables) -> None:
    result = tables.run("--crs", "GCJ02", "--lang", "en")
    assert result.exit_code == 3
    assert "--crs says GCJ-02, the headers say WGS 84" in result.output
    unknown = tables.run("--crs", "quatsch", "--lang", "en")
    assert unknown.exit_code == 3
    assert "There is no coordinate system “quatsch”" in unknown.output


def test_other_kinds_of_files_are_refused(tables: Tables) -> None:
    tables.places = tables.folder / "places.pdf"
    tables.places.write_bytes(b"%PDF-1.4")
    assert [code for code, _, _ in codes(tables.json())] == ["FORMAT_UNKNOWN"]


@pytest.mark.parametrize("language", languages())
def test_what_is_read_is_never_written_to(language: str, tables: Tables) -> None:
    before = tables.places.read_bytes(), tables.queries.read_bytes()
    link = tables.folder / "link.csv"
    link.symlink_to(tables.queries)
    for target in (tables.places, tables.queries, link):
        tables.out = target
        result = tables.run("--lang", language)
        assert result.exit_code == 2
        assert target.name in result.output
    assert (tables.places.read_bytes(), tables.queries.read_bytes()) == before


def test_the_queue_that_is_read_is_not_written_to(tables: Tables) -> None:
    tables.run("--queue", tables.queue)
    before = tables.queue.read_bytes()
    assert tables.run("--queue", tables.queue, "--decided", tables.queue).exit_code == 2
    assert tables.queue.read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [
        (), ("--table", "T"), ("--queries", "T"), ("--out", "out.csv"),
        ("--table", "T", "--queries", "T"), ("--table", "T", "--out", "out.csv"),
        ("--table", "T", "--queries", "T", "--out", "out.xlsx"),
        ("--table", "T", "--queries", "T", "--out", "out.csv", "--queue", "q.csv"),
        ("--table", "T", "--queries", "T", "--out", "out.csv", "--plan", "today"),
        ("--table", "T", "--queries", "T", "--out", "out.csv", "--address", "甲"),
        ("--table", "T", "--queries", "T", "--out", "out.csv", "--hints", "photon"),
        ("--table", "none.csv", "--queries", "T", "--out", "out.csv"),
        ("D", "--table", "T"), ("D", "--queries", "T"), ("D", "--crs", "WGS84"),
        ("D", "--queue", "q.xlsx"), ("D", "--decided", "T"), ("D", "--hints", "photon"),
    ],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("language", languages())
def test_options_that_do_not_go_together(
    words: tuple[str, ...], language: str, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tables.folder)
    there = {"T": str(tables.places), "D": str(tables.folder)}
    result = call(*(there.get(word, word) for word in words), "--lang", language)
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert sorted(file.name for file in tables.folder.iterdir()) == ["places.csv", "queries.csv"]


@pytest.mark.parametrize("language", languages())
def test_what_was_found_is_counted_in_words(language: str, tables: Tables) -> None:
    said = tables.run("--lang", language, "--queue", tables.queue).stdout
    assert str(tables.out) in said
    assert str(tables.queue) in said
    assert ("不列入待决定" if language == "zh-CN" else "nothing to be decided") not in said


def test_json_counts_all(tables: Tables) -> None:
    answer = tables.json()
    assert (answer["ok"], answer["file"], answer["queue"]) == (True, str(tables.out), None)
    counts = [item[kind] for item in answer["codes"].values() for kind in ("accepted", "asked")]
    assert (sum(counts), answer["queries"]) == (5, 5)
    assert sum(item["accepted"] for item in answer["codes"].values()) == answer["accepted"]
    assert (answer["decided"], answer["blank"]) == (0, 0)
    assert answer["queued"] == answer["queries"] - answer["accepted"] - 1  # Q4 and Q5 are one text


def test_a_result_that_cannot_be_written_is_told(tables: Tables) -> None:
    target = tables.folder / "locked"
    target.mkdir()
    tables.out = target / "result.csv"
    tables.out.mkdir()
    result = tables.run("--lang", "en")
    assert result.exit_code in {2, 5}
    assert "result.csv" in result.output
    assert stat.S_ISDIR(tables.out.stat().st_mode)
