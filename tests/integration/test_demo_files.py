"""The demo county as files."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely

from zoning.demo import DemoCounty, DemoSize, generate, write_demo
from zoning.errors import StorageError
from zoning.messages import explain, languages
from zoning.settings import load_settings

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


def county(size: DemoSize = DemoSize.SMALL, seed: int = 1) -> DemoCounty:
    return generate(size, rng=np.random.default_rng(seed))


def digests(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): sha256(file.read_bytes()).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[DemoCounty, Path]:
    made, folder = county(DemoSize.COUNTY), tmp_path_factory.mktemp("demo") / "new" / "study"
    write_demo(made, folder)
    return made, folder


def test_the_study_has_its_files_and_nothing_else(written: tuple[DemoCounty, Path]) -> None:
    _, folder = written
    assert sorted(digests(folder)) == [
        "inputs/addresses.csv",
        "inputs/basemap.gpkg",
        "inputs/current_zones.gpkg",
        "inputs/decisions.xlsx",
        "inputs/demand.csv",
        "inputs/schools.xlsx",
        "study.toml",
        "truth/addresses.csv",
        "truth/children.csv",
    ]
    assert [path.name for path in folder.parent.iterdir()] == ["study"]


def test_the_inputs_of_the_county_are_small(written: tuple[DemoCounty, Path]) -> None:
    _, folder = written
    assert sum(file.stat().st_size for file in (folder / "inputs").iterdir()) < 1_000_000


def test_the_settings_are_understood(written: tuple[DemoCounty, Path]) -> None:
    made, folder = written
    settings = load_settings(folder / "study.toml")
    assert settings.study.name == made.name
    assert settings.study.years == made.years
    named = settings.inputs.named()
    assert len(named) == 10
    assert all((folder / "inputs" / item.file).is_file() for item in named.values())
    layers = set(pyogrio.list_layers(folder / "inputs" / "basemap.gpkg")[:, 0])
    used = {item.layer for item in named.values() if item.file == "basemap.gpkg"}
    assert layers == used


@pytest.mark.parametrize("language", languages())
def test_the_settings_are_the_same_in_every_language(tmp_path: Path, language: str) -> None:
    write_demo(county(), tmp_path / "one", language=language)
    write_demo(county(), tmp_path / "other")
    one, other = (load_settings(tmp_path / name / "study.toml") for name in ("one", "other"))
    assert one == other


def test_the_workbook_reads_as_an_officer_would(written: tuple[DemoCounty, Path]) -> None:
    made, folder = written
    book = pd.read_excel(folder / "inputs" / "schools.xlsx", sheet_name=None, engine="calamine")
    assert list(book) == ["学校", "校门"]
    schools = book["学校"]
    assert set(schools["学段"]) == {"小学", "初中"}
    assert schools["2027年班数"].tolist() == made.schools["classes_2027"].tolist()
    assert schools["经度"].to_numpy() == pytest.approx(made.schools.geometry.x, abs=1e-6)
    assert len(book["校门"]) == len(made.gates)


def test_a_few_things_were_decided_before_drawing(written: tuple[DemoCounty, Path]) -> None:
    made, folder = written
    book = pd.read_excel(folder / "inputs" / "decisions.xlsx", engine="calamine")
    assert book["事项"].tolist() == ["多校划片", "锁定", "共享区", "不拆分"]
    assert book["依据"].notna().all()
    known = set(made.schools["name"])
    named = [name for cell in book["学校"].dropna() for name in cell.split("、")]
    assert set(named) <= known
    assert set(book["范围"].dropna()) <= set(made.addresses["name"])


def test_the_tables_hold_what_was_generated(written: tuple[DemoCounty, Path]) -> None:
    made, folder = written
    addresses = pd.read_csv(folder / "inputs" / "addresses.csv", keep_default_na=False)
    assert addresses["地址编号"].tolist() == made.addresses["address_id"].tolist()
    assert addresses["门牌号"].tolist() == made.addresses["number"].tolist()
    demand = pd.read_csv(folder / "inputs" / "demand.csv")
    assert demand["2029年适龄儿童"].sum() == made.demand["children_2029"].sum()
    children = pd.read_csv(folder / "truth" / "children.csv")
    assert children["children_2027"].tolist() == made.true_children["children_2027"].tolist()
    truth = pd.read_csv(folder / "truth" / "addresses.csv")
    assert {"lng", "lat", "names", "households"} <= set(truth)
    assert truth["address_id"].tolist() == addresses["地址编号"].tolist()


def test_the_layers_keep_shared_vertices_and_crs(written: tuple[DemoCounty, Path]) -> None:
    made, folder = written
    roads = gpd.read_file(folder / "inputs" / "basemap.gpkg", layer="roads")
    assert roads.crs == "EPSG:4490"
    assert (
        shapely.get_coordinates(roads.geometry) == shapely.get_coordinates(made.roads.geometry)
    ).all()
    zones = gpd.read_file(folder / "inputs" / "current_zones.gpkg")
    assert set(zones["学段"]) == {"小学", "初中"}
    for _, mine in zones.groupby("学段"):
        assert shapely.coverage_is_valid(mine.geometry.to_numpy())


def test_no_file_holds_a_row_of_one_child(written: tuple[DemoCounty, Path]) -> None:
    _, folder = written
    children = pd.read_csv(folder / "truth" / "children.csv")
    assert not children.duplicated(["address_id", "stage"]).any()


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "same"):
        write_demo(county(seed=7), tmp_path / name)
    write_demo(county(seed=8), tmp_path / "other")
    one, same, other = (digests(tmp_path / name) for name in ("one", "same", "other"))
    assert one == same
    assert all(one[name] != other[name] for name in one if name != "study.toml")


@pytest.mark.parametrize("there", ["study.toml", "inputs", "truth"])
def test_a_study_is_never_overwritten(tmp_path: Path, there: str) -> None:
    kept = tmp_path / there
    kept.write_text("mine", encoding="utf-8")
    with pytest.raises(StorageError) as refused:
        write_demo(county(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [there]
    assert kept.read_text(encoding="utf-8") == "mine"
    assert str(tmp_path) in explain(refused.value, "zh-CN")


def test_a_file_in_the_way_is_not_replaced(tmp_path: Path) -> None:
    target = tmp_path / "study"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(StorageError):
        write_demo(county(), target)
    assert target.read_text(encoding="utf-8") == "mine"


def test_other_files_in_the_folder_stay(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    write_demo(county(), tmp_path)
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "study.toml").is_file()


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(StorageError) as refused:
        write_demo(county(), tmp_path / "study")
    assert list(tmp_path.iterdir()) == []
    assert "No space left" in explain(refused.value, "en")


def test_an_interrupted_write_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(gpd.GeoDataFrame, "to_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_demo(county(), tmp_path / "study")
    assert list(tmp_path.iterdir()) == []
