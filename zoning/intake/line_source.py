"""Where lines stood in their file, as a sample: enough to try other coordinate systems on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from pyproj import CRS

from zoning.crs import Shift, System
from zoning.intake.model import PointSource

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

SAMPLE = 500


def line_source(
    lines: NDArray[np.object_], *, file: str, sheet: str, system: System
) -> PointSource:
    """Return a sample of the vertices of lines, in the coordinates of their file.

    Parameters
    ----------
    file, sheet
        Where the lines stand.
    system
        What their coordinates were taken to be.
    """
    flat = shapely.get_coordinates(lines)
    flat = flat[:: max(1, len(flat) // SAMPLE)][:SAMPLE]
    return _source(flat, file=file, sheet=sheet, system=system)


def _source(flat: NDArray[np.float64], *, file: str, sheet: str, system: System) -> PointSource:
    rows = np.arange(1, len(flat) + 1, dtype=np.int64)
    nothing = np.full(len(flat), "", dtype=object)
    return PointSource(
        file=file, sheet=sheet, system=system, declared=True,
        x=flat[:, 0], y=flat[:, 1], rows=rows, road=nothing,
    )  # fmt: skip


def source_record(source: PointSource) -> dict[str, Any]:
    """Return a source as plain values for JSON; `source_of_record` reads them back."""
    return {
        "file": source.file,
        "sheet": source.sheet,
        "system": {
            "name": source.system.name,
            "crs": source.system.crs.to_json_dict(),
            "shift": source.system.shift.value,
        },
        "points": np.column_stack([source.x, source.y]).tolist(),
    }


def source_of_record(record: Mapping[str, Any]) -> PointSource:
    """Return the source of what `source_record` made."""
    said = record["system"]
    system = System(said["name"], CRS.from_json_dict(said["crs"]), Shift(said["shift"]))
    flat = np.asarray(record["points"], dtype=np.float64).reshape(-1, 2)
    return _source(flat, file=record["file"], sheet=record["sheet"], system=system)
