"""舍近求远: a child farther from a school is admitted while a nearer one is not, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from zoning.network.travel import UNREACHABLE
from zoning.plan.facts import plan_seats
from zoning.plan.metrics import children_by_zone
from zoning.plan.pieces import open_graph
from zoning.plan.residences import NO_SCHOOL
from zoning.units import SECOND_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.plan.facts import Facts
    from zoning.plan.model import Plan

LISTED_AT_MOST = 2000
FARTHER_COLUMNS = (
    "school_id",
    "admitted_block",
    "admitted_time_s",
    "refused_block",
    "refused_time_s",
    "refused_school_id",
    "refused_own_time_s",
    "refused_children",
    "reason",
    "also",
)
# In this order the first that holds is the reason, the others are told beside it.
REASONS = ("full", "barrier", "apart", "cuts", "today", "weights")


@dataclass(frozen=True, eq=False)
class FartherAdmitted:
    """Pairs in which the nearer child is refused.

    Parameters
    ----------
    pairs
        `FARTHER_COLUMNS`, the refused children who lose most first.
    total
        Number of pairs, listed or not.
    refused_children
        Children (sum over the years) of all blocks refused somewhere, each counted once.
    """

    pairs: pd.DataFrame
    total: int
    refused_children: int


@dataclass(frozen=True, eq=False)
class _Layout:
    """Blocks that the plan and the table share, with zones and times as arrays."""

    zone: NDArray[np.int32]
    children: NDArray[np.int64]
    school_zone: NDArray[np.int64]
    time: NDArray[np.int32]
    own: NDArray[np.float64]
    shares: NDArray[np.bool_]


def farther_admitted(plan: Plan, facts: Facts, *, listed: int = LISTED_AT_MOST) -> FartherAdmitted:
    """List, for every school and refused block, the farthest block that is admitted instead.

    A block counts as refused at a school if the school is nearer than its own one, and nearer
    for it than for a block with children in the school's zone.

    Parameters
    ----------
    plan
        The plan.
    facts
        Times, residences, seats, adjacency.
    listed
        Pairs to list at most; all are counted.
    """
    layout = _layout(plan, facts)
    inhabited = layout.children.any(axis=1)
    refused, school, farthest = [], [], {}
    for column, zone in enumerate(layout.school_zone):
        time = layout.time[:, column]
        admitted = np.flatnonzero((layout.zone == zone) & inhabited & (time != UNREACHABLE))
        if zone < 0 or not len(admitted):
            continue
        far = int(admitted[np.argmax(time[admitted])])
        farthest[column] = far
        here = inhabited & (layout.zone != zone) & (time < time[far])
        here &= ~(layout.own <= time)
        # a block that shares the school is admitted there
        here &= ~layout.shares[layout.zone, column]
        rows = np.flatnonzero(here)
        refused.append(rows)
        school.append(np.full(len(rows), column))
    rows = np.concatenate(refused) if refused else np.empty(0, dtype=np.int64)
    columns = np.concatenate(school) if school else np.empty(0, dtype=np.int64)
    chosen = _worst_first(layout, rows, columns)[:listed]
    pairs = _table(plan, facts, layout, rows[chosen], columns[chosen], farthest)
    everyone = int(layout.children[np.unique(rows)].sum())
    return FartherAdmitted(pairs=pairs, total=len(rows), refused_children=everyone)


def _layout(plan: Plan, facts: Facts) -> _Layout:
    travel = facts.travel
    row = {block: position for position, block in enumerate(travel.block_ids)}
    time = travel.time_ms[[row[block] for block in plan.block_ids]]
    place = facts.residences["block_id"].map(plan.block_position).fillna(-1).to_numpy(np.int64)
    children = children_by_zone(place, facts.children, zones=len(plan.block_ids))
    school_zone = np.array([plan.zone_of_school.get(school, -1) for school in travel.school_ids])
    return _Layout(
        zone=plan.zone_index,
        children=children,
        school_zone=school_zone.astype(np.int64),
        time=time,
        own=_own_times(plan, facts, time),
        shares=np.array(
            [[school in zone.school_ids for school in travel.school_ids] for zone in plan.zones],
            dtype=np.bool_,
        ).reshape(len(plan.zones), len(travel.school_ids)),
    )


def _own_times(plan: Plan, facts: Facts, time: NDArray[np.int32]) -> NDArray[np.float64]:
    """Time of each block to its own school, infinite without one; the longest of several."""
    column = {school: position for position, school in enumerate(facts.travel.school_ids)}
    own = np.full(len(plan.block_ids), np.inf)
    for position, zone in enumerate(plan.zones):
        columns = np.array([column[s] for s in zone.school_ids if s in column], dtype=np.int64)
        rows = np.flatnonzero(plan.zone_index == position)
        if len(columns) and len(rows):
            longest = time[np.ix_(rows, columns)].max(axis=1)
            own[rows] = np.where(longest == UNREACHABLE, np.inf, longest)
    return own


def _worst_first(
    layout: _Layout, rows: NDArray[np.int64], columns: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Order pairs by the child-time that the refused ones lose, ties by block and school."""
    lost = layout.own[rows] - layout.time[rows, columns]
    weighed = np.where(np.isinf(lost), np.inf, lost * layout.children[rows].sum(axis=1))
    return np.lexsort((columns, rows, -weighed))


def _table(
    plan: Plan,
    facts: Facts,
    layout: _Layout,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    farthest: dict[int, int],
) -> pd.DataFrame:
    blocks = np.array(plan.block_ids, dtype=object)
    schools = np.array(facts.travel.school_ids, dtype=object)
    far = np.array([farthest[column] for column in columns], dtype=np.int64)
    own_schools = np.array([zone.joined_ids for zone in plan.zones], dtype=object)
    own = layout.own[rows]
    holding = _reasons(plan, facts, layout, rows, columns)
    told = [[name for name in REASONS if name in held] for held in holding]
    values = (
        schools[columns],
        blocks[far],
        layout.time[far, columns] / SECOND_MS,
        blocks[rows],
        layout.time[rows, columns] / SECOND_MS,
        own_schools[layout.zone[rows]],
        np.where(np.isinf(own), np.nan, own / SECOND_MS),
        layout.children[rows].sum(axis=1),
        np.array([names[0] for names in told], dtype=object),
        np.array([";".join(names[1:]) for names in told], dtype=object),
    )
    return pd.DataFrame(dict(zip(FARTHER_COLUMNS, values, strict=True)))


def _reasons(
    plan: Plan,
    facts: Facts,
    layout: _Layout,
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
) -> list[set[str]]:
    """Say what stands against moving each refused block alone into the nearer school's zone."""
    zones = layout.school_zone[columns]
    loads = children_by_zone(layout.zone.astype(np.int64), layout.children, zones=len(plan.zones))
    seats = plan_seats(plan, facts)
    spare = seats[zones] - loads[zones] - layout.children[rows]
    full = spare.min(axis=1) < 0
    touches, walled = _touching(plan, facts, rows, zones)
    cutting = _cutting(plan, facts, np.unique(rows))
    stays = _leaves_today(plan, facts, layout, rows, zones)
    holding = []
    for at, row in enumerate(rows):
        held = set()
        if full[at]:
            held.add("full")
        if not touches[at]:
            held.add("barrier" if walled[at] else "apart")
        if row in cutting:
            held.add("cuts")
        if stays[at]:
            held.add("today")
        holding.append(held or {"weights"})
    return holding


def _touching(
    plan: Plan, facts: Facts, rows: NDArray[np.int64], zones: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Tell whether each block touches the zone openly, and whether across a hard barrier."""
    edges = facts.adjacency
    one, other = plan.positions(edges["block_a"]), plan.positions(edges["block_b"])
    barrier = edges["barrier"].to_numpy(dtype=bool)
    count = len(plan.zones)
    keys = np.concatenate((one * count + plan.zone_index[other],
                           other * count + plan.zone_index[one]))  # fmt: skip
    hard = np.concatenate((barrier, barrier))
    wanted = rows * count + zones
    return np.isin(wanted, keys[~hard]), np.isin(wanted, keys[hard])


def _cutting(plan: Plan, facts: Facts, rows: NDArray[np.int64]) -> set[int]:
    """Return the blocks without which their own zone falls apart, or in which its school is."""
    graph = open_graph(plan, facts.adjacency)
    position = plan.block_position
    homes = {
        position[block]
        for school, block in zip(facts.homes["school_id"], facts.homes["block_id"], strict=True)
        if block in position and school in plan.zone_of(block).school_ids
    }
    found = set()
    for zone in np.unique(plan.zone_index[rows]):
        inside = np.flatnonzero(plan.zone_index == zone)
        part = sparse.csr_array(graph[inside][:, inside])
        before = csgraph.connected_components(part, directed=False, return_labels=False)
        for row in rows[plan.zone_index[rows] == zone]:
            rest = np.flatnonzero(inside != row)
            if int(row) in homes:
                found.add(int(row))
            elif len(rest):
                less = sparse.csr_array(part[rest][:, rest])
                after = csgraph.connected_components(less, directed=False, return_labels=False)
                if after > before:
                    found.add(int(row))
    return found


def _leaves_today(
    plan: Plan,
    facts: Facts,
    layout: _Layout,
    rows: NDArray[np.int64],
    zones: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Tell whether more children would change school in the nearer zone than in their own."""
    today = facts.residences[facts.residences["today_school_id"] != NO_SCHOOL]
    counts = facts.children[today.index.to_numpy()].sum(axis=1)
    stay: dict[tuple[int, int], int] = {}
    for block, school, children in zip(
        today["block_id"], today["today_school_id"], counts, strict=True
    ):
        row = plan.block_position.get(block, -1)
        for zone in {plan.zone_of_school.get(part, -1) for part in school.split(";")}:
            stay[row, zone] = stay.get((row, zone), 0) + int(children)
    pairs = zip(rows, layout.zone[rows], zones, strict=True)
    return np.array(
        [stay.get((r, own), 0) > stay.get((r, near), 0) for r, own, near in pairs], dtype=bool
    )
