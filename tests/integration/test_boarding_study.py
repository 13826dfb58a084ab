"""Boarding schools in a study, from a column of the schools' table to plan, look-up and what-if."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner
from tiny_study import by_block, drawn, run, tiny_study

from zoning.cli import main
from zoning.network.travel import TravelTable, load_travel
from zoning.progress import silent
from zoning.settings import Mode, Stage
from zoning.study import open_study
from zoning.study.boarding import boarding_of
from zoning.study.road import ready, travel
from zoning.study.stage import stage_facts
from zoning.study.whatif import what_if
from zoning.study.whatif_reading import Asked

pytestmark = pytest.mark.integration

TOWN = "A . . .\n. . . B"
DAY = "[draw]\nrounds = 2\n[boarding]\nprimary_day_m = 300"
OPEN_AREA = ["无学校区", "小学", "小区02、小区03", "", "", "", "寄宿区"]
OPEN_BLOCKS = ["无学校区", "小学", "b02、b03", "", "", "", "寄宿区"]


def study_of(
    folder: Path,
    *,
    places: dict[str, Any] | None,
    settings: str = DAY,
    apart: list[str] = OPEN_AREA,
) -> Path:
    return tiny_study(
        folder, TOWN, seats={"A": 9, "B": 9}, boarding=places, decisions=[apart], settings=settings
    )


def said(*words: str | Path, language: str = "en") -> str:
    result = CliRunner().invoke(main, ["--lang", language, *map(str, words)])
    assert result.exit_code == 0, result.output
    return result.output


def boarding_table(study: Path, stage: str = "primary") -> TravelTable:
    return load_travel(study / "build" / "travel" / f"{stage}-boarding" / "travel.npz")


def figures(content: Any, scope: str = "plan") -> dict[str, float]:
    table = content.metrics[content.metrics["scope"] == scope]
    ours = table[table["metric"].str.startswith("boarding_")]
    return dict(zip(ours["metric"].str.removeprefix("boarding_"), ours["value"], strict=True))


def test_places_make_a_boarding_school_and_the_plan_tells_of_it(tmp_path: Path) -> None:
    study = study_of(tmp_path, places={"B": 5})
    assert "with boarding places (1)" in said("travel", study)
    table = boarding_table(study)
    assert (table.mode, table.school_ids) == (Mode.BOARDING, ("B",))
    at = dict(zip(table.block_ids, table.distance_m[:, 0].tolist(), strict=True))
    assert at == {
        "b00": 800, "b01": 600, "b02": 400, "b03": 200, "b10": 600, "b11": 400, "b12": 200, "b13": 0
    }  # fmt: skip
    near = [
        block for block, share in zip(table.block_ids, table.within[:, 0], strict=True) if share
    ]
    assert near == ["b03", "b12", "b13"]
    picture, content, told = drawn(study)
    own = picture.count("B")
    found = figures(content)
    assert found["children"] == 2 * (own + 2)
    assert found["places"] == 5
    assert told["facts"]["boarding"]["beyond_day"] == found["beyond_day"] >= 2
    blocks = content.blocks.set_index("block_id")["boarding_m"]
    assert blocks[["b02", "b03", "b13"]].tolist() == [400, 200, 0]
    assert figures(content, "school:B")["children"] == found["children"]
    assert "school is the answer for" in said("draw", study)
    assert "寄宿名额 5 个" in said("draw", study, language="zh-CN")
    assert run("certify", study, "primary")["ok"]


def test_without_the_column_there_is_nothing_of_it(tmp_path: Path) -> None:
    study = study_of(tmp_path, places=None)
    assert "oarding" not in said("travel", study)
    _, content, told = drawn(study)
    assert figures(content) == {}
    assert told["facts"]["boarding"] is None
    assert not (study / "build" / "roads" / "primary-boarding").exists()


def test_where_children_are_counted_by_block_the_middle_of_the_block_counts(tmp_path: Path) -> None:
    study = by_block(study_of(tmp_path, places={"B": 5}, apart=OPEN_BLOCKS))
    _, content, _ = drawn(study)
    assert content.blocks.set_index("block_id").loc["b02", "boarding_m"] == 400
    assert figures(content)["longest_road"] >= 400


def test_the_norm_is_that_of_the_rule_set_unless_the_county_has_its_own(tmp_path: Path) -> None:
    study = study_of(tmp_path, places={"B": 5}, settings="[draw]\nrounds = 2")
    opened = open_study(study)
    travel(opened, progress=silent)
    inputs = ready(opened, silent).inputs
    homes = stage_facts(opened, Stage.PRIMARY, inputs=inputs).residences
    boarding = boarding_of(opened, Stage.PRIMARY, inputs=inputs, residences=homes)
    assert boarding is not None
    assert boarding.day_m == opened.rules.day_distance_m["primary"].value == 1620
    file = study / "study.toml"
    file.write_text(file.read_text("utf-8") + "\n[boarding]\nprimary_day_m = 100\n", "utf-8")
    assert run("travel", study)["fresh"]
    assert boarding_table(study).within.sum() == 1


def test_faults_of_the_column_are_told_with_their_row(tmp_path: Path) -> None:
    study = study_of(tmp_path, places={"A": "-3", "B": "有"})
    told = run("check", study, code=3)["findings"]
    found = {(item["code"], item["row"]) for item in told if item["column"] == "寄宿名额"}
    assert found == {("intake.NEGATIVE", 2), ("intake.NOT_A_NUMBER", 3)}


def test_a_slip_of_the_unit_in_the_settings_is_refused(tmp_path: Path) -> None:
    study = study_of(tmp_path, places={"B": 5}, settings="[boarding]\nprimary_day_m = -3")
    result = CliRunner().invoke(main, ["--lang", "en", "travel", str(study)])
    assert result.exit_code != 0
    assert "boarding.primary_day_m" in result.output


def test_a_stage_that_boards_is_drawn_by_metres_of_road(tmp_path: Path) -> None:
    more = '[draw]\nrounds = 2\n[network.modes]\nprimary = "boarding"'
    study = study_of(tmp_path, places={"A": 5, "B": 5}, settings=more)
    travel(open_study(study), progress=silent)
    table = load_travel(study / "build" / "travel" / "primary" / "travel.npz")
    assert table.mode is Mode.BOARDING
    # 15 km/h
    wanted = table.distance_m / (15 / 3.6) * 1000
    assert np.abs(table.time_ms - wanted).max() <= 10
    np.testing.assert_array_equal(table.distance_m, boarding_table(study).distance_m)


def with_places(study: Path, places: int) -> None:
    """Give the schools of a county places for boarders in the workbook of schools."""
    file = study / "inputs" / "schools.xlsx"
    book = openpyxl.load_workbook(file)
    sheet = book["学校"]
    column = sheet.max_column + 1
    sheet.cell(1, column, "寄宿名额")
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, column, places)
    book.save(file)


@pytest.fixture(scope="module")
def county(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small county with numbered roads, blocks that no road changes, and boarding schools."""
    study = tmp_path_factory.mktemp("boarding") / "county"
    shutil.copytree(small_study, study)
    roads = gpd.read_file(study / "inputs" / "basemap.gpkg", layer="roads")
    roads.insert(0, "way_id", [f"w{number:03d}" for number in range(len(roads))])
    roads.to_file(study / "inputs" / "roads.gpkg")
    blocks = gpd.read_parquet(study / "build" / "blocks" / "blocks.parquet")
    blocks[["block_id", "geometry"]].to_file(study / "inputs" / "blocks.gpkg")
    file = study / "study.toml"
    text = file.read_text(encoding="utf-8")
    old = 'roads = { file = "basemap.gpkg", layer = "roads" }'
    assert old in text
    text = text.replace(
        old, 'roads = { file = "roads.gpkg" }\nblocks = { file = "blocks.gpkg" }'
    ).replace("[network]", "[network]\nmin_component_nodes = 1")
    file.write_text(text, encoding="utf-8")
    with_places(study, 40)
    travel(open_study(study), progress=silent)
    return study


def test_what_if_renews_the_roads_to_boarding_schools_as_the_files_would(
    county: Path, tmp_path: Path
) -> None:
    closed = ("w024", "w060")
    asked = Asked(close_way=closed)
    result = what_if(open_study(county), asked, plan="today", progress=silent)
    before, after = result.before.boarding, result.after.boarding
    assert before is not None
    assert after is not None
    changed = Path(shutil.copytree(county, tmp_path / "changed"))
    roads = gpd.read_file(changed / "inputs" / "roads.gpkg")
    shut = roads["way_id"].isin(closed)
    roads.loc[shut, "access"] = "no"
    roads.to_file(changed / "inputs" / "roads.gpkg")
    travel(open_study(changed), progress=silent)
    wanted = boarding_table(changed)
    assert (before.travel.distance_m != after.travel.distance_m).any()
    for name in ("time_ms", "distance_m", "within"):
        np.testing.assert_array_equal(getattr(after.travel, name), getattr(wanted, name))
    record = json.loads(json.dumps(result.record()))["boarding"]
    assert record["longer"] > 0
    assert record["km_after"] > record["km_before"]


def test_what_if_tells_of_boarding_on_the_screen_and_in_the_workbook(
    county: Path, tmp_path: Path
) -> None:
    out = tmp_path / "tried"
    words = said(
        "whatif", county, "--plan", "today", "--close-way", "w024", "--out", out, language="zh-CN"
    )
    assert "寄宿：对应学校为寄宿制学校的儿童" in words
    book = openpyxl.load_workbook(out / "whatif.xlsx")
    lines = [row[0] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert "寄宿：走读距离（米）" in lines


def test_a_boarding_school_that_moves_has_other_roads(county: Path) -> None:
    opened = open_study(county)
    inputs = ready(opened, silent).inputs
    places = inputs.schools.loc[
        (inputs.schools["boarding"] > 0) & (inputs.schools["stage"] == "primary"), "school_id"
    ]
    school = str(places.iloc[0])
    other = inputs.schools.to_crs("EPSG:4490").set_index("school_id").geometry[str(places.iloc[1])]
    asked = Asked(move_school=(f"{school},{other.x + 0.002},{other.y}",))
    result = what_if(opened, asked, plan="today", progress=silent)
    before, after = result.before.boarding, result.after.boarding
    assert before is not None
    assert after is not None
    column = before.school_ids.index(school)
    differs = before.travel.distance_m != after.travel.distance_m
    assert differs[:, column].any()
    assert not np.delete(differs, column, axis=1).any()
