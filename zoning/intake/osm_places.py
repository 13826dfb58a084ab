"""Schools and dwellings out of an OpenStreetMap extract, for a study that has nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely
from shapely import wkb

from zoning.crs import working_crs
from zoning.errors import InputError
from zoning.settings import Stage

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

# buildings in which nobody lives; https://wiki.openstreetmap.org/wiki/Key:building
NOT_LIVED_IN = frozenset(
    "retail commercial industrial warehouse office church chapel mosque temple hotel school "
    "garage garages shed roof ruins collapsed hospital public civic supermarket kiosk".split()
)
# an address with one of these keys is a shop or an office, not a home
BUSINESS_KEYS = ("shop", "office", "amenity", "tourism", "craft", "healthcare", "leisure")
STAGE_WORDS = {
    Stage.PRIMARY: r"小学|\bprimary\b|\belementary\b|\binfants?\b|\bjunior and infant",
    Stage.JUNIOR_MIDDLE: r"初中|中学|初级中学|\bhigh\b|\bsecondary\b|\bcomprehensive\b|\bmiddle\b",
}
NO_ZONE_WORDS = r"幼儿园|\bnursery\b|\bkindergarten\b"
# https://wiki.openstreetmap.org/wiki/Key:isced:level : 1 primary, 2 lower secondary
ISCED = {"1": Stage.PRIMARY, "2": Stage.JUNIOR_MIDDLE}
SAME_SITE_M = 250.0


@dataclass(frozen=True)
class OsmPlaces:
    """What an extract says about schools and homes, in a metric CRS.

    Parameters
    ----------
    schools
        name, stage, stage_is_guess, owner, site_m2, geometry (point on the site).
    dwellings
        name, road, number, households, geometry (point).
    """

    schools: gpd.GeoDataFrame
    dwellings: gpd.GeoDataFrame


def read_places(path: Path) -> OsmPlaces:
    """Read schools (`amenity=school`) and dwellings (buildings and points with a house number).

    Parameters
    ----------
    path
        `.osm.pbf` or `.osm`.

    Raises
    ------
    InputError
        The file is cut off or no OSM data, or has no named school or no dwelling in it.
    """
    schools: list[dict[str, Any]] = []
    dwellings: list[dict[str, Any]] = []
    try:
        for thing in osmium.FileProcessor(path).with_areas():
            if thing.is_way() or thing.is_relation():
                continue
            tags = dict(thing.tags)
            if tags.get("amenity") == "school":
                schools.append({**tags, "geometry": geometry_of(thing)})
            elif "addr:housenumber" in tags and _is_home(tags):
                dwellings.append(_dwelling(tags, geometry_of(thing)))
    except (RuntimeError, OSError) as error:
        raise InputError("places.UNREADABLE", file=path.name, detail=str(error)) from error
    if not schools:
        raise InputError("places.NO_SCHOOLS", file=path.name)
    if not dwellings:
        raise InputError("places.NO_DWELLINGS", file=path.name)
    homes = gpd.GeoDataFrame(dwellings, crs="EPSG:4326")
    longitude, latitude = np.median(shapely.get_coordinates(homes.geometry), axis=0)
    metric = working_crs(float(longitude), float(latitude))
    sites = gpd.GeoDataFrame(schools, crs="EPSG:4326").to_crs(metric)
    return OsmPlaces(schools=merge_sites(sites), dwellings=homes.to_crs(metric))


def geometry_of(thing: Any) -> shapely.Geometry:
    """Return the point of a node or the ground of an area, EPSG:4326."""
    factory = osmium.geom.WKBFactory()
    if thing.is_node():
        return wkb.loads(factory.create_point(thing), hex=True)
    return wkb.loads(factory.create_multipolygon(thing), hex=True)


def _is_home(tags: dict[str, str]) -> bool:
    if tags.get("building") in NOT_LIVED_IN:
        return False
    return not any(key in tags for key in BUSINESS_KEYS)


def _dwelling(tags: dict[str, str], geometry: shapely.Geometry) -> dict[str, Any]:
    number = tags["addr:housenumber"]
    road = tags.get("addr:street", "")
    return {
        "name": tags.get("name", "") or tags.get("addr:housename", ""),
        "road": road,
        "number": number,
        "households": count_households(number, tags.get("building:flats", "")),
        "geometry": shapely.point_on_surface(geometry),
    }


def count_households(number: str, flats: str = "") -> int:
    """Return how many homes one address holds.

    Parameters
    ----------
    number
        House number, "12", "12-18" (every second one, as numbers run on one side) or "1;3;5".
    flats
        `building:flats`, which decides where it is a number.
    """
    if flats.isdigit() and int(flats) > 0:
        return int(flats)
    homes = 0
    for part in re.split(r"[;,]", number):
        ends = re.fullmatch(r"\s*(\d+)\s*-\s*(\d+)\s*", part)
        low, high = (int(end) for end in ends.groups()) if ends else (0, 0)
        homes += (high - low) // 2 + 1 if low < high <= low + 200 else 1
    return homes


def merge_sites(sites: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Make one school of all features that belong to it.

    Features of one name are one school (two sites are two campuses, the larger one counts). An
    unnamed building belongs to the named school within `SAME_SITE_M`; unnamed ones farther away
    are one school for each group of them, named after their street.

    Parameters
    ----------
    sites
        `amenity=school` features with their tags as columns, in a metric CRS.
    """
    names = sites["name"].fillna("").astype(str).str.strip()
    named = sites[names != ""].assign(name=names[names != ""])
    loose = sites[names == ""]
    if len(loose) and len(named):
        gaps = shapely.distance(
            loose.geometry.to_numpy()[:, None], named.geometry.to_numpy()[None, :]
        ).min(axis=1)
        loose = loose[gaps > SAME_SITE_M]
    rows = [_school(name, group) for name, group in named.groupby("name", sort=True)]
    rows += [_school("", group) for group in _near_one_another(loose)]
    rows = [row for row in rows if not re.search(NO_ZONE_WORDS, row["name"], re.IGNORECASE)]
    schools = gpd.GeoDataFrame(rows, crs=sites.crs)
    return guess_stages(schools)


def _near_one_another(loose: gpd.GeoDataFrame) -> Iterable[gpd.GeoDataFrame]:
    """Yield groups of features that lie within `SAME_SITE_M` of one another."""
    if loose.empty:
        return
    halo = gpd.GeoSeries([shapely.union_all(loose.geometry.buffer(SAME_SITE_M / 2).to_numpy())])
    for patch in halo.explode(ignore_index=True):
        yield loose[loose.geometry.intersects(patch)]


def _school(name: str, group: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return one school's row from its features."""
    largest = group.geometry.iloc[int(group.geometry.area.to_numpy().argmax())]
    street = _first(group, "addr:street")
    level = _first(group, "isced:level")
    stages = {ISCED[digit] for digit in re.findall(r"\d", level) if digit in ISCED}
    by_name = [
        stage for stage, words in STAGE_WORDS.items() if re.search(words, name, re.IGNORECASE)
    ]
    stage = next(iter(stages)) if len(stages) == 1 else (by_name[0] if by_name else None)
    return {
        "name": name or (f"School, {street}" if street else "School"),
        "stage": stage,
        "owner": _first(group, "operator"),
        "site_m2": float(group.geometry.area.sum()),
        "geometry": shapely.point_on_surface(largest),
    }


def _first(group: gpd.GeoDataFrame, column: str) -> str:
    values = group[column].dropna() if column in group else pd.Series(dtype=str)
    return str(values.iloc[0]) if len(values) else ""


def guess_stages(schools: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give a stage to the schools whose tags and name say none, and mark that as a guess.

    A ground nearer in size to the junior middle schools' median than to the primary schools' is
    taken for a junior middle school; without such grounds to compare with, it is primary.
    """
    known = schools.groupby("stage")["site_m2"].median()
    small = known.get(Stage.PRIMARY, np.inf)
    large = known.get(Stage.JUNIOR_MIDDLE, np.inf)
    unsure = schools["stage"].isna()
    middle = abs(schools["site_m2"] - large) < abs(schools["site_m2"] - small)
    guess = np.where(middle, Stage.JUNIOR_MIDDLE, Stage.PRIMARY)
    stage = schools["stage"].where(~unsure, pd.Series(guess, index=schools.index))
    return schools.assign(stage=stage.astype(str), stage_is_guess=unsure)
