"""The coordinate system of roads from files that are no layers: OSM extracts and graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.errors import InputError
from zoning.findings import Severity
from zoning.intake.declare import declared_system
from zoning.intake.road_layer import ROADS
from zoning.intake.source import Source
from zoning.schema import match_headers

if TYPE_CHECKING:
    import geopandas as gpd

    from zoning.crs import System
    from zoning.findings import Finding
    from zoning.settings import InputFile


def road_system(
    ways: gpd.GeoDataFrame, item: InputFile, *, carried: System | None
) -> tuple[System, tuple[Finding, ...]]:
    """Return the system of roads, by the rules that hold for layers.

    Parameters
    ----------
    ways
        In the coordinates of their file.
    item
        File and, if study.toml declares one, CRS.
    carried
        The system that the file itself states, or that its format means; None for neither.

    Raises
    ------
    InputError
        Nothing says the system, nobody knows the one declared, or it contradicts the file.
    """
    source = Source(
        file=item.file,
        sheet="",
        contract=ROADS,
        headers=(),
        cells=pd.DataFrame(index=range(len(ways))),
        rows=np.arange(1, len(ways) + 1, dtype=np.int64),
        match=match_headers((), ROADS),
        geometry=np.asarray(ways.geometry.array, dtype=object),
        carried=carried,
        declared=item.crs,
    )
    declared, findings = declared_system(source)
    refused = [finding for finding in findings if finding.severity is Severity.ERROR]
    if refused or declared is None:
        raise InputError(refused[0].code, findings=refused, **refused[0].params)
    return declared.system, tuple(findings)
