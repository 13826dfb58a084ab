"""The rules of a problem that decisions set: who shares, who stays, who may not, what is apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from zoning.errors import InputError
from zoning.partition.problem import FREE, Note
from zoning.plan.model import Zone, ZoneType

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True)
class SharedArea:
    """Blocks that schools share by decision (共享区): their children are divided.

    Parameters
    ----------
    name
        What a reader sees.
    school_ids, shares
        The schools and the parts of the children that each gets, whole numbers.
    block_ids
        The blocks.
    """

    name: str
    school_ids: tuple[str, ...]
    shares: tuple[int, ...]
    block_ids: tuple[str, ...]


@dataclass(frozen=True)
class NoSchoolArea:
    """Blocks without a school of their own by decision: boarding, choice."""

    name: str
    block_ids: tuple[str, ...]


@dataclass(frozen=True)
class Rules:
    """What decisions rule for one stage.

    Parameters
    ----------
    groups
        School ids that share a zone (多校划片). Schools that stand in one block do so anyway,
        because a block is never split.
    locks
        School id that a block must have, by block id.
    forbidden
        (block id, school id) that are ruled out.
    together
        Block ids that must stay in one zone; a block is in one such group at most.
    shared
        Areas that several schools share, drawn by nobody.
    no_school
        Areas without a school, drawn by nobody.
    feeder
        Whether the zones are unions of whole primary zones.
    scores
        Strength of the primary zone of each block, standard score by block id.
    notes
        What the officer has to know about how the decisions were understood.
    """

    groups: tuple[tuple[str, ...], ...] = ()
    locks: Mapping[str, str] = field(default_factory=dict)
    forbidden: tuple[tuple[str, str], ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    shared: tuple[SharedArea, ...] = ()
    no_school: tuple[NoSchoolArea, ...] = ()
    feeder: bool = False
    scores: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


NO_RULES = Rules()


class Leaders:
    """Union-find over names; the smallest of a set leads it."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._leader = {name: name for name in names}

    def find(self, name: str) -> str:
        """Return the leader of a name."""
        while self._leader.setdefault(name, name) != name:
            name = self._leader[name]
        return name

    def join(self, names: Sequence[str]) -> None:
        """Put names into one set."""
        for other in names[1:]:
            low, high = sorted((self.find(names[0]), self.find(other)))
            self._leader[high] = low

    def sets(self) -> tuple[tuple[str, ...], ...]:
        """Return the sets of two names or more, sorted."""
        found: dict[str, list[str]] = {}
        for name in sorted(self._leader):
            found.setdefault(self.find(name), []).append(name)
        return tuple(tuple(names) for names in found.values() if len(names) > 1)


def pooled_schools(
    homes: pd.DataFrame, groups: Sequence[Sequence[str]], known: Sequence[str]
) -> tuple[tuple[tuple[str, ...], ...], list[Note]]:
    """Join declared groups with schools that stand in one block.

    Parameters
    ----------
    homes
        school_id, block_id.
    groups
        Declared groups.
    known
        Schools that there are.

    Raises
    ------
    InputError
        A group names a school that is not there.
    """
    unknown = sorted({school for group in groups for school in group} - set(known))
    if unknown:
        raise InputError("partition.UNKNOWN_SCHOOL", schools=", ".join(unknown))
    leaders = Leaders(known)
    for group in groups:
        leaders.join(group)
    notes = []
    for block, inside in homes[homes["school_id"].isin(known)].groupby("block_id"):
        schools = sorted(set(inside["school_id"]))
        if len({leaders.find(school) for school in schools}) > 1:
            notes.append(Note("POOLED", zone_ids=tuple(schools), block_ids=(str(block),)))
        leaders.join(schools)
    return leaders.sets(), notes


def apart_zones(rules: Rules, names: Mapping[str, str]) -> dict[Zone, tuple[str, ...]]:
    """Make the zones of areas that are not drawn, with their blocks.

    Parameters
    ----------
    rules
        Decides which there are.
    names
        Name by school id.

    Raises
    ------
    InputError
        A school or block is not there, or a block is in two such areas.
    """
    zones: dict[Zone, tuple[str, ...]] = {}
    for area in rules.shared:
        unknown = sorted(set(area.school_ids) - set(names))
        if unknown:
            raise InputError("partition.UNKNOWN_SCHOOL", schools=", ".join(unknown))
        # sorted together, so that parts stay with their schools
        parts = sorted(zip(area.school_ids, area.shares, strict=True))
        schools, shares = zip(*parts, strict=True)
        name = area.name or "、".join(names[school] for school in schools)
        zone_id = f"shared-{min(area.block_ids)}"
        zones[Zone(zone_id, name, ZoneType.SHARED, schools, shares)] = area.block_ids
    for apart in rules.no_school:
        zone_id = f"open-{min(apart.block_ids)}"
        zones[Zone(zone_id, apart.name, ZoneType.NO_SCHOOL)] = apart.block_ids
    taken: set[str] = set()
    for blocks in zones.values():
        twice = sorted(taken & set(blocks))
        if twice:
            raise InputError("partition.APART_TWICE", block=twice[0])
        taken |= set(blocks)
    return zones


def lock_positions(
    locks: Mapping[str, str], place: Mapping[str, int], column: Mapping[str, int]
) -> NDArray[np.int32]:
    """Return the position of the zone that each block must have, or `FREE`.

    Parameters
    ----------
    locks
        School id by block id.
    place
        Position by block id.
    column
        Position of the zone by school id.
    """
    _require(locks.keys(), place, "partition.UNKNOWN_BLOCK", "blocks")
    _require(locks.values(), column, "partition.UNKNOWN_SCHOOL", "schools")
    locked = np.full(len(place), FREE, dtype=np.int32)
    for block, school in locks.items():
        locked[place[block]] = column[school]
    return locked


def forbidden_positions(
    forbidden: Sequence[tuple[str, str]], place: Mapping[str, int], column: Mapping[str, int]
) -> tuple[tuple[int, int], ...]:
    """Return (block, zone) positions of what is ruled out, sorted, each once."""
    _require((block for block, _ in forbidden), place, "partition.UNKNOWN_BLOCK", "blocks")
    _require((school for _, school in forbidden), column, "partition.UNKNOWN_SCHOOL", "schools")
    return tuple(sorted({(place[block], column[school]) for block, school in forbidden}))


def together_numbers(
    together: Sequence[Sequence[str]], place: Mapping[str, int]
) -> NDArray[np.int32]:
    """Return the number of the group that each block must stay with, or `FREE`."""
    groups = np.full(len(place), FREE, dtype=np.int32)
    for number, blocks in enumerate(together):
        _require(blocks, place, "partition.UNKNOWN_BLOCK", "blocks")
        for block in blocks:
            if groups[place[block]] != FREE:
                raise InputError("partition.TOGETHER_TWICE", block=block)
            groups[place[block]] = number
    return groups


def _require(wanted: Iterable[str], known: Mapping[str, int], key: str, name: str) -> None:
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        raise InputError(key, **{name: ", ".join(unknown)})
