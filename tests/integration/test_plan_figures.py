"""Every figure of a plan file can be counted again from its layers by plain pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyogrio
import pytest
import shapely

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module", params=["primary", "junior_middle"])
def layers(request: pytest.FixtureRequest, small_study: Path) -> dict[str, gpd.GeoDataFrame]:
    (file,) = small_study.glob(f"plans/{request.param}-*.gpkg")
    names = ("zones", "blocks", "schools", "metrics", "farther_admitted")
    return {name: pyogrio.read_dataframe(file, layer=name) for name in names}


def whole(layers: dict[str, gpd.GeoDataFrame], metric: str) -> dict[int, float]:
    table = layers["metrics"]
    rows = table[(table["scope"] == "plan") & (table["metric"] == metric)]
    return dict(zip(rows["year"].astype(int), rows["value"], strict=True))


def test_sums_of_blocks_and_schools_are_those_of_the_table(
    layers: dict[str, gpd.GeoDataFrame],
) -> None:
    blocks, schools = layers["blocks"], layers["schools"]
    years = list(whole(layers, "children"))
    outside = whole(layers, "outside_blocks")
    assert len(years) == 3
    for year in years:
        assert outside[year] == 0
        assert blocks[f"children_{year}"].sum() == whole(layers, "children")[year]
        assert blocks[f"moved_{year}"].sum() == whole(layers, "changes_school")[year]
        assert schools[f"children_{year}"].sum() == whole(layers, "children")[year]
        assert schools[f"seats_{year}"].sum() == whole(layers, "seats")[year]
        over = (schools[f"children_{year}"] - schools[f"seats_{year}"]).clip(lower=0)
        assert over.sum() == whole(layers, "overload")[year]


def test_zones_sum_their_blocks(layers: dict[str, gpd.GeoDataFrame]) -> None:
    zones, blocks = layers["zones"].set_index("zone_id"), layers["blocks"]
    groups = blocks.groupby("zone_id")
    columns = [name for name in blocks.columns if name.startswith("children_")]
    pd.testing.assert_frame_equal(
        groups[columns].sum().reindex(zones.index), zones[columns], check_dtype=False
    )
    assert groups.size().reindex(zones.index).tolist() == zones["blocks"].tolist()
    for zone, inside in groups:
        united = shapely.union_all(inside.geometry.to_numpy())
        assert shapely.area(united ^ zones.geometry[zone]) < 1e-3


def test_pieces_and_holes_are_those_of_the_shapes(layers: dict[str, gpd.GeoDataFrame]) -> None:
    zones, blocks = layers["zones"], layers["blocks"]
    points = blocks.geometry.representative_point()
    for zone in zones.itertuples():
        rings = [ring for part in zone.geometry.geoms for ring in part.interiors]
        foreign = points[blocks["zone_id"] != zone.zone_id]
        held = [ring for ring in rings if foreign.within(shapely.Polygon(ring)).any()]
        assert len(held) == zone.holes
        assert len(zone.geometry.geoms) == zone.pieces


def test_pairs_of_farther_admitted_hold_on_the_times_of_the_blocks(
    layers: dict[str, gpd.GeoDataFrame],
) -> None:
    pairs, blocks = layers["farther_admitted"], layers["blocks"].set_index("block_id")
    children = blocks[[name for name in blocks.columns if name.startswith("children_")]].sum(axis=1)
    assert len(pairs) == whole(layers, "farther_admitted_pairs")[0] > 0
    refused = pairs["refused_block"]
    assert (pairs["refused_time_s"] < pairs["admitted_time_s"]).all()
    assert (pairs["refused_time_s"] < pairs["refused_own_time_s"]).all()
    # where schools share children the longest way of all of them is told, not the mean
    one = ~pairs["refused_school_id"].str.contains(";")
    own = pairs.loc[one, "refused_own_time_s"].tolist()
    assert refused[one].map(blocks["time_s"]).tolist() == own
    admitting = pairs["admitted_block"].map(blocks["school_id"]).str.split(";")
    assert all(school in ids for school, ids in zip(pairs["school_id"], admitting, strict=True))
    assert refused.map(children).tolist() == pairs["refused_children"].tolist()
    once = children[refused.unique()].sum()
    assert once == whole(layers, "farther_admitted_children")[0]
