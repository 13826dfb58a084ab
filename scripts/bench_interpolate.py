"""How far from its place a door number is put that is left out of the table.

    python scripts/bench_interpolate.py (--osm EXTRACT.osm.pbf | --demo STUDY) [--doors N]
        [--share S] [--seed N]

`--osm` takes doors and lines of an OpenStreetMap extract, `--demo` those of a study that
`zoning demo` wrote. Each of N doors drawn at random is left out and put back by the others of its
road: with the road's lines, by the doors alone, at the nearest number of the road, and in the
middle of the road. `--share` keeps only a part of the doors as known, as in a thin table.
"""

from __future__ import annotations

import argparse
import math
import time
from collections import defaultdict
from pathlib import Path

import geopandas as gpd
import numpy as np
import osmium
import pandas as pd
import shapely
from shapely import wkb

from zoning.crs import working_crs
from zoning.geocode.interpolate import Door, prepare
from zoning.geocode.numbers import parse_number
from zoning.intake.osm_reader import read_osm

Roads = dict[str, list[Door]]
Lines = dict[str, list[shapely.Geometry]]
FASTEST_OF = 20_000


def from_osm(file: Path) -> tuple[Roads, Lines]:
    """Read doors and named lines of an extract."""
    factory = osmium.geom.WKBFactory()
    rows = []
    for thing in osmium.FileProcessor(file).with_areas():
        tags = thing.tags
        if thing.is_way() or thing.is_relation() or "addr:street" not in tags:
            continue
        number = parse_number(tags.get("addr:housenumber", ""))
        if number is not None:
            make = factory.create_point if thing.is_node() else factory.create_multipolygon
            rows.append((tags["addr:street"], number, wkb.loads(make(thing), hex=True)))
    doors = gpd.GeoDataFrame(
        [row[:2] for row in rows],
        columns=["road", "number"],
        geometry=shapely.point_on_surface([row[2] for row in rows]),
        crs="EPSG:4326",
    )
    lon, lat = np.median(shapely.get_coordinates(doors.geometry), axis=0)
    metric = working_crs(float(lon), float(lat))
    ways = read_osm(file).ways
    ways = ways[ways["name"].fillna("") != ""].to_crs(metric)
    return _grouped(doors.to_crs(metric)), _lines(ways)


def from_demo(folder: Path) -> tuple[Roads, Lines]:
    """Read doors and named lines of a demo study."""
    table = pd.read_csv(folder / "inputs" / "addresses.csv", dtype=str, keep_default_na=False)
    table = table[(table["道路"] != "") & (table["门牌号"] != "")]
    frame = gpd.GeoDataFrame(
        {"road": table["道路"], "number": table["门牌号"].map(parse_number)},
        geometry=gpd.points_from_xy(table["经度"].astype(float), table["纬度"].astype(float)),
        crs="EPSG:4326",
    ).dropna(subset="number")
    ways = gpd.read_file(folder / "inputs" / "basemap.gpkg", layer="roads")
    lon, lat = np.median(shapely.get_coordinates(frame.geometry), axis=0)
    metric = working_crs(float(lon), float(lat))
    named = ways[ways["name"].fillna("") != ""].to_crs(metric)
    return _grouped(frame.to_crs(metric)), _lines(named)


def _grouped(doors: gpd.GeoDataFrame) -> Roads:
    roads: Roads = defaultdict(list)
    for road, number, point in zip(doors["road"], doors["number"], doors.geometry, strict=True):
        roads[road].append(Door(number, point.x, point.y))
    return roads


def _lines(ways: gpd.GeoDataFrame) -> Lines:
    lines: Lines = defaultdict(list)
    for name, line in zip(ways["name"], ways.geometry, strict=True):
        lines[name].append(line)
    return lines


def measure(roads: Roads, lines: Lines, given: argparse.Namespace) -> pd.DataFrame:
    """Leave out doors one by one; return error and radius of each way of putting them back."""
    rng = np.random.default_rng(given.seed)
    places = [(road, at) for road in roads for at in range(len(roads[road])) if len(lines[road])]
    rows = []
    for pick in rng.permutation(len(places))[: given.doors]:
        road, at = places[pick]
        asked = roads[road][at]
        others = [
            door for k, door in enumerate(roads[road]) if k != at and rng.random() < given.share
        ]
        if not others or asked.number.base in {door.number.base for door in others}:
            continue
        nearest = min(others, key=lambda door: abs(door.number.base - asked.number.base))
        rows.append(
            {
                **_tried("geometry", asked, prepare(others, lines[road]).estimate(asked.number)),
                **_tried("doors alone", asked, prepare(others).estimate(asked.number)),
                **_tried("nearest number", asked, nearest),
                **_tried(
                    "middle of the road", asked, prepare((), lines[road]).estimate(asked.number)
                ),
            }
        )
    return pd.DataFrame(rows)


def _tried(name: str, asked: Door, found: object) -> dict[str, object]:
    x, y = getattr(found, "x", math.nan), getattr(found, "y", math.nan)
    return {
        name: math.hypot(x - asked.x, y - asked.y),
        f"{name} radius": getattr(found, "radius_m", math.nan),
        f"{name} basis": str(getattr(found, "basis", "")),
    }


def report(table: pd.DataFrame) -> None:
    """Print a line for each way, on the doors that all of them placed."""
    ways = [name for name in table.columns if not name.endswith(("radius", "basis"))]
    shared = table.dropna(subset=ways)
    print(f"{len(table)} doors left out; all ways place {len(shared)} of them:")
    print(f"{'':20}{'placed':>8}{'p50 m':>8}{'p90 m':>8}{'within radius':>15}{'radius p50':>12}")
    for name in ways:
        error, radius = shared[name], shared[f"{name} radius"]
        within = f"{(error <= radius).mean():.1%}" if radius.notna().any() else "–"
        print(
            f"{name:20}{table[name].notna().mean():>8.1%}{error.quantile(0.5):>8.1f}"
            f"{error.quantile(0.9):>8.1f}{within:>15}{radius.quantile(0.5):>12.1f}"
        )
    for basis, group in table.dropna(subset="geometry").groupby("geometry basis"):
        error = group["geometry"]
        inside = (error <= group["geometry radius"]).mean()
        print(
            f"  {basis:18}{len(group):>8}{error.quantile(0.5):>8.1f}{error.quantile(0.9):>8.1f}"
            f"{inside:>15.1%}{group['geometry radius'].quantile(0.5):>12.1f}"
        )


def speed(roads: Roads, lines: Lines) -> None:
    """Print how many numbers a second the road with most doors places."""
    road = max((road for road in roads if lines[road]), key=lambda road: len(roads[road]))
    start = time.perf_counter()
    ready = prepare(roads[road], lines[road])
    prepared = time.perf_counter() - start
    top = max(door.number.base for door in roads[road]) + 10
    asked = [parse_number(f"{1 + k % top}号") for k in range(FASTEST_OF)]
    start = time.perf_counter()
    for number in asked:
        if number is not None:
            ready.estimate(number)
    rate = FASTEST_OF / (time.perf_counter() - start)
    print(f"{len(roads[road])} doors prepared in {prepared * 1000:.0f} ms; {rate:,.0f} estimates/s")


def main() -> None:
    """Read the arguments and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--osm", type=Path)
    source.add_argument("--demo", type=Path)
    parser.add_argument("--doors", type=int, default=3000)
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    roads, lines = from_osm(given.osm) if given.osm else from_demo(given.demo)
    lines = defaultdict(list, lines)
    report(measure(roads, lines, given))
    speed(roads, lines)


if __name__ == "__main__":
    main()
