"""The nearest schools of every address of a study, as rows of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zoning.network.graph import load_network
from zoning.network.nearest import nearest_schools, rank_schools
from zoning.network.travel import TRAVEL_FILE, AddressTimes, load_tables, load_travel
from zoning.study.road import ready, residences_from, travel_from
from zoning.study.ways import MINUTE_MS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import geopandas as gpd
    import pandas as pd

    from zoning.intake.model import Inputs
    from zoning.progress import Progress
    from zoning.settings import Stage
    from zoning.study.folder import Study

_DECIMALS = 4


@dataclass(frozen=True)
class Nearest:
    """The nearest schools of the addresses of a study.

    Parameters
    ----------
    rows
        stage, address_id, name, rank, school_id, school, minutes, metres; one without a way has a
        single row without a school.
    addresses
        How many there are.
    without
        Ids of those without a way to any school, by stage.
    """

    rows: list[dict[str, Any]]
    addresses: int
    without: dict[str, tuple[str, ...]]


def nearest(study: Study, *, count: int, stages: Sequence[Stage], progress: Progress) -> Nearest:
    """Return the nearest schools of every address, exactly as the travel table has them.

    Where children are counted by block, a block has the mean of the table.

    Parameters
    ----------
    study
        The study; whatever comes before is brought up to date.
    count
        How many schools of each address.
    stages
        Of which stages.
    progress
        Told how far it is.

    Raises
    ------
    InputError
        The inputs are refused.
    """
    at_hand = ready(study, progress)
    travel_from(study, at_hand, progress)
    rows: list[dict[str, Any]] = []
    without: dict[str, tuple[str, ...]] = {}
    places = 0
    for stage in stages:
        homes = residences_from(study, stage, inputs=at_hand.inputs)
        found, schools = _ranked(
            study, stage, homes, inputs=at_hand.inputs, count=count, progress=progress
        )
        places = len(homes)
        own = _rows(stage, homes, found, schools=schools, inputs=at_hand.inputs)
        without[stage.value] = tuple(row["address_id"] for row in own if row["rank"] is None)
        rows += own
    return Nearest(rows, places, without)


def _ranked(
    study: Study,
    stage: Stage,
    homes: gpd.GeoDataFrame,
    *,
    inputs: Inputs,
    count: int,
    progress: Progress,
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the nearest schools by position, and the ids of the schools."""
    folder = study.build / "travel" / stage.value
    if inputs.addresses is None:
        table = load_travel(folder / TRAVEL_FILE)
        at = [table.block_ids.index(block) for block in homes["block_id"]]
        found = rank_schools(table.time_ms[at], table.distance_m[at].astype(float), count=count)
        return found, table.school_ids
    network, tables = load_network(study.build / "roads" / stage.value), load_tables(folder)
    times = AddressTimes.on(network, tables, addresses=homes)
    return nearest_schools(times, count=count, progress=progress), tables.school_ids


def _rows(
    stage: Stage,
    homes: gpd.GeoDataFrame,
    found: pd.DataFrame,
    *,
    schools: tuple[str, ...],
    inputs: Inputs,
) -> list[dict[str, Any]]:
    names = dict(zip(inputs.schools["school_id"], inputs.schools["name"], strict=True))
    of_home: dict[int, list[dict[str, Any]]] = {}
    for row in found.itertuples(index=False):
        school = schools[row.school]
        of_home.setdefault(row.address, []).append(
            {
                "rank": int(row.rank),
                "school_id": school,
                "school": names[school],
                "minutes": round(row.time_ms / MINUTE_MS, _DECIMALS),
                "metres": int(row.distance_m),
            }
        )
    nothing = dict.fromkeys(("rank", "school_id", "school", "minutes", "metres"))
    return [
        {"stage": stage.value, "address_id": address, "name": name, **told}
        for home, (address, name) in enumerate(zip(homes["address_id"], homes["name"], strict=True))
        for told in of_home.get(home, [nothing])
    ]
