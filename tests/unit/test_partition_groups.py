"""Found groups: neighbours, of one size, alike in resources; exact where it can be counted."""

from __future__ import annotations

import math
import signal
from itertools import combinations

import networkx as nx
import pytest
from gridworld import world

from zoning.partition.groups import (
    Schools,
    connected_sets,
    found_groups,
    minutes_between,
    neighbouring_schools,
    resource_of_schools,
)


def ring(resource: str, *, minutes: float = 1.0, apart: tuple[str, ...] = ()) -> Schools:
    """Schools A, B, C … in a ring, a digit of resource each."""
    names = [chr(ord("A") + at) for at in range(len(resource))]
    return Schools(
        graph=nx.cycle_graph(names),
        resource={name: float(digit) for name, digit in zip(names, resource, strict=True)},
        minutes=dict.fromkeys(combinations(names, 2), minutes),
        apart=frozenset((pair[0], pair[1]) for pair in apart),
    )


def told(groups: tuple[tuple[str, ...], ...]) -> str:
    return " ".join("".join(group) for group in groups)


def test_strong_and_weak_neighbours_are_put_together() -> None:
    # A and B are strong, C and D weak: AD and BC are alike, AB and CD are not
    assert told(found_groups(ring("9911"), size=2)) == "AD BC"


def test_ctrl_c_still_works_after_groups_were_found() -> None:
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        found_groups(ring("9911"), size=2)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    finally:
        signal.signal(signal.SIGINT, former)


def test_schools_that_must_not_are_not_put_together() -> None:
    assert told(found_groups(ring("9911", apart=("AD",)), size=2)) == "AB CD"


def test_groups_hang_together() -> None:
    # the alike pairs would be AD and BC, but a line of schools does not join A and D
    line = ring("9911")
    graph = nx.path_graph(["A", "B", "C", "D"])
    schools = Schools(graph, line.resource, line.minutes)
    assert told(found_groups(schools, size=2)) == "AB CD"


def test_sizes_come_before_likeness_and_a_rest_makes_one_group_larger_or_smaller() -> None:
    assert told(found_groups(ring("919191"), size=3)) in {"ABC DEF", "ABF CDE", "AEF BCD"}
    sizes = sorted(len(group) for group in found_groups(ring("12345"), size=2))
    assert sizes == [2, 3]
    sizes = sorted(len(group) for group in found_groups(ring("1234567"), size=3))
    assert sizes == [3, 4]


def test_a_school_without_neighbours_stays_alone() -> None:
    schools = ring("91")
    graph = schools.graph.copy()
    graph.add_node("Z")
    found = found_groups(Schools(graph, schools.resource, schools.minutes), size=2)
    assert told(found) == "AB"


def test_without_resources_the_short_ways_decide() -> None:
    minutes = dict.fromkeys(combinations("ABCD", 2), 30.0) | {("B", "C"): 1.0, ("A", "D"): 1.0}
    schools = Schools(nx.cycle_graph(list("ABCD")), dict.fromkeys("ABCD", math.nan), minutes)
    assert told(found_groups(schools, size=2)) == "AD BC"


def brute(schools: Schools, size: int) -> float:
    """Return the least unlikeness of all ways to divide into connected groups of the size."""
    mean = sum(schools.resource.values()) / len(schools.resource)
    spread = math.sqrt(
        sum((value - mean) ** 2 for value in schools.resource.values()) / len(schools.resource)
    )

    def unlike(group: tuple[str, ...]) -> float:
        own = sum(schools.resource[name] for name in group) / len(group)
        return len(group) * abs(own - mean) / spread

    def best(left: frozenset[str]) -> float:
        if not left:
            return 0.0
        first = min(left)
        options = [
            unlike((first, *rest)) + best(left - {first, *rest})
            for rest in combinations(sorted(left - {first}), size - 1)
            if nx.is_connected(schools.graph.subgraph([first, *rest]))
        ]
        return min(options, default=math.inf)

    return best(frozenset(schools.graph))


@pytest.mark.parametrize("resource", ["918273645", "123456789", "991199119", "559555551"])
def test_the_best_division_is_found(resource: str) -> None:
    names = [chr(ord("A") + at) for at in range(9)]
    grid = nx.relabel_nodes(nx.convert_node_labels_to_integers(nx.grid_2d_graph(3, 3)),
                            dict(enumerate(names)))  # fmt: skip
    values = {name: float(digit) for name, digit in zip(names, resource, strict=True)}
    schools = Schools(grid, values, dict.fromkeys(combinations(names, 2), 0.0))
    groups = found_groups(schools, size=3)
    mean = sum(values.values()) / 9
    spread = math.sqrt(sum((value - mean) ** 2 for value in values.values()) / 9)
    found = sum(abs(sum(values[name] for name in group) - 3 * mean) / spread for group in groups)
    assert sorted(name for group in groups for name in group) == names
    assert all(nx.is_connected(grid.subgraph(group)) for group in groups)
    assert found == pytest.approx(brute(schools, 3))


def test_connected_sets_are_all_of_them_once() -> None:
    sets = connected_sets(nx.path_graph(list("ABC")), largest=3)
    assert told(tuple(sets)) == "A B C AB BC ABC"


def test_neighbours_touch_without_a_barrier() -> None:
    wall = [("b03", "b04")]
    built = world("A . B . C", seats=dict.fromkeys("ABC", 9), walls=wall)
    graph = neighbouring_schools(built.travel, built.adjacency, schools=["A", "B", "C"])
    assert sorted(graph.edges) == [("A", "B")]
    free = neighbouring_schools(built.travel, built.adjacency.assign(barrier=False),
                                schools=["A", "C"])  # fmt: skip
    assert sorted(free.edges) == []  # B lies between them


def test_minutes_and_seats_in_reach_are_counted() -> None:
    built = world("A . B", seats={"A": 4, "B": 2}, cut_off=[("b00", "B")])
    minutes = minutes_between(built.travel, built.homes(), schools=["A", "B"])
    assert minutes == {("A", "B"): 2.0}  # one way is two minutes, none is as far as the longest
    schools = built.schools.assign(resource=math.nan)
    children = {"b00": 2, "b01": 3, "b02": 0}
    found = resource_of_schools(schools, built.travel, seats={"A": 4, "B": 2}, children=children)
    assert found == {"A": pytest.approx(4 / 5), "B": pytest.approx(2 / 3)}
    given = resource_of_schools(
        schools.assign(resource=[7.0, math.nan]), built.travel, seats={}, children=children
    )
    assert given["A"] == 7.0
    assert math.isnan(given["B"])


def test_a_whole_city_is_grouped_the_same_each_time() -> None:
    graph = nx.convert_node_labels_to_integers(nx.triangular_lattice_graph(9, 16))
    graph = nx.relabel_nodes(graph, {node: f"S{node:03d}" for node in graph})
    names = sorted(graph)
    resource = {name: float((at * 37) % 11) for at, name in enumerate(names)}
    minutes = {pair: float(len(pair[0])) for pair in combinations(names, 2)}
    first = found_groups(Schools(graph, resource, minutes), size=3)
    assert sorted(name for group in first for name in group) == names
    assert first == found_groups(Schools(graph, resource, minutes), size=3)
