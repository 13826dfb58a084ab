"""What a publication would change, and what of it has to be said yes to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoning.messages import languages
from zoning.publish.answers import NOBODY, SEVERAL, Answer, Answers, read_answers
from zoning.publish.changes import changes, pairs
from zoning.publish.report import answer_text, pair_rows, record, sheets
from zoning.publish.review import Before, Review, review
from zoning.publish.sources import Comparison, Difference, Source
from zoning.study.whose_school import Outcome

A, B = Answer("one_school", ("A",)), Answer("one_school", ("B",))
BOTH, OUTSIDE = Answer("these_schools", ("A", "B")), Answer("outside")
OPEN = Answer("near_boundary", ("A", "B"))
NAMES = {"A": "红旗小学", "B": "青山小学"}


def answers(**of: Answer) -> Answers:
    return Answers(of, {name: f"{name}号" for name in of})


def reviewed(after: Answers, before: Before, sources: Comparison | None = None) -> Review:
    return review(
        after,
        before,
        plan=("primary", "primary-2027-abc"),
        term=(2027, date(2027, 9, 1)),
        sources=sources or Comparison(),
        school_names=NAMES,
    )


def test_what_the_plan_changes_is_told_apart_from_what_the_data_change() -> None:
    kept = answers(moved=A, plan=A, same=A, gone=A)
    again = answers(moved=B, plan=A, same=A, new=A)
    after = answers(moved=B, plan=B, same=A, new=A)
    found = reviewed(after, Before("primary-1", kept, again))
    assert {item.address_id: (item.before, item.after) for item in found.by_data} == {
        "gone": (A, None),
        "moved": (A, B),
        "new": (None, A),
    }
    assert [(item.address_id, item.before, item.after) for item in found.by_plan] == [
        ("plan", A, B)
    ]


def test_a_change_that_the_data_make_and_the_plan_takes_back_is_told_as_both() -> None:
    # today's look-up would say B although nobody decided that
    found = reviewed(answers(x=A), Before("primary-1", answers(x=A), answers(x=B)))
    assert [item.address_id for item in found.by_data] == ["x"]
    assert [item.address_id for item in found.by_plan] == ["x"]


def test_other_words_for_an_address_are_no_change() -> None:
    before = Answers({"x": BOTH}, {"x": "old words"})
    after = Answers({"x": Answer("these_schools", ("A", "B"))}, {"x": "new words"})
    assert changes(before, after) == ()


def test_yes_is_said_to_just_these_changes() -> None:
    kept, again = answers(x=A, y=A), answers(x=B, y=A)
    found = reviewed(again, Before("primary-1", kept, again))
    others = [
        reviewed(again, Before("primary-2", kept, again)),
        reviewed(again, Before("primary-1", kept, answers(x=B, y=B))),
        reviewed(again, Before("primary-1", kept, answers(x=OPEN, y=A))),
    ]
    assert len({item.to_accept for item in [found, *others]}) == 4
    assert reviewed(answers(x=B, y=B), Before("primary-1", kept, again)).to_accept == (
        found.to_accept
    )


def test_the_first_version_has_nothing_to_say_yes_to() -> None:
    for before in (Before(), Before("today", None, answers(x=B))):
        assert reviewed(answers(x=A), before).to_accept == ""
    assert reviewed(answers(x=A), Before()).by_plan == ()
    assert len(reviewed(answers(x=A), Before("today", None, answers(x=B))).by_plan) == 1


def test_addresses_without_a_school_and_with_several_are_named() -> None:
    found = reviewed(answers(a=A, b=BOTH, n=OUTSIDE, o=OPEN), Before())
    assert (found.nobody, found.several) == (("n",), ("o",))


def test_every_outcome_of_the_look_up_is_a_school_or_none_or_left_open() -> None:
    named = {Outcome.ONE_SCHOOL, Outcome.THESE_SCHOOLS}
    assert {*NOBODY, *SEVERAL, *named} == set(Outcome)
    assert not NOBODY & SEVERAL


@pytest.mark.parametrize("language", languages())
def test_every_answer_has_words(language: str) -> None:
    said = {answer_text(Answer(outcome.value, ("A", "B")), NAMES, language) for outcome in Outcome}
    assert len(said | {answer_text(None, NAMES, language)}) >= len(Outcome)
    assert answer_text(A, NAMES, language) == "红旗小学"
    assert answer_text(Answer("one_school", ("Z",)), NAMES, language) == "Z"


def test_changes_are_counted_by_what_was_and_what_is_answered() -> None:
    before = answers(a=A, b=A, c=B, d=B)
    found = changes(before, answers(a=B, b=B, c=A, d=B))
    assert pairs(found) == [(A, B, 2), (B, A, 1)]
    assert pair_rows(found, NAMES, "zh-CN")[0] == ("红旗小学", "青山小学", 2)


def test_what_was_not_compared_is_not_said_to_agree() -> None:
    found = reviewed(answers(x=A), Before())
    assert "differences" not in found.counts
    compared = replace(found, sources=Comparison((Source.LIST,)))
    assert compared.counts["differences"] == 0
    assert record(compared)["compared"] == ["list"]


@pytest.mark.parametrize("language", languages())
def test_the_workbook_has_every_address_concerned(language: str) -> None:
    differing = Difference("y", "y号", Source.TEXT, (), ("A",))
    found = reviewed(
        answers(x=B, y=OUTSIDE),
        Before("primary-1", answers(x=A, y=OUTSIDE, z=A), answers(x=A, y=OUTSIDE)),
        Comparison((Source.TEXT,), (differing,)),
    )
    counts, changed, by_data, open_ones, differences = sheets(found, language).values()
    assert len(counts) == len(found.counts)
    assert changed.to_numpy().tolist() == [["x", "x号", "红旗小学", "青山小学"]]
    assert by_data.iloc[:, 0].tolist() == ["z"]
    assert open_ones.iloc[:, 0].tolist() == ["y"]
    assert differences.iloc[0, 4] == "红旗小学"


@given(
    st.dictionaries(
        st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1),
        st.tuples(
            st.sampled_from([A, B, BOTH, OUTSIDE, OPEN]),
            st.text(st.characters(blacklist_categories=["Cs", "Cc"])),
        ),
    )
)
def test_answers_are_kept_as_they_are(of: dict[str, tuple[Answer, str]]) -> None:
    kept = Answers(
        {name: answer for name, (answer, _) in of.items()},
        {name: words for name, (_, words) in of.items()},
    )
    read = read_answers(kept.written())
    assert (read.of, read.texts) == (kept.of, kept.texts)
    assert read.written() == kept.written()
