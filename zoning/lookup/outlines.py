"""The blocks as outlines small enough to be sent to a device, which finds its own among them."""

from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import shapely

from zoning.crs import LONLAT

# a phone on a slow network waits for it
LARGEST_BYTES = 600_000
# roots of the square metres that a corner may be worth and still be left out
TOLERANCES_M = (3.0, 8.0)
# a hundred-thousandth of a degree is about a metre
_DECIMALS = 5


def block_outlines(blocks: gpd.GeoDataFrame) -> str | None:
    """Return the blocks as JSON: `{"blocks": [[id, [ring, …]], …]}`, a ring as [lon, lat] pairs.

    The blocks are simplified together, so that neighbours still have one common edge.

    Parameters
    ----------
    blocks
        block_id and polygons, working CRS.

    Returns
    -------
    WGS 84 degrees; None where even the coarsest form is too large to be sent.
    """
    for tolerance in TOLERANCES_M:
        shapes = shapely.coverage_simplify(blocks.geometry.to_numpy(), tolerance)
        degrees = gpd.GeoSeries(shapes, crs=blocks.crs).to_crs(LONLAT)
        listed = [
            [str(block), [_ring(ring) for ring in _rings(shape)]]
            for block, shape in zip(blocks["block_id"], degrees.to_numpy(), strict=True)
        ]
        document = json.dumps({"blocks": listed}, ensure_ascii=False, separators=(",", ":"))
        if len(document.encode()) <= LARGEST_BYTES:
            return document
    return None


def _rings(shape: shapely.Geometry) -> list[shapely.LinearRing]:
    """Return all rings of a polygon or of several; inside is what an odd number of them holds."""
    return [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]


def _ring(ring: shapely.LinearRing) -> list[list[float]]:
    pairs: list[list[float]] = np.round(shapely.get_coordinates(ring), _DECIMALS).tolist()
    return pairs
