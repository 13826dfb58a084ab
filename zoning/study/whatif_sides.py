"""One network of a study before and after some changes: only what they touch is computed again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from zoning.network.graph import load_network
from zoning.network.travel import AddressTimes, block_places, load_tables
from zoning.network.whatif import AddRoad, AddSchool, CloseWay, changed_gates
from zoning.network.whatif_tables import renewed_tables
from zoning.network.whatif_travel import Side, renewed_travel
from zoning.study.boarding import boarding_folder, boarding_gates, boarding_network
from zoning.study.road import weights_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import geopandas as gpd

    from zoning.intake.model import Inputs
    from zoning.network.model import TravelNetwork
    from zoning.network.travel import TravelTable
    from zoning.network.whatif import Change, ChangedRoads
    from zoning.network.whatif_tables import RenewedTables
    from zoning.network.whatif_travel import RenewedTravel
    from zoning.plan.boarding import Boarding
    from zoning.plan.facts import Facts
    from zoning.progress import Progress
    from zoning.settings import Stage
    from zoning.study.folder import Study


@dataclass(frozen=True, eq=False)
class Sides:
    """A network and its tables before and after.

    Parameters
    ----------
    before, after
        Both sides.
    tables, travel
        What became of the school tables, and of the table block × school.
    """

    before: Side
    after: Side
    tables: RenewedTables
    travel: RenewedTravel


def living_in(facts: Facts, inputs: Inputs) -> dict[str, Any]:
    """Return where the children of a stage live, as `block_places` takes it."""
    homes = facts.residences
    return {
        "addresses": homes,
        "address_block": homes["block_id"],
        "address_weight": weights_of(homes, inputs, years=facts.years),
        "blocks": facts.blocks,
    }


def renewed_sides(
    networks: tuple[TravelNetwork, TravelNetwork],
    table: TravelTable,
    *,
    tables: Path,
    gates: gpd.GeoDataFrame,
    living: Mapping[str, Any],
    radius_m: float,
    progress: Progress,
) -> Sides:
    """Renew the tables of a network.

    Parameters
    ----------
    networks
        Before and after; the same one where no road changes.
    table
        Block by school, as it was.
    tables
        Folder of the school tables, as they were.
    gates
        Gates as they would be.
    living
        `living_in`.
    radius_m
        Up to where a child is within.
    progress
        Told how far it is.
    """
    old, new = networks
    kept = load_tables(tables)
    progress("schools")
    renewed = renewed_tables(old, kept, after=new, gates=gates)
    before = Side(old, kept, block_places(old, **living))
    after = Side(new, renewed.tables, before.homes)
    if new is not old:
        after = replace(after, homes=block_places(new, **living))
    progress("blocks")
    travel = renewed_travel(
        table, before, after=after, renewed=renewed, radius_m=radius_m, progress=progress
    )
    return Sides(before, after, renewed, travel)


def boarding_after(
    study: Study,
    facts: Facts,
    changes: Sequence[Change],
    *,
    roads: ChangedRoads,
    stage: Stage,
    inputs: Inputs,
    progress: Progress,
) -> Boarding | None:
    """Return the roads to the boarding schools as they would be; None where there are none.

    A school that is added has no boarding places.

    Parameters
    ----------
    study
        The study.
    facts
        The stage as it is.
    changes
        What is tried out.
    roads
        The roads after it.
    stage, inputs
        The stage and checked inputs.
    progress
        Told how far it is.
    """
    boarding = facts.boarding
    if boarding is None:
        return None
    old = load_network(study.build / "roads" / boarding_folder(stage))
    rebuilt = any(isinstance(change, CloseWay | AddRoad) for change in changes)
    new = boarding_network(study, roads.basemap, stage=stage) if rebuilt else old
    ours = [
        change
        for change in changes
        if isinstance(change, CloseWay | AddRoad)
        or (not isinstance(change, AddSchool) and change.school_id in boarding.places)
    ]
    sides = renewed_sides(
        (old, new),
        boarding.travel,
        tables=study.build / "travel" / boarding_folder(stage),
        gates=changed_gates(boarding_gates(inputs, stage), ours),
        living=living_in(facts, inputs),
        radius_m=boarding.day_m,
        progress=progress,
    )
    times_to = None
    if boarding.times_to is not None:
        times_to = AddressTimes.on(new, sides.tables.tables, addresses=facts.residences)
    return replace(boarding, travel=sides.travel.table, times_to=times_to)
