"""Hard limits on which zones a block may have: the service radius and the lines of townships."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.errors import InputError
from zoning.partition.problem import FREE, Note
from zoning.partition.together import contract

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from zoning.partition.problem import Problem

# A block is within the radius of a school when at least half of its children are.
MOSTLY = 0.5


def zone_towns(
    homes: Sequence[Sequence[int]], block_ids: Sequence[str], towns: Mapping[str, str]
) -> list[set[str]]:
    """Return the townships in which the schools of each zone stand."""
    return [
        {towns[block_ids[block]] for block in blocks if block_ids[block] in towns}
        for blocks in homes
    ]


def foreign_zones(
    block_ids: Sequence[str], of_zone: Sequence[set[str]], towns: Mapping[str, str]
) -> NDArray[np.bool_]:
    """Mark the zones all of whose schools stand in other townships, I x K.

    A block or zone whose township is not known is foreign nowhere.
    """
    own = np.array([towns.get(block, "") for block in block_ids], dtype=object)
    foreign = np.zeros((len(own), len(of_zone)), dtype=np.bool_)
    for zone, there in enumerate(of_zone):
        if there:
            foreign[:, zone] = (own != "") & ~np.isin(own.astype(str), sorted(there))
    return foreign


def keep_to(
    reach: NDArray[np.bool_],
    good: NDArray[np.bool_],
    *,
    together: NDArray[np.int32],
    bound: NDArray[np.bool_],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Leave blocks only good zones where they have one; blocks that stay together as one.

    Parameters
    ----------
    reach
        Zones that each block can reach and may have, I x K.
    good
        Zones that keep the limit, I x K, alike for blocks that stay together.
    together
        Number of the group of each block, or `FREE`.
    bound
        Blocks that the limit is about.

    Returns
    -------
    Zones that are left, I x K; and the blocks that have no good one, unchanged.
    """
    common = _common(reach, together)
    options = common & good
    lacking = bound & ~options.any(axis=1)
    kept = np.where((bound & ~lacking)[:, None], reach & good, reach)
    return kept, lacking


def _common(reach: NDArray[np.bool_], together: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Return the zones that all blocks of a group can reach."""
    common = reach.copy()
    for group in np.unique(together[together != FREE]):
        inside = together == group
        common[inside] = reach[inside].all(axis=0)
    return common


def within_radius(
    within: NDArray[np.float64],
    everyone: NDArray[np.int64],
    together: NDArray[np.int32],
) -> NDArray[np.bool_]:
    """Mark the zones within whose radius at least half of the children live, I x K.

    Parameters
    ----------
    within
        Share of each block's children within the radius, I x K.
    everyone
        Children of each block.
    together
        Blocks that stay together are looked at as one.
    """
    share = within.copy()
    for group in np.unique(together[together != FREE]):
        inside = together == group
        weight = everyone[inside].astype(np.float64)
        if weight.sum():
            share[inside] = weight @ within[inside] / weight.sum()
    return share >= MOSTLY


def limit_note(code: str, rows: NDArray[np.bool_], block_ids: Sequence[str]) -> tuple[Note, ...]:
    """Return a note about some blocks; none about no block."""
    ids = tuple(block_ids[block] for block in np.flatnonzero(rows).tolist())
    return (Note(code, block_ids=ids),) if ids else ()


def check_change_limit(problem: Problem) -> None:
    """Refuse a limit of changes that locks and schools exceed by themselves.

    Raises
    ------
    InputError
        More children have to change school than may.
    """
    if problem.change_limit is None:
        return
    small = contract(problem).problem
    options = np.where(small.allowed, small.changing, np.iinfo(np.int64).max).min(axis=1)
    forced = int(options[small.allowed.any(axis=1)].sum())
    if forced > problem.change_limit:
        years = len(problem.years)
        raise InputError(
            "partition.CHANGE_LIMIT_FORCED",
            limit=problem.change_limit // years,
            forced=-(-forced // years),
        )
