from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest
from gridworld import drawn_plan

from zoning.errors import InputError
from zoning.plan.model import Flip, Plan, Zone, ZoneType, provenance, school_zones

PICTURE = """
A A B
A B B
A A B
"""


def test_an_edit_makes_a_child_and_leaves_the_parent() -> None:
    plan = drawn_plan(PICTURE)
    child = plan.flip({"b11": "A", "b00": "A"})
    assert plan.zone_of("b11").zone_id == "B"
    assert child.zone_of("b11").zone_id == "A"
    assert child.parent == plan.plan_id
    assert child.flips == (Flip("b11", "B", "A"),)
    with pytest.raises(FrozenInstanceError):
        plan.stage = "junior_middle"  # type: ignore[misc]


def test_an_edit_and_its_undoing_lead_to_the_same_plan() -> None:
    plan = drawn_plan(PICTURE)
    child = plan.flip({"b11": "A"})
    assert child.plan_id != plan.plan_id
    assert child.flip({"b11": "B"}).plan_id == plan.plan_id


def test_unknown_blocks_and_zones_are_named() -> None:
    plan = drawn_plan(PICTURE)
    with pytest.raises(InputError) as caught:
        plan.flip({"b99": "A", "b98": "A"})
    assert (caught.value.key, caught.value.params) == ("plan.UNKNOWN_BLOCK", {"blocks": "b98, b99"})
    with pytest.raises(InputError) as caught:
        plan.flip({"b11": "X"})
    assert (caught.value.key, caught.value.params) == ("plan.UNKNOWN_ZONE", {"zones": "X"})


def test_every_block_has_exactly_one_known_zone() -> None:
    plan = drawn_plan(PICTURE)
    with pytest.raises(AssertionError):
        replace(plan, zone_ids=plan.zone_ids[:-1])
    with pytest.raises(AssertionError):
        replace(plan, zone_ids=("X", *plan.zone_ids[1:]))
    with pytest.raises(AssertionError):
        replace(plan, block_ids=plan.block_ids[::-1])


def made_from(**changes: object) -> Plan:
    parts: dict[str, object] = {
        "inputs": {"schools.xlsx": "aa", "addresses.csv": "bb"},
        "rule_set": "changji-2026",
        "settings": {"draw": {"rounds": 40, "weights": {"travel": 1.0}}},
        "seed": 1,
    }
    parts |= changes
    inputs = parts.pop("inputs")
    return replace(drawn_plan(PICTURE), source=provenance(inputs, **parts))  # type: ignore[arg-type]


def test_all_that_decides_a_plan_is_in_its_id() -> None:
    ids = [
        made_from(),
        made_from(seed=2),
        made_from(rule_set="other"),
        made_from(inputs={"schools.xlsx": "aa", "addresses.csv": "bc"}),
        made_from(settings={"draw": {"rounds": 40, "weights": {"travel": 2.0}}}),
        made_from().flip({"b11": "A"}),
        replace(made_from(), stage="junior_middle"),
        replace(made_from(), years=(2027, 2028)),
        replace(made_from(), zones=(*made_from().zones, Zone("C", "C", ZoneType.NO_SCHOOL))),
    ]
    assert len({plan.plan_id for plan in ids}) == len(ids)


def test_the_order_in_which_things_are_told_does_not_change_the_id() -> None:
    one = made_from()
    other = made_from(
        inputs={"addresses.csv": "bb", "schools.xlsx": "aa"},
        settings={"draw": {"weights": {"travel": 1.0}, "rounds": 40}},
    )
    assert one.plan_id == other.plan_id
    assert one.plan_id.startswith("primary-2027-")
    assert len(one.plan_id) == len("primary-2027-") + 12


def test_grouped_schools_share_a_zone() -> None:
    zones = school_zones({"A": "甲", "B": "乙", "C": "丙"}, groups=(("C", "A"),))
    assert zones == (
        Zone("A+C", "甲、丙", ZoneType.MULTI_SCHOOL, ("A", "C")),
        Zone("B", "乙", ZoneType.SINGLE_SCHOOL, ("B",)),
    )
