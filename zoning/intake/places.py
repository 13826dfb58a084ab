"""Addresses and compounds, and the children who live there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.findings import Severity
from zoning.intake.built import (
    Built,
    first_of_each,
    known_ids,
    point_frame,
    required_findings,
    year_missing,
)
from zoning.intake.values import counts, identifiers, stages, texts, years
from zoning.settings import Stage

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pyproj import CRS

    from zoning.findings import Finding
    from zoning.intake.points import Placed
    from zoning.intake.source import Source
    from zoning.settings import StudySection

SAME_POINT_COUNT = 20
_TEXTS = ("name", "division", "community", "road", "number", "alias")


def build_addresses(placed: Placed, *, crs: CRS) -> Built:
    """Return the addresses; one without coordinates keeps an empty geometry."""
    source = placed.source
    findings = required_findings(source, point=True)
    if not source.has("address_id"):
        empty = {name: pd.Series([], dtype="str") for name in ("address_id", *_TEXTS)}
        frame = point_frame(empty, np.array([]), np.array([]), crs=crs).assign(households=0)
        ordered = frame[["address_id", *_TEXTS, "households", "geometry"]]
        return Built(source, ordered, np.array([], dtype=np.int64), tuple(findings))
    ids = identifiers(source, "address_id")
    header = source.header("address_id")
    no_id = (ids == "").to_numpy(bool)
    findings += source.row_findings("ID_MISSING", no_id, column=header)
    again = first_of_each(ids, ~no_id)
    findings += source.row_findings("DUPLICATE_ID", again, column=header, values=ids)
    households, found = _households(source)
    words = {name: texts(source, name) for name in _TEXTS}
    findings += [*found, *_number_findings(source, words["number"])]
    x, y = placed.working(crs)
    records = np.flatnonzero(~no_id & ~again)
    records = records[np.argsort(ids.to_numpy(object)[records].astype(str), kind="stable")]
    columns = {"address_id": ids, **words, "households": pd.Series(households)}
    findings += _look_alikes(source, words, x, y)
    frame = point_frame(columns, x, y, crs=crs).iloc[records].reset_index(drop=True)
    there = placed.placed and (source.geometry is not None or bool(source.match.points))
    known = known_ids(ids)
    return Built(source, frame, records, tuple(findings), known, there, placed.faulty)


def _households(source: Source) -> tuple[NDArray[np.int64], list[Finding]]:
    position = source.match.columns.get("households")
    if position is None:
        missing = source.finding("NO_HOUSEHOLDS", Severity.INFO)
        return np.zeros(len(source), dtype=np.int64), [missing]
    read = counts(source, position)
    blank = ~read.given & ~read.faulty & (source.column(position) == "").to_numpy(bool)
    header = source.headers[position]
    lacking = source.summary("HOUSEHOLDS_MISSING", blank, Severity.WARNING, column=header)
    return read.values, [*read.findings, *lacking]


def _number_findings(source: Source, number: pd.Series) -> list[Finding]:
    """Find door numbers that a spreadsheet turned into dates: 3-12 becomes 3月12日."""
    if not source.has("number"):
        return []
    date = number.str.fullmatch(r"\d{4}-\d{2}-\d{2}|\d{1,2}月\d{1,2}日").to_numpy(bool)
    header = source.header("number")
    return source.row_findings(
        "DATE_IN_NUMBER", date, Severity.WARNING, column=header, values=number
    )


def _look_alikes(
    source: Source, words: dict[str, pd.Series], x: NDArray[np.float64], y: NDArray[np.float64]
) -> list[Finding]:
    """Find addresses written twice, and many different ones on one and the same point."""
    frame = pd.DataFrame(words)
    said = frame["name"] + frame["road"] + frame["number"]
    # a number alone says nothing: it is on every road
    full = ((frame["number"] != "") & (said != frame["number"])).to_numpy(bool)
    twice = frame.duplicated().to_numpy(bool) & full
    findings = source.row_findings("ADDRESS_TWICE", twice, Severity.WARNING, values=said)
    points = pd.DataFrame({"x": x, "y": y, "said": said})[np.isfinite(x)]
    group = points.groupby(["x", "y"])["said"].transform("size")
    many = np.zeros(len(source), dtype=bool)
    many[points.index[group >= SAME_POINT_COUNT]] = True
    limit = {"limit": SAME_POINT_COUNT}
    return [*findings, *source.summary("SAME_POINT", many, Severity.WARNING, params=limit)]


def _demand_parts(
    source: Source, *, study: StudySection
) -> tuple[list[tuple[NDArray[np.int64], pd.Series | str, NDArray[np.int64]]], list[Finding]]:
    """Return (children, stage, year) by record for every column of children, and findings."""
    findings: list[Finding] = []
    stage: pd.Series | None = None
    wanted = np.ones(len(source), dtype=bool)
    if source.has("stage"):
        stage, wanted, findings = stages(source, studied=study.stages)
    parts: list[tuple[NDArray[np.int64], pd.Series | str, NDArray[np.int64]]] = []
    columns = [(position, header.year, header.stage)
               for header, position in source.match.yearly.items()]  # fmt: skip
    year_of_row: NDArray[np.int64] | None = None
    if source.has("children") and source.has("year"):
        year_of_row, found = years(source, "year")
        findings += found
        columns = [(source.match.columns["children"], 0, None)]
    if stage is None and any(of is None for _, _, of in columns):
        params = {"found": "、".join(source.headers)[:200]}
        return [], [*findings, source.finding("MISSING_COLUMN", column="学段", params=params)]
    for position, year, of in columns:
        if year and year not in study.years:
            continue
        if of is not None and of not in study.stages:
            continue
        read = counts(source, position)
        findings += read.findings
        blank = ~read.given & (source.column(position) == "").to_numpy(bool) & wanted
        header = source.headers[position]
        findings += source.summary("BLANK_IS_ZERO", blank, Severity.INFO, column=header)
        value = stage if of is None and stage is not None else (of or Stage.PRIMARY).value
        when = np.full(len(source), year) if year_of_row is None else year_of_row
        parts.append((read.values, value, when))
    return parts, findings


def _year_findings(source: Source, seen: set[int], *, study: StudySection) -> list[Finding]:
    return [year_missing(source, year, seen=seen) for year in study.years if year not in seen]


def build_demand(source: Source, *, study: StudySection, key: str) -> Built:
    """Return the children by place, stage and year.

    Wide tables (a column a year, perhaps a stage too) and long ones (年份 | 人数) are understood.

    Parameters
    ----------
    key
        "address_id" or "block_id": what the places of this study are.
    """
    findings = required_findings(source)
    column = key if source.has(key) else {"block_id": "address_id"}.get(key, "block_id")
    parts: list[tuple[NDArray[np.int64], pd.Series | str, NDArray[np.int64]]] = []
    # 编号 alone may mean either; but a demand by blocks cannot be laid on addresses.
    fits = source.has(key) or (key == "block_id" and source.has("address_id"))
    if source.has(column) and not fits:
        found = {"found": "、".join(source.headers)[:200]}
        findings.append(source.finding("MISSING_COLUMN", column="地址编号", params=found))
    if not findings:
        parts, found_parts = _demand_parts(source, study=study)
        findings += found_parts
        seen = {header.year for header in source.match.yearly}
        if source.has("year") and source.has("children"):
            seen = {int(year) for _, _, when in parts for year in np.unique(when) if year}
        if parts or not found_parts:
            findings += _year_findings(source, seen, study=study)
    if not parts:
        return Built(source, _empty_demand(key), np.array([], dtype=np.int64), tuple(findings))
    ids = identifiers(source, column)
    header = source.header(column)
    findings += source.row_findings("ID_MISSING", (ids == "").to_numpy(bool), column=header)
    frame, records, again = _stack(ids, parts, key=key, study=study)
    findings += source.row_findings("DEMAND_TWICE", again, column=header, values=ids)
    return Built(source, frame, records, tuple(findings))


def _empty_demand(key: str) -> pd.DataFrame:
    types = {key: "str", "stage": "str", "year": "int64", "children": "int64"}
    return pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in types.items()})


def _stack(
    ids: pd.Series,
    parts: list[tuple[NDArray[np.int64], pd.Series | str, NDArray[np.int64]]],
    *,
    key: str,
    study: StudySection,
) -> tuple[pd.DataFrame, NDArray[np.int64], NDArray[np.int64]]:
    """Return the frame, the record of each of its rows, and the records given twice.

    Works on codes: text is sorted once for every place instead of once for every cell.
    """
    count = len(ids)
    place, places = pd.factorize(ids, sort=True)
    stage_names = sorted(stage.value for stage in Stage)
    stage_code = {name: code for code, name in enumerate(stage_names)}
    codes = []
    for _, stage, _ in parts:
        if isinstance(stage, str):
            codes.append(np.full(count, stage_code[stage]))
        else:
            codes.append(stage.map(stage_code).fillna(-1).to_numpy(np.int64))
    all_stage = np.concatenate(codes)
    all_year = np.concatenate([when for _, _, when in parts])
    all_children = np.concatenate([children for children, _, _ in parts])
    all_place = np.tile(place, len(parts))
    records = np.tile(np.arange(count), len(parts))
    studied = [stage_code[stage.value] for stage in study.stages]
    keep = np.isin(all_stage, studied) & np.isin(all_year, study.years)
    keep &= np.tile((ids != "").to_numpy(bool), len(parts))
    kept = np.flatnonzero(keep)
    order = kept[np.lexsort((records[kept], all_year[kept], all_stage[kept], all_place[kept]))]
    same = np.zeros(len(order), dtype=bool)
    if len(order):
        same[1:] = (
            (all_place[order][1:] == all_place[order][:-1])
            & (all_stage[order][1:] == all_stage[order][:-1])
            & (all_year[order][1:] == all_year[order][:-1])
        )
    again = np.unique(records[order[same]])
    order = order[~same]
    names = np.asarray(stage_names, dtype=object)
    frame = pd.DataFrame(
        {
            key: pd.Series(places.take(all_place[order]), dtype="str"),
            "stage": pd.Series(names[all_stage[order]], dtype="str"),
            "year": all_year[order].astype(np.int64),
            "children": all_children[order].astype(np.int64),
        }
    )
    return frame, records[order], again
