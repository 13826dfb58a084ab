"""Rows of each site of a table asked of the other sites: many questions with a known place.

A few hundred questions say little of a tenth of the probability in which only some of them lie.
Every row of a table has a point as well, so the rows of one site are questions to the rows of the
others; whoever has nothing like it has to say so by a low probability.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from geocode_bench.judged import NEAR_M, away, calibration_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

SITE = "src"
ASKED = ["id", "city", "name", "address"]


def left_out_lines(
    table: pd.DataFrame,
    geocoded: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame],
) -> list[str]:
    """Return how often answers are right, by what they say, one a line.

    Parameters
    ----------
    table
        id, city, src (the site of a row), name, address, lng_wgs84, lat_wgs84.
    geocoded
        Takes the rows of the other sites and the questions; returns what `zoning geocode` writes.
    """
    said, right, accepted = [], [], []
    for _, asked in table.groupby(SITE):
        result = geocoded(table.drop(index=asked.index), asked[ASKED])
        truth = asked.set_index("id").loc[result["query_id"]].reset_index()
        pointed = result["lng_wgs84"].notna()
        said.append(result["probability"].where(pointed).to_numpy(float))
        right.append(away(result, truth) <= NEAR_M)
        accepted.append(result["accepted"].astype(str).str.lower().to_numpy() == "true")
    probability, found, taken = (np.concatenate(part) for part in (said, right, accepted))
    answered = np.isfinite(probability)
    first = f"rows of a site asked of the others ({len(found)}): accepted {taken.mean():.1%}"
    return [
        f"{first}, {found[taken].mean():.1%} within {NEAR_M:.0f} m",
        *calibration_lines(probability[answered], found[answered]),
    ]
