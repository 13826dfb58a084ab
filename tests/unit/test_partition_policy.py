"""Limits and prices: what the settings make of the problem, on worlds that can be counted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from gridworld import CRS, World, world

from zoning.blocks.towns import towns_of_blocks
from zoning.errors import InputError
from zoning.messages import explain
from zoning.partition.policy import Policy, policy_of
from zoning.partition.reasons import limit_reasons, overload_reasons, too_many_change
from zoning.partition.solve import solve
from zoning.settings import AdminLines, DrawSection, Limit, Stage, WeightSection

if TYPE_CHECKING:
    from zoning.partition import Problem

QUICK = DrawSection(rounds=1)
HARD = Policy(walking_limit=Limit.HARD)


def zones(problem: Problem, block: str) -> str:
    """Return the ids of the zones that a block may have."""
    row = problem.allowed[problem.block_ids.index(block)]
    return "".join(zone.zone_id for zone, may in zip(problem.zones, row, strict=True) if may)


def priced_total(problem: Problem, assignment: np.ndarray) -> float:
    weights = {term.name: term.weight for term in problem.all_terms}
    amounts = problem.amounts(assignment)
    return sum(weights[name] * amount for name, amount in amounts.items())


def of(problem: Problem, picture: str) -> np.ndarray:
    ids = [zone.zone_id for zone in problem.zones]
    return np.array([ids.index(mark) for mark in picture.split()], dtype=np.int32)


def test_overload_that_is_priced_is_a_term_of_the_objective() -> None:
    built = world("A . . B", seats=[{"A": 1, "B": 9}, {"A": 2, "B": 9}])
    problem = built.problem(policy=Policy(overload_min=30.0))
    assert problem.overload_price == 30 * 60_000
    assignment = of(problem, "A A A B")
    # two over in the first year, one in the second: three halves on the mean
    assert problem.amounts(assignment)["overload"] == pytest.approx(1.5)
    assert problem.amounts(assignment)["travel"] == pytest.approx(3.0)
    assert problem.value(assignment) * problem.unit == pytest.approx(3 + 1.5 * 30)
    assert priced_total(problem, assignment) == pytest.approx(48.0)
    assert built.problem().overload_price is None


def test_overload_that_is_priced_is_not_said_to_be_beyond_what_was_looked_for() -> None:
    built = world("A . . B", seats={"A": 1, "B": 9})
    assignment, none = of(built.problem(), "A A A B"), np.zeros((2, 1), dtype=np.int64)
    (reason,) = overload_reasons(built.problem(), assignment, none)
    assert reason.code == "NOT_FOUND"
    priced = built.problem(policy=Policy(overload_min=30.0))
    assert overload_reasons(priced, assignment, none) == ()


def test_a_limit_of_changes_that_the_seats_forbid_is_proved_to_be_so() -> None:
    built = world("A . . B", seats={"A": 2, "B": 9}, today="AAAB")
    problem = built.problem(policy=Policy(change_limit=0))
    assert too_many_change(problem, of(problem, "A A A B")) is None
    found = too_many_change(problem, of(problem, "A A B B"))
    assert found is not None
    assert (found.children, found.limit, found.fewest, found.overload) == (1, 0, 1, 0)
    assert found.code == "CHANGES_PROVED"


def test_a_limit_of_changes_that_only_whole_blocks_break_is_not_said_to_be_proved() -> None:
    # with the seat that is left A could keep half of the second block
    built = world("A . . B", seats={"A": 2, "B": 9}, today="AAAB", children="1221")
    problem = built.problem(policy=Policy(change_limit=3))
    found = too_many_change(problem, of(problem, "A B B B"))
    assert found is not None
    assert (found.children, found.fewest, found.code) == (4, 3, "CHANGES_NOT_FOUND")
    priced = built.problem(policy=Policy(change_limit=3, overload_min=9.0))
    found = too_many_change(priced, of(priced, "A B B B"))
    assert found is not None
    assert (found.fewest, found.code) == (0, "CHANGES_NOT_FOUND"), "with a price, seats bind nobody"


def test_seats_given_up_for_the_limit_of_changes_have_it_as_their_reason() -> None:
    # A has one seat too few for those of today, nobody may leave, and B has room
    built = world("A . . B", seats=[{"A": 9, "B": 9}, {"A": 2, "B": 2}], today="AAAB")
    problem = built.problem(policy=Policy(change_limit=0))
    stays, none = of(problem, "A A A B"), np.zeros((2, 2), dtype=np.int64)
    (reason,) = limit_reasons(problem, stays)
    assert (reason.code, reason.year, reason.zone_ids) == ("CHANGE_LIMIT", 2028, ("A",))
    assert (reason.children, reason.seats, reason.overload) == (3, 2, 1)
    # the child is counted in both years
    assert (reason.least, reason.fewest, reason.limit) == (0, 2, 0)
    assert overload_reasons(problem, stays, none, limited=(reason,)) == (reason,)
    assert solve(problem, settings=QUICK).reasons == (reason,)
    assert limit_reasons(problem, of(problem, "A A B B")) == (), "the seats are kept"
    loose = built.problem(policy=Policy(change_limit=1))
    assert limit_reasons(loose, stays) == (), "one child a year may leave"
    priced = built.problem(policy=Policy(change_limit=0, overload_min=9.0))
    assert limit_reasons(priced, stays) == (reason,), "what has a price has its reason too"


def test_overload_that_no_plan_avoids_is_not_put_down_to_the_limit_of_changes() -> None:
    built = world("A . . B", seats={"A": 2, "B": 1}, today="AAAB")
    problem = built.problem(policy=Policy(change_limit=0))
    assert limit_reasons(problem, of(problem, "A A A B")) == ()


def test_every_term_is_reported_and_together_they_are_the_objective() -> None:
    built = world("A . .\n. . .\n. . B", seats={"A": 3, "B": 3}, today="A A A\nB B B\nB B B")
    along = built.adjacency.assign(
        kind=np.where(built.adjacency["block_a"] == "b11", "none", "road")
    )
    built = replace(built, adjacency=along)
    towns = {f"b{row}{column}": f"镇{row}" for row in range(3) for column in range(3)}
    weights = WeightSection(change=3, beyond_radius=2, other_township=4, boundary_min_per_km=100)
    policy = Policy(overload_min=7.0, admin_lines=AdminLines.SOFT, towns=towns)
    problem = built.problem(weights=weights, policy=policy)
    assignment = of(problem, "A A A A A B B B B")
    amounts = problem.amounts(assignment)
    # b11 has free edges to b12 (cut) and b21 (cut), 100 m each
    assert amounts["boundary"] == pytest.approx(0.2)
    assert amounts["other_township"] == 3  # the middle row
    assert amounts["overload"] == 2 + 1
    assert problem.value(assignment) * problem.unit == pytest.approx(
        priced_total(problem, assignment)
    )


def test_a_limit_of_changes_counts_children_a_year() -> None:
    built = world(
        "A . . B", seats=[{"A": 9, "B": 9}] * 2, children=["1 2 0 1", "1 4 0 1"], today="A A B B"
    )
    problem = built.problem(policy=Policy(change_limit=3))
    assert problem.change_limit == 6
    assert problem.changing.tolist() == [[0, 2], [0, 6], [0, 0], [2, 0]]
    assert problem.changes(of(problem, "A B B B")) == 6
    assert built.problem().changing.size == 0


def test_a_limit_that_locks_exceed_by_themselves_is_refused() -> None:
    built = world("A . . B", seats={"A": 9, "B": 9}, children="1 2 3 1", today="A A B B")
    locks = {"b01": "B", "b02": "A"}
    assert built.problem(policy=Policy(change_limit=5), locks=locks).change_limit == 5
    with pytest.raises(InputError, match="CHANGE_LIMIT_FORCED") as caught:
        built.problem(policy=Policy(change_limit=4), locks=locks)
    assert "5" in explain(caught.value, "zh-CN")
    # blocks that stay together change together
    with pytest.raises(InputError, match="CHANGE_LIMIT_FORCED"):
        built.problem(policy=Policy(change_limit=1), together=[("b01", "b02")])


def test_a_hard_walking_limit_leaves_only_schools_within_the_radius() -> None:
    # within the radius is one step
    built = world("A . . . B", seats={"A": 9, "B": 9})
    problem = built.problem(policy=HARD)
    assert [zones(problem, block) for block in problem.block_ids] == ["A", "A", "A", "B", "B"]
    (note,) = problem.notes
    assert (note.code, note.block_ids) == ("BEYOND_RADIUS", ("b02",))
    assert zones(built.problem(), "b01") == "AB"


def test_a_lock_goes_before_the_limit_and_a_ban_leaves_the_next_school() -> None:
    built = world("A . . . B", seats={"A": 9, "B": 9})
    problem = built.problem(policy=HARD, locks={"b01": "B"}, forbidden=(("b03", "B"),))
    assert zones(problem, "b01") == "B"
    assert zones(problem, "b03") == "A"
    assert {note.block_ids for note in problem.notes} == {("b02", "b03")}


def test_empty_blocks_and_blocks_that_stay_together_keep_a_way_under_the_limit() -> None:
    built = world("A . . . B", seats={"A": 9, "B": 9}, children="1 1 0 2 1")
    problem = built.problem(policy=HARD, together=[("b01", "b03")])
    assert zones(problem, "b02") == "AB"
    # two of their three children are within the radius of B, one within that of A
    assert zones(problem, "b01") == zones(problem, "b03") == "B"
    assert (solve(problem, settings=QUICK).assignment >= 0).all()


TOWNS = {"b00": "东镇", "b01": "东镇", "b02": "西镇", "b03": "西镇", "b04": "南镇"}


def line() -> World:
    return world("A . . B .", seats={"A": 9, "B": 9})


def test_hard_lines_keep_blocks_in_townships_that_have_a_school() -> None:
    problem = line().problem(policy=Policy(admin_lines=AdminLines.HARD, towns=TOWNS))
    assert [zones(problem, block) for block in problem.block_ids] == ["A", "A", "B", "B", "AB"]
    (note,) = problem.notes
    assert (note.code, note.block_ids) == ("NO_SCHOOL_IN_TOWN", ("b04",))


def test_blocks_of_no_known_township_are_bound_by_no_line() -> None:
    towns = {"b00": "东镇", "b03": "西镇"}
    problem = line().problem(policy=Policy(admin_lines=AdminLines.HARD, towns=towns))
    assert zones(problem, "b01") == "AB"
    assert problem.notes == ()


def test_soft_lines_cost_minutes_a_child() -> None:
    weights = WeightSection(change=0, beyond_radius=0, other_township=3.0)
    soft = Policy(admin_lines=AdminLines.SOFT, towns=TOWNS)
    problem = line().problem(weights=weights, policy=soft)
    term = next(item for item in problem.terms if item.name == "other_township")
    foreign = (term.amount > 0).astype(int).tolist()
    assert foreign == [[0, 1], [0, 1], [1, 0], [1, 0], [1, 1]]
    plain = line().problem(weights=weights)
    assert (problem.cost - plain.cost == np.array(foreign) * 3 * 60_000).all()


def test_the_settings_make_the_policy() -> None:
    settings = DrawSection.model_validate(
        {
            "overload": "priced",
            "overload_min": 45,
            "change_limit": 12,
            "walking_limit": {"primary": "hard"},
            "admin_lines": "soft",
        }
    )
    policy = policy_of(settings, Stage.PRIMARY, towns={"b": "镇"})
    assert policy == Policy(45.0, 12, Limit.HARD, AdminLines.SOFT, {"b": "镇"})
    other = policy_of(settings, Stage.JUNIOR_MIDDLE, towns={})
    assert other.walking_limit is Limit.SOFT
    assert policy_of(DrawSection(), Stage.PRIMARY, towns={}) == Policy()


def test_outlines_and_then_addresses_tell_the_township() -> None:
    blocks = gpd.GeoDataFrame(
        {"block_id": ["b0", "b1", "b2"]},
        geometry=[shapely.box(n, 0, n + 1, 1) for n in range(3)],
        crs=CRS,
    )
    addresses = gpd.GeoDataFrame(
        {
            "address_id": ["D1", "D2", "D3"],
            "division": ["东镇", "西镇", "西镇"],
            "households": [1, 5, 0],
        },
        geometry=[shapely.Point(0, 0)] * 3,
        crs=CRS,
    )
    where = pd.DataFrame({"address_id": ["D1", "D2", "D3"], "block_id": ["b0", "b0", "b1"]})
    found = towns_of_blocks(blocks, address_block=where, addresses=addresses)
    assert found == {"b0": "西镇", "b1": "西镇"}
    outline = gpd.GeoDataFrame(
        {"name": ["东镇", "县"], "level": ["town", "county"]},
        geometry=[shapely.box(0, 0, 1, 1), shapely.box(0, 0, 3, 1)],
        crs=CRS,
    )
    found = towns_of_blocks(blocks, address_block=where, addresses=addresses, boundary=outline)
    assert found == {"b0": "东镇", "b1": "西镇"}
