"""How long the way takes on one network: from addresses, else from the blocks around a place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from zoning.lookup.answers import Minutes
from zoning.network.travel import UNREACHABLE, AddressTimes
from zoning.units import MINUTE_S, SECOND_MS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from zoning.network.travel import TravelTable
    from zoning.plan.facts import TimesTo


@dataclass(frozen=True, eq=False)
class Times:
    """Times of the residences and blocks of a stage on one network.

    Parameters
    ----------
    travel
        Block by school.
    times_to
        Single residences; None gives each the mean of its block.
    blocks
        Block id of each residence, shape (A,).
    """

    travel: TravelTable
    times_to: TimesTo | None
    blocks: NDArray[np.object_]

    @cached_property
    def block_rows(self) -> dict[str, int]:
        """Position of each block in the table."""
        return {block: at for at, block in enumerate(self.travel.block_ids)}

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {school: at for at, school in enumerate(self.travel.school_ids)}

    def minutes(
        self, school_ids: Sequence[str], *, rows: Sequence[int], block_ids: Sequence[str]
    ) -> Minutes | None:
        """Return the shortest and the longest way to some schools; None without any.

        Parameters
        ----------
        school_ids
            The schools.
        rows
            Positions of the homes; where there is none, the mean of a block counts.
        block_ids
            Blocks that stand for the place.
        """
        times: list[float] = []
        for school in school_ids:
            times += self._of_homes(rows, school) if rows else self._of_blocks(block_ids, school)
        known = [time for time in times if not np.isnan(time)]
        if not known:
            return None
        return Minutes(min(known) / MINUTE_S, max(known) / MINUTE_S)

    def _of_homes(self, rows: Sequence[int], school: str) -> list[float]:
        """Return seconds of some homes to a school."""
        if self.times_to is None:
            return self._of_blocks([self.blocks[row] for row in rows], school)
        if isinstance(self.times_to, AddressTimes):
            # without looking at all the others
            return _seconds(self.times_to.of(rows, school))
        every = np.full(len(self.blocks), school, dtype=object)
        return _seconds(self.times_to(every)[0][list(rows)])

    def _of_blocks(self, block_ids: Iterable[str], school: str) -> list[float]:
        """Return the mean seconds of some blocks to a school."""
        column = self._columns.get(school)
        rows = [self.block_rows[block] for block in block_ids if block in self.block_rows]
        if column is None:
            return []
        return _seconds(self.travel.time_ms[rows, column])


def _seconds(time_ms: NDArray[np.int32]) -> list[float]:
    known: list[float] = np.where(time_ms == UNREACHABLE, np.nan, time_ms / SECOND_MS).tolist()
    return known
