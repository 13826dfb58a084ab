"""A study gives one answer to a text, in whichever way it is asked: on the demo county."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from geocode_bench.slips import SLIPS
from geocode_training.dice import Dice

from zoning.cli import main
from zoning.study import open_study
from zoning.study.geocode import study_places
from zoning.study.places import WORDS, words_of
from zoning.study.said import row_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from zoning.study.places import Found, Places

pytestmark = pytest.mark.integration

WITH_SLIPS = 40
Row = dict[str, str]


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Places:
    folder: Path = tmp_path_factory.mktemp("one_way") / "county"
    result = CliRunner().invoke(main, ["demo", str(folder), "--size", "county"])
    assert result.exit_code == 0, result.output
    return study_places(open_study(folder), lambda *_: None)


def written(row: Row) -> str:
    return row_text(row, name=row["name"])


def asked_both_ways(places: Places, rows: list[Row]) -> list[tuple[str, Found, Found]]:
    """Texts that the two ways answer otherwise."""
    batch = places.find_rows(pd.DataFrame(rows))
    texts = [written(row) for row in rows]
    return [
        (text, one, many)
        for text, many in zip(texts, batch, strict=True)
        if (one := places.find(text)) != many
    ]


def with_slips(rows: list[Row]) -> Iterator[Row]:
    """Rows with a slip in one of their cells, and rows whose whole text stands in a single cell."""
    rng = np.random.default_rng(11)
    dice = Dice(rng)
    for slip in SLIPS.values():
        for at in rng.choice(len(rows), WITH_SLIPS, replace=False):
            row = {**rows[at], "alias": ""}
            filled = [name for name in WORDS if row[name]]
            name = filled[dice.whole(0, len(filled) - 1)]
            yield {**row, name: slip(row[name], dice)}
            whole = "name" if dice.chance(0.5) else "road"
            yield {**dict.fromkeys(WORDS, ""), whole: slip(written(row), dice)}


def test_every_address_of_the_county_has_one_answer(places: Places) -> None:
    rows = [{**row, "alias": ""} for row in words_of(places.table)]
    assert len(rows) > 3_000
    assert asked_both_ways(places, rows) == []


def test_a_text_with_slips_has_one_answer(places: Places) -> None:
    rows = list(with_slips(words_of(places.table)))
    assert len(rows) > 500
    assert asked_both_ways(places, rows) == []


def test_what_a_text_gives_reason_to_ask_about_a_row_does_too(places: Places) -> None:
    """Each was accepted in a table of addresses, or found by its village, though not as a text."""
    empty = dict.fromkeys(WORDS, "")
    group = next(row for row in words_of(places.table) if row["name"].endswith("村2组"))
    rows = [
        {**empty, "name": f"兰州{group['name']}"},  # another city
        {**empty, "name": f"鼓楼区{group['name']}"},  # another county
        {**empty, "community": "兴和社区", "road": "明康", "number": "34号"},
    ]
    assert [found.answer.accepted for found in places.find_rows(pd.DataFrame(rows))] == [False] * 3
    assert asked_both_ways(places, rows) == []


def test_another_name_of_a_row_is_asked_where_the_first_is_not_known(places: Places) -> None:
    group = next(row for row in words_of(places.table) if row["name"].endswith("村2组"))
    row = {**dict.fromkeys(WORDS, ""), "name": "新建房", "alias": f"无此名|{group['name']}"}
    (found,) = places.find_rows(pd.DataFrame([row]))
    assert not places.find("新建房").answer.accepted
    assert found == places.find(group["name"])
    assert found.answer.accepted


def test_what_is_made_of_the_table_is_made_once_for_all_zones(places: Places) -> None:
    every = np.zeros(len(places.table), dtype=np.int32)
    one, other = places.in_zones(every), places.in_zones(every).in_zones(every)
    assert one.columns is other.columns is places.columns
    assert one.position is other.position is places.position
    assert [*one.position] == [*map(str, places.table["address_id"])]
