"""What other travel times mean for the children of a plan whose zones stay as they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from zoning.network.travel import UNREACHABLE
from zoning.plan.facts import served
from zoning.plan.zone_times import zone_times
from zoning.units import MINUTE_S, SECOND_MS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.network.travel import TravelTable
    from zoning.plan.facts import Facts
    from zoning.plan.model import Plan

# Stretches of a road are rounded to a millisecond each, and a road that loses a junction has fewer
# of them: less than a second is no change.
NOTICED_S = 1.0
SCHOOL_COLUMNS = (
    "school_id", "name", "children", "longer", "shorter", "newly_beyond", "no_longer_beyond",
    "newly_without", "no_longer_without", "minutes_before", "minutes_after", "minutes_change",
    "nearest_before", "nearest_after",
)  # fmt: skip


@dataclass(frozen=True)
class ChangeTotals:
    """Sums over all children of one year.

    Parameters
    ----------
    year
        The year.
    children
        All children who have a school.
    longer, shorter
        Those whose way becomes longer or shorter, by a second at least.
    newly_beyond, no_longer_beyond
        Those whose way crosses the service radius of the stage.
    newly_without, no_longer_without
        Those who lose or get a way at all.
    minutes_before, minutes_after
        Child-minutes of those who have a way before and after.
    blocks_changed
        Blocks whose time to their zone's school becomes another.
    blocks_nearest, children_nearest
        Blocks to which another school is the nearest in time now, and the children in them.
    """

    year: int
    children: int
    longer: int
    shorter: int
    newly_beyond: int
    no_longer_beyond: int
    newly_without: int
    no_longer_without: int
    minutes_before: float
    minutes_after: float
    blocks_changed: int
    blocks_nearest: int
    children_nearest: int

    @property
    def minutes_change(self) -> float:
        """Child-minutes that all ways together become longer."""
        return self.minutes_after - self.minutes_before


@dataclass(frozen=True, eq=False)
class TravelChange:
    """Times before and after.

    Parameters
    ----------
    pairs
        Block by school of its zone: block_id, name, zone_id, school_id, school, children,
        minutes_before, minutes_after, minutes_change, metres_before, metres_after; NaN without a
        way.
    blocks
        One row a block: block_id, name, zone_id, minutes_before, minutes_after, minutes_change to
        the zone's school, changed, nearest_before, nearest_after (school ids, "" for none).
    addresses
        Residences whose way changes: address_id, name, block_id, zone_id, schools, children,
        minutes_before, minutes_after, minutes_change, metres_before, metres_after.
    schools
        `SCHOOL_COLUMNS`, a row for each school there is before or after. In an area that several
        schools share the children count for each of them; nearest_before and nearest_after are the
        children of the blocks to which it is the nearest.
    totals
        Sums.
    """

    pairs: pd.DataFrame
    blocks: pd.DataFrame
    addresses: pd.DataFrame
    schools: pd.DataFrame
    totals: ChangeTotals


def travel_change(
    plan: Plan, before: Facts, after: Facts, *, year: int, names: dict[str, str]
) -> TravelChange:
    """Compare travel times under one plan.

    Parameters
    ----------
    plan
        A plan over the blocks of the facts.
    before, after
        Facts that differ in their times only; there may be more schools after.
    year
        Year whose children count.
    names
        Name by school id, of all schools.
    """
    children = before.children[:, before.years.index(year)]
    blocks = _blocks(plan, before, after, children)
    addresses = _residences(plan, before, after, children)
    return TravelChange(
        pairs=_pairs(plan, before, after, blocks, names),
        blocks=blocks,
        addresses=addresses[_differs(addresses)].reset_index(drop=True),
        schools=_schools(plan, before, after, children, blocks, names),
        totals=_totals(addresses, blocks, before.radius_m, year),
    )


def touched_schools(schools: pd.DataFrame) -> NDArray[np.bool_]:
    """Mark the schools for whose children, or to whom as the nearest, anything changes.

    Parameters
    ----------
    schools
        `TravelChange.schools`.
    """
    kinds = ["longer", "shorter", "newly_beyond", "no_longer_beyond", "newly_without",
             "no_longer_without"]  # fmt: skip
    other = schools["nearest_before"] != schools["nearest_after"]
    return np.asarray((schools[kinds] > 0).any(axis=1) | other, dtype=bool)


def _compared(
    before: tuple[NDArray[np.float64], NDArray[np.float64]],
    after: tuple[NDArray[np.float64], NDArray[np.float64]],
) -> dict[str, NDArray[np.float64]]:
    """Minutes and metres of both sides, given as seconds and metres."""
    minutes = [side[0] / MINUTE_S for side in (before, after)]
    return {
        "minutes_before": minutes[0],
        "minutes_after": minutes[1],
        "minutes_change": minutes[1] - minutes[0],
        "metres_before": before[1],
        "metres_after": after[1],
    }


def _differs(frame: pd.DataFrame) -> NDArray[np.bool_]:
    """Mark rows whose time is another, or that have a way on one side only."""
    lost = frame["minutes_before"].isna() != frame["minutes_after"].isna()
    noticed = frame["minutes_change"].abs() >= NOTICED_S / MINUTE_S
    return np.asarray((lost | noticed).to_numpy(dtype=bool))


def _residences(
    plan: Plan, before: Facts, after: Facts, children: NDArray[np.int64]
) -> pd.DataFrame:
    sides = [served(plan, facts) for facts in (before, after)]
    return pd.DataFrame(
        {
            **{
                column: before.residences[column].to_numpy()
                for column in ("address_id", "name", "block_id")
            },
            "zone_id": sides[0].zone_id,
            "schools": sides[0].schools,
            "children": children,
            **_compared(*((side.time_s, side.distance_m) for side in sides)),
        }
    )


def _blocks(plan: Plan, before: Facts, after: Facts, children: NDArray[np.int64]) -> pd.DataFrame:
    ids = before.travel.block_ids
    zone_of = dict(zip(plan.block_ids, plan.zone_ids, strict=True))
    zone = [zone_of[block] for block in ids]
    at = {one.zone_id: place for place, one in enumerate(plan.zones)}
    cell = np.arange(len(ids)), np.array([at[one] for one in zone], dtype=np.int64)
    times = [zone_times(plan.zones, facts) for facts in (before, after)]
    found = _compared(*((time[cell], distance[cell]) for time, distance in times))
    nearest = [_nearest(facts.travel) for facts in (before, after)]
    living = pd.Series(children).groupby(before.residences["block_id"].to_numpy()).sum()
    frame = pd.DataFrame(
        {
            "block_id": ids,
            "name": before.blocks.set_index("block_id")["name"].loc[list(ids)].to_numpy(),
            "zone_id": zone,
            "children": living.reindex(list(ids)).fillna(0).to_numpy(np.int64),
            **found,
            "nearest_before": nearest[0],
            "nearest_after": _really_nearer(nearest, after.travel),
        }
    )
    return frame.assign(changed=_differs(frame))


def _nearest(travel: TravelTable) -> NDArray[np.object_]:
    """Return the nearest school in time of each block, "" for none."""
    if not travel.school_ids:
        return np.full(len(travel.block_ids), "", dtype=object)
    first = travel.time_ms.argmin(axis=1)
    ids = np.array(travel.school_ids, dtype=object)[first]
    none = travel.time_ms.min(axis=1) == UNREACHABLE
    return np.where(none, "", ids)


def _really_nearer(nearest: list[NDArray[np.object_]], travel: TravelTable) -> NDArray[np.object_]:
    """Of the nearest schools before and after the latter, unless it is so by rounding only."""
    column = {school: at for at, school in enumerate(travel.school_ids)}
    rows = np.arange(len(travel.block_ids))
    old, new = (
        np.array([column.get(school, -1) for school in side], dtype=np.int64) for side in nearest
    )
    still = np.where(old >= 0, travel.time_ms[rows, old].astype(np.int64), UNREACHABLE)
    now = np.where(new >= 0, travel.time_ms[rows, new].astype(np.int64), UNREACHABLE)
    rounding = (old >= 0) & (still != UNREACHABLE) & (still - now < NOTICED_S * SECOND_MS)
    return np.where(rounding, nearest[0], nearest[1])


def _pairs(
    plan: Plan, before: Facts, after: Facts, blocks: pd.DataFrame, names: dict[str, str]
) -> pd.DataFrame:
    schools = {zone.zone_id: zone.school_ids for zone in plan.zones}
    frame = blocks[["block_id", "name", "zone_id", "children"]].reset_index(names="row")
    frame = frame.assign(school_id=frame["zone_id"].map(schools)).explode("school_id")
    frame = frame[frame["school_id"].notna()].reset_index(drop=True)
    cells = [_cells(facts.travel, frame) for facts in (before, after)]
    frame = frame.assign(school=frame["school_id"].map(names), **_compared(*cells))
    return frame.drop(columns="row")


def _cells(
    travel: TravelTable, frame: pd.DataFrame
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Seconds and metres from the block of each row to its school, NaN without a way."""
    column = {school: at for at, school in enumerate(travel.school_ids)}
    at = frame["school_id"].map(column).fillna(-1).to_numpy(np.int64)
    rows = frame["row"].to_numpy()
    time = travel.time_ms[rows, at].astype(np.float64)
    none = (at < 0) | (time == UNREACHABLE)
    metres = travel.distance_m[rows, at].astype(np.float64)
    return np.where(none, np.nan, time / SECOND_MS), np.where(none, np.nan, metres)


def _schools(
    plan: Plan,
    before: Facts,
    after: Facts,
    children: NDArray[np.int64],
    blocks: pd.DataFrame,
    names: dict[str, str],
) -> pd.DataFrame:
    zone_of = dict(zip(plan.block_ids, plan.zone_ids, strict=True))
    members = {zone.zone_id: zone.school_ids for zone in plan.zones}
    ours = before.residences["block_id"].map(zone_of).map(members)
    schools = [ids if isinstance(ids, tuple) else () for ids in ours]
    parts = []
    for rank in range(max((len(ids) for ids in schools), default=0)):
        wanted = np.array([ids[rank] if len(ids) > rank else "" for ids in schools], dtype=object)
        frame = pd.DataFrame(_compared(before.times(wanted), after.times(wanted)))
        frame = frame.assign(children=children, school_id=wanted)
        parts.append(frame[frame["school_id"] != ""])
    every = pd.concat(parts, ignore_index=True)
    sums = _weighed(every, before.radius_m).groupby(every["school_id"]).sum()
    table = sums.reindex(sorted(names)).fillna(0)
    counts = [column for column in table if not column.startswith("minutes")]
    table = table.astype(dict.fromkeys(counts, "int64"))
    table["minutes_change"] = table["minutes_after"] - table["minutes_before"]
    for side in ("before", "after"):
        near = blocks.groupby(f"nearest_{side}")["children"].sum()
        table[f"nearest_{side}"] = near.reindex(table.index).fillna(0).astype("int64")
    table = table.rename_axis("school_id").reset_index()
    return table.assign(name=table["school_id"].map(names))[list(SCHOOL_COLUMNS)]


def _weighed(frame: pd.DataFrame, radius_m: float) -> pd.DataFrame:
    """Children of each kind in each row, and child-minutes where there is a way on both sides."""
    change = frame["minutes_change"]
    beyond = [frame[column] > radius_m for column in ("metres_before", "metres_after")]
    without = [frame[column].isna() for column in ("minutes_before", "minutes_after")]
    both = ~without[0] & ~without[1]
    noticed = change.abs() >= NOTICED_S / MINUTE_S
    kinds = {
        "longer": noticed & (change > 0),
        "shorter": noticed & (change < 0),
        "newly_beyond": both & beyond[1] & ~beyond[0],
        "no_longer_beyond": both & beyond[0] & ~beyond[1],
        "newly_without": without[1] & ~without[0],
        "no_longer_without": without[0] & ~without[1],
    }
    children = frame["children"]
    columns = {"children": children}
    columns |= {kind: children.where(of, 0) for kind, of in kinds.items()}
    for side in ("minutes_before", "minutes_after"):
        columns[side] = (children * frame[side]).where(both, 0.0)
    return pd.DataFrame(columns)


def _totals(
    residences: pd.DataFrame, blocks: pd.DataFrame, radius_m: float, year: int
) -> ChangeTotals:
    sums: dict[str, Any] = {
        name: float(total) if name.startswith("minutes") else int(total)
        for name, total in _weighed(residences[residences["schools"] != ""], radius_m).sum().items()
    }
    other = blocks["nearest_before"] != blocks["nearest_after"]
    return ChangeTotals(
        year=year,
        **sums,
        blocks_changed=int(blocks["changed"].sum()),
        blocks_nearest=int(other.sum()),
        children_nearest=int(blocks.loc[other, "children"].sum()),
    )
