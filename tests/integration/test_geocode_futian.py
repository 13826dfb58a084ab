"""Addresses without coordinates on real roads: Futian, Shenzhen, with invented compounds and doors.

The roads and their names are real, the numbers and compounds are not: no list of the real ones is
open.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
import shapely
from bureau import write_csv
from click.testing import CliRunner

from zoning.cli import main
from zoning.crs import System, to_lonlat, working_crs
from zoning.demo.names import compound_names
from zoning.intake.roads import read_roads_file
from zoning.study.places import distances

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.integration, pytest.mark.shared]

ROADS, DOORS, STEP_M, ASIDE_M = 40, 16, 35.0, 15.0
CRS = working_crs(114.05, 22.55)
HEADER = ["地址编号", "小区或村", "乡镇街道", "道路", "门牌号", "户数", "经度", "纬度"]
Row = list[Any]


def long_roads(file: Path) -> dict[str, shapely.LineString]:
    """Return the longest piece of each road that is long enough for its doors, by name."""
    ways = read_roads_file(file, crs=CRS).ways
    ways = ways[ways["name"].str.fullmatch(r"[\u4e00-\u9fff]{2,6}[路街道]")]
    found = {}
    for name, lines in ways.groupby("name").geometry:
        merged = shapely.line_merge(shapely.union_all(lines.to_numpy()))
        longest = max(shapely.get_parts(merged), key=shapely.length)
        if longest.length > (DOORS + 2) * STEP_M:
            found[str(name)] = longest
    return dict(sorted(found.items())[:ROADS])


def invented(file: Path) -> list[Row]:
    """Return doors on both sides of real roads and compounds of three buildings on some."""
    rng = np.random.default_rng(5)
    names = iter(compound_names(ROADS, rng=rng))
    rows: list[Row] = []
    for road, line in long_roads(file).items():
        for at in range(DOORS):
            along = (at + 1) * STEP_M
            x, y = beside(line, along, ASIDE_M if at % 2 else -ASIDE_M)
            rows.append([f"{road}{at + 1}号", road, f"{at + 1}号", x, y])
        compound = next(names)
        x, y = beside(line, DOORS * STEP_M / 2, 60.0)
        for building in range(1, 4):
            number = f"{DOORS + 1}号{building}栋"
            rows.append([compound, road, number, x + 30.0 * building, y])
    xy = np.array([row[3:] for row in rows])
    lon, lat = to_lonlat(xy[:, 0], xy[:, 1], source=System("", CRS))
    return [
        [f"F{at:04}", name, "福田街道", road, number, 10, round(lon[at], 7), round(lat[at], 7)]
        for at, (name, road, number, *_) in enumerate(rows)
    ]


def beside(line: shapely.LineString, along: float, aside: float) -> tuple[float, float]:
    here, ahead = line.interpolate(along), line.interpolate(along + 1.0)
    dx, dy = ahead.x - here.x, ahead.y - here.y
    return here.x - aside * dy, here.y + aside * dx


@pytest.fixture(scope="module")
def told(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pd.DataFrame]:
    """The study, and the list of its answers with the distance of each from the truth."""
    folder = tmp_path_factory.mktemp("futian") / "study"
    inputs = folder / "inputs"
    inputs.mkdir(parents=True)
    shutil.copy(shared_data / "futian" / "G.graphml", inputs / "roads.graphml")
    rows = invented(inputs / "roads.graphml")
    truth = {row[0]: row[-2:] for row in rows}
    # every fifth door, and the middle building of every compound
    lost = [row for row in rows if row[4].endswith("号2栋") or row[4] in {"6号", "11号"}]
    gone = {row[0] for row in lost}
    known = [row if row[0] not in gone else [*row[:-2], "", ""] for row in rows]
    write_csv(inputs / "addresses.csv", [HEADER, *known])
    write_csv(
        inputs / "schools.csv",
        [["学校编号", "学校名称", "学段", "经度", "纬度", "2027年学位"],
         ["S1", "第一小学", "小学", *truth["F0000"], 2000]],
    )  # fmt: skip
    demand = [[row[0], "小学", 1] for row in rows]
    write_csv(inputs / "demand.csv", [["地址编号", "学段", "2027年适龄儿童"], *demand])
    (folder / "study.toml").write_text(
        """
[study]
name = "福田区"
years = [2027]
stages = ["primary"]
[inputs]
schools = { file = "schools.csv", crs = "WGS 84" }
addresses = { file = "addresses.csv", crs = "WGS 84" }
demand = { file = "demand.csv" }
roads = { file = "roads.graphml" }
""",
        encoding="utf-8",
    )
    answer = run("geocode", folder)
    frame = pd.DataFrame(answer["addresses"])
    assert set(frame["address_id"]) == gone
    away = [
        distances(np.array([row.lng]), np.array([row.lat]), *truth[row.address_id])[0]
        for row in frame.itertuples()
    ]
    return folder, frame.assign(away=away)


def run(*words: object) -> dict[str, Any]:
    result = CliRunner().invoke(main, [*map(str, words), "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    record: dict[str, Any] = json.loads(result.stdout)
    return record


def test_a_building_is_placed_at_its_compound(told: tuple[Path, pd.DataFrame]) -> None:
    _, frame = told
    buildings = frame[frame["number"].str.endswith("栋")]
    assert len(buildings) > 20
    assert set(buildings["match_code"]) == {"building"}
    assert (buildings["accepted"] == 1).all()
    assert buildings["away"].max() < 100


def test_a_door_is_placed_between_its_neighbours_on_its_road(
    told: tuple[Path, pd.DataFrame],
) -> None:
    _, frame = told
    doors = frame[frame["number"].str.endswith("号")]
    # a side road that bears the name of its main road must not be taken for that one
    side = doors["road"].str.endswith("辅路")
    assert (doors[side & (doors["accepted"] == 1)]["away"] < 2 * STEP_M).all()
    doors = doors[~side]
    assert len(doors) > 50
    assert set(doors["match_code"]) == {"interpolated"}
    assert (doors["accepted"] == 1).mean() > 0.9
    assert (doors["away"] <= doors["radius_m"]).mean() >= 0.9
    assert doors["away"].median() < STEP_M


def test_a_road_with_neighbours_of_like_names_is_not_mixed_up(
    told: tuple[Path, pd.DataFrame],
) -> None:
    folder, frame = told
    door = frame[frame["number"] == "6号"].iloc[0]
    found = run("geocode", folder, "--address", f"福田区{door.road}六号")
    assert (found["match_code"], found["lng"], found["lat"]) == (
        "interpolated", pytest.approx(door.lng), pytest.approx(door.lat),
    )  # fmt: skip
    other = run("geocode", folder, "--address", f"南山区{door.road}6号")
    assert other["match_code"] == "refused"
