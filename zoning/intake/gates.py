"""Gates of the schools: where children go in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from zoning.intake.built import Built, point_frame, required_findings
from zoning.intake.schools import refer, unknown_schools
from zoning.intake.values import texts

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pyproj import CRS

    from zoning.intake.points import Placed


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
        built = _given_gates(placed, schools, crs=crs)
    first = built.frame.drop_duplicates("school_id").set_index("school_id")["geometry"]
    own = frame["geometry"].notna()
    point = frame["geometry"].where(own, frame["school_id"].map(first.to_dict()))
    return built, replace(schools, frame=frame.set_geometry(gpd.GeoSeries(point, crs=crs)))


def _given_gates(placed: Placed, schools: Built, *, crs: CRS) -> Built:
    source = placed.source
    missing = required_findings(source, point=True)
    nothing = np.array([], dtype=np.int64)
    if missing:
        empty = {name: pd.Series([], dtype="str") for name in ("school_id", "gate", "campus")}
        frame = point_frame(empty, np.array([]), np.array([]), crs=crs)
        return Built(source, frame, nothing, tuple(missing))
    ids, unknown = refer(source, schools.frame)
    x, y = placed.working(crs)
    columns = {"school_id": ids, "gate": texts(source, "gate"), "campus": texts(source, "campus")}
    by = "school_id" if source.has("school_id") and (ids != "").any() else "name"
    findings = unknown_schools(source, unknown, schools, by=by, code="GATE_SCHOOL_UNKNOWN")
    lost = ~np.isfinite(x) & ~unknown
    if placed.faulty is not None:
        lost &= ~placed.faulty
    if placed.placed:
        said = source.column(source.match.columns[by]) if source.has(by) else ids
        findings += source.row_findings(
            "GATE_NO_POINT", lost, column=source.header(by), values=said
        )
    keep = np.flatnonzero(~unknown & np.isfinite(x))
    order = np.lexsort((keep, ids.to_numpy(object)[keep].astype(str)))
    records = keep[order]
    frame = point_frame(columns, x, y, crs=crs).iloc[records].reset_index(drop=True)
    return Built(source, frame, records, tuple(findings), placed=placed.placed)


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
