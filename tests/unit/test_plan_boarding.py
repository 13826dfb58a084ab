"""Boarding under a plan: for whom a boarding school is the answer, how far, and what changes.

A . . B .      blocks 100 m apart; A and B have places for boarders; the last blocks have no school
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from gridworld import world

from zoning.network.travel import UNREACHABLE
from zoning.plan.boarding import Boarding, block_road, boarders
from zoning.plan.boarding_change import boarding_change
from zoning.plan.measure import measure
from zoning.plan.model import Plan, Zone, ZoneType
from zoning.settings import Mode

if TYPE_CHECKING:
    from gridworld import World

    from zoning.plan.facts import Facts

BUILT = world(
    "A . . B . .", seats={"A": 9, "B": 9}, children="123456", cut_off=[("b05", "A"), ("b05", "B")]
)


def facts_of(built: World = BUILT, *, places: dict[str, int], shift_m: int = 0) -> Facts:
    """Facts whose boarding roads are those of the grid, `shift_m` longer to the first school."""
    facts = built.facts()
    columns = [facts.travel.school_ids.index(school) for school in sorted(places)]
    row = np.arange(len(facts.travel.block_ids))
    stands = dict(zip(facts.homes["school_id"], facts.homes["block_id"], strict=True))
    at = [facts.travel.block_ids.index(stands[school]) for school in sorted(places)]
    metres = 100 * np.abs(row[:, None] - np.array(at)[None, :]).astype(np.int32)
    metres[:, 0] += shift_m
    metres[facts.travel.time_ms[:, columns] == UNREACHABLE] = UNREACHABLE
    travel = replace(
        facts.travel, school_ids=tuple(sorted(places)), distance_m=metres,
        time_ms=facts.travel.time_ms[:, columns], within=facts.travel.within[:, columns],
        mode=Mode.BOARDING,
    )  # fmt: skip
    return replace(facts, boarding=Boarding(places=places, travel=travel, day_m=150.0))


def plan_of(picture: str, *, built: World = BUILT) -> Plan:
    """Plan of a picture in which `n` is an area that has no school by decision."""
    drawn = built.plan(picture.replace("n", "."))
    ids = tuple("open" if zone == "none" else zone for zone in drawn.zone_ids)
    zones = [zone for zone in drawn.zones if zone.zone_id != "none"]
    if "open" in ids:
        zones.append(Zone("open", "寄宿区", ZoneType.NO_SCHOOL))
    return replace(drawn, zone_ids=ids, zones=tuple(sorted(zones)))


def value(facts: Facts, plan: Plan, metric: str, scope: str = "plan") -> float:
    table = measure(plan, facts).metrics.set_index(["metric", "scope", "year"])["value"]
    return float(table[metric, scope, 2027])


def test_in_an_area_without_a_school_the_nearest_boarding_school_is_the_answer() -> None:
    facts, plan = facts_of(places={"A": 4, "B": 7}), plan_of("A A A B n n")
    found = boarders(plan, facts, facts.boarding)
    pairs = {
        facts.residences["block_id"].iloc[home]: (facts.boarding.school_ids[school], metres)
        for home, school, metres in zip(found.home, found.school, found.metres, strict=True)
    }
    assert pairs["b04"] == ("B", 100.0)
    assert pairs["b02"] == ("A", 200.0)
    assert np.isnan(pairs["b05"][1])


def test_metrics_tell_children_places_and_roads() -> None:
    facts, plan = facts_of(places={"B": 7}), plan_of("A A A B n n")
    assert value(facts, plan, "boarding_children") == 4 + 5 + 6
    assert value(facts, plan, "boarding_places") == 7
    assert value(facts, plan, "boarding_places", "school:B") == 7
    assert value(facts, plan, "boarding_mean_road") == pytest.approx((4 * 0 + 5 * 100) / 9)
    assert value(facts, plan, "boarding_longest_road") == 100
    assert value(facts, plan, "boarding_without_road") == 6
    # who has no road at all is beyond as well
    assert value(facts, plan, "boarding_beyond_day") == 6
    assert value(facts, plan, "boarding_beyond_day", "school:B") == 6


def test_beyond_the_distance_of_day_pupils_and_just_within_it() -> None:
    facts, plan = facts_of(places={"A": 4}), plan_of("A A A B B B")
    assert value(facts, plan, "boarding_children") == 1 + 2 + 3
    assert value(facts, plan, "boarding_beyond_day") == 3
    facts = replace(facts, boarding=replace(facts.boarding, day_m=200.0))
    assert value(facts, plan, "boarding_beyond_day") == 0


def test_in_a_zone_of_several_schools_the_chance_of_the_draw_counts() -> None:
    facts, plan = facts_of(places={"B": 7}), plan_of("A A A B n n")
    zones = (
        Zone("A", "AB", ZoneType.MULTI_SCHOOL, ("A", "B")),
        *(zone for zone in plan.zones if zone.zone_type is ZoneType.NO_SCHOOL),
    )
    ids = tuple("A" if zone == "B" else zone for zone in plan.zone_ids)
    both = replace(plan, zones=tuple(sorted(zones)), zone_ids=ids)
    assert value(facts, both, "boarding_children") == pytest.approx((1 + 2 + 3 + 4) / 2 + 5 + 6)


def test_blocks_carry_the_road_of_their_answer() -> None:
    facts, plan = facts_of(places={"B": 7}), plan_of("A A A B n n")
    blocks = measure(plan, facts).blocks.set_index("block_id")["boarding_m"]
    assert blocks[["b03", "b04"]].tolist() == [0, 100]
    # a school without places is no boarding school; no road leads from the last block
    assert blocks[["b00", "b02", "b05"]].isna().all()


def test_children_that_no_zone_has_are_not_those_of_an_area_without_a_school() -> None:
    facts = facts_of(places={"B": 7})
    found = boarders(BUILT.plan("A A A B . ."), facts, facts.boarding)
    assert facts.residences["block_id"].iloc[found.home].tolist() == ["b03"]


def test_without_boarding_places_nothing_is_said() -> None:
    measured = measure(plan_of("A A A B n n"), BUILT.facts())
    assert not measured.metrics["metric"].str.startswith("boarding").any()
    assert "boarding_m" not in measured.blocks
    assert block_road(plan_of("A A A B n n"), BUILT.facts()) is None


def test_what_a_change_of_roads_means() -> None:
    plan = plan_of("A A A B B B")
    before, after = facts_of(places={"A": 4}), facts_of(places={"A": 4}, shift_m=60)
    change = boarding_change(plan, before, after, year=2027)
    assert change is not None
    assert (change.children, change.longer, change.shorter) == (6, 6, 0)
    # 100 m become 160 m, and 150 m are the limit
    assert (change.newly_beyond, change.no_longer_beyond) == (2, 0)
    assert change.km_before == pytest.approx(0.2 + 0.6)
    assert change.km_after == pytest.approx(0.8 + 6 * 0.06)
    back = boarding_change(plan, after, before, year=2027)
    assert back is not None
    assert (back.shorter, back.no_longer_beyond) == (6, 2)


def test_a_road_that_is_lost_or_found_is_in_no_sum_of_kilometres() -> None:
    plan = plan_of("A A A B n n")
    before = facts_of(places={"B": 7})
    boarding = before.boarding
    assert boarding is not None
    metres = boarding.travel.distance_m.copy()
    metres[[4, 5]] = [[UNREACHABLE], [300]]
    after = replace(
        before,
        boarding=replace(boarding, travel=replace(boarding.travel, distance_m=metres)),
    )
    change = boarding_change(plan, before, after, year=2027)
    assert change is not None
    assert (change.newly_without, change.no_longer_without) == (5, 6)
    assert (change.longer, change.km_before, change.km_after) == (0, 0, 0)
