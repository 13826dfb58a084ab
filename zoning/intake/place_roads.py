"""Roads of a place by its name, downloaded from OpenStreetMap through OSMnx."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import geopandas as gpd
import osmnx as ox
import pandas as pd
import requests

from zoning.errors import InputError, ZoningError
from zoning.intake.osm_tags import NAME_KEYS, POINT_KEYS, WAY_KEYS, line_values
from zoning.intake.street_graph import read_street_graph, street_points
from zoning.settings import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator

BARRIER_TAGS: dict[str, bool | str | list[str]] = {
    "railway": ["rail", "light_rail", "narrow_gauge"],
    "waterway": ["river", "canal"],
}


class PlaceRoads(NamedTuple):
    """What was downloaded, in EPSG:4326, with the columns of a basemap."""

    ways: gpd.GeoDataFrame
    lines: gpd.GeoDataFrame
    points: gpd.GeoDataFrame


def download(place: str, *, mode: Mode) -> PlaceRoads:
    """Download ways, barrier lines, and points that hold people up.

    Parameters
    ----------
    place
        Name as people write it, such as "昌吉市".
    mode
        Which ways are wanted.

    Raises
    ------
    ZoningError
        There is no way to the service (`roads.NO_INTERNET`).
    InputError
        It knows no such place, or has no roads there.
    """
    kind = "walk" if mode is Mode.WALK else "drive"
    try:
        with _osmnx_settings():
            # roads of both modes: motorways are barriers to walkers
            graph = ox.graph_from_place(
                place, network_type="all" if kind == "walk" else kind, simplify=False,
                retain_all=True,
            )  # fmt: skip
            lines = _downloaded_lines(place)
    except requests.exceptions.RequestException as error:
        raise ZoningError("roads.NO_INTERNET", place=place) from error
    except (ValueError, TypeError) as error:
        # OSMnx: InsufficientResponseError and ResponseStatusCodeError are ValueErrors; a place
        # without an area is a TypeError
        raise InputError("roads.NO_PLACE", place=place, detail=str(error)) from error
    merged = ox.simplification.simplify_graph(graph, edge_attrs_differ=["osmid"])
    ways = read_street_graph(merged, file=place).ways
    # a gate in the middle of a street is no node any more once its stretches are one
    return PlaceRoads(ways, lines, street_points(graph))


@contextmanager
def _osmnx_settings() -> Iterator[None]:
    """Ask for our tags and leave no cache behind; OSMnx keeps its settings in its module."""
    wanted = {
        "useful_tags_way": [*WAY_KEYS, *NAME_KEYS],
        "useful_tags_node": list(POINT_KEYS),
        "use_cache": False,
    }
    before = {name: getattr(ox.settings, name) for name in wanted}
    _set(wanted)
    try:
        yield
    finally:
        _set(before)


def _set(values: dict[str, object]) -> None:
    for name, value in values.items():
        setattr(ox.settings, name, value)


def _downloaded_lines(place: str) -> gpd.GeoDataFrame:
    try:
        features = ox.features_from_place(place, BARRIER_TAGS)
    except ox._errors.InsufficientResponseError:  # noqa: SLF001 - its only home
        return gpd.GeoDataFrame({"kind": []}, geometry=[], crs="EPSG:4326")
    tags = features.drop(columns="geometry").to_dict("records")
    values = [line_values({k: v for k, v in row.items() if isinstance(v, str)}) for row in tags]
    known = [value is not None for value in values]
    frame = pd.DataFrame([value for value in values if value is not None])
    return gpd.GeoDataFrame(frame, geometry=list(features.geometry[known]), crs=features.crs)
