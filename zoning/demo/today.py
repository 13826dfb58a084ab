"""Today's zones, as an officer drew them ten years ago."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from zoning.demo.areas import grow
from zoning.settings import Stage

if TYPE_CHECKING:
    from zoning.demo.areas import Areas
    from zoning.demo.segments import Bools

HABIT_M = 150.0
NEW_SCHOOL_M = 350.0


def draw_zones(
    areas: Areas, schools: pd.DataFrame, opened: Bools, *, rng: np.random.Generator
) -> pd.DataFrame:
    """Give every cell to the school that was nearest in a straight line.

    A school that opened later was given a small zone around it; nothing else was redrawn.

    Parameters
    ----------
    areas
        Cells that cover the county.
    schools
        school_id, stage, name, x, y.
    opened
        [n] whether a school has opened in the last ten years.
    rng
        Habits that no one can explain any more.

    Returns
    -------
    school_id, name, stage, geometry (shapely, metres); they cover the county once a stage.
    """
    parts = []
    for stage in Stage:
        rows = np.flatnonzero(schools["stage"] == stage.value)
        cells = areas.locate(schools[["x", "y"]].to_numpy()[rows])
        handicap = rng.uniform(0, HABIT_M, len(rows)) + NEW_SCHOOL_M * opened[rows]
        label = grow(areas.xy, areas.pairs, cells, handicap=handicap)
        zones = [shapely.coverage_union_all(areas.cells[label == k]) for k in range(len(rows))]
        part = schools.iloc[rows][["school_id", "name", "stage"]].copy()
        part["geometry"] = np.array(zones, dtype=object)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)
