"""A study out of nothing but an OpenStreetMap extract: a first look before a bureau's own data.

Schools, homes and roads are the map's. Children and seats are assumptions, stated in the study's
README and meant to be replaced: children are drawn per home, seats follow each school's ground.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from zoning.errors import StorageError
from zoning.intake.osm_places import OsmPlaces, read_places
from zoning.messages import text
from zoning.settings import Stage
from zoning.study.folder import SETTINGS_FILE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import geopandas as gpd


@dataclass(frozen=True)
class Assumptions:
    """What a map cannot say.

    Parameters
    ----------
    year
        School year.
    children_per_home
        Mean number of children of a stage in one home; numbers are Poisson-distributed.
    reserve
        Seats above children, as a share of children.
    seed
        Seed of the draw.
    """

    year: int
    children_per_home: Mapping[Stage, float]
    reserve: float = 0.1
    seed: int = 1


def create_from_osm(
    extract: Path, folder: Path, *, name: str, assumptions: Assumptions, language: str
) -> OsmPlaces:
    """Write a study folder from an extract.

    Parameters
    ----------
    extract
        `.osm.pbf` or `.osm`; it is copied into `inputs/`.
    folder
        The new study.
    name
        Name of the place.
    assumptions
        Children and seats.
    language
        Language of the study's README.

    Raises
    ------
    StorageError
        There is a study in the folder already.
    InputError
        The extract cannot be used.
    """
    if (folder / SETTINGS_FILE).exists():
        raise StorageError("study.EXISTS", folder=folder)
    places = read_places(extract)
    rng = np.random.default_rng(assumptions.seed)
    addresses = address_table(places.dwellings)
    demand = demand_table(addresses, assumptions=assumptions, rng=rng)
    schools = school_table(places.schools, demand=demand, assumptions=assumptions)
    inputs = folder / "inputs"
    inputs.mkdir(parents=True)
    shutil.copyfile(extract, inputs / extract.name)
    addresses.to_csv(inputs / "addresses.csv", index=False)
    demand.to_csv(inputs / "demand.csv", index=False)
    schools.to_csv(inputs / "schools.csv", index=False)
    guessed = places.schools.loc[places.schools["stage_is_guess"], "name"]
    facts = {
        "name": name,
        "extract": extract.name,
        "schools": len(schools),
        "homes": int(addresses["households"].sum()),
        "children": int(demand.drop(columns=["address_id", "stage"]).to_numpy().sum()),
        "reserve": assumptions.reserve,
        "guessed": ", ".join(guessed) or "–",
    }
    (folder / "README.md").write_text(text("from_osm.README", language, facts), encoding="utf-8")
    (folder / SETTINGS_FILE).write_text(
        settings_text(name, extract.name, assumptions=assumptions, stages=places.schools["stage"]),
        encoding="utf-8",
    )
    return places


def lonlat(frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return longitude and latitude of points, WGS 84, to a centimetre."""
    points = frame.geometry.to_crs("EPSG:4326")
    return pd.DataFrame({"lng": points.x.round(7), "lat": points.y.round(7)}, index=frame.index)


def address_table(dwellings: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return one row an address, sorted and numbered."""
    columns = ["name", "road", "number", "households"]
    rows = pd.concat([dwellings[columns], lonlat(dwellings)], axis=1)
    rows = rows.sort_values(["road", "number", "lng", "lat"], ignore_index=True)
    rows.insert(0, "address_id", [f"A{place:06d}" for place in range(1, len(rows) + 1)])
    return rows


def demand_table(
    addresses: pd.DataFrame, *, assumptions: Assumptions, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the children of each address by stage; addresses without any are left out."""
    parts = []
    for stage, rate in assumptions.children_per_home.items():
        children = rng.poisson(rate * addresses["households"].to_numpy())
        column = f"children_{assumptions.year}"
        part = pd.DataFrame(
            {"address_id": addresses["address_id"], "stage": stage.value, column: children}
        )
        parts.append(part[children > 0])
    return pd.concat(parts, ignore_index=True)


def school_table(
    schools: gpd.GeoDataFrame, *, demand: pd.DataFrame, assumptions: Assumptions
) -> pd.DataFrame:
    """Return the schools with seats in proportion to their grounds.

    A ground counts at least half and at most twice the median of its stage, so that a playing
    field mapped as part of a school does not make it a giant; a school that is only a point on
    the map counts as the median.
    """
    column = f"children_{assumptions.year}"
    rows = pd.concat([schools[["name", "stage", "owner", "site_m2"]], lonlat(schools)], axis=1)
    rows = rows.sort_values(["stage", "name"], ignore_index=True)
    rows.insert(0, "school_id", [f"S{place:03d}" for place in range(1, len(rows) + 1)])
    seats = pd.Series(0, index=rows.index)
    for stage, group in rows.groupby("stage"):
        known = group["site_m2"].where(group["site_m2"] > 0)
        median = known.median() if known.notna().any() else 1.0
        ground = known.fillna(median).clip(median / 2, median * 2)
        total = demand.loc[demand["stage"] == stage, column].sum() * (1 + assumptions.reserve)
        seats[group.index] = np.ceil(total * ground / ground.sum()).astype(int)
    return rows.drop(columns="site_m2").assign(**{f"seats_{assumptions.year}": seats})


def settings_text(name: str, extract: str, *, assumptions: Assumptions, stages: pd.Series) -> str:
    """Return a `study.toml` for the written files."""
    present = [f'"{stage}"' for stage in Stage if stage in set(stages)]
    return f"""\
[study]
name = "{name}"
years = [{assumptions.year}]
stages = [{", ".join(present)}]

[inputs.schools]
file = "schools.csv"
crs = "EPSG:4326"

[inputs.addresses]
file = "addresses.csv"
crs = "EPSG:4326"

[inputs.demand]
file = "demand.csv"

[inputs.roads]
file = "{extract}"
"""
