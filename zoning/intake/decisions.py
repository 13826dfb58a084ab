"""Decisions that were taken before drawing (已定事项): one row each, with its basis."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.findings import Severity
from zoning.intake.area_names import area_names, split_areas
from zoning.intake.built import Built, known_ids, required_findings
from zoning.intake.values import identifiers, texts
from zoning.schema import DecisionKind, StageWord, decision_of, frame_columns, squeeze, stage_of
from zoning.settings import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geopandas import GeoDataFrame

    from zoning.findings import Finding
    from zoning.intake.area_names import AreaNames
    from zoning.intake.source import Source
    from zoning.settings import StudySection

_AREAL = frozenset(
    {
        DecisionKind.SHARED,
        DecisionKind.LOCK,
        DecisionKind.FORBID,
        DecisionKind.KEEP_TOGETHER,
        DecisionKind.NO_SCHOOL,
    }
)
_LEAST_SCHOOLS = {
    DecisionKind.GROUP: 2,
    DecisionKind.SHARED: 2,
    DecisionKind.LOCK: 1,
    DecisionKind.FORBID: 1,
    DecisionKind.FEEDER: 1,
}
_PARTS = re.compile(r"[:：/／比]")
_TIME = re.compile(r"^0?(\d{1,2}):0?(\d{1,2}):00$")
_COLUMNS = ("kind", "stage", "area", "school", "target", "share", "name", "basis", "note")
_CUT_BLOCK = re.compile(r"[A-Za-z]{1,4}[-_]?\d+")


@dataclass(frozen=True)
class _Row:
    """One record: what is written in each column, its kind, its stage and its schools."""

    record: int
    words: Mapping[str, str]
    kind: DecisionKind
    stage: str = ""
    schools: tuple[str, ...] = ()
    target: str = ""
    share: str = ""


class _Reader:
    """Reads records one by one; what is wrong with one of them is kept beside it."""

    def __init__(
        self, source: Source, schools: Built, study: StudySection, names: AreaNames, *, cut: bool
    ) -> None:
        self.source, self.study, self.names, self.cut = source, study, names, cut
        self.findings: list[Finding] = []
        frame = schools.frame
        self.stage_of = dict(zip(frame["school_id"], frame["stage"], strict=True))
        self.by_name: dict[str, list[str]] = {}
        for school, name in zip(frame["school_id"], frame["name"], strict=True):
            self.by_name.setdefault(squeeze(name), []).append(school)
        known = known_ids(identifiers(schools.source, "school_id")) or frozenset()
        told = {squeeze(word) for word in texts(schools.source, "name")}
        # rows of the schools that were left out were told there, or are of another stage
        self.elsewhere = {*known, *told} - {""}

    def fault(self, row: _Row, code: str, column: str, value: str = "", **params: object) -> None:
        """Keep an error at a cell of a record."""
        self.findings.append(
            self.source.finding(
                code,
                row=int(self.source.rows[row.record]),
                column=self.source.header(column),
                value=value or row.words[column],
                params={"kind": row.words["kind"], **params},
            )
        )

    def school(self, row: _Row, word: str, column: str, stage: str) -> str | None:
        """Return the id of a school; "" for one of a stage that is not studied."""
        half = unicodedata.normalize("NFKC", word).strip()
        if half in self.stage_of:
            return half
        found = self.by_name.get(squeeze(half), [])
        if stage:
            found = [school for school in found if self.stage_of[school] == stage]
        if len(found) == 1:
            return found[0]
        if found:
            self.fault(row, "DECISION_SCHOOL_UNSURE", column, word, known="、".join(found))
        elif half in self.elsewhere or squeeze(half) in self.elsewhere:
            return ""
        else:
            self.fault(row, "DECISION_SCHOOL_UNKNOWN", column, word)
        return None


def build_decisions(
    source: Source,
    schools: Built,
    *,
    study: StudySection,
    addresses: GeoDataFrame | None,
    boundary: GeoDataFrame | None,
    blocks: GeoDataFrame | None,
) -> Built:
    """Return the decisions; schools are found by number or name, areas by any of their names.

    Parameters
    ----------
    source
        One row a decision.
    schools
        The schools.
    study
        Stages that are studied.
    addresses, boundary, blocks
        What areas are named after; without a layer of blocks, their ids are known only when they
        have been cut, and are looked up then.
    """
    missing = required_findings(source)
    if missing:
        return Built(source, _frame([], source), np.array([], dtype=np.int64), tuple(missing))
    names = area_names(addresses=addresses, boundary=boundary, blocks=blocks)
    reader = _Reader(source, schools, study, names, cut=blocks is None)
    words = {column: texts(source, column) for column in _COLUMNS}
    rows = []
    for record in range(len(source)):
        said = {column: str(cells.iloc[record]) for column, cells in words.items()}
        row = _read(reader, record, said)
        if row is not None:
            rows.append(row)
    without = np.array([row.record for row in rows if not row.words["basis"]], dtype=np.int64)
    mask = np.zeros(len(source), dtype=bool)
    mask[without] = True
    header = source.header("basis")
    findings = [
        *reader.findings,
        *source.summary("DECISION_NO_BASIS", mask, Severity.INFO, column=header),
    ]
    records = np.array([row.record for row in rows], dtype=np.int64)
    return Built(source, _frame(rows, source), records, tuple(findings))


def _read(reader: _Reader, record: int, words: Mapping[str, str]) -> _Row | None:
    """Return a decision; None where it is in fault or concerns no stage of the study."""
    kind = decision_of(words["kind"])
    row = _Row(record, words, kind or DecisionKind.LOCK)
    before = len(reader.findings)
    if kind is None:
        reader.fault(row, "DECISION_UNKNOWN", "kind")
        return None
    stage = _stage(reader, row)
    school_stage = Stage.PRIMARY.value if kind is DecisionKind.FEEDER else stage
    schools = _schools(reader, row, "school", school_stage)
    target = ""
    if kind is DecisionKind.FEEDER:
        targets = _schools(reader, row, "target", Stage.JUNIOR_MIDDLE.value)
        if len(targets) != 1:
            reader.fault(row, "DECISION_NO_TARGET", "target")
        target, stage = (targets or ("",))[0], Stage.JUNIOR_MIDDLE.value
    else:
        stage = _stage_of_schools(reader, row, stage, schools)
    _check_schools(reader, row, schools)
    _check_area(reader, row)
    share = _share(reader, row, len(schools))
    if len(reader.findings) > before:
        return None
    studied = {item.value for item in reader.study.stages}
    if "" in schools or (kind is DecisionKind.FEEDER and not target) or stage not in {*studied, ""}:
        reader.findings += reader.source.row_findings(
            "DECISION_NOT_STUDIED", np.array([record]), Severity.INFO, values=None
        )
        return None
    return _Row(record, words, kind, stage, schools, target, share)


def _stage(reader: _Reader, row: _Row) -> str:
    if not row.words["stage"]:
        return ""
    stage = stage_of(row.words["stage"])
    if isinstance(stage, StageWord):
        if stage is not StageWord.BOTH:  # both stages is what a blank means
            reader.fault(row, "STAGE_UNKNOWN", "stage")
        return ""
    return stage.value


def _schools(reader: _Reader, row: _Row, column: str, stage: str) -> tuple[str, ...]:
    found = [reader.school(row, word, column, stage) for word in split_areas(row.words[column])]
    return tuple(dict.fromkeys(school for school in found if school is not None))


def _stage_of_schools(reader: _Reader, row: _Row, stage: str, schools: Sequence[str]) -> str:
    """Return the stage of a decision: what it says, else that of its schools, else all ("")."""
    own = {reader.stage_of[school] for school in schools if school}
    if stage:
        own.add(stage)
    if len(own) > 1:
        reader.fault(row, "DECISION_STAGES", "school")
        return ""
    return next(iter(own), "")


def _check_schools(reader: _Reader, row: _Row, schools: Sequence[str]) -> None:
    least = _LEAST_SCHOOLS.get(row.kind, 0)
    if not least and row.words["school"]:
        reader.fault(row, "DECISION_SCHOOL_UNWANTED", "school")
    elif len(split_areas(row.words["school"])) < least:
        reader.fault(row, "DECISION_FEW_SCHOOLS", "school", least=least)
    elif row.kind is DecisionKind.LOCK and len(schools) > 1:
        reader.fault(row, "DECISION_LOCK_TWO", "school")
    elif row.kind in {DecisionKind.GROUP, DecisionKind.SHARED} and 0 < len(schools) < least:
        reader.fault(row, "DECISION_FEW_SCHOOLS", "school", least=least)


def _check_area(reader: _Reader, row: _Row) -> None:
    words = split_areas(row.words["area"])
    if row.kind in _AREAL and not words:
        reader.fault(row, "DECISION_NO_AREA", "area")
    if row.kind not in _AREAL and words:
        reader.fault(row, "DECISION_AREA_UNWANTED", "area")
        return
    for word in words:
        found = reader.names.find(word)
        if len(found) > 1:
            known = "、".join(area.told for area in found)
            reader.fault(row, "DECISION_AREA_UNSURE", "area", word, known=known)
        elif not found and not (reader.cut and may_be_block(word)):
            reader.fault(row, "DECISION_AREA_UNKNOWN", "area", word)


def may_be_block(word: str) -> bool:
    """Tell whether a name may be the number of a block that has not been cut yet."""
    return _CUT_BLOCK.fullmatch(squeeze(word.rpartition(":")[2].rpartition("：")[2])) is not None


def _share(reader: _Reader, row: _Row, schools: int) -> str:
    """Return the shares of the schools as whole numbers, "3:2"; "" for equal parts."""
    words = row.words["share"]
    if not words or row.kind is not DecisionKind.SHARED:
        return ""
    shares = read_shares(words, schools)
    if shares is None:
        reader.fault(row, "DECISION_SHARE", "share", count=schools)
        return ""
    return ":".join(str(part) for part in shares)


def read_shares(words: str, schools: int) -> tuple[int, ...] | None:
    """Read 3:2, 60%:40%, 0.6:0.4, or 60% for the first of two; None where it cannot be meant.

    Parameters
    ----------
    words
        What is written.
    schools
        Number of schools that share.

    Returns
    -------
    Whole numbers without a common factor, above 0.
    """
    parts = []
    half = unicodedata.normalize("NFKC", words).strip()
    if schools == 2:  # a time of day is what spreadsheets make of 3:2
        half = _TIME.sub(r"\1:\2", half)
    for word in _PARTS.split(half):
        plain = word.strip()
        try:
            value = Fraction(plain.removesuffix("%").strip())
        except (ValueError, ZeroDivisionError):
            return None
        parts.append(value / 100 if plain.endswith("%") else value)
    if len(parts) == 1 and schools == 2 and 0 < parts[0] < 1:
        parts.append(1 - parts[0])
    if len(parts) != schools or any(part <= 0 for part in parts):
        return None
    scale = np.lcm.reduce([part.denominator for part in parts])
    whole = [int(part * int(scale)) for part in parts]
    common = int(np.gcd.reduce(whole))
    return tuple(part // common for part in whole)


def _frame(rows: Sequence[_Row], source: Source) -> pd.DataFrame:
    records = [
        {
            "row": int(source.rows[row.record]),
            "kind": row.kind.value,
            "stage": row.stage,
            "area": ";".join(split_areas(row.words["area"])),
            "schools": ";".join(row.schools),
            "target": row.target,
            "share": row.share,
            "name": row.words["name"],
            "basis": row.words["basis"],
            "note": row.words["note"],
            "file": source.file,
            "sheet": source.sheet,
        }
        for row in rows
    ]
    columns = list(frame_columns("decisions"))
    frame = pd.DataFrame(records, columns=columns)
    types = {column: "int64" if column == "row" else "str" for column in columns}
    return frame.astype(types)
