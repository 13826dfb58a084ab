"""From a row of the bureau's workbook to the plan."""

from __future__ import annotations

from pathlib import Path

import pytest
from tiny_study import drawn, run, tiny_study

pytestmark = pytest.mark.integration

GRID = "A . .\n. . .\n. . B"
SEATS = {"A": 18, "B": 18}


def test_a_locked_community_stays_with_its_school(tmp_path: Path) -> None:
    free, _, _ = drawn(tiny_study(tmp_path / "free", GRID, seats=SEATS))
    assert free.splitlines()[0] == "A A A" or free.splitlines()[0] == "A A B"
    study = tiny_study(
        tmp_path / "tied", GRID, seats=SEATS, decisions=[["锁定", "", "第1社区", "B校"]]
    )
    assert drawn(study)[0].splitlines()[1] == "B B B"


def test_a_changed_decision_redraws_but_computes_no_way_anew(tmp_path: Path) -> None:
    study = tiny_study(tmp_path, GRID, seats=SEATS, decisions=[["锁定", "", "小区11", "A"]])
    first = drawn(study)[2]["plan_id"]
    travel = (study / "build" / "travel" / "step.json").read_text()
    other = tiny_study(tmp_path / "x", GRID, seats=SEATS, decisions=[["锁定", "", "小区11", "B"]])
    book = (other / "inputs" / "decisions.xlsx").read_bytes()
    (study / "inputs" / "decisions.xlsx").write_bytes(book)
    picture, _, told = drawn(study)
    assert picture.splitlines()[1].split()[1] == "B"
    assert told["plan_id"] != first
    assert (study / "build" / "travel" / "step.json").read_text() == travel


def test_bans_and_blocks_that_stay_together(tmp_path: Path) -> None:
    study = tiny_study(
        tmp_path,
        "A . . . B",
        seats=SEATS,
        decisions=[["禁止", "", "小区01", "A"], ["不拆分", "", "小区02、小区03", ""]],
    )
    assert drawn(study)[0] == "A B B B B"


def test_all_contradictions_are_told_at_once_with_their_rows(tmp_path: Path) -> None:
    study = tiny_study(
        tmp_path,
        GRID,
        seats=SEATS,
        decisions=[
            ["锁定", "", "小区01", "A"],
            ["锁定", "", "第0社区", "B"],
            ["锁定", "", "小区12", "A"],
            ["禁止", "", "第1社区", "A"],
            ["禁止", "", "小区20", "A、B"],
        ],
    )
    refused = run("draw", study, "--stage", "primary", code=3)
    found = {(item["code"].partition(".")[2], item["row"]) for item in refused["findings"]}
    assert found == {
        ("DECISIONS_DIFFER", 3),
        ("DECISION_ON_HOME", 3),
        ("DECISION_BANNED", 5),
        ("DECISION_NOWHERE", 6),
    }
    assert not (study / "plans").exists() or not list((study / "plans").iterdir())


def test_a_declared_group_pools_its_seats(tmp_path: Path) -> None:
    study = tiny_study(
        tmp_path,
        "A . B . C",
        seats={"A": 1, "B": 5, "C": 9},
        decisions=[["多校划片", "", "", "A校、B校"]],
    )
    picture, content, told = drawn(study)
    assert picture == "A+B A+B A+B C C"
    assert not told["overload"]
    zone = content.plan.zone_by_id["A+B"]
    assert (zone.zone_type.value, zone.name) == ("multi_school", "A校、B校")


def test_a_shared_area_is_told_in_plan_metrics_and_map(tmp_path: Path) -> None:
    study = tiny_study(
        tmp_path,
        "A . . . B",
        seats={"A": 9, "B": 9},
        children=3,
        decisions=[["共享区", "", "小区02", "A、B", "", "2:1", "河滩共享区"]],
    )
    picture, content, told = drawn(study)
    assert picture == "A A shared-b02 B B"
    zone = content.plan.zone_by_id["shared-b02"]
    assert (zone.name, zone.school_ids, zone.shares) == ("河滩共享区", ("A", "B"), (2, 1))
    schools = content.schools.set_index("school_id")
    assert schools["children_2027"].to_dict() == {"A": 8, "B": 7}
    assert not told["overload"]
    page = Path(run("map", study, "primary")["file"]).read_text(encoding="utf-8")
    assert "河滩共享区" in page
    assert "2 : 1" in page


def test_an_area_without_a_school_has_its_name(tmp_path: Path) -> None:
    study = tiny_study(
        tmp_path,
        GRID,
        seats=SEATS,
        decisions=[["无学校区", "小学", "小区02、小区20", "", "", "", "寄宿区"]],
    )
    picture, content, told = drawn(study)
    assert picture.count("open-b02") == 2
    assert content.plan.zone_by_id["open-b02"].name == "寄宿区"
    assert told["unassigned"] == []
    value = content.metrics.set_index(["metric", "scope"])["value"]
    assert value["no_school_area", "plan"] == 4


def test_a_school_with_two_campuses_is_one_zone_around_both(tmp_path: Path) -> None:
    study = tiny_study(tmp_path, "A . B . .", seats={"A": 8, "B": 2}, gates=[("A", "东校区", 0, 4)])
    picture, _, told = drawn(study)
    assert picture == "A A B A A"
    assert told["stray"] == []


def test_settings_of_limits_and_prices_reach_the_plan(tmp_path: Path) -> None:
    study = tiny_study(
        tmp_path,
        GRID,
        seats=SEATS,
        settings='[draw]\nrounds = 2\nadmin_lines = "hard"\noverload = "priced"\n'
        "[draw.weights]\nboundary_min_per_km = 10.0\n",
    )
    picture, content, told = drawn(study)
    assert picture.splitlines()[0] == "A A A"
    assert picture.splitlines()[2] == "B B B"
    assert {note["code"] for note in told["notes"]} == {"NO_SCHOOL_IN_TOWN"}
    assert {"boundary", "overload"} <= {term["name"] for term in told["terms"]}
    assert "term_boundary" in content.facts
    total = content.facts["objective"]
    assert float(total) > 0


PAIR = "A a . . b B"
PAIR_SEATS = {"A": 4, "B": 8, "a": 99, "b": 99}
FEEDER = '[draw]\nrounds = 2\nfeeder = "{source}"\n'


def test_junior_middle_zones_are_unions_of_the_primary_plans_zones(tmp_path: Path) -> None:
    study = tiny_study(tmp_path, PAIR, seats=PAIR_SEATS)
    assert drawn(study, "junior_middle")[0] == "a a a b b b"
    settings = study / "study.toml"
    settings.write_text(settings.read_text().replace("rounds = 2", 'rounds = 2\nfeeder = "plan"'))
    picture, content, _ = drawn(study, "junior_middle")
    assert drawn(study, "primary")[0] == "A A B B B B"
    assert picture == "a a b b b b"
    assert {zone.zone_type.value for zone in content.plan.zones} == {"feeder"}
    upstream = dict(content.plan.source.settings)["upstream"]
    assert upstream.strip('"').startswith("primary-2027-")


def test_a_declared_feeder_ties_a_whole_primary_zone_of_today(tmp_path: Path) -> None:
    study = tiny_study(
        tmp_path,
        "A a . C . b B",
        seats={"A": 99, "B": 99, "C": 99, "a": 99, "b": 99},
        today="A A C C C B B",
        settings=FEEDER.format(source="today"),
        decisions=[["对口直升", "", "", "C校", "a校"]],
    )
    assert drawn(study, "junior_middle")[0] == "a a a a a b b"
    book = tiny_study(
        tmp_path / "x", "A a", seats={"A": 9, "a": 9}, decisions=[["对口直升", "", "", "C", "b"]]
    )
    changed = (book / "inputs" / "decisions.xlsx").read_bytes()
    (study / "inputs" / "decisions.xlsx").write_bytes(changed)
    assert drawn(study, "junior_middle")[0] == "a a b b b b b"


def test_feeders_that_are_off_or_have_no_primary_zones_are_refused(tmp_path: Path) -> None:
    rows = [["对口直升", "", "", "A校", "a校"]]
    study = tiny_study(tmp_path / "off", PAIR, seats=PAIR_SEATS, decisions=rows)
    refused = run("draw", study, "--stage", "junior_middle", code=3)
    assert [item["code"] for item in refused["findings"]] == ["partition.FEEDER_OFF"]
    study = tiny_study(
        tmp_path / "today", PAIR, seats=PAIR_SEATS, settings=FEEDER.format(source="today")
    )
    assert run("draw", study, "--stage", "junior_middle", code=3)["error"]["code"].endswith(
        "FEEDER_NO_TODAY"
    )


def test_found_groups_join_strong_and_weak_neighbours(tmp_path: Path) -> None:
    study = tiny_study(
        tmp_path,
        "A . B . C . D",
        seats=dict.fromkeys("ABCD", 9),
        resource={"A": 9, "B": 1, "C": 9, "D": 1},
        settings="[draw]\nrounds = 2\n[draw.groups]\nsize = 2\n",
    )
    picture, content, told = drawn(study)
    assert {zone.zone_id for zone in content.plan.zones} == {"A+B", "C+D"}
    assert picture.startswith("A+B A+B A+B")
    assert [note["code"] for note in told["notes"]] == ["FOUND_GROUP", "FOUND_GROUP"]


def test_schools_too_far_apart_are_in_no_found_group(tmp_path: Path) -> None:
    study = tiny_study(
        tmp_path,
        "A B . . . . C D",
        seats=dict.fromkeys("ABCD", 9),
        resource={"A": 9, "B": 9, "C": 1, "D": 1},
        settings="[draw]\nrounds = 2\n[draw.groups]\nsize = 2\nfarthest_min = 1e6\n",
    )
    near = {zone.zone_id for zone in drawn(study)[1].plan.zones}
    text = (study / "study.toml").read_text(encoding="utf-8")
    text = text.replace("farthest_min = 1e6", "farthest_min = 0.1")
    (study / "study.toml").write_text(text, encoding="utf-8")
    apart = {zone.zone_id for zone in drawn(study)[1].plan.zones}
    assert apart == {"A", "B", "C", "D"} != near


def test_a_declared_group_and_a_shared_area_go_before_found_groups(tmp_path: Path) -> None:
    study = tiny_study(
        tmp_path,
        "A . B . C . D",
        seats=dict.fromkeys("ABCD", 9),
        settings="[draw]\nrounds = 2\n[draw.groups]\nsize = 2\n",
        decisions=[["多校划片", "", "", "B、C"], ["共享区", "", "小区01", "A、D"]],
    )
    zones = {zone.zone_id for zone in drawn(study)[1].plan.zones}
    assert zones == {"A", "B+C", "D", "shared-b01"}
