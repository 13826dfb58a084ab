"""Ways from addresses of a study to the gates of schools, as plain values and as GeoJSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from zoning.crs import to_lonlat
from zoning.errors import StorageError
from zoning.intake.basemap import MILLIMETRES
from zoning.messages import os_reason
from zoning.network.graph import load_network
from zoning.network.routes import Router
from zoning.network.travel import load_tables
from zoning.study.files import write_whole
from zoning.study.road import gates_of
from zoning.units import MINUTE_S, SECOND_MS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd
    from numpy.typing import NDArray

    from zoning.crs import System
    from zoning.intake.model import Inputs
    from zoning.network.routes import Walk
    from zoning.settings import Stage
    from zoning.study.folder import Study

Record = dict[str, Any]
MINUTE_MS = MINUTE_S * SECOND_MS
_DECIMALS = 7


def study_router(study: Study, stage: Stage, *, inputs: Inputs) -> Router:
    """Return the ways of a stage.

    Parameters
    ----------
    study
        A study whose travel times have been computed.
    stage
        The stage.
    inputs
        Checked inputs.
    """
    return Router.on(
        load_network(study.build / "roads" / stage.value),
        load_tables(study.build / "travel" / stage.value),
        gates=gates_of(inputs, stage),
    )


def way_records(
    router: Router,
    homes: gpd.GeoDataFrame,
    *,
    schools: Sequence[Sequence[Mapping[str, str]]],
) -> list[Record]:
    """Return the ways of addresses to their schools, one record each, for JSON.

    Parameters
    ----------
    router
        Ways of the stage.
    homes
        address_id and points in the working CRS, H rows.
    schools
        school_id and name of the schools of each address, length H.

    Returns
    -------
    Without those that do not exist. `time_ms` is that of the travel table: `access_ms`,
    `gate_access_ms` and the `time_ms` of the streets together; `line` is in WGS 84 degrees.
    """
    rows = [home for home, own in enumerate(schools) for _ in own]
    asked = [school for own in schools for school in own]
    walks = router.walks(homes.iloc[rows], [school["school_id"] for school in asked])
    ids = homes["address_id"].tolist()
    return [
        {"address_id": ids[home], **school, **way_record(walk, router.network.system)}
        for home, school, walk in zip(rows, asked, walks, strict=True)
        if walk is not None
    ]


def way_record(walk: Walk, system: System) -> Record:
    """Return one way as plain values; see `way_records`.

    Parameters
    ----------
    walk
        The way.
    system
        The working CRS, in which it is.
    """
    # all points in one go: each conversion costs, however few they are
    line = shapely.get_coordinates(walk.line)
    spots = np.array([(item.x, item.y) for item in walk.crossings]).reshape(-1, 2)
    degrees = list(_degrees(np.concatenate([line, spots]), system))
    return {
        "time_ms": walk.time_ms,
        "time_min": round(walk.time_ms / MINUTE_MS, 4),
        "distance_m": round(walk.length_mm / MILLIMETRES),
        "access_ms": walk.access_ms,
        "gate_access_ms": walk.gate_access_ms,
        "streets": [
            {
                "name": part.name,
                "distance_m": round(part.length_mm / MILLIMETRES),
                "time_ms": part.time_ms,
            }
            for part in walk.stretches
        ],
        "crossings": [
            {
                "kind": item.kind,
                "name": item.name,
                "times": item.times,
                "seconds": item.time_ms / SECOND_MS,
                "lng": lng,
                "lat": lat,
            }
            for item, (lng, lat) in zip(walk.crossings, degrees[len(line) :], strict=True)
        ],
        "line": degrees[: len(line)],
    }


def _degrees(xy: NDArray[np.float64], system: System) -> Iterator[list[float]]:
    """Yield longitude and latitude of points, shape (n, 2)."""
    lng, lat = to_lonlat(xy[:, 0], xy[:, 1], source=system)
    yield from np.round(np.column_stack([lng, lat]), _DECIMALS).tolist()


def ways_geojson(records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return ways as GeoJSON (RFC 7946): a line each, and a point for each crossing.

    Parameters
    ----------
    records
        As `way_records` returns them.
    """
    features = []
    for number, record in enumerate(records, start=1):
        plain = {key: value for key, value in record.items() if key not in {"line", "crossings"}}
        crossings = [
            {key: value for key, value in item.items() if key not in {"lng", "lat"}}
            for item in record["crossings"]
        ]
        whole = {"way": number, **plain, "crossings": crossings}
        features.append(_feature("LineString", record["line"], whole))
        features += [
            _feature("Point", [item["lng"], item["lat"]], {"way": number, **told})
            for item, told in zip(record["crossings"], crossings, strict=True)
        ]
    return {"type": "FeatureCollection", "features": features}


def _feature(kind: str, coordinates: Sequence[Any], properties: Mapping[str, Any]) -> Record:
    shape = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": shape}


def write_ways(records: Sequence[Mapping[str, Any]], file: Path) -> None:
    """Write ways as a GeoJSON file.

    Parameters
    ----------
    records
        As `way_records` returns them.
    file
        Where to.

    Raises
    ------
    StorageError
        It could not be written.
    """
    document = json.dumps(ways_geojson(records), ensure_ascii=False, indent=1)
    try:
        write_whole(file, document.encode())
    except OSError as error:
        raise StorageError("study.CANNOT_WRITE", file=file, detail=os_reason(error)) from error
