"""Separators of the zones as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True)
class Separator:
    """Blocks that part a block from the schools of a zone.

    Parameters
    ----------
    zone, block
        Positions of the zone, and of the block that is parted.
    members
        Blocks of which the zone has to hold one if it holds `block`, ascending.
    """

    zone: int
    block: int
    members: tuple[int, ...]


@dataclass(frozen=True)
class CutIndex:
    """Separators, sorted by zone, as arrays for compiled code.

    Parameters
    ----------
    zone_start
        First separator of each zone, and their number, K + 1.
    zone, block
        Zone of each separator, and the block that it parts.
    start, members
        First member of each separator, and the members of all.
    of_member
        Separator of each member.
    """

    zone_start: NDArray[np.int64]
    zone: NDArray[np.int64]
    block: NDArray[np.int64]
    start: NDArray[np.int64]
    members: NDArray[np.int64]
    of_member: NDArray[np.int64]

    def lack(self, shares: NDArray[np.float64]) -> NDArray[np.float64]:
        """How much each separator is violated by shares, K x I."""
        held = np.bincount(
            self.of_member,
            weights=shares[self.zone[self.of_member], self.members],
            minlength=len(self.block),
        )
        lack: NDArray[np.float64] = shares[self.zone, self.block] - held
        return lack


def index_cuts(separators: Sequence[Separator], *, zones: int) -> CutIndex:
    """Put separators, which are sorted by zone, into arrays."""
    lengths = [len(item.members) for item in separators]
    zone = np.array([item.zone for item in separators], dtype=np.int64)
    assert (np.diff(zone) >= 0).all(), "separators are sorted by zone"
    return CutIndex(
        zone_start=np.searchsorted(zone, np.arange(zones + 1)).astype(np.int64),
        zone=zone,
        block=np.array([item.block for item in separators], dtype=np.int64),
        start=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        members=np.array([at for item in separators for at in item.members], dtype=np.int64),
        of_member=np.repeat(np.arange(len(separators)), lengths),
    )
