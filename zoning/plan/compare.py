"""Who changes school between two plans, and how much longer or shorter the way becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.plan.facts import served
from zoning.plan.metrics import nothing_in_common
from zoning.units import MINUTE_S

if TYPE_CHECKING:
    from zoning.plan.facts import Facts, Served
    from zoning.plan.model import Plan

PAIR_COLUMNS = (
    "from_schools",
    "to_schools",
    "children",
    "addresses",
    "children_longer",
    "children_shorter",
    "mean_change_min",
    "max_longer_min",
)


@dataclass(frozen=True)
class ChangeSummary:
    """Sums over all residences; children are those of one year.

    Parameters
    ----------
    year
        The year whose children count.
    children, addresses
        All of them.
    changed_children, changed_addresses
        Those none of whose schools stays, and those who had none or get none.
    changed_blocks
        Blocks with at least one such address.
    longer_children, shorter_children
        Of the changed ones, those with a longer or shorter way.
    unknown_children
        Of the changed ones, those without a way before or after.
    mean_change_min
        Mean change of the changed ones' way in minutes, negative for shorter; NaN without any.
    total_change_min
        Child-minutes that all ways together become longer.
    """

    year: int
    children: int
    addresses: int
    changed_children: int
    changed_addresses: int
    changed_blocks: int
    longer_children: int
    shorter_children: int
    unknown_children: int
    mean_change_min: float
    total_change_min: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two plans side by side.

    Parameters
    ----------
    addresses
        One row for each residence that changes: address_id, name, block_id, from_schools,
        to_schools, children, time_before_s, time_after_s, change_min.
    pairs
        `PAIR_COLUMNS`, one row for each pair of schools, most children first.
    summary
        Sums.
    """

    addresses: pd.DataFrame
    pairs: pd.DataFrame
    summary: ChangeSummary


def compare_plans(before: Plan, after: Plan, *, facts: Facts, year: int) -> Comparison:
    """Compare two plans over the same residences; today goes through `served_today`.

    Parameters
    ----------
    before, after
        Plans.
    facts
        Residences and times.
    year
        Year whose children count.
    """
    return compare_served(served(before, facts), served(after, facts), facts=facts, year=year)


def compare_served(before: Served, after: Served, *, facts: Facts, year: int) -> Comparison:
    """Compare which schools serve each residence.

    Parameters
    ----------
    before, after
        What `served` or `served_today` returned for the residences of `facts`.
    facts
        Residences.
    year
        Year whose children count.
    """
    residences = facts.residences
    frame = pd.DataFrame(
        {
            "address_id": residences["address_id"].to_numpy(),
            "name": residences["name"].to_numpy(),
            "block_id": residences["block_id"].to_numpy(),
            "from_schools": before.schools,
            "to_schools": after.schools,
            "children": facts.children[:, facts.years.index(year)],
            "time_before_s": before.time_s,
            "time_after_s": after.time_s,
            "change_min": (after.time_s - before.time_s) / MINUTE_S,
        }
    )
    pairs = zip(frame["from_schools"], frame["to_schools"], strict=True)
    moved = [old != new and nothing_in_common(old, new) for old, new in pairs]
    changed = frame[np.array(moved, dtype=bool)].reset_index(drop=True)
    return Comparison(
        addresses=changed, pairs=_pairs(changed), summary=_summary(frame, changed, year)
    )


def _weighed(changed: pd.DataFrame) -> pd.DataFrame:
    change = changed["change_min"]
    known = change.notna()
    return changed.assign(
        addresses=1,
        children_longer=changed["children"].where(change > 0, 0),
        children_shorter=changed["children"].where(change < 0, 0),
        children_known=changed["children"].where(known, 0),
        child_minutes=(changed["children"] * change).fillna(0.0),
        longer_min=change.where(changed["children"] > 0),
    )


def _pairs(changed: pd.DataFrame) -> pd.DataFrame:
    groups = _weighed(changed).groupby(["from_schools", "to_schools"], as_index=False)
    pairs = groups.agg(
        children=("children", "sum"),
        addresses=("addresses", "sum"),
        children_longer=("children_longer", "sum"),
        children_shorter=("children_shorter", "sum"),
        children_known=("children_known", "sum"),
        child_minutes=("child_minutes", "sum"),
        max_longer_min=("longer_min", "max"),
    )
    known = pairs["children_known"].where(pairs["children_known"] > 0)
    pairs["mean_change_min"] = pairs["child_minutes"] / known
    pairs["max_longer_min"] = pairs["max_longer_min"].clip(lower=0.0)
    order = ["children", "addresses", "from_schools", "to_schools"]
    pairs = pairs.sort_values(order, ascending=[False, False, True, True], ignore_index=True)
    return pairs[list(PAIR_COLUMNS)]


def _summary(frame: pd.DataFrame, changed: pd.DataFrame, year: int) -> ChangeSummary:
    weighed = _weighed(changed)
    known = int(weighed["children_known"].sum())
    minutes = float(weighed["child_minutes"].sum())
    return ChangeSummary(
        year=year,
        children=int(frame["children"].sum()),
        addresses=len(frame),
        changed_children=int(changed["children"].sum()),
        changed_addresses=len(changed),
        changed_blocks=int(changed["block_id"].nunique()),
        longer_children=int(weighed["children_longer"].sum()),
        shorter_children=int(weighed["children_shorter"].sum()),
        unknown_children=int(changed["children"].sum()) - known,
        mean_change_min=minutes / known if known else float("nan"),
        total_change_min=minutes,
    )
