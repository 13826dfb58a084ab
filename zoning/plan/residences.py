"""Where children live, as one frame that problems, metrics and comparisons all read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from zoning.demand import children_by_place
from zoning.errors import InputError
from zoning.settings import Stage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

NO_BLOCK = ""
NO_SCHOOL = ""


def children_column(year: int) -> str:
    """Return the name of the column with the children of a year."""
    return f"children_{year}"


def build_residences(
    *,
    stage: str,
    years: Sequence[int],
    blocks: gpd.GeoDataFrame,
    demand: pd.DataFrame,
    addresses: gpd.GeoDataFrame | None = None,
    address_block: pd.Series | None = None,
    current_zones: gpd.GeoDataFrame | None = None,
) -> gpd.GeoDataFrame:
    """Bring together where children live, how many, in which block, and today's school.

    Parameters
    ----------
    stage
        Value of `zoning.settings.Stage`.
    years
        Years of the horizon.
    blocks
        block_id, name and polygons in the working CRS.
    demand
        address_id (or block_id), stage, year, children.
    addresses
        address_id, name and points; None where the demand is by block, and each block is then
        one residence.
    address_block
        Block id by the index of `addresses`, missing where there is none.
    current_zones
        school_id, stage and polygons of today's zones.

    Returns
    -------
    geopandas.GeoDataFrame
        address_id, name, block_id (`NO_BLOCK` where there is none), children_<year>,
        today_school_id (`NO_SCHOOL` where there is none, ids joined by ";" where schools share a
        zone), points; sorted by address_id.

    Raises
    ------
    InputError
        The demand counts children at places that are not there.
    """
    if addresses is None:
        frame, key = _blocks_as_places(blocks), "block_id"
    else:
        frame, key = addresses[["address_id", "name", "geometry"]].copy(), "address_id"
        inside = addresses["address_id"].isna() if address_block is None else address_block
        frame["block_id"] = inside.fillna(NO_BLOCK).to_numpy(dtype=object)
    ours = demand[(demand["stage"] == stage) & demand["year"].isin(list(years))]
    # a place that has no point and no children is left out of all that follows
    lost = sorted(set(ours.loc[ours["children"] > 0, key]) - set(frame["address_id"]))
    if lost:
        raise InputError("plan.DEMAND_WITHOUT_PLACE", count=len(lost), first=lost[0])
    counts = children_by_place(
        demand, places=list(frame["address_id"]), stage=Stage(stage), years=years
    )
    for year in years:
        frame[children_column(year)] = counts[year].to_numpy()
    frame["today_school_id"] = today_schools(frame, current_zones, stage)
    columns = ["address_id", "name", "block_id", *(children_column(year) for year in years)]
    result = gpd.GeoDataFrame(
        frame[[*columns, "today_school_id", "geometry"]], geometry="geometry", crs=blocks.crs
    )
    return result.sort_values("address_id", ignore_index=True)


def _blocks_as_places(blocks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    frame = blocks[["block_id", "name"]].copy()
    frame["address_id"] = frame["block_id"]
    frame["geometry"] = blocks.geometry.representative_point()
    return frame


def today_schools(
    places: pd.DataFrame, current_zones: gpd.GeoDataFrame | None, stage: str
) -> pd.Series:
    """Return today's school of each place; of several that share a zone all ids, joined by ";".

    Parameters
    ----------
    places
        Points in the working CRS.
    current_zones
        school_id, stage and polygons of today's zones; None where there are none.
    stage
        Value of `zoning.settings.Stage`.

    Returns
    -------
    pandas.Series
        By the index of `places`; `NO_SCHOOL` where there is none.
    """
    today = pd.Series(NO_SCHOOL, index=places.index, dtype=object)
    if current_zones is None:
        return today
    zones = current_zones[current_zones["stage"] == stage].sort_values("school_id")
    tree = gpd.GeoSeries(zones.geometry).sindex
    place, zone = tree.query(np.asarray(places["geometry"].array), predicate="intersects")
    found = pd.DataFrame({"place": place, "school": zones["school_id"].to_numpy()[zone]})
    shared = found.drop_duplicates().sort_values(["place", "school"])
    # nearly all places have one school: only the others are put together group by group
    several = shared["place"].duplicated(keep=False).to_numpy()
    alone = shared[~several]
    today.iloc[alone["place"].to_numpy()] = alone["school"].to_numpy(dtype=object)
    joined = shared[several].groupby("place")["school"].agg(";".join)
    today.iloc[joined.index.to_numpy()] = joined.to_numpy(dtype=object)
    return today


def children_matrix(residences: pd.DataFrame, years: Sequence[int]) -> NDArray[np.int64]:
    """Return children by residence and year, int64, A x Y."""
    columns = [children_column(year) for year in years]
    matrix: NDArray[np.int64] = residences[columns].to_numpy(dtype=np.int64)
    return matrix
