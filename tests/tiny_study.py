"""A study of a few square blocks drawn in ASCII, as files: from a row of a workbook to a plan.

A . .       capital letters: primary schools; small letters: junior middle schools
. . .       every block is a compound 小区<row><column> with one address,
. . B       every row of blocks a community 第<row>社区 and a township 镇<row>
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import shapely
from bureau import write_csv, write_xlsx
from click.testing import CliRunner
from gridworld import block_name, rows_of

from zoning.cli import main
from zoning.plan.store import read_plan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from zoning.plan.store import PlanFile

CRS = "EPSG:4538"
WEST, SOUTH, SIZE_M = 500_000.0, 4_870_000.0, 200.0
QUICK = "[draw]\nrounds = 2"
HEADER = ["事项", "学段", "范围", "学校", "对口初中", "分配比例", "名称", "依据"]


def middle(row: int, column: int) -> tuple[float, float]:
    return WEST + (column + 0.5) * SIZE_M, SOUTH - (row + 0.5) * SIZE_M


def tiny_study(
    folder: Path,
    picture: str,
    *,
    seats: Mapping[str, int],
    children: int = 2,
    decisions: Sequence[Sequence[object]] = (),
    settings: str = "",
    today: str = "",
    resource: Mapping[str, float] | None = None,
    gates: Sequence[tuple[str, str, int, int]] = (),
    boarding: Mapping[str, int] | None = None,
) -> Path:
    """Write the study.

    Parameters
    ----------
    picture
        Blocks and schools.
    seats
        Seats by school.
    children
        Children of each block and stage.
    decisions
        Rows below `HEADER`, of the workbook of decisions; cells may be left out at the end.
    settings
        Further lines of `study.toml`.
    today
        Zones of today's primary schools in the shape of the picture.
    resource
        Resource index by school.
    gates
        (school, campus, row, column) of further campuses.
    boarding
        Places for boarders by school; None leaves the column out.
    """
    lines = rows_of(picture)
    cells = [(r, c) for r in range(len(lines)) for c in range(len(lines[0]))]
    inputs = folder / "inputs"
    inputs.mkdir(parents=True)
    _write_layers(inputs, lines, cells, today)
    places = {lines[r][c]: (r, c) for r, c in cells if lines[r][c] != "."}
    header = ["学校编号", "学校名称", "学段", "经度", "纬度", "资源指数", "2027年学位"]
    schools = [
        [mark, f"{mark}校", "小学" if mark.isupper() else "初中", *middle(*at),
         (resource or {}).get(mark, ""), seats[mark]]
        for mark, at in sorted(places.items())
    ]  # fmt: skip
    if boarding is not None:
        header.append("寄宿名额")
        schools = [[*row, boarding.get(row[0], "")] for row in schools]
    write_csv(inputs / "schools.csv", [header, *schools])
    doors = [[mark, "", *middle(*at)] for mark, at in sorted(places.items())]
    more = [[school, campus, *middle(r, c)] for school, campus, r, c in gates]
    write_csv(inputs / "gates.csv", [["学校编号", "校区", "经度", "纬度"], *doors, *more])
    write_csv(
        inputs / "addresses.csv",
        [
            ["地址编号", "小区或村", "乡镇街道", "社区村", "户数", "经度", "纬度"],
            *(
                [f"D{r}{c}", f"小区{r}{c}", f"镇{r}", f"第{r}社区", 10, *middle(r, c)]
                for r, c in cells
            ),
        ],
    )
    stages = ["小学"] + ["初中"] * any(mark.islower() for mark in places)
    demand = [[f"D{r}{c}", stage, children] for r, c in cells for stage in stages]
    write_csv(inputs / "demand.csv", [["地址编号", "学段", "2027年适龄儿童"], *demand])
    rows = [[*row, *[""] * (len(HEADER) - 1 - len(row)), "文1号"] for row in decisions]
    write_xlsx(inputs / "decisions.xlsx", [HEADER, *rows], sheet="已定事项")
    (folder / "study.toml").write_text(_settings(stages, today, settings), encoding="utf-8")
    return folder


def _write_layers(inputs: Path, lines: list[str], cells: list[tuple[int, int]], today: str) -> None:
    shapes = [shapely.Point(middle(r, c)).buffer(SIZE_M / 2, cap_style="square") for r, c in cells]
    ids = [block_name(r, c) for r, c in cells]
    blocks = gpd.GeoDataFrame({"单元编号": ids, "名称": ids}, geometry=shapes, crs=CRS)
    blocks.to_file(inputs / "blocks.gpkg")
    ways = [
        shapely.LineString([middle(r, c) for c in range(len(lines[0]))]) for r in range(len(lines))
    ]
    if len(lines) > 1:
        ways += [
            shapely.LineString([middle(r, c) for r in range(len(lines))])
            for c in range(len(lines[0]))
        ]
    noded = list(shapely.node(shapely.MultiLineString(ways)).geoms)
    roads = gpd.GeoDataFrame(
        {"name": [""] * len(noded), "highway": ["residential"] * len(noded)},
        geometry=noded,
        crs=CRS,
    )
    roads.to_file(inputs / "roads.gpkg")
    if today:
        drawn = rows_of(today)
        zones = blocks.assign(学校编号=[drawn[r][c] for r, c in cells], 学段="小学")
        zones[["学校编号", "学段", "geometry"]].dissolve(
            ["学校编号", "学段"]
        ).reset_index().to_file(inputs / "today.gpkg")


def _settings(stages: list[str], today: str, more: str) -> str:
    names = {"小学": "primary", "初中": "junior_middle"}
    zones = 'current_zones = { file = "today.gpkg" }\n' if today else ""
    return f"""
[study]
name = "方格县"
years = [2027]
stages = {json.dumps([names[stage] for stage in stages])}
crs = "{CRS}"
[inputs]
schools = {{ file = "schools.csv", crs = "{CRS}" }}
gates = {{ file = "gates.csv", crs = "{CRS}" }}
addresses = {{ file = "addresses.csv", crs = "{CRS}" }}
demand = {{ file = "demand.csv" }}
blocks = {{ file = "blocks.gpkg" }}
roads = {{ file = "roads.gpkg" }}
decisions = {{ file = "decisions.xlsx", sheet = "已定事项" }}
{zones}
[map]
approval_exemption = "an invented county; tests, 2027-01-01"
[network]
min_component_nodes = 1
{more or QUICK}
"""


def run(*words: str | Path, code: int = 0) -> dict[str, Any]:
    """Run a command with `--json` and return its answer."""
    result = CliRunner().invoke(
        main, ["--lang", "en", *map(str, words), "--json"], catch_exceptions=False
    )
    assert result.exit_code == code, result.output
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def drawn(folder: Path, stage: str = "primary") -> tuple[str, PlanFile, dict[str, Any]]:
    """Draw a plan; return its picture (zone ids, row by row), the file, and what was told."""
    (told,) = run("draw", folder, "--stage", stage)["plans"]
    content = read_plan(folder / "plans" / f"{told['plan_id']}.gpkg")
    plan = content.plan
    rows: dict[str, list[str]] = {}
    for block, zone in zip(plan.block_ids, plan.zone_ids, strict=True):
        rows.setdefault(block[1], []).append(zone)
    return "\n".join(" ".join(zones) for zones in rows.values()), content, told


def by_block(folder: Path) -> Path:
    """Have the children of a study counted by block, and forget its addresses."""
    demand = folder / "inputs" / "demand.csv"
    head, *rows = demand.read_text(encoding="utf-8-sig").splitlines()
    lines = [head.replace("地址编号", "单元编号"), *(f"b{row.removeprefix('D')}" for row in rows)]
    write_csv(demand, [line.split(",") for line in lines])
    file = folder / "study.toml"
    kept = [line for line in file.read_text(encoding="utf-8").splitlines()
            if not line.startswith("addresses")]  # fmt: skip
    file.write_text("\n".join(kept), encoding="utf-8")
    (folder / "inputs" / "addresses.csv").unlink()
    return folder
