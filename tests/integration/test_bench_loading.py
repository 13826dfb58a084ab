"""The benchmark of loading and snapping, from an extract to its figures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration

SCRIPT = Path(__file__).parents[2] / "scripts" / "bench_travel_loading.py"
SIDE = 8


def grid() -> str:
    """Streets of a town of SIDE times SIDE junctions."""
    node = [[1 + row * SIDE + column for column in range(SIDE)] for row in range(SIDE)]
    places = "".join(
        f'<node id="{node[row][column]}" lon="{87 + column / 1000}" lat="{44 + row / 1000}"/>'
        for row in range(SIDE) for column in range(SIDE)
    )  # fmt: skip
    courses = [*node, *map(list, zip(*node, strict=True))]
    ways = "".join(
        f'<way id="{number}">{"".join(f"""<nd ref="{ref}"/>""" for ref in course)}'
        '<tag k="highway" v="residential"/></way>'
        for number, course in enumerate(courses, start=1)
    )
    return f'<osm version="0.6">{places}{ways}</osm>'


def test_the_figures_of_a_small_town(tmp_path: Path) -> None:
    (tmp_path / "town.osm").write_text(grid(), encoding="utf-8")
    words = ["--pbf", str(tmp_path / "town.osm"), "--points", "50", "--repeat", "1",
             "--json", str(tmp_path / "figures.json")]  # fmt: skip
    done = subprocess.run([sys.executable, str(SCRIPT), *words], capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert report["bare_read"]["objects"] == SIDE * SIDE + 2 * SIDE
    assert report["bare_ways"]["vertices"] == 2 * SIDE * SIDE
    # the four corners only bend the road
    assert report["walk"]["nodes"] == report["drive"]["nodes"] == SIDE * SIDE - 4
    assert report["walk"]["edges"] == 2 * SIDE * (SIDE - 1) - 4
    assert report["snap"]["placed"] == 50
    loading = {
        f"{mode}_over_bare_{peer}" for mode in ("walk", "drive") for peer in ("read", "ways")
    }
    snapping = {"snap_over_bare_query", "snap_over_bare_query_sorted"}
    assert set(report["ratios"]) == loading | snapping


def test_loading_and_the_first_call_are_rows_of_the_one_table(tmp_path: Path) -> None:
    (tmp_path / "town.osm").write_text(grid(), encoding="utf-8")
    script = SCRIPT.with_name("bench_travel.py")
    words = ["--only", "first", "loading", "--pbf", str(tmp_path / "town.osm"), "--json",
             str(tmp_path / "figures.json"), "--markdown", str(tmp_path / "table.md")]  # fmt: skip
    # of so small a town the figures may fail: then the code is 1
    done = subprocess.run([sys.executable, str(script), *words], capture_output=True, text=True,
                          check=False)  # fmt: skip
    assert done.returncode in {0, 1}, done.stderr
    rows = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))["rows"]
    first, loading = rows[:3], rows[3:]
    whole, imports, call = first
    assert whole["must"] == 3
    assert whole["ours"]["wall"] == pytest.approx(imports["ours"]["wall"] + call["ours"]["wall"])
    assert [row["must"] for row in loading] == [4, None, 4, None, 2, None]
    assert all(row["ours"]["wall"] > 0 and row["other"]["wall"] > 0 for row in loading)
    table = (tmp_path / "table.md").read_text(encoding="utf-8").splitlines()
    assert len(table) == 2 + len(rows)
    assert len(done.stdout.splitlines()) == 1 + len(rows)
