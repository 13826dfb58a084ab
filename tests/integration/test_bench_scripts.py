"""The benchmarks of the partitioner on files, from reading to the table of results."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import bench_partition
import geopandas as gpd
import numpy as np
import pytest
import shapely
from partition_bench.check import check, read_plan
from partition_bench.instances import BenchDataError, Source, find_sources, read_instance
from partition_bench.problems import Outcome

if TYPE_CHECKING:
    from zoning.partition import Problem
    from zoning.settings import DrawSection

pytestmark = pytest.mark.integration

SCRIPTS = Path(__file__).parents[2] / "scripts"
# six units in a row, 1 km apart; schools in the first and the last
UNITS = """\
OID\tpop\tPointX\tPointY\tfcadidature\tfcost\tfcapacity
0\t1\t0\t0\t1\t0\t4
1\t2\t1000\t0\t0\t0\t0
2\t1\t2000\t0\t0\t0\t0
3\t1\t3000\t0\t0\t0\t0
4\t1\t4000\t0\t0\t0\t0
5\t1\t5000\t0\t1\t0\t4
"""
TOUCHING = '"OID_","IN_FID","NEAR_FID","NEAR_DIST"\n' + "".join(
    f",{one},{other},0.000000\n" for at in range(5) for one, other in ((at, at + 1), (at + 1, at))
)
BEST = 2 * 1 + 2 + 2 + 1


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "row_2a.txt").write_text(UNITS, encoding="utf-8")
    (folder / "row_2b.txt").write_text(UNITS, encoding="utf-8")
    (folder / "row_connectivity.txt").write_text(TOUCHING, encoding="utf-8")
    (folder / "r_connectivity.txt").write_text("ID1,ID2\n98,99\n", encoding="utf-8")
    (folder / "format.txt").write_text("any words", encoding="utf-8")
    (folder / "published.csv").write_text(
        f"instance,best_known\nrow_2a,{BEST}.0\n", encoding="utf-8"
    )
    return folder


def source(folder: Path, units: str, touching: str) -> Source:
    (folder / "u.txt").write_text(units, encoding="utf-8")
    (folder / "c.txt").write_text(touching, encoding="utf-8")
    return Source("u", folder / "u.txt", folder / "c.txt")


def run(script: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(SCRIPTS / script), *map(str, words), "--time-limit", "5"]
    return subprocess.run(
        [*command, "--rounds", "1"], capture_output=True, text=True, encoding="utf-8", check=False
    )


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def test_the_longest_area_is_that_of_an_instance(data: Path) -> None:
    found, others = find_sources(data)
    assert [(one.name, one.connectivity.name) for one in found] == [
        ("row_2a", "row_connectivity.txt"),
        ("row_2b", "row_connectivity.txt"),
    ]
    assert others == ["format.txt"]


@pytest.mark.parametrize(
    "units",
    [
        "Id\tDemand\tX\tY\tReserved\tReserved\tCapacity\t\n1\t8\t10.5\t20\t0\t0\t0\n2\t5\t30\t40\t0\t0\t9\n",
        "\ufeffid,x,y,capacity,demand\n1,10.5,20,,8\n2.0,30,40,9,5\n",
        "1 8 10.5 20 0 0 0\n\n2 5 30 40 0 0 9\n",
    ],
)
@pytest.mark.parametrize(
    "touching",
    [
        "OID\tID1\tID2\n1\t1\t2\n2\t2\t1\n3\t1\t1\n",
        '"OID_","NEAR_FID","IN_FID"\n,2,1\n',
        "\tIN_FID\tNEAR_FID\n\t1\t2\n",
        "1,2\n",
        "7 1 2\n",
        "a;b\n1;2\n",
    ],
)
def test_files_of_any_usual_form_say_the_same(tmp_path: Path, units: str, touching: str) -> None:
    read = read_instance(source(tmp_path, units, touching))
    assert read.ids == ("1", "2")
    assert [float(children) for children in read.demand] == [8, 5]
    assert (read.x, read.y) == ((10.5, 30), (20, 40))
    assert read.schools == (1,)
    assert read.pairs == ((0, 1),)


@pytest.mark.parametrize(
    ("units", "touching", "fault"),
    [
        ("id demand x y a b capacity\n1 1 0 0 0 0 1\n1 1 0 0 0 0 1\n", "1,2\n", "a unit twice"),
        ("id demand x y a b capacity\n1 one 0 0 0 0 1\n", "1,2\n", "line 2: 'one' is no number"),
        ("id demand x y a b capacity\n1 1 0\n", "1,2\n", "line 2: 3 columns are too few"),
        ("id demand x y a b capacity\n1 -1 0 0 0 0 1\n", "1,1\n", "cannot be negative"),
        ("id demand x y a b capacity\n1 1 0 0 0 0 1\n", "1,2\n", "line 1: 1-2 names an unknown"),
    ],
)
def test_files_that_cannot_be_right_are_refused(
    tmp_path: Path, units: str, touching: str, fault: str
) -> None:
    with pytest.raises(BenchDataError, match=fault):
        read_instance(source(tmp_path, units, touching))


def test_instances_are_solved_written_and_checked(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("bench_partition.py", "--data", data, "--out", out, "--seed", "7")
    assert done.returncode == 0, done.stderr
    assert "left out: format.txt" in done.stderr
    one, other = rows(out / "results.csv")
    assert (one["instance"], one["seed"], one["violations"]) == ("row_2a", "7", "0")
    assert float(one["objective"]) == BEST
    assert abs(float(one["excess"])) < 1e-9
    gap = (float(one["objective"]) - float(one["lower_bound"])) / float(one["objective"])
    assert float(one["gap"]) == pytest.approx(gap)
    assert (other["best_known"], other["excess"]) == ("", "")
    assert "at or below best known" in done.stdout
    assert "1 of 1" in done.stdout
    written = (out / "row_2a.csv").read_text(encoding="utf-8").splitlines()
    assert written == ["unit,school", "0,0", "1,0", "2,0", "3,5", "4,5", "5,5"]


def test_some_instances_in_several_processes(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run(
        "bench_partition.py", "--data", data, "--out", out, "--jobs", "2", "--only", "row_2b"
    )
    assert done.returncode == 0, done.stderr
    assert [row["instance"] for row in rows(out / "results.csv")] == ["row_2b"]


@pytest.mark.parametrize("how", ["at once", "with the best so far"])
def test_a_run_that_is_stopped_keeps_what_it_has(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    solves: list[DrawSection] = []

    def stopped(problem: Problem, *, settings: DrawSection) -> Outcome:
        solves.append(settings)
        if how == "at once" and len(solves) == 2:
            raise KeyboardInterrupt
        zones = np.array([0, 0, 0, 1, 1, 1], dtype=np.int32)
        ended = "interrupted" if how != "at once" else ""
        return Outcome(zones, BEST, BEST, 1.0, 0.25, 0.5, True, ended)

    monkeypatch.setattr(bench_partition, "warm_up", lambda settings: None)
    monkeypatch.setattr(bench_partition, "solve_timed", stopped)
    words = ["bench", "--data", str(data), "--out", str(tmp_path / "out"), "--time-limit", "1"]
    monkeypatch.setattr(sys, "argv", words)
    assert bench_partition.main() == 130
    (kept,) = rows(tmp_path / "out" / "results.csv")
    assert (kept["instance"], kept["proved_optimal"]) == ("row_2a", "true")
    # nothing but the clock ends a search, and reading counts
    assert (solves[0].rounds, solves[0].enough_gap) == (100_000, 0)
    assert solves[0].time_limit_s < 1
    assert float(kept["seconds_to_best"]) > 0.5


def test_a_plan_that_breaks_a_rule_ends_the_run_with_another_code(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def crowded(problem: Problem, *, settings: DrawSection) -> Outcome:
        zones = np.array([0, 0, 0, 0, 0, 1], dtype=np.int32)
        return Outcome(zones, BEST, BEST, 1.0, 0.25, 0.5, True, "proved")

    monkeypatch.setattr(bench_partition, "warm_up", lambda settings: None)
    monkeypatch.setattr(bench_partition, "solve_timed", crowded)
    words = ["bench", "--data", str(data), "--out", str(tmp_path / "out"), "--time-limit", "1"]
    monkeypatch.setattr(sys, "argv", words)
    assert bench_partition.main() == 2
    told = capsys.readouterr()
    assert "plans that break a rule: row_2a, row_2b" in told.err
    (line,) = [line for line in told.out.splitlines() if line.startswith("violations")]
    assert line.split() == ["violations", "2", "0", "not", "met"]


def test_an_unknown_name_is_told(data: Path, tmp_path: Path) -> None:
    done = run("bench_partition.py", "--data", data, "--out", tmp_path / "o", "--only", "row_9")
    assert done.returncode == 1
    assert "row_9" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_plan_with_other_columns_is_no_plan(tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    file.write_text("unit,zone\n1,1\n", encoding="utf-8")
    with pytest.raises(BenchDataError, match="unit,school"):
        read_plan(file)


def test_published_optima_are_read_as_published(shared_data: Path) -> None:
    sources = {one.name: one for one in find_sources(shared_data / "sap")[0]}
    assert len(sources) == 30
    small = read_instance(sources["gy2_18a"])
    assert sources["gy2_18a"].connectivity.name == "gy2_connectivity.txt"
    assert (len(small.ids), len(small.schools)) == (1276, 18)
    assert small.capacity_ratio == pytest.approx(1.15, abs=1e-3)
    alone = check(small, [(small.ids[at], small.ids[at]) for at in small.schools])
    assert (alone.objective, alone.unassigned) == (0, 1276 - 18)


@pytest.fixture
def county(tmp_path: Path) -> Path:
    folder = tmp_path / "county"
    folder.mkdir()
    place = np.arange(6)
    columns = {
        "geoid20": [f"51{at}" for at in place],
        "pop": [20.0, 10, 10, 10, 10, 20],
        "middle_current": [1, 2, 2, 2, 2, 2],
        "middle_scenario4": [1, 1, 2, 2, 2, 2],
    }
    frame = gpd.GeoDataFrame(columns, geometry=shapely.points(place, place), crs="EPSG:4269")
    frame.to_file(folder / "blocks.gpkg")
    (folder / "edges.csv").write_text("0,1\n2,1\n2,3\n3,4\n4,5\n", encoding="utf-8")
    np.savez(
        folder / "commute_ms.npz",
        seconds=(60.0 * np.abs(place[:, None] - np.array([0, 5]))).astype(np.float32),
        school_unit=np.array([0, 5]),
        capacity=np.array([5, 5]),
        membership=np.array([3, 5]),
    )
    return folder


def test_a_county_is_drawn_beside_its_scenarios(county: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run("bench_fairfax.py", "--data", county, "--out", out, "--level", "middle")
    assert done.returncode == 0, done.stderr
    table = {row["plan"]: row for row in rows(out / "fairfax.csv")}
    assert list(table) == [
        "current", "scenario4", "nearest", "drawn", "drawn_like_scenario4",
    ]  # fmt: skip
    # 80 people have 8 pupils: 10 people are one pupil
    assert float(table["current"]["pupils_over"]) == 1
    assert float(table["scenario4"]["moved_share"]) == pytest.approx(1 / 8)
    assert float(table["nearest"]["mean_seconds"]) == pytest.approx(6 * 60 / 8)
    assert float(table["drawn"]["mean_seconds"]) == pytest.approx(6 * 60 / 8)
    assert float(table["drawn"]["gap"]) == pytest.approx(0, abs=1e-9)
    like = table["drawn_like_scenario4"]
    assert like["within_limit"] == "true"
    assert float(like["moved_share"]) <= 1 / 8
    assert float(like["mean_seconds"]) == pytest.approx((1 + 3 + 2 + 1) * 60 / 8)
    written = (out / "middle_drawn.csv").read_text(encoding="utf-8").splitlines()
    assert written == ["block,zone", "510,1", "511,1", "512,1", "513,2", "514,2", "515,2"]


def test_a_county_without_its_files_is_told(tmp_path: Path) -> None:
    done = run("bench_fairfax.py", "--data", tmp_path, "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "edges.csv" in done.stderr


def test_growth_is_measured_and_fitted(tmp_path: Path) -> None:
    done = run("bench_growth.py", "--sizes", "140", "280", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    small, large = rows(tmp_path / "growth.csv")
    assert (small["blocks"], small["schools"], large["schools"]) == ("140", "2", "4")
    assert float(small["feasible_s"]) <= float(small["good_s"])
    assert float(large["peak_mib"]) > 10
    assert "peak_mib grows with blocks to the power of" in done.stdout
