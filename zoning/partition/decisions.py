"""From the bureau's decisions to rules over blocks and schools."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zoning.findings import Finding, Severity
from zoning.partition.rules import Leaders, NoSchoolArea, Rules, SharedArea
from zoning.schema import DecisionKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from zoning.blocks.named import BlocksByName


@dataclass(frozen=True)
class Decided:
    """One decision, its area found among the blocks.

    Parameters
    ----------
    kind
        What it rules.
    row, file, sheet
        Where it stands.
    area
        As written.
    name
        Name of its area; empty where none is given.
    block_ids
        Blocks, sorted.
    others
        Of them those in which further addresses lie that the decision does not name.
    school_ids
        Schools in the order of the row.
    target
        School that a feeder leads to.
    shares
        Parts of the children by school.
    """

    kind: DecisionKind
    row: int
    file: str
    sheet: str
    area: str = ""
    name: str = ""
    block_ids: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    school_ids: tuple[str, ...] = ()
    target: str = ""
    shares: tuple[int, ...] = ()

    def finding(self, code: str, **params: object) -> Finding:
        """Return an error at the row of this decision."""
        told = {"row": self.row, "area": self.area, **params}
        return Finding(
            f"partition.{code}",
            Severity.ERROR,
            file=self.file,
            sheet=self.sheet,
            row=self.row,
            params=told,
        )


def decisions_of_stage(
    decisions: pd.DataFrame, *, stage: str, names: BlocksByName
) -> tuple[tuple[Decided, ...], list[Finding]]:
    """Return the decisions of a stage with their blocks, and what could not be found.

    Parameters
    ----------
    decisions
        The decisions frame.
    stage
        Value of `zoning.settings.Stage`; a decision without a stage holds for all.
    names
        Finds blocks by name.
    """
    decided, findings = [], []
    ours = decisions[decisions["stage"].isin([stage, ""])]
    for row in ours.to_dict("records"):
        schools = tuple(school for school in str(row["schools"]).split(";") if school)
        shares = tuple(int(part) for part in str(row["share"]).split(":") if part)
        one = Decided(
            kind=DecisionKind(row["kind"]),
            row=int(row["row"]),
            file=str(row["file"]),
            sheet=str(row["sheet"]),
            area="、".join(str(row["area"]).split(";")),
            name=str(row["name"]),
            school_ids=schools,
            target=str(row["target"]),
            shares=shares or (1,) * len(schools),
        )
        blocks: set[str] = set()
        others: set[str] = set()
        for word in filter(None, str(row["area"]).split(";")):
            found = names.find(word)
            inside = names.blocks_of(found[0]) if len(found) == 1 else ()
            if not inside:
                findings.append(one.finding("DECISION_NO_BLOCK", word=word))
                continue
            blocks.update(inside)
            others.update(names.others(found[0], inside))
        decided.append(_with_blocks(one, blocks, others))
    return tuple(decided), findings


def _with_blocks(one: Decided, blocks: set[str], others: set[str]) -> Decided:
    return replace(one, block_ids=tuple(sorted(blocks)), others=tuple(sorted(others)))


def of_kind(decided: Sequence[Decided], *kinds: DecisionKind) -> tuple[Decided, ...]:
    """Return the decisions of some kinds, in their order."""
    return tuple(one for one in decided if one.kind in kinds)


def rules_of(decided: Sequence[Decided]) -> Rules:
    """Return the rules that decisions without contradictions make.

    Parameters
    ----------
    decided
        What `decisions_of_stage` returned; feeders are put in blocks elsewhere.
    """
    together = Leaders()
    for one in of_kind(decided, DecisionKind.KEEP_TOGETHER):
        together.join(one.block_ids)
    return Rules(
        groups=tuple(one.school_ids for one in of_kind(decided, DecisionKind.GROUP)),
        locks={
            block: one.school_ids[0]
            for one in of_kind(decided, DecisionKind.LOCK)
            for block in one.block_ids
        },
        forbidden=tuple(
            (block, school)
            for one in of_kind(decided, DecisionKind.FORBID)
            for block in one.block_ids
            for school in one.school_ids
        ),
        together=together.sets(),
        shared=tuple(
            SharedArea(one.name, one.school_ids, one.shares, one.block_ids)
            for one in of_kind(decided, DecisionKind.SHARED)
        ),
        no_school=tuple(
            NoSchoolArea(one.name or one.area, one.block_ids)
            for one in of_kind(decided, DecisionKind.NO_SCHOOL)
        ),
    )
