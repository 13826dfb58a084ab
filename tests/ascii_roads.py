"""Road maps drawn as text: letters are junctions 100 m apart, signs between them are roads.

a-b-c      - |      street          = H   trunk road       B   street on a bridge
|   v      > < v ^  one-way street  M     motorway         T   street in a tunnel
d-e=f
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import shapely

from zoning.intake.basemap import Basemap, make_basemap
from zoning.network.graph import build_network
from zoning.network.travel import UNREACHABLE, AddressTimes, school_times
from zoning.settings import BarrierSection, Mode, NetworkSection, Stage
from zoning.settings.model import DRIVE_KM_PER_H

if TYPE_CHECKING:
    from zoning.network.model import TravelNetwork

CRS = "EPSG:4547"
STEP_M = 100.0
ORIGIN = np.array([500_000.0, 4_000_000.0])
STYLES = {
    "-": {},
    "|": {},
    ">": {"oneway": 1},
    "v": {"oneway": 1},
    "<": {"oneway": -1},
    "^": {"oneway": -1},
    "=": {"highway": "trunk"},
    "H": {"highway": "trunk"},
    "M": {"highway": "motorway"},
    "B": {"bridge": True},
    "T": {"tunnel": True},
}
ONE_METRE_A_SECOND = NetworkSection(
    walk_m_per_s={Stage.PRIMARY: 1.0, Stage.JUNIOR_MIDDLE: 1.0},
    drive_km_per_h=dict.fromkeys(DRIVE_KM_PER_H, 36.0) | {"trunk": 72.0, "motorway": 108.0},
    min_component_nodes=1,
)


def spot(column: float, row: float) -> tuple[float, float]:
    """Coordinates of a place in junction units, counted from the first letter."""
    x, y = ORIGIN + STEP_M * np.array([column, -row])
    return float(x), float(y)


def draw(picture: str, *, lines: dict[str, list[tuple[float, float]]] | None = None) -> Basemap:
    """Basemap of a picture; `lines` are barriers by kind, in junction units."""
    rows = [line.rstrip() for line in picture.strip("\n").splitlines()]
    indent = min(len(row) - len(row.lstrip()) for row in rows if row)
    grid = {(r, c): s for r, row in enumerate(rows) for c, s in enumerate(row[indent:])}
    ways = []
    for (r, c), sign in grid.items():
        if sign not in STYLES or (r % 2 == 0) == (c % 2 == 0):
            continue
        ends = ((r, c - 1), (r, c + 1)) if c % 2 else ((r - 1, c), (r + 1, c))
        name = "".join(grid[end] for end in ends)
        line = shapely.LineString([spot(column / 2, row / 2) for row, column in ends])
        ways.append({"way_id": name, "name": name, "highway": "residential", "geometry": line}
                    | STYLES[sign])  # fmt: skip
    for way in ways:
        for column, value in (("oneway", 0), ("bridge", False), ("tunnel", False)):
            way.setdefault(column, value)
    barriers = [
        {"kind": kind, "name": kind, "geometry": shapely.LineString([spot(*p) for p in places])}
        for kind, places in (lines or {}).items()
    ]
    return make_basemap(
        gpd.GeoDataFrame(ways, crs=CRS),
        gpd.GeoDataFrame(barriers, crs=CRS) if barriers else None,
    )


def network_of(
    picture: str,
    *,
    lines: dict[str, list[tuple[float, float]]] | None = None,
    mode: Mode = Mode.WALK,
    barriers: BarrierSection | None = None,
    settings: NetworkSection = ONE_METRE_A_SECOND,
) -> TravelNetwork:
    """Network of a picture, at one metre a second on foot."""
    return build_network(
        draw(picture, lines=lines),
        mode=mode,
        settings=settings,
        barriers=barriers or BarrierSection(),
        stage=Stage.PRIMARY,
    )


def gates_at(**places: list[tuple[float, float]]) -> gpd.GeoDataFrame:
    """Gates by school, in junction units."""
    pairs = [(school, place) for school, given in places.items() for place in given]
    points = [shapely.Point(spot(*place)) for _, place in pairs]
    return gpd.GeoDataFrame({"school_id": [school for school, _ in pairs]}, geometry=points,
                            crs=CRS)  # fmt: skip


def homes_at(*places: tuple[float, float]) -> gpd.GeoDataFrame:
    """Addresses, in junction units."""
    points = [shapely.Point(spot(*place)) for place in places]
    ids = [f"h{row}" for row in range(len(places))]
    return gpd.GeoDataFrame({"address_id": ids}, geometry=points, crs=CRS)


def seconds(
    network: TravelNetwork, home: tuple[float, float], *gates: tuple[float, float]
) -> float | None:
    """Seconds from a place to a school with these gates; None where there is no way."""
    tables = school_times(network, gates_at(s=list(gates)))
    times = AddressTimes.on(network, tables, addresses=homes_at(home))
    time_ms, _ = times(["s"])
    return None if time_ms[0] == UNREACHABLE else time_ms[0] / 1000
