"""The engine of travel times against scipy's Dijkstra, cell for cell, on any graph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle_times import Arc, oracle_times, turned

from zoning.network.hierarchy.customise import customise
from zoning.network.hierarchy.model import FAR, Costs, Seeds, seeds_of
from zoning.network.hierarchy.order import build_hierarchy
from zoning.network.hierarchy.routes import RouteFinder
from zoning.network.hierarchy.sweep import sweep, sweep_in_parts, sweep_one

DAY_MS = 86_400_000
WEIGHTS = st.one_of(
    st.just(0), st.integers(1, 4), st.integers(1, 3 * DAY_MS), st.sampled_from([FAR - 1, FAR])
)


@dataclass(frozen=True)
class Case:
    node_count: int
    arcs: list[Arc]
    seeds: Seeds

    def costs(self, *, order: list[int] | None = None) -> Costs:
        tail, head, weight = columns(self.arcs)
        return customise(build_hierarchy(self.node_count, tail, head=head, order=order), weight)

    def oracle(self) -> np.ndarray:
        return oracle_times(self.node_count, self.arcs, self.seeds)


def columns(arcs: list[Arc]) -> np.ndarray:
    return np.array(arcs, dtype=np.int64).reshape(-1, 3).T


@st.composite
def cases(draw: st.DrawFn, *, weights: st.SearchStrategy[int] = WEIGHTS) -> Case:
    """Few nodes, so that loops, parallel arcs, dead ends and pieces apart come often."""
    count = draw(st.integers(1, 14))
    node = st.integers(0, count - 1)
    arcs = draw(st.lists(st.tuples(node, node, weights), max_size=40))
    schools = draw(st.integers(0, 4))
    some_seeds = st.tuples(st.integers(0, max(schools - 1, 0)), node, weights)
    seeds = draw(st.lists(some_seeds, max_size=8 if schools else 0))
    return Case(count, arcs, seeds_of(*columns(seeds), count=schools))


@given(cases())
@settings(max_examples=150, deadline=None)
def test_every_cell_is_that_of_dijkstra(case):
    assert np.array_equal(sweep(case.costs(), case.seeds), case.oracle())


@given(cases())
@settings(max_examples=50, deadline=None)
def test_one_school_alone_is_its_column(case):
    costs, oracle = case.costs(), case.oracle()
    for school in range(case.seeds.school_count):
        assert np.array_equal(sweep_one(costs, case.seeds, school=school), oracle[:, school])


@given(cases())
@settings(max_examples=50, deadline=None)
def test_outward_is_the_graph_turned_round(case):
    outward = oracle_times(case.node_count, turned(case.arcs), case.seeds)
    costs = case.costs()
    assert np.array_equal(sweep(costs, case.seeds, outward=True), outward)
    for school in range(case.seeds.school_count):
        column = sweep_one(costs, case.seeds, school=school, outward=True)
        assert np.array_equal(column, outward[:, school])


@given(cases(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_any_order_gives_the_same_times(case, random):
    order = list(range(case.node_count))
    random.shuffle(order)
    assert np.array_equal(sweep(case.costs(order=order), case.seeds), case.oracle())


@given(cases(), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_numbers_of_nodes_and_the_order_of_arcs_mean_nothing(case, random):
    number = list(range(case.node_count))
    random.shuffle(number)
    arcs = [(number[tail], number[head], weight) for tail, head, weight in case.arcs]
    random.shuffle(arcs)
    seeds = Seeds(case.seeds.first, np.array(number, np.int32)[case.seeds.node], case.seeds.offset)
    again = sweep(Case(case.node_count, arcs, seeds).costs(), seeds)
    assert np.array_equal(again[number], sweep(case.costs(), case.seeds))


@given(cases(), st.data())
@settings(max_examples=50, deadline=None)
def test_changed_weights_are_as_if_from_scratch(case, data):
    before = case.costs()
    sweep(before, case.seeds)
    arcs = [(tail, head, data.draw(WEIGHTS)) for tail, head, _ in case.arcs]
    after = customise(before.hierarchy, columns(arcs)[2])
    oracle = oracle_times(case.node_count, arcs, case.seeds)
    assert np.array_equal(sweep(after, case.seeds), oracle)
    assert np.array_equal(sweep(before, case.seeds), case.oracle())


@given(cases(), st.integers(1, 3))
@settings(max_examples=30, deadline=None)
def test_parts_are_the_table(case, at_once):
    oracle = case.oracle()
    seen = 0
    for schools, part in sweep_in_parts(case.costs(), case.seeds, schools_at_once=at_once):
        assert np.array_equal(part, oracle[:, schools])
        seen += part.shape[1]
    assert seen == case.seeds.school_count


@given(st.one_of(cases(), cases(weights=st.sampled_from([0, 0, 0, 1]))))
@settings(max_examples=150, deadline=None)
def test_routes_add_up_to_the_table(case):
    costs = case.costs()
    table = sweep(costs, case.seeds)
    finder = RouteFinder.on(costs)
    for school in range(case.seeds.school_count):
        terminal = case.seeds.of(school, school + 1)
        ends = set(zip(terminal.node.tolist(), terminal.offset.tolist(), strict=True))
        for start in range(case.node_count):
            route = finder.route(start, table[:, school], seeds=case.seeds, school=school)
            if route is None:
                assert table[start, school] == FAR
                continue
            way = [case.arcs[arc] for arc in route.arc]
            assert route.node.tolist() == [start, *(head for _, head, _ in way)]
            assert [tail for tail, _, _ in way] == route.node[:-1].tolist()
            assert len(set(route.node.tolist())) == len(route.node)
            assert sum(weight for _, _, weight in way) + route.left == route.cost
            assert route.cost == table[start, school]
            assert (int(route.node[-1]), route.left) in ends


@st.composite
def large_cases(draw: st.DrawFn) -> Case:
    """Some hundred nodes: grids with gaps, thickets, stars and long roads, in pieces."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    pieces = []
    count = 0
    for kind in draw(st.lists(st.sampled_from(["grid", "thicket", "star", "road"]), min_size=1,
                              max_size=4)):  # fmt: skip
        size = int(rng.integers(2, 250))
        u, v = edges_of(kind, size=size, rng=rng)
        pieces.append(count + np.stack([u, v]))
        count += size
    u, v = np.concatenate(pieces, axis=1)
    number = rng.permutation(count)
    tail, head = number[np.concatenate([u, v])], number[np.concatenate([v, u])]
    kept = rng.random(len(tail)) < 0.9
    weight = rng.integers(0, int(rng.choice([2, 1000, DAY_MS])), len(tail))
    arcs = np.stack([tail, head, weight], axis=1)[kept].tolist()
    schools = int(rng.integers(1, 40))
    some = int(rng.integers(1, 3 * schools))
    seeds = seeds_of(rng.integers(0, schools, some), rng.integers(0, count, some),
                     rng.integers(0, 1000, some), count=schools)  # fmt: skip
    return Case(count, [tuple(arc) for arc in arcs], seeds)


def edges_of(kind: str, *, size: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    nodes = np.arange(size)
    if kind == "star":
        return np.zeros(size - 1, dtype=int), nodes[1:]
    if kind == "road":
        return nodes[:-1], nodes[1:]
    if kind == "thicket":
        return tuple(rng.integers(0, size, (2, 4 * size)))
    side = int(np.ceil(np.sqrt(size)))
    right = nodes[(nodes % side != side - 1) & (nodes + 1 < size)]
    down = nodes[nodes + side < size]
    u, v = np.concatenate([right, down]), np.concatenate([right + 1, down + side])
    kept = rng.random(len(u)) < 0.8
    return u[kept], v[kept]


@given(large_cases(), st.sampled_from([1, 2, 3]))
@settings(max_examples=60, deadline=None)
def test_larger_graphs_too(case, threads):
    costs = case.costs()
    oracle = case.oracle()
    assert np.array_equal(sweep(costs, case.seeds, threads=threads), oracle)
    assert np.array_equal(sweep_one(costs, case.seeds), oracle[:, 0])
