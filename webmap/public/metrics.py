"""Metrics of a plan as a table of text for the list of plans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from webmap.maps.facts import NOT_KNOWN, WITHHELD_BELOW
from zoning.plan.measure import ALL_YEARS, WHOLE
from zoning.units import MINUTE_S

if TYPE_CHECKING:
    from webmap.maps.facts import Texts


@dataclass(frozen=True)
class MetricTable:
    """Metrics of the whole plan as words.

    Parameters
    ----------
    years
        Columns, ascending.
    by_year
        Name of each metric that is counted by year, with its values in the order of `years`.
    whole
        Name and value of each other metric.
    """

    years: tuple[int, ...]
    by_year: tuple[tuple[str, tuple[str, ...]], ...]
    whole: tuple[tuple[str, str], ...]


def metric_table(metrics: pd.DataFrame, texts: Texts) -> MetricTable:
    """Put the metrics of the whole plan into words, in the order of the file.

    Parameters
    ----------
    metrics
        Table `metrics` of a plan file; year 0 stands for all years.
    texts
        The language of the page.
    """
    table = metrics[metrics["scope"] == WHOLE]
    table = table.assign(
        year=table["year"].fillna(ALL_YEARS).astype(int),
        words=[
            metric_value(value, unit, texts)
            for value, unit in zip(table["value"], table["unit"], strict=True)
        ],
    )
    yearly = table[table["year"] != ALL_YEARS]
    years = tuple(sorted(set(yearly["year"].tolist())))
    by_year = []
    for _, rows in yearly.groupby("metric", sort=False):
        words = dict(zip(rows["year"], rows["words"], strict=True))
        by_year.append(
            (_name(rows.iloc[0], texts), tuple(words.get(year, NOT_KNOWN) for year in years))
        )
    rest = table[table["year"] == ALL_YEARS]
    whole = tuple((_name(row, texts), str(row["words"])) for _, row in rest.iterrows())
    return MetricTable(years, tuple(by_year), whole)


def _name(row: pd.Series, texts: Texts) -> str:
    name = texts(f"plan.METRIC_{row['metric']}")
    if row["metric"] == "share_within_radius" and row["note"]:
        return texts("webmap.METRIC_NOTE", name=name, note=row["note"])
    return name


def metric_value(value: float, unit: str, texts: Texts) -> str:
    """Return a value with its unit; a count of one to four children is withheld."""
    if pd.isna(value):
        return NOT_KNOWN
    if unit == "s":
        return texts("webmap.MINUTES", minutes=f"{value / MINUTE_S:.1f}")
    if unit == "m":
        return texts("boarding.METRES", metres=f"{value:,.0f}")
    if unit == "share":
        return f"{value:.1%}"
    if unit == "child" and 0 < value < WITHHELD_BELOW:
        return texts("webmap.UNDER", count=WITHHELD_BELOW)
    return f"{value:,.0f}"
