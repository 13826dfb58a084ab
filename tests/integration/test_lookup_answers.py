"""Every kind of answer, from a study on the disk: what it says, and that none is ever a guess."""

from __future__ import annotations

import datetime
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest
from lookup_town import ASKED, POLICY, REPORT
from tiny_study import run

from webmap.services.in_force import NewestPlans, PlanInForce
from webmap.services.lookup import Lookup
from zoning.errors import MissingStepError, SettingsError
from zoning.lookup.answers import Choose, Kind, NearBoundary, Outside, Place, served_of
from zoning.lookup.opening import open_kept, prepare
from zoning.progress import silent
from zoning.study import exclusive, open_study

if TYPE_CHECKING:
    from zoning.lookup.answers import Answer, Other, School, Served, Version

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def lookup(town: Path) -> Lookup:
    return Lookup(town, NewestPlans(town))


def ask(lookup: Lookup, text: str, *, stage: str = "primary") -> Answer:
    return lookup.ask(stage, lambda desk, about: desk.ask(text, about))


def choose(lookup: Lookup, address_id: str) -> Answer:
    return lookup.ask("primary", lambda desk, about: desk.choose(address_id, about))


def at(lookup: Lookup, *blocks: str) -> Answer:
    return lookup.ask("primary", lambda desk, about: desk.at_blocks(blocks, about))


def served(answer: Answer) -> Served:
    found = served_of(answer)
    assert found is not None
    return found


def ids(schools: tuple[School, ...]) -> list[str]:
    return [school.school_id for school in schools]


@pytest.mark.parametrize(("kind", "text"), ASKED.items())
def test_every_kind_of_answer(lookup: Lookup, kind: str, text: str) -> None:
    assert ask(lookup, text).kind == kind


def test_every_answer_carries_lines_plan_data_date_and_geocoder(lookup: Lookup) -> None:
    for text in ASKED.values():
        about = ask(lookup, text).about
        assert (about.policy_hotline, about.report_hotline) == (POLICY, REPORT)
        assert about.version is not None
        assert about.version.plan_id.startswith("primary-2027-")
        assert (about.version.school_year, about.version.draft) == (2027, True)
        assert len(about.geocoder) > 20


def test_one_school_with_the_way_the_others_the_seats_and_today(lookup: Lookup) -> None:
    found = served(ask(lookup, "月亮湾"))
    assert (ids(found.schools), found.listed, found.mode) == (["A"], True, "walk")
    (way,) = found.ways
    assert way is not None
    # one block of 200 m at 0.9 m/s
    assert way.low == way.high == pytest.approx(200 / 0.9 / 60, rel=0.01)
    assert [(item.school.school_id, item.seats, item.full) for item in found.seats] == [
        ("A", 9, False)
    ]
    assert ids(found.today) == ["A"]
    nearest: Other = found.others[0]
    assert ids(nearest.schools) == ["B"]
    assert [why.kind for why in nearest.why] == ["locked"]


def test_these_schools_have_a_way_each(lookup: Lookup) -> None:
    found = served(ask(lookup, "东方名城"))
    assert ids(found.schools) == ["C", "D"]
    near, far = found.ways
    assert near is not None
    assert far is not None
    assert (near.low, far.low) == (0.0, pytest.approx(400 / 0.9 / 60, rel=0.01))


def test_a_compound_at_the_boundary_is_decided_by_the_list_its_building_is_not(
    lookup: Lookup,
) -> None:
    listed = ask(lookup, "边界花园")
    assert isinstance(listed, NearBoundary)
    assert ids(served(listed).schools) == ["A"]
    assert ids(served(listed).neighbours) == ["B"]
    # B is nearer to this address, although A is nearer to the block as a whole
    assert [ids(other.schools) for other in served(listed).others if other.nearer] == [["B"]]
    building = ask(lookup, "边界花园3幢")
    assert isinstance(building, NearBoundary)
    assert building.served is None
    assert ids(building.schools) == ["A", "B"]


def test_choosing_leads_to_the_zone_of_the_address_that_was_chosen(lookup: Lookup) -> None:
    offered = ask(lookup, "清泉山庄")
    assert isinstance(offered, Choose)
    schools = [ids(served(choose(lookup, place.address_id)).schools) for place in offered.places]
    assert schools == [["A"], ["E"]]
    assert [place.text for place in offered.places] == [
        "清泉山庄（城关镇文三社区文三路6号）",
        "清泉山庄（城关镇文三社区文三路86号）",
    ]


def test_what_was_never_offered_is_not_found(lookup: Lookup) -> None:
    assert choose(lookup, "nothing").kind is Kind.NOT_FOUND


def test_what_was_chosen_as_a_whole_is_answered_as_a_whole(lookup: Lookup) -> None:
    whole, entry = choose(lookup, "D01*"), choose(lookup, "D01")
    assert whole == entry
    assert served(whole).listed


def test_another_county_is_named(lookup: Lookup) -> None:
    outside = ask(lookup, ASKED["outside"])
    assert isinstance(outside, Outside)
    assert outside.county == "海淀区"


def test_a_place_on_the_map_is_its_block_unless_another_zone_is_as_near(lookup: Lookup) -> None:
    inside = at(lookup, "b00")
    assert inside.kind is Kind.ONE_SCHOOL
    assert served(inside).place == Place("", "b00", "b00")
    assert not served(inside).listed
    assert at(lookup, "b00", "b01").kind is Kind.ONE_SCHOOL
    between = at(lookup, "b01", "b02")
    assert isinstance(between, NearBoundary)
    assert between.served is None
    assert ids(between.schools) == ["A", "B"]
    assert at(lookup, "b00", "unknown").kind is Kind.NEAR_BOUNDARY
    assert at(lookup, "unknown").kind is Kind.OUTSIDE


def test_a_stage_without_a_plan_says_so(lookup: Lookup) -> None:
    answer = ask(lookup, "阳光花园", stage="junior_middle")
    assert (answer.kind, answer.about.version) == (Kind.NO_PLAN, None)


class _Two:
    """The newest plan is the next one; on some days another is in force, or none."""

    def __init__(self, plan: PlanInForce, *, now: bool) -> None:
        first = datetime.date(2027, 9, 1)
        version = replace(plan.version, effective_from=first, draft=False)
        self._now = plan if now else None
        self._next = PlanInForce(version, plan.file)

    def plan_on(self, stage: str, date: datetime.date) -> PlanInForce | None:
        return self._now

    def next_after(self, stage: str, date: datetime.date) -> PlanInForce | None:
        return self._next

    def by_id(self, version_id: str) -> PlanInForce | None:
        return None

    def every(self, stage: str) -> tuple[Version, ...]:
        return ()


@pytest.mark.parametrize("now", [True, False])
def test_the_next_version_is_told_beside_the_one_in_force(town: Path, now: bool) -> None:
    plan = NewestPlans(town).plan_on("primary", datetime.date(2026, 11, 22))
    assert plan is not None
    answer = ask(Lookup(town, _Two(plan, now=now)), "月亮湾")
    assert answer.kind is (Kind.ONE_SCHOOL if now else Kind.NO_PLAN)
    coming = answer.about.coming
    assert coming is not None
    assert coming.version.effective_from == datetime.date(2027, 9, 1)
    assert (coming.kind, ids(coming.schools)) == (Kind.ONE_SCHOOL, ["A"])


def test_the_day_is_that_of_the_bureau(town: Path) -> None:
    late = datetime.datetime(2026, 8, 31, 17, 0, tzinfo=datetime.UTC)
    assert Lookup(town, NewestPlans(town), clock=lambda: late).today() == datetime.date(2026, 9, 1)


def test_names_are_suggested_as_they_are_written_and_as_they_sound(lookup: Lookup) -> None:
    assert lookup.suggest("文三") == ("文三路", "文三社区")
    assert lookup.suggest("qingq") == ("清泉山庄",)
    assert lookup.suggest("dfmc") == ("东方名城",)
    assert lookup.suggest("花园") == ("边界花园", "阳光花园")
    assert lookup.suggest("  ") == ()


def test_a_study_that_is_not_ready_says_what_is_missing(town: Path, tmp_path: Path) -> None:
    (tmp_path / "study.toml").write_text((town / "study.toml").read_text("utf-8"), "utf-8")
    with pytest.raises(MissingStepError) as error:
        open_kept(open_study(tmp_path))
    assert error.value.params["steps"] == "intake, basemap, roads, blocks, travel, geocode"


def with_settings(town: Path, folder: Path, old: str, new: str) -> Path:
    """Copy the study with another setting."""
    study = copytree(town, folder / "town")
    words = (study / "study.toml").read_text("utf-8")
    assert old in words
    (study / "study.toml").write_text(words.replace(old, new), "utf-8")
    return study


def test_a_full_school_that_does_not_exist_is_a_slip_of_the_officer(
    town: Path, tmp_path: Path
) -> None:
    study = with_settings(town, tmp_path, 'full_schools = ["B"]', 'full_schools = ["B", "P9"]')
    with pytest.raises(SettingsError) as error:
        open_kept(open_study(study))
    assert error.value.params["schools"] == "P9"


def test_how_near_a_boundary_is_near_is_a_setting(town: Path, tmp_path: Path) -> None:
    study = with_settings(town, tmp_path, "boundary_m = 20", "boundary_m = 5")
    assert ask(Lookup(study, NewestPlans(study)), "边界花园").kind is Kind.ONE_SCHOOL


def test_one_full_school_of_a_shared_zone_exhausts_no_seats(town: Path, tmp_path: Path) -> None:
    study = with_settings(town, tmp_path, 'full_schools = ["B"]', 'full_schools = ["C"]')
    answer = ask(Lookup(study, NewestPlans(study)), "东方名城")
    assert answer.kind is Kind.THESE_SCHOOLS
    assert [item.full for item in served(answer).seats] == [True, False]


def test_what_the_page_says_changes_no_plan(town: Path, tmp_path: Path) -> None:
    study = with_settings(town, tmp_path, "boundary_m = 20", "boundary_m = 5")
    before = sorted(file.name for file in (town / "plans").iterdir())
    run("draw", study, "--stage", "primary")
    assert sorted(file.name for file in (study / "plans").iterdir()) == before


def test_readers_who_ask_at_once_get_the_answers_of_those_who_ask_alone(lookup: Lookup) -> None:
    questions = [*ASKED.values(), "文三路24号", "边界花园3幢"] * 12
    alone = {text: ask(lookup, text) for text in questions}
    with ThreadPoolExecutor(max_workers=8) as pool:
        together = list(pool.map(lambda text: ask(lookup, text), questions))
    assert together == [alone[text] for text in questions]


def test_a_plan_that_is_drawn_anew_is_asked_at_once_unless_all_was_computed_anew(
    town: Path, tmp_path: Path
) -> None:
    study = Path(copytree(town, tmp_path / "town"))
    lookup = Lookup(study, NewestPlans(study))
    first = ask(lookup, "绿洲家园").about.version
    words = (study / "study.toml").read_text("utf-8")
    (study / "study.toml").write_text(words.replace("rounds = 2", "rounds = 3"), "utf-8")
    run("draw", study, "--stage", "primary")
    second = ask(lookup, "绿洲家园").about.version
    assert first is not None
    assert second is not None
    assert second.plan_id != first.plan_id
    # other addresses: what was read at the start does not go with the plan that is newest now
    addresses = study / "inputs" / "addresses.csv"
    addresses.write_text(addresses.read_text("utf-8-sig").replace("月亮湾", "太阳湾"), "utf-8-sig")
    decisions = study / "inputs" / "decisions.xlsx"
    decisions.unlink()
    settings = (study / "study.toml").read_text("utf-8").splitlines()
    kept = [line for line in settings if not line.startswith("decisions")]
    (study / "study.toml").write_text("\n".join(kept), "utf-8")
    run("draw", study, "--stage", "primary")
    with pytest.raises(MissingStepError) as error:
        ask(lookup, "绿洲家园")
    assert error.value.key == "lookup.RUN_AGAIN"
    with exclusive(study) as opened:
        prepare(opened, silent)
    assert ask(Lookup(study, NewestPlans(study)), "太阳湾").kind is Kind.ONE_SCHOOL


def test_boarding_schools_are_told_where_one_is_the_answer(lookup: Lookup) -> None:
    apart = served(ask(lookup, "牧场新村"))
    wanted = [("E", 40, 200.0), ("A", 20, 1800.0)]
    found = [(one.school.school_id, one.places, one.metres) for one in apart.boarding]
    assert found == wanted
    assert apart.day_m == 1620
    on_the_map = served(at(lookup, "b09")).boarding
    assert [(one.school.school_id, one.metres) for one in on_the_map] == [("E", 200), ("A", 1800)]
    assert [one.school.school_id for one in served(ask(lookup, "阳光花园")).boarding] == ["A"]
    # C and D have no places for boarders
    assert served(ask(lookup, "东方名城")).boarding == ()
