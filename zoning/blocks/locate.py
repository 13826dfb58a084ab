"""Which block each address lies in: exactly one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from zoning.findings import Finding, Severity

if TYPE_CHECKING:
    import geopandas as gpd

# Rounding of coordinates puts an address on the rim at most this far outside.
OUTSIDE_M = 1.0


def locate(
    points: gpd.GeoSeries | gpd.GeoDataFrame,
    blocks: gpd.GeoDataFrame,
    *,
    outside_m: float = OUTSIDE_M,
) -> pd.Series:
    """Return the block of each point; missing where there is none.

    A point on a common edge belongs to the block with the smaller id; a point outside all blocks
    to the nearest one within `outside_m`, the smaller id of equally near ones.

    Parameters
    ----------
    points
        Points in the working CRS; missing and empty ones get no block.
    blocks
        block_id and geometry, an exact coverage in the same CRS.
    outside_m
        How far outside still counts, metres.

    Returns
    -------
    pandas.Series
        block_id by the index of `points`.
    """
    places = points.geometry.to_numpy()
    ordered = blocks.sort_values("block_id")
    ids = ordered["block_id"].to_numpy(dtype=object)
    tree = shapely.STRtree(ordered.geometry.to_numpy())
    found = np.full(len(places), -1, dtype=np.int64)
    point, block = tree.query(places, predicate="intersects")
    _keep_smallest(found, point, block)
    lost = np.flatnonzero((found < 0) & ~shapely.is_missing(places) & ~shapely.is_empty(places))
    if len(lost) and len(ids):
        point, block = tree.query_nearest(places[lost], max_distance=outside_m)
        _keep_smallest(found, lost[point], block)
    chosen = pd.Series(pd.NA, index=points.index, dtype="str", name="block_id")
    inside = found >= 0
    chosen[inside] = ids[found[inside]]
    return chosen


def _keep_smallest(found: np.ndarray, point: np.ndarray, block: np.ndarray) -> None:
    order = np.lexsort((block, point))
    first, at = np.unique(point[order], return_index=True)
    found[first] = block[order[at]]


def outside_findings(
    addresses: gpd.GeoDataFrame, address_block: pd.Series, *, file: str = "", limit: int = 20
) -> list[Finding]:
    """Report addresses that lie in no block.

    Parameters
    ----------
    addresses
        address_id, name, geometry; same index as `address_block`.
    address_block
        What `locate` returned for them.
    file
        The input they came from.
    limit
        So many are named one by one, in the order of their ids; the rest is counted.
    """
    lost = addresses[address_block.isna().to_numpy()].sort_values("address_id")
    findings = [
        Finding(
            code="blocks.ADDRESS_OUTSIDE",
            severity=Severity.WARNING,
            file=file,
            column="address_id",
            value=str(row.address_id),
            params={"address_id": row.address_id, "name": row.name_},
        )
        for row in lost.head(limit)[["address_id", "name"]]
        .rename(columns={"name": "name_"})
        .itertuples(index=False)
    ]
    if len(lost) > limit:
        findings.append(
            Finding(
                code="blocks.ADDRESSES_OUTSIDE_MORE",
                severity=Severity.WARNING,
                file=file,
                params={"count": len(lost) - limit, "total": len(lost)},
            )
        )
    return findings
