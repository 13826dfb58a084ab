"""The review queue of looked-up tables, decisions that come back, on-line hints."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

import openpyxl
import pytest
from asked_tables import PLACES, QUERIES, Tables, codes, save
from geopy.adapters import BaseSyncAdapter
from geopy.exc import GeocoderUnavailable

from zoning.geocode import providers
from zoning.messages import languages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.integration


@pytest.fixture
def tables(tmp_path: Path) -> Tables:
    return Tables(tmp_path)


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


def test_a_row_without_words_is_told_and_not_queued(tmp_path: Path) -> None:
    tables = Tables(tmp_path, queries=QUERIES + "Q6,,,杭州,3\n")
    answer = tables.json("--queue", tables.queue)
    assert (answer["queries"], answer["blank"]) == (6, 1)
    assert "Q6" not in Review(tables.queue).cells("问题编号")
    assert tables.result["Q6"]["match_code"] == "refused"
    assert "nothing to be decided" in tables.run("--lang", "en").stdout
