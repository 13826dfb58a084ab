"""What lies on the ground where a study's answers are given: roads, places, schools, its extent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd

from webmap.services.surroundings import Surroundings, load_surroundings

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class StudyGround:
    """The ground of a study, or of what a version has kept of one.

    Parameters
    ----------
    around
        Roads, lines and places.
    schools
        name and points, working CRS.
    extent
        West, south, east and north of the blocks, working CRS.
    """

    around: Surroundings
    schools: gpd.GeoDataFrame
    extent: NDArray[Any]


def load_ground(root: Path) -> StudyGround:
    """Read the ground of a study whose look-up is ready.

    Raises
    ------
    PlanUnreadableError
        A derived file is damaged.
    """
    build = root / "build"
    schools = gpd.read_parquet(build / "intake" / "schools.parquet", columns=["name", "geometry"])
    blocks = gpd.read_parquet(build / "blocks" / "blocks.parquet", columns=["geometry"])
    return StudyGround(load_surroundings(root), schools, blocks.total_bounds)
