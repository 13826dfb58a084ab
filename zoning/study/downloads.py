"""Roads of a place from OpenStreetMap, kept in `downloads/`: `inputs/` is the bureau's alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyogrio.errors import DataSourceError

from zoning.errors import OfflineError, StorageError, ZoningError
from zoning.intake.roads import download_place
from zoning.messages import os_reason
from zoning.settings import Mode

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.study.folder import Study

FILE = "roads.gpkg"
NO_INTERNET = "roads.NO_INTERNET"
LAYERS = {"railway": "railways", "river": "rivers"}
POINTS = "road_points"


def download_roads(study: Study, place: str) -> Path:
    """Download roads, railways, rivers and road points of a place into `downloads/`.

    Parameters
    ----------
    study
        The study.
    place
        Name as people write it, such as "昌吉市".

    Raises
    ------
    OfflineError
        There is no internet; an earlier download stays.
    InputError
        There is no such place; likewise.
    StorageError
        It could not be written; likewise.
    """
    try:
        basemap = download_place(place, mode=Mode.WALK)
    except ZoningError as error:
        if error.key != NO_INTERNET:
            raise
        raise OfflineError(error.key, **error.params) from error
    file = study.root / "downloads" / FILE
    partial = file.with_name(f".{FILE}")
    try:
        file.parent.mkdir(exist_ok=True)
        partial.unlink(missing_ok=True)
        basemap.ways.to_file(partial, layer="roads", driver="GPKG")
        for kind, layer in LAYERS.items():
            lines = basemap.lines[basemap.lines["kind"] == kind]
            if len(lines):
                lines.to_file(partial, layer=layer, driver="GPKG")
        if len(basemap.points):
            basemap.points.to_file(partial, layer=POINTS, driver="GPKG")
        partial.replace(file)
    except (OSError, DataSourceError) as error:
        partial.unlink(missing_ok=True)
        detail = os_reason(error) if isinstance(error, OSError) else str(error)
        raise StorageError("study.CANNOT_WRITE", file=str(file), detail=detail) from error
    return file


def uses(study: Study, file: Path) -> bool:
    """Tell whether the study's settings name this file as their roads."""
    named = study.inputs / study.settings.inputs.roads.file
    return named.resolve() == file.resolve()
