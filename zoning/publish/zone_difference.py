"""What changes between two states of the zones, by old and new school.

An address changes where the set of its schools does: any other answer is a change (the rule of a
notice's substantial change, `zoning.notice.guards`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

# two layers draw one border a little differently; a strip this narrow is no change, metres
SLIVER_M = 3.0
HECTARE_M2 = 10_000.0


@dataclass(frozen=True)
class Pair:
    """All that goes from some schools to others.

    Parameters
    ----------
    before, after
        Ids of schools joined by ";"; empty for none.
    addresses
        Addresses of the bureau's list.
    children
        Of the first year of the later plan; None where it is not known.
    hectares
        Ground.
    """

    before: str
    after: str
    addresses: int
    children: int | None
    hectares: float


def changed_ground(before: gpd.GeoDataFrame, after: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the ground whose schools differ, one row for each pair of old and new schools.

    Parameters
    ----------
    before, after
        schools (ids joined by ";") and polygons, one metric CRS. Zones of one state may overlap
        where schools share ground.

    Returns
    -------
    geopandas.GeoDataFrame
        before, after, geometry; sorted.
    """
    shapes = np.concatenate([before.geometry.to_numpy(), after.geometry.to_numpy()])
    lines = shapely.union_all(shapely.boundary(shapes))
    cells = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    inside = shapely.point_on_surface(cells)
    frame = gpd.GeoDataFrame(
        {"before": schools_at(inside, before), "after": schools_at(inside, after)},
        geometry=cells,
        crs=after.crs,
    )
    differs = (frame["before"] != frame["after"]).to_numpy(dtype=bool)
    wide = ~shapely.is_empty(shapely.buffer(cells, -SLIVER_M / 2))
    moved = frame[differs & wide]
    rows = [
        (one, other, shapely.union_all(group.geometry.to_numpy()))
        for (one, other), group in moved.groupby(["before", "after"], sort=True)
    ]
    return gpd.GeoDataFrame(
        {"before": [row[0] for row in rows], "after": [row[1] for row in rows]},
        geometry=[row[2] for row in rows],
        crs=after.crs,
    )


def schools_at(points: NDArray[np.object_], zones: gpd.GeoDataFrame) -> list[str]:
    """Return the schools of the zones in which each point lies, ids joined by ";".

    Parameters
    ----------
    points
        Points in the CRS of the zones.
    zones
        schools and polygons; the ids of all zones that a point lies in are put together.
    """
    point, zone = shapely.STRtree(zones.geometry.to_numpy()).query(points, predicate="intersects")
    names = zones["schools"].to_numpy(dtype=object)
    found: list[set[str]] = [set() for _ in points]
    for at, of in zip(point.tolist(), zone.tolist(), strict=True):
        found[at].update(part for part in names[of].split(";") if part)
    return [";".join(sorted(ids)) for ids in found]


def pairs(
    ground: gpd.GeoDataFrame, addresses: pd.DataFrame, *, children: Sequence[float] | None
) -> tuple[Pair, ...]:
    """Count what changes by old and new schools, most addresses first.

    Parameters
    ----------
    ground
        What `changed_ground` returned.
    addresses
        before, after, listed: where children live; `listed` tells the addresses of the list.
    children
        Children of each row of `addresses`; None where they are not known.
    """
    frame = addresses[["before", "after", "listed"]].assign(
        children=0.0 if children is None else np.asarray(children, dtype=float)
    )
    moved = frame[frame["before"] != frame["after"]]
    counts = moved.groupby(["before", "after"])[["listed", "children"]].sum()
    areas = {(row.before, row.after): row.geometry.area / HECTARE_M2 for row in ground.itertuples()}
    found = []
    for key in sorted({*areas, *counts.index.tolist()}):
        listed, of_them = counts.loc[key] if key in counts.index else (0, 0.0)
        found.append(
            Pair(
                before=key[0],
                after=key[1],
                addresses=int(listed),
                children=None if children is None else round(float(of_them)),
                hectares=areas.get(key, 0.0),
            )
        )
    return tuple(sorted(found, key=lambda pair: (-pair.addresses, pair.before, pair.after)))
