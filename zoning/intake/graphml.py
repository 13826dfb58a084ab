"""Ways of a street graph that OSMnx made: a GraphML file, or a download by place name."""

from __future__ import annotations

import math
from collections.abc import Iterable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import ParseError

import geopandas as gpd
import osmnx as ox
import pandas as pd
import requests
import shapely

from zoning.errors import InputError, ZoningError
from zoning.intake.osm_tags import NAME_KEYS, WAY_KEYS, kmh_of, line_values, way_values
from zoning.settings import Mode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import networkx as nx

TAGS = (*WAY_KEYS, *NAME_KEYS)
BARRIER_TAGS: dict[str, bool | str | list[str]] = {
    "railway": ["rail", "light_rail", "narrow_gauge"],
    "waterway": ["river", "canal"],
}


def read_graphml(file: Path) -> gpd.GeoDataFrame:
    """Read the ways of a GraphML file that OSMnx saved.

    Parameters
    ----------
    file
        The graph carries its CRS.

    Returns
    -------
    ways
        In the CRS of the graph, with the columns of a basemap.

    Raises
    ------
    InputError
        The file is empty, cut off, no street graph, or has no roads.
    """
    if file.stat().st_size == 0:
        raise InputError("roads.EMPTY_FILE", file=file.name)
    try:
        graph = ox.load_graphml(file)
    except (ParseError, KeyError, ValueError, TypeError, AttributeError, SyntaxError) as error:
        # OSMnx converts every attribute on loading; a foreign graph fails in any of these ways
        raise InputError("roads.BROKEN_GRAPHML", file=file.name, detail=str(error)) from error
    ways = graph_ways(graph)
    if ways.empty:
        raise InputError("roads.NO_ROADS", file=file.name)
    return ways


def download(place: str, *, mode: Mode) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Download the ways and barrier lines of a place from OpenStreetMap, through OSMnx.

    Parameters
    ----------
    place
        Name as people write it, such as "昌吉市".
    mode
        Which ways are wanted.

    Returns
    -------
    ways, lines
        In EPSG:4326.

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
    graph = ox.simplification.simplify_graph(graph, edge_attrs_differ=["osmid"])
    ways = graph_ways(graph)
    if ways.empty:
        raise InputError("roads.NO_ROADS", file=place)
    return ways, lines


@contextmanager
def _osmnx_settings() -> Iterator[None]:
    """Ask for our tags and leave no cache behind; OSMnx keeps its settings in its module."""
    before = ox.settings.useful_tags_way, ox.settings.use_cache
    ox.settings.useful_tags_way, ox.settings.use_cache = list(TAGS), False
    try:
        yield
    finally:
        ox.settings.useful_tags_way, ox.settings.use_cache = before


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


def graph_ways(graph: nx.MultiDiGraph) -> gpd.GeoDataFrame:
    """Return the edges of an OSMnx graph as ways.

    The two directions of a street become one way; a street with one direction is one-way.

    Parameters
    ----------
    graph
        Nodes with x, y; edges with highway and, if they bend, geometry; the graph with crs.
    """
    streets: dict[tuple[Any, ...], dict[str, Any]] = {}
    for start, end, facts in sorted(graph.edges(data=True), key=lambda edge: edge[:2]):
        values = way_values(_tags(facts))
        if values is None:
            continue
        line = facts.get("geometry") or shapely.LineString(
            [(graph.nodes[node]["x"], graph.nodes[node]["y"]) for node in (start, end)]
        )
        ends = (start, end) if start <= end else (end, start)
        key = (*ends, str(_first(facts.get("osmid", ""))), line.normalize().wkb)
        if key in streets:
            streets[key]["directions"].add((start, end))
            continue
        speed = values["maxspeed"]
        if math.isnan(speed):
            speed = kmh_of(str(_first(facts.get("maxspeed", ""))))
        streets[key] = {
            **values, "maxspeed": speed, "way_id": key[2], "geometry": line,
            "directions": {(start, end)},
        }  # fmt: skip
    rows = list(streets.values())
    for row in rows:
        row["oneway"] = int(len(row.pop("directions")) == 1)
    if not rows:
        return gpd.GeoDataFrame({"way_id": []}, geometry=[], crs=graph.graph.get("crs"))
    return gpd.GeoDataFrame(rows, crs=graph.graph.get("crs"))


def _tags(facts: dict[str, Any]) -> dict[str, str]:
    """Tags of an edge; of the values of merged ways the first, for a bridge any."""
    return {
        key: str(_first(facts[key]))
        for key in TAGS
        if key in facts and key != "oneway" and not _is_missing(facts[key])
    }


def _first(value: object) -> object:
    if isinstance(value, Iterable) and not isinstance(value, str):
        present = sorted(str(item) for item in value if not _is_missing(item))
        return present[0] if present else ""
    return value


def _is_missing(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
