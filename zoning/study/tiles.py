"""The ground under the zones as vector tiles: two PMTiles files, one for each range of scales."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pyogrio
from pyogrio.errors import DataSourceError

from zoning.errors import StorageError
from zoning.intake.osm_ground import read_ground
from zoning.intake.osm_reader import is_osm_file
from zoning.study.cache import Step, ensure
from zoning.study.ground import ground_layer, overview
from zoning.study.road import blocks_from, ready

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zoning.progress import Progress
    from zoning.study.cache import Stamp
    from zoning.study.folder import Study

STEP = "tiles"
LAYER = "ground"
# smallest and largest zoom of each file: one is read for a county, the other for a street
FILES = {"overview": (7, 12), "detail": (13, 14)}
# a tile of a dense city would be coarsened beyond GDAL's 500 kB before it is compressed
LARGEST_TILE = 2_000_000


def tiles(study: Study, progress: Progress) -> Stamp:
    """Make sure that the tiles of a study are there; what they rest on is brought up to date first.

    Parameters
    ----------
    study
        The study, opened for this process alone.
    progress
        Told how far it is.

    Raises
    ------
    InputError
        The inputs are refused; the error carries all findings.
    StorageError
        They cannot be written.
    """
    at_hand = ready(study, progress)
    cut = blocks_from(study, at_hand, progress)
    reads = {
        "basemap": at_hand.roads.digest,
        "frames": at_hand.digests("addresses", "boundary"),
        "blocks": cut.stamp.digest,
        "files": {name: list(zooms) for name, zooms in FILES.items()},
    }

    def write(folder: Path, progress: Progress) -> Mapping[str, Any]:
        progress(STEP)
        roads = study.inputs / study.settings.inputs.roads.file
        inputs = at_hand.inputs
        layer = ground_layer(
            at_hand.basemap,
            areas=read_ground(roads) if is_osm_file(roads) else None,
            blocks=gpd.read_parquet(study.build / "blocks" / "blocks.parquet"),
            addresses=inputs.addresses,
            boundary=inputs.boundary,
        )
        write_tiles(overview(layer, crs=inputs.crs), folder, "overview")
        write_tiles(layer, folder, "detail")
        return {str(kind): int(count) for kind, count in layer["kind"].value_counts().items()}

    stamp, _ = ensure(
        Step(STEP, 1, reads, write), build=study.build, progress=progress, tell=study.tell
    )
    return stamp


def write_tiles(layer: gpd.GeoDataFrame, folder: Path, name: str) -> None:
    """Write one file of tiles; none where there is nothing to show.

    Parameters
    ----------
    layer
        kind, name and geometry with a CRS.
    folder
        Where to.
    name
        One of `FILES`.

    Raises
    ------
    StorageError
        It cannot be written.
    """
    if layer.empty:
        return
    low, high = FILES[name]
    try:
        pyogrio.write_dataframe(
            layer, folder / f"{name}.pmtiles", driver="PMTiles", layer=LAYER,
            geometry_type="Unknown", NAME=LAYER, MINZOOM=low, MAXZOOM=high, MAX_SIZE=LARGEST_TILE,
        )  # fmt: skip
    except (DataSourceError, RuntimeError) as error:
        file = f"{name}.pmtiles"
        raise StorageError("ground.NOT_WRITTEN", file=file, detail=str(error)) from error
