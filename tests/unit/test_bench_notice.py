"""The benchmark of a notice counts what it says."""

from __future__ import annotations

import random

import bench_notice
import pytest


def test_it_runs_and_names_what_it_measured(capsys: pytest.CaptureFixture[str]) -> None:
    bench_notice.main(["--opinions", "60"])
    said = capsys.readouterr().out
    for what in ("grouped", "masked", "folded", "counted by reason", "verified"):
        assert what in said
    assert "60 events" in said
    assert "fault: None" in said


@pytest.mark.parametrize(
    ("groups", "found", "right"),
    [
        (((1, 2, 3), (4,)), 1.0, 1.0),
        (((1, 2), (3,), (4,)), 1 / 3, 1.0),
        (((1, 2, 3, 4),), 1.0, 0.5),
    ],
)
def test_quality_by_hand(groups: tuple[tuple[int, ...], ...], found: float, right: float) -> None:
    # 1, 2 and 3 are copies of one text
    assert bench_notice.quality(groups, [7, 7, 7, bench_notice.ALONE]) == (found, right)


def test_the_same_seed_invents_the_same_opinions() -> None:
    once, again = (bench_notice.opinions_of(random.Random(3), 30) for _ in range(2))
    assert once == again
    assert sum(which != bench_notice.ALONE for _, which in once) == 10
