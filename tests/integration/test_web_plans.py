"""Finding and reading plan files, and what lies around them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from tiny_plan import PLAN_ID, write_surroundings, write_tiny_plan

from webmap.errors import PlanAmbiguousError, PlanNotFoundError, PlanUnreadableError
from webmap.services.plans import find_plan, find_plan_by_id, list_plans, load_plan, plan_files
from webmap.services.surroundings import load_surroundings
from zoning.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


@pytest.fixture
def study(tmp_path: Path) -> Path:
    write_tiny_plan(tmp_path)
    return tmp_path


def add_file(study: Path, name: str, age_s: int) -> Path:
    path = study / "plans" / f"{name}.gpkg"
    path.touch()
    when = path.stat().st_mtime - age_s
    os.utime(path, (when, when))
    return path


def test_plan_by_id_beginning_path_or_the_newest(study: Path) -> None:
    older = add_file(study, "other-plan", age_s=100)
    mine = study / "plans" / f"{PLAN_ID}.gpkg"
    assert find_plan(study) == mine
    assert find_plan(study, PLAN_ID) == mine
    assert find_plan(study, "prim") == mine
    assert find_plan(study, str(older)) == older
    assert [file.stem for file in plan_files(study)] == [PLAN_ID, "other-plan"]


def test_a_beginning_of_several_plans_is_refused_with_their_names(study: Path) -> None:
    add_file(study, "primary-2027-zzz", age_s=10)
    with pytest.raises(PlanAmbiguousError) as caught:
        find_plan(study, "primary-2027")
    assert PLAN_ID in str(caught.value.params["known"])
    assert "primary-2027-zzz" in str(caught.value.params["known"])


def test_a_whole_id_wins_over_longer_ones(study: Path) -> None:
    longer = add_file(study, f"{PLAN_ID}-b", age_s=10)
    assert find_plan(study, PLAN_ID) != longer


@pytest.mark.parametrize("wanted", ["nothing", "", "../plans", "study.toml"])
def test_an_unknown_plan_is_not_found(study: Path, wanted: str) -> None:
    with pytest.raises(PlanNotFoundError):
        find_plan(study, wanted)


def test_a_study_without_plans_says_so(tmp_path: Path) -> None:
    with pytest.raises(PlanNotFoundError) as caught:
        find_plan(tmp_path)
    assert caught.value.key == "webmap.NO_PLANS"


@pytest.mark.parametrize(
    "wanted", ["prim", "../secret", "..", "/etc/passwd", "", "a" * 500, f"{PLAN_ID}.gpkg"]
)
def test_a_url_names_a_plan_by_its_whole_id_only(study: Path, wanted: str) -> None:
    (study / "secret.gpkg").touch()
    with pytest.raises(PlanNotFoundError):
        find_plan_by_id(study, wanted)


def test_layers_arrive_in_the_order_of_their_ids(study: Path) -> None:
    plan = load_plan(find_plan(study))
    assert plan.summary.plan_id == PLAN_ID
    assert plan.years == (2027, 2028)
    assert plan.zones["zone_id"].tolist() == ["zA", "zB", "zC", "zN"]
    assert plan.blocks["block_id"].is_monotonic_increasing
    assert plan.summary.about["study"] == "试验县教育局"


def test_a_list_of_plans_reads_their_tables(study: Path) -> None:
    ((summary,), damaged) = list_plans(study)
    assert damaged == ()
    assert summary.about["stage"] == "primary"
    assert "mean_time" in summary.metrics["metric"].tolist()


# GDAL warns of the third on its own channel.
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("content", [b"", b"not a geopackage", b"SQLite format 3\0" + b"\0" * 200])
def test_a_damaged_file_is_told_by_name(study: Path, content: bytes) -> None:
    path = find_plan(study)
    path.write_bytes(content)
    with pytest.raises(StorageError) as caught:
        load_plan(path)
    assert caught.value.params["file"] == path.name
    assert list_plans(study) == ((), (path.name,))


def test_surroundings_come_from_the_build(study: Path) -> None:
    write_surroundings(study)
    around = load_surroundings(study)
    assert around.ways is not None
    assert around.lines is not None
    assert around.places is not None
    assert set(around.lines["kind"]) == {"river", "railway"}
    assert around.osm is False


def test_without_a_build_there_are_no_surroundings(study: Path) -> None:
    around = load_surroundings(study)
    assert (around.ways, around.lines, around.places) == (None, None, None)


@pytest.mark.parametrize(
    ("file", "osm"), [("area.osm.pbf", True), ("G.graphml", True), ("roads.gpkg", False)]
)
def test_roads_of_openstreetmap_are_known_by_their_file(
    study: Path, file: str, *, osm: bool
) -> None:
    settings = study / "study.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("roads.gpkg", file), encoding="utf-8"
    )
    assert load_surroundings(study).osm is osm


def test_a_damaged_build_is_told_with_the_way_out(study: Path) -> None:
    write_surroundings(study)
    (study / "build" / "basemap" / "ways.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(PlanUnreadableError) as caught:
        load_surroundings(study)
    assert caught.value.params["file"] == "ways.parquet"
