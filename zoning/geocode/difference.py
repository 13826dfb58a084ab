"""What a new table, or a new version of the geocoder, changes for the addresses asked."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from zoning.geocode.answer import MatchCode
from zoning.geocode.distance import metres_between
from zoning.geocode.explain import code_name
from zoning.messages import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zoning.geocode.result_table import ResultTable

KINDS = ("zone", "moved", "gained", "lost", "accepted", "appeared", "disappeared")
"""What may have changed, what matters most first."""
SIDES = ("before", "after")
_COMPARED = {"table_id": "table_id", "match_code": "code", "accepted": "accepted", "zone": "zone"}
COLUMNS = (
    "query_id",
    "kinds",
    "moved_m",
    *(f"{name}_{side}" for name in _COMPARED.values() for side in SIDES),
)


@dataclass(frozen=True, eq=False)
class Difference:
    """What has changed between two runs.

    Parameters
    ----------
    frame
        A row for each question with a change, the columns `COLUMNS`: `kinds` are words of `KINDS`;
        `moved_m` is NaN where a point is missing, `…_before` and `…_after` are None where the
        question is.
    compared
        Questions of both runs.
    zones
        Whether zones were compared: both runs have them.
    """

    frame: pd.DataFrame
    compared: int
    zones: bool

    @property
    def counts(self) -> Mapping[str, int]:
        """How many questions there are of each kind; one may be of several."""
        told = Counter(kind for words in self.frame["kinds"] for kind in words.split(" "))
        return {kind: told[kind] for kind in KINDS}

    def records(self) -> list[dict[str, Any]]:
        """Return the changes as plain values for JSON."""
        plain = self.frame.astype("object").where(self.frame.notna(), None)
        return [
            {**record, "kinds": record["kinds"].split(" ")}
            for record in plain.to_dict(orient="records")
        ]

    def table(self, language: str) -> pd.DataFrame:
        """Return the changes with headers and words in a language.

        Parameters
        ----------
        language
            Language of both.
        """
        said = {kind: text(f"queue.KIND_{kind}", language) for kind in KINDS}
        codes = {code.value: code_name(code, language) for code in MatchCode}
        answers = {True: text("queue.YES", language), False: text("queue.NO", language)}
        frame = self.frame.assign(
            kinds=[
                " ".join(map(said.__getitem__, words.split(" "))) for words in self.frame["kinds"]
            ],
            moved_m=self.frame["moved_m"].round(),
        )
        for side in SIDES:
            for name, words in (("code", codes), ("accepted", answers)):
                column = f"{name}_{side}"
                frame[column] = [words.get(value, value) for value in frame[column]]
        return frame.rename(
            columns={name: text(f"queue.COLUMN_{name}", language) for name in COLUMNS}
        )


def find_difference(before: ResultTable, after: ResultTable, *, metres: float) -> Difference:
    """Return every question whose point moved, whose zone changed, or that may now be used or not.

    Parameters
    ----------
    before, after
        The two runs.
    metres
        How far a point must have moved to be told; just as far is not told.
    """
    older, newer = before.frame.add_suffix("_before"), after.frame.add_suffix("_after")
    both = older.join(newer, how="outer", sort=True)
    old = both.index.isin(before.frame.index)
    new = both.index.isin(after.frame.index)
    pair, zones = old & new, before.zoned and after.zoned
    points = [
        both[f"{part}_{side}"].to_numpy(float)
        for side in SIDES
        for part in ("lng_wgs84", "lat_wgs84")
    ]
    moved = metres_between(points[0], points[1], to_lon=points[2], to_lat=points[3])
    had, has = np.isfinite(points[0]), np.isfinite(points[2])

    def differs(name: str) -> Any:
        return pair & (both[f"{name}_before"] != both[f"{name}_after"]).to_numpy(dtype=bool)

    found = {
        # a zone that only one run tells is no change of school: the other was not sure of it
        "zone": differs("zone") & zones & _both_told(both),
        "moved": pair & (np.nan_to_num(moved) > metres),
        "gained": pair & ~had & has,
        "lost": pair & had & ~has,
        "accepted": differs("accepted"),
        "appeared": ~old,
        "disappeared": ~new,
    }
    told = np.logical_or.reduce(list(found.values()))
    kinds = [" ".join(kind for kind in KINDS if found[kind][at]) for at in np.flatnonzero(told)]
    frame = pd.DataFrame({"query_id": both.index[told], "kinds": kinds, "moved_m": moved[told]})
    for name, short in _COMPARED.items():
        for side, there in zip(SIDES, (old, new), strict=True):
            values = both[f"{name}_{side}"].astype("object").to_numpy(copy=True)
            values[~there] = None
            frame[f"{short}_{side}"] = values[told]
    order = pd.DataFrame({kind: ~found[kind][told] for kind in KINDS[:4]})
    order["far"] = -np.nan_to_num(moved[told])
    ranked = order.sort_values(["zone", "lost", "gained", "moved", "far"], kind="stable").index
    return Difference(
        frame.loc[ranked, list(COLUMNS)].reset_index(drop=True), int(pair.sum()), zones
    )


def _both_told(both: pd.DataFrame) -> Any:
    """Tell of which questions both runs know the zone."""
    told = [(zone := both[f"zone_{side}"]).notna() & (zone != "") for side in SIDES]
    return (told[0] & told[1]).to_numpy(dtype=bool)
