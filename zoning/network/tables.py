"""School tables: time and length from every node of the network to each school's nearest gate."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.errors import MissingStepError
from zoning.findings import Finding, Severity
from zoning.network.hierarchy.customise import customise
from zoning.network.hierarchy.model import seeds_of
from zoning.network.hierarchy.order import build_hierarchy
from zoning.network.hierarchy.sweep import sweep
from zoning.network.snap import Placement, place_points
from zoning.progress import silent

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from zoning.network.model import TravelNetwork
    from zoning.progress import Progress

TABLES_FILE = "schools.npz"
SCHOOLS_AT_ONCE = 16


@dataclass(frozen=True, eq=False)
class SchoolTables:
    """Travel to each school from every node.

    Parameters
    ----------
    school_ids
        Sorted, length J.
    time_ms, length_mm
        Fastest time and shortest length from node to school, FAR where there is no way,
        shape (J, N), side by side in memory for each node; the way from the network to the gate is
        included.
    gates
        Where the gates are on the network, and of which school (row in `school_ids`) each is.
    gate_school
        Shape (G,).
    findings
        Gates that no road is near to.
    """

    school_ids: tuple[str, ...]
    time_ms: NDArray[np.int32]
    length_mm: NDArray[np.int32]
    gates: Placement
    gate_school: NDArray[np.int32]
    findings: tuple[Finding, ...] = ()


def school_times(
    network: TravelNetwork, gates: gpd.GeoDataFrame, *, progress: Progress = silent
) -> SchoolTables:
    """Find the ways from every node to every school.

    A school is at both ends of the edges that its gates are on, so that the nearest gate counts.
    Exact, in whole milliseconds and millimetres: see `zoning.network.hierarchy`.

    Parameters
    ----------
    network
        Network of the stage.
    gates
        school_id and points in the working CRS, one row a gate.
    progress
        Told after times, and after lengths.
    """
    ordered = gates.sort_values("school_id", kind="stable")
    school_ids = tuple(sorted(set(gates["school_id"])))
    number = {school: row for row, school in enumerate(school_ids)}
    gate_school = ordered["school_id"].map(number).to_numpy(np.int32)
    points = np.asarray(ordered.geometry.array)
    placed = place_points(network, points, limit_m=network.snap_limit_m)
    hierarchy = build_hierarchy(network.node_count, network.tail, head=network.head)
    tables = []
    for weight, at_u, at_v in (
        (network.time_ms, placed.in_u_ms, placed.in_v_ms),
        (network.length_mm, placed.in_u_mm, placed.in_v_mm),
    ):
        seeds = seeds_of(
            np.concatenate([gate_school, gate_school]),
            np.concatenate([placed.u, placed.v]),
            np.concatenate([at_u, at_v]),
            count=len(school_ids),
        )
        tables.append(sweep(customise(hierarchy, weight), seeds).T)
        progress("", len(tables) * len(school_ids), 2 * len(school_ids))
    findings = _gate_findings(ordered["school_id"], placed, limit_m=network.snap_limit_m)
    return SchoolTables(
        school_ids=school_ids,
        time_ms=tables[0],
        length_mm=tables[1],
        gates=placed,
        gate_school=gate_school,
        findings=findings,
    )


def _gate_findings(schools: pd.Series, placed: Placement, *, limit_m: float) -> tuple[Finding, ...]:
    on_network = pd.Series(placed.placed, index=schools.index).groupby(schools).agg(["any", "all"])
    findings = []
    for school, (some, every) in on_network.iterrows():
        params = {"school": school, "limit_m": round(limit_m)}
        if not every:
            code = "network.GATE_NOT_PLACED" if some else "network.SCHOOL_NOT_PLACED"
            findings.append(Finding(code, Severity.WARNING, value=str(school), params=params))
    return tuple(findings)


def save_tables(tables: SchoolTables, folder: Path) -> None:
    """Write school tables as one npz; findings are not kept, they belong to the run."""
    folder.mkdir(parents=True, exist_ok=True)
    gates = {f"gate_{f.name}": getattr(tables.gates, f.name) for f in fields(Placement)}
    np.savez(
        folder / TABLES_FILE,
        school_ids=np.array(tables.school_ids, dtype=np.str_),
        time_ms=tables.time_ms,
        length_mm=tables.length_mm,
        gate_school=tables.gate_school,
        **gates,
    )


def load_tables(folder: Path) -> SchoolTables:
    """Read what `save_tables` wrote.

    Raises
    ------
    MissingStepError
        The folder holds no tables.
    """
    if not (folder / TABLES_FILE).is_file():
        raise MissingStepError("network.NO_TABLES", folder=str(folder))
    with np.load(folder / TABLES_FILE, allow_pickle=False) as stored:
        gates = Placement(**{f.name: stored[f"gate_{f.name}"] for f in fields(Placement)})
        return SchoolTables(
            school_ids=tuple(str(school) for school in stored["school_ids"]),
            time_ms=stored["time_ms"],
            length_mm=stored["length_mm"],
            gates=gates,
            gate_school=stored["gate_school"],
        )
