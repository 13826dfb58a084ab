"""Children by place, stage and year, from counts by address or by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from zoning.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zoning.settings import Stage


def children_by_place(
    demand: pd.DataFrame, *, places: Sequence[str], stage: Stage, years: Sequence[int]
) -> pd.DataFrame:
    """Return the children of each place and year; zero where there are none.

    Parameters
    ----------
    demand
        stage, year, children, and address_id, or block_id where the bureau counts by block.
    places
        Ids of addresses or blocks: the rows of the result, in this order.
    stage, years
        What is counted; years are the columns.

    Returns
    -------
    pandas.DataFrame
        int64, index `places`, columns years.
    """
    counted = _of_stage(demand, stage, years)
    table = counted.pivot_table(
        index=place_column(demand), columns="year", values="children", aggfunc="sum"
    )
    filled = table.reindex(index=pd.Index(places), columns=list(years)).fillna(0)
    return filled.astype("int64").rename_axis(columns="year")


def place_column(demand: pd.DataFrame) -> str:
    """Return by what the demand is counted: address_id or block_id."""
    return "address_id" if "address_id" in demand else "block_id"


def unplaced_findings(
    demand: pd.DataFrame,
    address_block: pd.Series | None,
    *,
    block_ids: Sequence[str],
    stage: Stage,
    years: Sequence[int],
) -> list[Finding]:
    """Report the children that lie in none of the blocks: one finding a year.

    Parameters
    ----------
    demand
        stage, year, children, and address_id or block_id.
    address_block
        block_id by address_id; None where the demand is given by block.
    block_ids
        All blocks.
    stage, years
        What is counted.
    """
    counted = _with_block(_of_stage(demand, stage, years), address_block)
    lost = counted[~counted["block_id"].isin(list(block_ids)) & (counted["children"] > 0)]
    key = place_column(lost)
    return [
        Finding(
            code="demand.UNPLACED",
            severity=Severity.WARNING,
            column="children",
            params={
                "year": year,
                "children": int(rows["children"].sum()),
                "places": rows[key].nunique(),
            },
        )
        for year, rows in lost.groupby("year")
    ]


def _of_stage(demand: pd.DataFrame, stage: Stage, years: Sequence[int]) -> pd.DataFrame:
    return demand[(demand["stage"] == stage) & demand["year"].isin(list(years))]


def _with_block(counted: pd.DataFrame, address_block: pd.Series | None) -> pd.DataFrame:
    if address_block is None:
        return counted
    return counted.assign(block_id=counted["address_id"].map(address_block))
