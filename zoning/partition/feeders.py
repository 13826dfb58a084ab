"""Whole primary zones that lead to one junior middle school (对口直升)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zoning.partition.balance import mean_of, standard_scores
from zoning.partition.decisions import Decided, of_kind
from zoning.schema import DecisionKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zoning.plan.model import Plan

NO_ROW = 0
_APART = (DecisionKind.SHARED, DecisionKind.NO_SCHOOL)


@dataclass(frozen=True)
class Unit:
    """A primary zone that is never divided between junior middle schools.

    Parameters
    ----------
    zone_id, name, school_ids
        From the primary plan.
    block_ids
        Its blocks, sorted, without those that a decision about junior middle schools sets apart.
    """

    zone_id: str
    name: str
    school_ids: tuple[str, ...]
    block_ids: tuple[str, ...]


def feeder_units(primary: Plan, decided: Sequence[Decided]) -> tuple[Unit, ...]:
    """Return the zones of a primary plan as units; blocks without a primary school are free.

    Parameters
    ----------
    primary
        Primary plan over the same blocks.
    decided
        Decisions of the junior middle stage.
    """
    apart = {block for one in of_kind(decided, *_APART) for block in one.block_ids}
    inside: dict[str, list[str]] = {}
    for block, zone in zip(primary.block_ids, primary.zone_ids, strict=True):
        if block not in apart:
            inside.setdefault(zone, []).append(block)
    return tuple(
        Unit(zone.zone_id, zone.name, zone.school_ids, tuple(inside[zone.zone_id]))
        for zone in primary.zones
        if zone.school_ids and zone.zone_id in inside
    )


def with_feeders(decided: Sequence[Decided], units: Sequence[Unit]) -> tuple[Decided, ...]:
    """Return the decisions with feeders as locks of whole units, and units as blocks that stay.

    A unit of several schools follows the feeder of any of them; a contradiction between them is
    told like any other. An area that primary schools share follows only when all of them lead to
    one school.

    Parameters
    ----------
    decided
        Decisions of the junior middle stage.
    units
        What `feeder_units` returned.
    """
    leads = {
        school: one.target
        for one in of_kind(decided, DecisionKind.FEEDER)
        for school in one.school_ids
    }
    ties = []
    for one in of_kind(decided, DecisionKind.FEEDER):
        for unit in units:
            shared = unit.zone_id.startswith("shared-")
            if not set(unit.school_ids) & set(one.school_ids):
                continue
            if shared and {leads.get(school) for school in unit.school_ids} != {one.target}:
                continue
            ties.append(
                replace(
                    one,
                    kind=DecisionKind.LOCK,
                    area=unit.name,
                    block_ids=unit.block_ids,
                    school_ids=(one.target,),
                )
            )
    whole = [
        Decided(
            DecisionKind.KEEP_TOGETHER, NO_ROW, "", "", area=unit.name, block_ids=unit.block_ids
        )
        for unit in units
    ]
    rest = [one for one in decided if one.kind is not DecisionKind.FEEDER]
    return (*rest, *ties, *whole)


def unit_scores(units: Sequence[Unit], resource: Mapping[str, float]) -> dict[str, float]:
    """Return the standard score of the primary zone of each block, by block id.

    Parameters
    ----------
    units
        What `feeder_units` returned.
    resource
        Resource index by primary school.
    """
    scores = standard_scores({unit.zone_id: mean_of(unit.school_ids, resource) for unit in units})
    return {
        block: scores[unit.zone_id]
        for unit in units
        if unit.zone_id in scores
        for block in unit.block_ids
    }
