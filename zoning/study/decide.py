"""The bureau's decisions as rules of one stage, or a refusal that names all contradictions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from zoning.blocks.named import blocks_by_name
from zoning.blocks.towns import towns_of_blocks
from zoning.errors import InputError
from zoning.partition.contradictions import Ground, contradictions
from zoning.partition.decisions import decisions_of_stage, of_kind, rules_of
from zoning.partition.problem import Note
from zoning.partition.rules import NO_RULES, Rules
from zoning.schema import DecisionKind

if TYPE_CHECKING:
    from zoning.intake.model import Inputs
    from zoning.plan.facts import Facts
    from zoning.study.folder import Study

_TIED = (DecisionKind.LOCK, DecisionKind.FORBID, DecisionKind.SHARED, DecisionKind.NO_SCHOOL)


def stage_rules(study: Study, facts: Facts, *, inputs: Inputs) -> Rules:
    """Return what the decisions rule for a stage.

    Parameters
    ----------
    study
        A study whose blocks have been made.
    facts
        Everything about the stage that does not depend on a plan.
    inputs
        Checked inputs.

    Raises
    ------
    InputError
        Decisions name no block, or contradict each other; the error carries all findings.
    """
    decisions = inputs.decisions
    if decisions is None or decisions.empty:
        return NO_RULES
    names = blocks_by_name(
        facts.blocks,
        address_block=pd.read_parquet(study.build / "blocks" / "address_block.parquet"),
        addresses=inputs.addresses,
        boundary=inputs.boundary,
        layer=inputs.blocks,
    )
    decided, findings = decisions_of_stage(decisions, stage=facts.stage, names=names)
    findings += contradictions(decided, ground_of(facts))
    if findings:
        raise InputError("partition.DECISIONS_REFUSED", findings=findings, count=len(findings))
    rules = rules_of(decided)
    wider = sorted({block for one in of_kind(decided, *_TIED) for block in one.others})
    notes = (Note("WIDER", block_ids=tuple(wider)),) if wider else ()
    return replace(rules, notes=notes)


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
