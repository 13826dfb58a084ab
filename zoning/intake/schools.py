"""Schools, their gates and their seats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from zoning.findings import Severity
from zoning.intake.built import Built, first_of_each, point_frame, required_findings
from zoning.intake.values import counts, identifiers, stages, texts
from zoning.schema import squeeze

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from numpy.typing import NDArray
    from pyproj import CRS

    from zoning.findings import Finding
    from zoning.intake.points import Placed
    from zoning.intake.source import Source
    from zoning.rules import RuleSet
    from zoning.settings import StudySection

GATE_FAR_M = 1000.0


def build_schools(placed: Placed, *, study: StudySection, crs: CRS) -> Built:
    """Return the schools of the studied stages.

    A school without coordinates keeps an empty geometry: its gates may give it one.
    """
    source = placed.source
    missing = required_findings(source)
    if missing:
        return Built(source, _no_schools(crs), np.array([], dtype=np.int64), tuple(missing))
    ids, names = identifiers(source, "school_id"), texts(source, "name")
    stage, wanted, findings = stages(source, studied=study.stages)
    campus = texts(source, "campus")
    no_id, no_name = (ids == "").to_numpy(bool), (names == "").to_numpy(bool)
    findings += source.row_findings("ID_MISSING", no_id & wanted, column=source.header("school_id"))
    findings += source.row_findings("NAME_MISSING", no_name & wanted, column=source.header("name"))
    good = wanted & ~no_id & ~no_name
    again = first_of_each(ids, good)
    findings += source.row_findings(
        "DUPLICATE_ID", again, column=source.header("school_id"), values=ids
    )
    good &= ~again
    key = stage.str.cat([names.map(squeeze), campus.map(squeeze)], sep="\t")
    twice = first_of_each(key, good)
    findings += source.row_findings(
        "SCHOOL_NAME_TWICE", twice, column=source.header("name"), values=names
    )
    x, y = placed.working(crs)
    columns = {
        "school_id": ids,
        "name": names,
        "stage": stage,
        "owner": texts(source, "owner"),
        "campus": campus,
    }
    records = np.flatnonzero(good)
    records = records[np.argsort(ids.to_numpy(object)[records], kind="stable")]
    frame = point_frame(columns, x, y, crs=crs).iloc[records].reset_index(drop=True)
    return Built(source, frame, records, tuple(findings))


def _no_schools(crs: CRS) -> GeoDataFrame:
    columns = ("school_id", "name", "stage", "owner", "campus")
    empty = {name: pd.Series([], dtype="str") for name in columns}
    return point_frame(empty, np.array([]), np.array([]), crs=crs)


def _quantity(
    schools: Built, column: str, *, year: int
) -> tuple[NDArray[np.float64] | None, list[Finding]]:
    """Return a yearly quantity by school, NaN where a cell gives none; None without a column."""
    source, stage = schools.source, schools.frame["stage"].to_numpy(dtype=object)
    values = np.full(len(schools.records), np.nan)
    findings: list[Finding] = []
    found_one = False
    for header, position in source.match.yearly.items():
        if header.column == column and header.year == year:
            found_one = True
            read, given, found = counts(source, position)
            findings += found
            fits = given[schools.records]
            if header.stage is not None:
                fits &= stage == header.stage.value
            values[fits] = read[schools.records][fits]
    return (values if found_one else None), findings


def _class_sizes(schools: Built, *, rules: RuleSet) -> tuple[NDArray[np.float64], list[Finding]]:
    source, stage = schools.source, schools.frame["stage"]
    standard = stage.map({name: rule.value for name, rule in rules.class_size.items()})
    sizes = standard.to_numpy(dtype=np.float64)
    findings: list[Finding] = []
    if source.has("class_size"):
        read, given, findings = counts(source, source.match.columns["class_size"])
        own = given[schools.records] & (read[schools.records] > 0)
        over = own & (read[schools.records] > sizes)
        findings += source.row_findings(
            "CLASS_TOO_LARGE",
            schools.records[over],
            Severity.WARNING,
            column=source.header("class_size"),
            values=source.column(source.match.columns["class_size"]),
            params={"rule_set": rules.title},
        )
        sizes = np.where(own, read[schools.records], sizes)
    return sizes, findings


def build_seats(schools: Built, *, study: StudySection, rules: RuleSet) -> Built:
    """Return the seats of each school and year.

    Seats come from the seats column of the year; where it says nothing, from the classes column
    times the school's class size (班额) or, without one, that of the rule set.
    """
    source, names = schools.source, schools.frame["name"].to_numpy(dtype=object)
    size, findings = _class_sizes(schools, rules=rules)
    frames: list[pd.DataFrame] = []
    for year in study.years:
        seats, found = _quantity(schools, "seats", year=year)
        classes, more = _quantity(schools, "classes", year=year)
        findings += [*found, *more]
        if seats is None and classes is None:
            known = sorted({header.year for header in source.match.yearly})
            params = {"year": year, "known": "、".join(map(str, known)) or "—"}
            findings.append(source.finding("YEAR_MISSING", params=params))
            continue
        by_class = np.full(len(names), np.nan) if classes is None else classes * size
        value = by_class if seats is None else np.where(np.isfinite(seats), seats, by_class)
        params = {"year": year}
        for code, mask in {
            "SEATS_MISSING": ~np.isfinite(value),
            "SEATS_OVER_CLASSES": np.isfinite(by_class) & (value > by_class),
        }.items():
            findings += source.row_findings(
                code,
                schools.records[mask],
                Severity.WARNING,
                values=_by_record(schools, names),
                params=params,
            )
        columns = {"school_id": schools.frame["school_id"], "year": year}
        frames.append(pd.DataFrame({**columns, "seats": np.nan_to_num(value).astype(np.int64)}))
    frame = pd.concat(frames, ignore_index=True) if frames else _no_seats()
    frame = frame.sort_values(["school_id", "year"], kind="stable", ignore_index=True)
    return Built(source, frame, schools.records, tuple(findings))


def _no_seats() -> pd.DataFrame:
    types = {"school_id": "str", "year": "int64", "seats": "int64"}
    return pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in types.items()})


def _by_record(schools: Built, values: NDArray[np.object_]) -> NDArray[np.object_]:
    """Lay values of the schools out by the records of their source."""
    laid = np.full(len(schools.source), "", dtype=object)
    laid[schools.records] = values
    return laid


def refer(
    source: Source, schools: GeoDataFrame, *, stage: pd.Series | None = None
) -> tuple[pd.Series, NDArray[np.bool_]]:
    """Return the school that each record names, by number or by name; and which name none.

    Parameters
    ----------
    schools
        The schools frame.
    stage
        Stage of each record, where known: two schools of different stages may share a name.
    """
    if source.has("school_id"):
        ids = identifiers(source, "school_id")
        given = (ids != "").to_numpy(bool)
        if given.any():
            return ids, given & ~ids.isin(schools["school_id"]).to_numpy(bool) | ~given
    names = texts(source, "name").map(squeeze)
    known = schools["name"].map(squeeze)
    if stage is not None:
        names, known = stage.str.cat(names, sep="\t"), schools["stage"].str.cat(known, sep="\t")
    single = ~known.duplicated(keep=False)
    table = dict(zip(known[single], schools["school_id"][single], strict=True))
    found = names.map(table)
    return found.fillna("").astype("str"), found.isna().to_numpy(bool)


def build_gates(placed: Placed | None, schools: Built, *, crs: CRS) -> tuple[Built, Built]:
    """Return the gates, and the schools with a point for those that only their gates locate.

    A school without a gate of its own gets one at its point.
    """
    columns = ("school_id", "gate", "campus")
    frame = schools.frame
    if placed is None:
        gates = point_frame({name: pd.Series([], dtype="str") for name in columns},
                            np.array([]), np.array([]), crs=crs)  # fmt: skip
        built = Built(schools.source, gates, np.array([], dtype=np.int64), ())
    else:
        built = _given_gates(placed, frame, crs=crs)
    first = built.frame.drop_duplicates("school_id").set_index("school_id")["geometry"]
    own = frame["geometry"].notna()
    point = frame["geometry"].where(own, frame["school_id"].map(first.to_dict()))
    schools = Built(schools.source, frame.set_geometry(gpd.GeoSeries(point, crs=crs)),
                    schools.records, schools.findings)  # fmt: skip
    return built, schools


def _given_gates(placed: Placed, schools: GeoDataFrame, *, crs: CRS) -> Built:
    source = placed.source
    missing = required_findings(source, point=True)
    nothing = np.array([], dtype=np.int64)
    if missing:
        empty = {name: pd.Series([], dtype="str") for name in ("school_id", "gate", "campus")}
        frame = point_frame(empty, np.array([]), np.array([]), crs=crs)
        return Built(source, frame, nothing, tuple(missing))
    ids, unknown = refer(source, schools)
    x, y = placed.working(crs)
    columns = {"school_id": ids, "gate": texts(source, "gate"), "campus": texts(source, "campus")}
    header = source.header("school_id" if source.has("school_id") else "name")
    said = source.column(source.match.columns["school_id" if source.has("school_id") else "name"])
    findings = source.row_findings(
        "GATE_SCHOOL_UNKNOWN", unknown, Severity.WARNING, column=header, values=said
    )
    lost = ~np.isfinite(x) if placed.usable else np.zeros(len(x), dtype=bool)
    findings += source.row_findings("GATE_NO_POINT", lost & ~unknown, column=header, values=said)
    keep = np.flatnonzero(~unknown & np.isfinite(x))
    order = np.lexsort((keep, ids.to_numpy(object)[keep].astype(str)))
    records = keep[order]
    frame = point_frame(columns, x, y, crs=crs).iloc[records].reset_index(drop=True)
    far = frame.distance(_points_of(schools, frame["school_id"], crs=crs)) > GATE_FAR_M
    findings += source.row_findings("GATE_FAR", records[far.to_numpy(bool)], Severity.WARNING,
                                    column=header, values=said,
                                    params={"limit": int(GATE_FAR_M)})  # fmt: skip
    return Built(source, frame, records, tuple(findings))


def _points_of(schools: GeoDataFrame, ids: pd.Series, *, crs: CRS) -> gpd.GeoSeries:
    table = dict(zip(schools["school_id"], schools["geometry"], strict=True))
    return gpd.GeoSeries([table.get(school) for school in ids], crs=crs)


def with_own_gates(gates: Built, schools: GeoDataFrame) -> GeoDataFrame:
    """Return the gates, with one at the point of each located school that has none."""
    bare = schools[~schools["school_id"].isin(gates.frame["school_id"]) & schools.geometry.notna()]
    own = gpd.GeoDataFrame(
        {"school_id": bare["school_id"], "gate": "", "campus": bare["campus"]},
        geometry=bare.geometry,
        crs=schools.crs,
    ).astype({"gate": "str"})
    together = pd.concat([gates.frame, own]) if len(gates.frame) else own
    return together.sort_values("school_id", kind="stable", ignore_index=True)
