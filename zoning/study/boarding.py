"""Roads to boarding schools in a study: their network, their table, and what plans ask of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from zoning.network.graph import build_network, load_network
from zoning.network.travel import (
    TRAVEL_FILE,
    AddressTimes,
    load_tables,
    load_travel,
    save_tables,
    save_travel,
    school_times,
    travel_table,
)
from zoning.plan.boarding import Boarding
from zoning.plan.measure import WHOLE
from zoning.settings import Mode, Stage

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from zoning.findings import Finding
    from zoning.intake.basemap import Basemap
    from zoning.intake.model import Inputs
    from zoning.network.model import TravelNetwork
    from zoning.network.snap import Placement
    from zoning.progress import Progress
    from zoning.study.folder import Study


def boarding_folder(stage: Stage) -> str:
    """Return the folder of a stage's boarding schools, in the steps roads and travel."""
    return f"{stage.value}-boarding"


def boarding_stages(study: Study, inputs: Inputs) -> list[Stage]:
    """Return the stages of a study that have a school with boarding places."""
    there = set(inputs.schools.loc[inputs.schools["boarding"] > 0, "stage"])
    return [stage for stage in study.settings.study.stages if stage.value in there]


def boarding_places(inputs: Inputs, stage: Stage) -> dict[str, int]:
    """Return the boarding places of the schools of a stage that have any, by school id."""
    schools = inputs.schools
    ours = schools[(schools["stage"] == stage.value) & (schools["boarding"] > 0)]
    return {
        str(key): int(count) for key, count in zip(ours["school_id"], ours["boarding"], strict=True)
    }


def boarding_gates(inputs: Inputs, stage: Stage) -> gpd.GeoDataFrame:
    """Return the gates of the boarding schools of a stage."""
    return inputs.gates[inputs.gates["school_id"].isin(boarding_places(inputs, stage))]


def day_distance_m(study: Study, stage: Stage) -> float:
    """Return the road up to which a child without a bus can be a day pupil, metres."""
    own = study.settings.boarding.day_m(stage.value)
    return study.rules.day_distance_m[stage.value].value if own is None else own


def boarding_network(study: Study, basemap: Basemap, *, stage: Stage) -> TravelNetwork:
    """Build the network of the mode BOARDING of a stage."""
    settings = study.settings
    return build_network(
        basemap,
        mode=Mode.BOARDING,
        settings=settings.network,
        barriers=settings.barriers,
        stage=stage,
    )


def boarding_table(
    study: Study,
    stage: Stage,
    *,
    inputs: Inputs,
    homes: gpd.GeoDataFrame,
    weight: NDArray[np.float64],
    blocks: gpd.GeoDataFrame,
    folder: Path,
    progress: Progress,
) -> tuple[Finding, ...]:
    """Compute and write the table block × boarding school, as the travel table is made.

    Returns what is to be said of its gates.

    Parameters
    ----------
    study
        A study whose roads have been built.
    stage
        The stage.
    inputs
        Checked inputs.
    homes, weight
        Where its children live, and what each home weighs in its block, shape (A,).
    blocks
        block_id and polygons.
    folder
        Where it is written.
    progress
        Told after every few schools.
    """
    network = load_network(study.build / "roads" / boarding_folder(stage))
    gates = boarding_gates(inputs, stage)
    tables = school_times(network, gates, progress=progress)
    table = travel_table(
        network,
        gates=gates,
        addresses=homes,
        address_block=homes["block_id"],
        address_weight=weight,
        blocks=blocks,
        radius_m=day_distance_m(study, stage),
        stage=stage,
        tables=tables,
        progress=progress,
    )
    save_tables(tables, folder)
    save_travel(table, folder / TRAVEL_FILE)
    return tables.findings


def boarding_told(metrics: pd.DataFrame, year: int) -> dict[str, Any] | None:
    """Return what the screen says of boarding under a plan; None where no school has places.

    Parameters
    ----------
    metrics
        `zoning.plan.measure.METRIC_COLUMNS`.
    year
        The year.
    """
    ours = metrics[
        metrics["metric"].str.startswith("boarding_")
        & (metrics["scope"] == WHOLE)
        & (metrics["year"] == year)
    ]
    if not len(ours):
        return None
    day = ours.loc[ours["metric"] == "boarding_beyond_day", "note"].iloc[0]
    named = dict(zip(ours["metric"].str.removeprefix("boarding_"), ours["value"], strict=True))
    told = {name: None if math.isnan(value) else float(value) for name, value in named.items()}
    return {**told, "year": year, "day": day}


def boarding_of(
    study: Study,
    stage: Stage,
    *,
    inputs: Inputs,
    residences: gpd.GeoDataFrame,
    places: Placement | None = None,
) -> Boarding | None:
    """Return the roads to a stage's boarding schools; None where it has none.

    Parameters
    ----------
    study
        A study whose travel times have been computed.
    stage
        The stage.
    inputs
        Checked inputs.
    residences
        Where its children live.
    places
        The same on the roads to boarding schools, if they have been placed before.
    """
    boarders = boarding_places(inputs, stage)
    if not boarders:
        return None
    travel = study.build / "travel" / boarding_folder(stage)
    times_to = None
    if inputs.addresses is not None:
        network = load_network(study.build / "roads" / boarding_folder(stage))
        tables = load_tables(travel)
        times_to = AddressTimes.on(network, tables, addresses=residences, places=places)
    return Boarding(
        places=boarders,
        travel=load_travel(travel / TRAVEL_FILE),
        day_m=day_distance_m(study, stage),
        times_to=times_to,
    )
