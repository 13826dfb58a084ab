"""What a certificate finds wrong, with the names that an officer knows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from zoning.partition.contiguity import torn_blocks
from zoning.partition.problem import FREE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from zoning.partition import Problem

NAMES_SHOWN = 8
# faults of blocks that are told zone by zone
BY_ZONE = frozenset({"HOME", "LOCK", "FORBIDDEN", "NO_WAY", "NOT_CONNECTED", "DECIDED_APART"})
# codes of the certificate, by what their positions are
OF_BLOCK = frozenset({"NO_ZONE", "NOT_ALLOWED", "TORN", "NOT_CONNECTED"})
OF_SEATS = frozenset({"OVER_SEATS", "SEAT_PRICE"})


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Parameters
    ----------
    code
        `certificate.FAULT_<code>`.
    params
        Values of its placeholders.
    blocks
        Ids of all blocks that it is about.
    """

    code: str
    params: Mapping[str, Any]
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Teller:
    """Puts the positions that a certificate names into words.

    Parameters
    ----------
    problem
        What was checked.
    zone
        Position of each block's zone; -1 for none.
    block_names
        Name by block id.
    """

    problem: Problem
    zone: NDArray[np.int64]
    block_names: Mapping[str, str]

    def tell(self, found: Sequence[tuple[Any, ...]]) -> list[Fault]:
        """Return the faults, those of blocks together by kind and zone.

        Parameters
        ----------
        found
            (code, positions) as `zoning.partition.certificate.certify` returns them.
        """
        of_blocks: dict[tuple[str, int], list[int]] = defaultdict(list)
        told = []
        for code, *place in found:
            if code in OF_BLOCK:
                kind = self._kind(code, place[0])
                zone = int(self.zone[place[0]]) if kind in BY_ZONE else FREE
                of_blocks[kind, zone].append(place[0])
            else:
                told.append(Fault(code, self._params(code, place)))
        return [self._of_blocks(*key, blocks) for key, blocks in of_blocks.items()] + _once(told)

    def _kind(self, code: str, block: int) -> str:
        """Say which rule a block breaks in its zone, or what leaves it no way to its school."""
        if code == "NOT_CONNECTED" and self._without_way[block]:
            return "DECIDED_APART"
        if code != "NOT_ALLOWED":
            return code
        problem, zone = self.problem, int(self.zone[block])
        if any(block in homes for homes in problem.homes):
            return "HOME"
        if problem.locks[block] not in {FREE, zone}:
            return "LOCK"
        if (block, zone) in set(problem.forbidden):
            return "FORBIDDEN"
        return "NO_WAY" if not problem.reach[block, zone] else "TORN"

    @cached_property
    def _without_way(self) -> NDArray[np.bool_]:
        """Mark the blocks that decisions and hard limits leave no way to a school."""
        everywhere = np.ones(len(self.problem.block_ids), dtype=np.bool_)
        return torn_blocks(self.problem, everywhere)

    def _of_blocks(self, code: str, zone: int, blocks: Iterable[int]) -> Fault:
        ids = tuple(self.problem.block_ids[block] for block in blocks)
        params = {"count": len(ids), "blocks": self.names(ids)}
        if zone != FREE:
            params["zone"] = self.problem.zones[zone].name
        return Fault(code, params, ids)

    def names(self, ids: Sequence[str]) -> str:
        """Name some blocks, not more than can be read."""
        shown = [self.block_names.get(block) or block for block in ids[:NAMES_SHOWN]]
        return "、".join([*shown, *(["…"] if len(ids) > NAMES_SHOWN else [])])

    def _params(self, code: str, place: Sequence[int]) -> dict[str, Any]:
        problem = self.problem
        if code in OF_SEATS:
            zone, year = place
            load, seats = problem.loads(self.zone.astype("int32"))[zone, year], problem.seats
            return {
                "zone": problem.zones[zone].name,
                "year": problem.years[year],
                "children": int(load),
                "seats": int(seats[zone, year]),
            }
        if code == "TOO_MANY_CHANGE":
            years = len(problem.years)
            changes = problem.changes(self.zone.astype("int32"))
            return {"count": changes / years, "limit": (problem.change_limit or 0) / years}
        return {}


def _once(told: Sequence[Fault]) -> list[Fault]:
    """Leave out what would be said twice in the same words."""
    return list({(item.code, tuple(item.params.items())): item for item in told}.values())
