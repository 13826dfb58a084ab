"""A plan that was made ready for look-ups, as one file: what took long is not worked out again.

Where children live and where that is on the roads, the problem that the plan answers, the zone of
each address and those near it depend on nothing but what a version has kept. They are worked out
once, when it is published. What is not in the file is read from what the version has kept.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from zoning.lookup.opening import desk_of
from zoning.lookup.values_file import read_value, write_value
from zoning.network.snap import Placement
from zoning.network.travel import AddressTimes
from zoning.partition.explain import Explainer
from zoning.partition.problem import EdgeTerm, Note, OverloadTerm, Problem, Term
from zoning.partition.standing import Standing
from zoning.plan.model import Flip, Plan, Provenance, Zone, ZoneType
from zoning.settings import Stage
from zoning.study.explain import Explained
from zoning.study.explain_records import Teller, Upstream
from zoning.study.stage import HomesAtHand, stage_facts
from zoning.study.whose_school import zones_at_hand

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from zoning.lookup.desk import Desk
    from zoning.lookup.opening import Kept
    from zoning.plan.facts import Facts
    from zoning.study.walking import Walking

# raised when other values are kept
FORMAT = 2


@dataclass(frozen=True, eq=False)
class _Near:
    """Other zones near addresses: the addresses, where the zones of each begin, and the zones."""

    rows: NDArray[np.int64]
    ptr: NDArray[np.int64]
    zones: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class _Homes:
    """Residences as bytes of Parquet without their points, the points, and where they are placed.

    The places are None where children are counted by block; those on the roads to boarding schools
    also where there is no such school, those on foot where times on foot are not told beside.
    """

    table: NDArray[np.uint8]
    xy: NDArray[np.float64]
    places: Placement | None
    boarding: Placement | None
    on_foot: Placement | None


@dataclass(frozen=True, eq=False)
class _Made:
    """What is kept of a `Desk`."""

    plan: Plan
    standing: Standing
    kept_exactly: frozenset[tuple[str, int]]
    upstream: Upstream
    changed: tuple[str, ...]
    zone_of_row: NDArray[np.int32]
    near: _Near
    boundary_m: float
    homes: _Homes


_KINDS = (
    _Made, _Near, _Homes, Placement, Standing, Problem, Term, EdgeTerm, OverloadTerm, Note, Plan,
    Provenance, Flip, Zone, ZoneType, Upstream,
)  # fmt: skip


def save_desk(desk: Desk, file: Path) -> None:
    """Write what of a desk took long to work out.

    Parameters
    ----------
    desk
        The desk.
    file
        Where to.

    Raises
    ------
    StorageError
        The file cannot be written.
    """
    told = desk.teller.explained
    made = _Made(
        plan=desk.teller.plan,
        standing=told.teller.explainer.standing,
        kept_exactly=told.teller.kept_exactly,
        upstream=told.teller.upstream,
        changed=told.changed,
        zone_of_row=desk.zones.of_row,
        near=_near(desk.near),
        boundary_m=desk.boundary_m,
        homes=_homes(told.teller.facts, desk.teller.walking),
    )
    write_value(made, file)


def open_saved_desk(kept: Kept, file: Path) -> Desk | None:
    """Open a desk that was saved.

    Parameters
    ----------
    kept
        What was kept with the version.
    file
        Written by `save_desk`, with nothing else kept.

    Returns
    -------
    None where another distance counts as near a boundary now: that is worked out anew.

    Raises
    ------
    StorageError
        The file is none of these.
    """
    made: _Made = read_value(file, kinds=_KINDS)
    settings = kept.study.settings
    if made.boundary_m != settings.lookup.boundary_m:
        return None
    stage = Stage(made.plan.stage)
    homes = _homes_at_hand(made.homes, crs=kept.blocks.crs)
    facts = stage_facts(kept.study, stage, inputs=kept.inputs, homes=homes)
    told = Explained(
        plan_id=made.plan.plan_id,
        stage=stage.value,
        changed=made.changed,
        teller=Teller(
            Explainer(made.standing), facts, today=False, kept_exactly=made.kept_exactly,
            upstream=made.upstream,
        ),
        addresses=kept.inputs.addresses,
    )  # fmt: skip
    zones = zones_at_hand(
        made.plan, inputs=kept.inputs, blocks=kept.blocks, of_row=made.zone_of_row
    )
    near, on_foot = _near_of(made.near), made.homes.on_foot
    return desk_of(kept, zones, told, plan=made.plan, near=near, on_foot=on_foot)


def _near(near: Mapping[int, tuple[int, ...]]) -> _Near:
    return _Near(
        np.array(list(near), dtype=np.int64),
        np.cumsum([0, *map(len, near.values())], dtype=np.int64),
        np.array([zone for zones in near.values() for zone in zones], dtype=np.int64),
    )


def _near_of(kept: _Near) -> dict[int, tuple[int, ...]]:
    ptr, zones = kept.ptr.tolist(), kept.zones.tolist()
    return {
        row: tuple(zones[first:last])
        for row, first, last in zip(kept.rows.tolist(), ptr, ptr[1:], strict=False)
    }


def _homes(facts: Facts, walking: Walking | None) -> _Homes:
    table = io.BytesIO()
    residences = facts.residences
    pd.DataFrame(residences.drop(columns="geometry")).to_parquet(table, index=False)
    boarding = None if facts.boarding is None else facts.boarding.times_to
    return _Homes(
        np.frombuffer(table.getvalue(), dtype=np.uint8),
        np.column_stack((residences.geometry.x, residences.geometry.y)),
        _placed(facts.times_to),
        _placed(boarding),
        None if walking is None else _placed(walking.times_to),
    )


def _placed(times: Any) -> Placement | None:
    return times.places if isinstance(times, AddressTimes) else None


def _homes_at_hand(kept: _Homes, *, crs: object) -> HomesAtHand:
    table = pd.read_parquet(io.BytesIO(kept.table.tobytes()))
    residences = gpd.GeoDataFrame(table, geometry=shapely.points(kept.xy), crs=crs)
    return HomesAtHand(residences, kept.places, kept.boarding)
