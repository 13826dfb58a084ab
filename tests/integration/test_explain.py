"""`zoning explain` on the demo county, its reasons worked out again from the files alone."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import networkx as nx
import numpy as np
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from zoning.cli import main
from zoning.network.graph import load_network
from zoning.network.travel import address_times, load_tables, load_travel

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

YEARS = ("2027", "2028", "2029")
MINUTE_MS = 60_000


def call(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def answer(*words: object) -> dict[str, Any]:
    result = call("explain", *words, "--json")
    assert result.exit_code == 0, result.output
    record: dict[str, Any] = json.loads(result.stdout)
    return record


@pytest.fixture(scope="module")
def plan_file(small_study: Path) -> Path:
    (file,) = (small_study / "plans").glob("primary-*.gpkg")
    return file


@pytest.fixture(scope="module")
def everything(small_study: Path) -> dict[str, Any]:
    return answer(small_study, "primary")


@pytest.fixture(scope="module")
def blocks(plan_file: Path) -> pd.DataFrame:
    """The blocks of the plan file by id: zone, children by year."""
    return gpd.read_file(plan_file, layer="blocks").set_index("block_id")


@pytest.fixture(scope="module")
def counted(blocks: pd.DataFrame, plan_file: Path) -> pd.DataFrame:
    """The same with shared blocks in the zone of that school whose zone reaches across them."""
    proof = gpd.read_file(plan_file, layer="proof").set_index("key")["value"]
    stated = json.loads(proof["shared"])
    assert stated, "the demo has a shared area"
    zones = [stated.get(block, zone) for block, zone in blocks["zone_id"].items()]
    return blocks.assign(zone_id=zones)


def drawn_blocks(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the blocks that were not decided beforehand."""
    return [block for block in record["blocks"] if not block["decided"]]


@pytest.fixture(scope="module")
def seats(blocks: pd.DataFrame, plan_file: Path) -> pd.DataFrame:
    """Seats of each zone by year, without those that children of shared areas take."""
    schools = gpd.read_file(plan_file, layer="schools")
    there = {year: schools.groupby("zone_id")[f"seats_{year}"].sum() for year in YEARS}
    whole = pd.DataFrame({y: schools.groupby("zone_id")[f"children_{y}"].sum() for y in YEARS})
    own = blocks.groupby("zone_id")[[f"children_{year}" for year in YEARS]].sum()
    own.columns = list(YEARS)
    return pd.DataFrame(there) - (whole - own.reindex(whole.index))


def others(record: dict[str, Any], kind: str) -> list[tuple[dict[str, Any], dict[str, Any], Any]]:
    """Return block, alternative and reason of every reason of a kind."""
    return [
        (block, item, reason)
        for block in record["blocks"]
        for item in block["alternatives"]
        for reason in item["reasons"]
        if reason["kind"] == kind
    ]


def children(blocks: pd.DataFrame, ids: list[str]) -> np.ndarray:
    return blocks.loc[ids, [f"children_{year}" for year in YEARS]].sum().to_numpy()


def members(block: dict[str, Any]) -> list[str]:
    """Return a block and those that stay with it."""
    return [block["block_id"], *(other["block_id"] for other in block["together"])]


def zone_children(blocks: pd.DataFrame, zone: str) -> np.ndarray:
    return children(blocks, list(blocks.index[blocks["zone_id"] == zone]))


def test_every_block_and_school_is_told_as_the_plan_file_has_it(
    everything: dict[str, Any], blocks: pd.DataFrame, plan_file: Path
) -> None:
    assert [block["block_id"] for block in everything["blocks"]] == sorted(blocks.index)
    for block in everything["blocks"]:
        row = blocks.loc[block["block_id"]]
        assert block["zone_id"] == row["zone_id"]
        assert block["time_min"] == pytest.approx(row["time_s"] / 60, abs=1e-3)
        assert block["children"] == {year: row[f"children_{year}"] for year in YEARS}
        assert len(block["alternatives"]) >= (0 if block["decided"] else 3)
        assert all(item["reasons"] for item in block["alternatives"])
    schools = gpd.read_file(plan_file, layer="schools").set_index("school_id")
    prices = gpd.read_file(plan_file, layer="seat_prices").set_index(["zone_id", "year"])
    proof = gpd.read_file(plan_file, layer="proof_seats").set_index(["zone_id", "year"])
    assert [school["school_id"] for school in everything["schools"]] == sorted(schools.index)
    for school in everything["schools"]:
        own = schools[schools["zone_id"] == school["zone_id"]]
        for year in school["years"]:
            kept = school["kept_for_shared_areas"][str(year["year"])]
            assert year["seats"] + kept == own[f"seats_{year['year']}"].sum()
            assert year["children"] + kept == own[f"children_{year['year']}"].sum()
            price = prices.loc[(school["zone_id"], year["year"]), "price_min"]
            assert year["seat_price_child_minutes"] == pytest.approx(price, abs=1e-3)
            certified = proof.loc[(school["zone_id"], year["year"])]
            assert year["seats_kept_exactly"] == bool(certified["kept"])
            if not certified["kept"]:
                assert price == pytest.approx(certified["price_min"])


def test_a_school_that_is_said_to_be_full_is_full_and_has_room_when_they_have_left(
    everything: dict[str, Any], blocks: pd.DataFrame, seats: pd.DataFrame
) -> None:
    found = others(everything, "full")
    assert len(found) > 20
    for block, item, reason in found:
        there = zone_children(blocks, item["zone_id"])
        coming = children(blocks, members(block))
        over = there + coming - seats.loc[item["zone_id"]].to_numpy()
        told = {str(short["year"]): short["over"] for short in reason["shortages"]}
        assert told == {y: n for y, n, c in zip(YEARS, over, coming, strict=True) if n > 0 and c}
        gone = [one["block_id"] for move in reason["displaced"] for one in move["blocks"]]
        assert len(gone) == len(set(gone))
        assert (blocks.loc[gone, "zone_id"] == item["zone_id"]).all()
        short = np.array([reason["still_short"][year] for year in YEARS])
        assert (over - children(blocks, gone) <= short).all()
    silent = [
        (block, item)
        for block in everything["blocks"]
        for item in block["alternatives"]
        if not any(reason["kind"] == "full" for reason in item["reasons"])
    ]
    for block, item in silent:
        coming = children(blocks, members(block))
        room = seats.loc[item["zone_id"]].to_numpy()
        fits = zone_children(blocks, item["zone_id"]) + coming <= room
        assert (fits | (coming == 0)).all()


@pytest.fixture(scope="module")
def graph(small_study: Path) -> nx.Graph:
    """Neighbours of blocks without the edges along hard barriers."""
    pairs = pd.read_parquet(small_study / "build" / "blocks" / "adjacency.parquet")
    return nx.from_pandas_edgelist(pairs[~pairs["barrier"]], "block_a", "block_b")


def homes(blocks: gpd.GeoDataFrame, plan_file: Path) -> dict[str, set[str]]:
    """Blocks in which the schools of each zone stand."""
    schools = gpd.read_file(plan_file, layer="schools")
    inside = gpd.sjoin(schools[["zone_id", "geometry"]], blocks[["geometry"]], predicate="within")
    return inside.groupby("zone_id")["block_id"].agg(set).to_dict()


def test_a_block_that_is_said_to_cut_its_zone_cuts_off_exactly_those_named(
    everything: dict[str, Any], counted: gpd.GeoDataFrame, plan_file: Path, graph: nx.Graph
) -> None:
    blocks, stands = counted, homes(counted, plan_file)
    cutting = {
        block["block_id"]: {one["block_id"] for one in reason["blocks"]}
        for block, _, reason in others(everything, "cut")
    }
    assert len(cutting) > 5
    for block in drawn_blocks(everything):
        own, name, gone = block["zone_id"], block["block_id"], set(members(block))
        if gone & stands[own]:
            continue
        inside = graph.subgraph(blocks.index[blocks["zone_id"] == own])
        less = graph.subgraph(set(inside) - gone)
        before = set().union(*(nx.node_connected_component(inside, h) for h in stands[own]))
        after = set().union(*(nx.node_connected_component(less, h) for h in stands[own]))
        assert cutting.get(name, set()) == before - after - gone


def test_what_is_not_beside_a_zone_has_no_open_border_with_it(
    everything: dict[str, Any], counted: pd.DataFrame, graph: nx.Graph
) -> None:
    blocks = counted
    for block in drawn_blocks(everything):
        if block["together"]:
            continue
        around = set(graph[block["block_id"]]) if block["block_id"] in graph else set()
        beside = set(blocks.loc[sorted(around), "zone_id"])
        for item in block["alternatives"]:
            kinds = {reason["kind"] for reason in item["reasons"]}
            assert (item["zone_id"] in beside) != bool(kinds & {"apart", "barrier"})
    for block, item, reason in others(everything, "apart"):
        way = [one["block_id"] for one in reason["blocks"]]
        if block["together"]:
            continue
        assert all(
            graph.has_edge(a, b) for a, b in zip([block["block_id"], *way], way, strict=False)
        )
        last = set(blocks.loc[sorted(graph[way[-1]]), "zone_id"])
        assert item["zone_id"] in last


def test_what_a_move_costs_is_the_travel_table_times_the_children(
    everything: dict[str, Any], blocks: pd.DataFrame, small_study: Path, plan_file: Path
) -> None:
    schools = gpd.read_file(plan_file, layer="schools").set_index("school_id")
    table = load_travel(small_study / "build" / "travel" / "primary" / "travel.npz")
    minutes = pd.DataFrame(table.time_ms / MINUTE_MS, table.block_ids, table.school_ids)
    drawn = schools[[f"seats_{year}" for year in YEARS]].sum(axis=1)
    for zone, inside in schools.groupby("zone_id"):
        # who is drawn for which of several schools goes by their seats
        chance = drawn[inside.index] / drawn[inside.index].sum()
        minutes[zone] = (minutes[inside.index] * chance).sum(axis=1)
    for block in drawn_blocks(everything):
        own = minutes.loc[block["block_id"], block["zone_id"]]
        for item in block["alternatives"]:
            other = minutes.loc[block["block_id"], item["zone_id"]]
            assert item["time_min"] == pytest.approx(other, abs=1e-3)
            assert item["nearer"] == (other < own)
            expected = 0.0
            for one in members(block):
                count = children(blocks, [one]).sum() / len(YEARS)
                way = minutes.loc[one, item["zone_id"]] - minutes.loc[one, block["zone_id"]]
                expected += way * count
            told = item["extra_by_term"].get("travel", 0.0)
            assert told == pytest.approx(expected, abs=0.02)


def test_an_address_is_told_its_own_way_to_the_gate(small_study: Path) -> None:
    record = answer(small_study, "primary", "--address", "A287")["address"]
    (home,) = record["households"]
    build = small_study / "build"
    addresses = gpd.read_parquet(build / "intake" / "addresses.parquet")
    here = addresses[addresses["address_id"] == "A287"]
    time_ms, _ = address_times(
        load_network(build / "roads" / "primary"),
        load_tables(build / "travel" / "primary"),
        addresses=here,
        school_id=[record["block"]["zone_id"]],
    )
    assert home["time_min"] == pytest.approx(time_ms[0] / MINUTE_MS, abs=1e-3)
    assert home["time_min"] != pytest.approx(record["block"]["time_min"], abs=0.1)
    said = call("--lang", "zh", "explain", small_study, "primary", "--address", "A287")
    assert said.exit_code == 0
    assert f"从住处到校门 {home['time_min']:.1f} 分钟" in said.stdout
    english = call("--lang", "en", "explain", small_study, "primary", "--address", "A287")
    assert f"{home['time_min']:.1f} minutes from the home to the gate" in english.stdout


def test_an_address_that_is_not_there_or_means_several_ends_with_its_code(
    small_study: Path,
) -> None:
    several = call("--lang", "zh", "explain", small_study, "primary", "--address", "高桥村")
    assert (several.exit_code, several.stdout) == (4, "")
    assert "高桥村1组" in several.stderr
    record = call("explain", small_study, "primary", "--address", "高桥村", "--json")
    assert record.exit_code == 4
    told = json.loads(record.stdout)
    assert told["ok"] is False
    assert told["error"]["code"] == "study.ADDRESS_NOT_UNIQUE"
    assert len(told["matches"]) > 1
    nowhere = call("--lang", "en", "explain", small_study, "primary", "--address", "月球")
    assert nowhere.exit_code == 4
    assert "月球" in nowhere.stderr


@pytest.mark.parametrize("kind", ["block", "school"])
def test_a_block_and_a_school_go_by_id_or_name(
    small_study: Path, everything: dict[str, Any], kind: str
) -> None:
    record = everything[f"{kind}s"][0]
    found = answer(small_study, "primary", f"--{kind}", record[f"{kind}_id"])
    assert found[kind] == record
    assert f"{kind}s" not in found
    said = call("--lang", "zh", "explain", small_study, "primary", f"--{kind}", record["name"])
    assert record["name"] in said.stdout.splitlines()[1]
    wrong = call("--lang", "zh", "explain", small_study, "primary", f"--{kind}", "不存在")
    assert wrong.exit_code == 4


def test_the_zones_of_today_are_a_plan_too(small_study: Path) -> None:
    which = call("--lang", "zh", "explain", small_study, "today", "--block", "B00001")
    assert which.exit_code == 2
    assert "--stage" in which.stderr
    record = answer(small_study, "today", "--stage", "primary")
    assert record["plan_id"] == "today"
    assert record["changed"] == []
    assert all(
        year["seat_price_child_minutes"] is None
        for school in record["schools"]
        for year in school["years"]
    )
    over = [school for school in record["schools"] if school["overloads"]]
    assert over, "today's schools of the demo are over their seats"
    for school in over:
        for item in school["overloads"]:
            (year,) = [year for year in school["years"] if year["year"] == item["year"]]
            assert item["over"] == year["children"] - year["seats"]
    other = call("explain", small_study, "primary", "--stage", "junior_middle", "--json")
    assert other.exit_code == 2


def test_all_of_it_as_a_workbook(
    small_study: Path, everything: dict[str, Any], tmp_path: Path
) -> None:
    out = tmp_path / "解释.xlsx"
    said = call("--lang", "zh", "explain", small_study, "primary", "--out", out)
    assert said.exit_code == 0
    assert str(out) in said.stdout
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["地块", "学校"]
    assert book["地块"].max_row == len(everything["blocks"]) + 1
    assert book["学校"].max_row == len(everything["schools"]) + 1
    told = answer(small_study, "primary", "--out", out)
    assert told["file"] == str(out)
    assert "blocks" not in told


def test_without_a_question_the_command_says_what_to_ask(small_study: Path) -> None:
    result = call("--lang", "zh", "explain", small_study, "primary")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--address" in result.stderr


def test_a_plan_keeps_its_own_weights_and_tells_of_inputs_that_have_changed(
    small_study: Path, everything: dict[str, Any], tmp_path: Path
) -> None:
    study = tmp_path / "study"
    shutil.copytree(small_study, study)
    settings = study / "study.toml"
    words = settings.read_text(encoding="utf-8")
    settings.write_text(words.replace("change = 5.0", "change = 500.0"), encoding="utf-8")
    weighted = answer(study, "primary")
    assert weighted["changed"] == []
    assert weighted["blocks"] == everything["blocks"]
    demand = study / "inputs" / "demand.csv"
    lines = demand.read_text(encoding="utf-8-sig").splitlines()
    cut = lines[1].rpartition(",")
    lines[1] = f"{cut[0]},{int(cut[2]) + 1}"
    demand.write_text("\n".join(lines), encoding="utf-8-sig")
    school = answer(study, "primary", "--school", "P001")
    assert school["changed"] == ["demand.csv"]
    said = call("--lang", "zh", "explain", study, "primary", "--school", "P001")
    assert "demand.csv" in said.stdout.splitlines()[1]


def test_the_way_from_an_address_is_told_and_written(
    small_study: Path, plan_file: Path, tmp_path: Path
) -> None:
    addresses = pd.read_csv(small_study / "inputs" / "addresses.csv", dtype=str)
    wanted, file = addresses["地址编号"].iloc[0], tmp_path / "way.geojson"
    record = answer(small_study, "primary", "--address", wanted, "--route", file)
    assert record["route_file"] == str(file)
    told = record["address"]
    network = load_network(small_study / "build" / "roads" / "primary")
    tables = load_tables(small_study / "build" / "travel" / "primary")
    homes = gpd.GeoDataFrame(geometry=gpd.points_from_xy(
        *addresses.iloc[:1][["经度", "纬度"]].astype(float).to_numpy().T), crs=4326,
    ).to_crs(network.crs)  # fmt: skip
    assert len(told["ways"]) == len(told["block"]["schools"])
    for way in told["ways"]:
        time_ms, _ = address_times(network, tables, addresses=homes, school_id=[way["school_id"]])
        assert way["time_ms"] == time_ms[0]
        streets = sum(street["time_ms"] for street in way["streets"])
        assert way["access_ms"] + streets + way["gate_access_ms"] == way["time_ms"]
    lines = gpd.read_file(file)
    lines = lines[lines.geom_type == "LineString"].to_crs(network.crs)
    assert lines["school_id"].tolist() == [way["school_id"] for way in told["ways"]]
    assert lines.geometry.iloc[0].length == pytest.approx(told["ways"][0]["distance_m"], abs=1.5)
    said = call("--lang", "zh", "explain", small_study, "primary", "--address", wanted).stdout
    assert f"到{told['ways'][0]['name']}的走法：" in said


def test_a_way_without_an_address_is_refused(small_study: Path, tmp_path: Path) -> None:
    file = tmp_path / "way.geojson"
    result = call("--lang", "en", "explain", small_study, "primary", "--school", "P001",
                  "--route", file)  # fmt: skip
    assert result.exit_code == 2
    assert "--address" in result.stderr
    assert not file.exists()
