"""A plan of four by four blocks for the tests of the web side, in memory or as a file.

A A B B     zones A, B, C have a school each, N has none;
A A B B     the last block of N cannot reach any school;
C C C B     block (2, 2) went to B's school so far.
C C N N
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
import shapely

from webmap.services.plans import PlanData, PlanSummary
from zoning.plan.colours import NO_SCHOOL
from zoning.plan.farther import FARTHER_COLUMNS
from zoning.plan.model import Plan, Zone, ZoneType
from zoning.plan.store import PlanFile, write_plan

if TYPE_CHECKING:
    from pathlib import Path

PICTURE = ("AABB", "AABB", "CCCB", "CCNN")
CRS = "EPSG:4525"  # CGCS2000, three-degree zone 37
WEST, NORTH, SIDE = 37_500_000.0, 3_450_000.0, 500.0
YEARS = (2027, 2028)
SCHOOLS = {"A": "红旗小学", "B": "青山<实验>小学", "C": "Riverside & Co 小学"}
SCHOOL_AT = {"A": (0, 0), "B": (1, 2), "C": (2, 1)}
CHILDREN = {"A": (118, 131), "B": (96, 102), "C": (140, 90), "N": (3, 4)}
SEATS = {"A": (120, 120), "B": (120, 120), "C": (120, 120), "N": (0, 0)}
BUREAU = "试验县教育局"
SETTINGS = f"""
[study]
name = "{BUREAU}"
years = [2027, 2028]
[inputs]
schools = {{ file = "schools.xlsx" }}
addresses = {{ file = "addresses.csv" }}
demand = {{ file = "demand.csv" }}
roads = {{ file = "roads.gpkg" }}
"""


def corner(row: float, column: float) -> tuple[float, float]:
    return WEST + column * SIDE, NORTH - row * SIDE


def edge(start: tuple[float, float], end: tuple[float, float]) -> list[tuple[float, float]]:
    """Return a slightly wavy line, the same whichever of its two blocks asks for it."""
    if start > end:
        return edge(end, start)[::-1]
    (x0, y0), (x1, y1) = start, end
    points = []
    for step in range(21):
        part = step / 20
        bend = 6.0 * math.sin(part * math.pi * 4) if 0 < step < 20 else 0.0
        points.append(
            (
                x0 + (x1 - x0) * part + (bend if x0 == x1 else 0.0),
                y0 + (y1 - y0) * part + (bend if y0 == y1 else 0.0),
            )
        )
    return points


def block(row: int, column: int) -> shapely.Polygon:
    corners = [
        corner(row, column),
        corner(row, column + 1),
        corner(row + 1, column + 1),
        corner(row + 1, column),
    ]
    ring: list[tuple[float, float]] = []
    for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
        ring.extend(edge(start, end)[:-1])
    return shapely.Polygon(ring)


def tiny_blocks() -> gpd.GeoDataFrame:
    rows = []
    for row, line in enumerate(PICTURE):
        for column, zone in enumerate(line):
            last = (row, column) == (3, 3)
            rows.append(
                {
                    "block_id": f"b{row}{column}",
                    "name": f"第{row * 4 + column + 1}单元",
                    "zone_id": f"z{zone}",
                    "school_id": f"s{zone}" if zone in SCHOOLS else "",
                    "children_2027": 20,
                    "children_2028": 21,
                    "addresses": 4,
                    "time_s": None if last else 120.0 * (1 + row + column),
                    "distance_m": None if last else 110.0 * (1 + row + column),
                    "today_school_id": "sB" if (row, column) == (2, 2) else f"s{zone}",
                    "moved_children": 20 if (row, column) == (2, 2) else 0,
                    "geometry": block(row, column),
                }
            )
    frame = gpd.GeoDataFrame(rows, crs=CRS)
    frame.loc[frame["zone_id"] == "zN", "today_school_id"] = ""
    return frame.astype({"time_s": "float64", "distance_m": "float64"})


def by_year(zone: str) -> dict[str, float]:
    columns: dict[str, float] = {}
    for at, year in enumerate(YEARS):
        children, seats = CHILDREN[zone][at], SEATS[zone][at]
        columns |= {
            f"children_{year}": children,
            f"seats_{year}": seats,
            f"fill_{year}": children / seats if seats else math.nan,
        }
    return columns


def tiny_zones(blocks: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    rows = []
    for zone in "ABCN":
        members = blocks[blocks["zone_id"] == f"z{zone}"]
        with_school = zone in SCHOOLS
        rows.append(
            {
                "zone_id": f"z{zone}",
                "name": f"{SCHOOLS[zone]}学区" if with_school else "无对应学校区域",
                "zone_type": "single_school" if with_school else "no_school",
                "stage": "primary",
                "school_ids": f"s{zone}" if with_school else "",
                "school_names": SCHOOLS.get(zone, ""),
                "blocks": len(members),
                **by_year(zone),
                "mean_time_s": 421.0 if with_school else math.nan,
                "median_time_s": 400.0 if with_school else math.nan,
                "p95_time_s": 803.0 if with_school else math.nan,
                "max_time_s": 900.0 if with_school else math.nan,
                "pieces": 1,
                "holes": 0,
                "colour": "ABC".index(zone) if with_school else NO_SCHOOL,
                "geometry": shapely.MultiPolygon([shapely.coverage_union_all(members.geometry)]),
            }
        )
    return gpd.GeoDataFrame(rows, crs=CRS)


def tiny_schools() -> gpd.GeoDataFrame:
    rows = [
        {
            "school_id": f"s{zone}",
            "name": name,
            "stage": "primary",
            "owner": "",
            "zone_id": f"z{zone}",
            **by_year(zone),
            "geometry": shapely.Point(corner(SCHOOL_AT[zone][0] + 0.5, SCHOOL_AT[zone][1] + 0.5)),
        }
        for zone, name in SCHOOLS.items()
    ]
    return gpd.GeoDataFrame(rows, crs=CRS)


def tiny_plan() -> Plan:
    blocks = tiny_blocks()
    return Plan(
        stage="primary",
        years=YEARS,
        block_ids=tuple(blocks["block_id"]),
        zone_ids=tuple(blocks["zone_id"]),
        zones=tuple(
            Zone(
                row.zone_id,
                row.name,
                ZoneType(row.zone_type),
                tuple(filter(None, [row.school_ids])),
            )
            for row in tiny_zones(blocks).itertuples(index=False)
        ),
    )


def tiny_content() -> PlanFile:
    blocks = tiny_blocks()
    metrics = [
        ("mean_time", "plan", 2027, 421.0, "s", ""),
        ("changes_school", "plan", 2027, 3.0, "child", ""),
        ("children", "school:sA", 2027, 118.0, "child", ""),
        ("holes", "plan", 0, 0.0, "hole", ""),
    ]
    return PlanFile(
        plan=tiny_plan(),
        zones=tiny_zones(blocks),
        blocks=blocks,
        schools=tiny_schools(),
        metrics=pd.DataFrame(metrics, columns=["metric", "scope", "year", "value", "unit", "note"]),
        farther_admitted=pd.DataFrame(columns=list(FARTHER_COLUMNS)),
        seat_prices=pd.DataFrame(columns=["zone_id", "year", "price_min"]),
        facts={"study": BUREAU},
    )


def tiny_data(**changes: gpd.GeoDataFrame) -> PlanData:
    """Return the plan as the services read it, without a file; `changes` replace layers."""
    content = tiny_content()
    about = {"study": BUREAU, "stage": "primary", "plan_id": PLAN_ID}
    return PlanData(
        summary=PlanSummary(PLAN_ID, about=about, metrics=content.metrics),
        digest=content.plan.digest,
        years=YEARS,
        **{"zones": content.zones, "blocks": content.blocks, "schools": content.schools, **changes},
    )


def write_tiny_plan(study: Path) -> Path:
    """Write the plan into a study folder and return its file."""
    study.mkdir(parents=True, exist_ok=True)
    (study / "study.toml").write_text(SETTINGS, encoding="utf-8")
    return write_plan(tiny_content(), study / "plans")


PLAN_ID = tiny_plan().plan_id


def write_surroundings(study: Path) -> None:
    """Write roads, a river, a railway and two compounds into the study's build."""
    basemap, intake = study / "build" / "basemap", study / "build" / "intake"
    basemap.mkdir(parents=True, exist_ok=True)
    intake.mkdir(parents=True, exist_ok=True)
    ways = [
        ("人民路", "primary", [corner(2, 0), corner(2, 4)]),
        ("建设大道", "trunk", [corner(0, 2), corner(4, 2)]),
        ("", "residential", [corner(1, 0), corner(1, 4)]),
    ]
    lines = [
        ("river", "清河", [corner(3, 0), corner(3.2, 2), corner(3, 4)]),
        ("railway", "兰新铁路", [corner(0.2, 0), corner(0.4, 4)]),
    ]
    gpd.GeoDataFrame(
        [
            {"name": name, "highway": kind, "geometry": shapely.LineString(at)}
            for name, kind, at in ways
        ],
        crs=CRS,
    ).to_parquet(basemap / "ways.parquet")
    gpd.GeoDataFrame(
        [
            {"kind": kind, "name": name, "geometry": shapely.LineString(at)}
            for kind, name, at in lines
        ],
        crs=CRS,
    ).to_parquet(basemap / "lines.parquet")
    places = [
        ("幸福小区", "城关镇", (0.5, 0.3)),
        ("幸福小区", "城关镇", (0.5, 2.3)),
        ("河湾村", "清河乡", (3.6, 0.6)),
    ]
    gpd.GeoDataFrame(
        [
            {
                "address_id": f"a{at}",
                "name": name,
                "division": town,
                "geometry": shapely.Point(corner(*place)),
            }
            for at, (name, town, place) in enumerate(places)
        ],
        crs=CRS,
    ).to_parquet(intake / "addresses.parquet")
