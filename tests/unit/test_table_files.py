"""Tables of places and of questions: read from files, and the result written to one."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tiny_gazetteer import gazetteer

from zoning.findings import Severity
from zoning.geocode.answer import Answer, MatchCode, Reason
from zoning.geocode.gazetteer import Place
from zoning.geocode.match import Question
from zoning.geocode.tables import RESULT, read_places, read_questions, result_csv, result_rows

if TYPE_CHECKING:
    from pathlib import Path

TABLE = gazetteer("A1 | 阳光花园 | 文三路12号 | 0, 0")
REFUSED = Answer(
    MatchCode.REFUSED, None, None, None, 0.0, None, accepted=False, reasons=(Reason("NOTHING", {}),)
)


def put(folder: Path, text: str, name: str = "t.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8", newline="")
    return file


def test_places_have_all_their_words(tmp_path: Path) -> None:
    file = put(tmp_path, "id,name,address,city,alias,lng_wgs84,lat_wgs84\n"
               " 007 , 阳光花园,文三路12号,杭州, 甲 |乙；丙、丁;,120.5,30.25\n")  # fmt: skip
    places, findings = read_places(file)
    assert places == [
        Place("007", "阳光花园", "文三路12号", 120.5, 30.25, "杭州", ("甲", "乙", "丙", "丁"))
    ]
    assert [(item.code, item.severity) for item in findings] == [
        ("geocode.CRS_NOT_CHECKED", Severity.INFO)
    ]


def test_questions_have_children_where_somebody_counted(tmp_path: Path) -> None:
    file = put(tmp_path, "id,name,address,city,children\n1,甲,,,3\n2,,乙路1号,杭州,\n3,丙,,,0\n")
    asked, findings = read_questions(file)
    assert findings == []
    assert [(item.id, item.question, item.children) for item in asked] == [
        ("1", Question("甲"), 3.0),
        ("2", Question("", "乙路1号", "杭州"), None),
        ("3", Question("丙"), 0.0),
    ]


def test_columns_that_are_not_used_are_named(tmp_path: Path) -> None:
    _, findings = read_questions(put(tmp_path, "id,name,楼盘均价\n1,甲,2\n"))
    assert [(item.code, item.params["headers"]) for item in findings] == [
        ("intake.COLUMN_UNKNOWN", "楼盘均价")
    ]


def test_of_a_file_on_persons_nothing_is_told(tmp_path: Path) -> None:
    asked, findings = read_questions(put(tmp_path, "id,name,学生姓名\n1,甲,张三\n1,乙,李四\n"))
    assert asked == []
    assert {item.code for item in findings} == {"intake.PERSONAL_CHILD"}
    assert not any(word in repr(findings) for word in ("张三", "李四", "甲", "乙"))


@pytest.mark.parametrize("name", ["t.pdf", "t", "t.gpkg"])
def test_what_is_no_table_is_refused(name: str, tmp_path: Path) -> None:
    file = put(tmp_path, "id,name\n1,甲\n", name)
    assert [item.code for item in read_questions(file)[1]] == ["intake.FORMAT_UNKNOWN"]
    assert [item.code for item in read_places(file)[1]] == ["intake.FORMAT_UNKNOWN"]


# a cell as a spreadsheet may hold it; what stands for nothing in it is cut off
CELLS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30).map(
    lambda s: f"路{s}路"
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=5))
def test_whatever_is_written_is_read(tmp_path: Path, words: list[tuple[str, str]]) -> None:
    text = io.StringIO(newline="")
    rows = [(str(at), *pair) for at, pair in enumerate(words)]
    csv.writer(text).writerows([("id", "name", "address"), *rows])
    asked, findings = read_questions(put(tmp_path, text.getvalue()))
    assert not [item for item in findings if item.severity is Severity.ERROR]
    said = [(item.id, item.question.name, item.question.address) for item in asked]
    assert [(id_, name.split(), address.split()) for id_, name, address in said] == [
        (id_, name.split(), address.split()) for id_, name, address in rows
    ]


@given(st.lists(st.text(st.characters(exclude_categories=()), min_size=1), max_size=5, unique=True))
def test_a_result_can_be_written_whatever_the_ids(ids: list[str]) -> None:
    rows = result_rows(ids, [REFUSED] * len(ids), gazetteer=TABLE, language="en")
    content = result_csv(rows).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(content, newline="")))
    assert read[0] == list(RESULT)
    assert len(read) == len(ids) + 1
    assert all(row[1:7] == ["", "", "", "refused", "0.0000", ""] for row in read[1:])
