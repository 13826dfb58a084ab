"""A layer of zones beside a table: in which of them each place lies."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyogrio
import shapely

from zoning.crs import from_lonlat
from zoning.findings import Finding, Severity, has_errors
from zoning.geocode.kernels import NO_ZONE
from zoning.intake.areas import read_areas
from zoning.intake.built import required_findings
from zoning.intake.faults import fault
from zoning.intake.grid import column_findings
from zoning.intake.layers import is_layer, read_layer
from zoning.intake.values import identifiers
from zoning.schema import contract
from zoning.settings import InputFile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from zoning.crs import System
    from zoning.geocode.answer import Answer
    from zoning.intake.source import Source

# the layer that is meant where a file has several, such as that of a plan
LAYER = "zones"
# faults whose remedy in a study is a line of its settings
OWN_WORDS = {
    "intake.CRS_UNDECLARED": "geocode.ZONES_CRS_UNDECLARED",
    "intake.WHICH_LAYER": "geocode.ZONES_WHICH_LAYER",
}
# what several zones that lie over one another are called
JOINED = ";"


@dataclass(frozen=True, eq=False)
class ZoneLayer:
    """Zones by their ground.

    Parameters
    ----------
    ids
        Id of each polygon; a zone may have several.
    shapes
        Polygons in the coordinates of the file, shape (n,).
    system
        What these coordinates mean.
    """

    ids: tuple[str, ...]
    shapes: NDArray[np.object_]
    system: System

    def names_at(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.object_]:
        """Return the zone of points in WGS 84 degrees; of several all, "" where there is none."""
        x, y = from_lonlat(lon, lat, target=self.system)
        tree = shapely.STRtree(self.shapes)
        point, shape = tree.query(shapely.points(x, y), predicate="intersects")
        met: list[set[str]] = [set() for _ in range(len(lon))]
        for at, zone in zip(point.tolist(), shape.tolist(), strict=True):
            met[at].add(self.ids[zone])
        return np.array([JOINED.join(sorted(some)) for some in met], dtype=object)

    def of_answers(self, answers: Sequence[Answer], *, sure: float) -> list[str]:
        """Return the zone of each answer, "" where it is not sure.

        Parameters
        ----------
        answers
            The answers.
        sure
            Chance of the zone from which it is told.
        """
        told = [
            at
            for at, answer in enumerate(answers)
            if answer.accepted and (answer.zone_probability or 0.0) >= sure
        ]
        points = [(answers[at].lon, answers[at].lat) for at in told]
        lon, lat = np.array(points, dtype=float).reshape(-1, 2).T
        named = dict(zip(told, self.names_at(lon, lat).tolist(), strict=True))
        return [named.get(at, "") for at in range(len(answers))]

    def at(
        self, lon: NDArray[np.float64], lat: NDArray[np.float64]
    ) -> tuple[NDArray[np.int32], tuple[str, ...]]:
        """Return the zone of points as positions, `NO_ZONE` for none, and the names of these."""
        named = self.names_at(lon, lat)
        names = tuple(sorted(set(named.tolist()) - {""}))
        position = {name: at for at, name in enumerate(names)}
        zones = np.array([position.get(name, NO_ZONE) for name in named], dtype=np.int32)
        return zones, names


def read_zones(file: Path) -> tuple[ZoneLayer | None, list[Finding]]:
    """Read a layer of zones.

    Parameters
    ----------
    file
        Polygons with an id, in a file that says its coordinate system. Of several layers the one
        called zones is read.

    Returns
    -------
    The zones, None where there are errors, and all findings.
    """
    if not is_layer(file.name):
        return None, [fault("FORMAT_UNKNOWN", file=file.name)]
    item = InputFile(file=file.name, layer=_layer(file))
    source, found = read_layer(file, file=file.name, item=item, contract=contract("zones"))
    findings = [_for_zones(finding) for finding in found]
    if source is None:
        return None, findings
    findings += [*column_findings(source), *required_findings(source)]
    if has_errors(findings):
        return None, findings
    placed, more = read_areas(source)
    findings += [*map(_for_zones, more), *_without_id(source)]
    if placed.declared is None or source.geometry is None or has_errors(findings):
        return None, findings
    ids = tuple(identifiers(source, "id").tolist())
    return ZoneLayer(ids, source.geometry, placed.declared.system), findings


def _layer(file: Path) -> str:
    """Return the layer to be read; empty where the file has no layer of that name."""
    try:
        layers = {str(name) for name, _ in pyogrio.list_layers(file)}
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError):
        return ""  # what is wrong with the file is told by who reads it
    return LAYER if LAYER in layers else ""


def _for_zones(finding: Finding) -> Finding:
    """Say it without the settings of a study."""
    return replace(finding, code=OWN_WORDS.get(finding.code, finding.code))


def _without_id(source: Source) -> list[Finding]:
    missing = (identifiers(source, "id") == "").to_numpy(bool)
    return source.row_findings("ID_MISSING", missing, column=source.header("id"))


def outside_findings(zones: NDArray[np.int32], *, file: str) -> list[Finding]:
    """Tell where no place of a table lies in any zone: one of the systems is probably wrong.

    Parameters
    ----------
    zones
        Zone of each place.
    file
        Name of the layer.
    """
    if len(zones) == 0 or (zones != NO_ZONE).any():
        return []
    return [Finding("geocode.ZONES_ELSEWHERE", Severity.WARNING, file, params={"file": file})]
