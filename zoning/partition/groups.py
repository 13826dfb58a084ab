"""Find groups of neighbouring schools with like resources (多校划片), exactly for each region.

Candidates are sets of schools that hang together; a set-partitioning program (CP-SAT) picks those
that cover every school once. Sizes come first, then likeness of resources, then short ways. Regions
of some dozens of schools are solved to the end, larger ones as far as a limit of work goes.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from zoning.network.travel import UNREACHABLE
from zoning.partition.balance import standard_scores

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import networkx as nx
    import pandas as pd

    from zoning.network.travel import TravelTable

# A minute between two schools of a group weighs as much as this many standard deviations of the
# group's mean resource from that of all.
MINUTE_SCORE = 0.02
MINUTE_MS = 60_000
# The exact program looks at so many sets with each school at most, the best ones.
SETS_PER_SCHOOL = 60
_MICRO = 1_000_000
# Work of the exact program in its own units, some seconds each.
WORK_LIMIT = 4.0


@dataclass(frozen=True, eq=False)
class Schools:
    """Schools that may be grouped.

    Parameters
    ----------
    graph
        Schools, joined where they are neighbours.
    resource
        Resource by school, NaN where it is not known.
    minutes
        Minutes between two neighbours or more distant schools, by pair in sorted order.
    apart
        Pairs, in sorted order, that must not be in one group.
    """

    graph: nx.Graph
    resource: Mapping[str, float]
    minutes: Mapping[tuple[str, str], float]
    apart: frozenset[tuple[str, str]] = field(default_factory=frozenset)


def found_groups(schools: Schools, *, size: int) -> tuple[tuple[str, ...], ...]:
    """Divide schools into groups of neighbours, as near to a size as can be, alike in resources.

    Parameters
    ----------
    schools
        The schools.
    size
        Schools a group.

    Returns
    -------
    Groups of two schools or more, sorted.
    """
    import networkx as nx

    scores = standard_scores(schools.resource)
    groups = []
    for region in nx.connected_components(schools.graph):
        part = schools.graph.subgraph(region)
        # where the number does not divide, a group may be one larger
        largest = size if len(region) % size == 0 else size + 1
        sets = [
            group
            for group in connected_sets(part, largest=largest)
            if not any(pair in schools.apart for pair in combinations(group, 2))
        ]
        cost = {group: _cost(group, scores, schools.minutes) for group in sets}
        groups += _choose(sorted(part), _best(cost, size=size), cost, size=size)
    return tuple(sorted(group for group in groups if len(group) > 1))


def connected_sets(graph: nx.Graph, *, largest: int) -> list[tuple[str, ...]]:
    """Return every set of schools that hangs together, up to a size, each once and sorted."""
    found: set[frozenset[str]] = {frozenset([school]) for school in graph}
    latest = found
    for _ in range(largest - 1):
        latest = {
            group | {other}
            for group in latest
            for school in group
            for other in graph[school]
            if other not in group
        }
        found = found | latest
    return sorted((tuple(sorted(group)) for group in found), key=lambda group: (len(group), group))


def _cost(
    group: tuple[str, ...],
    scores: Mapping[str, float],
    minutes: Mapping[tuple[str, str], float],
) -> int:
    """Return how unlike the mean a group is, and how far its schools lie apart, in millionths."""
    known = [scores[school] for school in group if school in scores]
    unlike = abs(math.fsum(known) / len(known)) if known else 0.0
    pairs = list(combinations(group, 2))
    way = math.fsum(minutes[pair] for pair in pairs) / len(pairs) if pairs else 0.0
    return round(len(group) * (unlike + MINUTE_SCORE * way) * _MICRO)


def _best(cost: Mapping[tuple[str, ...], int], *, size: int) -> list[tuple[str, ...]]:
    """Keep the sets that are among the best of one of their schools, nearest to the size first."""
    by_school: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    ordered = sorted(cost, key=lambda group: (abs(len(group) - size), cost[group], group))
    kept = {group for group in ordered if len(group) <= 2}  # so that there is always a way out
    for group in ordered:
        if any(len(by_school[school]) < SETS_PER_SCHOOL for school in group):
            kept.add(group)
            for school in group:
                by_school[school].append(group)
    return sorted(kept)


def _choose(
    schools: Sequence[str],
    sets: Sequence[tuple[str, ...]],
    cost: Mapping[tuple[str, ...], int],
    *,
    size: int,
) -> list[tuple[str, ...]]:
    """Pick sets that cover every school once: best sizes first, then least cost."""
    misfit = [(len(group) - size) ** 2 for group in sets]
    first = _solve(schools, sets, misfit)
    least = sum(misfit[at] for at in first)
    kept = [at for at, worse in enumerate(misfit) if worse <= least]
    chosen = _solve(
        schools,
        [sets[at] for at in kept],
        [cost[sets[at]] for at in kept],
        misfit=([misfit[at] for at in kept], least),
        start=[kept.index(at) for at in first],
    )
    return [sets[kept[at]] for at in chosen]


def _solve(
    schools: Sequence[str],
    sets: Sequence[tuple[str, ...]],
    weight: Sequence[int],
    *,
    misfit: tuple[Sequence[int], int] | None = None,
    start: Sequence[int] = (),
) -> list[int]:
    """Return the positions of sets that cover every school once with least weight.

    One worker, a fixed seed and a limit of work instead of time: the same answer everywhere. A
    region too large to finish within the limit gets the best division found.
    """
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    picked = [model.new_bool_var("") for _ in sets]
    holding: dict[str, list[int]] = {school: [] for school in schools}
    for at, group in enumerate(sets):
        for school in group:
            holding[school].append(at)
    for inside in holding.values():
        model.add_exactly_one([picked[at] for at in inside])
    if misfit is not None:
        worse, least = misfit
        model.add(cp_model.LinearExpr.weighted_sum(picked, list(worse)) <= least)
    for at in start:
        model.add_hint(picked[at], 1)
    model.minimize(cp_model.LinearExpr.weighted_sum(picked, list(weight)))
    solver = cp_model.CpSolver()
    # it would leave the process without a handler: the next Ctrl-C would end it without a word
    solver.parameters.catch_sigint_signal = False
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = WORK_LIMIT
    status = solver.solve(model)
    assert status in {cp_model.OPTIMAL, cp_model.FEASIBLE}, "single schools always cover all"
    return [at for at, variable in enumerate(picked) if solver.boolean_value(variable)]


def neighbouring_schools(
    travel: TravelTable, adjacency: pd.DataFrame, *, schools: Sequence[str]
) -> nx.Graph:
    """Return the schools, joined where blocks nearest to them touch without a hard barrier.

    Parameters
    ----------
    travel
        Block by school.
    adjacency
        block_a, block_b, barrier.
    schools
        Schools that may be grouped; the others still keep theirs apart.
    """
    import networkx as nx

    time = np.where(travel.time_ms == UNREACHABLE, np.iinfo(np.int32).max, travel.time_ms)
    nearest = np.where((travel.time_ms != UNREACHABLE).any(axis=1), time.argmin(axis=1), -1)
    of_block = dict(zip(travel.block_ids, nearest.tolist(), strict=True))
    graph = nx.Graph()
    graph.add_nodes_from(sorted(schools))
    free = adjacency[~adjacency["barrier"].astype(bool)]
    for one, other in zip(free["block_a"], free["block_b"], strict=True):
        pair = of_block.get(one, -1), of_block.get(other, -1)
        if min(pair) >= 0 and pair[0] != pair[1]:
            names = [travel.school_ids[at] for at in pair]
            if all(name in graph for name in names):
                graph.add_edge(*sorted(names))
    return graph


def minutes_between(
    travel: TravelTable, homes: pd.DataFrame, *, schools: Sequence[str]
) -> dict[tuple[str, str], float]:
    """Return the minutes from the block of one school to another, the mean of both ways.

    Pairs without a way are as far apart as the longest way of the table.
    """
    row = {block: at for at, block in enumerate(travel.block_ids)}
    column = {school: at for at, school in enumerate(travel.school_ids)}
    known = travel.time_ms[travel.time_ms != UNREACHABLE]
    longest = int(known.max()) if known.size else 0
    first = homes.drop_duplicates("school_id").set_index("school_id")["block_id"]

    def way(start: str, end: str) -> int:
        time = int(travel.time_ms[row[first[start]], column[end]])
        return longest if time == UNREACHABLE else time

    return {
        (one, other): (way(one, other) + way(other, one)) / 2 / MINUTE_MS
        for one, other in combinations(sorted(schools), 2)
    }


def resource_of_schools(
    schools: pd.DataFrame,
    travel: TravelTable,
    *,
    seats: Mapping[str, float],
    children: Mapping[str, float],
) -> dict[str, float]:
    """Return the bureau's resource index of each school; seats a child in reach if it gives none.

    Parameters
    ----------
    schools
        school_id and resource.
    travel
        Share of each block's children within the radius of each school.
    seats
        Seats by school.
    children
        Children by block.
    """
    given = dict(zip(schools["school_id"], schools["resource"].astype(float), strict=True))
    if not all(math.isnan(value) for value in given.values()):
        return given
    weight = np.array([children.get(block, 0.0) for block in travel.block_ids])
    near = weight @ travel.within.astype(np.float64)
    return {
        school: seats.get(school, 0.0) / near[at] if near[at] > 0 else math.nan
        for at, school in enumerate(travel.school_ids)
        if school in given
    }
