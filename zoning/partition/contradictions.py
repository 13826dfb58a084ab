"""Decisions that cannot hold together, all told at once before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zoning.findings import Finding, Severity
from zoning.network.travel import UNREACHABLE
from zoning.partition.decisions import of_kind
from zoning.partition.rules import Leaders, pooled_schools
from zoning.schema import DecisionKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from zoning.network.travel import TravelTable
    from zoning.partition.decisions import Decided

_APART = (DecisionKind.SHARED, DecisionKind.NO_SCHOOL)
_NAMED = 3


@dataclass(frozen=True, eq=False)
class Ground:
    """What decisions are held against.

    Parameters
    ----------
    travel
        Times of the stage.
    homes
        school_id, block_id.
    school_names, block_names
        What a reader sees, by id.
    inhabited
        Blocks with children.
    """

    travel: TravelTable
    homes: pd.DataFrame
    school_names: Mapping[str, str]
    block_names: Mapping[str, str]
    inhabited: frozenset[str]

    def blocks(self, ids: Iterable[str]) -> str:
        """Name the first blocks of a list, and say that there are more."""
        names = [self.block_names.get(block, block) for block in sorted(ids)]
        return "、".join(names[:_NAMED]) + ("…" if len(names) > _NAMED else "")

    def schools(self, ids: Iterable[str]) -> str:
        """Name schools."""
        return "、".join(self.school_names.get(school, school) for school in sorted(set(ids)))


@dataclass
class _Parcel:
    """Blocks that must stay together, and what is said about them."""

    blocks: set[str] = field(default_factory=set)
    together: list[Decided] = field(default_factory=list)
    ties: dict[str, list[tuple[Decided | None, str, str]]] = field(default_factory=dict)
    """By zone: the decision (None for a school that stands there), the school, the block."""
    bans: dict[str, list[tuple[Decided, str]]] = field(default_factory=dict)


def contradictions(decided: Sequence[Decided], ground: Ground) -> list[Finding]:
    """Return every contradiction between decisions, and between them and where schools stand.

    Parameters
    ----------
    decided
        The decisions of a stage, feeders included as locks and groups of blocks.
    ground
        Schools, blocks, ways.
    """
    zone_of = _zones(decided, ground)
    at = {block: row for row, block in enumerate(ground.travel.block_ids)}
    findings = _apart(decided, ground, zone_of)
    for one in of_kind(decided, DecisionKind.SHARED):
        ways = [(one, school, block) for school in one.school_ids for block in one.block_ids]
        findings += _no_way(ways, ground, at)
    for parcel in _parcels(decided, ground, zone_of):
        findings += _judge(parcel, ground, zone_of, at)
    distinct: dict[tuple[object, ...], Finding] = {}
    for item in findings:
        key = (item.code, item.row, item.params.get("rows"), item.params.get("units"))
        distinct.setdefault(key, item)
    return list(distinct.values())


def _zones(decided: Sequence[Decided], ground: Ground) -> dict[str, str]:
    """Return the school that stands for the zone of each school."""
    known = sorted(set(ground.travel.school_ids) & set(ground.school_names))
    groups = [one.school_ids for one in of_kind(decided, DecisionKind.GROUP)]
    pooled, _ = pooled_schools(ground.homes, groups, known)
    first = {school: group[0] for group in pooled for school in group}
    return {school: first.get(school, school) for school in known}


def _apart(decided: Sequence[Decided], ground: Ground, zone_of: dict[str, str]) -> list[Finding]:
    """Find what else is said about areas that are not drawn."""
    findings = []
    areas = of_kind(decided, *_APART)
    standing = dict(zip(ground.homes["block_id"], ground.homes["school_id"], strict=True))
    rest = [one for one in decided if one.block_ids and one.kind is not DecisionKind.FORBID]
    for one in areas:
        inside = [block for block in one.block_ids if block in standing]
        if inside:
            schools = ground.schools(standing[block] for block in inside)
            findings.append(
                one.finding("DECISION_AREA_HOME", blocks=ground.blocks(inside), schools=schools)
            )
        if len({zone_of.get(school) for school in one.school_ids}) < len(one.school_ids):
            schools = ground.schools(one.school_ids)
            findings.append(one.finding("DECISION_SHARED_POOLED", schools=schools))
        for other in rest:
            both = set(one.block_ids) & set(other.block_ids)
            later = other.kind in _APART and other.row <= one.row
            if both and other is not one and not later:
                rows = f"{one.row}、{other.row}"
                findings.append(
                    one.finding("DECISION_AREA_TWICE", blocks=ground.blocks(both), rows=rows)
                )
    return findings


def _parcels(
    decided: Sequence[Decided], ground: Ground, zone_of: dict[str, str]
) -> tuple[_Parcel, ...]:
    leaders = Leaders(ground.travel.block_ids)
    kept = of_kind(decided, DecisionKind.KEEP_TOGETHER)
    for one in kept:
        leaders.join(one.block_ids)
    parcels: dict[str, _Parcel] = {}

    def of(block: str) -> _Parcel:
        parcel = parcels.setdefault(leaders.find(block), _Parcel())
        parcel.blocks.add(block)
        return parcel

    for one in kept:
        for block in one.block_ids:
            held = of(block).together
            if one not in held:
                held.append(one)
    for school, block in zip(ground.homes["school_id"], ground.homes["block_id"], strict=True):
        if school in zone_of:
            of(block).ties.setdefault(zone_of[school], []).append((None, school, block))
    for one in of_kind(decided, DecisionKind.LOCK, DecisionKind.FORBID):
        for block in one.block_ids:
            for school in one.school_ids:
                zone = zone_of.get(school, school)
                if one.kind is DecisionKind.LOCK:
                    of(block).ties.setdefault(zone, []).append((one, school, block))
                else:
                    of(block).bans.setdefault(zone, []).append((one, block))
    return tuple(parcels[key] for key in sorted(parcels))


def _judge(
    parcel: _Parcel, ground: Ground, zone_of: dict[str, str], at: dict[str, int]
) -> list[Finding]:
    """Find what contradicts itself in one parcel."""
    ties = [tie for held in parcel.ties.values() for tie in held]
    if len(parcel.ties) > 1:
        return _torn(parcel, ties, ground)
    findings = []
    for zone, held in parcel.ties.items():
        barred = parcel.bans.get(zone, [])
        if barred:
            rows = [*(one for one, _, _ in held if one), *(one for one, _ in barred)]
            code = "DECISION_BANNED" if any(one for one, _, _ in held) else "DECISION_HOME_BANNED"
            findings.append(
                _told(code, [*rows, *parcel.together], ground,
                      blocks=[block for _, block in barred],
                      schools=[school for _, school, _ in held])
            )  # fmt: skip
        findings += _no_way(held, ground, at)
    if not parcel.ties and parcel.bans:
        findings += _nowhere(parcel, ground, zone_of, at)
    return findings


def _torn(
    parcel: _Parcel, ties: list[tuple[Decided | None, str, str]], ground: Ground
) -> list[Finding]:
    """Tell ties to different zones: of one block, or of blocks that must stay together."""
    by_block: dict[str, set[str]] = {}
    for zone, held in parcel.ties.items():
        for _, _, block in held:
            by_block.setdefault(block, set()).add(zone)
    findings = []
    for block in sorted(block for block, zones in by_block.items() if len(zones) > 1):
        here = [tie for tie in ties if tie[2] == block]
        rows = [one for one, _, _ in here if one]
        code = "DECISION_ON_HOME" if len(rows) < len(here) else "DECISIONS_DIFFER"
        findings.append(
            _told(code, rows, ground, blocks=[block], schools=[school for _, school, _ in here],
                  homes=[school for one, school, _ in here if one is None])
        )  # fmt: skip
    if findings or not parcel.together:
        return findings
    rows = [*(one for one, _, _ in ties if one), *parcel.together]
    schools = [school for _, school, _ in ties]
    blocks = [block for _, _, block in ties]
    units = any(not one.row for one in parcel.together)
    code = "FEEDER_TORN" if units else "DECISIONS_TORN"
    return [_told(code, rows, ground, blocks=blocks, schools=schools)]


def _no_way(
    held: Sequence[tuple[Decided | None, str, str]], ground: Ground, at: dict[str, int]
) -> list[Finding]:
    """Find locks of blocks with children to a school that no way leads to."""
    column = {school: place for place, school in enumerate(ground.travel.school_ids)}
    cut = [
        (one, school, block)
        for one, school, block in held
        if one is not None
        and block in ground.inhabited
        and ground.travel.time_ms[at[block], column[school]] == UNREACHABLE
    ]
    rows = {one.row: one for one, _, _ in cut}
    return [
        _told("DECISION_NO_WAY", [rows[row]], ground,
              blocks=[block for one, _, block in cut if one.row == row],
              schools=[school for one, school, _ in cut if one.row == row])
        for row in sorted(rows)
    ]  # fmt: skip


def _nowhere(
    parcel: _Parcel, ground: Ground, zone_of: dict[str, str], at: dict[str, int]
) -> list[Finding]:
    """Find blocks with children that are barred from every school they can reach."""
    for block in sorted(parcel.blocks & ground.inhabited):
        reached = {
            zone_of[school]
            for place, school in enumerate(ground.travel.school_ids)
            if school in zone_of and ground.travel.time_ms[at[block], place] != UNREACHABLE
        }
        if reached and reached <= set(parcel.bans):
            rows = [one for held in parcel.bans.values() for one, _ in held]
            return [
                _told("DECISION_NOWHERE", [*rows, *parcel.together], ground, blocks=[block],
                      schools=sorted(reached))
            ]  # fmt: skip
    return []


def _told(
    code: str,
    rows: Sequence[Decided],
    ground: Ground,
    *,
    blocks: Iterable[str],
    schools: Iterable[str],
    homes: Iterable[str] = (),
) -> Finding:
    """Return a finding at the last of the rows that contradict each other."""
    last = max(rows, key=lambda one: one.row)
    units = [one.area for one in rows if not one.row]
    params = {
        "rows": "、".join(str(row) for row in sorted({one.row for one in rows if one.row})) or "—",
        "units": "、".join(dict.fromkeys(units)),
        "blocks": ground.blocks(set(blocks)),
        "schools": ground.schools(schools),
        "homes": ground.schools(homes),
    }
    return Finding(
        f"partition.{code}",
        Severity.ERROR,
        file=last.file,
        sheet=last.sheet,
        row=last.row or None,
        params={"row": last.row, "area": last.area, **params},
    )
