"""The demo county as one value: made by `generate`, from nothing but a size and a generator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from zoning.demo.addresses import make_addresses
from zoning.demo.areas import Areas, divide
from zoning.demo.decided import make_decisions
from zoning.demo.density import Density
from zoning.demo.people import KINDS, THEN, YEARS, expected, live
from zoning.demo.reported import report_addresses, report_demand
from zoning.demo.school_sites import choose_sites
from zoning.demo.schools import make_gates, make_schools, plan_classes
from zoning.demo.sizes import DemoSize, size_spec
from zoning.demo.terrain import Terrain, build_terrain
from zoning.demo.today import draw_zones
from zoning.rules import load_rule_set
from zoning.settings import Stage

if TYPE_CHECKING:
    from zoning.demo.segments import Floats, Segments

# CGCS2000: geographic, and the 3-degree Gauss-Krueger zone of 87 degrees east.
GEOGRAPHIC = "EPSG:4490"
METRIC = "EPSG:4538"
ORIGIN_LNG_LAT = (87.3, 44.0)
RULE_SET = "changji-2026"
# a tenth of a millimetre: two lines that share a vertex share it to the last digit
DEGREE_DECIMALS = 9


@dataclass(frozen=True)
class DemoCounty:
    """An invented county: what its bureau reports, and the truth behind it.

    All geometry is in EPSG:4490 (CGCS2000, degrees).

    Attributes
    ----------
    name, years
        Of the study.
    schools
        school_id, name, stage, owner, campus, class_size, classes_<year>, geometry (point).
    gates
        school_id, gate, campus, geometry (point).
    addresses
        As reported: address_id, name, division, community, road, number, alias, households,
        geometry (point).
    demand
        As reported: address_id, stage, children_<year>.
    roads
        name, highway, oneway, bridge, tunnel, geometry (lines that connect where they share a
        vertex).
    railways, rivers
        name, bridge, tunnel, geometry (lines).
    boundary
        name, level, geometry (polygons that cover the county).
    current_zones
        school_id, name, stage, geometry (cover the county once a stage).
    decisions
        What was decided before drawing: kind, stage, area, school and further columns.
    true_addresses
        Hidden: address_id, kind, name, road, number, building, names ("|"-joined), division,
        community, households, built, geometry (point).
    true_children
        Hidden: address_id, stage, and born_, left_, came_, children_<year>.
    """

    name: str
    years: tuple[int, ...]
    schools: gpd.GeoDataFrame
    gates: gpd.GeoDataFrame
    addresses: gpd.GeoDataFrame
    demand: pd.DataFrame
    roads: gpd.GeoDataFrame
    railways: gpd.GeoDataFrame
    rivers: gpd.GeoDataFrame
    boundary: gpd.GeoDataFrame
    current_zones: gpd.GeoDataFrame
    decisions: pd.DataFrame
    true_addresses: gpd.GeoDataFrame
    true_children: pd.DataFrame


def generate(size: DemoSize, *, rng: np.random.Generator) -> DemoCounty:
    """Invent a county.

    Parameters
    ----------
    size
        How large.
    rng
        The only source of chance: the same state gives the same county.
    """
    spec = size_spec(size)
    terrain = build_terrain(spec, rng=rng)
    areas = divide(terrain, spec, rng=rng)
    half = (spec.cells[0] * spec.spacing_m * 0.55, spec.cells[1] * spec.spacing_m * 0.55)
    density = Density(half, float(rng.uniform(0, 2 * np.pi)))
    sites = choose_sites(terrain, spec, density, rng=rng)
    truth = make_addresses(terrain, areas, density, spec, taken=sites.taken(), rng=rng)
    homes, built = truth["households"].to_numpy(), truth["built"].to_numpy()
    kind = pd.Categorical(truth["kind"], categories=list(KINDS)).codes.astype(np.int64)
    children = live(truth["address_id"], homes, kind, built, children=spec.children, rng=rng)
    then = {stage: expected(homes, kind, built, THEN, stage=stage) for stage in Stage}
    schools = make_schools(terrain, sites, spec)
    gates = make_gates(terrain, schools, sites, rng=rng)
    zones = draw_zones(areas, schools, sites.opened, rng=rng)
    rules = load_rule_set(RULE_SET)
    class_size = {stage: rules.class_size[stage.value].value for stage in Stage}
    demand = report_demand(children, rng=rng)
    classes = plan_classes(
        schools, truth[["x", "y"]].to_numpy(), then, demand, class_size=class_size, rng=rng
    )
    schools = schools.assign(
        class_size=schools["stage"].map({s.value: n for s, n in class_size.items()})
    ).join(classes)
    reported = report_addresses(truth, rng=rng)
    geo = _Georeference()
    return DemoCounty(
        name=f"{spec.name}（演示）",
        years=YEARS,
        schools=geo.points(schools.drop(columns="block")),
        gates=geo.points(gates),
        addresses=geo.points(reported),
        demand=demand,
        roads=geo.frame(_roads(terrain)),
        railways=geo.frame(_line(terrain.railway, "沙泉铁路")),
        rivers=geo.frame(_line(terrain.river, "沙泉河")),
        boundary=geo.frame(_boundary(areas)),
        current_zones=geo.frame(zones),
        decisions=make_decisions(schools, reported),
        true_addresses=geo.points(truth.drop(columns=["cell", "alias"])),
        true_children=children,
    )


class _Georeference:
    """Puts metres around the county town onto the earth."""

    def __init__(self) -> None:
        forward = Transformer.from_crs(GEOGRAPHIC, METRIC, always_xy=True)
        self._back = Transformer.from_crs(METRIC, GEOGRAPHIC, always_xy=True)
        self._origin = np.round(forward.transform(*ORIGIN_LNG_LAT), -2)

    def degrees(self, xy: Floats) -> Floats:
        """Return [n, 2] longitude and latitude of [n, 2] metres around the county town."""
        place = self._origin + xy
        degrees = np.stack(self._back.transform(place[:, 0], place[:, 1]), axis=1)
        return np.asarray(np.round(degrees, DEGREE_DECIMALS))

    def points(self, table: pd.DataFrame) -> gpd.GeoDataFrame:
        """Turn x and y into a geometry column."""
        degrees = self.degrees(table[["x", "y"]].to_numpy())
        rest = table.drop(columns=["x", "y"]).reset_index(drop=True)
        return gpd.GeoDataFrame(rest, geometry=shapely.points(degrees), crs=GEOGRAPHIC)

    def frame(self, table: pd.DataFrame) -> gpd.GeoDataFrame:
        """Move a geometry column."""
        moved = shapely.transform(table["geometry"].to_numpy(), self.degrees)
        rest = table.drop(columns="geometry").reset_index(drop=True)
        return gpd.GeoDataFrame(rest, geometry=moved, crs=GEOGRAPHIC)


def _merged(segments: Segments) -> pd.DataFrame:
    """Join pieces of one street and structure to lines: street, bridge, tunnel, geometry."""
    key = segments.street * 4 + segments.bridge * 2 + segments.tunnel
    order = np.lexsort((segments.chain, key))
    sorted_pieces = segments.take(order)
    groups, number = np.unique(key[order], return_inverse=True)
    lines = shapely.multilinestrings(sorted_pieces.lines(), indices=number)
    parts, row = shapely.get_parts(shapely.line_merge(lines, directed=True), return_index=True)
    group = groups[row]
    return pd.DataFrame(
        {
            "street": group // 4,
            "bridge": (group // 2 % 2).astype(np.int8),
            "tunnel": (group % 2).astype(np.int8),
            "geometry": parts,
        }
    )


def _roads(terrain: Terrain) -> pd.DataFrame:
    table = _merged(terrain.roads)
    streets = [terrain.streets[k] for k in table["street"]]
    table["name"] = [street.name for street in streets]
    table["highway"] = [street.highway for street in streets]
    table["oneway"] = np.array([street.oneway for street in streets], dtype=np.int8)
    return table[["name", "highway", "oneway", "bridge", "tunnel", "geometry"]]


def _line(segments: Segments, name: str) -> pd.DataFrame:
    table = _merged(segments).assign(name=name)
    return table[["name", "bridge", "tunnel", "geometry"]]


def _boundary(areas: Areas) -> pd.DataFrame:
    return pd.DataFrame({"name": areas.names, "level": "town", "geometry": areas.polygons})
