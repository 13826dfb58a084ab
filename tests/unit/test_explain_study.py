"""What an explanation takes from a plan, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from explained import GRID, PLENTY, SLOPE, standing
from gridworld import drawn_plan, world

from zoning.errors import MissingStepError, StorageError
from zoning.partition.explain import Explainer
from zoning.partition.problem import UNASSIGNED
from zoning.plan.model import Zone, ZoneType, provenance
from zoning.settings import DrawSection, Stage, WeightSection
from zoning.study import explain, open_study
from zoning.study.explain import Explained
from zoning.study.explain_records import Teller

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.study import Study

OPEN = world(GRID, seats=PLENTY)
PROBLEM = OPEN.problem()
STUDY = """
[study]
name = "试验县"
years = [2027]
stages = ["primary"]
[inputs]
schools = {{ file = "schools.xlsx" }}
addresses = {{ file = "addresses.csv" }}
demand = {{ file = "demand.csv" }}
roads = {{ file = "roads.gpkg" }}
{zones}
"""


def test_blocks_that_no_school_serves_have_no_zone() -> None:
    found = explain._assignment(OPEN.plan("A A .\nA A B\nB B B"), PROBLEM, today=False)
    assert found.tolist() == [0, 0, UNASSIGNED, 0, 0, 1, 1, 1, 1]


def test_schools_that_closed_serve_nobody_today_but_a_plan_must_fit() -> None:
    closed = drawn_plan("A A X\nA A B\nB B B")
    assert explain._assignment(closed, PROBLEM, today=True)[2] == UNASSIGNED
    with pytest.raises(MissingStepError) as caught:
        explain._assignment(closed, PROBLEM, today=False)
    assert caught.value.key == "study.OTHER_ZONES"


def test_schools_of_today_that_now_share_a_zone_are_found_in_it() -> None:
    pooled = world("A . C\n. . .\n. . B", seats={**PLENTY, "C": 9}).problem(groups=[["A", "C"]])
    found = explain._assignment(drawn_plan("A A C\nA A B\nB B B"), pooled, today=True)
    assert [pooled.zones[at].zone_id for at in found[:3]] == ["A+C"] * 3


def test_zones_of_today_that_were_published_go_by_their_schools_but_a_drawn_plan_does_not() -> None:
    pooled = world("A . C\n. . .\n. . B", seats={**PLENTY, "C": 9}).problem(groups=[["A", "C"]])
    apart = drawn_plan("A A C\nA A B\nB B B")
    over = replace(
        apart,
        zone_ids=("A", "A+B", *apart.zone_ids[2:]),
        zones=tuple(sorted((*apart.zones, Zone("A+B", "", ZoneType.SHARED, ("A", "B"))))),
    )
    found = explain._assignment(over, pooled, today=False)
    assert [pooled.zones[at].zone_id for at in found[:3]] == ["A+C"] * 3
    drawn = {"proof": pd.DataFrame({"key": [], "value": []})}
    with pytest.raises(MissingStepError) as caught:
        explain._assignment(over, pooled, today=False, proof=drawn)
    assert caught.value.key == "study.OTHER_ZONES"


def test_a_plan_over_other_blocks_is_refused() -> None:
    with pytest.raises(MissingStepError) as caught:
        explain._assignment(drawn_plan("A B"), PROBLEM, today=False)
    assert caught.value.key == "study.OTHER_BLOCKS"


def test_the_weights_are_those_that_the_plan_was_drawn_with() -> None:
    drawn = DrawSection(weights=WeightSection(travel=2.0, change=7.0), rounds=3)
    source = provenance({}, settings={"draw": drawn.model_dump(mode="json", exclude={"seed"})})
    found = explain._settings_of(replace(drawn_plan("A B"), source=source))
    assert found == drawn
    assert explain._settings_of(drawn_plan("A B")) == DrawSection()
    later = provenance({}, settings={"draw": {"magic": 1}})
    with pytest.raises(StorageError) as caught:
        explain._settings_of(replace(drawn_plan("A B"), source=later))
    assert caught.value.key == "study.UNKNOWN_SETTINGS"


def test_prices_go_by_zone_and_year_and_a_plan_made_by_hand_has_none() -> None:
    table = pd.DataFrame({"zone_id": ["B", "A"], "year": [2027, 2027], "price_min": [2.0, 1.0]})
    prices = explain._prices(table, PROBLEM)
    assert prices is not None
    np.testing.assert_array_equal(prices, [[1.0], [2.0]])
    assert explain._prices(table[:0], PROBLEM) is None


def test_an_address_outside_all_blocks_is_not_explained() -> None:
    outside = OPEN.residences.assign(block_id="")
    facts = replace(OPEN.facts(), residences=outside)
    teller = Teller(Explainer(standing(OPEN, SLOPE)), facts, today=False)
    with pytest.raises(MissingStepError) as caught:
        Explained("p", "primary", (), teller, None).address("b01")
    assert caught.value.key == "study.ADDRESS_OUTSIDE"


def study_of(folder: Path, zones: str) -> Study:
    (folder / "study.toml").write_text(STUDY.format(zones=zones), encoding="utf-8")
    return open_study(folder)


def test_a_study_of_one_stage_need_not_say_which(tmp_path: Path) -> None:
    study = study_of(tmp_path, "current_zones = { file = 'zones.gpkg' }")
    assert explain._stage_of_today(study, None) is Stage.PRIMARY


def test_a_study_without_zones_of_today_says_so(tmp_path: Path) -> None:
    with pytest.raises(MissingStepError) as caught:
        explain._stage_of_today(study_of(tmp_path, ""), Stage.PRIMARY)
    assert caught.value.key == "study.NO_TODAY"
