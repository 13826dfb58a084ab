"""A version is asked with what was kept with it, whatever becomes of the study and the program."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from bureau_online import ASKED, FIRST, SECOND, Bureau, post, schools
from click.testing import CliRunner
from published import NOW
from tiny_study import run

from webmap.config import DATABASE_URL
from webmap.errors import NotAcceptedError
from webmap.services.agreement import Differences
from webmap.services.published import KEPT_S
from webmap.services.yeses import Yeses
from zoning.cli import main
from zoning.errors import MissingStepError, StorageError
from zoning.geocode.aliases import Decision, record_decisions
from zoning.lookup.answers import Kind
from zoning.lookup.archived import is_state
from zoning.notice.verify import verify
from zoning.publish.answers import Answer, Answers, read_answers
from zoning.publish.changes import Change
from zoning.study import open_study
from zoning.study.digests import decisions_file
from zoning.study.place_addresses import geocoder_version
from zoning.study.publish import index_files
from zoning.study.said import question_about

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.publish.version import Version

pytestmark = pytest.mark.integration

OLDER = "3 of another program"


def started_again(bureau: Bureau) -> Bureau:
    """Return the same with a server that was started just now."""
    again = Bureau(bureau.publisher, bureau.plans, bureau.folder)
    again.seconds = bureau.seconds
    bureau.started.append(again)
    return again


def spoil(study: Path) -> None:
    """Do what a draft for next year does: another address, and all of build/ computed anew."""
    addresses = study / "inputs" / "addresses.csv"
    words = addresses.read_text("utf-8-sig").replace("小区11", "改名苑").replace("小区00", "旧苑")
    addresses.write_text(words, "utf-8-sig")
    shutil.rmtree(study / "build")


def test_a_study_made_anew_changes_no_answer_of_a_version(bureau: Bureau) -> None:
    bureau.publish(0)
    before = bureau.ask(FIRST)
    spoil(bureau.folder)
    for server in (bureau, started_again(bureau)):
        after = server.ask(FIRST)
        assert after == before
        assert server.ask(FIRST, "改名苑").kind is Kind.NOT_FOUND
        assert not server.lookup.asks_build()
        server.lookup.open_all()
        assert server.lookup.suggest("小区1") == ("小区10", "小区11", "小区12")
        assert "b11" in str(server.lookup.outlines())
        assert post(server.client(), "/lookup").status_code == 200


def test_a_draft_of_a_stage_without_versions_still_asks_the_study(bureau: Bureau) -> None:
    assert bureau.lookup.asks_build()
    spoil(bureau.folder)
    with pytest.raises(MissingStepError):
        bureau.ask(FIRST)


def test_two_versions_are_each_asked_with_their_own_addresses(bureau: Bureau) -> None:
    bureau.publish(0)
    addresses = bureau.folder / "inputs" / "addresses.csv"
    words = addresses.read_text("utf-8-sig").replace(ASKED, "改名苑")
    addresses.write_text(words, "utf-8-sig")
    draft = bureau.publisher.draft(bureau.plans[1], begins=SECOND)
    assert draft.closed is None
    bureau.publisher.commit(draft, accepted=draft.review.to_accept)
    bureau.seconds += KEPT_S
    assert bureau.ask(FIRST).kind is Kind.ONE_SCHOOL
    assert bureau.ask(FIRST, "改名苑").kind is Kind.NOT_FOUND
    assert bureau.ask(SECOND, "改名苑").kind is Kind.ONE_SCHOOL
    first, second = bureau.publisher.versions.every("primary")
    assert first.index != second.index


def without_data(bureau: Bureau, version: Version) -> Version:
    """Return a version as it was published before anything but addresses was kept with it."""
    files = index_files(open_study(bureau.folder))
    return replace(version, index=bureau.publisher.archive.keep_index(files))


def test_an_earlier_version_that_kept_addresses_alone_is_asked_as_before(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE_URL, bureau.publisher.url)
    drafted = bureau.publisher.draft(bureau.plans[0], begins=FIRST)
    old = without_data(bureau, bureau.publisher.kept(drafted))
    bureau.publisher.versions.add(old)
    bureau.seconds += KEPT_S
    folder = bureau.publisher.archive.index(old.index)
    assert not is_state(folder)
    assert schools(bureau.ask(FIRST)) == [bureau.school(0)]
    assert bureau.lookup.asks_build()
    words = ["--lang", "en", "versions", str(bureau.folder), "--check", "--on", str(FIRST)]
    assert "cannot be compared" in CliRunner().invoke(main, words).output


def test_what_could_not_be_asked_is_said_before_it_is_published(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE_URL, bureau.publisher.url)
    words = ["publish", bureau.folder, bureau.plans[0], "--school-year", "2027"]
    assert run(*words)["look_up_closed"] is None
    settings = bureau.folder / "study.toml"
    settings.write_text(settings.read_text("utf-8") + '\n[lookup]\nfull_schools = ["Q"]\n')
    assert "Q" in run(*words)["look_up_closed"]
    said = CliRunner().invoke(main, ["--lang", "en", *map(str, words)]).output
    assert "could not answer from this plan" in said


def recorded_otherwise(bureau: Bureau) -> Version:
    """Publish a version of which another program has recorded another answer for one address."""
    made = bureau.publisher.kept(bureau.publisher.draft(bureau.plans[0], begins=FIRST))
    answers = read_answers(bureau.publisher.archive.answers(made.answers))
    other = Answers({**answers.of, "D00": Answer("not_found")}, answers.texts)
    old = replace(
        made,
        geocoder=OLDER,
        answers=bureau.publisher.archive.keep_answers(other.written()),
    )
    bureau.publisher.versions.add(old)
    bureau.seconds += KEPT_S
    return old


def versions(bureau: Bureau, *words: str, code: int = 0) -> dict[str, Any]:
    return run("versions", bureau.folder, "--check", "--on", str(FIRST), *words, code=code)


def test_another_geocoder_waits_for_a_yes_address_by_address(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE_URL, bureau.publisher.url)
    recorded_otherwise(bureau)
    with pytest.raises(NotAcceptedError) as refused:
        bureau.ask(FIRST)
    assert refused.value.params == {"version": "primary-1", "count": 1}
    bureau.day = FIRST
    client = bureau.client()
    response = post(client, "/lookup")
    assert response.status_code == 503
    assert "data-kind" not in response.text
    (told,) = versions(bureau, code=11)["checked"]
    assert (told["version"], told["geocoder"]) == ("primary-1", OLDER)
    assert told["geocoder_now"] == geocoder_version()
    (change,) = told["changes"]
    assert change["address_id"] == "D00"
    assert (change["before"]["outcome"], change["after"]["outcome"]) == ("not_found", "one_school")
    words = ["--lang", "en", "versions", str(bureau.folder), "--check", "--on", str(FIRST)]
    shown = CliRunner().invoke(main, words)
    assert shown.exit_code == 11
    assert told["to_accept"] in shown.output
    assert "小区00" in shown.output
    assert "not found" in shown.output
    wrong = CliRunner().invoke(main, [*words, "--accept-changes", "0" * 64])
    assert wrong.exit_code == 2
    assert "is not the digest" in wrong.output
    yes = CliRunner().invoke(main, [*words, "--accept-changes", told["to_accept"]])
    assert yes.exit_code == 0, yes.output
    assert "within five seconds" in yes.output
    with pytest.raises(NotAcceptedError):
        bureau.ask(FIRST)  # what was read is kept for some seconds
    bureau.seconds += KEPT_S
    answer = bureau.ask(FIRST)
    assert answer.kind is Kind.ONE_SCHOOL
    assert answer.about.geocoder == geocoder_version()
    assert post(client, "/lookup").status_code == 200
    (again,) = versions(bureau)["checked"]
    assert again["accepted"]
    assert bureau.publisher.versions.whole("primary")


def test_a_yes_is_an_event_that_the_verifier_knows(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE_URL, bureau.publisher.url)
    recorded_otherwise(bureau)
    (told,) = versions(bureau, code=11)["checked"]
    for _ in range(2):  # the same again is no second event
        versions(bureau, "--accept-changes", told["to_accept"])
    lines = bureau.publisher.versions.log_lines("geocoder-primary")
    assert verify(lines).fault is None
    (event,) = (json.loads(line) for line in lines)
    assert event["act"] == "AcceptGeocoder"
    assert event["content"]["changes"] == told["to_accept"]


def test_another_geocoder_that_answers_alike_needs_no_yes(bureau: Bureau) -> None:
    bureau.publish(0)
    other = Bureau(bureau.publisher, bureau.plans, bureau.folder, geocoder="99 a later program")
    assert schools(other.ask(FIRST)) == [bureau.school(0)]


def test_the_check_says_what_is_alike(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATABASE_URL, bureau.publisher.url)
    words = ["--lang", "en", "versions", str(bureau.folder), "--check", "--on", str(FIRST)]
    assert "nothing to compare" in CliRunner().invoke(main, words).output
    bureau.publish(0)
    assert "all 9 addresses are answered as when" in CliRunner().invoke(main, words).output
    lonely = ["--lang", "en", "versions", str(bureau.folder), "--accept-changes", "x"]
    refused = CliRunner().invoke(main, lonely)
    assert (refused.exit_code, "give --check too" in refused.output) == (2, True)


def test_telephones_and_full_schools_are_those_of_now(bureau: Bureau) -> None:
    bureau.publish(0)
    full = bureau.school(0)
    settings = bureau.folder / "study.toml"
    page = f'[lookup]\nfull_schools = ["{full}", "Q"]\npolicy_hotline = "12345"\n'
    settings.write_text(settings.read_text("utf-8") + page, "utf-8")
    later = started_again(bureau)
    later.day = FIRST
    assert later.lookup.open_all() == ("Q",)
    answer = later.ask(FIRST)
    assert answer.kind is Kind.SEATS_EXHAUSTED
    assert answer.about.policy_hotline == "12345"


def test_what_officers_decided_about_a_text_holds_in_a_version(bureau: Bureau) -> None:
    decided = decisions_file(open_study(bureau.folder))
    decided.parent.mkdir(exist_ok=True)
    said = Decision(question_about("老供销社"), "D11", "王科长", NOW, "现场核对")
    record_decisions(decided, [said])
    bureau.publish(0)
    decided.unlink()
    assert schools(bureau.ask(FIRST, "老供销社")) == [bureau.school(0)]


def test_a_damaged_archive_of_data_closes_the_look_up(bureau: Bureau) -> None:
    bureau.publish(0)
    (version,) = bureau.publisher.versions.every("primary")
    kept = bureau.folder / "published" / "indexes" / version.index / "build" / "blocks"
    file = kept / "blocks.parquet"
    file.chmod(0o600)
    file.write_bytes(file.read_bytes() + b"?")
    bureau.day = FIRST
    assert post(bureau.client(), "/lookup").status_code == 503


def test_a_plan_whose_file_was_moved_is_shown_from_what_was_published(bureau: Bureau) -> None:
    bureau.publish(0)
    client = bureau.client()
    for plan in bureau.plans:
        (bureau.folder / "plans" / f"{plan}.gpkg").rename(bureau.folder / f"{plan}.gpkg")
    shown = client.get(f"/plans/{bureau.plans[0]}?lang=en")
    assert shown.status_code == 200
    assert bureau.plans[0] in shown.text
    gone = client.get(f"/plans/{bureau.plans[1]}?lang=en")
    assert gone.status_code == 404
    assert "its file may have been moved or taken away" in gone.text


def test_a_clock_set_back_is_asked_for_its_own_day(bureau: Bureau) -> None:
    bureau.publish(0)
    bureau.publish(1, begins=SECOND)
    assert schools(bureau.ask(SECOND)) == [bureau.school(1)]
    # a machine that believes it is last year says what held then, and says so on the page
    back = bureau.ask(FIRST)
    assert schools(back) == [bureau.school(0)]
    assert back.about.coming is not None
    assert bureau.ask(NOW.date() - timedelta(days=400)).kind is Kind.NO_PLAN
    assert bureau.ask(date(2029, 1, 1)).kind is Kind.ONE_SCHOOL


def test_a_clock_set_back_enters_no_yes(bureau: Bureau) -> None:
    bureau.publish(0)
    yeses = Yeses(bureau.publisher.database)
    found = Differences("primary-1", OLDER, 1, (Change("D00", "", None, None),), {})
    yeses.add("primary", found, at=NOW)
    with pytest.raises(StorageError) as error:
        yeses.add("primary", found, at=NOW - timedelta(seconds=1))
    assert error.value.key == "accept.CLOCK"
    assert len(bureau.publisher.versions.log_lines("geocoder-primary")) == 1
