"""Read vector layers: GeoPackage, Shapefile, GeoJSON and GeoParquet."""

from __future__ import annotations

import re
import warnings
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from zoning.crs import WGS84, System, system_of
from zoning.intake.faults import fault
from zoning.intake.shapefile import full_headers, read_shapefile
from zoning.intake.source import Source
from zoning.intake.tables import cell_text
from zoning.intake.unreadable import file_fault, unreadable
from zoning.schema import match_headers

if TYPE_CHECKING:
    from pathlib import Path

    from geopandas import GeoDataFrame

    from zoning.findings import Finding
    from zoning.schema import Contract
    from zoning.settings import InputFile

LAYERED = frozenset({".gpkg", ".shp", ".geojson", ".json"})
PARQUET = frozenset({".parquet", ".geoparquet"})
_GEOJSON_HEAD = 65536


def is_layer(file: str) -> bool:
    """Tell by its ending whether a file holds vector layers."""
    return PurePath(file).suffix.lower() in LAYERED | PARQUET


def _geojson_names_crs(path: Path) -> bool:
    with path.open("rb") as stream:
        head = stream.read(_GEOJSON_HEAD)
    return re.search(rb'"crs"\s*:\s*\{', head.split(b'"features"')[0]) is not None


def _usable(crs: CRS | None) -> System | None:
    """Return the system a layer carries; GeoPackage's "undefined" ones say nothing."""
    if crs is None:
        return None
    try:
        known = CRS.from_user_input(crs)
    except CRSError:
        return None
    return system_of(known) if known.is_geographic or known.is_projected else None


def _read_frame(
    path: Path, *, file: str, item: InputFile
) -> tuple[GeoDataFrame | pd.DataFrame | None, str, list[Finding]]:
    """Return the frame, the name of its layer, and findings."""
    import geopandas as gpd

    if path.suffix.lower() in PARQUET:
        return gpd.read_parquet(path), "", []
    layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    layer = item.layer or (layers[0] if layers else "")
    known = {"known": "、".join(layers)}
    if layer not in layers:
        return None, "", [fault("NO_LAYER", file=file, sheet=layer, params=known)]
    if len(layers) > 1 and not item.layer:
        return None, "", [fault("WHICH_LAYER", file=file, params=known)]
    if path.suffix.lower() == ".shp":
        shapefile, findings = read_shapefile(path, file=file)
        return shapefile, "", findings
    frame = pyogrio.read_dataframe(path, layer=layer, datetime_as_string=True)
    return frame, layer if path.suffix.lower() == ".gpkg" else "", []


def read_layer(
    path: Path, *, file: str, item: InputFile, contract: Contract
) -> tuple[Source | None, list[Finding]]:
    """Read one layer; what cannot be read is a finding.

    Parameters
    ----------
    file
        Name to use in findings.
    item
        Layer and CRS as study.toml names them.
    """
    broken = file_fault(path, file=file)
    if broken is not None:
        return None, [broken]
    try:
        with warnings.catch_warnings():
            # GDAL warns of doubtful rings and field widths; geometry is checked by us afterwards.
            warnings.simplefilter("ignore", RuntimeWarning)
            warnings.simplefilter("ignore", UserWarning)
            frame, layer, findings = _read_frame(path, file=file, item=item)
    except (RuntimeError, ValueError, OSError, shapely.errors.GEOSException) as error:
        # every fault that GDAL tells is a RuntimeError of pyogrio
        return None, [unreadable(file, str(error))]
    if frame is None:
        return None, findings
    if not len(frame):
        code = "EMPTY_SHEET" if layer else "EMPTY_LAYER"
        return None, [*findings, fault(code, file=file, sheet=layer)]
    source = _to_source(
        frame,
        file=file,
        layer=layer,
        item=item,
        contract=contract,
        cut=path.suffix.lower() == ".shp",
    )
    if path.suffix.lower() in {".geojson", ".json"} and not _geojson_names_crs(path):
        return _implied_wgs84(source), findings
    return source, findings


def _implied_wgs84(source: Source) -> Source:
    from dataclasses import replace

    return replace(source, carried=WGS84, implied=True)


def _to_source(
    frame: GeoDataFrame | pd.DataFrame,
    *,
    file: str,
    layer: str,
    item: InputFile,
    contract: Contract,
    cut: bool,
) -> Source:
    geometry_name = getattr(frame, "active_geometry_name", None)
    attributes = [name for name in frame.columns if name != geometry_name]
    headers = tuple(str(name) for name in attributes)
    cells = pd.DataFrame({position: _text(frame[name]) for position, name in enumerate(attributes)})
    geometry = None
    if geometry_name is not None:
        geometry = np.asarray(
            shapely.force_2d(np.asarray(frame[geometry_name].array)), dtype=object
        )
    return Source(
        file=file,
        sheet=layer,
        contract=contract,
        headers=headers,
        cells=cells,
        rows=np.arange(1, len(frame) + 1, dtype=np.int64),
        match=match_headers(full_headers(headers, contract) if cut else headers, contract),
        geometry=geometry,
        carried=_usable(frame.crs) if geometry_name is not None else None,
        declared=item.crs,
    )


def _text(column: pd.Series) -> pd.Series:
    values = [
        "" if value is None or value != value else cell_text(value) for value in column.tolist()
    ]
    return pd.Series([value.strip() for value in values], dtype="str")
