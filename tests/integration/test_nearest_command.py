"""`zoning nearest` on the demo county, held against the times of its own tables."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from tiny_study import by_block, tiny_study

from zoning.cli import main
from zoning.network.graph import load_network
from zoning.network.travel import UNREACHABLE, AddressTimes, load_tables

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


def call(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def test_the_list_has_the_least_times_of_every_address(small_study: Path, tmp_path: Path) -> None:
    file = tmp_path / "nearest.csv"
    result = call("--lang", "en", "nearest", small_study, "--count", 2, "--out", file)
    assert result.exit_code == 0, result.output
    listed = pd.read_csv(file, encoding="utf-8-sig")
    homes = gpd.read_parquet(small_study / "build" / "intake" / "addresses.parquet")
    assert f"{len(homes)} addresses" in result.stdout
    for stage, rows in listed.groupby("stage"):
        network = load_network(small_study / "build" / "roads" / stage)
        tables = load_tables(small_study / "build" / "travel" / stage)
        times = AddressTimes.on(network, tables, addresses=homes)
        every = np.array([times([school] * len(homes))[0] for school in tables.school_ids])
        assert every.max() < UNREACHABLE
        at = pd.Series(np.arange(len(homes)), index=homes["address_id"])
        for rank, part in rows.groupby("rank"):
            assert len(part) == len(homes)
            wanted = np.sort(every, axis=0)[rank - 1][at[part["address_id"]]]
            assert part["minutes"].to_numpy() == pytest.approx(wanted / 60_000, abs=1e-4)


def test_another_program_gets_the_list_without_a_file(small_study: Path) -> None:
    result = call("nearest", small_study, "--stage", "primary", "--count", 1, "--json")
    record = json.loads(result.stdout)
    assert record["without_a_way"] == {"primary": []}
    assert {row["rank"] for row in record["nearest"]} == {1}
    assert len(record["nearest"]) == record["addresses"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "--out"),
        (("--out", "list.txt"), ".csv / .xlsx"),
        (("--count", "0", "--out", "list.csv"), "whole number from 1"),
    ],
)
def test_a_list_that_cannot_be_made_is_refused(
    small_study: Path, words: tuple[str, ...], said: str
) -> None:
    result = call("--lang", "en", "nearest", small_study, *words)
    assert result.exit_code == 2
    assert said in result.stderr


def test_children_counted_by_block_have_the_schools_nearest_to_the_block(tmp_path: Path) -> None:
    study = by_block(tiny_study(tmp_path / "s", "A . .\n. . .\n. . B", seats={"A": 99, "B": 99}))
    rows = json.loads(call("nearest", study, "--count", 1, "--json").stdout)["nearest"]
    first = {row["address_id"]: (row["school_id"], row["metres"]) for row in rows}
    assert first["b00"] == ("A", 0)
    assert first["b12"] == ("B", 200)
    # as near to both: the lesser id
    assert first["b11"] == ("A", 400)
