"""A plan gives every block exactly one zone. It never changes: an edit makes a child."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from zoning.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd
    from numpy.typing import NDArray

NONE_ZONE = "none"
DIGEST_LENGTH = 12


class ZoneType(StrEnum):
    """What kind of area a zone is."""

    SINGLE_SCHOOL = "single_school"
    MULTI_SCHOOL = "multi_school"
    FEEDER = "feeder"
    SHARED = "shared"
    NO_SCHOOL = "no_school"


@dataclass(frozen=True, order=True)
class Zone:
    """An area with its school or schools.

    Parameters
    ----------
    zone_id
        Unique in a plan; `NONE_ZONE` is the zone of blocks that no school serves.
    name
        What a reader sees.
    zone_type
        One school, several, a feeder area, an area shared by decision, or no school of its own.
    school_ids
        Sorted; empty for `ZoneType.NO_SCHOOL`.
    shares
        Parts of the children that each school of a shared area gets; empty for other zones.
    """

    zone_id: str
    name: str
    zone_type: ZoneType
    school_ids: tuple[str, ...] = ()
    shares: tuple[int, ...] = ()

    @property
    def drawn(self) -> bool:
        """Whether its blocks were drawn; areas that are shared or without a school are decided."""
        return self.zone_type not in {ZoneType.SHARED, ZoneType.NO_SCHOOL}

    @property
    def joined_ids(self) -> str:
        """Ids of the schools joined by ";", as tables hold them."""
        return ";".join(self.school_ids)


@dataclass(frozen=True)
class Flip:
    """One block that an edit moved."""

    block_id: str
    from_zone: str
    to_zone: str


@dataclass(frozen=True)
class Provenance:
    """What a plan was made from; all of it goes into the plan's id.

    Parameters
    ----------
    inputs
        (name, SHA-256) of every input, sorted by name.
    rule_set
        Name of the rule set.
    settings
        (key, value) of every setting that the plan depends on, sorted by key.
    seed
        Seed of the search.
    """

    inputs: tuple[tuple[str, str], ...] = ()
    rule_set: str = ""
    settings: tuple[tuple[str, str], ...] = ()
    seed: int = 0


def provenance(
    inputs: Mapping[str, str],
    *,
    rule_set: str = "",
    settings: Mapping[str, object] | None = None,
    seed: int = 0,
) -> Provenance:
    """Put what a plan was made from into one order, so that its id is the same everywhere.

    Parameters
    ----------
    inputs
        SHA-256 by name of input.
    rule_set
        Name of the rule set.
    settings
        Nested mapping of settings, such as `DrawSection.model_dump(mode="json")`.
    seed
        Seed of the search.
    """
    flat = _flatten(settings or {})
    return Provenance(
        inputs=tuple(sorted(inputs.items())),
        rule_set=rule_set,
        settings=tuple(sorted(flat.items())),
        seed=seed,
    )


def _flatten(tree: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            flat |= _flatten(value, f"{name}.")
        else:
            flat[name] = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return flat


@dataclass(frozen=True)
class Plan:
    """Every block's zone, and what the plan was made from.

    Parameters
    ----------
    stage
        Value of `zoning.settings.Stage`.
    years
        Years for which the plan holds, ascending.
    block_ids
        All blocks, sorted.
    zone_ids
        Zone of each block, in the order of `block_ids`.
    zones
        All zones, sorted by id; a zone may have no block.
    source
        What the plan was made from.
    parent
        Id of the plan that was edited; empty for a plan that was drawn.
    flips
        What the edit moved.
    """

    stage: str
    years: tuple[int, ...]
    block_ids: tuple[str, ...]
    zone_ids: tuple[str, ...]
    zones: tuple[Zone, ...]
    source: Provenance = field(default_factory=Provenance)
    parent: str = ""
    flips: tuple[Flip, ...] = ()

    def __post_init__(self) -> None:
        known = [zone.zone_id for zone in self.zones]
        assert list(self.block_ids) == sorted(set(self.block_ids)), "blocks sorted, each once"
        assert len(self.block_ids) == len(self.zone_ids), "one zone for each block"
        assert known == sorted(set(known)), "zones sorted, each once"
        assert set(self.zone_ids) <= set(known), "only zones of the plan"
        assert self.years, "a plan holds for at least one year"

    @cached_property
    def plan_id(self) -> str:
        """Stage, first year, and a digest of all that decides the plan."""
        return f"{self.stage}-{self.years[0]}-{self.digest[:DIGEST_LENGTH]}"

    @cached_property
    def digest(self) -> str:
        """SHA-256 over assignment, zones, inputs, rule set, settings and seed."""
        content = {
            "stage": self.stage,
            "years": self.years,
            "assignment": list(zip(self.block_ids, self.zone_ids, strict=True)),
            "zones": [
                (z.zone_id, z.name, z.zone_type.value, z.school_ids, *([z.shares] * bool(z.shares)))
                for z in self.zones
            ],
            "inputs": self.source.inputs,
            "rule_set": self.source.rule_set,
            "settings": self.source.settings,
            "seed": self.source.seed,
        }
        text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8")).hexdigest()

    @cached_property
    def zone_by_id(self) -> dict[str, Zone]:
        """Zones by their id."""
        return {zone.zone_id: zone for zone in self.zones}

    @cached_property
    def block_position(self) -> dict[str, int]:
        """Position of each block in `block_ids`."""
        return {block_id: position for position, block_id in enumerate(self.block_ids)}

    @cached_property
    def zone_of_school(self) -> dict[str, int]:
        """Position in `zones` of each school's own zone, which no shared area is."""
        return {
            school: at
            for at, zone in enumerate(self.zones)
            if zone.zone_type is not ZoneType.SHARED
            for school in zone.school_ids
        }

    @cached_property
    def zone_index(self) -> NDArray[np.int32]:
        """Position in `zones` of each block's zone, in the order of `block_ids`."""
        position = {zone.zone_id: index for index, zone in enumerate(self.zones)}
        return np.array([position[zone_id] for zone_id in self.zone_ids], dtype=np.int32)

    def positions(self, block_ids: pd.Series) -> NDArray[np.int64]:
        """Return the positions of some blocks in `block_ids`."""
        places: NDArray[np.int64] = block_ids.map(self.block_position).to_numpy(np.int64)
        return places

    def zone_of(self, block_id: str) -> Zone:
        """Return the zone of a block."""
        return self.zone_by_id[self.zone_ids[self.block_position[block_id]]]

    def flip(self, moves: Mapping[str, str]) -> Plan:
        """Make the child in which some blocks are in other zones.

        Parameters
        ----------
        moves
            Zone id by block id; a block that is there already is left out of `flips`.

        Raises
        ------
        InputError
            There is no such block or zone.
        """
        unknown_blocks = sorted(set(moves) - set(self.block_position))
        unknown_zones = sorted(set(moves.values()) - set(self.zone_by_id))
        if unknown_blocks:
            raise InputError("plan.UNKNOWN_BLOCK", blocks=", ".join(unknown_blocks))
        if unknown_zones:
            raise InputError("plan.UNKNOWN_ZONE", zones=", ".join(unknown_zones))
        zone_ids = list(self.zone_ids)
        flips = []
        for block_id in sorted(moves):
            position = self.block_position[block_id]
            if zone_ids[position] != moves[block_id]:
                flips.append(Flip(block_id, zone_ids[position], moves[block_id]))
                zone_ids[position] = moves[block_id]
        return replace(self, zone_ids=tuple(zone_ids), parent=self.plan_id, flips=tuple(flips))


def school_zones(
    schools: Mapping[str, str], *, groups: tuple[tuple[str, ...], ...] = (), feeder: bool = False
) -> tuple[Zone, ...]:
    """Make one zone for each school, and one for each group of schools.

    Parameters
    ----------
    schools
        Name by school id.
    groups
        School ids that share a zone (多校划片); a school is in one group at most.
    feeder
        Whether zones of one school are put together from primary zones (对口直升).
    """
    grouped = {school_id for group in groups for school_id in group}
    alone = ZoneType.FEEDER if feeder else ZoneType.SINGLE_SCHOOL
    zones = [
        Zone(school_id, name, alone, (school_id,))
        for school_id, name in schools.items()
        if school_id not in grouped
    ]
    for group in groups:
        ids = tuple(sorted(group))
        name = "、".join(schools[school_id] for school_id in ids)
        zones.append(Zone("+".join(ids), name, ZoneType.MULTI_SCHOOL, ids))
    return tuple(sorted(zones))
