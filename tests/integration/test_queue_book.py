"""The review workbook: written, filled in by an officer, read back with all its faults."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reviewing import NOW, decision, doubtful, make_rows

from zoning.errors import StorageError
from zoning.geocode.aliases import read_aliases, record_decisions
from zoning.geocode.answer import MatchCode
from zoning.geocode.match import Question
from zoning.geocode.queue import Asked, Queue, Suggestion, review_queue
from zoning.geocode.queue_book import queue_book
from zoning.geocode.queue_reading import QueueRead, read_queue
from zoning.messages import languages, text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.integration
ROWS = make_rows()
QUESTIONS = {
    "Q1": Question("阳光", "文三路"),
    "Q2": Question("月亮", city="杭州"),
    "Q3": Question("=1+1", "没有的路9号"),
}
ANSWERS = (
    doubtful(0, chance=0.5, others=(1,), code=MatchCode.TIED),
    doubtful(2, chance=0.7),
    doubtful(None, chance=0.9, code=MatchCode.REFUSED),
)
HINT = Suggestion("tianditu", "阳光小区", 120.001, 30.0)


def make_queue() -> Queue:
    asked = [
        Asked("Q1", QUESTIONS["Q1"], 100, suggestions=(HINT,)),
        Asked("Q2", QUESTIONS["Q2"], 10),
        Asked("Q3", QUESTIONS["Q3"], 1),
    ]
    return review_queue(asked, ANSWERS)


def make_book(language: str = "zh-CN", queue: Queue | None = None) -> Any:
    content = queue_book(
        queue or make_queue(), ROWS, explain=lambda answer: "因为", language=language
    )
    return openpyxl.load_workbook(BytesIO(content))


class Filled:
    """A workbook under the officer's hand: cells by row and header."""

    def __init__(self, language: str = "zh-CN") -> None:
        self.book = make_book(language)
        self.sheet = self.book.worksheets[0]
        self.head = [cell.value for cell in self.sheet[1]]

    def put(self, row: int, **cells: object) -> Filled:
        for name, value in cells.items():
            self.sheet.cell(row=row, column=self.head.index(name) + 1).value = value
        return self

    def decide(
        self, row: int, word: object, who: str = "王科长", basis: str = "现场核对"
    ) -> Filled:
        return self.put(row, 决定=word, 决定人=who, 依据=basis)

    def cell(self, row: int, name: str) -> Any:
        return self.sheet.cell(row=row, column=self.head.index(name) + 1)

    def read(self, folder: Path) -> QueueRead:
        self.book.save(folder / "review.xlsx")
        return read(folder / "review.xlsx")


def read(file: Path) -> QueueRead:
    return read_queue(file, questions=QUESTIONS, queued=["Q1", "Q2", "Q3"], rows=ROWS, when=NOW)


def told(result: QueueRead) -> list[tuple[str, int | None, str]]:
    return [(item.code.removeprefix("queue."), item.row, item.column) for item in result.findings]


def test_the_sheet_tells_what_was_found() -> None:
    filled = Filled()
    values = {name: filled.cell(2, name).value for name in filled.head}
    assert values["问题编号"] == "Q1"
    assert (values["名称"], values["地址"], values["儿童数"]) == ("阳光", "文三路", 100)
    assert (values["状态"], values["把握"]) == ("难分高下", 0.5)
    assert (values["选项1编号"], values["选项1"]) == ("A1", "阳光花园 · 文三路12号")
    assert (values["选项1距离（米）"], values["误差半径（米）"]) == (0, 80)
    assert values["选项2编号"] == "A2"
    assert values["选项2距离（米）"] == pytest.approx(96.5, abs=0.5)
    assert values["选项3编号"] is None
    assert (
        values["在线服务的提示"] == "tianditu：阳光小区（120.00100, 30.00000），距所找到的点 96 米"
    )
    assert values["说明"] == "因为"
    assert [values[name] for name in ("决定", "决定人", "依据")] == [None, None, None]
    assert filled.cell(4, "名称").data_type == "s"


def test_each_row_offers_the_choices_that_it_has() -> None:
    sheet = Filled().sheet
    offers = {
        str(cells): rule
        for rule in sheet.data_validations.dataValidation
        for cells in rule.sqref.ranges
    }
    assert {place[-1]: rule.formula1 for place, rule in offers.items()} == {
        "2": '"1,2,查无此地"', "3": '"1,查无此地"', "4": '"查无此地"',
    }  # fmt: skip
    assert not any(rule.showErrorMessage for rule in offers.values())


def test_rows_with_as_many_choices_share_their_offer() -> None:
    asked = [Asked(f"Q{at}", Question(f"名{at}"), 1) for at in range(6)]
    others = [(1,), (1,), (), (1,), (), ()]
    queue = review_queue(asked, [doubtful(0, others=rows) for rows in others])
    rules = make_book(queue=queue).worksheets[0].data_validations.dataValidation
    column = re.compile(r"[A-Z]+")
    assert {rule.formula1: column.sub("", str(rule.sqref)) for rule in rules} == {
        '"1,查无此地"': "4 6:7", '"1,2,查无此地"': "2:3 5",
    }  # fmt: skip


def test_an_untouched_workbook_decides_nothing(tmp_path: Path) -> None:
    result = Filled().read(tmp_path)
    assert result == QueueRead((), (), ("Q1", "Q2", "Q3"))


def test_choice_id_and_no_such_place(tmp_path: Path) -> None:
    result = Filled().decide(2, 2).decide(3, " A1 ").decide(4, "查无此地").read(tmp_path)
    assert (told(result), result.open) == ([], ())
    assert [(item.question.name, item.row) for item in result.decisions] == [
        ("阳光", "A2"), ("月亮", "A1"), ("=1+1", None),
    ]  # fmt: skip
    assert (result.decisions[0].who, result.decisions[0].when) == ("王科长", NOW)


@pytest.mark.parametrize(
    ("word", "row"),
    [("１", "A1"), (1.0, "A1"), ("#2", "2"), ("＃ 2", "2"), ("no such place", None)],
)
def test_ways_to_write_a_decision(word: object, row: str | None, tmp_path: Path) -> None:
    (found,) = Filled().decide(2, word).read(tmp_path).decisions
    assert found.row == row


@pytest.mark.parametrize("language", languages())
def test_every_language_is_read(language: str, tmp_path: Path) -> None:
    filled = Filled(language)
    words = [text(f"queue.HEAD_{name}", language) for name in ("DECISION", "WHO", "BASIS")]
    filled.put(4, **dict(zip(words, (text("queue.NO_PLACE", language), "W", "B"), strict=True)))
    result = filled.read(tmp_path)
    assert ([item.row for item in result.decisions], result.open) == ([None], ("Q1", "Q2"))


def test_all_faults_are_told_at_once_and_the_rest_is_taken(tmp_path: Path) -> None:
    filled = Filled().decide(2, "1").decide(3, 3, who="", basis="").decide(4, "A9")
    filled.sheet.append(["Q9", *[None] * (len(filled.head) - 4), "1", "王", "据"])
    result = filled.read(tmp_path)
    assert told(result) == [
        ("NO_WHO", 3, "决定人"),
        ("NO_BASIS", 3, "依据"),
        ("NO_SUCH_CHOICE", 3, "决定"),
        ("UNKNOWN_ROW", 4, "决定"),
        ("UNKNOWN_QUESTION", 5, "问题编号"),
    ]
    assert {(item.file, item.sheet) for item in result.findings} == {("review.xlsx", "复核")}
    assert [item.row for item in result.decisions] == ["A1"]
    assert result.open == ("Q2", "Q3")
    for language in languages():
        for item in result.findings:
            assert item.message(language)
            assert item.fix(language)


def test_a_question_that_the_workbook_lacks_is_told_and_stays(tmp_path: Path) -> None:
    filled = Filled()
    filled.sheet.delete_rows(3)
    result = filled.read(tmp_path)
    assert told(result) == [("NOT_IN_BOOK", None, "问题编号")]
    assert result.findings[0].value == "Q2"
    assert result.open == ("Q1", "Q2", "Q3")


def test_a_basis_without_a_decision_is_told(tmp_path: Path) -> None:
    result = Filled().put(2, 依据="现场核对").read(tmp_path)
    assert told(result) == [("NOTHING_DECIDED", 2, "决定")]
    assert result.open == ("Q1", "Q2", "Q3")


def test_a_decision_about_another_text_is_refused(tmp_path: Path) -> None:
    result = Filled().decide(2, "1").put(2, 地址="文二路").read(tmp_path)
    assert (told(result), result.decisions) == ([("OTHER_TEXT", 2, "地址")], ())


def test_two_decisions_about_one_question_are_refused(tmp_path: Path) -> None:
    filled = Filled().decide(2, "1")
    filled.sheet.append([cell.value for cell in filled.sheet[2]])
    filled.decide(5, "2")
    result = filled.read(tmp_path)
    assert told(result) == [("CONTRADICTION", 5, "决定")]
    assert (result.decisions, result.open) == ((), ("Q1", "Q2", "Q3"))


def test_an_id_that_several_rows_share_is_refused(tmp_path: Path) -> None:
    Filled().decide(2, "A1").book.save(tmp_path / "b.xlsx")
    rows = make_rows([("A1", "甲", "", 120.0, 30.0), ("A1", "乙", "", 121.0, 30.0)])
    result = read_queue(tmp_path / "b.xlsx", questions=QUESTIONS, queued=[], rows=rows, when=NOW)
    assert told(result) == [("SHARED_ROW", 2, "决定")]


def test_sorted_filtered_and_with_a_title_above_it_is_the_same(tmp_path: Path) -> None:
    filled = Filled().decide(2, "1")
    filled.sheet.insert_rows(1)
    filled.sheet["A1"] = "二〇二七年复核"
    filled.sheet.move_range("A3:Z3", rows=4)
    filled.book.create_sheet("别的", 0)["A1"] = "不相干"
    result = filled.read(tmp_path)
    assert (told(result), [item.row for item in result.decisions]) == ([], ["A1"])


def without(name: str) -> Callable[[Filled], None]:
    return lambda filled: filled.sheet.delete_cols(filled.head.index(name) + 1)


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        (without("依据"), "queue.NO_COLUMN", "依据"),
        (without("选项2编号"), "queue.NO_COLUMN", "选项2编号"),
        (without("决定"), "queue.NO_HEADER", ""),
    ],
)
def test_a_column_that_is_missing(
    change: Callable[[Filled], None], code: str, column: str, tmp_path: Path
) -> None:
    filled = Filled().decide(2, "1")
    change(filled)
    result = filled.read(tmp_path)
    assert [(item.code, item.column) for item in result.findings] == [(code, column)]
    assert (result.decisions, result.open) == ((), ("Q1", "Q2", "Q3"))


def test_files_that_are_no_workbook(tmp_path: Path) -> None:
    for name, content, code in (
        ("a.txt", b"1", "queue.NO_WORKBOOK"),
        ("a.xlsx", b"", "intake.EMPTY_FILE"),
        ("b.xlsx", b"PK\x03\x04" + b"0" * 100, "intake.TRUNCATED"),
    ):
        (tmp_path / name).write_bytes(content)
        assert [item.code for item in read(tmp_path / name).findings] == [code]
    with pytest.raises(StorageError):
        read(tmp_path / "none.xlsx")


def there_and_back(question: Question, file: Path) -> QueueRead:
    """Write one question, choose the first row, read it back."""
    queue = review_queue([Asked("Q", question)], [doubtful(0)])
    book = make_book(queue=queue)
    sheet = book.worksheets[0]
    for position, word in zip((-2, -1, 0), ("1", "王", "据"), strict=True):
        sheet.cell(row=2, column=sheet.max_column + position).value = word
    book.save(file)
    return read_queue(file, questions={"Q": question}, queued=["Q"], rows=ROWS, when=NOW)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(name=st.text(max_size=30), address=st.text(min_size=1, max_size=30))
def test_any_text_goes_there_and_back(
    tmp_path_factory: pytest.TempPathFactory, name: str, address: str
) -> None:
    question = Question(name, "路" + address)
    result = there_and_back(question, tmp_path_factory.mktemp("any") / "b.xlsx")
    assert (result.findings, [item.question for item in result.decisions]) == ((), [question])


@pytest.mark.parametrize(
    "text", ["长" * 50_000, "路_x0041_号", "路\x0b1\ud800号\uffff", "+1", "#N/A"]
)
def test_texts_that_a_workbook_cannot_hold(text: str, tmp_path: Path) -> None:
    question = Question(text)
    result = there_and_back(question, tmp_path / "b.xlsx")
    assert (result.findings, [item.question for item in result.decisions]) == ((), [question])


def test_the_same_text_is_not_asked_again(tmp_path: Path) -> None:
    result = Filled().decide(2, "2").read(tmp_path)
    file = tmp_path / "county.decided.jsonl"
    record_decisions(file, result.decisions)
    again = read(tmp_path / "review.xlsx")
    assert record_decisions(file, again.decisions) == 0
    assert read_aliases(file).of(QUESTIONS["Q1"]) == again.decisions[0]
    assert read_aliases(file).of(decision("阳光").question) is None
