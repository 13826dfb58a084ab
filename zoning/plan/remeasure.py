"""Measure the plan of a file again, and say where the file states other figures."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import shapely

from zoning.plan.measure import measure
from zoning.plan.store import plan_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import geopandas as gpd
    from numpy.typing import NDArray

    from zoning.plan.facts import Facts
    from zoning.plan.store import PlanFile

# what names a row, by layer and table
KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "zones": ("zone_id",),
        "blocks": ("block_id",),
        "schools": ("school_id",),
        "metrics": ("metric", "scope", "year"),
        "farther_admitted": ("school_id", "refused_block"),
    }
)
GEOMETRY = "geometry"
# sentences in the language of whoever drew the plan, made of other columns
_SAID = ["title", "reason_text"]
# another computer may round the last digits otherwise
_ROUNDING = 1e-9
_METRE_PART = 1e-6


@dataclass(frozen=True)
class Difference:
    """Figures of a file that are not what the inputs give.

    Parameters
    ----------
    table
        Layer or table.
    column
        Its column; "" where rows or columns are missing or were added.
    rows
        Which rows.
    """

    table: str
    column: str = ""
    rows: tuple[str, ...] = ()


def differences(
    content: PlanFile, facts: Facts, *, together: Sequence[Sequence[str]] = ()
) -> tuple[Difference, ...]:
    """Compare every layer and table that follows from the inputs with what they give.

    Prices of seats follow from the search alone; of them it is only seen that the schools have
    those of the table.

    Parameters
    ----------
    content
        A plan file, whose zones are those of the inputs.
    facts
        What its plan is measured against.
    together
        Blocks that have to stay together, as in `zoning.plan.measure.measure`.
    """
    measured = measure(content.plan, facts, together=together)
    again = plan_file(content.plan, measured, seat_prices=content.seat_prices)
    return tuple(
        difference
        for table, keys in KEYS.items()
        for difference in _compare(
            table, getattr(content, table), getattr(again, table), keys=list(keys)
        )
    )


def _compare(
    table: str, stated: pd.DataFrame, again: pd.DataFrame, *, keys: list[str]
) -> list[Difference]:
    stated, again = (frame.drop(columns=_SAID, errors="ignore") for frame in (stated, again))
    if set(stated.columns) != set(again.columns):
        return [Difference(table)]
    stated, again = (frame.sort_values(keys, ignore_index=True) for frame in (stated, again))
    if len(stated) != len(again) or any(not _same(stated[key], again[key]).all() for key in keys):
        return [Difference(table)]
    names = ["·".join(map(str, row)) for row in again[keys].itertuples(index=False)]
    found = []
    for column in again.columns:
        same = _alike if column == GEOMETRY else _same
        rows = np.flatnonzero(~same(stated[column], again[column]))
        if rows.size:
            found.append(Difference(table, column, tuple(names[row] for row in rows)))
    if GEOMETRY in again and stated.crs != again.crs:
        found.append(Difference(table, GEOMETRY, tuple(names)))
    return found


def _same(stated: pd.Series, again: pd.Series) -> NDArray[np.bool_]:
    """Tell row by row whether two columns agree; numbers up to rounding."""
    if all(pd.api.types.is_numeric_dtype(column) for column in (stated, again)):
        one, other = (column.to_numpy(dtype=np.float64) for column in (stated, again))
        close: NDArray[np.bool_] = np.isclose(
            one, other, rtol=_ROUNDING, atol=_ROUNDING, equal_nan=True
        )
        return close
    one, other = (
        np.where(column.isna(), "", column.astype(str)).astype(object) for column in (stated, again)
    )
    equal: NDArray[np.bool_] = one == other
    return equal


def _alike(stated: gpd.GeoSeries, again: gpd.GeoSeries) -> NDArray[np.bool_]:
    """Tell row by row whether two shapes are the same one, however their rings are written."""
    one, other = (np.asarray(column.array) for column in (stated, again))
    same = shapely.equals_exact(shapely.normalize(one), shapely.normalize(other), _METRE_PART)
    for row in np.flatnonzero(~same & shapely.is_valid(one) & shapely.is_valid(other)):
        apart = shapely.hausdorff_distance(one[row], other[row])
        area = shapely.symmetric_difference(one[row], other[row]).area
        most = max(_METRE_PART * other[row].length, _METRE_PART)
        same[row] = apart <= _METRE_PART and area <= most
    equal: NDArray[np.bool_] = same
    return equal
