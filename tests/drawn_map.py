"""Small maps drawn with characters, so that a test shows what it is about.

+---+---+      "+" junction, "-" and "|" road, "B" road on a bridge, "#" motorway,
|   B   |      "~" river and "=" railway: whole rows or parts of them; a "+" in such a row is
~~~~~~~~~      a vertex that it shares with the roads meeting there: a crossing on the level
|   |   |
+---+---+      One column is 50 m, one row is 100 m; north is up.
"""

from __future__ import annotations

import re

import geopandas as gpd
import shapely

from zoning.intake.basemap import Basemap, make_basemap

CRS = "EPSG:4547"
COLUMN_M = 50.0
ROW_M = 100.0
LEFT_M = 500_000.0
TOP_M = 4_800_000.0
_LINES = {"~": ("river", "三屯河"), "=": ("railway", "兰新线")}


def at(row: float, column: float) -> tuple[float, float]:
    """Coordinates of a character."""
    return LEFT_M + column * COLUMN_M, TOP_M - row * ROW_M


def box(top: float, left: float, bottom: float, right: float) -> shapely.Polygon:
    """A rectangle between two characters."""
    west, north = at(top, left)
    east, south = at(bottom, right)
    return shapely.box(west, south, east, north)


def road(*places: tuple[float, float], name: str = "", **tags: object) -> dict[str, object]:
    """A way through the places of characters."""
    line = shapely.LineString([at(*place) for place in places])
    usual = {"name": name, "highway": "residential", "bridge": False, "tunnel": False}
    return {**usual, **tags, "geometry": line}


def read(drawing: str, *more: dict[str, object]) -> Basemap:
    """Read a drawing; roads of row 2 are named 横2, of column 4 纵4."""
    rows = drawing.strip("\n").split("\n")
    width = max(map(len, rows))
    rows = [row.ljust(width) for row in rows]
    ways = [*_across(rows), *_down(rows), *more]
    lines = [line for number, row in enumerate(rows) for line in _rivers(number, row)]
    ways = [{"way_id": f"w{number:03d}", **way} for number, way in enumerate(ways)]
    return make_basemap(
        gpd.GeoDataFrame(ways, geometry="geometry", crs=CRS),
        gpd.GeoDataFrame(lines, geometry="geometry", crs=CRS) if lines else None,
    )


def _across(rows: list[str]) -> list[dict[str, object]]:
    ways = []
    for number, row in enumerate(rows):
        for run in re.finditer(r"(?<=\+)([-B]+|#+)(?=\+)", row):
            kind = {"highway": "motorway"} if "#" in run[0] else {"bridge": "B" in run[0]}
            ends = (number, run.start() - 1), (number, run.end())
            ways.append(road(*ends, name=f"横{number}", **kind))
    return ways


def _down(rows: list[str]) -> list[dict[str, object]]:
    ways = []
    for number, column in enumerate("".join(row[c] for row in rows) for c in range(len(rows[0]))):
        for run in re.finditer(r"(?<=\+)[|B~=]*[|B][|B~=]*(?=\+)", column):
            ends = (run.start() - 1, number), (run.end(), number)
            ways.append(road(*ends, name=f"纵{number}", bridge="B" in run[0]))
    return ways


def _rivers(number: int, row: str) -> list[dict[str, object]]:
    lines = []
    for sign, (kind, name) in _LINES.items():
        for run in re.finditer(rf"{re.escape(sign)}[{sign}+]*", row):
            stops = {run.start(), run.end() - 1}
            stops |= {place for place in range(run.start(), run.end()) if row[place] == "+"}
            line = shapely.LineString([at(number, place) for place in sorted(stops)])
            lines.append({"kind": kind, "name": name, "geometry": line})
    return lines
