"""What changes between two results of matching."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from zoning.geocode.difference import Difference, find_difference
from zoning.geocode.result_table import ResultTable

# 0.001 degrees of longitude on the equator are 111.3 m
STEP_M = 111.32


def results(*lines: str, zoned: bool = True) -> ResultTable:
    """Lines of: id, steps east (- for no point), code, yes/no, zone."""
    rows = [line.split() for line in lines]
    frame = pd.DataFrame(
        {
            "table_id": [f"row of {row[0]}" for row in rows],
            "lng_wgs84": [math.nan if row[1] == "-" else float(row[1]) / 1000 for row in rows],
            "lat_wgs84": [math.nan if row[1] == "-" else 0.0 for row in rows],
            "match_code": [row[2] for row in rows],
            "accepted": [row[3] == "yes" for row in rows],
            "zone": [row[4] if zoned else "" for row in rows],
        },
        index=pd.Index([row[0] for row in rows], name="query_id"),
    )
    return ResultTable(frame, zoned)


def told(difference: Difference) -> list[tuple[str, str]]:
    frame = difference.frame
    return list(zip(frame["query_id"], frame["kinds"], strict=True))


def test_each_kind_of_change_is_told_and_nothing_else() -> None:
    before = results(
        "same  0 exact yes Z1",
        "code  0 exact yes Z1",
        "near  0 exact yes Z1",
        "far   0 exact yes Z1",
        "zone  0 exact yes Z1",
        "won   - refused no Z1",
        "lost  0 exact yes Z1",
        "doubt 0 exact yes Z1",
        "old   0 exact yes Z1",
        "none  - refused no Z1",
    )
    after = results(
        "none  - refused no Z1",
        "same  0 exact yes Z1",
        "code  0 fuzzy yes Z1",
        "near  0.4 exact yes Z1",
        "far   2 exact yes Z1",
        "zone  0 exact yes Z2",
        "won   0 exact yes Z1",
        "lost  - refused no Z1",
        "doubt 0 fuzzy no Z1",
        "new   0 exact yes Z1",
    )
    found = find_difference(before, after, metres=50)
    assert told(found) == [
        ("zone", "zone"),
        ("lost", "lost accepted"),
        ("won", "gained accepted"),
        ("far", "moved"),
        ("doubt", "accepted"),
        ("new", "appeared"),
        ("old", "disappeared"),
    ]
    assert (found.compared, found.zones) == (9, True)
    assert found.counts == {
        "zone": 1, "moved": 1, "gained": 1, "lost": 1, "accepted": 3,
        "appeared": 1, "disappeared": 1,
    }  # fmt: skip


def test_a_row_tells_both_sides() -> None:
    before, after = results("q 0 exact yes Z1"), results("q 1 fuzzy no Z2")
    (record,) = find_difference(before, after, metres=50).records()
    assert record.pop("moved_m") == pytest.approx(STEP_M, abs=0.01)
    assert record == {
        "query_id": "q",
        "kinds": ["zone", "moved", "accepted"],
        "table_id_before": "row of q",
        "table_id_after": "row of q",
        "code_before": "exact",
        "code_after": "fuzzy",
        "accepted_before": True,
        "accepted_after": False,
        "zone_before": "Z1",
        "zone_after": "Z2",
    }


def test_what_stands_on_one_side_only_has_no_other() -> None:
    (new,) = find_difference(results(), results("q 0 exact yes Z1"), metres=50).records()
    assert [new[f"{name}_before"] for name in ("code", "accepted", "zone", "table_id")] == [
        None
    ] * 4
    assert (new["moved_m"], new["accepted_after"], new["zone_after"]) == (None, True, "Z1")


def test_just_as_far_is_not_told() -> None:
    before, after = results("q 0 exact yes Z1"), results("q 1 exact yes Z1")
    (moved,) = find_difference(before, after, metres=0).frame["moved_m"]
    assert told(find_difference(before, after, metres=moved)) == []
    assert told(find_difference(before, after, metres=moved - 0.01)) == [("q", "moved")]


def test_the_farthest_comes_first() -> None:
    before = results(*(f"{name} 0 exact yes Z1" for name in "abc"))
    after = results("a 1 exact yes Z1", "b 3 exact yes Z1", "c 2 exact yes Z1")
    assert [name for name, _ in told(find_difference(before, after, metres=50))] == ["b", "c", "a"]


def test_without_zones_on_both_sides_none_are_compared() -> None:
    before = results("q 0 exact yes Z1", zoned=False)
    found = find_difference(before, results("q 0 exact yes Z2"), metres=50)
    assert (told(found), found.zones) == ([], False)


def test_words_in_a_language() -> None:
    found = find_difference(results("q 0 exact yes Z1"), results("q 1 exact yes Z2"), metres=50)
    (row,) = found.table("zh-CN").to_dict(orient="records")
    assert (row["差异"], row["移动（米）"], row["现学区"]) == ("换学区 移动", 111, "Z2")
    assert (row["原匹配方式"], row["现可采用"]) == ("原文相同", "是")


def test_codes_of_another_version_are_told_as_they_are() -> None:
    found = find_difference(results("q 0 E yes Z1"), results("q 1 fuzzy yes Z2"), metres=50)
    (row,) = found.table("en").to_dict(orient="records")
    assert (row["code before"], row["code after"]) == ("E", "similar")


def test_the_other_way_round_is_the_same_with_sides_exchanged() -> None:
    before = results("a 0 exact yes Z1", "b 0 exact yes Z1", "c - refused no Z1")
    after = results("a 5 exact yes Z2", "c 0 exact yes Z1", "d 0 exact yes Z1")
    there, back = (
        find_difference(one, other, metres=50) for one, other in ((before, after), (after, before))
    )
    opposite = {
        "appeared": "disappeared",
        "disappeared": "appeared",
        "gained": "lost",
        "lost": "gained",
    }
    assert there.counts == {opposite.get(kind, kind): count for kind, count in back.counts.items()}


def test_a_zone_that_only_one_result_tells_is_no_change_of_zone() -> None:
    before = results("gone 0 exact yes Z1", "come 0 exact yes -", "both 0 exact yes Z1")
    after = results("gone 0 exact no -", "come 0 exact yes Z1", "both 0 exact yes Z2")
    for run in (before, after):
        run.frame["zone"] = run.frame["zone"].replace("-", "")
    found = told(find_difference(before, after, metres=50))
    assert found == [("both", "zone"), ("gone", "accepted")]
