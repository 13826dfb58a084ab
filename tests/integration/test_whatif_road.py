"""What if, against the same change made in the files and the road gone again: cell for cell."""

from __future__ import annotations

import hashlib
import html
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from click.testing import CliRunner, Result

from zoning.cli import main
from zoning.errors import InputError
from zoning.network.travel import TravelTable, load_travel
from zoning.progress import silent
from zoning.study import open_study
from zoning.study.road import travel
from zoning.study.whatif import WhatIf, what_if
from zoning.study.whatif_reading import Asked

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.integration

# a lane that alone leads to some houses, and two streets of the town
CUT_OFF, STREETS = "w159", ("w024", "w060")
HERE, THERE = (87.2990, 43.9936), (87.3079, 44.0012)


def edit(study: Path, old: str, new: str) -> None:
    settings = study / "study.toml"
    text = settings.read_text(encoding="utf-8")
    assert old in text
    settings.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def base(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small county with numbered roads and blocks of its own, which no road changes."""
    study = tmp_path_factory.mktemp("whatif") / "county"
    shutil.copytree(small_study, study)
    roads = gpd.read_file(study / "inputs" / "basemap.gpkg", layer="roads")
    roads.insert(0, "way_id", [f"w{number:03d}" for number in range(len(roads))])
    roads.to_file(study / "inputs" / "roads.gpkg")
    blocks = gpd.read_parquet(study / "build" / "blocks" / "blocks.parquet")
    blocks[["block_id", "geometry"]].to_file(study / "inputs" / "blocks.gpkg")
    edit(
        study,
        'roads = { file = "basemap.gpkg", layer = "roads" }',
        'roads = { file = "roads.gpkg" }\nblocks = { file = "blocks.gpkg" }',
    )
    edit(study, "[network]", "[network]\nmin_component_nodes = 1")
    travel(open_study(study), progress=silent)
    return study


def tried(study: Path, **asked: Any) -> WhatIf:
    return what_if(open_study(study), Asked(**asked), progress=silent)


def really(base: Path, folder: Path, change: Callable[[Path], None]) -> TravelTable:
    """Travel times of a copy of the study whose files were changed."""
    study = Path(shutil.copytree(base, folder / "changed"))
    change(study / "inputs")
    travel(open_study(study), progress=silent)
    return load_travel(study / "build" / "travel" / "primary" / "travel.npz")


def assert_equal(found: TravelTable, wanted: TravelTable) -> None:
    assert (found.block_ids, found.school_ids) == (wanted.block_ids, wanted.school_ids)
    assert found.unplaced == wanted.unplaced
    for name in ("time_ms", "distance_m", "within"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name))


def assert_differs(result: WhatIf) -> None:
    before, after = result.before.travel, result.after.travel
    assert before.time_ms.shape != after.time_ms.shape or (before.time_ms != after.time_ms).any()


def roads_of(inputs: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(inputs / "roads.gpkg")


def with_rows(
    inputs: Path, sheet: str, change: Callable[[list[list[Any]]], list[list[Any]]]
) -> None:
    """Rewrite the rows of a sheet of the schools' workbook."""
    book = openpyxl.load_workbook(inputs / "schools.xlsx")
    rows = [list(row) for row in book[sheet].iter_rows(values_only=True)]
    book[sheet].delete_rows(1, book[sheet].max_row)
    for row in change(rows):
        book[sheet].append(row)
    book.save(inputs / "schools.xlsx")


@pytest.mark.parametrize("ways", [(CUT_OFF,), STREETS], ids=["cut off", "two streets"])
def test_closed_ways_equal_roads_without_them(base: Path, tmp_path: Path, ways: tuple[str, ...]):
    def take_out(inputs: Path) -> None:
        roads = roads_of(inputs)
        roads[~roads["way_id"].isin(ways)].to_file(inputs / "roads.gpkg")

    result = tried(base, close_way=ways)
    assert_differs(result)
    assert_equal(result.after.travel, really(base, tmp_path, take_out))
    assert result.again.order_kept
    assert result.again.cells_again < result.again.cells


@pytest.fixture
def bridge(base: Path, tmp_path: Path) -> Path:
    """A bridge from street to street across the town, as a file of its own."""
    roads = roads_of(base / "inputs")
    streets = roads[roads["highway"] == "residential"]
    ends = [shapely.get_point(line, 0) for line in streets.geometry]
    near, far = (min(ends, key=shapely.Point(place).distance) for place in (HERE, THERE))
    line = gpd.GeoDataFrame(
        {"name": ["新桥"], "highway": ["residential"], "bridge": ["yes"]},
        geometry=[shapely.LineString([near, far])],
        crs=roads.crs,
    )
    file = tmp_path / "bridge.gpkg"
    line.to_file(file)
    return file


def test_a_built_road_equals_roads_with_it(base: Path, bridge: Path, tmp_path: Path):
    def build(inputs: Path) -> None:
        line = gpd.read_file(bridge).assign(way_id="z")
        together = pd.concat([roads_of(inputs), line], ignore_index=True)
        together.to_file(inputs / "roads.gpkg")

    result = tried(base, add_road=(bridge,))
    assert_differs(result)
    assert_equal(result.after.travel, really(base, tmp_path, build))


def test_houses_that_a_built_road_passes_are_counted_and_they_alone_may_have_farther_to_go(
    base: Path, bridge: Path, tmp_path: Path
):
    line = gpd.read_file(bridge).drop(columns="bridge")
    line.to_file(tmp_path / "street.gpkg")
    result = tried(base, add_road=(tmp_path / "street.gpkg",))
    (told,) = [item for item in result.findings if item.code == "whatif.ON_BUILT_ROAD"]
    homes = result.before.residences
    new = line.to_crs(homes.crs).geometry.iloc[0]
    old = roads_of(base / "inputs").to_crs(homes.crs).geometry.union_all()
    beside = homes.loc[homes.distance(new) < homes.distance(old), "address_id"]
    # a barrier may lie between a house and what is nearest
    assert 0 < told.params["count"] <= len(beside)
    changed = result.change.addresses
    longer = changed.loc[changed["minutes_change"] > 0, "address_id"]
    assert set(longer) <= set(beside)
    built = [item for item in tried(base, add_road=(bridge,)).findings
             if item.code == "whatif.ON_BUILT_ROAD"]  # fmt: skip
    assert not built, "nobody's door is on a bridge"


def test_an_opened_gate_equals_a_gate_in_the_table(base: Path, tmp_path: Path):
    def add(inputs: Path) -> None:
        with_rows(inputs, "校门", lambda rows: [*rows, ["P001", "新门", None, *HERE]])

    result = tried(base, open_gate=(f"P001,{HERE[0]},{HERE[1]}",))
    assert_differs(result)
    assert_equal(result.after.travel, really(base, tmp_path, add))
    assert (result.again.schools_time, result.again.network) == (1, False)
    assert result.again.cells_again == len(result.after.travel.block_ids)


def test_a_moved_school_equals_other_coordinates(base: Path, tmp_path: Path):
    def move(inputs: Path) -> None:
        with_rows(inputs, "校门", lambda rows: [row for row in rows if row[0] != "P002"])
        with_rows(
            inputs, "学校",
            lambda rows: [[*row[:5], *HERE, *row[7:]] if row[0] == "P002" else row for row in rows],
        )  # fmt: skip

    result = tried(base, move_school=(f"沙泉县第二小学,{HERE[0]},{HERE[1]}",))
    assert_differs(result)
    assert_equal(result.after.travel, really(base, tmp_path, move))
    assert result.again.schools_time == 1


def test_a_school_that_moves_keeps_the_gate_that_it_gets(base: Path, tmp_path: Path):
    def move(inputs: Path) -> None:
        with_rows(
            inputs, "校门",
            lambda rows: [
                *(row for row in rows if row[0] != "P002"),
                ["P002", "东门", None, *HERE], ["P002", "西门", None, *THERE],
            ],
        )  # fmt: skip

    result = tried(
        base, move_school=(f"P002,{HERE[0]},{HERE[1]}",), open_gate=(f"P002,{THERE[0]},{THERE[1]}",)
    )
    assert_differs(result)
    assert_equal(result.after.travel, really(base, tmp_path, move))


def test_of_a_table_of_schools_only_those_of_the_plans_stage_open(base: Path, tmp_path: Path):
    book = openpyxl.Workbook()
    book.active.append(["学校编号", "学校名称", "学段", "lng_wgs84", "lat_wgs84"])
    book.active.append(["P090", "新城小学", "小学", *HERE])
    book.active.append(["J090", "新城中学", "初中", *THERE])
    book.save(tmp_path / "new.xlsx")
    result = tried(
        base, add_school=(str(tmp_path / "new.xlsx"),), open_gate=(f"P090,{THERE[0]},{THERE[1]}",)
    )
    assert [change.school_id for change in result.changes] == ["P090", "P090"]
    assert "intake.STAGE_NOT_STUDIED" in {item.code for item in result.findings}
    assert "P090" in result.after.travel.school_ids
    assert "J090" not in result.after.travel.school_ids


def test_a_new_school_equals_one_more_row(base: Path, tmp_path: Path):
    def add(inputs: Path) -> None:
        new = ["P000", "新城小学", "小学", "沙泉县教育局", None, *HERE, 45, 1, 1, 1]
        with_rows(inputs, "学校", lambda rows: [*rows, new])

    layer = tmp_path / "new.gpkg"
    gpd.GeoDataFrame(
        {"学校编号": ["P000"], "学校名称": ["新城小学"]}, geometry=[shapely.Point(HERE)],
        crs="EPSG:4490",
    ).to_file(layer)  # fmt: skip
    from_layer = tried(base, add_school=(str(layer),))
    result = tried(base, add_school=(f"P000,新城小学,{HERE[0]},{HERE[1]}",))
    assert_equal(from_layer.after.travel, result.after.travel)
    assert from_layer.changes == result.changes
    assert result.after.travel.school_ids[0] == "P000"
    assert_equal(result.after.travel, really(base, tmp_path, add))
    assert result.again.schools_time == 1
    added = result.change.schools.set_index("school_id").loc["P000"]
    assert added["nearest_before"] == 0
    assert added["nearest_after"] > 0


def test_several_changes_at_once_equal_all_of_them(base: Path, bridge: Path, tmp_path: Path):
    def change(inputs: Path) -> None:
        roads = roads_of(inputs)
        line = gpd.read_file(bridge).assign(way_id="z")
        kept = roads[~roads["way_id"].isin(STREETS)]
        pd.concat([kept, line], ignore_index=True).to_file(inputs / "roads.gpkg")
        with_rows(inputs, "校门", lambda rows: [*rows, ["P001", "新门", None, *HERE]])

    result = tried(
        base, close_way=STREETS, add_road=(bridge,), open_gate=(f"P001,{HERE[0]},{HERE[1]}",)
    )
    assert_equal(result.after.travel, really(base, tmp_path, change))


@pytest.mark.parametrize("ways", [(CUT_OFF,), STREETS], ids=["cut off", "two streets"])
def test_closed_ways_equal_roads_marked_as_closed_however_small_the_piece(
    base: Path, tmp_path: Path, ways: tuple[str, ...]
):
    """Deleted from the map, a small piece would count as residue, its houses elsewhere."""

    def mark(inputs: Path) -> None:
        roads = roads_of(inputs)
        shut = roads["way_id"].isin(ways)
        for column in ("foot", "motor"):
            roads[column] = np.where(shut, "no", "")
        roads.to_file(inputs / "roads.gpkg")

    study = Path(shutil.copytree(base, tmp_path / "least"))
    edit(study, "min_component_nodes = 1", "min_component_nodes = 20")
    result = tried(study, close_way=ways)
    assert_differs(result)
    assert (result.change.totals.newly_without > 0) == (CUT_OFF in ways)
    assert_equal(result.after.travel, really(study, tmp_path, mark))


def contents(study: Path) -> dict[str, str]:
    return {
        str(file.relative_to(study)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(study.rglob("*"))
        if file.is_file()
    }


def zoning(*words: str | Path, lang: str = "en") -> Result:
    return CliRunner().invoke(main, ["--lang", lang, *map(str, words)], catch_exceptions=False)


def test_the_command_writes_table_and_map_and_leaves_the_study_as_it_is(base: Path, tmp_path: Path):
    before = contents(base)
    out = tmp_path / "out"
    point = ",".join(map(str, HERE))
    result = zoning(
        "whatif", base, "--close-way", STREETS[0], "--move-school", f"P002,{point}", "--out", out
    )
    assert result.exit_code == 0, result.output
    assert contents(base) == before
    files = {file.name for file in out.iterdir()}
    assert files == {"whatif.gpkg", "whatif.html", "whatif.xlsx"}

    book = pd.read_excel(out / "whatif.xlsx", sheet_name=None, engine="openpyxl")
    assert list(book) == ["Summary", "Schools", "Blocks", "Addresses that change"]
    words = ("--close-way", STREETS[0], "--move-school", f"P002,{point}", "--json")
    record = json.loads(zoning("whatif", base, *words).stdout)
    totals = book["Summary"].set_index("What")["Value"]
    assert totals["Children with a longer way"] == record["totals"]["longer"] > 0
    blocks = book["Blocks"]
    changed = blocks[blocks["School id"] == "P002"]["Change in minutes"]
    assert changed.abs().max() > 1
    layer = pyogrio.read_dataframe(out / "whatif.gpkg", layer="roads")
    assert layer[["way_id", "role"]].to_numpy().tolist() == [[STREETS[0], "closed"]]

    page = html.unescape((out / "whatif.html").read_text(encoding="utf-8"))
    assert 'lang="en"' in page
    assert "default-src 'none'" in page
    assert "沙泉县第二小学" in page
    again = zoning("map", base, "--whatif", out, "--out", tmp_path / "again.html", lang="zh")
    assert again.exit_code == 0, again.output
    assert "假设推演" in (tmp_path / "again.html").read_text(encoding="utf-8")


def test_every_fault_is_told_at_once(base: Path, tmp_path: Path):
    west, south = HERE
    loose = gpd.GeoDataFrame(
        geometry=[shapely.LineString([(west, south + 0.0004), (west + 0.001, south + 0.0004)])],
        crs="EPSG:4490",
    )
    loose.to_file(tmp_path / "loose.gpkg")
    bare = loose.set_crs(None, allow_override=True)
    with pytest.warns(UserWarning, match="crs"):
        bare.to_file(tmp_path / "bare.shp")
    with pytest.raises(InputError) as caught:
        tried(
            base,
            close_way=("nowhere", "泰安路"),
            add_road=(tmp_path / "loose.gpkg", tmp_path / "bare.shp"),
            open_gate=("P009,87.3,43.99", "J001,87.3,43.99", "P001,43.99,187.3", "P001"),
            move_school=(
                "P002,88.9,43.99",
                "P003,43.9936,87.2990",
                "P004,87.3,43.99",
                "P004,87.3,44.0",
            ),
            add_school=("P001,新,87.3,43.99", "nothing.gpkg"),
        )
    said = caught.value.findings
    codes = [item.code for item in said]
    assert codes.count("whatif.LOOSE_END") == 2
    assert {
        "whatif.NO_WAY", "whatif.WAY_IS_A_NAME", "whatif.NO_SCHOOL", "whatif.OTHER_STAGE",
        "whatif.NOT_A_PLACE", "whatif.NOT_A_POINT", "whatif.POINT_FAR", "whatif.SWAPPED",
        "whatif.SCHOOL_EXISTS", "whatif.TWO_PLACES", "whatif.NO_SUCH_FILE",
    } <= set(codes)  # fmt: skip
    undeclared = [item for item in said if item.file == "bare.shp" and "CRS" in item.code]
    assert undeclared
    assert all("study.toml" not in item.fix("en") for item in undeclared)
    for item in said:
        for language in ("en", "zh-CN"):
            assert item.message(language)
            assert item.fix(language)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Say what to try out"),
        (["--close-way", "w001", "--out", "STUDY/build/x"], "keeps its own files"),
        (["--close-way", "w001", "--out", "STUDY/no/such"], "does not exist"),
        (["--add-road", "STUDY/nothing.gpkg"], "does not exist"),
    ],
)
def test_wrong_use_is_told(base: Path, words: list[str], said: str):
    result = zoning("whatif", base, *[word.replace("STUDY", str(base)) for word in words])
    assert result.exit_code == 2
    assert said in result.output
