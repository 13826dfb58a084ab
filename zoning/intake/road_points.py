"""Signals and closed gates on roads from a layer of points."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from zoning.errors import InputError
from zoning.findings import Finding, Severity
from zoning.intake.basemap import MILLIMETRES
from zoning.intake.declare import declared_system
from zoning.intake.layers import read_layer
from zoning.intake.osm_tags import CLOSED, SIGNALS
from zoning.intake.personal import source_personal_findings
from zoning.intake.road_layer import FOOT, MOTOR, access_of
from zoning.schema import Column, Contract

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from zoning.crs import System
    from zoning.intake.source import Source
    from zoning.settings import InputFile

POINTS = Contract("road_points", (Column("kind", "类型", ("类别",)), FOOT, MOTOR))
_SIGNALS = frozenset({SIGNALS, "traffic_signals", "红绿灯", "信号灯"})


class RoadPoints(NamedTuple):
    """Points with the columns of a basemap, in their own coordinates."""

    points: gpd.GeoDataFrame
    system: System
    findings: tuple[Finding, ...]


def read_road_points(folder: Path, item: InputFile) -> RoadPoints:
    """Read a layer of signals and closed gates, such as `zoning roads --place` writes.

    Parameters
    ----------
    folder
        Folder of the inputs.
    item
        File, layer and, where the file does not carry it, CRS.

    Raises
    ------
    InputError
        The file is empty, unreadable, of unknown CRS, or has no points.
    """
    source, findings = read_layer(folder / item.file, file=item.file, item=item, contract=POINTS)
    declared = None
    if source is not None:
        findings = [*findings, *source_personal_findings(source)]
        if source.geometry is not None:
            declared, found = declared_system(source)
            findings = [*findings, *found]
    refused = [finding for finding in findings if finding.severity is Severity.ERROR]
    if refused:
        raise InputError(refused[0].code, findings=refused, **refused[0].params)
    if source is None or source.geometry is None or declared is None:
        raise InputError("roads.NO_POINTS", file=item.file)
    rows = np.flatnonzero(shapely.get_type_id(source.geometry) == shapely.GeometryType.POINT)
    if not len(rows):
        raise InputError("roads.NO_POINTS", file=item.file)
    kind, foot, motor = (_cells(source, name, rows) for name in ("kind", "foot", "motor"))
    frame = pd.DataFrame(
        {
            "kind": [SIGNALS if word.casefold() in _SIGNALS else CLOSED for word in kind],
            "foot": [access_of(word) for word in foot],
            "motor": [access_of(word) for word in motor],
        }
    )
    points = gpd.GeoDataFrame(frame, geometry=list(source.geometry[rows]))
    return RoadPoints(points, declared.system, tuple(findings))


def _cells(source: Source, column: str, rows: NDArray[np.int64]) -> list[str]:
    position = source.match.columns.get(column)
    if position is None:
        return [""] * len(rows)
    return [str(cell) for cell in source.cells[position].to_numpy()[rows]]


def off_roads(
    points: gpd.GeoDataFrame, ways: gpd.GeoDataFrame, *, file: str
) -> tuple[Finding, ...]:
    """Say how many points are at no vertex of a road, to a millimetre: they hold nobody up.

    Parameters
    ----------
    points, ways
        In the same metric CRS.
    file
        Where the points stand.
    """
    off = ~np.isin(_millimetres(points), _millimetres(ways))
    if not off.any():
        return ()
    params = {"file": file, "count": int(off.sum()), "points": len(off)}
    return (Finding("roads.POINTS_OFF_ROADS", Severity.WARNING, file=file, params=params),)


def _millimetres(frame: gpd.GeoDataFrame) -> NDArray[np.complex128]:
    """Return each vertex as one number; whole millimetres of a country are exact in it."""
    xy = np.rint(shapely.get_coordinates(np.asarray(frame.geometry.array)) * MILLIMETRES)
    return np.asarray(xy[:, 0] + 1j * xy[:, 1])
