"""The review queue of a study: sorted by children and zones; what is decided holds everywhere."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner

from zoning.cli import main
from zoning.study import open_study
from zoning.study.digests import input_digests

pytestmark = pytest.mark.integration

# id of an address that loses its point, and what else its row says then
LOST = {
    "A226": {"小区或村": "江秀雅剧", "道路": "建设背路"},  # 216 children
    "A319": {"小区或村": "白减村3组", "社区村": ""},
    "A122": {"小区或村": "月亮湾", "道路": "", "门牌号": ""},  # no children
    "A088": {"小区或村": "", "门牌号": "7000号"},  # no children
}
MANY, GROUP, MOON, FAR = LOST
TEXT = "宁边街道嘉泰社区建设背路160号江秀雅剧"
MOON_TEXT = "双岔口镇和晖社区月亮湾"


def call(*words: object, code: int = 0) -> dict[str, Any]:
    result = CliRunner().invoke(
        main, ["--lang", "en", *map(str, words), "--json"], catch_exceptions=False
    )
    assert result.exit_code == code, result.output
    record: dict[str, Any] = json.loads(result.stdout)
    return record


def say(*words: object, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["--lang", "en", *map(str, words)], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


@pytest.fixture
def study(small_study: Path, tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(small_study, tmp_path / "county"))
    file = folder / "inputs" / "addresses.csv"
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    changed = [
        row | LOST.get(row["地址编号"], {}) | {"经度": "", "纬度": ""}
        if row["地址编号"] in LOST
        else row
        for row in rows
    ]
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(changed)
    return folder


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "queue.xlsx"


def queued(file: Path) -> list[dict[str, Any]]:
    """Rows of the queue, by the Chinese or English headers that it has."""
    head, *rows = openpyxl.load_workbook(file).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def fill(file: Path, decisions: dict[str, tuple[str, str, str]]) -> Path:
    """Fill in decision, who and basis of questions by their id."""
    document = openpyxl.load_workbook(file)
    sheet = document.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    columns = [head.index(name) for name in ("decision", "decided by", "basis")]
    for row in sheet.iter_rows(min_row=2):
        for at, word in zip(columns, decisions.get(row[0].value, ("", "", "")), strict=True):
            row[at].value = word
    filled = file.with_name("filled.xlsx")
    document.save(filled)
    return filled


def children_of(study: Path, address: str) -> int:
    with (study / "inputs" / "demand.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    counted = [name for name in rows[0] if "适龄儿童" in name]
    return sum(int(row[name]) for row in rows if row["地址编号"] == address for name in counted)


def test_most_children_by_chance_of_another_zone_first(study: Path, book: Path) -> None:
    answer = call("geocode", study, "--queue", book)
    rows = queued(book)
    assert (answer["queued"], answer["open"], answer["queue"]) == (4, 4, str(book))
    assert [plan.rpartition("-")[0] for plan in answer["plans"]] == [
        "primary-2027", "junior_middle-2027",
    ]  # fmt: skip
    assert [row["question id"] for row in rows][:2] == [MANY, GROUP]
    children = {row["question id"]: row["children"] for row in rows}
    assert children == {address: children_of(study, address) for address in LOST}
    assert children[MANY] > children[GROUP] > children[FAR] == children[MOON] == 0
    weights = [row["children"] * row["chance of another zone"] for row in rows]
    assert weights == sorted(weights, reverse=True)
    assert all(0 <= row["chance of another zone"] <= 1 for row in rows)
    first = rows[0]
    assert first["address"] == TEXT
    assert first["choice 1 zone"].startswith("primary: ")
    assert "junior middle" in first["choice 1 zone"]


def test_the_zones_are_those_of_the_plan_that_is_named(study: Path, book: Path) -> None:
    call("geocode", study, "--queue", book, "--plan", "today")
    today = {row["question id"]: row["choice 1 zone"] for row in queued(book)}
    call("geocode", study, "--queue", book, "--plan", "primary")
    primary = {row["question id"]: row["choice 1 zone"] for row in queued(book)}
    assert "junior" in today[MANY]
    assert "junior" not in primary[MANY]
    missing = call("geocode", study, "--queue", book, "--plan", "nowhere", code=4)
    assert missing["error"]["code"] == "study.NO_PLAN"


def test_without_a_plan_it_is_sorted_by_another_place_and_says_so(study: Path, book: Path) -> None:
    shutil.rmtree(study / "plans")
    said = say("geocode", study, "--queue", book)
    assert "There is no plan yet: sorted by children × chance of another place." in said
    rows = queued(book)
    assert rows[0]["question id"] == MANY
    assert "choice 1 zone" not in rows[0]
    for row in rows:
        assert row["chance of another zone"] == pytest.approx(1 - row["probability"])


def test_the_queue_is_there_though_the_study_is_refused_for_want_of_its_points(
    study: Path, book: Path
) -> None:
    refused = {item["code"] for item in call("check", study, code=3)["findings"]}
    assert "intake.PLACE_NO_POINT" in refused
    answer = call("geocode", study, "--queue", book, "--plan", "primary")
    assert answer["queued"] == 4
    assert all("primary_outcome" in row for row in answer["addresses"])
    filled = fill(book, {MANY: ("A225", "Wang", "seen"), GROUP: ("1", "Wang", "seen")})
    call("geocode", study, "--decided", filled)
    assert call("check", study)["ok"]


def test_a_decision_holds_in_every_way_of_asking(study: Path, book: Path) -> None:
    call("geocode", study, "--queue", book)
    before = call("geocode", study, "--address", TEXT)
    assert not before["accepted"]
    inputs = {file.name: file.read_bytes() for file in (study / "inputs").iterdir()}
    filled = fill(book, {
        MANY: ("A225", "Wang", "seen"), GROUP: ("A320", "Wang", "register"),
        MOON: ("no such place", "Li", "pulled down"),
    })  # fmt: skip
    rest = book.with_name("rest.xlsx")
    answer = call("geocode", study, "--decided", filled, "--queue", rest)
    assert (answer["decided"], answer["accepted"], answer["queued"]) == (3, 2, 1)
    assert [row["question id"] for row in queued(rest)] == [FAR]
    # the batch, without the workbook
    again = {row["address_id"]: row for row in call("geocode", study)["addresses"]}
    assert (again[MANY]["found_id"], again[MANY]["accepted"]) == ("A225", True)
    assert "Wang decided" in again[MANY]["explanation"]
    assert (again[MOON]["match_code"], again[MOON]["accepted"]) == ("refused", False)
    # one address, however its signs are written
    for text in (TEXT, TEXT.replace("160号", "１６０號 ")):
        one = call("geocode", study, "--address", text, "--plan", "today")
        assert (one["found_id"], one["accepted"]) == ("A225", True), text
        assert {stage["outcome"] for stage in one["stages"]} <= {"one_school", "these_schools"}
    # an explanation of the zones of today: the addresses are as the officer said
    home = call("explain", study, "today", "--stage", "primary", "--address", TEXT)["address"]
    assert [item["address_id"] for item in home["households"]] == ["A225"]
    assert home["found"]["reasons"][0]["params"]["who"] == "Wang"
    nowhere = call("explain", study, "today", "--stage", "primary", "--address", MOON_TEXT, code=4)
    assert nowhere["error"]["code"] == "study.NO_ADDRESS"
    # what the bureau supplied is as it was
    assert {file.name: file.read_bytes() for file in (study / "inputs").iterdir()} == inputs


def test_a_decision_moves_the_point_that_all_later_steps_read(study: Path, book: Path) -> None:
    call("geocode", study, "--queue", book)
    plans_made_from = input_digests(open_study(study))
    filled = fill(book, {
        MANY: ("A225", "Wang", "seen"), GROUP: ("A320", "Wang", "seen"),
    })  # fmt: skip
    seen = []
    for file in (filled, _corrected(study, book)):
        call("geocode", study, "--decided", file)
        call("blocks", study)
        where = pd.read_parquet(study / "build" / "blocks" / "address_block.parquet")
        block = where.set_index("address_id")["block_id"]
        seen.append((block[MANY], block[GROUP]))
        assert block[GROUP] == block["A320"]
    assert seen[0][0] == block["A225"]
    assert seen[1][0] == block["A001"] != block["A225"]
    # a plan names what it was made from: the decisions, too
    added = input_digests(open_study(study)).keys() - plans_made_from.keys()
    assert added == {"../decisions/addresses.jsonl"}


def _corrected(study: Path, book: Path) -> Path:
    """Decide once more about an address that is not asked about any more."""
    document = openpyxl.load_workbook(book.with_name("filled.xlsx"))
    sheet = document.worksheets[0]
    head = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        if row[0].value == MANY:
            row[head.index("decision")].value = "A001"
    file = study.parent / "corrected.xlsx"
    document.save(file)
    return file


def test_all_faults_at_once_with_their_cells(study: Path, book: Path) -> None:
    call("geocode", study, "--queue", book)
    filled = fill(book, {
        MANY: ("A999", "Wang", "seen"), GROUP: ("A320", "", "seen"), MOON: ("A114", "Li", ""),
        FAR: ("A001", "Li", "seen"),
    })  # fmt: skip
    answer = call("geocode", study, "--decided", filled)
    ids = [row["question id"] for row in queued(book)]
    assert {(item["code"], item["sheet"], item["row"]) for item in answer["findings"]} == {
        ("queue.UNKNOWN_ROW", "review", ids.index(MANY) + 2),
        ("queue.NO_WHO", "review", ids.index(GROUP) + 2),
        ("queue.NO_BASIS", "review", ids.index(MOON) + 2),
    }
    assert answer["decided"] == 1


def test_a_broken_line_of_the_decisions_is_told(study: Path) -> None:
    (study / "decisions").mkdir()
    (study / "decisions" / "addresses.jsonl").write_text('{"name": "甲"', encoding="utf-8")
    findings = call("check", study, code=3)["findings"]
    (said,) = [item for item in findings if item["code"] == "queue.CUT_LINE"]
    assert (said["file"], said["row"]) == ("addresses.jsonl", 1)


@pytest.mark.parametrize(
    "words",
    [("--address", "月亮湾", "--queue", "q.xlsx"), ("--table", "t.csv", "--queue", "q.xlsx")],
)
def test_a_queue_is_about_all_addresses(study: Path, words: tuple[str, ...]) -> None:
    assert "--" in say("geocode", study, *words, code=2)


def test_a_study_without_missing_points_has_an_empty_queue(
    small_study: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(small_study, tmp_path / "whole")
    answer = call("geocode", folder, "--queue", tmp_path / "queue.xlsx")
    assert (answer["queued"], answer["decided"]) == (0, 0)
    assert queued(tmp_path / "queue.xlsx") == []
