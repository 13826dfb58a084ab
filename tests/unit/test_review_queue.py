"""What an officer has to look at, in which order, and how decisions go before the model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from reviewing import FakeGeocoder, accepted, decision, doubtful, make_rows

from zoning.errors import InputError
from zoning.geocode.aliases import Aliases, text_key
from zoning.geocode.answer import MatchCode
from zoning.geocode.kernels import NO_ZONE
from zoning.geocode.match import Question
from zoning.geocode.queue import Asked, State, Suggestion, count_states, review_queue
from zoning.geocode.reviewed import Reviewed


def asked(name: str, text: str, children: float | None = None) -> Asked:
    return Asked(name, Question(name=text), children)


def in_force(*decisions: object) -> Aliases:
    return Aliases({text_key(item.question): item for item in decisions})  # type: ignore[attr-defined]


def test_children_times_chance_of_another_zone_decides_the_order() -> None:
    questions = [
        asked("few, very doubtful", "甲", 2),
        asked("many, nearly sure", "乙", 100),
        asked("many, doubtful", "丙", 100),
        asked("nobody", "丁", 0),
    ]
    answers = [
        doubtful(chance=0.1),
        doubtful(chance=0.99),
        doubtful(chance=0.5),
        doubtful(chance=0.1),
    ]
    weights = [(item.id, round(item.weight, 2)) for item in review_queue(questions, answers).items]
    assert weights == [
        ("many, doubtful", 50.0),
        ("few, very doubtful", 1.8),
        ("many, nearly sure", 1.0),
        ("nobody", 0.0),
    ]


def test_where_zones_are_known_they_count_and_not_the_point() -> None:
    (item,) = review_queue([asked("q", "甲", 10)], [doubtful(chance=0.5, zone=0.8)]).items
    assert item.weight == pytest.approx(2.0)


def test_a_chance_that_is_known_apart_goes_before_the_answer() -> None:
    twice = [
        replace(asked("Q1", "甲", 30), other_zone=0.5),
        replace(asked("Q2", "甲", 10), other_zone=0.1),
    ]
    nobody = replace(asked("Q3", "乙", 0), other_zone=0.7)
    first, last = review_queue([nobody, *twice], [doubtful(zone=0.9)] * 3).items
    # 15 of 30 children and 1 of 10: 16 of 40
    assert (first.ids, first.other_zone) == (("Q1", "Q2"), pytest.approx(0.4))
    assert (last.weight, last.other_zone) == (0.0, 0.7)


def test_nothing_found_is_surely_another_zone() -> None:
    nothing = doubtful(None, chance=0.3, code=MatchCode.REFUSED)
    (item,) = review_queue([asked("q", "甲", 3)], [nothing]).items
    assert (item.other_zone, item.weight, item.choices) == (1.0, 3.0, ())


def test_children_that_nobody_counted_stand_for_one_each() -> None:
    questions = [asked("a", "甲"), asked("b", "甲"), asked("c", "乙", 1.5)]
    first, second = review_queue(questions, [doubtful(chance=0.5)] * 3).items
    assert (first.ids, first.children, first.weight) == (("a", "b"), None, 1.0)
    assert (second.ids, second.children, second.weight) == (("c",), 1.5, 0.75)


def test_one_text_is_decided_once_however_it_is_written() -> None:
    hint = Suggestion("tianditu", "陽光", 120.0, 30.0)
    questions = [
        asked("a", "阳光花园", 2),
        Asked("b", Question(name=" 陽光花園 "), 3, suggestions=(hint, hint)),
        Asked("c", Question(name="阳光花园", city="杭州"), 3),
    ]
    items = review_queue(questions, [doubtful()] * 3).items
    assert [(item.ids, item.children) for item in items] == [(("a", "b"), 5), (("c",), 3)]
    assert items[0].suggestions == (hint,)


def test_what_is_accepted_or_decided_is_not_asked() -> None:
    rows = make_rows()
    aliases = in_force(decision("没有的", None), decision("指明的"))
    reviewed = Reviewed(FakeGeocoder(), rows, aliases)
    questions = [
        asked("none", "没有的"),
        asked("said", "指明的"),
        asked("open", "别的"),
        asked("ok", "好的"),
    ]
    answers = [*reviewed.answer_all([item.question for item in questions[:3]]), accepted()]
    assert [item.id for item in review_queue(questions, answers).items] == ["open"]


def test_a_question_without_text_is_told_apart() -> None:
    queue = review_queue([asked("q", " \u3000")], [doubtful(None, code=MatchCode.REFUSED)])
    assert (queue.items, queue.blank) == ((), ("q",))


def test_ids_that_stand_twice_are_refused() -> None:
    with pytest.raises(InputError) as error:
        review_queue([asked("q", "甲"), asked("q", "乙")], [accepted(), accepted()])
    assert error.value.key == "queue.SAME_ID"


def test_choices_are_the_row_and_its_rivals() -> None:
    answers = [doubtful(1, others=(0, 1, 2, 3)), doubtful(None, others=(2,))]
    items = review_queue([asked("a", "甲", 9), asked("b", "乙", 1)], answers).items
    assert [item.choices for item in items] == [(1, 0, 2), (2,)]


def test_states() -> None:
    answers = [
        accepted(),
        doubtful(),
        doubtful(code=MatchCode.TIED),
        doubtful(code=MatchCode.REFUSED),
    ]
    assert count_states(answers) == {State.MATCHED: 2, State.TIED: 1, State.REFUSED: 1}


def test_a_decision_goes_before_the_model() -> None:
    geocoder = FakeGeocoder()
    rows = make_rows()
    zones = np.array([7, 7, NO_ZONE, NO_ZONE], dtype=np.int32)
    aliases = in_force(decision("老地方", "A2"), decision("别处", "A3"), decision("没有的", None))
    reviewed = Reviewed(geocoder, rows, aliases, accuracy_m=40.0, zones=zones)
    questions = [Question(name=name) for name in ("问", "老 地方", "没有的", "别处", "再问")]
    first, place, none, unzoned, last = reviewed.answer_all(questions)
    assert [question.name for question in geocoder.asked] == ["问", "再问"]
    assert first is last is geocoder.says
    assert (place.code, place.row, place.lon, place.accepted) == (MatchCode.EXACT, 1, 120.001, True)
    assert (place.radius_m, place.zone_probability) == (40.0, place.probability)
    assert [(reason.key, reason.params["who"]) for reason in place.reasons] == [
        ("queue.ALIAS", "王科长")
    ]
    assert unzoned.zone_probability is None
    assert (none.code, none.row, none.lon, none.accepted) == (MatchCode.REFUSED, None, None, False)
    assert none.reasons[0].key == "queue.DECIDED_NONE"


def test_name_and_address_do_not_stand_for_each_other() -> None:
    reviewed = Reviewed(FakeGeocoder(), make_rows(), in_force(decision("文三路12号")))
    assert reviewed.answer(Question(name="文三路12号")).accepted
    assert not reviewed.answer(Question(address="文三路12号")).accepted


def test_a_decision_for_a_row_that_is_gone_is_asked_again() -> None:
    gone = decision("老地方", "Z9")
    reviewed = Reviewed(FakeGeocoder(), make_rows(), in_force(gone, decision("没有的", None)))
    assert not reviewed.answer(gone.question).accepted
    assert reviewed.stale() == (gone,)


def test_an_id_of_several_rows_names_none() -> None:
    rows = make_rows([("A1", "甲", "", 120.0, 30.0), ("A1", "乙", "", 121.0, 30.0)])
    assert (rows.find("A1"), rows.shared) == (None, {"A1"})
    assert (
        not Reviewed(FakeGeocoder(), rows, in_force(decision("甲"))).answer(Question("甲")).accepted
    )
