"""Many questions, answered side by side in processes."""

from __future__ import annotations

import os
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from zoning.geocode.answer import Answer, MatchCode
from zoning.geocode.batch import AT_A_TIME, answer_many
from zoning.geocode.gazetteer import Place, build_gazetteer
from zoning.geocode.match import Question, geocoder

if TYPE_CHECKING:
    from collections.abc import Sequence

pytestmark = pytest.mark.integration

HERE = os.getpid()
DEADLY, WRONG = "deadly", "wrong"


class ByProcess:
    """Answers with the process that answered, as a row."""

    def answer_all(self, questions: Sequence[Question], *, threads: int = 1) -> list[Answer]:
        assert threads >= 1
        asked = {question.name for question in questions}
        if DEADLY in asked and os.getpid() != HERE:
            os._exit(9)
        if WRONG in asked:
            raise ValueError(WRONG)
        return [
            Answer(MatchCode.EXACT, os.getpid(), None, None, 0.0, None, accepted=False)
            for _ in questions
        ]


def rows(names: Sequence[str], *, processes: int) -> list[int | None]:
    questions = [Question(name) for name in names]
    return [answer.row for answer in answer_many(ByProcess(), questions, processes=processes)]


def test_processes_answer_as_one_does() -> None:
    roads = "东西南北"
    places = [
        Place(f"{road}{number}", "", f"{road}门路{number}号", 100.0 + number / 1000, 30.0)
        for road in roads
        for number in range(1, 60, 2)
    ]
    ask = geocoder(build_gazetteer(places))
    asked = [Question("", f"{road}门路{at}号") for road in roads for at in range(AT_A_TIME)]
    told: list[int] = []
    answers = answer_many(ask, asked, processes=2, progress=told.append)
    assert answers == ask.answer_all(asked)
    assert len({answer.code for answer in answers}) > 1
    assert told[-1] == len(asked)
    assert all(before < after for before, after in pairwise(told))


def test_the_work_is_shared() -> None:
    found = rows(["x"] * (2 * AT_A_TIME + 1), processes=2)
    assert len(found) == 2 * AT_A_TIME + 1
    assert len(set(found)) == 2
    assert HERE not in found


def test_few_questions_are_answered_here() -> None:
    assert set(rows(["x"] * 3, processes=2)) == {HERE}
    assert set(rows(["x"] * (2 * AT_A_TIME), processes=1)) == {HERE}
    assert rows([], processes=2) == []


def test_what_a_process_leaves_undone_is_done_here() -> None:
    names = ["x"] * AT_A_TIME + [DEADLY] + ["x"] * (2 * AT_A_TIME - 1)
    found = rows(names, processes=2)
    first, second, third = (found[at * AT_A_TIME] for at in range(3))
    assert second == HERE
    assert HERE not in {first, third}


def test_a_fault_is_told_as_in_one_process(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match=WRONG):
        rows(["x"] * AT_A_TIME + [WRONG], processes=2)
    assert "ValueError" in capfd.readouterr().err
