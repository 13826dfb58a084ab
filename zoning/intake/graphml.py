"""Roads of a GraphML file: a street graph of OSMnx, or any graph of networkx with coordinates."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from xml.etree.ElementTree import ParseError

from zoning.crs import Shift, System, system_of, understand
from zoning.errors import InputError, SettingsError
from zoning.intake.faults import fault
from zoning.intake.graph_values import words_of
from zoning.intake.road_system import road_system
from zoning.intake.street_graph import read_street_graph

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import networkx as nx

    from zoning.findings import Finding
    from zoning.settings import InputFile


class GraphRoads(NamedTuple):
    """What a GraphML file holds, in its own coordinates; see `StreetGraph`."""

    ways: gpd.GeoDataFrame
    points: gpd.GeoDataFrame
    system: System
    findings: tuple[Finding, ...]


def read_graphml(file: Path, *, item: InputFile) -> GraphRoads:
    """Read the roads of a GraphML file.

    Parameters
    ----------
    file
        The file.
    item
        What study.toml says of it; its CRS is needed where the graph has no attribute `crs`.

    Raises
    ------
    InputError
        The file is empty, cut off, no street graph, of unknown CRS, or has no roads.
    """
    # half a second that only such a file is worth
    import networkx as nx

    if file.stat().st_size == 0:
        raise InputError("roads.EMPTY_FILE", file=file.name)
    try:
        # not by OSMnx: it takes nothing but what it has saved itself
        graph = nx.read_graphml(file, node_type=str, edge_key_type=str, force_multigraph=True)
    except ParseError as error:
        row, column = error.position
        raise InputError("roads.BROKEN_GRAPHML", file=file.name, row=row, column=column) from error
    except (nx.NetworkXException, LookupError, ValueError, TypeError, AttributeError) as error:
        # XML, but not GraphML: networkx fails in any of these ways
        raise InputError("roads.NO_GRAPHML", file=file.name) from error
    ways, points, findings = read_street_graph(graph, file=file.name)
    carried = _carried(graph, item)
    system, said = road_system(ways, item, carried=carried)
    return GraphRoads(ways, points, system, (*said, *findings))


def _carried(graph: nx.Graph, item: InputFile) -> System | None:
    """Return the system that a graph states; one that nobody knows is none if one is declared.

    Raises
    ------
    InputError
        It states one that nobody knows, and study.toml declares none.
    """
    stated = words_of(graph.graph.get("crs"))
    if not stated:
        return None
    try:
        system = understand(stated[0])
    except SettingsError as error:
        if item.crs.strip():
            return None
        found = fault("CRS_UNKNOWN", file=item.file, params={"declared": stated[0]})
        raise InputError(found.code, findings=[found], **found.params) from error
    return system if system.shift is not Shift.NONE else system_of(system.crs)
