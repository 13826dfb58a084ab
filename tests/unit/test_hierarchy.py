"""The engine of travel times: borders of what it takes, what it refuses, where it writes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from oracle_times import oracle_times

from zoning.errors import ZoningError
from zoning.network.hierarchy.customise import customise
from zoning.network.hierarchy.model import FAR, Seeds, seeds_of
from zoning.network.hierarchy.order import build_hierarchy, check_closed, superlu_order
from zoning.network.hierarchy.routes import RouteFinder
from zoning.network.hierarchy.sweep import _parts, sweep, sweep_one

DAY_MS = 86_400_000
# 0 - 1 - 2     a square with a tail, all 10 both ways, but 2 > 3 is one-way
#     |   v
#     5 - 3 - 4
SQUARE = [(0, 1), (1, 0), (1, 2), (2, 1), (2, 3), (3, 5), (5, 3), (5, 1), (1, 5), (3, 4), (4, 3)]


def at(*nodes: int) -> Seeds:
    """A school at each of these nodes."""
    return seeds_of(range(len(nodes)), nodes, count=len(nodes))


def costs_of(node_count: int, arcs: list[tuple[int, int]], weight: int | list[int] = 10):
    tail, head = np.array(arcs, dtype=int).reshape(-1, 2).T
    hierarchy = build_hierarchy(node_count, tail, head=head)
    return customise(hierarchy, np.broadcast_to(np.array(weight, dtype=np.int64), len(tail)))


def test_a_one_way_street_costs_the_way_round():
    table = sweep(costs_of(6, SQUARE), at(4, 2))
    assert table.tolist() == [[40, 20], [30, 10], [20, 0], [10, 30], [0, 40], [20, 20]]


def test_a_school_between_two_nodes_has_both_as_seeds():
    # 4 m before node 2 on the street 2 > 3
    seeds = seeds_of([0, 0], [2, 3], [6, 4], count=1)
    assert sweep(costs_of(6, SQUARE), seeds)[:, 0].tolist() == [26, 16, 6, 4, 14, 14]


def test_no_node_one_node_and_no_school():
    assert sweep(costs_of(0, []), at()).shape == (0, 0)
    assert sweep(costs_of(1, []), at(0)).tolist() == [[0]]
    assert sweep(costs_of(1, [(0, 0)]), at(0)).tolist() == [[0]]
    assert sweep(costs_of(6, SQUARE), at()).shape == (6, 0)
    assert sweep_one(costs_of(1, []), at(0)).tolist() == [0]


def test_nodes_without_arcs_and_pieces_apart():
    table = sweep(costs_of(5, [(1, 3), (3, 1)]), at(3, 0))
    assert table.tolist() == [[FAR, 0], [10, FAR], [FAR, FAR], [0, FAR], [FAR, FAR]]


def test_a_school_without_a_seed_is_reached_from_nowhere():
    costs = costs_of(2, [(0, 1), (1, 0)])
    seeds = seeds_of([0, 1], [0, 1], [0, FAR], count=3)
    assert sweep(costs, seeds).tolist() == [[0, FAR, FAR], [10, FAR, FAR]]
    assert sweep_one(costs, seeds, school=2).tolist() == [FAR, FAR]


def test_twelve_days_are_the_most_and_sums_beyond_do_not_run_over():
    line = [(node, node + 1) for node in range(9)]
    table = sweep(costs_of(10, line, 3 * DAY_MS), at(9))
    days = [None, None, None, None, None, 12, 9, 6, 3, 0]
    assert table[:, 0].tolist() == [FAR if d is None else d * DAY_MS for d in days]
    closed = sweep(costs_of(3, [(0, 1), (1, 2)], [2**40, 7]), at(2))
    assert closed[:, 0].tolist() == [FAR, 7, 0]


def test_more_schools_than_go_at_once():
    rng = np.random.default_rng(5)
    nodes = rng.integers(0, 6, 1100)
    few = sweep(costs_of(6, SQUARE), at(*range(6)))
    assert np.array_equal(sweep(costs_of(6, SQUARE), at(*nodes)), few[:, nodes])


def test_the_table_is_written_where_it_is_wanted(tmp_path):
    file = np.memmap(tmp_path / "table.bin", dtype=np.int32, mode="w+", shape=(6, 2))
    table = sweep(costs_of(6, SQUARE), at(4, 2), out=file)
    assert np.shares_memory(table, file)
    file.flush()
    stored = np.fromfile(tmp_path / "table.bin", dtype=np.int32).reshape(6, 2)
    assert np.array_equal(stored, sweep(costs_of(6, SQUARE), at(4, 2)))


@pytest.mark.parametrize(
    "out",
    [np.empty((2, 6), np.int32), np.empty((6, 2), np.int64), np.empty((6, 4), np.int32)[:, :2]],
)
def test_a_table_of_another_kind_is_refused(out):
    with pytest.raises(ValueError, match="int32"):
        sweep(costs_of(6, SQUARE), at(4, 2), out=out)


@pytest.mark.parametrize("weight", [-1, 0.5])
def test_weights_are_whole_and_not_negative(weight):
    hierarchy = costs_of(6, SQUARE).hierarchy
    with pytest.raises((ValueError, TypeError), match="weight"):
        customise(hierarchy, np.full(len(SQUARE), weight))


def test_arcs_and_seeds_have_to_be_there():
    with pytest.raises(ValueError, match="no node"):
        build_hierarchy(2, [0], head=[2])
    with pytest.raises(ValueError, match="one weight"):
        customise(build_hierarchy(2, [0], head=[1]), [1, 2])
    with pytest.raises(ValueError, match="no school"):
        seeds_of([2], [0], count=2)
    with pytest.raises(ValueError, match="no node"):
        seeds_of([0], [-1], count=1)
    with pytest.raises(ValueError, match="negative"):
        seeds_of([0], [0], [-1], count=1)


@pytest.mark.parametrize("order", [[0, 1, 2, 3, 4], [0, 1, 2, 3, 4, 4], [0, 1, 2, 3, 4, 6]])
def test_an_order_that_is_none_is_refused(order):
    tail, head = zip(*SQUARE, strict=True)
    with pytest.raises(ZoningError, match="ORDER_NOT_CLOSED"):
        build_hierarchy(6, tail, head=head, order=order)


def grid(side: int) -> list[tuple[int, int]]:
    nodes = np.arange(side * side).reshape(side, side)
    right = zip(nodes[:, :-1].ravel().tolist(), nodes[:, 1:].ravel().tolist(), strict=True)
    down = zip(nodes[:-1].ravel().tolist(), nodes[1:].ravel().tolist(), strict=True)
    edges = [*right, *down]
    return edges + [(v, u) for u, v in edges]


def test_every_missing_arc_of_a_hierarchy_is_found():
    """Without one of them some times would be too long, and nothing else would tell."""
    hierarchy = costs_of(25, grid(5)).hierarchy
    check_closed(hierarchy)
    for arc in range(len(hierarchy.upper)):
        first = hierarchy.first - (hierarchy.first > arc)
        with pytest.raises(ZoningError, match="ORDER_NOT_CLOSED"):
            check_closed(replace(hierarchy, first=first, upper=np.delete(hierarchy.upper, arc)))


def test_a_graph_that_the_hierarchy_was_not_made_for_is_found():
    hierarchy = costs_of(25, grid(5)).hierarchy
    with pytest.raises(ZoningError, match="ORDER_NOT_CLOSED"):
        check_closed(replace(hierarchy, head=np.roll(hierarchy.head, 1)))


def test_a_hierarchy_out_of_order_is_found():
    hierarchy = costs_of(25, grid(5)).hierarchy
    for wrong in (hierarchy.upper[::-1].copy(), np.zeros_like(hierarchy.upper)):
        with pytest.raises(ZoningError, match="ORDER_NOT_CLOSED"):
            check_closed(replace(hierarchy, upper=wrong))


def test_the_order_of_superlu_makes_little_fill():
    """The order is read the right way round: turned round it would make far more arcs."""
    side = 30
    arcs = grid(side)
    tail, head = np.array(arcs).T
    order = np.lexsort((head, tail))
    first = np.concatenate([[0], np.cumsum(np.bincount(tail))])
    found = superlu_order(first, head[order].astype(np.int32))
    arcs_of = [len(build_hierarchy(side * side, tail, head=head, order=nodes).upper)
               for nodes in (found, found[::-1], np.arange(side * side))]  # fmt: skip
    assert arcs_of[0] < min(arcs_of[1:]) / 2


def test_a_route_is_nodes_and_arcs():
    costs = costs_of(6, SQUARE)
    seeds = at(4)
    table = sweep(costs, seeds)
    route = RouteFinder.on(costs).route(1, table[:, 0], seeds=seeds)
    assert route is not None
    assert route.node.tolist() == [1, 2, 3, 4]
    assert [SQUARE[arc] for arc in route.arc] == [(1, 2), (2, 3), (3, 4)]
    assert (route.cost, route.left) == (30, 0)


def test_a_route_does_not_go_round_in_circles_for_nothing():
    """0, 1 and 2 are joined for nothing; only 2 leads on, at a price."""
    arcs = [(0, 1), (1, 0), (1, 2), (2, 1), (0, 2), (2, 0), (2, 3), (3, 4)]
    costs = costs_of(5, arcs, [0, 0, 0, 0, 0, 0, 5, 0])
    seeds = at(4)
    finder = RouteFinder.on(costs)
    table = sweep(costs, seeds)[:, 0]
    route = finder.route(1, table, seeds=seeds)
    assert route is not None
    assert route.node.tolist() == [1, 2, 3, 4]
    assert finder.route(4, table, seeds=seeds).node.tolist() == [4]


def test_no_route_where_there_is_no_way():
    costs = costs_of(3, [(0, 1)])
    column = sweep(costs, at(2))[:, 0]
    assert RouteFinder.on(costs).route(0, column, seeds=at(2)) is None


def test_a_table_of_other_weights_has_no_routes():
    costs = costs_of(6, SQUARE)
    old = sweep(costs, at(4))[:, 0]
    finder = RouteFinder.on(customise(costs.hierarchy, np.full(len(SQUARE), 11)))
    with pytest.raises(ZoningError, match="ROUTE_NOT_IN_TABLE"):
        finder.route(0, old, seeds=at(4))


def test_a_hub_of_many_roads():
    rays = [(0, ray) for ray in range(1, 3000)] + [(ray, 0) for ray in range(1, 3000)]
    weight = np.random.default_rng(1).integers(1, 100, len(rays))
    arcs = [(tail, head, int(w)) for (tail, head), w in zip(rays, weight, strict=True)]
    seeds = at(0, 5, 2999)
    table = sweep(costs_of(3000, rays, weight.tolist()), seeds)
    assert np.array_equal(table, oracle_times(3000, arcs, seeds))


@pytest.mark.parametrize("count", [1, 15, 16, 100, 128, 129, 500, 512, 513, 1024, 1025, 5000])
@pytest.mark.parametrize("workers", [1, 2, 3, 8])
def test_columns_are_shared_out_once_each_and_by_whole_lines(count, workers):
    parts = _parts(count, workers=workers)
    assert [column for left, right in parts for column in range(left, right)] == list(range(count))
    assert all(left % 16 == 0 and 0 < right - left <= 512 for left, right in parts)
