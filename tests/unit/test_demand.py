from __future__ import annotations

import pandas as pd

from zoning.demand import (
    children_by_address,
    children_by_block,
    seats_by_school,
    shortage,
    shortage_findings,
    unplaced_findings,
)
from zoning.settings import Stage

YEARS = (2027, 2028)
DEMAND = pd.DataFrame(
    [
        ("A1", "primary", 2027, 10),
        ("A1", "primary", 2028, 11),
        ("A2", "primary", 2027, 5),
        ("A1", "junior_middle", 2027, 99),
        ("A1", "primary", 2040, 99),
        ("A3", "primary", 2028, 7),
    ],
    columns=["address_id", "stage", "year", "children"],
)
WHERE = pd.Series({"A1": "b2", "A2": "b2"})


def test_children_add_up_by_block_and_year_and_the_rest_is_zero():
    table = children_by_block(
        DEMAND, WHERE, block_ids=["b1", "b2"], stage=Stage.PRIMARY, years=YEARS
    )
    assert table.to_numpy().tolist() == [[0, 0], [15, 11]]
    assert table.index.tolist() == ["b1", "b2"]
    assert table.columns.tolist() == [2027, 2028]
    assert (table.dtypes == "int64").all()


def test_demand_may_be_given_by_block():
    by_block = DEMAND.rename(columns={"address_id": "block_id"})
    table = children_by_block(
        by_block, None, block_ids=["A2", "A1"], stage=Stage.PRIMARY, years=YEARS
    )
    assert table.to_numpy().tolist() == [[5, 0], [10, 11]]


def test_children_without_a_block_are_told_not_lost_in_silence():
    findings = unplaced_findings(
        DEMAND, WHERE, block_ids=["b1", "b2"], stage=Stage.PRIMARY, years=YEARS
    )
    assert [finding.params for finding in findings] == [{"year": 2028, "children": 7, "places": 1}]
    assert "7 名" in findings[0].message("zh-CN")
    everywhere = pd.concat([WHERE, pd.Series({"A3": "b1"})])
    assert not unplaced_findings(
        DEMAND, everywhere, block_ids=["b1", "b2"], stage=Stage.PRIMARY, years=YEARS
    )


def test_demand_of_an_unknown_block_is_told():
    by_block = DEMAND.rename(columns={"address_id": "block_id"})
    findings = unplaced_findings(
        by_block, None, block_ids=["A1", "A2"], stage=Stage.PRIMARY, years=YEARS
    )
    assert [finding.params["children"] for finding in findings] == [7]


def test_children_by_address():
    table = children_by_address(DEMAND, address_ids=["A3", "A4"], stage=Stage.PRIMARY, years=YEARS)
    assert table.to_numpy().tolist() == [[0, 7], [0, 0]]


def test_seats_of_the_schools_of_a_stage():
    seats = pd.DataFrame(
        [("S2", 2027, 90), ("S1", 2027, 45), ("S1", 2028, 50), ("M1", 2027, 500)],
        columns=["school_id", "year", "seats"],
    )
    schools = pd.DataFrame(
        {"school_id": ["S2", "S1", "M1"], "stage": ["primary", "primary", "junior_middle"]}
    )
    table = seats_by_school(seats, schools, stage=Stage.PRIMARY, years=YEARS)
    assert table.index.tolist() == ["S1", "S2"]
    assert table.to_numpy().tolist() == [[45, 50], [90, 0]]


def test_a_year_with_more_children_than_seats_is_told():
    children = pd.DataFrame({2027: [60, 40], 2028: [10, 10]})
    seats = pd.DataFrame({2027: [90], 2028: [90]})
    table = shortage(children, seats)
    assert table.to_dict("index") == {
        2027: {"children": 100, "seats": 90, "short": 10},
        2028: {"children": 20, "seats": 90, "short": 0},
    }
    findings = shortage_findings(table)
    assert [finding.params["year"] for finding in findings] == [2027]
    assert "缺 10 个学位" in findings[0].message("zh-CN")
