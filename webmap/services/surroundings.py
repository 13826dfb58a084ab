"""What a map shows around a plan: roads, lines and names of compounds from the study's build."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath

import geopandas as gpd
from pyarrow.lib import ArrowException

from webmap.errors import PlanUnreadableError
from zoning.intake.basemap import LINES_FILE, WAYS_FILE
from zoning.notice.canonical import digest_of
from zoning.settings import MapSection, load_settings
from zoning.study.cache import read_stamp

ADDRESSES_FILE = "addresses.parquet"
# Formats in which roads of OpenStreetMap come; its licence asks for the attribution.
_OSM_SUFFIXES = frozenset({".pbf", ".osm", ".graphml"})


@dataclass(frozen=True)
class Surroundings:
    """Background of a map, in any CRS that the frames carry; every part may be absent.

    Parameters
    ----------
    ways
        Roads: name, highway, geometry.
    lines
        Railways, rivers, motorways: kind, name, geometry.
    places
        Compounds and villages: name, division, geometry (points).
    osm
        Whether the roads are OpenStreetMap's.
    review
        What is known of the review of maps (审图号); None for a plan without a study.
    """

    ways: gpd.GeoDataFrame | None = None
    lines: gpd.GeoDataFrame | None = None
    places: gpd.GeoDataFrame | None = None
    osm: bool = False
    review: MapSection | None = None


def load_surroundings(study: Path) -> Surroundings:
    """Read what the study's `build/` holds of the surroundings.

    Raises
    ------
    SettingsError
        `study.toml` cannot be used.
    PlanUnreadableError
        A derived file is damaged.
    """
    # it may be what a version has kept
    settings = load_settings(study / "study.toml", former_names=True)
    roads = settings.inputs.roads.file
    basemap, intake = study / "build" / "basemap", study / "build" / "intake"
    return Surroundings(
        ways=_frame(basemap / WAYS_FILE, ["name", "highway", "geometry"]),
        lines=_frame(basemap / LINES_FILE, ["name", "kind", "geometry"]),
        places=_frame(intake / ADDRESSES_FILE, ["name", "division", "geometry"]),
        osm=PurePath(roads).suffix.lower() in _OSM_SUFFIXES,
        review=settings.map,
    )


def surroundings_digest(study: Path) -> str:
    """Return what tells the surroundings of a study from others, without reading them.

    Raises
    ------
    SettingsError
        `study.toml` cannot be used.
    """
    settings = load_settings(study / "study.toml", former_names=True)
    build = study / "build"
    read = {"basemap": (WAYS_FILE, LINES_FILE), "intake": (ADDRESSES_FILE,)}
    stamps = {step: read_stamp(build / step) for step in read}
    return digest_of(
        {
            "files": {
                step: {} if stamp is None else stamp.contents(read[step])
                for step, stamp in stamps.items()
            },
            "roads": settings.inputs.roads.file,
            "map": settings.map.model_dump(mode="json"),
        }
    )


def _frame(file: Path, columns: list[str]) -> gpd.GeoDataFrame | None:
    if not file.is_file():
        return None
    try:
        return gpd.read_parquet(file, columns=columns)
    except (ArrowException, ValueError, OSError) as error:
        raise PlanUnreadableError(
            "webmap.BUILD_UNREADABLE", file=file.name, detail=str(error)
        ) from error
