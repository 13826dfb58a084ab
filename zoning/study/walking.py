"""Times on foot for a stage whose children do not walk: parents ask for them all the same.

A step of its own beside roads and travel: plans are drawn without it, look-ups tell of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd

from zoning.errors import InputError
from zoning.network.graph import build_network, load_network, save_network
from zoning.network.travel import (
    TRAVEL_FILE,
    AddressTimes,
    TravelTable,
    load_tables,
    load_travel,
    save_tables,
    save_travel,
    school_times,
    travel_table,
)
from zoning.settings import Mode, Stage
from zoning.study.cache import Stamp, Step, ensure
from zoning.study.road import blocks_from, gates_of, residences_of, weights_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zoning.intake.model import Inputs
    from zoning.network.model import TravelNetwork
    from zoning.network.snap import Placement
    from zoning.progress import Progress
    from zoning.study.at_hand import Ready
    from zoning.study.folder import Study

STEP = "walking"
_NO_ROADS = "network.NO_USABLE_ROADS"


@dataclass(frozen=True, eq=False)
class Walking:
    """Times on foot of a stage.

    Parameters
    ----------
    travel
        Block by school, of the mode WALK.
    times_to
        Single residences; None where children are counted by block.
    """

    travel: TravelTable
    times_to: AddressTimes | None


def walking_stages(study: Study) -> list[Stage]:
    """Return the stages of a study whose own mode is another than walking."""
    settings = study.settings
    return [stage for stage in settings.study.stages if settings.network.modes[stage] != Mode.WALK]


def walking_from(study: Study, at_hand: Ready, progress: Progress) -> Stamp:
    """Compute times on foot of the stages that do not walk, given checked inputs and the basemap.

    Parameters
    ----------
    study
        The study, opened for this process alone.
    at_hand
        Checked inputs and the basemap.
    progress
        Told after every few schools.

    Raises
    ------
    StorageError
        The times could not be written; those of the last good run are still there.
    """
    stages = walking_stages(study)
    reads: dict[str, Any] = {"stages": stages}
    if stages:
        cut = blocks_from(study, at_hand, progress)
        settings = study.settings
        reads |= {
            "frames": at_hand.digests("schools", "gates", "addresses", "demand", "current_zones"),
            "years": settings.study.years,
            "basemap": at_hand.roads.digest,
            "blocks": cut.stamp.digest,
            "network": settings.network.model_dump(mode="json"),
            "barriers": settings.barriers.model_dump(mode="json"),
            "radius_m": [study.rules.service_radius_m[stage.value].value for stage in stages],
        }
    write = partial(_write, study, at_hand, stages)
    stamp, _ = ensure(
        Step(STEP, 1, reads, write), build=study.build, progress=progress, tell=study.tell
    )
    return stamp


def _write(
    study: Study, at_hand: Ready, stages: list[Stage], folder: Path, progress: Progress
) -> Mapping[str, Any]:
    done = []
    for stage in stages:
        progress(stage.value)
        network = _network(study, at_hand, stage)
        if network is None:
            continue
        save_network(network, folder / stage.value)
        _tables(
            study, stage, network=network, inputs=at_hand.inputs, folder=folder / stage.value,
            progress=progress,
        )  # fmt: skip
        done.append(stage.value)
    return {"stages": done}


def _network(study: Study, at_hand: Ready, stage: Stage) -> TravelNetwork | None:
    """Build the walking network; None where the roads are for cars alone, which is no fault."""
    settings = study.settings
    try:
        return build_network(
            at_hand.basemap,
            mode=Mode.WALK,
            settings=settings.network,
            barriers=settings.barriers,
            stage=stage,
        )
    except InputError as error:
        if error.key != _NO_ROADS:
            raise
        return None


def _tables(
    study: Study,
    stage: Stage,
    *,
    network: TravelNetwork,
    inputs: Inputs,
    folder: Path,
    progress: Progress,
) -> None:
    """Compute and write the table block × school of the stage, as the travel table is made."""
    blocks = gpd.read_parquet(study.build / "blocks" / "blocks.parquet")
    where = pd.read_parquet(study.build / "blocks" / "address_block.parquet")
    homes = residences_of(study, stage, inputs=inputs, blocks=blocks, where=where)
    gates = gates_of(inputs, stage)
    tables = school_times(network, gates, progress=progress)
    table = travel_table(
        network,
        gates=gates,
        addresses=homes,
        address_block=homes["block_id"],
        address_weight=weights_of(homes, inputs, years=study.settings.study.years),
        blocks=blocks,
        radius_m=study.rules.service_radius_m[stage.value].value,
        stage=stage,
        tables=tables,
        progress=progress,
    )
    save_tables(tables, folder)
    save_travel(table, folder / TRAVEL_FILE)


def walking_of(
    study: Study,
    stage: Stage,
    *,
    inputs: Inputs,
    residences: gpd.GeoDataFrame,
    places: Placement | None = None,
) -> Walking | None:
    """Return the times on foot of a stage.

    Parameters
    ----------
    study
        A study, or what was kept of one with a version.
    stage
        The stage.
    inputs
        Checked inputs.
    residences
        Where its children live, working CRS.
    places
        The same on the walking network, if they have been placed before.

    Returns
    -------
    None for a stage that walks anyway, and where the times have not been kept: versions were
    published before there were any.
    """
    folder = study.build / STEP / stage.value
    if stage not in walking_stages(study) or not folder.is_dir():
        return None
    times_to = None
    if inputs.addresses is not None:
        network, tables = load_network(folder), load_tables(folder)
        times_to = AddressTimes.on(network, tables, addresses=residences, places=places)
    return Walking(load_travel(folder / TRAVEL_FILE), times_to)
