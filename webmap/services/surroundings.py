"""What a map shows around a plan: roads, lines and names of compounds from the study's build."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath

import geopandas as gpd
from pyarrow.lib import ArrowException

from webmap.errors import PlanUnreadableError
from zoning.intake.basemap import LINES_FILE, WAYS_FILE
from zoning.settings import MapSection, load_settings

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
        places=_frame(intake / "addresses.parquet", ["name", "division", "geometry"]),
        osm=PurePath(roads).suffix.lower() in _OSM_SUFFIXES,
        review=settings.map,
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
