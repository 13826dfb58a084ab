"""Metrics of a plan as a table of words."""

from __future__ import annotations

import pandas as pd

from webmap.maps.facts import Texts
from webmap.public.metrics import metric_table

ROWS = [
    ("mean_time", "plan", 2028, 90.0, "s", ""),
    ("mean_time", "plan", 2027, 421.0, "s", ""),
    ("share_within_radius", "plan", 2027, 0.258, "share", "500 m"),
    ("changes_school", "plan", 2027, 3.0, "child", ""),
    ("changes_school", "plan", 2028, 1234.0, "child", ""),
    ("children", "school:sA", 2027, 118.0, "child", ""),
    ("holes", "plan", 0, 2.0, "hole", ""),
]
METRICS = pd.DataFrame(ROWS, columns=["metric", "scope", "year", "value", "unit", "note"])


def test_a_metric_has_one_row_with_a_value_for_each_year() -> None:
    table = metric_table(METRICS, Texts("zh-CN"))
    assert table.years == (2027, 2028)
    assert dict(table.by_year) == {
        "平均上学时间": ("7.0 分钟", "1.5 分钟"),
        "服务半径以内的儿童比例（500 m）": ("25.8%", "—"),
        "与现状相比更换学校的儿童": ("少于 5", "1,234"),
    }


def test_metrics_of_all_years_stand_apart_and_schools_in_neither() -> None:
    table = metric_table(METRICS, Texts("en"))
    assert table.whole == (("Holes in zones", "2"),)
    assert "118" not in str(table)
