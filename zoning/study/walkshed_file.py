"""Walksheds as a GeoPackage that opens in QGIS, and as plain values."""

from __future__ import annotations

import sqlite3
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyogrio

from zoning.errors import StorageError
from zoning.messages import os_reason
from zoning.network.walkshed import Measure
from zoning.plan.geopackage import dress
from zoning.plan.store import GEOPACKAGE_VERSION
from zoning.study.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd

    from zoning.study.walkshed import StageSheds

# layer: what of a stage it holds, and its kind of geometry
_LAYERS = (
    ("walksheds", "schools", "MultiPolygon"),
    ("reached", "reached", "MultiLineString"),
    ("within", "blocks", "MultiPolygon"),
)


def write_walksheds(sheds: Sequence[StageSheds], file: Path, *, language: str) -> None:
    """Write walksheds of all stages into one GeoPackage: polygons, reached roads, blocks.

    Parameters
    ----------
    sheds
        One for each stage, not empty.
    file
        Where to.
    language
        Language of the names that QGIS shows.

    Raises
    ------
    StorageError
        It could not be written.
    """
    frames = {layer: _layer(sheds, name) for layer, name, _ in _LAYERS}
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".writing-") as hidden:
            draft = Path(hidden) / file.name
            _write(frames, draft, language=language)
            write_whole(file, draft.read_bytes())
    except OSError as error:
        raise StorageError("study.CANNOT_WRITE", file=file, detail=os_reason(error)) from error
    except (RuntimeError, RuntimeWarning, sqlite3.Error) as error:
        raise StorageError("study.CANNOT_WRITE", file=file, detail=str(error)) from error


def _write(frames: dict[str, gpd.GeoDataFrame], file: Path, *, language: str) -> None:
    with warnings.catch_warnings():
        # GDAL only warns of some failed writes
        warnings.simplefilter("error", RuntimeWarning)
        for layer, _, kind in _LAYERS:
            pyogrio.write_dataframe(
                frames[layer],
                file,
                layer=layer,
                driver="GPKG",
                geometry_type=kind,
                promote_to_multi=True,
                dataset_options={"VERSION": GEOPACKAGE_VERSION},
            )
    columns = {
        layer: [column for column in frame.columns if column != "geometry"]
        for layer, frame in frames.items()
    }
    dress(file, tables=columns, styles={}, layers=tuple(frames), language=language)


def _layer(sheds: Sequence[StageSheds], name: str) -> gpd.GeoDataFrame:
    parts = []
    for shed in sheds:
        frame: gpd.GeoDataFrame = getattr(shed, name)
        by_time = shed.limit.measure is Measure.TIME
        said = {
            "stage": shed.stage,
            "plan_id": shed.plan_id,
            "limit_min": shed.limit.amount if by_time else None,
            "limit_m": None if by_time else shed.limit.amount,
        }
        parts.append(frame.assign(**said))
    joined = pd.concat(parts, ignore_index=True)
    figures = ["limit_min", "limit_m", *(["share"] if "share" in joined else [])]
    return joined.astype(dict.fromkeys(figures, "float64"))


def shed_record(shed: StageSheds) -> dict[str, Any]:
    """Return the figures of a stage as plain values for JSON, without its geometry."""
    return {
        "stage": shed.stage,
        "plan_id": shed.plan_id or None,
        "measure": shed.limit.measure.value,
        "limit": shed.limit.amount,
        "schools": _rows(shed, shed.schools, ("school_id", "name", "reached_m")),
        "whole": _nested(shed, shed.whole),
        "blocks": _rows(shed, shed.blocks, ("block_id", "name")),
    }


def _rows(shed: StageSheds, frame: gpd.GeoDataFrame, plain: Sequence[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = frame.drop(columns="geometry").to_dict("records")
    return [{**{name: row[name] for name in plain}, **_nested(shed, row)} for row in rows]


def _nested(shed: StageSheds, row: dict[str, Any]) -> dict[str, Any]:
    by_year = {
        kind: {str(year): row[f"{kind}_{year}"] for year in shed.years}
        for kind in ("children", "within")
    }
    # pandas says NaN for none
    return {**by_year, "share": None if pd.isna(row["share"]) else row["share"]}
