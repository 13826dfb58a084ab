"""Frames and findings on disk between the steps: GeoParquet and JSON, never pickle."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import pyproj

from zoning.errors import MissingStepError
from zoning.findings import finding_records, findings_of_records
from zoning.intake.model import Inputs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from zoning.findings import Finding

MAPS = ("schools", "gates", "addresses", "blocks", "current_zones", "boundary")
TABLES = ("seats", "demand", "decisions")
CRS_FILE = "crs.json"
FINDINGS_FILE = "findings.json"


def frame_file(name: str) -> str:
    """Return the name of the file of a frame."""
    return f"{name}.parquet"


def save_inputs(inputs: Inputs, folder: Path) -> None:
    """Write checked inputs, one file a frame; absent frames have none."""
    for name in (*MAPS, *TABLES):
        frame = getattr(inputs, name)
        if frame is not None:
            frame.to_parquet(folder / frame_file(name), index=False)
    (folder / CRS_FILE).write_text(inputs.crs.to_json(), encoding="utf-8")


def load_inputs(folder: Path) -> Inputs:
    """Read what `save_inputs` wrote; the raw coordinates (`sources`) are not kept.

    Raises
    ------
    MissingStepError
        The inputs have not been checked yet.
    """
    if not (folder / CRS_FILE).is_file():
        raise MissingStepError("study.NOT_CHECKED", folder=folder.parent.parent)
    frames = {
        name: gpd.read_parquet(folder / frame_file(name))
        for name in MAPS
        if (folder / frame_file(name)).is_file()
    }
    tables = {
        name: pd.read_parquet(folder / frame_file(name))
        for name in TABLES
        if (folder / frame_file(name)).is_file()
    }
    if "boarding" not in frames["schools"]:
        # kept with a version before there were boarding places
        frames["schools"].insert(frames["schools"].columns.get_loc("geometry"), "boarding", 0)
    return Inputs(crs=load_crs(folder), **frames, **tables)


def load_crs(folder: Path) -> pyproj.CRS:
    """Read the working CRS of the inputs that `save_inputs` wrote."""
    return pyproj.CRS.from_json((folder / CRS_FILE).read_text(encoding="utf-8"))


def save_findings(findings: Sequence[Finding], folder: Path) -> None:
    """Write findings as JSON."""
    records = finding_records(findings)
    document = json.dumps(records, ensure_ascii=False, default=str, indent=1)
    (folder / FINDINGS_FILE).write_text(document, encoding="utf-8")


def load_findings(folder: Path) -> tuple[Finding, ...]:
    """Read what `save_findings` wrote; none where there is no file."""
    file = folder / FINDINGS_FILE
    if not file.is_file():
        return ()
    records = json.loads(file.read_text(encoding="utf-8"))
    return findings_of_records(records)
