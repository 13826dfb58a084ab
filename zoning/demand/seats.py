"""Seats by school and year, and whether they are enough for everybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from zoning.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zoning.settings import Stage


def seats_by_school(
    seats: pd.DataFrame, schools: pd.DataFrame, *, stage: Stage, years: Sequence[int]
) -> pd.DataFrame:
    """Return the seats of each school of a stage and year; zero where none are given.

    Parameters
    ----------
    seats
        school_id, year, seats.
    schools
        school_id, stage.
    stage, years
        What is counted; years are the columns.

    Returns
    -------
    pandas.DataFrame
        int64, index school_id (sorted), columns years.
    """
    ids = sorted(schools.loc[schools["stage"] == stage, "school_id"])
    table = seats.pivot_table(index="school_id", columns="year", values="seats", aggfunc="sum")
    filled = table.reindex(index=pd.Index(ids, name="school_id"), columns=list(years)).fillna(0)
    return filled.astype("int64").rename_axis(columns="year")


def shortage(children: pd.DataFrame, seats: pd.DataFrame) -> pd.DataFrame:
    """Compare all children with all seats, year by year.

    Parameters
    ----------
    children
        As `children_by_block` returns them.
    seats
        As `seats_by_school` returns them, the same years.

    Returns
    -------
    pandas.DataFrame
        Index year; children, seats, short: children for whom there is no seat anywhere.
    """
    totals = pd.DataFrame({"children": children.sum(), "seats": seats.sum()}).astype("int64")
    return totals.assign(short=(totals["children"] - totals["seats"]).clip(lower=0))


def shortage_findings(table: pd.DataFrame) -> list[Finding]:
    """Report the years in which there are more children than seats.

    Parameters
    ----------
    table
        What `shortage` returned.
    """
    return [
        Finding(
            code="demand.SHORTAGE",
            severity=Severity.WARNING,
            params={
                "year": year,
                "children": int(row["children"]),
                "seats": int(row["seats"]),
                "short": int(row["short"]),
            },
        )
        for year, row in table[table["short"] > 0].iterrows()
    ]
