"""The benchmark of travel times: what its roads look like, and what its table says."""

from __future__ import annotations

import json

import bench_travel
import numpy as np
import pytest
from travel_bench.cases import measure_cold
from travel_bench.figures import Row, Seconds, line, markdown, ratio, record
from travel_bench.graphs import MEDIAN_M, invented_roads


def test_invented_roads_are_like_a_city():
    roads = invented_roads(5000, seed=1)
    assert roads.node_count == pytest.approx(5000, rel=0.05)
    assert roads.median_m == pytest.approx(MEDIAN_M, rel=0.03)
    assert roads.degree == pytest.approx(2.6, abs=0.1)
    both = set(zip(roads.tail.tolist(), roads.head.tolist(), strict=True))
    one_way = sum((head, tail) not in both for tail, head in both)
    streets = (len(both) + one_way) / 2
    assert 0.08 < one_way / streets < 0.13


def test_shuffled_roads_have_other_numbers_only():
    plain, shuffled = (invented_roads(1000, seed=2, shuffled=way) for way in (False, True))
    assert np.array_equal(np.sort(plain.time_ms), np.sort(shuffled.time_ms))
    degrees = [np.sort(np.bincount(roads.tail)) for roads in (plain, shuffled)]
    assert np.array_equal(*degrees)
    apart = [np.abs(roads.tail - roads.head).mean() for roads in (plain, shuffled)]
    assert apart[0] < apart[1] / 5


def test_the_engine_and_scipy_agree_on_every_cell():
    rows = measure_cold("small", invented_roads(400, seed=1), schools=30)
    differing = [row.value for row in rows if "differ" in row.measure]
    assert differing == [0, 0, 0]


def test_every_row_has_processors_and_wall_and_ratios_have_both():
    rows = measure_cold("small", invented_roads(400, seed=1), schools=30)
    assert all(row.ours is not None and row.ours.wall > 0 for row in rows)
    ratios = [row for row in rows if row.by_wall is not None]
    assert len(ratios) == 9
    for row in ratios:
        assert row.value == pytest.approx(row.ours.cpu / row.other.cpu)
        assert row.by_wall == pytest.approx(row.ours.wall / row.other.wall)


def test_the_table_for_the_documents_has_a_cell_for_every_column():
    rows = [ratio("c", "m", ours=Seconds(1.0, 0.5), other=Seconds(4.0, 5.0)), Row("c", "n", 2.0)]
    lines = markdown([record(row) for row in rows]).splitlines()
    assert len({text.count("|") for text in lines}) == 1
    assert lines[2] == "| c | m | 1.0000 | 0.5000 | 4.0000 | 5.0000 | 0.25 | 0.1 | – | – |"
    assert lines[3] == "| c | n | – | – | – | – | 2 | – | – | – |"


def test_a_figure_holds_or_fails():
    fast, slow = Seconds(1.0, 0.5), Seconds(20.0, 20.0)
    held = ratio("c", "m", ours=fast, other=slow, must=0.1)
    assert held.value == 0.05
    assert "holds" in line(record(held))
    assert "FAILS" in line(record(ratio("c", "m", ours=fast, other=slow, must=0.01)))
    assert line(record(Row("c", "m", 3.0))).endswith("–")


def test_a_failed_figure_is_an_exit_code(monkeypatch, tmp_path, capsys):
    rows = [record(Row("c", "cells that differ from scipy", 1, must=0))]
    monkeypatch.setattr(bench_travel, "in_own_process", lambda case, pbf, searches: rows)
    file = tmp_path / "out.json"
    monkeypatch.setattr("sys.argv", ["bench", "--only", "200k", "--json", str(file)])
    assert bench_travel.main() == 1
    assert "FAILS" in capsys.readouterr().out
    assert json.loads(file.read_text())["rows"][0]["holds"] is False
