from __future__ import annotations

import os
import signal
import sys
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from gridworld import YEARS, World, block_name, world

from zoning.errors import InfeasibleError, InputError
from zoning.partition import anneal as course
from zoning.partition import to_plan
from zoning.partition.construct import construct
from zoning.partition.solve import solve
from zoning.partition.stopping import Limits
from zoning.plan.model import provenance
from zoning.settings import DrawSection, WeightSection

if TYPE_CHECKING:
    from collections.abc import Iterator

QUICK = DrawSection(rounds=1)
# the package has a function of the same name
course_of_solve = sys.modules["zoning.partition.solve"]


def drawn(problem, assignment: np.ndarray, width: int) -> str:
    marks = [problem.zones[zone].zone_id if zone >= 0 else "." for zone in assignment]
    return "\n".join(" ".join(marks[at : at + width]) for at in range(0, len(marks), width))


def solved(built: World, **rules: object) -> str:
    problem = built.problem(**rules)
    width = 1 + max(int(block[2]) for block in problem.block_ids)
    return drawn(problem, solve(problem, settings=QUICK).assignment, width)


def test_everybody_goes_to_the_nearest_school_where_seats_allow() -> None:
    assert solved(world("A . . . . B", seats={"A": 9, "B": 9})) == "A A A B B B"


def test_seats_move_the_boundary() -> None:
    assert solved(world("A . . . . B", seats={"A": 2, "B": 4})) == "A A B B B B"


def test_a_zone_is_never_cut_to_save_way() -> None:
    # b03 and b04 would be nearer to A round the corner, but B's block lies between
    built = world("A . B . .", seats={"A": 9, "B": 9})
    assert solved(built) in {"A A B B B", "A B B B B"}


def test_the_least_overload_is_named_by_school_and_year() -> None:
    problem = world("A . .\n. . .\n. . B", seats={"A": 3, "B": 3}).problem()
    solution = solve(problem, settings=QUICK)
    assert solution.unavoidable_overload
    assert int(solution.overload.sum()) == 3
    (reason,) = solution.reasons
    assert (reason.code, reason.year) == ("TOO_FEW_SEATS", YEARS[0])
    assert reason.zone_ids == ("A", "B")
    assert (reason.children, reason.seats, reason.overload) == (9, 6, 3)


def test_a_corner_with_too_few_seats_is_named_alone() -> None:
    # the west cannot reach B and C, which have plenty
    far = [(block_name(r, c), school) for r in range(2) for c in range(2) for school in "BC"]
    built = world("A . . B\n. . . C", seats={"A": 3, "B": 9, "C": 9}, cut_off=far)
    solution = solve(built.problem(), settings=QUICK)
    (reason,) = solution.reasons
    assert (reason.zone_ids, reason.children, reason.seats) == (("A",), 4, 3)


def test_children_that_a_school_s_block_shuts_in_are_named() -> None:
    # b02 reaches B along roads, but no zone of B gets past A
    solution = solve(world(". A . . . B", seats={"A": 2, "B": 9}).problem(), settings=QUICK)
    assert not solution.overload.any()
    shut_in = world("B A . .", seats={"A": 2, "B": 9}).problem()
    (reason,) = solve(shut_in, settings=QUICK).reasons
    assert (reason.code, reason.zone_ids) == ("TOO_FEW_SEATS", ("A",))
    assert (reason.children, reason.seats, reason.overload) == (3, 2, 1)


def test_one_assignment_has_to_hold_in_every_year() -> None:
    # each year alone would let A keep three blocks; together the middle goes to B
    built = world(
        "A . . . B",
        seats=[{"A": 3, "B": 9}, {"A": 3, "B": 9}],
        children=["1 1 1 1 1", "1 1 2 1 1"],
    )
    assert solved(built) == "A A B B B"


def test_blocks_behind_a_barrier_go_to_a_school_and_are_excused() -> None:
    rail = [(block_name(r, 1), block_name(r, 2)) for r in range(3)]
    problem = world("A . .\n. . .\nB . .", seats={"A": 9, "B": 9}, walls=rail).problem()
    solution = solve(problem, settings=QUICK)
    assert (solution.assignment >= 0).all()
    assert [b for b, yes in zip(problem.block_ids, solution.detached, strict=True) if yes] == [
        "b02", "b12", "b22",
    ]  # fmt: skip
    assert not solution.stray.any()


def test_a_block_without_a_way_to_any_school_is_unassigned_and_kept_apart() -> None:
    nowhere = [("b02", "A"), ("b02", "B")]
    built = world("A . .\n. . .\n. . B", seats={"A": 9, "B": 9}, cut_off=nowhere)
    problem = built.problem()
    solution = solve(problem, settings=QUICK)
    assert [b for b, yes in zip(problem.block_ids, solution.unassigned, strict=True) if yes] == [
        "b02"
    ]
    plan = to_plan(problem, solution, stage="primary", source=provenance({}))
    assert plan.zone_of("b02").zone_id == "none"


def test_a_zone_reaches_as_far_as_what_is_locked_to_it() -> None:
    problem = world("A . .\n. . .\n. . B", seats={"A": 2, "B": 9}).problem(locks={"b21": "A"})
    solution = solve(problem, settings=QUICK)
    assert problem.zones[solution.assignment[problem.block_ids.index("b21")]].zone_id == "A"
    assert not solution.stray.any()
    # the shortest way takes four blocks, two more than A has seats
    assert solution.overload.tolist() == [[2], [0]]
    assert solution.lower_bound <= solution.objective


def test_a_lock_that_no_way_leads_to_is_kept_and_said_to_be_astray() -> None:
    problem = world("A . B .", seats={"A": 9, "B": 9}).problem(locks={"b03": "A"})
    solution = solve(problem, settings=QUICK)
    assert problem.zones[solution.assignment[3]].zone_id == "A"
    assert solution.stray.tolist() == [False, False, False, True]
    assert solution.proved_optimal


def test_nothing_forbidden_is_done_to_mend_a_zone() -> None:
    # b01 may not be A's: no way leads to b02, which is locked to A
    built = world("A . .\n. . B", seats={"A": 9, "B": 9})
    rules = {"locks": {"b02": "A"}, "forbidden": [("b01", "A"), ("b11", "A")]}
    problem = built.problem(**rules)
    solution = solve(problem, settings=QUICK)
    assert problem.allowed[np.arange(6), solution.assignment].all()
    assert [b for b, yes in zip(problem.block_ids, solution.stray, strict=True) if yes] == ["b02"]


def test_blocks_that_belong_together_get_one_zone() -> None:
    built = world("A . . . . B", seats={"A": 9, "B": 9})
    assert solved(built, together=[["b02", "b03"]]) in {"A A A A B B", "A A B B B B"}
    with pytest.raises(InfeasibleError, match="TOGETHER_TORN"):
        solve(built.problem(together=[["b00", "b05"]]), settings=QUICK)
    with pytest.raises(InputError, match="TOGETHER_TWICE"):
        built.problem(together=[["b01", "b02"], ["b02", "b03"]])


def test_staying_at_todays_school_can_outweigh_the_way() -> None:
    built = world("A . . . . B", seats={"A": 9, "B": 9}, today="A A A A B B")
    assert solved(built) == "A A A B B B"
    stable = WeightSection(travel=1.0, change=5.0, beyond_radius=0.0)
    assert solved(built, weights=stable) == "A A A A B B"


def test_terms_are_reported_in_their_own_units_and_make_up_the_objective() -> None:
    weights = WeightSection(travel=1.0, change=5.0, beyond_radius=9.0)
    problem = world("A . . B", seats={"A": 3, "B": 9}, today="A B B B").problem(weights=weights)
    solution = solve(problem, settings=QUICK)
    assert solution.terms == {"travel": 2.0, "change": 1.0, "beyond_radius": 0.0, "empty_land": 0.0}
    total = sum(term.weight * solution.terms[term.name] for term in problem.terms)
    assert total == pytest.approx(solution.objective)
    assert solution.objective == pytest.approx(7.0)


def test_schools_of_one_block_or_of_a_declared_group_pool_their_seats() -> None:
    built = world("A . . . . B", seats={"A": 1, "B": 4})
    problem = built.problem(groups=[["A", "B"]])
    assert [zone.zone_id for zone in problem.zones] == ["A+B"]
    assert problem.seats.tolist() == [[5]]
    doubled = replace(built, schools=built.schools.assign(geometry=built.schools.geometry.iloc[0]))
    problem = doubled.problem()
    assert [zone.school_ids for zone in problem.zones] == [("A", "B")]
    assert [note.code for note in problem.notes] == ["POOLED"]


def test_two_campuses_hold_two_pieces_of_one_zone() -> None:
    assert solved(world("A . B . A", seats={"A": 9, "B": 1})) == "A A B A A"


def test_no_school_is_said_so() -> None:
    built = world("A .", seats={"A": 1})
    with pytest.raises(InfeasibleError, match="NO_SCHOOLS"):
        replace(built, schools=built.schools.iloc[:0]).problem()


def test_unknown_names_in_rules_are_refused() -> None:
    built = world("A . B", seats={"A": 9, "B": 9})
    for rules, key in (
        ({"locks": {"x": "A"}}, "UNKNOWN_BLOCK"),
        ({"locks": {"b01": "X"}}, "UNKNOWN_SCHOOL"),
        ({"forbidden": [("b01", "X")]}, "UNKNOWN_SCHOOL"),
        ({"groups": [["A", "X"]]}, "UNKNOWN_SCHOOL"),
        ({"together": [["b01", "x"]]}, "UNKNOWN_BLOCK"),
        ({"locks": {"b00": "B"}}, "LOCK_ON_HOME"),
    ):
        with pytest.raises(InputError, match=key):
            built.problem(**rules)


def county(*, seats: int) -> World:
    return world(
        """
        A . . . . .
        . . . . . .
        . . B . . .
        . . . . . .
        . . . . C .
        . . . . . .
        """,
        seats=dict.fromkeys("ABC", seats),
        children="574159\n318204\n653172\n146253\n725314\n413527",
    )


COUNTY = county(seats=55)
TIGHT = county(seats=46)  # 138 children: the first plan is not the best
TO_THE_END = DrawSection(rounds=20, enough_gap=0)


def test_the_same_seed_gives_the_same_plan_and_the_clock_has_no_say() -> None:
    problem = TIGHT.problem()
    ticks = iter(range(10**9))
    once = TO_THE_END.model_copy(update={"rounds": 1})
    one = solve(problem, settings=once)
    other = solve(problem, settings=once.model_copy(update={"time_limit_s": 1e9}),
                  clock=lambda: float(next(ticks)))  # fmt: skip
    assert one.assignment.tolist() == other.assignment.tolist()
    assert one.stopped_by == other.stopped_by == "rounds"


def test_the_time_limit_stops_with_what_there_is() -> None:
    problem = TIGHT.problem()
    ticks = iter(range(0, 10**9, 100))
    settings = TO_THE_END.model_copy(update={"time_limit_s": 150})
    solution = solve(problem, settings=settings, clock=lambda: float(next(ticks)))
    assert solution.stopped_by == "time_limit"
    assert (solution.assignment >= 0).all()


def test_an_interruption_returns_the_best_so_far() -> None:
    def interrupt(share: float) -> None:
        raise KeyboardInterrupt

    problem = TIGHT.problem()
    whole = solve(problem, settings=TO_THE_END)
    cut = solve(problem, settings=TO_THE_END, progress=interrupt)
    assert (whole.stopped_by, cut.stopped_by) == ("proved", "interrupted")
    assert cut.lower_bound <= whole.lower_bound == whole.objective <= cut.objective


@pytest.fixture
def ctrl_c_raises() -> Iterator[None]:
    """Let SIGINT raise, also where the tests run in the background and it is ignored."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


@pytest.mark.usefixtures("ctrl_c_raises")
@pytest.mark.parametrize(
    "moment", ["contract", "transport_bound", "construct", "anneal", "Refiner", "_report"]
)
def test_ctrl_c_at_any_time_returns_the_best_so_far_with_its_bound(
    moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = getattr(course_of_solve, moment)
    made: list[Limits] = []
    pressed = threading.Event()

    def limits_seen(*args: object) -> Limits:
        made.append(Limits(*args))
        return made[-1]

    def pressed_here(*args: object, **kwargs: object) -> object:
        if not pressed.is_set():
            pressed.set()
            os.kill(os.getpid(), signal.SIGINT)
            patience = time.monotonic() + 30
            while not made[-1].stopped and time.monotonic() < patience:
                time.sleep(0.01)
        return wanted(*args, **kwargs)

    whole = solve(TIGHT.problem(), settings=TO_THE_END)
    monkeypatch.setattr(course_of_solve, moment, pressed_here)
    monkeypatch.setattr(course_of_solve, "Limits", limits_seen)
    cut = solve(TIGHT.problem(), settings=TO_THE_END)
    assert pressed.is_set()
    assert (cut.assignment >= 0).all()
    assert cut.lower_bound <= whole.objective
    assert np.isfinite(cut.lower_bound)
    assert cut.stopped_by == ("proved" if moment == "_report" else "interrupted")


@pytest.mark.parametrize(
    ("module", "moment"),
    [
        ("solve", "anneal"),
        ("refine", "first_prices"),
        ("refine", "raise_prices"),
        ("refine", "regrets"),
        ("refine", "linear_prices"),
        ("refine", "anneal_again"),
        ("refine", "combine_grown"),
        ("turns", "search_part"),
    ],
)
def test_too_little_memory_ends_with_the_last_good_plan(
    module: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_memory(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr(sys.modules[f"zoning.partition.{module}"], moment, out_of_memory)
    problem = TIGHT.problem()
    solution = solve(problem, settings=TO_THE_END)
    assert solution.stopped_by == "memory"
    assert (solution.assignment >= 0).all()
    assert not solution.stray.any()
    assert 0 < solution.lower_bound <= solution.objective
    assert solution.dual.value * problem.unit >= solution.lower_bound


def test_progress_grows_to_one() -> None:
    told: list[float] = []
    solve(TIGHT.problem(), settings=TO_THE_END, progress=told.append)
    assert len(told) > 1
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


def test_the_first_assignment_is_connected_and_keeps_seats_where_it_can() -> None:
    problem = world("A . . . . B", seats={"A": 2, "B": 4}).problem()
    first = construct(problem, np.zeros((2, 1), dtype=np.int64))
    assert drawn(problem, first, 6) == "A A B B B B"


def test_no_rounds_keep_the_first_assignment() -> None:
    problem = TIGHT.problem()
    solution = solve(problem, settings=DrawSection(rounds=0))
    assert solution.stopped_by == "rounds"
    assert solution.gap < 0.2


def test_a_plan_over_its_seats_without_need_is_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = TIGHT.problem()
    monkeypatch.setattr(course, "MAIN", replace(course.MAIN, share=0.0))
    monkeypatch.setattr(course, "FINISH", replace(course.FINISH, share=0.0))
    monkeypatch.setattr(course, "RESCUES", 0)
    assert solve(problem, settings=DrawSection(rounds=0)).overload.any()
    assert solve(problem, settings=TO_THE_END).proved_optimal


def test_a_price_of_overload_lets_a_school_be_too_full_where_the_way_is_long() -> None:
    built = world("A . . . . B", seats={"A": 2, "B": 4}, children="0 1 1 1 1 1")
    dear = replace(built.problem(), overload_price=10**9)
    cheap = replace(built.problem(), overload_price=1)
    assert drawn(dear, solve(dear, settings=TO_THE_END).assignment, 6) == "A A A B B B"
    solution = solve(cheap, settings=TO_THE_END)
    assert solution.proved_optimal or solution.gap == 0
    assert solution.objective == pytest.approx(cheap.value(solution.assignment) * cheap.unit)


def test_no_more_children_change_school_than_the_limit() -> None:
    problem = world("A . . . . B", seats={"A": 6, "B": 6}, children="1 1 1 1 1 1").problem()
    # today all go to A
    changing = np.array([[0, 1]] * 6, dtype=np.int64)
    for limit in range(1, 4):
        limited = replace(problem, changing=changing, change_limit=limit)
        solution = solve(limited, settings=TO_THE_END)
        assert limited.changes(solution.assignment) == limit
        assert solution.lower_bound == pytest.approx(solution.objective)


def test_a_boundary_that_costs_something_is_moved_to_one_that_does_not() -> None:
    problem = world("A . . . . B", seats={"A": 6, "B": 6}, children="1 1 1 1 1 1").problem()
    tails = np.repeat(np.arange(6), np.diff(problem.indptr))
    pairs = np.minimum(tails, problem.neighbours)
    dear = replace(problem, edge_cost=np.where(pairs == 4, 0, 10**9).astype(np.int64))
    assert drawn(dear, solve(dear, settings=TO_THE_END).assignment, 6) == "A A A A A B"
