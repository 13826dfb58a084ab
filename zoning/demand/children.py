"""Children by block, stage and year, from counts by address or by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from zoning.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zoning.settings import Stage


def children_by_block(
    demand: pd.DataFrame,
    address_block: pd.Series | None,
    *,
    block_ids: Sequence[str],
    stage: Stage,
    years: Sequence[int],
) -> pd.DataFrame:
    """Return the children of each block and year; zero where there are none.

    Counts of an address without a block are in no row: `unplaced_findings` tells of them.

    Parameters
    ----------
    demand
        stage, year, children, and address_id or block_id.
    address_block
        block_id by address_id; not needed where the demand is given by block.
    block_ids
        Rows of the result, in this order.
    stage, years
        What is counted; years are the columns.

    Returns
    -------
    pandas.DataFrame
        int64, index block_id, columns years.
    """
    counted = _with_block(_of_stage(demand, stage, years), address_block)
    return _by_year(counted, "block_id", rows=block_ids, years=years)


def children_by_address(
    demand: pd.DataFrame, *, address_ids: Sequence[str], stage: Stage, years: Sequence[int]
) -> pd.DataFrame:
    """Return the children of each address and year; zero where there are none.

    Parameters
    ----------
    demand
        address_id, stage, year, children.
    address_ids
        Rows of the result, in this order.
    stage, years
        What is counted; years are the columns.
    """
    counted = _of_stage(demand, stage, years)
    return _by_year(counted, "address_id", rows=address_ids, years=years)


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
    demand, address_block, block_ids, stage, years
        As for `children_by_block`.
    """
    counted = _with_block(_of_stage(demand, stage, years), address_block)
    lost = counted[~counted["block_id"].isin(list(block_ids)) & (counted["children"] > 0)]
    key = "address_id" if "address_id" in lost else "block_id"
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


def _by_year(
    counted: pd.DataFrame, key: str, *, rows: Sequence[str], years: Sequence[int]
) -> pd.DataFrame:
    table = counted.pivot_table(index=key, columns="year", values="children", aggfunc="sum")
    filled = table.reindex(index=pd.Index(rows, name=key), columns=list(years)).fillna(0)
    return filled.astype("int64").rename_axis(columns="year")
