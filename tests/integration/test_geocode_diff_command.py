"""`zoning geocode-diff`: two results of matching in, their difference out."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from zoning.cli import main
from zoning.messages import languages
from zoning.study import files

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

HEAD = (
    "query_id,table_id,lng_wgs84,lat_wgs84,match_code,"
    "probability,radius_m,accepted,explanation,zone\n"
)
OLD = (
    HEAD
    + "q1,A1,120.0,30.0,exact,0.99,50,true,同名,Z1\nq2,A2,120.0,30.0,fuzzy,0.9,80,true,近似,Z1\n"
)
NEW = (
    HEAD
    + "q1,A1,120.0,30.0,exact,0.99,50,true,同名,Z2\nq2,A3,120.001,30.0,fuzzy,0.9,80,true,近似,Z1\n"
)


def call(*words: object) -> Result:
    return CliRunner().invoke(main, ["geocode-diff", *map(str, words)], catch_exceptions=False)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    for name, content in (("old.csv", OLD), ("new.csv", NEW)):
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path / "old.csv", tmp_path / "new.csv"


def test_the_terminal_tells_what_changed(pair: tuple[Path, Path]) -> None:
    said = call(*pair, "--lang", "en").stdout
    assert "2 addresses compared: 1 moved by more than 50 m" in said
    assert "1 changed zone." in said
    assert [line.split()[0] for line in said.splitlines()[4:]] == ["q1", "q2"]
    assert "同一" not in said
    assert "换了学区" in call(*pair, "--lang", "zh").stdout


def test_the_same_result_has_no_difference(pair: tuple[Path, Path]) -> None:
    result = call(pair[0], pair[0], "--lang", "en")
    assert (result.exit_code, "There is no difference" in result.stdout) == (0, True)


def test_json(pair: tuple[Path, Path]) -> None:
    answer = json.loads(call(*pair, "--json", "--metres", "97").stdout)
    assert (answer["ok"], answer["compared"], answer["zones_compared"]) == (True, 2, True)
    assert [item["query_id"] for item in answer["changes"]] == ["q1"]
    assert (answer["counts"]["zone"], answer["counts"]["moved"]) == (1, 0)


def test_all_rows_as_csv_and_as_a_workbook(pair: tuple[Path, Path], tmp_path: Path) -> None:
    table, book = tmp_path / "d.csv", tmp_path / "d.xlsx"
    assert call(*pair, "--out", table).exit_code == 0
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig"))))
    assert [(row["query_id"], row["kinds"], row["zone_after"]) for row in rows] == [
        ("q1", "zone", "Z2"), ("q2", "moved", "Z1"),
    ]  # fmt: skip
    assert call(*pair, "--out", book, "--lang", "zh").exit_code == 0
    sheet = openpyxl.load_workbook(book)["差异"]
    assert [cell.value for cell in sheet[3]][:3] == ["q2", "移动", 96]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_excel_makes_of_a_csv(
    pair: tuple[Path, Path], encoding: str, delimiter: str, tmp_path: Path
) -> None:
    saved = tmp_path / "saved.csv"
    content = NEW.replace(",", delimiter).replace("true", "TRUE").replace("\n", "\r\n")
    saved.write_bytes((content + delimiter * 9 + "\r\n").encode(encoding))
    assert json.loads(call(pair[1], saved, "--json").stdout)["changes"] == []


def test_a_workbook_is_read_as_well(pair: tuple[Path, Path], tmp_path: Path) -> None:
    book = tmp_path / "new.xlsx"
    pd.read_csv(pair[1]).to_excel(book, index=False)
    assert json.loads(call(pair[1], book, "--json").stdout)["changes"] == []


def test_all_faults_of_both_are_told_at_once(tmp_path: Path) -> None:
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text("query_id,lng_wgs84,lat_wgs84,accepted\n", encoding="utf-8")
    new.write_text(
        HEAD
        + ",A1,120,30,exact,1,5,true,,Z\n"
        + "\n"
        + "q,A1,200,30,exact,1,5,perhaps,,Z\n"
        + "q,A1,120,,exact,1,5,no,,Z\n"
        + "r,A1,nan,30,exact,1,5,no,,Z\n",
        encoding="utf-8",
    )
    for language in languages():
        result = call(old, new, "--json", "--lang", language)
        answer = json.loads(result.stdout)
        assert (result.exit_code, answer["error"]["code"]) == (3, "queue.DIFF_FAULTS")
        keys = ("file", "code", "row", "column")
        told = [tuple(item[key] for key in keys) for item in answer["findings"]]
        assert told == [
            ("old.csv", "queue.DIFF_COLUMN", None, "match_code"),
            ("new.csv", "queue.DIFF_ID", 2, "query_id"),
            ("new.csv", "queue.DIFF_TRUTH", 4, "accepted"),
            ("new.csv", "queue.DIFF_NUMBER", 4, "lng_wgs84"),
            ("new.csv", "queue.DIFF_NUMBER", 5, "lat_wgs84"),
            ("new.csv", "queue.DIFF_ID_TWICE", 5, "query_id"),
            ("new.csv", "queue.DIFF_NUMBER", 6, "lng_wgs84"),
        ]  # fmt: skip
        assert all(item["fix"] for item in answer["findings"])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "queue.DIFF_EMPTY"),
        (b"\xff\xff\x81", "queue.DIFF_NO_TEXT"),
        (b"%PDF-1.7 and so on", "intake.OTHER_FORMAT"),
        (b"one line", "queue.DIFF_COLUMN"),
    ],
)
def test_what_is_no_result_is_refused(
    pair: tuple[Path, Path], content: bytes, code: str, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.csv"
    wrong.write_bytes(content)
    result = call(pair[0], wrong, "--json")
    assert result.exit_code == 3
    assert {item["code"] for item in json.loads(result.stdout)["findings"]} == {code}


def test_wrong_use(pair: tuple[Path, Path], tmp_path: Path) -> None:
    before = [file.read_bytes() for file in pair]
    for words in (
        (pair[0],),
        (pair[0], tmp_path / "none.csv"),
        (pair[0], tmp_path),
        (*pair, "--metres", "-1"),
        (*pair, "--metres", "far"),
        (*pair, "--metres", "inf"),
        (*pair, "--out", pair[0]),
        (*pair, "--out", tmp_path / "d.docx"),
        (*pair, "--out", tmp_path / "none" / "d.csv"),
    ):
        assert call(*words).exit_code == 2
    assert [file.read_bytes() for file in pair] == before


def test_a_full_disk_leaves_what_was_there(
    pair: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    for name in ("d.csv", "d.xlsx"):
        (tmp_path / name).write_text("kept", encoding="utf-8")
        assert call(*pair, "--out", tmp_path / name).exit_code == 5
        assert (tmp_path / name).read_text(encoding="utf-8") == "kept"


def test_lists_of_a_study_are_compared_with_their_schools(tmp_path: Path) -> None:
    head = "address_id,match_code,accepted,lng,lat,found_id,primary_outcome,primary_schools\n"
    row = "A1,exact,true,120.0,30.0,B1,one_school,{school}\n"
    files = [tmp_path / "old.csv", tmp_path / "new.csv"]
    for file, school in zip(files, ("一小", "二小"), strict=True):
        file.write_text(head + row.format(school=school), encoding="utf-8")
    answer = json.loads(call(*files, "--json").stdout)
    assert (answer["compared"], answer["zones_compared"]) == (1, True)
    change = answer["changes"][0]
    assert (change["query_id"], change["kinds"]) == ("A1", ["zone"])
    assert (change["zone_before"], change["zone_after"]) == ("一小", "二小")
