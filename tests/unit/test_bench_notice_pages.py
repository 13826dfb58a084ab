"""The benchmark of a notice's pages measures what it says."""

from __future__ import annotations

import random

import bench_notice_pages as bench
from bench_notice import opinions_of

from zoning.notice import State
from zoning.notice.log import events_of
from zoning.notice.replay import replay
from zoning.notice.verify import read_lines, verify


def test_its_cases_are_lawful_and_full() -> None:
    texts = opinions_of(random.Random(2), 12)
    case = bench.Written("2026-002")
    case.published()
    case.says(texts)
    case.moderated(texts, len(texts))
    case.answered(tuple((number,) for number in range(1, 13)))
    whole = case.file()
    lines = read_lines(whole.log)
    assert verify(lines).fault is None
    assert replay(events_of(lines), rules=bench.RULES).unlawful is None
    assert (case.case.state, len(whole.shown), len(whole.sealed)) == (State.ANSWERED, 12, 12)


def test_every_page_that_it_asks_for_is_one_of_a_case_or_a_list() -> None:
    assert {who for who, _ in bench.PAGES.values()} <= {"", *bench.STAFF}
    assert any("inbox" in path for _, path in bench.PAGES.values())
