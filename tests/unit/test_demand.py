from __future__ import annotations

import pandas as pd

from zoning.demand import children_by_place, unplaced_findings
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


def test_children_add_up_by_year_and_the_rest_is_zero():
    table = children_by_place(DEMAND, places=["A3", "A1", "A4"], stage=Stage.PRIMARY, years=YEARS)
    assert table.to_numpy().tolist() == [[0, 7], [10, 11], [0, 0]]
    assert table.index.tolist() == ["A3", "A1", "A4"]
    assert table.columns.tolist() == [2027, 2028]
    assert (table.dtypes == "int64").all()


def test_demand_may_be_given_by_block():
    by_block = DEMAND.rename(columns={"address_id": "block_id"})
    table = children_by_place(by_block, places=["A2", "A1"], stage=Stage.PRIMARY, years=YEARS)
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
