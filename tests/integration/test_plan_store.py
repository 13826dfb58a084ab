"""Plan files on a real disk: whole or not at all, never overwritten, readable in QGIS."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pandas as pd
import pyogrio
import pytest
from gridworld import world

from zoning.errors import StorageError
from zoning.messages import explain
from zoning.partition import to_plan
from zoning.partition.solve import solve
from zoning.plan import store
from zoning.plan.measure import measure
from zoning.plan.model import provenance
from zoning.plan.store import LAYERS, TABLES, plan_file, read_plan, write_plan
from zoning.settings import DrawSection

if TYPE_CHECKING:
    from collections.abc import Iterator

    from zoning.plan.store import PlanFile

pytestmark = pytest.mark.integration

HERE = Path(__file__).parent


def drawn(*, seed: int = 1) -> PlanFile:
    built = world(
        "A..\n...\n..B", seats={"A": 5, "B": 4}, today="AAA\nAAB\nABB", cut_off=[("b02", "A")]
    )
    problem = built.problem()
    solution = solve(problem, settings=DrawSection(rounds=0))
    source = provenance(
        {"地址.csv": "0" * 64}, rule_set="changji-2026", settings={"draw": {"rounds": 0}}, seed=seed
    )
    plan = to_plan(problem, solution, stage="primary", source=source).flip({"b11": "B"})
    prices = pd.DataFrame({"zone_id": ["A", "B"], "year": 2027, "price_min": [1.5, 0.0]})
    facts = {"study": "示例县", "objective": solution.objective}
    return plan_file(plan, measure(plan, built.facts()), seat_prices=prices, facts=facts)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    content = drawn()
    file = write_plan(content, tmp_path / "plans")
    assert file.name == f"{content.plan.plan_id}.gpkg"
    again = read_plan(file)
    assert again.plan == content.plan
    assert again.plan.flips == content.plan.flips != ()
    assert again.facts["study"] == "示例县"
    for layer in LAYERS:
        before, after = getattr(content, layer), getattr(again, layer)
        assert list(after.columns) == list(before.columns)
        assert after.crs == before.crs
        assert after.geometry.area.tolist() == before.geometry.area.tolist()
    assert again.zones["children_2027"].tolist() == content.zones["children_2027"].tolist()
    assert again.schools["seat_price_min"].tolist() == [1.5, 0.0]
    assert again.metrics["value"].tolist() == content.metrics["value"].tolist()
    assert len(again.farther_admitted) == len(content.farther_admitted)


def test_a_block_without_a_way_keeps_an_empty_time(tmp_path: Path) -> None:
    content = drawn()
    blocks = content.blocks.assign(time_s=content.blocks["time_s"].where(lambda time: time > 0))
    file = write_plan(replace(content, blocks=blocks), tmp_path)
    again = read_plan(file).blocks["time_s"]
    assert again.isna().tolist() == blocks["time_s"].isna().tolist()
    assert again.isna().any()


def test_equal_plans_are_equal_files(tmp_path: Path) -> None:
    one = write_plan(drawn(), tmp_path / "one")
    other = write_plan(drawn(), tmp_path / "other")
    assert one.read_bytes() == other.read_bytes()


def test_a_plan_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    file = write_plan(drawn(), tmp_path)
    stamp = file.stat()
    assert write_plan(drawn(), tmp_path) == file
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == (stamp.st_mtime_ns, stamp.st_ino)
    assert write_plan(drawn(seed=2), tmp_path) != file
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".gpkg", ".gpkg"]


def test_a_name_taken_meanwhile_is_not_taken_over(tmp_path: Path) -> None:
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    mine.write_text("mine")
    theirs.write_text("theirs")
    with pytest.raises(FileExistsError):
        store._name(mine, theirs)
    assert theirs.read_text() == "theirs"


def test_a_disk_without_hard_links_does_not_overwrite_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(source: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    file = write_plan(drawn(), tmp_path)
    assert read_plan(file).plan == drawn().plan
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(FileExistsError):
        store._name(tmp_path / "mine", file)


def test_the_file_is_a_sound_geopackage_with_names_in_chinese(tmp_path: Path) -> None:
    file = write_plan(drawn(), tmp_path)
    listed = dict(pyogrio.list_layers(file).tolist())
    assert set(listed) == {*LAYERS, *TABLES, "layer_styles"}
    assert (listed["zones"], listed["schools"]) == ("MultiPolygon", "Point")
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA application_id").fetchone() == (0x47504B47,)
        names = dict(connection.execute("SELECT table_name, identifier FROM gpkg_contents"))
        aliases = connection.execute(
            "SELECT name FROM gpkg_data_columns WHERE table_name = 'zones'"
            " AND column_name IN ('name', 'children_2027')"
        ).fetchall()
        extensions = connection.execute(
            "SELECT count(*) FROM gpkg_extensions WHERE extension_name = 'gpkg_schema'"
        ).fetchone()
    connection.close()
    assert names["zones"] == "学区"
    assert {name for (name,) in aliases} == {"名称", "2027年适龄儿童"}
    assert extensions == (2,)


def test_every_column_has_a_name_in_english_too(tmp_path: Path) -> None:
    file = write_plan(drawn(), tmp_path, language="en")
    with sqlite3.connect(file) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM gpkg_data_columns")}
    connection.close()
    assert "Children 2027" in names
    assert all(name.isascii() for name in names)


def test_styles_are_well_formed_and_name_columns_that_exist(tmp_path: Path) -> None:
    file = write_plan(drawn(), tmp_path)
    styles = pyogrio.read_dataframe(file, layer="layer_styles").set_index("f_table_name")[
        "styleQML"
    ]
    assert sorted(styles.index) == sorted((*LAYERS, *TABLES))
    for layer, style in styles.items():
        root = ElementTree.fromstring(style)
        columns = set(pyogrio.read_info(file, layer=layer)["fields"])
        used = {node.get("attr") for node in root.iter("renderer-v2")} - {None}
        for label in root.iter("text-style"):
            used |= set(re.findall(r'"(\w+)"', label.get("fieldName", "")))
        used |= {node.get("name") for node in root.iterfind("fieldConfiguration/field")}
        assert used <= columns
        assert {node.get("field") for node in root.iter("alias")} == columns
        assert (root.find("renderer-v2/symbols/symbol") is not None) == (layer in LAYERS)


def test_styles_name_columns_values_and_zones_in_the_language_of_the_file(tmp_path: Path) -> None:
    """QGIS before GDAL 3.7 reads no name of a column from the tables of the file."""
    file = write_plan(drawn(), tmp_path)
    styles = pyogrio.read_dataframe(file, layer="layer_styles").set_index("f_table_name")
    zones = ElementTree.fromstring(styles.loc["zones", "styleQML"])
    names = {node.get("field"): node.get("name") for node in zones.iter("alias")}
    assert names["mean_time_s"] == "平均上学时间（秒）"
    assert names["children_2027"] == "2027年适龄儿童"
    told = {node.get("value"): node.get("label") for node in zones.iter("category")}
    assert told == {"A": "A小学", "B": "B小学"}
    coded = zones.find("fieldConfiguration/field[@name='zone_type']")
    assert coded is not None
    assert {"单校划片", "多校划片"} <= {node.get("name") for node in coded.iter("Option")}
    # a table has a style as well, found by its empty geometry column
    tables = styles.loc[list(TABLES), "f_geometry_column"].fillna("")
    assert set(tables) == {""}


def test_an_older_program_reads_the_version_of_the_file(tmp_path: Path) -> None:
    file = write_plan(drawn(), tmp_path)
    with closing(sqlite3.connect(file)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    assert version <= 10_300


def test_a_file_that_was_edited_is_refused(tmp_path: Path) -> None:
    file = write_plan(drawn(), tmp_path)
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TRIGGER IF EXISTS rtree_blocks_geom_update6")
        connection.execute("DROP TRIGGER IF EXISTS rtree_blocks_geom_update7")
        connection.execute("UPDATE settings SET value = '41' WHERE key = 'draw.rounds'")
    connection.close()
    with pytest.raises(StorageError) as caught:
        read_plan(file)
    assert caught.value.key == "plan.CHANGED"


def test_tables_of_a_file_that_is_known_as_a_whole_are_not_digested(tmp_path: Path) -> None:
    file = write_plan(drawn(), tmp_path)
    assert read_plan(file).found.keys() == read_plan(file).stated.keys()
    assert read_plan(file, known=True).found == read_plan(file, known=True).stated == {}
    assert read_plan(file, known=True).plan == read_plan(file).plan


def test_a_damaged_or_missing_file_is_refused(tmp_path: Path) -> None:
    file = write_plan(drawn(), tmp_path)
    broken = tmp_path / "broken.gpkg"
    broken.write_bytes(file.read_bytes()[:20_000])
    with pytest.raises(StorageError) as caught:
        read_plan(broken)
    assert caught.value.key == "plan.UNREADABLE"
    with pytest.raises(StorageError) as caught:
        read_plan(tmp_path / "none.gpkg")
    assert caught.value.key == "plan.NO_FILE"


def remaining(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


WRITE_LIMITED = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_plan_store import drawn
from zoning.errors import StorageError
from zoning.plan.store import write_plan
content = drawn(seed=2)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), resource.RLIM_INFINITY))
try:
    write_plan(content, Path(sys.argv[1]))
except StorageError as error:
    print(error.key)
"""


@pytest.mark.parametrize("limit", [0, 4096, 50_000, 150_000])
def test_a_write_that_is_cut_short_leaves_the_last_good_plan_and_nothing_else(
    tmp_path: Path, limit: int
) -> None:
    good = write_plan(drawn(), tmp_path)
    before = good.read_bytes()
    assert limit < len(before)
    run = subprocess.run(
        [sys.executable, "-c", WRITE_LIMITED, str(tmp_path), str(HERE), str(limit)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(HERE.parent)},
    )
    assert run.stdout.strip() == "plan.NOT_WRITTEN", run.stderr
    assert remaining(tmp_path) == [good.name]
    assert good.read_bytes() == before
    assert read_plan(good).plan == drawn().plan


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk that holds one plan, not two."""
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        pytest.skip("mounting a small disk needs root")
    disk = tmp_path / "disk"
    disk.mkdir()
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=320k", "none", str(disk)],
        capture_output=True,
        check=False,
    )
    if made.returncode != 0:
        pytest.skip("mounting is not permitted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_leaves_the_last_good_plan(tiny_disk: Path) -> None:
    good = write_plan(drawn(), tiny_disk)
    with pytest.raises(StorageError) as caught:
        write_plan(drawn(seed=2), tiny_disk)
    assert caught.value.key == "plan.NOT_WRITTEN"
    assert "磁盘" in explain(caught.value, "zh-CN")
    assert remaining(tiny_disk) == [good.name]
    assert read_plan(good).plan == drawn().plan


def test_an_interruption_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*args: object, **kwargs: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "_sync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_plan(drawn(), tmp_path)
    assert remaining(tmp_path) == []
