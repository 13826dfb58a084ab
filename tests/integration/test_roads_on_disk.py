"""Basemaps, networks and tables of travel times come back from disk as they were saved."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
from ascii_roads import draw, gates_at, homes_at, network_of

from zoning.errors import MissingStepError
from zoning.intake.basemap import load_basemap, save_basemap
from zoning.messages import explain
from zoning.network.graph import load_network, save_network
from zoning.network.travel import (
    AddressTimes,
    load_tables,
    load_travel,
    save_tables,
    save_travel,
    school_times,
    travel_table,
)
from zoning.settings import Mode, Stage

pytestmark = pytest.mark.integration


def test_a_basemap_comes_back_from_disk(tmp_path):
    basemap = draw("a-bBc", lines={"river": [(1.5, -1.0), (1.5, 1.0)]})
    save_basemap(basemap, tmp_path / "basemap")
    back = load_basemap(tmp_path / "basemap")
    assert back.ways.dtypes.to_dict() == basemap.ways.dtypes.to_dict()
    assert back.ways.equals(basemap.ways)
    assert back.lines.equals(basemap.lines)
    assert back.crs == basemap.crs


def test_network_tables_and_travel_come_back_from_disk(tmp_path):
    network = network_of("""
    a-b-c
    |   |
    d-e-f
    """, lines={"river": [(-1.0, 0.5), (1.0, 0.5)]})  # fmt: skip
    save_network(network, tmp_path / "net")
    back = load_network(tmp_path / "net")
    assert back.findings == network.findings
    assert back.findings
    for name in ("node_xy", "tail", "head", "time_ms", "length_mm", "edge"):
        assert np.array_equal(getattr(back, name), getattr(network, name))
    assert (back.mode, back.stage, back.crs) == (network.mode, network.stage, network.crs)

    gates, homes = gates_at(s=[(1, 0)]), homes_at((0, 0), (0, 1))
    tables = school_times(network, gates)
    save_tables(tables, tmp_path / "tables")
    asked = [
        AddressTimes.on(net, load, addresses=homes)(["s", "s"])[0].tolist()
        for net, load in ((network, tables), (back, load_tables(tmp_path / "tables")))
    ]
    assert asked[0] == asked[1] == [100_000, 400_000]

    blocks = gpd.GeoDataFrame({"block_id": ["A"], "name": ["甲"]}, crs=network.crs,
                              geometry=[homes.union_all().buffer(10)])  # fmt: skip
    table = travel_table(
        back, gates=gates, addresses=homes, address_block=["A", "A"], address_weight=[1, 1],
        blocks=blocks, radius_m=200, stage=Stage.PRIMARY,
    )  # fmt: skip
    save_travel(table, tmp_path / "travel" / "primary.npz")
    read = load_travel(tmp_path / "travel" / "primary.npz")
    assert (read.block_ids, read.school_ids, read.stage, read.mode, read.unplaced) == (
        ("A",), ("s",), Stage.PRIMARY, Mode.WALK, (),
    )  # fmt: skip
    assert read.time_ms.tolist() == [[250_000]]
    assert read.within.tolist() == [[0.5]]


@pytest.mark.parametrize("load", [load_basemap, load_network, load_tables])
def test_what_was_never_made_is_said(tmp_path, load):
    with pytest.raises(MissingStepError) as caught:
        load(tmp_path)
    assert explain(caught.value, "zh-CN")
