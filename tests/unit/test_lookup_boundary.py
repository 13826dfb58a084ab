"""Which addresses are on or near the boundary of their zone."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from zoning.crs import LONLAT
from zoning.lookup.boundary import near_boundary
from zoning.study.whose_school import Zones

CRS = "EPSG:4538"
X, Y = 500_000.0, 4_870_000.0
# zones 0, 1 and 1 again, side by side, 100 m each; 0 lies in two blocks
#   |  0  |  0  |  1  |  1  |
EAST = [10.0, 95.0, 195.0, 204.0, 300.0, 450.0]
OF_ROW = np.array([0, 0, 0, 1, 1, -1], dtype=np.int32)
SHAPES = gpd.GeoDataFrame(
    {"zone": [0, 0, 1, 1]},
    geometry=[shapely.box(X + 100 * at, Y, X + 100 * (at + 1), Y + 100) for at in range(4)],
    crs=CRS,
)
POINTS = gpd.GeoSeries([shapely.Point(X + east, Y + 50) for east in EAST], crs=CRS).to_crs(LONLAT)
PLACES: Any = SimpleNamespace(table=pd.DataFrame({"lon": POINTS.x, "lat": POINTS.y}))
ZONES = Zones("primary", "p", (("A",), ("B",)), OF_ROW, SHAPES, {})


@pytest.mark.parametrize(
    ("metres", "near"),
    [
        (3.0, {}),
        (4.5, {3: (0,)}),
        # the line between two blocks of one zone is no boundary, nor is the end of all zones
        (6.0, {2: (1,), 3: (0,)}),
        (105.1, {1: (1,), 2: (1,), 3: (0,), 4: (0,)}),
    ],
)
def test_only_another_zone_is_near(metres: float, near: dict[int, tuple[int, ...]]) -> None:
    assert near_boundary(PLACES, ZONES, metres=metres) == near
