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

    from zoning.network.hierarchy.model import Seeds
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
    order
        Nodes in the order in which the hierarchy eliminates them, shape (N,): as long as the same
        nodes are joined, other weights need no other.
    findings
        Gates that no road is near to.
    """

    school_ids: tuple[str, ...]
    time_ms: NDArray[np.int32]
    length_mm: NDArray[np.int32]
    gates: Placement
    gate_school: NDArray[np.int32]
    order: NDArray[np.int32]
    findings: tuple[Finding, ...] = ()

    @property
    def places(self) -> GatePlaces:
        """Where the gates are."""
        return GatePlaces(self.school_ids, self.gates, self.gate_school, self.findings)

    def take(self, rows: NDArray[np.int64]) -> SchoolTables:
        """Return the tables of some schools, by ascending rows."""
        gates = np.flatnonzero(np.isin(self.gate_school, rows))
        return SchoolTables(
            school_ids=tuple(self.school_ids[row] for row in rows),
            time_ms=self.time_ms[rows],
            length_mm=self.length_mm[rows],
            gates=self.gates.take(gates),
            gate_school=np.searchsorted(rows, self.gate_school[gates]).astype(np.int32),
            order=self.order,
        )


@dataclass(frozen=True, eq=False)
class GatePlaces:
    """Gates of schools on a network; see `SchoolTables`."""

    school_ids: tuple[str, ...]
    gates: Placement
    gate_school: NDArray[np.int32]
    findings: tuple[Finding, ...] = ()

    def seeds(self, metric: str) -> Seeds:
        """Return both ends of the edges that the gates are on.

        Parameters
        ----------
        metric
            "ms" or "mm".
        """
        return seeds_of(
            np.concatenate([self.gate_school, self.gate_school]),
            np.concatenate([self.gates.u, self.gates.v]),
            np.concatenate([getattr(self.gates, f"in_{end}_{metric}") for end in "uv"]),
            count=len(self.school_ids),
        )


def place_gates(network: TravelNetwork, gates: gpd.GeoDataFrame) -> GatePlaces:
    """Place the gates of schools on a network.

    Parameters
    ----------
    network
        Network of the stage.
    gates
        school_id and points in the working CRS, one row a gate.
    """
    ordered = gates.sort_values("school_id", kind="stable")
    school_ids = tuple(sorted(set(gates["school_id"])))
    number = {school: row for row, school in enumerate(school_ids)}
    points = np.asarray(ordered.geometry.array)
    placed = place_points(network, points, limit_m=network.snap_limit_m)
    return GatePlaces(
        school_ids=school_ids,
        gates=placed,
        gate_school=ordered["school_id"].map(number).to_numpy(np.int32),
        findings=_gate_findings(ordered["school_id"], placed, limit_m=network.snap_limit_m),
    )


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
    places = place_gates(network, gates)
    count = len(places.school_ids)
    hierarchy = build_hierarchy(network.node_count, network.tail, head=network.head)
    tables = []
    for metric, weight in (("ms", network.time_ms), ("mm", network.length_mm)):
        tables.append(sweep(customise(hierarchy, weight), places.seeds(metric)).T)
        progress("", len(tables) * count, 2 * count)
    return SchoolTables(
        school_ids=places.school_ids,
        time_ms=tables[0],
        length_mm=tables[1],
        gates=places.gates,
        gate_school=places.gate_school,
        order=hierarchy.node_at,
        findings=places.findings,
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
        order=tables.order,
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
            order=stored["order"],
        )
