"""The look-up answers from the version in force, on both databases; the day is passed in."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from bureau_online import BEFORE, FIRST, SECOND, post, schools
from click.testing import CliRunner

from webmap.config import DATABASE_URL
from webmap.errors import DatabaseError
from webmap.services.in_force import NewestPlans
from webmap.services.published import KEPT_S
from webmap.services.versions import Versions
from zoning.cli import main
from zoning.errors import StorageError
from zoning.lookup.answers import Kind
from zoning.study.place_addresses import geocoder_version

if TYPE_CHECKING:
    from pathlib import Path

    from bureau_online import Bureau
    from flask import Flask

pytestmark = pytest.mark.integration


def test_until_something_is_published_the_newest_plan_answers_as_a_draft(bureau: Bureau) -> None:
    version = bureau.ask(FIRST).about.version
    assert version is not None
    assert (version.draft, version.version_id) == (True, "")
    assert version == NewestPlans(bureau.folder).plan_on("primary", FIRST).version  # type: ignore[union-attr]


def test_the_version_in_force_answers_from_its_first_day(bureau: Bureau) -> None:
    bureau.publish(0)
    early = bureau.ask(BEFORE)
    assert early.kind is Kind.NO_PLAN
    assert early.about.coming is not None
    assert early.about.coming.version.version_id == "primary-1"
    assert [school.school_id for school in early.about.coming.schools] == [bureau.school(0)]
    answer = bureau.ask(FIRST)
    (entered,) = bureau.publisher.versions.every("primary")
    told = answer.about.version
    assert told is not None
    assert (told.version_id, told.plan_id, told.draft) == ("primary-1", bureau.plans[0], False)
    assert (told.effective_from, told.school_year) == (FIRST, 2027)
    assert answer.about.data_date == entered.data_date
    assert answer.about.geocoder == geocoder_version() == entered.geocoder
    assert schools(answer) == [bureau.school(0)]
    assert answer.about.coming is None


def test_a_newer_plan_file_does_not_answer_once_a_version_is_published(bureau: Bureau) -> None:
    newest = NewestPlans(bureau.folder).plan_on("primary", FIRST)
    assert newest is not None
    other = 1 - bureau.plans.index(newest.version.plan_id)
    bureau.publish(other)
    assert schools(bureau.ask(FIRST)) == [bureau.school(other)] != [bureau.school(1 - other)]


def test_a_version_that_is_published_meanwhile_is_seen_without_a_new_start(bureau: Bureau) -> None:
    bureau.publish(0)
    assert bureau.ask(FIRST).about.coming is None
    bureau.publisher.commit(bureau.publisher.draft(bureau.plans[1], begins=SECOND))
    assert bureau.ask(FIRST).about.coming is None  # what was read is kept for some seconds
    bureau.seconds += KEPT_S
    now = bureau.ask(FIRST)
    assert schools(now) == [bureau.school(0)]
    assert now.about.coming is not None
    assert now.about.coming.version.effective_from == SECOND
    assert [school.school_id for school in now.about.coming.schools] == [bureau.school(1)]
    then = bureau.ask(SECOND)
    assert (schools(then), then.about.coming) == ([bureau.school(1)], None)


def test_the_pages_name_version_and_coming_version(bureau: Bureau) -> None:
    bureau.publish(0)
    bureau.publish(1, begins=SECOND)
    client = bureau.client()
    page = html.unescape(post(client, "/lookup").text)
    assert 'data-kind="no_plan"' in page
    assert f"From 1 September 2027: {bureau.school(0)}校" in page
    assert "primary-1" in page
    bureau.day = FIRST
    for lang, said in (("en", "From 1 September 2028: "), ("zh-CN", "自 2028 年 9 月 1 日起：")):
        page = html.unescape(post(client, "/lookup", lang=lang).text)
        assert f"{said}{bureau.school(1)}校" in page
        for word in ("primary-1", "primary-2", bureau.plans[0], geocoder_version()[:14]):
            assert word in page
        assert "for discussion" not in page
        assert "供讨论" not in page


def test_a_slip_names_its_version_and_is_old_once_another_is_in_force(bureau: Bureau) -> None:
    bureau.publish(0)
    bureau.publish(0, begins=SECOND)  # the same plan, by another decision
    bureau.day = FIRST
    client = bureau.client()
    page = post(client, "/slip").text
    code = re.search(r"<p><code>([A-Za-z0-9_.-]+)</code></p>", page)
    assert code is not None
    for shown in (page, client.get(f"/slip/verify?lang=en&s={code[1]}").text):
        for word in ("primary-1", bureau.plans[0], geocoder_version()[:14]):
            assert word in shown
        assert "no longer the one" not in shown
    bureau.day = SECOND
    assert "no longer the one" in client.get(f"/slip/verify?lang=en&s={code[1]}").text


@pytest.mark.parametrize("opened", [True, False])
@pytest.mark.parametrize("gone", [True, False])
def test_a_damaged_archive_closes_the_look_up_and_no_other_plan_answers(
    bureau: Bureau, opened: bool, gone: bool
) -> None:
    bureau.publish(0)
    client, kept = bureau.client(), bureau.kept_plan()
    bureau.day = FIRST
    if opened:
        assert post(client, "/lookup").status_code == 200
    whole = kept.read_bytes()
    kept.unlink()
    if not gone:
        kept.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    # for so long nobody looks whether the file is still what it was
    bureau.seconds += KEPT_S
    with pytest.raises(StorageError):
        bureau.published.plan_on("primary", FIRST)
    response = post(client, "/lookup")
    assert response.status_code == 503
    assert "The look-up is closed" in response.text
    assert "data-kind" not in response.text
    kept.write_bytes(whole)
    assert post(client, "/lookup").status_code == 200


def test_a_database_that_is_gone_closes_the_look_up_until_it_is_back(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau.publish(0)
    bureau.day = FIRST
    client = bureau.client()

    def gone(_: Versions, __: str | None = None) -> None:
        raise DatabaseError("publish.DATABASE_GONE", database="kept", detail="gone")

    with monkeypatch.context() as patch:
        patch.setattr(Versions, "every", gone)
        assert post(client, "/lookup").status_code == 503
    assert post(client, "/lookup").status_code == 200


def test_no_draft_answers_because_a_database_was_lost(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau.publish(0)
    assert bureau.ask(FIRST).kind is Kind.ONE_SCHOOL
    monkeypatch.setattr(Versions, "every", lambda *_: ())
    bureau.seconds += KEPT_S
    with pytest.raises(DatabaseError) as error:
        bureau.ask(FIRST)
    assert error.value.key == "publish.VERSIONS_LOST"


def test_the_server_asks_the_database_of_the_environment_and_forks_without_connections(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau.publish(0, begins=date(2020, 9, 1))
    kept = bureau.folder / "published"
    desk = kept / "made" / "desk" / "made.bin"
    desk.parent.mkdir(parents=True)
    desk.touch()
    aside = kept / "made" / ".damaged-1" / "made.bin"
    aside.parent.mkdir()
    aside.touch()
    served: list[Flask] = []
    monkeypatch.setattr("webmap.server.free_to_listen", lambda *_: None)
    monkeypatch.setattr("webmap.server.run", lambda app, **_: served.append(app))
    read: list[tuple[Path, ...]] = []
    monkeypatch.setattr("webmap.holder.read_ahead", read.append)
    monkeypatch.setenv(DATABASE_URL, bureau.publisher.url)
    words = ["--lang", "en", "serve", str(bureau.folder)]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 0
    assert "knows no version" not in result.output
    (app,) = served
    # what is opened is read first: not the tables of answers and the drawings
    opened = [kept / folder for folder in ("plans", "indexes", "made")]
    every = {file for at in opened for file in at.rglob("*") if file.is_file()}
    assert set(read[0]) == every - {aside}
    assert {file.relative_to(kept).parts[0] for file in read[0]} == {"plans", "indexes", "made"}
    pool = app.extensions["zoning-database"].engine.pool
    assert (pool.checkedin(), pool.checkedout()) == (0, 0)
    found = app.extensions["zoning-lookup"].about("primary").version
    assert found is not None
    assert found.version_id == "primary-1"
    app.extensions["zoning-database"].close()
    monkeypatch.delenv(DATABASE_URL)
    assert "knows no version" in CliRunner().invoke(main, words, catch_exceptions=False).output
