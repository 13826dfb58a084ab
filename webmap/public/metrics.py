"""Metrics of a plan as rows of text for the list of plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from webmap.maps.facts import NOT_KNOWN, WITHHELD_BELOW
from zoning.units import MINUTE_S

if TYPE_CHECKING:
    from webmap.maps.facts import Texts

WHOLE = "plan"


def metric_rows(metrics: pd.DataFrame, texts: Texts) -> list[dict[str, str]]:
    """Return name and value of every metric of the whole plan, in the order of the file.

    Parameters
    ----------
    metrics
        Table `metrics` of a plan file; year 0 stands for all years.
    texts
        The language of the page.
    """
    whole = metrics[metrics["scope"] == WHOLE]
    rows = []
    for row in whole.to_dict("records"):
        name = texts(f"plan.METRIC_{row['metric']}")
        year = int(row["year"]) if not pd.isna(row["year"]) else 0
        label = texts("webmap.METRIC_YEAR", name=name, year=year) if year else name
        rows.append({"name": label, "value": metric_value(row["value"], row["unit"], texts)})
    return rows


def metric_value(value: float, unit: str, texts: Texts) -> str:
    """Return a value with its unit; a count of one to four children is withheld."""
    if pd.isna(value):
        return NOT_KNOWN
    if unit == "s":
        return texts("webmap.MINUTES", minutes=f"{value / MINUTE_S:.1f}")
    if unit == "share":
        return f"{value:.1%}"
    if unit == "child" and 0 < value < WITHHELD_BELOW:
        return texts("webmap.UNDER", count=WITHHELD_BELOW)
    return f"{value:,.0f}"
