"""A plan file with its prices: read back, certified, tampered with."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from gridworld import world
from priced import prices_for

from zoning.partition.certificate import certify
from zoning.partition.proof import prices_from, proof_of, rules_of, zone_positions
from zoning.plan.measure import measure
from zoning.plan.model import provenance
from zoning.plan.proof import PROOF_TABLES
from zoning.plan.seal import DIGESTS
from zoning.plan.store import plan_file, read_as_it_is, read_plan, write_plan
from zoning.study.certify import changes, check_plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from gridworld import World

    from zoning.partition import Problem
    from zoning.study.certify import Certified

pytestmark = pytest.mark.integration

GRID = world("A..\n...\n..B", seats={"A": 5, "B": 5}, children="121\n111\n111")


def written(
    folder: Path,
    picture: str = "AAB\nABB\nABB",
    *,
    built: World = GRID,
    priced: bool = True,
    **facts: object,
) -> tuple[Path, Problem]:
    """Write a plan with its prices, and return its file and its problem."""
    problem, plan = built.problem(), built.plan(picture)
    cost = problem.value(plan.zone_index)
    dual = prices_for(problem, target=cost)
    stated = {
        "objective": cost * problem.unit,
        "lower_bound": dual.value * problem.unit,
        "gap": 1 - dual.value / cost,
    }
    content = plan_file(
        plan,
        measure(plan, built.facts()),
        facts={**stated, **facts},
        proof=proof_of(problem, dual, assignment=plan.zone_index) if priced else None,
    )
    return write_plan(content, folder), problem


def certified(file: Path, problem: Problem) -> Certified:
    content = read_as_it_is(file)
    return check_plan(problem, content.plan, names={}, file=content)


def codes(found: Certified) -> tuple[list[str], list[str]]:
    return [item.code for item in found.broken], [item.code for item in found.unproved]


def tamper(file: Path, *statements: str) -> None:
    """Change a file as somebody with a database tool would."""
    with closing(sqlite3.connect(file)) as connection, connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'rtree_%'"
        ).fetchall():
            connection.execute(f'DROP TRIGGER "{trigger}"')
        for statement in statements:
            assert connection.execute(statement).rowcount != 0


def test_a_plan_is_certified_from_its_file(tmp_path: Path) -> None:
    file, problem = written(tmp_path)
    found = certified(file, problem)
    assert codes(found) == ([], [])
    assert found.certified
    assert found.objective == float(read_plan(file).facts["objective"])
    assert found.bound is not None
    assert 0 <= found.objective - found.bound < found.objective
    assert found.gap == (found.objective - found.bound) / found.objective
    assert found.claimed is None


def test_prices_do_not_change_the_id_and_are_read_back_as_they_were(tmp_path: Path) -> None:
    bare, _ = written(tmp_path / "bare", priced=False)
    file, problem = written(tmp_path / "priced")
    assert file.name == bare.name
    cost = problem.value(GRID.plan("AAB\nABB\nABB").zone_index)
    drawn = GRID.plan("AAB\nABB\nABB").zone_index
    proof = proof_of(problem, prices_for(problem, target=cost), assignment=drawn)
    stored = read_plan(file).proof
    assert stored.keys() == proof.keys() == PROOF_TABLES.keys()
    for name, frame in proof.items():
        assert stored[name].to_dict("list") == frame.to_dict("list")
    assert read_plan(bare).proof == {}


def test_a_plan_that_gets_its_prices_later_keeps_them(tmp_path: Path) -> None:
    bare, problem = written(tmp_path, priced=False)
    assert codes(certified(bare, problem)) == ([], ["NO_PRICES"])
    again, _ = written(tmp_path)
    assert again == bare
    assert certified(again, problem).certified


def test_of_a_file_of_an_earlier_version_the_rules_are_checked(tmp_path: Path) -> None:
    file, problem = written(tmp_path)
    drops = [f"DROP TABLE {name}" for name in (*PROOF_TABLES, DIGESTS)]
    listed = "DELETE FROM gpkg_contents WHERE table_name LIKE 'proof%' OR table_name = 'digests'"
    tamper(file, *drops, listed)
    assert read_plan(file).proof == {}
    found = certified(file, problem)
    assert codes(found) == ([], ["UNSEALED", "NO_PRICES"])
    assert found.bound is None
    # the bound in the file is then the program's word
    assert found.claimed == float(read_plan(file).facts["lower_bound"])


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE proof_seats SET price_min = -1 WHERE zone_id = 'A'", "SEAT_PRICE"),
        ("UPDATE proof_blocks SET block_price_min = NULL WHERE block_id = 'b01'", "BLOCK_PRICE"),
        ("UPDATE proof SET value = value + 1 WHERE key = 'bound_min'", "STATED"),
        ("UPDATE proof SET value = 'much' WHERE key = 'bound_min'", "PRICES_UNFIT"),
        ("UPDATE proof SET value = '[-1]' WHERE key = 'granted'", "GRANTED"),
        ("UPDATE proof SET value = '[1, 1]' WHERE key = 'granted'", "PRICES_UNFIT"),
        ("UPDATE proof SET value = '1.5' WHERE key = 'change_price_min'", "CHANGE_PRICE"),
        ("DELETE FROM proof WHERE key = 'tightened'", "PRICES_UNFIT"),
        ("DELETE FROM proof_blocks WHERE block_id = 'b01'", "PRICES_UNFIT"),
        ("DELETE FROM proof_seats WHERE zone_id = 'A'", "PRICES_UNFIT"),
        ("UPDATE proof_separators SET members = '[]'", "SEPARATOR"),
        ("UPDATE proof_separators SET members = '[\"b99\"]'", "PRICES_UNFIT"),
        ("UPDATE proof_separators SET separator_price_min = -1", "SEPARATOR"),
        ("UPDATE plan SET value = value + 1 WHERE key = 'objective'", "OBJECTIVE"),
        ("UPDATE plan SET value = 'little' WHERE key = 'objective'", "NO_FIGURE"),
        ("UPDATE plan SET value = value + 99 WHERE key = 'lower_bound'", "CLAIM"),
    ],
)
def test_a_price_or_figure_that_was_tampered_with_fails(
    tmp_path: Path, statement: str, code: str
) -> None:
    file, problem = written(tmp_path)
    separator = "INSERT INTO proof_separators (zone_id, block_id, separator_price_min, members)"
    tamper(file, f"{separator} VALUES ('A', 'b02', 0.5, '[\"b01\", \"b12\"]')")
    before = codes(certified(file, problem))
    assert before[0] == []
    assert set(before[1]) <= {"ALTERED", "STATED"}  # a price more proves less
    tamper(file, statement)
    found = certified(file, problem)
    assert code in codes(found)[1]
    assert not found.certified


@pytest.mark.parametrize(
    ("moves", "code"),
    [
        ({"b02": "A"}, "OVER_SEATS"),
        ({"b12": "A"}, "NOT_CONNECTED"),
        ({"b00": "B"}, "HOME"),
    ],
)
def test_a_block_that_was_moved_in_the_file_fails(
    tmp_path: Path, moves: dict[str, str], code: str
) -> None:
    file, problem = written(tmp_path)
    for block, zone in moves.items():
        tamper(file, f"UPDATE blocks SET zone_id = '{zone}' WHERE block_id = '{block}'")
    broken, unproved = codes(certified(file, problem))
    assert code in broken
    assert unproved[0] == "CHANGED"


def test_a_bound_of_the_search_beyond_its_prices_is_told_apart(tmp_path: Path) -> None:
    wide, picture = world("A..\n...\n..B", seats={"A": 9, "B": 9}), "AAA\nBAB\nBBB"
    problem = wide.problem()
    objective = problem.value(wide.plan(picture).zone_index) * problem.unit
    word = {"lower_bound": objective, "gap": 0.0, "stopped_by": "proved"}
    found = certified(written(tmp_path, picture, built=wide, **word)[0], problem)
    assert found.certified
    assert found.claimed == objective
    assert found.claimed_gap == 0.0
    assert found.bound is not None
    assert found.bound < objective


def test_inputs_that_changed_are_named_and_what_follows_is_not_told(tmp_path: Path) -> None:
    file, _ = written(tmp_path)
    other = world("A..\n...\n..B", seats={"A": 9, "B": 9}, children="111\n111\n111").problem()
    content = read_as_it_is(file)
    found = check_plan(other, content.plan, names={}, file=content, changed=("demand.csv",))
    (first,) = found.unproved
    assert (first.code, first.params) == ("INPUTS", {"names": "demand.csv"})


def test_what_a_plan_was_made_from_is_compared_name_by_name() -> None:
    then = provenance({"a.csv": "1", "b.csv": "2"}, rule_set="2024", settings={"draw": {"x": 1}})
    assert changes(then, then) == ()
    now = provenance({"a.csv": "9", "c.csv": "2"}, rule_set="2025", settings={"draw": {"x": 2}})
    assert changes(then, now) == ("a.csv", "b.csv", "c.csv", "draw.x", "2024")
    longer = provenance({}, settings={"draw": {"rounds": 9}})
    assert changes(provenance({}, settings={"draw": {"rounds": 1}}), longer) == ()


def granted(
    folder: Path, built: World, picture: str, *, short: Sequence[tuple[str, int]] = ()
) -> tuple[Path, Problem]:
    """Write a plan with one child over the seats, its bound as the certificate proves it."""
    problem, plan = built.problem(), built.plan(picture)
    cost = problem.value(plan.zone_index)
    dual = replace(
        prices_for(problem, target=cost, sweeps=1),
        value=-np.inf,
        granted=np.array([1]),
        year_of=np.array([-1, -1]),
    )
    proof = proof_of(problem, dual, assignment=plan.zone_index)
    prices = prices_from(problem, proof)
    _, _, _, bound = certify(rules_of(problem), zone_positions(problem, plan), prices)
    assert bound is not None
    dual = replace(dual, value=bound)
    content = plan_file(
        plan,
        measure(plan, built.facts()),
        facts={
            "objective": cost * problem.unit,
            "lower_bound": bound * problem.unit,
            "gap": max(1 - bound / cost, 0.0),
        },
        proof=proof_of(problem, dual, assignment=plan.zone_index, short=short),
    )
    return write_plan(content, folder), problem


def test_children_over_the_seats_pass_only_where_it_is_shown_that_no_plan_seats_them(
    tmp_path: Path,
) -> None:
    few = world("A.\n.B", seats={"A": 1, "B": 2})
    file, problem = granted(tmp_path, few, "AA\nBB")
    found = certified(file, problem)
    assert codes(found) == ([], [])
    assert (found.overload, found.unavoidable) == ({2027: 1}, {2027: 1})
    # with a seat more at A the same plan is over its seats for nothing
    more = world("A.\n.B", seats={"A": 1, "B": 3}).problem()
    again = certified(file, more)
    assert codes(again)[0] == ["OVER_AVOIDABLE"]


def test_zones_that_are_short_of_seats_show_what_cannot_be_avoided(tmp_path: Path) -> None:
    # the block beside A cannot get to B, which has seats enough for both
    apart = world("A..B", seats={"A": 1, "B": 9}, cut_off=[("b01", "B")])
    results = [
        certified(*granted(tmp_path / str(len(short)), apart, "AABB", short=short))
        for short in ([], [("A", 2027)])
    ]
    assert codes(results[0]) == (["OVER_AVOIDABLE"], [])
    assert codes(results[1]) == ([], [])
    assert results[1].unavoidable == {2027: 1}


def test_members_are_stored_as_a_list_of_names(tmp_path: Path) -> None:
    snake = world("A...\n...B", seats={"A": 4, "B": 4})
    problem = snake.problem()
    dual = prices_for(problem, target=problem.value(snake.plan("AAAA\nBBBB").zone_index))
    drawn = snake.plan("AAAA\nBBBB").zone_index
    stored = proof_of(problem, dual, assignment=drawn)["proof_separators"]
    assert all(isinstance(json.loads(text), list) for text in stored["members"])
