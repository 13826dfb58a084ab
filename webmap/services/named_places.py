"""Where a compound, community or road lies: the middle of its addresses, and no home of anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

    import pandas as pd

# a name of a compound is meant before a road or a community of the same name
COLUMNS = ("name", "road", "community")


def middles(table: pd.DataFrame, names: Collection[str]) -> dict[str, tuple[float, float]]:
    """Return (latitude, longitude) of the middle of each name's addresses, in degrees, WGS 84.

    Parameters
    ----------
    table
        `COLUMNS`, lon and lat, an address a row; see `zoning.study.places.WORDS`.
    names
        What is looked for; names that the table does not have are not returned.
    """
    found: dict[str, tuple[float, float]] = {}
    for column in COLUMNS:
        rows = table[table[column].isin(list(names)) & table["lat"].notna()]
        mean = rows.groupby(column)[["lat", "lon"]].mean()
        for name, lat, lon in mean.itertuples():
            found.setdefault(str(name), (float(lat), float(lon)))
    return found
