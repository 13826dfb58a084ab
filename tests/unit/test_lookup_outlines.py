"""The blocks that are sent to a device: no gaps between them, and never too many."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely

from zoning.lookup import outlines
from zoning.lookup.outlines import block_outlines

CRS = "EPSG:4538"
X, Y = 500_000.0, 4_870_000.0


def wavy(x: float) -> list[tuple[float, float]]:
    """Return a line to the north that winds by a metre."""
    return [(x + np.sin(at), Y + 2.0 * at) for at in range(101)]


# two blocks with a winding edge between them; the second has a hole
LEFT = shapely.Polygon([(X, Y), *wavy(X + 100), (X, Y + 200)])
RIGHT = shapely.Polygon(
    [*wavy(X + 100), (X + 200, Y + 200), (X + 200, Y)],
    [shapely.box(X + 140, Y + 80, X + 160, Y + 120).exterior.coords],
)
BLOCKS = gpd.GeoDataFrame({"block_id": ["a", "b"]}, geometry=[LEFT, RIGHT], crs=CRS)


def test_neighbours_keep_a_common_edge_and_holes_stay() -> None:
    document = block_outlines(BLOCKS)
    assert document is not None
    listed = dict(json.loads(document)["blocks"])
    assert [len(rings) for rings in listed.values()] == [1, 2]
    left, right = (shapely.Polygon(rings[0], rings[1:]) for rings in listed.values())
    assert len(listed["a"][0]) < 50
    assert shapely.intersection(left, right).area == pytest.approx(0.0, abs=1e-15)
    shared = shapely.intersection(left, right).length
    # 200 m of latitude
    assert shared == pytest.approx(200 / 111_195, rel=0.2)


def test_what_is_too_large_even_when_coarse_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outlines, "LARGEST_BYTES", 100)
    assert block_outlines(BLOCKS) is None
