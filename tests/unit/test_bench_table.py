"""The summary of the partitioner's benchmark."""

from __future__ import annotations

from dataclasses import replace

from partition_bench.table import Row, summary

SOUND = Row(
    instance="x",
    objective=101.0,
    lower_bound=99.0,
    gap=0.02,
    seconds=10.0,
    seconds_to_best=1.0,
    seed=1,
    proved_optimal=False,
    violations=0,
    best_known=100.0,
    excess=0.01,
    capacity_ratio=1.15,
    unassigned=0,
    overfull=0,
    children_over=0.0,
    disconnected=0,
    elsewhere=0,
    stopped_by="time_limit",
    time_limit=10.0,
)
TIGHT = replace(SOUND, capacity_ratio=1.03, excess=0.03, gap=0.04)
BEST = replace(SOUND, excess=9e-7, gap=0.0, proved_optimal=True)
BROKEN = replace(SOUND, excess=-0.5, gap=-0.5, violations=3, proved_optimal=True)
UNPUBLISHED = replace(SOUND, best_known=None, excess=None, gap=0.02)


def told(*rows: Row) -> dict[str, str]:
    return {figure.name.strip(): figure.value for figure in summary(rows)}


def judged(*rows: Row) -> dict[str, tuple[str, bool | None]]:
    """Return what each figure must reach and whether it does; "worst" is that of the gap."""
    return {figure.name.strip(): (figure.must, figure.met) for figure in summary(rows)}


def test_means_and_worst() -> None:
    table = told(SOUND, TIGHT, BEST)
    assert table["excess over best known, mean"] == "1.3334%"
    assert table["capacity/demand < 1.05, mean"] == "3.0000%"
    assert table["at or below best known"] == "1 of 3"
    assert table["gap, mean"] == "2.0000%"
    assert table["proved optimal"] == "1 of 3"


def test_a_plan_that_breaks_a_rule_improves_no_figure() -> None:
    table = told(SOUND, BROKEN)
    assert table["excess over best known, mean"] == "1.0000%"
    assert table["gap, mean"] == "2.0000%"
    assert table["at or below best known"] == "0 of 2"
    assert table["proved optimal"] == "0 of 2"
    assert (table["violations"], table["plans with a violation"]) == ("3", "1")


def test_without_published_figures_there_is_no_excess() -> None:
    table = told(UNPUBLISHED)
    assert table["excess over best known, mean"] == "–"
    assert table["at or below best known"] == "0 of 0"
    assert told()["instances"] == "0"


def test_each_figure_stands_beside_what_it_must_reach_in_the_time_it_had() -> None:
    long = [replace(row, time_limit=600.0) for row in (SOUND, TIGHT, BEST)]
    table = judged(*long)
    assert table["excess over best known, mean"] == ("<= 0.12% in 60 s", False)
    assert table["gap, mean"] == ("<= 1.00% in 600 s", False)
    assert table["worst"] == ("<= 4.00% in 600 s", True)
    assert table["at or below best known"] == (">= 2 in 600 s", False)
    assert table["proved optimal"] == (">= 1 in 600 s", True)
    assert table["violations"] == ("0", True)
    assert table["instances"] == ("", None)


def test_what_is_not_reached_in_less_time_is_not_judged() -> None:
    minute = judged(*(replace(row, time_limit=60.0) for row in (SOUND, BEST)))
    assert minute["excess over best known, mean"] == ("<= 0.12% in 60 s", False)
    assert minute["gap, mean"] == ("<= 1.00% in 600 s", True)
    assert judged(SOUND)["gap, mean"] == ("<= 1.00% in 600 s", None)
    assert judged(UNPUBLISHED)["at or below best known"] == ("", None)


def test_a_violation_is_never_met_and_is_printed_so() -> None:
    table = {figure.name: figure for figure in summary([SOUND, BROKEN])}
    assert (table["violations"].must, table["violations"].met) == ("0", False)
    assert str(table["violations"]).endswith("  not met")
    assert judged()["violations"] == ("0", None)
