"""What the demo's bureau decided: a group, a shared area, a lock, a compound kept whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from zoning.intake.area_names import area_names
from zoning.schema import DecisionKind, vocabulary
from zoning.settings import Stage

if TYPE_CHECKING:
    from zoning.demo.segments import Floats

COLUMNS = ("kind", "stage", "area", "school", "target", "share", "name", "basis", "note")
BASIS = "沙教发〔2026〕{}号"
# A compound this far from every school shares no block with one.
CLEAR_M = 250.0
# Addresses of one compound lie no farther from its middle; others were put on the map wrongly.
COMPACT_M = 250.0


def make_decisions(schools: pd.DataFrame, addresses: pd.DataFrame) -> pd.DataFrame:
    """Decide a few things that fit the county.

    Parameters
    ----------
    schools
        school_id, name, stage, x, y (metres).
    addresses
        As reported: address_id, name, division, community, road, number, alias, x, y.

    Returns
    -------
    `COLUMNS`, kinds in Chinese words.
    """
    primary = schools[schools["stage"] == Stage.PRIMARY.value].reset_index(drop=True)
    at = primary[["x", "y"]].to_numpy()
    places = _clear_compounds(addresses, at)
    rows: list[dict[str, object]] = []
    group = _closest_pair(at) if len(primary) > 2 else ()
    if group:
        names = "、".join(primary["name"].iloc[list(group)])
        rows.append(_row(DecisionKind.GROUP, school=names, note="两校相邻，合并划片"))
    if len(places):
        far = cKDTree(at).query(places[["x", "y"]].to_numpy(), k=2)
        distance, nearest = np.atleast_2d(far[0]), np.atleast_2d(far[1])
        lock = int(np.argmax(distance[:, 1] - distance[:, 0]))
        school = primary["name"].iloc[nearest[lock, 0]]
        rows.append(_row(DecisionKind.LOCK, area=places["name"].iloc[lock], school=school,
                         note="开发商配建协议"))  # fmt: skip
        grouped = [bool(set(pair) & set(group)) for pair in nearest.tolist()]
        between = np.where(grouped, np.inf, distance[:, 1] - distance[:, 0])
        between[lock] = np.inf
        shared = int(np.argmin(between))
        if np.isfinite(between[shared]):
            both = "、".join(primary["name"].iloc[nearest[shared]])
            name = places["name"].iloc[shared]
            rows.append(_row(DecisionKind.SHARED, area=name, school=both, name=f"{name}共享区"))
        whole = np.array(places["doors"], dtype=np.int64)
        whole[[lock, shared]] = -1
        if whole.max() > 1:
            rows.append(_row(DecisionKind.KEEP_TOGETHER, area=places["name"].iloc[whole.argmax()],
                             note="小区整体划片"))  # fmt: skip
    numbered = [row | {"basis": BASIS.format(number)} for number, row in enumerate(rows, start=1)]
    return pd.DataFrame(numbered, columns=list(COLUMNS))


def _row(kind: DecisionKind, **words: object) -> dict[str, object]:
    word = vocabulary()["decision_kinds"][kind.value][0]
    return dict.fromkeys(COLUMNS, "") | {"kind": word, "stage": Stage.PRIMARY.value, **words}


def _closest_pair(at: Floats) -> tuple[int, ...]:
    distance, other = cKDTree(at).query(at, k=2)
    first = int(np.argmin(distance[:, 1]))
    return tuple(sorted((first, int(other[first, 1]))))


def _clear_compounds(addresses: pd.DataFrame, schools: Floats) -> pd.DataFrame:
    """Return compounds away from schools whose name means nothing else: name, x, y, doors."""
    known = area_names(addresses=addresses)
    # single doors have no name of their own
    named = addresses[(addresses["name"] != "") & ~addresses["name"].str.contains("号|栋|幢")]
    groups = named.groupby("name", sort=True)
    middle = groups[["x", "y"]].median().assign(doors=groups.size()).reset_index()
    single = [len(known.find(name)) == 1 for name in middle["name"]]
    spread = np.hypot(
        named["x"] - named["name"].map(middle.set_index("name")["x"]),
        named["y"] - named["name"].map(middle.set_index("name")["y"]),
    )
    compact = middle["name"].map(spread.groupby(named["name"]).max()) <= COMPACT_M
    near = cKDTree(schools).query(named[["x", "y"]].to_numpy())[0]
    clear = middle["name"].map(pd.Series(near, index=named.index).groupby(named["name"]).min())
    return middle[np.array(single) & compact & (clear >= CLEAR_M)].reset_index(drop=True)
