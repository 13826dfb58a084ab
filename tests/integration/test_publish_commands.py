"""`zoning publish` and `zoning versions` as an officer calls them, on both databases."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from bureau import write_csv
from case_story import CaseBureau
from click.testing import CliRunner
from published import NOW, Publisher, moved, nothing
from tiny_study import SIZE_M

from webmap.config import DATABASE_URL
from webmap.services.accounts import Accounts
from webmap.services.publishing import Order, prepare
from zoning.cli import main
from zoning.errors import SettingsError, StorageError
from zoning.messages import explain, languages, text
from zoning.notice import Role, State
from zoning.notice.verify import verify
from zoning.study import open_study

if TYPE_CHECKING:
    from click.testing import Result

pytestmark = pytest.mark.integration

TwoPlans = tuple[Path, str, str, str]
TODAY = datetime.now(ZoneInfo("Asia/Shanghai")).date()
BEGINS = TODAY + timedelta(days=30)
PASSWORD = "one long enough password"
DECIDED = ("--decision", "〔2027〕12号", "--decision-date", "2026-01-05")
AT = ("--school-year", "2027", "--effective-from", BEGINS.isoformat())


class Office:
    """Calls the commands on a study."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def call(self, command: str, *words: str, lang: str = "en") -> Result:
        said = ["--lang", lang, command, str(self.folder), *words]
        return CliRunner().invoke(main, said, catch_exceptions=False, input=PASSWORD)

    def by_case(self, plan: str) -> tuple[str, ...]:
        """Run a case for a plan up to its filing, and return the words that name it."""
        now = datetime.now(UTC)
        officer = Publisher(self.folder, os.environ[DATABASE_URL])
        if Accounts(officer.database).find("publisher-1") is None:
            Accounts(officer.database).add("publisher-1", PASSWORD, roles={Role.PUBLISHER}, now=now)
        order = Order(plan, 2027, effective_from=BEGINS)
        kept = {"versions": officer.versions, "archive": officer.archive}
        draft = prepare(open_study(self.folder), order, **kept, now=now, progress=nothing)
        case_id = officer.decided(draft, now=now)
        officer.database.close()
        return ("--case", case_id, "--account", "publisher-1")

    def ask(self, command: str, *words: str, code: int = 0) -> dict[str, Any]:
        result = self.call(command, *words, "--json")
        assert result.exit_code == code, result.output
        answer: dict[str, Any] = json.loads(result.stdout)
        assert answer["ok"] == (code == 0)
        return answer

    def published(self) -> list[str]:
        (stage,) = self.ask("versions")["stages"]
        return [item["plan"] for item in stage["versions"]]

    def rewrite(self, change: dict[str, list[str] | None]) -> None:
        """Exchange rows of the table of addresses by their ids; None takes one out."""
        file = self.folder / "inputs" / "addresses.csv"
        with file.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream))
        kept = {row[0]: row for row in rows}
        kept |= {name: row or [] for name, row in change.items()}
        with file.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(row for row in kept.values() if row)

    def row(self, name: str) -> list[str]:
        with (self.folder / "inputs" / "addresses.csv").open(encoding="utf-8-sig") as stream:
            return next(row for row in csv.reader(stream) if row[0] == name)


@pytest.fixture
def office(
    two_plans: TwoPlans, tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Office:
    monkeypatch.setenv(DATABASE_URL, database_url)
    return Office(shutil.copytree(two_plans[0], tmp_path / "方格县"))


def test_a_dry_run_writes_nothing(office: Office, two_plans: TwoPlans) -> None:
    answer = office.ask("publish", two_plans[1], *AT)
    assert (answer["committed"], answer["version"], answer["before"]) == (False, None, "today")
    assert answer["counts"]["addresses"] == 9
    assert not (office.folder / "published").exists()
    assert office.published() == []
    assert "Nothing was written" in office.call("publish", two_plans[1], *AT).output


def test_a_version_holds_from_its_day_and_the_next_is_announced(
    office: Office, two_plans: TwoPlans
) -> None:
    _, plan, other, _ = two_plans
    done = office.ask("publish", plan, *AT, *DECIDED, "--commit")["version"]
    assert (done["id"], done["supersedes"], done["plan"]) == ("primary-1", None, plan)
    later = BEGINS + timedelta(days=365)
    office.ask("publish", other, *AT[:2], "--effective-from", later.isoformat(),
               *office.by_case(other), "--commit")  # fmt: skip
    for day, now, coming in (
        (BEGINS - timedelta(days=1), None, "primary-1"),
        (BEGINS, "primary-1", "primary-2"),
        (later, "primary-2", None),
    ):
        (stage,) = office.ask("versions", "--on", day.isoformat())["stages"]
        assert (stage["in_force"], stage["next"]) == (now, coming)
    assert office.ask("versions", "--id", "primary-2")["version"]["plan"] == other
    assert office.ask("versions", "--id", "primary-9", code=4)["error"]["code"] == (
        "publish.NO_VERSION"
    )
    for lang, said in (("en", f"from {later}"), ("zh-CN", f"自 {later} 起施行")):
        listed = office.call("versions", "--on", BEGINS.isoformat(), lang=lang).output
        assert said in listed
        assert "〔2027〕12号" in listed
    one = office.call("versions", "--id", "primary-1", lang="zh-CN").output
    assert f"方案: {plan}" in one


def test_what_changes_is_told_address_by_address(office: Office, two_plans: TwoPlans) -> None:
    _, plan, other, block = two_plans
    office.ask("publish", plan, *AT, *DECIDED, "--commit")
    out = office.folder / "changes.xlsx"
    answer = office.ask("publish", other, *AT, "--out", str(out))
    assert answer["before"] == "primary-1"
    assert answer["displaced"] == ["primary-1"]
    (change,) = answer["changed"]
    assert change["address_id"] == f"D{block[1:]}"
    sides = [change[side]["schools"] for side in ("before", "after")]
    assert sorted(sides) == [["A"], ["B"]]
    assert answer["changed_by_data"] == []
    book = openpyxl.load_workbook(out)
    assert [len(list(sheet.rows)) - 1 for sheet in book][1:3] == [1, 0]
    for lang in languages():
        said = office.call("publish", other, *AT, lang=lang).output
        assert text("publish.COUNT_changed", lang) + ": 1" in said
        assert "A校" in said
        assert "B校" in said


def test_a_later_version_needs_a_decided_case_about_its_plan(
    office: Office, two_plans: TwoPlans, database_url: str
) -> None:
    _, plan, other, _ = two_plans
    office.ask("publish", plan, *AT, *DECIDED, "--commit")
    refused = office.ask("publish", other, *AT, *DECIDED, "--commit", code=11)
    assert refused["error"]["code"] == "publish.CASE_NEEDED"
    case = office.by_case(other)
    for words, key, code in (
        (("--case", "2020-001", *case[2:]), "bureau.NO_CASE", 4),
        ((*case[:2], "--account", "nobody"), "bureau.LOGIN_wrong", 2),
        ((*case[:2],), "usage.OTHER", 2),
    ):
        answer = office.ask("publish", other, *AT, *words, "--commit", code=code)
        assert answer["error"]["code"] == key
    later = (BEGINS + timedelta(days=9)).isoformat()
    twisted = office.ask("publish", plan, *AT[:2], "--effective-from", later, *case, "--commit",
                         code=11)  # fmt: skip
    assert twisted["error"]["code"] == "publish.OTHER_PLAN"
    officer = Publisher(office.folder, database_url)
    Accounts(officer.database).add(
        "moderator-1", PASSWORD, roles={Role.MODERATOR}, now=datetime.now(UTC)
    )
    wrong = office.call("publish", other, *AT, *case[:3], "moderator-1", "--commit")
    assert wrong.exit_code == 11
    assert text("notice.ROLE_publisher", "en") in wrong.output
    assert office.published() == [plan]
    done = office.ask("publish", other, *AT, *case, "--commit")["version"]
    assert (done["id"], done["plan"]) == ("primary-2", other)
    assert case[1] in done["decision"]
    kept = officer.cases.load(case[1])
    assert kept.state == State.SCHEDULED
    assert kept.concluded.scheduled is not None
    assert kept.concluded.scheduled.version_id == "primary-2"
    again = office.ask("publish", other, *AT[:2], "--effective-from", later, *case, "--commit",
                       code=11)  # fmt: skip
    assert again["error"]["code"] == "bureau.REFUSED"
    officer.database.close()


def test_a_case_that_is_not_decided_publishes_nothing(
    office: Office, two_plans: TwoPlans, database_url: str
) -> None:
    officer = Publisher(office.folder, database_url)
    office.ask("publish", two_plans[1], *AT, *DECIDED, "--commit")
    bureau = CaseBureau(officer.cases)
    bureau.opened()
    now = datetime.now(UTC)
    Accounts(officer.database).add("publisher-1", PASSWORD, roles={Role.PUBLISHER}, now=now)
    words = ("--case", bureau.case_id, "--account", "publisher-1", "--commit")
    answer = office.ask("publish", two_plans[2], *AT, *words, code=11)
    assert answer["error"]["code"] == "publish.CASE_NOT_DECIDED"
    officer.database.close()


def test_the_same_again_is_no_new_version(office: Office, two_plans: TwoPlans) -> None:
    office.ask("publish", two_plans[1], *AT, *DECIDED, "--commit")
    again = office.ask("publish", two_plans[1], *AT, *DECIDED, "--commit", code=12)
    assert again["error"]["code"] == "publish.ALREADY"
    assert office.published() == [two_plans[1]]


def test_a_moved_a_new_and_a_missing_address_wait_for_a_yes(
    office: Office, two_plans: TwoPlans
) -> None:
    _, plan, other, _ = two_plans
    office.ask("publish", plan, *AT, *DECIDED, "--commit")
    corner = office.row("D00")
    far = [*corner[:-2], *office.row("D22")[-2:]]
    beside = ["D99", "小区99", *corner[2:-2], str(float(corner[-2]) + SIZE_M / 4), corner[-1]]
    # its children are counted still: they live somewhere
    office.rewrite({"D00": far, "D99": beside})
    dry = office.ask("publish", other, *AT)
    told = {item["address_id"]: (item["before"], item["after"]) for item in dry["changed_by_data"]}
    assert sorted(told) == ["D00", "D99"]
    assert (told["D00"][0]["schools"], told["D00"][1]["schools"]) == (["A"], ["B"])
    assert told["D99"] == (None, {"outcome": "one_school", "schools": ["A"]})
    # what only the plan changes is not among them
    assert dry["counts"]["changed"] == 1
    case = office.by_case(other)
    for words in ((), ("--accept-changes", "0" * 64)):
        refused = office.ask("publish", other, *AT, *case, "--commit", *words, code=11)
        assert refused["error"]["code"] == "publish.NOT_ACCEPTED"
    assert office.published() == [plan]
    said = office.call("publish", other, *AT).output
    assert f"--accept-changes {dry['to_accept']}" in said
    assert "D99" in said
    yes = ("--accept-changes", dry["to_accept"])
    office.ask("publish", other, *AT, *case, "--commit", *yes)
    assert office.published() == [plan, other]
    # and from now on this is what is known
    assert office.ask("publish", plan, *AT)["changed_by_data"] == []


def test_another_geocoder_waits_for_a_yes_too(
    office: Office, two_plans: TwoPlans, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, plan, other, _ = two_plans
    office.ask("publish", plan, *AT, *DECIDED, "--commit")
    from zoning.geocode.answer import Answer, MatchCode
    from zoning.study.places import Found, Places

    as_before = Places.find_rows

    def forgetful(self: Places, rows: Any, **read: Any) -> list[Found]:
        found = as_before(self, rows, **read)
        lost = Answer(MatchCode.REFUSED, None, None, None, probability=0.0, radius_m=None,
                      accepted=False, reasons=())  # fmt: skip
        return [Found(lost), *found[1:]]

    case = office.by_case(other)
    monkeypatch.setattr(Places, "find_rows", forgetful)
    answer = office.ask("publish", other, *AT, *case, "--commit", code=11)
    assert answer["error"]["code"] == "publish.NOT_ACCEPTED"
    dry = office.ask("publish", other, *AT)
    (lost,) = dry["changed_by_data"]
    assert lost["after"] == {"outcome": "not_found", "schools": []}
    assert [item["address_id"] for item in dry["nobody"]] == [lost["address_id"]]


def test_the_same_words_for_two_places_are_told(office: Office, two_plans: TwoPlans) -> None:
    rows = {name: office.row(name) for name in ("D00", "D22")}
    words = ["阳光花园", "红星镇", "胜利社区"]
    office.rewrite({name: [name, *words, *row[len(words) + 1 :]] for name, row in rows.items()})
    answer = office.ask("publish", two_plans[1], *AT)
    several = {item["address_id"]: item["schools"] for item in answer["several"]}
    assert several == {"D00": ["A", "B"], "D22": ["A", "B"]}
    assert "several places may be meant" in office.call("publish", two_plans[1], *AT).output


def test_list_and_zone_texts_are_compared_with_the_polygons(
    office: Office, two_plans: TwoPlans
) -> None:
    _, plan, _, _ = two_plans
    lines = (office.folder / "inputs" / "addresses.csv").read_text("utf-8-sig").splitlines()[1:]
    addresses = [line.split(",")[0] for line in lines]
    # A校 to all but one, which is missing; and one that nobody knows
    rows = [[name, "A校"] for name in addresses[:-1]] + [["D77", "A校"]]
    listed, texts = office.folder / "list.csv", office.folder / "texts.csv"
    write_csv(listed, [["地址编号", "学校"], *rows])
    write_csv(texts, [["学校", "学区范围"], ["A校", "小区00；小区22；12-1-?号"], ["B", "小区01"]])
    given = ("--list", str(listed), "--texts", str(texts))
    answer = office.ask("publish", plan, *AT, *given)
    drawn = {item["address_id"]: item["drawn"] for item in answer["differences"]}
    of_list = {item["address_id"]: item["said"] for item in answer["differences"]
               if item["source"] == "list"}  # fmt: skip
    assert of_list == {**{name: ["A"] for name in of_list if name != "D22"}, "D22": []}
    assert {drawn[name][0] for name in of_list} == {"B"}
    of_text = {item["address_id"]: item["said"] for item in answer["differences"]
               if item["source"] == "text"}  # fmt: skip
    assert of_text == {"D22": ["A"], "D01": ["B"]}
    codes = [(item["code"], item["row"]) for item in answer["findings"]]
    assert ("publish.SOURCE_ADDRESS", len(rows) + 1) in codes
    assert ("publish.TEXT_UNREAD", 2) in codes
    assert answer["counts"]["differences"] == len(drawn)
    said = office.call("publish", plan, *AT, *given, lang="zh-CN").output
    assert "教育局名单" in said
    assert "D77" in said


def test_all_faults_of_list_and_texts_are_told_at_once(office: Office, two_plans: TwoPlans) -> None:
    listed, texts = office.folder / "list.csv", office.folder / "texts.csv"
    write_csv(listed, [["地址编号", "学校", "学段"], ["D00", "C校", "小学"], ["", "A校", ""],
                       ["D01", "Z校", "初中"], ["D02", "A校", "大班"]])  # fmt: skip
    write_csv(texts, [["学校", "备注"], ["A校", "无"]])
    given = ("--list", str(listed), "--texts", str(texts))
    answer = office.ask("publish", two_plans[1], *AT, *given, code=3)
    found = [(item["code"], item["file"], item["row"]) for item in answer["findings"]]
    assert set(found) >= {
        ("publish.SOURCE_SCHOOL", "list.csv", 2),
        ("publish.SOURCE_EMPTY", "list.csv", 3),
        ("intake.STAGE_UNKNOWN", "list.csv", 5),
        ("intake.MISSING_COLUMN", "texts.csv", None),
    }
    # the row of another stage is no fault
    assert ("publish.SOURCE_SCHOOL", "list.csv", 4) not in found


@pytest.mark.parametrize(
    ("words", "key"),
    [
        (("--school-year", "2031"), "publish.OTHER_YEAR"),
        ((*AT, "--decision", "x", "--decision-date", "2099-01-01"), "publish.DECISION_AHEAD"),
        ((*AT, "--commit"), "usage.OTHER"),
        ((*AT, "--commit", "--decision", "x"), "usage.OTHER"),
        (("--school-year", "2027", "--effective-from", "1 September"), "usage.BAD_VALUE"),
        ((), "usage.MISSING_OPTION"),
    ],
)
def test_wrong_use_is_refused(
    office: Office, two_plans: TwoPlans, words: tuple[str, ...], key: str
) -> None:
    assert office.ask("publish", two_plans[1], *words, code=2)["error"]["code"] == key
    assert office.published() == []


def test_only_the_first_version_may_begin_in_the_past(office: Office, two_plans: TwoPlans) -> None:
    _, plan, other, _ = two_plans
    past = ("--school-year", "2027", "--effective-from", "2020-09-01")
    office.ask("publish", plan, *past, *DECIDED, "--commit")
    late = office.ask("publish", other, *past, *DECIDED, "--commit", code=2)
    assert late["error"]["code"] == "publish.PAST"
    today = ("--school-year", "2027", "--effective-from", TODAY.isoformat())
    assert office.ask("publish", other, *today)["before"] == "primary-1"


def test_an_unknown_plan_is_told(office: Office) -> None:
    assert office.ask("publish", "nothing", *AT, code=4)["error"]["code"] == "study.NO_PLAN"


def test_a_plan_file_that_was_changed_is_refused(office: Office, two_plans: TwoPlans) -> None:
    file = office.folder / "plans" / f"{two_plans[1]}.gpkg"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE metrics SET value = value + 1")
    answer = office.ask("publish", two_plans[1], *AT, *DECIDED, "--commit", code=5)
    assert answer["error"]["code"] == "plan.ALTERED"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DELETE FROM digests")
    answer = office.ask("publish", two_plans[1], *AT, *DECIDED, "--commit", code=5)
    assert answer["error"]["code"] == "publish.NOT_SEALED"
    assert office.published() == []


def test_a_version_changed_behind_the_triggers_is_told(
    office: Office, two_plans: TwoPlans, database_url: str
) -> None:
    office.ask("publish", two_plans[1], *AT, *DECIDED, "--commit")
    officer = Publisher(office.folder, database_url)
    from sqlalchemy import text as sql

    with officer.database.writing() as session:
        if officer.database.file is None:
            session.execute(sql("ALTER TABLE versions DISABLE TRIGGER ALL"))
        else:
            session.execute(sql("DROP TRIGGER versions_no_update"))
        session.execute(sql("UPDATE versions SET decision = 'another'"))
    officer.database.close()
    answer = office.ask("versions", code=10)
    assert answer["error"]["code"] == "publish.DAMAGED"
    assert "changed after they were published" in office.call("versions").output


def test_the_log_of_versions_is_one_that_the_verifier_knows(
    publisher: Publisher, two_plans: TwoPlans
) -> None:
    publisher.commit(publisher.draft(two_plans[1]))
    publisher.commit(publisher.draft(two_plans[2]), now=NOW + timedelta(minutes=1))
    verdict = verify(publisher.versions.log("primary"))
    assert (verdict.events, verdict.fault) == (2, None)


def test_a_clock_set_back_publishes_nothing(publisher: Publisher, two_plans: TwoPlans) -> None:
    old = publisher.commit(publisher.draft(two_plans[1]))
    with pytest.raises(StorageError) as caught:
        publisher.draft(two_plans[2], now=NOW - timedelta(days=1))
    assert caught.value.key == "publish.CLOCK"
    for language in languages():
        assert "primary-1" in explain(caught.value, language)
    assert publisher.versions.every() == (old,)


def test_a_plan_of_other_blocks_is_compared_all_the_same(
    publisher: Publisher, two_plans: TwoPlans
) -> None:
    # a plan file holds its own blocks, so that an old version can be asked when the blocks differ
    old = publisher.commit(publisher.draft(two_plans[1]))
    (publisher.folder / "inputs" / "roads.gpkg").touch()
    shutil.rmtree(publisher.folder / "build" / "blocks")
    draft = publisher.draft(two_plans[2], now=NOW + timedelta(minutes=1))
    assert draft.review.before == old.version_id
    assert [len(draft.review.by_plan), len(draft.review.by_data)] == [1, 0]


def test_a_later_decision_takes_the_place_of_a_coming_version(
    publisher: Publisher, two_plans: TwoPlans
) -> None:
    _, plan, other, _ = two_plans
    publisher.commit(publisher.draft(plan, begins=date(2027, 9, 1)))
    publisher.commit(publisher.draft(other, begins=date(2028, 9, 1)))
    third = moved(publisher.folder / "plans" / f"{plan}.gpkg", {"b01": "B"}).stem
    draft = publisher.draft(third, begins=date(2027, 12, 1))
    assert draft.review.before == "primary-1"
    assert [item.version_id for item in draft.review.displaced] == ["primary-2"]
    publisher.commit(draft)
    assert publisher.versions.version_on("primary", date(2029, 1, 1)).plan_id == third  # type: ignore[union-attr]


def test_what_would_begin_before_all_others_is_compared_with_the_last(
    publisher: Publisher, two_plans: TwoPlans
) -> None:
    _, plan, other, _ = two_plans
    publisher.commit(publisher.draft(plan, begins=date(2028, 9, 1)))
    draft = publisher.draft(other, begins=date(2027, 9, 1))
    assert draft.review.before == "primary-1"
    assert [len(draft.review.by_plan), len(draft.review.displaced)] == [1, 1]


def test_without_a_decision_nothing_is_published(publisher: Publisher, two_plans: TwoPlans) -> None:
    from dataclasses import replace

    draft = publisher.draft(two_plans[1])
    with pytest.raises(SettingsError) as caught:
        publisher.commit(replace(draft, order=replace(draft.order, decision="")))
    assert caught.value.key == "publish.NO_DECISION"


def test_without_a_database_url_the_study_holds_the_database(
    two_plans: TwoPlans, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(DATABASE_URL, raising=False)
    office = Office(shutil.copytree(two_plans[0], tmp_path / "县"))
    office.ask("publish", two_plans[1], *AT, *DECIDED, "--commit")
    assert (office.folder / "zoning.sqlite").is_file()
    assert office.published() == [two_plans[1]]


def test_todays_zones_are_the_first_version_by_one_command(
    two_plans: TwoPlans, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = Office(shutil.copytree(two_plans[0], tmp_path / "方格县"))
    monkeypatch.setenv(DATABASE_URL, f"sqlite:///{tmp_path / 'one.sqlite'}")
    before = sorted(file.name for file in (office.folder / "plans").iterdir())
    answer = office.ask("publish", "today", *AT, *DECIDED, "--commit")
    assert answer["committed"]
    # nothing is what it would change: these are the zones of today
    assert answer["version"]["id"] == "primary-1"
    assert sorted(file.name for file in (office.folder / "plans").iterdir()) == before
    (stage,) = office.ask("versions")["stages"]
    assert [item["plan"] for item in stage["versions"]] == [answer["version"]["plan"]]
    wrong = office.call("publish", "today", "--stage", "junior_middle", *AT)
    assert wrong.exit_code == 2
    assert "primary" in wrong.output
