"""`zoning geocode --table --queries`: any table looked up in any other, and the review queue."""

from __future__ import annotations

import csv
import io
import json
import stat
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import openpyxl
import pytest
from click.testing import CliRunner, Result
from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderUnavailable

from zoning.cli import main
from zoning.crs import BD09, GCJ02, from_lonlat
from zoning.geocode import providers
from zoning.geocode.tables import RESULT
from zoning.messages import languages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.integration

PLACES = """
id,name,address,city,alias,lng_wgs84,lat_wgs84
A1,阳光花园,文三路12号,杭州,老电影院宿舍|阳光苑,120.13,30.28
A2,月亮湾,古墩路5号,杭州,,120.10,30.30
A3,阳光花园,人民路8号,宁波,,121.55,29.87
A4,,学院路20号,杭州,,120.12,30.29
A5,河畔居,,杭州市,,120.15,30.25
"""
QUERIES = """
id,name,address,city,children
Q1,月亮湾,古墩路5号,杭州,10
Q2,阳光花园,,,40
Q3,,学院路２０號,,2
Q4,没有的地方,,,50
Q5,没有的 地方,,,5
"""


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(text.strip().splitlines()))


def save(file: Path, text: str) -> Path:
    """Write a table in the form that the ending and the folder's name ask for."""
    if file.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows_of(text):
            book.active.append([float(cell) if _is_number(cell) else cell or None for cell in row])
        book.save(file)
        return file
    encoding = {"gb18030": "gb18030", "mark": "utf-8-sig"}.get(file.parent.name, "utf-8")
    file.write_bytes(text.strip().encode(encoding))
    return file


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).isdigit()


def call(*words: object) -> Result:
    return CliRunner().invoke(main, ["geocode", *map(str, words)], catch_exceptions=False)


class Tables:
    """Two tables in a folder, and what comes out of them."""

    def __init__(self, folder: Path, places: str = PLACES, queries: str = QUERIES) -> None:
        self.folder = folder
        self.places = save(folder / "places.csv", places)
        self.queries = save(folder / "queries.csv", queries)
        self.out, self.queue = folder / "result.csv", folder / "queue.xlsx"

    def run(self, *more: object) -> Result:
        words = ("--table", self.places, "--queries", self.queries, "--out", self.out, *more)
        return call(*words)

    def json(self, *more: object) -> dict[str, Any]:
        result = self.run("--json", *more)
        answer: dict[str, Any] = json.loads(result.stdout)
        return answer

    @property
    def result(self) -> dict[str, dict[str, str]]:
        """The rows of the result by query."""
        text = self.out.read_text(encoding="utf-8-sig")
        return {row["query_id"]: row for row in csv.DictReader(io.StringIO(text))}

    @property
    def found(self) -> dict[str, str]:
        """Which row each query found."""
        return {name: row["table_id"] for name, row in self.result.items()}


def codes(answer: dict[str, Any], key: str = "findings") -> list[tuple[str, str, int | None]]:
    return [
        (item["code"].split(".")[1], item["file"], item["row"])
        for item in answer[key]
        if item["severity"] != "info"
    ]


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    return Tables(tmp_path)


def test_every_query_has_its_row_in_the_same_order(tables: Tables) -> None:
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


def test_a_row_without_words_is_told_and_not_queued(tmp_path: Path) -> None:
    tables = Tables(tmp_path, queries=QUERIES + "Q6,,,杭州,3\n")
    answer = tables.json("--queue", tables.queue)
    assert (answer["queries"], answer["blank"]) == (6, 1)
    assert "Q6" not in Review(tables.queue).cells("问题编号")
    assert tables.result["Q6"]["match_code"] == "refused"
    assert "nothing to be decided" in tables.run("--lang", "en").stdout


def test_json_counts_all(tables: Tables) -> None:
    answer = tables.json()
    assert (answer["ok"], answer["file"], answer["queue"]) == (True, str(tables.out), None)
    counts = [item[kind] for item in answer["codes"].values() for kind in ("accepted", "asked")]
    assert (sum(counts), answer["queries"]) == (5, 5)
    assert sum(item["accepted"] for item in answer["codes"].values()) == answer["accepted"]
    assert (answer["decided"], answer["blank"]) == (0, 0)
    assert answer["queued"] == answer["queries"] - answer["accepted"] - 1  # Q4 and Q5 are one text


class Review:
    """The review queue under the officer's hand."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.book = openpyxl.load_workbook(file)
        self.sheet = self.book.worksheets[0]
        self.head = [cell.value for cell in self.sheet[1]]

    def cells(self, name: str) -> list[Any]:
        """A column, from the first row below the header."""
        at = self.head.index(name) + 1
        return [
            self.sheet.cell(row=row, column=at).value for row in range(2, self.sheet.max_row + 1)
        ]

    def decide(
        self, query: str, word: object, who: str = "王科长", basis: str = "现场核对"
    ) -> Review:
        row = self.cells("问题编号").index(query) + 2
        for name, value in (("决定", word), ("决定人", who), ("依据", basis)):
            self.sheet.cell(row=row, column=self.head.index(name) + 1).value = value
        return self

    def save(self) -> Path:
        file = self.file.with_name("filled.xlsx")
        self.book.save(file)
        return file


def test_the_queue_begins_with_the_most_children_and_has_each_text_once(tables: Tables) -> None:
    tables.run("--lang", "zh", "--queue", tables.queue)
    review = Review(tables.queue)
    assert review.cells("问题编号") == ["Q4", "Q2"]
    assert review.cells("同文条数") == [2, 1]
    assert review.cells("儿童数") == [55, 40]
    assert set(filter(None, review.cells("选项1编号"))) <= {"A1", "A3"}


def test_decisions_hold_from_then_on_and_are_never_asked_again(tables: Tables) -> None:
    tables.run("--lang", "zh", "--queue", tables.queue)
    filled = Review(tables.queue).decide("Q4", "A5").decide("Q2", "查无此地").save()
    answer = tables.json("--decided", filled, "--queue", tables.folder / "next.xlsx")
    assert (answer["ok"], answer["decided"], answer["queued"], codes(answer)) == (True, 3, 0, [])
    assert tables.found | {"Q2": ""} == {"Q1": "A2", "Q2": "", "Q3": "A4", "Q4": "A5", "Q5": "A5"}
    assert [tables.result[name]["accepted"] for name in ("Q2", "Q4", "Q5")] == [
        "false", "true", "true",
    ]  # fmt: skip
    assert "王科长" in tables.result["Q4"]["explanation"]
    assert "须人工核对" not in tables.result["Q2"]["explanation"]
    kept = tables.folder / "places.csv.decided.jsonl"
    assert len(kept.read_text(encoding="utf-8").splitlines()) == 2
    # without the workbook, and written otherwise
    save(tables.queries, "id,name\n7,沒有的地方\n8,陽光花園")
    again = tables.json("--queue", tables.folder / "next.xlsx")
    assert (again["decided"], again["queued"]) == (2, 0)
    assert tables.found["7"] == "A5"


def test_all_faults_of_a_workbook_at_once_and_rows_without_fault_are_taken(tables: Tables) -> None:
    save(tables.queries, QUERIES + "Q6,另一处没有的,,,9\nQ7,还有一处没有的,,,8\n")
    tables.run("--lang", "zh", "--queue", tables.queue)
    review = Review(tables.queue).decide("Q4", "A5").decide("Q2", "A9").decide("Q6", "3", who="")
    answer = tables.json("--decided", review.save(), "--queue", tables.folder / "next.xlsx")
    rows = {name: at for at, name in enumerate(review.cells("问题编号"), start=2)}
    assert sorted(codes(answer)) == sorted([
        ("UNKNOWN_ROW", "filled.xlsx", rows["Q2"]),
        ("NO_WHO", "filled.xlsx", rows["Q6"]),
        ("NO_SUCH_CHOICE", "filled.xlsx", rows["Q6"]),
    ])  # fmt: skip
    assert (answer["ok"], answer["decided"], answer["queued"]) == (True, 2, 3)
    assert tables.found["Q4"] == "A5"
    assert Review(tables.folder / "next.xlsx").cells("问题编号") == ["Q2", "Q6", "Q7"]


def test_a_file_that_is_no_queue_is_told_and_the_rest_is_done(tables: Tables) -> None:
    other = save(tables.folder / "other.xlsx", PLACES)
    answer = tables.json("--decided", other)
    assert [code for code, _, _ in codes(answer)] == ["NO_HEADER"]
    assert (answer["decided"], answer["queries"]) == (0, 5)


def test_a_broken_line_of_the_decisions_is_told(tables: Tables) -> None:
    (tables.folder / "places.csv.decided.jsonl").write_text('{"name": "甲"', encoding="utf-8")
    assert codes(tables.json()) == [("CUT_LINE", "places.csv.decided.jsonl", 1)]


def test_a_result_that_cannot_be_written_is_told(tables: Tables) -> None:
    target = tables.folder / "locked"
    target.mkdir()
    tables.out = target / "result.csv"
    tables.out.mkdir()
    result = tables.run("--lang", "en")
    assert result.exit_code in {2, 5}
    assert "result.csv" in result.output
    assert stat.S_ISDIR(tables.out.stat().st_mode)


class FakeHTTP(BaseSyncAdapter):  # type: ignore[misc]
    """Answers every request alike, and remembers them."""

    answer: ClassVar[Any] = {
        "features": [{"properties": {"name": "某处"}, "geometry": {"coordinates": [120.1, 30.3]}}]
    }
    asked: ClassVar[list[str]]

    def get_json(self, url: str, *, timeout: float, headers: object) -> Any:
        self.asked.append(url)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    get_text = get_json


@pytest.fixture
def on_line(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Put a fake of HTTP in the place of the network; returns what it is asked."""
    real = providers.provider

    def put(answer: Any = FakeHTTP.answer) -> list[str]:
        asked: list[str] = []
        http = type("Fake", (FakeHTTP,), {"answer": answer, "asked": asked})

        def fake(name: str, settings: Any) -> Any:
            settings = replace(settings, domain="maps.example", per_second=1000.0)
            return real(name, settings, adapter=http)

        monkeypatch.setattr(providers, "provider", fake)
        return asked

    return put


def test_hints_stand_in_the_queue_and_change_no_answer(
    tables: Tables, on_line: Callable[..., list[str]]
) -> None:
    tables.run("--queue", tables.queue)
    before = tables.out.read_bytes()
    asked = on_line()
    words = ("--lang", "zh", "--queue", tables.queue, "--hints", "photon")
    assert tables.run(*words).exit_code == 0
    assert [hint[:10] for hint in Review(tables.queue).cells("在线服务的提示")] == [
        "photon：某处（"
    ] * 2
    assert tables.out.read_bytes() == before
    assert len(asked) == 2  # one a text, and only what is queued
    assert not any(word in url for url in asked for word in ("40", "50", "55", "Q2"))
    assert (tables.folder / "places.csv.hints.sqlite").is_file()
    tables.run(*words)
    assert len(asked) == 2


@pytest.mark.parametrize("language", languages())
def test_without_the_network_the_work_is_done_and_it_is_said(
    language: str, tables: Tables, on_line: Callable[..., list[str]]
) -> None:
    asked = on_line(GeocoderUnavailable("no way"))
    result = tables.run("--lang", language, "--queue", tables.queue, "--hints", "photon")
    assert (result.exit_code, len(asked)) == (0, 1)
    assert "online.NOT_REACHED" in result.stdout
    assert Review(tables.queue).sheet.max_row == 3
    assert tables.out.is_file()


@pytest.mark.parametrize(
    ("name", "key", "code"),
    [("amap", "", "online.UNKNOWN"), ("tianditu", "", "online.NO_KEY"), ("tianditu", "K", "")],
)
def test_a_service_that_cannot_be_used_is_told_before_anything_else(
    name: str, key: str, code: str, tables: Tables, monkeypatch: pytest.MonkeyPatch,
    on_line: Callable[..., list[str]],
) -> None:  # fmt: skip
    on_line({"status": "101"})
    monkeypatch.setenv("ZONING_TIANDITU_KEY", key)
    answer = tables.json("--queue", tables.queue, "--hints", name)
    assert (answer["error"] or {"code": ""})["code"] == code
    assert tables.out.exists() == (code == "")


def test_without_the_extra_hints_are_refused_in_plain_words(
    tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("geopy", "geopy.geocoders", "zoning.geocode.tianditu"):
        monkeypatch.setitem(sys.modules, module, None)
    result = tables.run("--queue", tables.queue, "--hints", "photon", "--lang", "en")
    assert result.exit_code == 2
    assert "extra “online”" in result.output
    assert not tables.out.exists()
