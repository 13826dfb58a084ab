"""The bureau's decisions as rules of one stage, or a refusal that names all contradictions."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING

import pandas as pd

from zoning.blocks.named import blocks_by_name
from zoning.blocks.towns import towns_of_blocks
from zoning.errors import InputError
from zoning.partition.contradictions import Ground, contradictions
from zoning.partition.decisions import Decided, decisions_of_stage, of_kind, rules_of
from zoning.partition.feeders import NO_ROW, feeder_units, unit_scores, with_feeders
from zoning.partition.groups import (
    Schools,
    found_groups,
    minutes_between,
    neighbouring_schools,
    resource_of_schools,
)
from zoning.partition.problem import Note
from zoning.partition.rules import pooled_schools
from zoning.schema import DecisionKind
from zoning.settings import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zoning.findings import Finding
    from zoning.intake.model import Inputs
    from zoning.partition.rules import Rules
    from zoning.plan.facts import Facts
    from zoning.plan.model import Plan
    from zoning.study.folder import Study

_TIED = (DecisionKind.LOCK, DecisionKind.FORBID, DecisionKind.SHARED, DecisionKind.NO_SCHOOL)


def stage_rules(
    study: Study, facts: Facts, *, inputs: Inputs, primary: Plan | None = None
) -> Rules:
    """Return what the decisions rule for a stage.

    Parameters
    ----------
    study
        A study whose blocks have been made.
    facts
        Everything about the stage that does not depend on a plan.
    inputs
        Checked inputs.
    primary
        Primary zones that stay whole; None draws block by block.

    Raises
    ------
    InputError
        Decisions name no block, or contradict each other; the error carries all findings.
    """
    decided, findings = _decided(study, facts, inputs=inputs)
    if primary is None:
        findings += [one.finding("FEEDER_OFF") for one in of_kind(decided, DecisionKind.FEEDER)]
    units = () if primary is None else feeder_units(primary, decided)
    groups = study.settings.draw.groups
    found = _found_groups(
        facts, decided, size=groups.of(Stage(facts.stage)), farthest_min=groups.farthest_min
    )
    decided = (*with_feeders(decided, units), *found)
    findings += contradictions(decided, ground_of(facts))
    if findings:
        raise InputError("partition.DECISIONS_REFUSED", findings=findings, count=len(findings))
    wider = sorted({block for one in of_kind(decided, *_TIED) for block in one.others})
    resource = dict(zip(inputs.schools["school_id"], inputs.schools["resource"], strict=True))
    return replace(
        rules_of(decided),
        feeder=primary is not None,
        scores=unit_scores(units, resource),
        notes=(
            *(Note("FOUND_GROUP", zone_ids=one.school_ids) for one in found),
            *((Note("WIDER", block_ids=tuple(wider)),) if wider else ()),
        ),
    )


def _found_groups(
    facts: Facts, decided: Sequence[Decided], *, size: int, farthest_min: float
) -> tuple[Decided, ...]:
    """Group the schools that no decision and no common block groups already."""
    if not size:
        return ()
    declared = [one.school_ids for one in of_kind(decided, DecisionKind.GROUP)]
    known = sorted(set(facts.travel.school_ids) & set(facts.school_names))
    pooled, _ = pooled_schools(facts.homes, declared, known)
    free = sorted(set(known) - {school for group in pooled for school in group})
    seats = facts.seat_table.sum(axis=1)
    children = (
        pd.Series(facts.children.sum(axis=1)).groupby(facts.residences["block_id"].to_numpy()).sum()
    )
    schools = facts.schools[facts.schools["school_id"].isin(free)]
    minutes = minutes_between(facts.travel, facts.homes, schools=free)
    shared = {
        pair
        for one in of_kind(decided, DecisionKind.SHARED)
        for pair in combinations(sorted(one.school_ids), 2)
    }
    far = {pair for pair, way in minutes.items() if way > farthest_min}
    groups = found_groups(
        Schools(
            graph=neighbouring_schools(facts.travel, facts.adjacency, schools=free),
            resource=resource_of_schools(
                schools, facts.travel, seats=seats.to_dict(), children=children.to_dict()
            ),
            minutes=minutes,
            apart=frozenset(shared | far),
        ),
        size=size,
    )
    return tuple(Decided(DecisionKind.GROUP, NO_ROW, "", "", school_ids=group) for group in groups)


def _decided(
    study: Study, facts: Facts, *, inputs: Inputs
) -> tuple[tuple[Decided, ...], list[Finding]]:
    """Return the decisions of a stage in blocks, and which of their names mean none."""
    decisions = inputs.decisions
    if decisions is None or decisions.empty:
        return (), []
    names = blocks_by_name(
        facts.blocks,
        address_block=pd.read_parquet(study.build / "blocks" / "address_block.parquet"),
        addresses=inputs.addresses,
        boundary=inputs.boundary,
        layer=inputs.blocks,
    )
    return decisions_of_stage(decisions, stage=facts.stage, names=names)


def block_towns(study: Study, facts: Facts, *, inputs: Inputs) -> dict[str, str]:
    """Return the township of each block, as far as it is known; see `zoning.blocks.towns`."""
    where = pd.read_parquet(study.build / "blocks" / "address_block.parquet")
    return towns_of_blocks(
        facts.blocks, address_block=where, addresses=inputs.addresses, boundary=inputs.boundary
    )


def ground_of(facts: Facts) -> Ground:
    """Return what decisions of a stage are held against."""
    children = facts.children.sum(axis=1) > 0
    blocks = facts.blocks
    return Ground(
        travel=facts.travel,
        homes=facts.homes,
        school_names=facts.school_names,
        block_names=dict(zip(blocks["block_id"], blocks["name"], strict=True)),
        inhabited=frozenset(facts.residences.loc[children, "block_id"]),
    )
