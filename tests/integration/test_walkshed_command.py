"""`zoning walkshed` on the demo county: its counts from the files again, its file for QGIS."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from tiny_study import by_block, tiny_study

from zoning.cli import main
from zoning.network.graph import load_network
from zoning.network.travel import AddressTimes, load_tables

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

YEARS = ("2027", "2028", "2029")


def call(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def answer(*words: object) -> list[dict[str, Any]]:
    result = call("walkshed", *words, "--json")
    assert result.exit_code == 0, result.output
    stages: list[dict[str, Any]] = json.loads(result.stdout)["stages"]
    return stages


def metres(study: Path, stage: str) -> pd.DataFrame:
    """Distance of each address to each school of a stage, asked one school at a time."""
    network = load_network(study / "build" / "roads" / stage)
    tables = load_tables(study / "build" / "travel" / stage)
    homes = gpd.read_parquet(study / "build" / "intake" / "addresses.parquet")
    times = AddressTimes.on(network, tables, addresses=homes)
    columns = {school: times([school] * len(homes))[1] for school in tables.school_ids}
    return pd.DataFrame(columns, index=homes["address_id"])


def children(study: Path, stage: str) -> pd.DataFrame:
    demand = pd.read_parquet(study / "build" / "intake" / "demand.parquet")
    ours = demand[demand["stage"] == stage]
    return ours.pivot_table(index="address_id", columns="year", values="children", aggfunc="sum")


def test_children_within_the_radius_are_counted_from_their_own_doors(small_study: Path) -> None:
    for told, stage, radius in zip(
        answer(small_study), ("primary", "junior_middle"), (500, 1000), strict=True
    ):
        assert (told["stage"], told["measure"], told["limit"]) == (stage, "length", radius)
        far, count = metres(small_study, stage), children(small_study, stage)
        near = far.reindex(count.index) <= radius
        for school in told["schools"]:
            mine = count[near[school["school_id"]]].sum()
            assert list(school["within"].values()) == mine.tolist()
            assert school["share"] == pytest.approx(mine.sum() / count.sum().sum(), abs=1e-4)
        some = count[near.any(axis=1)].sum()
        assert list(told["whole"]["within"].values()) == some.tolist()
        # blocks hold all addresses of the demo
        assert sum(block["within"]["2027"] for block in told["blocks"]) == some.iloc[0]


def test_under_a_plan_each_child_counts_for_its_own_school(small_study: Path) -> None:
    (told,) = answer(small_study, "--plan", "junior_middle", "--minutes", 10)
    assert told["measure"] == "time"
    count = children(small_study, "junior_middle")
    for year in YEARS:
        everyone = sum(school["children"][year] for school in told["schools"])
        assert everyone == pytest.approx(count[int(year)].sum(), abs=0.5)
        near = sum(school["within"][year] for school in told["schools"])
        assert near == pytest.approx(told["whole"]["within"][year], abs=0.5)
    today = answer(small_study, "--plan", "today")
    assert [item["plan_id"] for item in today] == ["today", "today"]


def test_the_file_holds_polygons_exact_roads_and_blocks(small_study: Path, tmp_path: Path) -> None:
    file = tmp_path / "sheds.gpkg"
    result = call("--lang", "zh", "walkshed", small_study, "--school", "P001", "--school", "P002",
                  "--metres", 400, "--out", file)  # fmt: skip
    assert result.exit_code == 0, result.output
    sheds, reached, within = (
        gpd.read_file(file, layer=layer) for layer in ("walksheds", "reached", "within")
    )
    assert sheds["school_id"].tolist() == reached["school_id"].tolist() == ["P001", "P002"]
    assert set(sheds["limit_m"]) == {400.0}
    assert sheds["limit_min"].isna().all()
    lengths = reached.geometry.length.to_numpy()
    assert np.abs(lengths - sheds["reached_m"].to_numpy()).max() < 2
    for shape, line in zip(sheds.geometry, reached.geometry, strict=True):
        assert shape.is_valid
        # but for the slits along barriers
        assert line.difference(shape).length < 1
        assert line.buffer(30.01).covers(shape)
    assert len(within) == len(gpd.read_parquet(small_study / "build/blocks/blocks.parquet"))
    with sqlite3.connect(file) as connection:
        titles = dict(connection.execute("SELECT column_name, title FROM gpkg_data_columns"))
    connection.close()
    assert titles["within_2027"] == "2027年范围内儿童"
    assert "沙泉" in result.stdout
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (("--minutes", "5", "--metres", "5"), "either --minutes or --metres", 2),
        (("--minutes", "0"), "minutes above 0", 2),
        (("--school", "Nowhere"), "Nowhere", 4),
        (("--plan", "primary", "--stage", "junior_middle"), "primary", 2),
        (("--out", "sheds.shp"), ".gpkg", 2),
    ],
)
def test_what_cannot_be_drawn_is_refused(
    small_study: Path, words: tuple[str, ...], said: str, code: int
) -> None:
    result = call("--lang", "en", "walkshed", small_study, *words)
    assert result.exit_code == code, result.output
    assert said in result.stderr


def test_a_study_of_one_stage_without_zones_of_today(tmp_path: Path) -> None:
    study = tiny_study(tmp_path / "s", "A . .\n. . .\n. . B", seats={"A": 99, "B": 99})
    (told,) = answer(study, "--metres", 200)
    # blocks are 200 m wide: a school's own address and the next one on either street
    assert [school["within"] for school in told["schools"]] == [{"2027": 6.0}, {"2027": 6.0}]
    assert told["whole"]["within"] == {"2027": 12.0}
    assert told["whole"]["share"] == pytest.approx(12 / 18, abs=1e-4)
    (everywhere,) = answer(study, "--minutes", 1e300)
    assert everywhere["whole"]["share"] == 1
    result = call("--lang", "en", "walkshed", study, "--plan", "today")
    assert result.exit_code == 4


def test_children_counted_by_block_are_where_the_block_is(tmp_path: Path) -> None:
    study = by_block(tiny_study(tmp_path / "s", "A . .\n. . .\n. . B", seats={"A": 99, "B": 99}))
    (told,) = answer(study, "--metres", 200)
    assert told["whole"]["within"] == {"2027": 12.0}
    assert {block["block_id"] for block in told["blocks"] if block["within"]["2027"]} == {
        "b00", "b01", "b10", "b12", "b21", "b22",
    }  # fmt: skip


def test_a_school_that_no_road_leads_to_has_an_empty_walkshed(tmp_path: Path) -> None:
    study = tiny_study(tmp_path / "s", "A . .\n. . .\n. . B", seats={"A": 99, "B": 99})
    roads = study / "inputs" / "roads.gpkg"
    frame = gpd.read_file(roads)
    # only the road of the last row is left, 400 m from A
    frame[frame.geometry.bounds["maxy"] < frame.total_bounds[1] + 1].to_file(roads)
    settings = study / "study.toml"
    words = settings.read_text(encoding="utf-8")
    settings.write_text(words.replace("[network]", "[network]\nsnap_limit_m = 250"), "utf-8")
    file = tmp_path / "sheds.gpkg"
    result = call("--lang", "en", "walkshed", study, "--metres", 1000, "--out", file)
    assert result.exit_code == 0, result.output
    sheds = gpd.read_file(file, layer="walksheds").set_index("school_id")
    assert sheds.loc["A", "reached_m"] == 0
    assert sheds.loc["A", "within_2027"] == 0
    assert sheds.geometry["A"] is None or sheds.geometry["A"].is_empty
    assert sheds.loc["B", "reached_m"] > 0
