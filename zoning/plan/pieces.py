"""Whether zones hang together, and what crosses them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from zoning.plan.model import NONE_ZONE, ZoneType

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from zoning.plan.model import Plan


class Contiguity(StrEnum):
    """Verdict on a zone or a plan.

    INCOMPLETE: blocks without a school, or a school without a block; never counts as contiguous.
    """

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True)
class ZonePieces:
    """How a zone hangs together.

    Parameters
    ----------
    zone_id
        The zone.
    state
        Pass only if every piece holds a school of the zone.
    pieces
        Connected pieces, without excused blocks; blocks that stay together are one piece.
    stray
        Blocks from which no school of the zone can be reached inside it; what its schools share
        with others by decision is passable too.
    excused
        Blocks of a part of the area that hard barriers cut off from every school: no plan could
        join them. There is no other excuse.
    """

    zone_id: str
    state: Contiguity
    pieces: int
    stray: tuple[str, ...]
    excused: tuple[str, ...]


def contiguity(
    plan: Plan,
    adjacency: pd.DataFrame,
    *,
    homes: pd.DataFrame,
    together: Sequence[Sequence[str]] = (),
) -> tuple[ZonePieces, ...]:
    """Judge every zone.

    Parameters
    ----------
    plan
        The plan.
    adjacency
        block_a, block_b, barrier; edges along a hard barrier without a crossing do not connect.
    homes
        school_id, block_id.
    together
        Blocks that have to stay together, such as whole primary zones that lead to one junior
        middle school: each such group counts as one place, wherever its blocks lie.
    """
    one, other = _open_edges(plan, adjacency)
    tied = _ties(plan, together)
    one, other = np.concatenate((one, tied[:, 0])), np.concatenate((other, tied[:, 1]))
    everywhere = _labels(one, other, len(plan.block_ids))
    zone = plan.zone_index
    same = zone[one] == zone[other]
    plain = _labels(one[same], other[same], len(plan.block_ids))
    bridges = _bridges(plan)
    at_home = _home_blocks(plan, homes)
    excused = ~np.isin(everywhere, everywhere[at_home.any(axis=0)])
    ids = np.array(plan.block_ids, dtype=object)
    verdicts = []
    for position, item in enumerate(plan.zones):
        piece = plain
        if bridges[position].any():
            passable = (zone == position) | bridges[position]
            own = passable[one] & passable[other]
            piece = _labels(one[own], other[own], len(plan.block_ids))
        inside = (zone == position) & ~excused
        rooted = np.isin(piece, piece[inside & at_home[position]])
        free = not item.drawn
        stray = inside & ~rooted & (not free)
        pieces = len(np.unique(plain[inside]))
        verdicts.append(
            ZonePieces(
                item.zone_id,
                _state(item.zone_id, free=free, pieces=pieces, stray=bool(stray.any()),
                       blocks=int((zone == position).sum())),
                pieces,
                tuple(ids[stray]),
                tuple(ids[(zone == position) & excused]),
            )
        )  # fmt: skip
    return tuple(verdicts)


def _ties(plan: Plan, together: Sequence[Sequence[str]]) -> NDArray[np.int64]:
    """Return pairs of blocks that chain up each group, those in one zone next to each other."""
    pairs = [
        pair
        for group in together
        for pair in pairwise(
            sorted((plan.zone_index[at], at) for at in map(plan.block_position.__getitem__, group))
        )
    ]
    return np.array([(one[1], other[1]) for one, other in pairs], dtype=np.int64).reshape(-1, 2)


def _bridges(plan: Plan) -> NDArray[np.bool_]:
    """Mark the blocks that schools of each zone share with others: the zone reaches across them."""
    bridges = np.zeros((len(plan.zones), len(plan.block_ids)), dtype=np.bool_)
    for at, shared in enumerate(plan.zones):
        if shared.zone_type is ZoneType.SHARED:
            for school in shared.school_ids:
                if school in plan.zone_of_school:
                    bridges[plan.zone_of_school[school]] |= plan.zone_index == at
    return bridges


def _state(zone_id: str, *, free: bool, pieces: int, stray: bool, blocks: int) -> Contiguity:
    if zone_id == NONE_ZONE:
        return Contiguity.INCOMPLETE if blocks else Contiguity.PASS
    if free:
        return Contiguity.PASS
    if pieces == 0:
        return Contiguity.INCOMPLETE
    return Contiguity.FAIL if stray else Contiguity.PASS


def plan_contiguity(verdicts: Sequence[ZonePieces]) -> Contiguity:
    """Sum up the zones: any failure fails, else any gap is incomplete."""
    states = {verdict.state for verdict in verdicts}
    for state in (Contiguity.FAIL, Contiguity.INCOMPLETE):
        if state in states:
            return state
    return Contiguity.PASS


def barrier_crossings(plan: Plan, adjacency: pd.DataFrame) -> pd.DataFrame:
    """List the hard lines inside zones: both sides belong to one zone.

    Parameters
    ----------
    plan
        The plan.
    adjacency
        block_a, block_b, length_m, kind, hard, crossable; what is hard the settings say.

    Returns
    -------
    pandas.DataFrame
        zone_id, block_a, block_b, kind, name, length_m, crossable; crossable ones have a bridge,
        a tunnel or a level crossing right there.
    """
    lines = adjacency[adjacency["hard"].astype(bool)].copy()
    zone_of = dict(zip(plan.block_ids, plan.zone_ids, strict=True))
    lines["zone_id"] = lines["block_a"].map(zone_of)
    inside = lines[lines["zone_id"] == lines["block_b"].map(zone_of)]
    columns = ["zone_id", "block_a", "block_b", "kind", "name", "length_m", "crossable"]
    return inside[columns].reset_index(drop=True)


def closed_crossings(crossings: pd.DataFrame) -> pd.DataFrame:
    """Return those of `barrier_crossings` where nobody can cross the line.

    Parameters
    ----------
    crossings
        What `barrier_crossings` returned.
    """
    return crossings[~crossings["crossable"].astype(bool)].reset_index(drop=True)


def unassigned_blocks(plan: Plan) -> tuple[str, ...]:
    """List the blocks that no school serves by nobody's decision, in the order of the plan."""
    return tuple(
        block
        for block, zone in zip(plan.block_ids, plan.zone_ids, strict=True)
        if zone == NONE_ZONE
    )


def open_graph(plan: Plan, adjacency: pd.DataFrame) -> sparse.csr_array:
    """Return the blocks that touch without a hard barrier between them, as a sparse matrix."""
    one, other = _open_edges(plan, adjacency)
    blocks = len(plan.block_ids)
    both = (np.concatenate((one, other)), np.concatenate((other, one)))
    return sparse.csr_array((np.ones(2 * len(one), dtype=np.int8), both), shape=(blocks, blocks))


def _open_edges(plan: Plan, adjacency: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    edges = adjacency[~adjacency["barrier"].astype(bool)]
    return plan.positions(edges["block_a"]), plan.positions(edges["block_b"])


def _labels(one: NDArray[np.int64], other: NDArray[np.int64], blocks: int) -> NDArray[np.int32]:
    graph = sparse.csr_array((np.ones(len(one), np.int8), (one, other)), shape=(blocks, blocks))
    labels: NDArray[np.int32] = csgraph.connected_components(graph, directed=False)[1]
    return labels


def _home_blocks(plan: Plan, homes: pd.DataFrame) -> NDArray[np.bool_]:
    """Mark the blocks in which schools of each zone stand, zones x blocks."""
    mask = np.zeros((len(plan.zones), len(plan.block_ids)), dtype=np.bool_)
    for school, block in zip(homes["school_id"], homes["block_id"], strict=True):
        if school in plan.zone_of_school and block in plan.block_position:
            mask[plan.zone_of_school[school], plan.block_position[block]] = True
    return mask
