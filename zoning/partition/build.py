"""From the frames of a study to a partition problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.errors import InfeasibleError
from zoning.network.travel import UNREACHABLE
from zoning.partition.balance import mean_of, mismatch, standard_scores
from zoning.partition.bridge import bridge_shared
from zoning.partition.limits import (
    check_change_limit,
    foreign_zones,
    keep_to,
    limit_note,
    within_radius,
    zone_towns,
)
from zoning.partition.nearest import Ground, nearest_connected
from zoning.partition.policy import NO_LIMITS
from zoning.partition.problem import FREE, Note, OverloadTerm, Problem, adjacency_arrays
from zoning.partition.rules import (
    NO_RULES,
    apart_zones,
    forbidden_positions,
    lock_positions,
    pooled_schools,
    together_numbers,
)
from zoning.partition.terms import (
    MINUTE_MS,
    Amounts,
    block_terms,
    boundary_term,
    edge_costs,
    weigh,
)
from zoning.plan.model import ZoneType, school_zones
from zoning.plan.residences import NO_SCHOOL, children_matrix
from zoning.plan.seats import seat_table, zone_shares
from zoning.plan.shared import seats_by_zone, shared_children
from zoning.settings import AdminLines, Limit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from zoning.network.travel import TravelTable
    from zoning.partition.policy import Policy
    from zoning.partition.rules import Rules
    from zoning.plan.model import Zone
    from zoning.settings import WeightSection


@dataclass(frozen=True, eq=False)
class _Layout:
    """Blocks and zones of the problem before anything limits them.

    `column` is the zone of each school by id, `apart` the blocks of each zone that is not drawn;
    `time`, `within` and `reach` are by block and zone.
    """

    block_ids: tuple[str, ...]
    zones: tuple[Zone, ...]
    place: Mapping[str, int]
    column: Mapping[str, int]
    apart: Mapping[int, list[int]]
    homes: tuple[tuple[int, ...], ...]
    time: NDArray[np.int64]
    within: NDArray[np.float64]
    reach: NDArray[np.bool_]
    children: NDArray[np.int64]
    seats: NDArray[np.int64]
    notes: tuple[Note, ...]


def build_problem(
    travel: TravelTable,
    *,
    schools: pd.DataFrame,
    seats: pd.DataFrame,
    homes: pd.DataFrame,
    residences: pd.DataFrame,
    adjacency: pd.DataFrame,
    years: Sequence[int],
    weights: WeightSection,
    rules: Rules = NO_RULES,
    policy: Policy = NO_LIMITS,
) -> Problem:
    """Put the problem of one stage.

    Parameters
    ----------
    travel
        Times of the stage, block by school.
    schools
        school_id and name of the stage's schools, and their resource index where feeders are
        paired; those that `travel` does not know are left out.
    seats
        school_id, year, seats.
    homes
        `zoning.plan.homes.school_homes`.
    residences
        `zoning.plan.residences.build_residences`.
    adjacency
        block_a, block_b, barrier; length_m and kind of what runs along.
    years
        Years of the horizon; the assignment holds in each of them.
    weights
        What counts how much.
    rules
        What decisions rule.
    policy
        Limits and prices.

    Raises
    ------
    InfeasibleError
        There is no school.
    InputError
        A lock, ban or group names what is not there, or contradicts where a school stands; or more
        children have to change school than may.
    """
    layout = _layout(
        travel, schools=schools, seats=seats, homes=homes, residences=residences, years=years,
        rules=rules,
    )  # fmt: skip
    together = together_numbers(rules.together, layout.place)
    forbidden = forbidden_positions(rules.forbidden, layout.place, layout.column)
    locks = _locks_apart(lock_positions(rules.locks, layout.place, layout.column), layout.apart)
    along, edges = _open_edges(adjacency, layout.place)
    ground = _ground(layout, edges, locks=locks, together=together, forbidden=forbidden)
    reach, notes = _limited(layout, policy, ground=ground, forbidden=forbidden)
    amounts = Amounts(
        time=layout.time,
        within=layout.within,
        children=layout.children,
        changing=_changing(residences, layout.place, layout.zones, years),
        foreign=_foreign(layout, policy) if policy.admin_lines is AdminLines.SOFT else None,
        mismatch=_mismatch(layout, schools, rules) if rules.scores else None,
    )
    terms = block_terms(amounts, weights)
    boundary = boundary_term(along, edges, weight=weights.boundary_min_per_km)
    indptr, neighbours, edge_cost = adjacency_arrays(
        edges, blocks=len(layout.place), cost=edge_costs(boundary, years=len(years))
    )
    priced = policy.overload_min
    overload = () if priced is None else (OverloadTerm(priced, layout.children, layout.seats),)
    limit = policy.change_limit
    problem = Problem(
        block_ids=layout.block_ids,
        zones=layout.zones,
        years=tuple(years),
        cost=weigh(terms),
        unit=1 / (MINUTE_MS * len(years)),
        terms=terms,
        children=layout.children,
        seats=layout.seats,
        indptr=indptr,
        neighbours=neighbours,
        edge_cost=edge_cost,
        reach=reach,
        homes=layout.homes,
        locks=locks,
        forbidden=forbidden,
        together=together,
        overload_price=None if priced is None else round(priced * MINUTE_MS),
        changing=amounts.changing if limit is not None else np.empty((0, 0), dtype=np.int64),
        change_limit=None if limit is None else limit * len(years),
        notes=(*rules.notes, *layout.notes, *notes),
        further_terms=((boundary,) if weights.boundary_min_per_km else ()) + overload,
    )
    bridged = bridge_shared(problem)
    check_change_limit(bridged)
    return bridged


def _layout(
    travel: TravelTable,
    *,
    schools: pd.DataFrame,
    seats: pd.DataFrame,
    homes: pd.DataFrame,
    residences: pd.DataFrame,
    years: Sequence[int],
    rules: Rules,
) -> _Layout:
    """Make the zones, and lay times, children and seats out by them."""
    names = dict(zip(schools["school_id"], schools["name"], strict=True))
    known = [school for school in travel.school_ids if school in names]
    if not known:
        raise InfeasibleError("partition.NO_SCHOOLS")
    pooled, notes = pooled_schools(homes, rules.groups, known)
    own = school_zones(
        {school: names[school] for school in known}, groups=pooled, feeder=rules.feeder
    )
    decided = apart_zones(rules, names)
    zones = tuple(sorted((*own, *decided)))
    place = {block: row for row, block in enumerate(travel.block_ids)}
    apart = {
        at: [place[block] for block in decided[zone]]
        for at, zone in enumerate(zones)
        if zone in decided
    }
    column = {
        school: at for at, zone in enumerate(zones) if zone.drawn for school in zone.school_ids
    }
    children = _children(residences, place, years)
    table = seat_table(seats, schools=known, years=years)
    time, within, ways = _zone_times(
        travel, _members(zones, travel.school_ids), [zone_shares(zone, table) for zone in zones]
    )
    blocks_of = {zones[at].zone_id: blocks for at, blocks in apart.items()}
    shared = shared_children(zones, blocks_of, children=children, travel=travel)
    home_blocks = _home_blocks(homes, place, column, len(zones))
    reach = _set_apart(ways, apart)
    return _Layout(
        block_ids=travel.block_ids,
        zones=zones,
        place=place,
        column=column,
        apart=apart,
        homes=home_blocks,
        time=time,
        within=within,
        reach=reach,
        children=children,
        seats=seats_by_zone(zones, table, shared=shared) + _places(zones, apart, children),
        notes=(*notes, *_home_notes(homes, home_blocks, reach, zones, travel.block_ids)),
    )


def _ground(
    layout: _Layout,
    edges: NDArray[np.int64],
    *,
    locks: NDArray[np.int32],
    together: NDArray[np.int32],
    forbidden: Sequence[tuple[int, int]],
) -> Ground:
    """Return where zones can grow before any limit."""
    may = _anywhere(layout)
    for block, zone in forbidden:
        may[block, zone] = False
    binds = locks.copy()
    for zone, stands in enumerate(layout.homes):
        binds[list(stands)] = zone
    fixed = binds != FREE
    may[fixed] = False
    may[fixed, binds[fixed]] = True
    for zone, blocks in layout.apart.items():
        # the zone of each school may reach across what it shares
        for school in layout.zones[zone].school_ids:
            may[blocks, layout.column[school]] = True
    return Ground(edges, layout.homes, fixed, may, together)


def _anywhere(layout: _Layout) -> NDArray[np.bool_]:
    """Return the zones that each block can reach; empty land between homes goes anywhere."""
    land = (layout.children.sum(axis=1) == 0) & ~layout.reach.any(axis=1)
    return _set_apart(layout.reach | land[:, None], layout.apart)


def _limited(
    layout: _Layout,
    policy: Policy,
    *,
    ground: Ground,
    forbidden: Sequence[tuple[int, int]],
) -> tuple[NDArray[np.bool_], tuple[Note, ...]]:
    """Return the zones that each block may have under hard limits, and what to know about them.

    Locks and the blocks in which schools stand are no concern of the limits: a decision goes
    before a rule. Empty blocks are land between homes and go anywhere.
    """
    together, everyone = ground.together, layout.children.sum(axis=1)
    reach, empty = _anywhere(layout), everyone == 0
    banned = np.zeros(reach.shape, dtype=np.bool_)
    for block, zone in forbidden:
        banned[block, zone] = reach[block, zone]
    reach &= ~banned
    bound = ~empty
    for blocks in layout.apart.values():
        bound[blocks] = False
    notes: tuple[Note, ...] = ()
    if policy.admin_lines is AdminLines.HARD:
        good = ~_foreign(layout, policy)
        good = _group_alike(good, together)
        reach, lacking = keep_to(reach, good, together=together, bound=bound)
        notes += limit_note("NO_SCHOOL_IN_TOWN", lacking, layout.block_ids)
    if policy.walking_limit is Limit.HARD:
        good = within_radius(layout.within, everyone, together)
        reach, lacking = keep_to(reach, good, together=together, bound=bound)
        reach, cut = nearest_connected(
            ground, reach, time=layout.time, everyone=everyone, lacking=lacking, bound=bound
        )
        notes += limit_note("BEYOND_RADIUS", lacking, layout.block_ids)
        notes += limit_note("CUT_WITHIN_RADIUS", cut, layout.block_ids)
    return reach | banned, notes


def _foreign(layout: _Layout, policy: Policy) -> NDArray[np.bool_]:
    towns = zone_towns(layout.homes, layout.block_ids, policy.towns)
    return foreign_zones(layout.block_ids, towns, policy.towns)


def _mismatch(layout: _Layout, schools: pd.DataFrame, rules: Rules) -> NDArray[np.float64] | None:
    """How alike in strength primary and junior middle schools are; None where nothing is known."""
    resource = dict(zip(schools["school_id"], schools["resource"], strict=True))
    drawn = [zone for zone in layout.zones if zone.drawn]
    scores = standard_scores({zone.zone_id: mean_of(zone.school_ids, resource) for zone in drawn})
    if not scores:
        return None
    return mismatch(
        [rules.scores.get(block, 0.0) for block in layout.block_ids],
        [scores.get(zone.zone_id, 0.0) for zone in layout.zones],
    )


def _group_alike(good: NDArray[np.bool_], together: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Let blocks that stay together go where any of them may: their land may cross a line."""
    alike = good.copy()
    for group in np.unique(together[together != FREE]):
        inside = together == group
        alike[inside] = good[inside].any(axis=0)
    return alike


def _children(
    residences: pd.DataFrame, place: Mapping[str, int], years: Sequence[int]
) -> NDArray[np.int64]:
    row = residences["block_id"].map(place).to_numpy(dtype=float)
    inside = ~np.isnan(row)
    children = np.zeros((len(place), len(years)), dtype=np.int64)
    counts = children_matrix(residences, years)
    np.add.at(children, row[inside].astype(np.int64), counts[inside])
    return children


def _members(zones: Sequence[Zone], school_ids: Sequence[str]) -> list[list[int]]:
    at = {school: column for column, school in enumerate(school_ids)}
    return [[at[school] for school in zone.school_ids] for zone in zones]


def _zone_times(
    travel: TravelTable, members: list[list[int]], shares: list[NDArray[np.float64]]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]]:
    """Time, share within the radius, and reachability by block and zone.

    In a zone of several schools a child may be drawn for any of them: the mean counts, and all of
    them have to be reachable. Where they are not, or there is no school, no time counts.
    """
    shape = (len(travel.block_ids), len(members))
    time = np.empty(shape, dtype=np.int64)
    within = np.empty(shape, dtype=np.float64)
    reach = np.empty(shape, dtype=np.bool_)
    for zone, (columns, share) in enumerate(zip(members, shares, strict=True)):
        reach[:, zone] = (travel.time_ms[:, columns] != UNREACHABLE).all(axis=1)
        mean = np.zeros(shape[0])
        near = np.zeros(shape[0])
        for column, part in zip(columns, share, strict=True):
            mean += travel.time_ms[:, column] * part
            near += travel.within[:, column].astype(np.float64) * part
        time[:, zone] = np.where(reach[:, zone], np.rint(mean), 0)
        within[:, zone] = np.where(reach[:, zone] & bool(columns), near, 1.0)
    return time, within, reach


def _home_blocks(
    homes: pd.DataFrame, place: Mapping[str, int], column: Mapping[str, int], zones: int
) -> tuple[tuple[int, ...], ...]:
    inside: list[set[int]] = [set() for _ in range(zones)]
    for school, block in zip(homes["school_id"], homes["block_id"], strict=True):
        if school in column:
            inside[column[school]].add(place[block])
    return tuple(tuple(sorted(blocks)) for blocks in inside)


def _changing(
    residences: pd.DataFrame,
    place: Mapping[str, int],
    zones: Sequence[Zone],
    years: Sequence[int],
) -> NDArray[np.int64]:
    """Children (sum over the years) of each block who would change school in each zone, I x K."""
    today = residences[residences["today_school_id"] != NO_SCHOOL]
    today = today[today["block_id"].isin(list(place))]
    row = today["block_id"].map(place).to_numpy(dtype=np.int64)
    counts = children_matrix(today, years).sum(axis=1)
    leaving = np.zeros((len(place), len(zones)), dtype=np.int64)
    everyone = np.zeros(len(place), dtype=np.int64)
    np.add.at(everyone, row, counts)
    # schools that share a zone today: a child stays with whichever of them
    ids = [ids.split(";") for ids in today["today_school_id"]]
    parts = pd.DataFrame({"school": ids, "row": row})
    parts["children"] = counts
    parts["home"] = np.arange(len(parts))
    parts = parts.explode("school")
    serves = pd.DataFrame(
        [(school, at) for at, zone in enumerate(zones) for school in zone.school_ids],
        columns=["school", "zone"],
    )
    parts = parts.merge(serves, on="school").drop_duplicates(["home", "zone"])
    at = (parts["row"].to_numpy(np.int64), parts["zone"].to_numpy(np.int64))
    np.add.at(leaving, at, parts["children"].to_numpy(np.int64))
    return everyone[:, None] - leaving


def _open_edges(
    adjacency: pd.DataFrame, place: Mapping[str, int]
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return the edges that no hard barrier closes, and the positions of their blocks."""
    open_edges = adjacency[~adjacency["barrier"].astype(bool)]
    one = open_edges["block_a"].map(place).to_numpy(dtype=np.int64)
    other = open_edges["block_b"].map(place).to_numpy(dtype=np.int64)
    return open_edges, np.column_stack((one, other))


def _set_apart(reach: NDArray[np.bool_], apart: Mapping[int, list[int]]) -> NDArray[np.bool_]:
    """Let only its own blocks reach an area that is not drawn."""
    changed = reach.copy()
    for zone, blocks in apart.items():
        changed[:, zone] = False
        changed[blocks, zone] = True
    return changed


def _places(
    zones: Sequence[Zone], apart: Mapping[int, list[int]], children: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Give each area without a school as many places as it has children: nothing limits it."""
    places = np.zeros((len(zones), children.shape[1]), dtype=np.int64)
    for zone, blocks in apart.items():
        if zones[zone].zone_type is ZoneType.NO_SCHOOL:
            places[zone] = children[blocks].sum(axis=0)
    return places


def _locks_apart(locks: NDArray[np.int32], apart: Mapping[int, list[int]]) -> NDArray[np.int32]:
    for zone, blocks in apart.items():
        locks[blocks] = zone
    return locks


def _home_notes(
    homes: pd.DataFrame,
    home_blocks: tuple[tuple[int, ...], ...],
    reach: NDArray[np.bool_],
    zones: Sequence[Zone],
    block_ids: Sequence[str],
) -> list[Note]:
    notes = [
        Note("OUTSIDE", zone_ids=(str(school),), block_ids=(str(block),))
        for school, block, outside in zip(
            homes["school_id"], homes["block_id"], homes["outside_m"], strict=True
        )
        if outside > 0
    ]
    notes += [
        Note("HOME_CUT_OFF", zone_ids=(zones[zone].zone_id,), block_ids=(block_ids[block],))
        for zone, blocks in enumerate(home_blocks)
        for block in blocks
        if not reach[block, zone]
    ]
    return notes
