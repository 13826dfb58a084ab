"""What `zoning whatif --out FOLDER` wrote, read for a map."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyogrio
from pyogrio.errors import DataLayerError, DataSourceError

from webmap.errors import PlanNotFoundError, PlanUnreadableError
from zoning.study.whatif_files import LAYERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd

_FRAMES = ("blocks", "schools", "roads")


@dataclass(frozen=True, eq=False)
class Difference:
    """A what-if as it was written.

    Parameters
    ----------
    about
        plan_id, stage, study, radius_m, changes, totals, again.
    digest
        SHA-256 of the file.
    blocks, schools, roads
        Its layers, in the study's working CRS; blocks sorted by id.
    """

    about: Mapping[str, Any]
    digest: str
    blocks: gpd.GeoDataFrame = field(repr=False)
    schools: gpd.GeoDataFrame = field(repr=False)
    roads: gpd.GeoDataFrame = field(repr=False)


def load_difference(folder: Path) -> Difference:
    """Read the difference in a folder.

    Raises
    ------
    PlanNotFoundError
        The folder holds none.
    PlanUnreadableError
        It is damaged, or is no such file.
    """
    file = folder / LAYERS
    if not file.is_file():
        raise PlanNotFoundError("webmap.NO_DIFFERENCE", folder=str(folder))
    try:
        frames = {
            name: pyogrio.read_dataframe(file, layer=name)
            for name in ("blocks", "schools", "roads")
        }
        pairs = pyogrio.read_dataframe(file, layer="about")
        about = {
            key: json.loads(value) for key, value in zip(pairs["key"], pairs["value"], strict=True)
        }
    except (DataSourceError, DataLayerError, KeyError, ValueError) as error:
        raise PlanUnreadableError(
            "webmap.DIFFERENCE_UNREADABLE", file=file.name, detail=str(error)
        ) from error
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    blocks = frames["blocks"].sort_values("block_id", ignore_index=True)
    return Difference(about, digest, blocks, frames["schools"], frames["roads"])
