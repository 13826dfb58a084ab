"""The look-up answers from the version in force, on both databases; the day is passed in."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime
from shutil import copytree
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from published import Publisher

from webmap.app import create_app
from webmap.config import DATABASE_URL, Config
from webmap.errors import DatabaseError
from webmap.services.agreement import Agreement
from webmap.services.archive import Archive
from webmap.services.in_force import NewestPlans
from webmap.services.lookup import Lookup
from webmap.services.published import KEPT_S, PublishedPlans
from webmap.services.versions import Versions
from webmap.services.yeses import Yeses
from zoning.cli import main
from zoning.errors import StorageError
from zoning.lookup.answers import Kind, served_of
from zoning.lookup.opening import prepare
from zoning.plan.store import read_plan
from zoning.progress import silent
from zoning.study import exclusive
from zoning.study.place_addresses import geocoder_version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from zoning.lookup.answers import Answer

pytestmark = pytest.mark.integration

ASKED = "小区11"  # in the block in which the two plans differ
BEFORE, FIRST, SECOND = date(2027, 8, 31), date(2027, 9, 1), date(2028, 9, 1)


class Bureau:
    """An officer who publishes, and a server that was started once."""

    def __init__(
        self, publisher: Publisher, plans: tuple[str, str], folder: Path, *, geocoder: str = ""
    ) -> None:
        geocoder = geocoder or geocoder_version()
        self.publisher, self.plans, self.folder = publisher, plans, folder
        self.seconds = 0.0
        self.day = BEFORE
        self.published = PublishedPlans(
            Versions(publisher.database),
            Archive(folder),
            drafts=NewestPlans(folder),
            agreement=Agreement(
                Archive(folder),
                Yeses(publisher.database),
                geocoder=geocoder,
                ticks=lambda: self.seconds,
            ),
            ticks=lambda: self.seconds,
        )
        self.lookup = Lookup(folder, self.published, clock=self.now)

    def now(self) -> datetime:
        """Noon where the bureau is."""
        return datetime(self.day.year, self.day.month, self.day.day, 4, tzinfo=UTC)

    def publish(self, plan: int, *, begins: date = FIRST) -> None:
        self.publisher.commit(self.publisher.draft(self.plans[plan], begins=begins))
        self.seconds += KEPT_S

    def ask(self, on: date, text: str = ASKED) -> Answer:
        self.day = on
        return self.lookup.ask("primary", lambda desk, about: desk.ask(text, about))

    def school(self, plan: int) -> str:
        """Return the school of the asked address as the plan's own file says."""
        return (
            read_plan(self.folder / "plans" / f"{self.plans[plan]}.gpkg")
            .plan.zone_of("b11")
            .zone_id
        )

    def kept_plan(self) -> Path:
        (version, *_) = self.publisher.versions.every("primary")
        return self.folder / "published" / "plans" / f"{version.plan_file}.gpkg"

    def client(self) -> FlaskClient:
        return create_app(
            Config(study=self.folder, secret="k" * 40, database_url=self.publisher.url),
            in_force=self.published,
            clock=self.now,
        ).test_client()


@pytest.fixture(scope="module")
def ready(two_plans: tuple[Path, str, str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copytree(two_plans[0], tmp_path_factory.mktemp("ready") / "方格县")
    with exclusive(folder) as opened:
        prepare(opened, silent)
    return folder


@pytest.fixture
def bureau(
    ready: Path, two_plans: tuple[Path, str, str, str], tmp_path: Path, database_url: str
) -> Iterator[Bureau]:
    publisher = Publisher(copytree(ready, tmp_path / "方格县"), database_url)
    yield Bureau(publisher, (two_plans[1], two_plans[2]), publisher.folder)
    publisher.database.close()


def schools(answer: Answer) -> list[str]:
    served = served_of(answer)
    assert served is not None
    return [school.school_id for school in served.schools]


def post(client: FlaskClient, path: str, *, lang: str = "en") -> TestResponse:
    """Ask as a reader does, who meets the closed page before there is a form."""
    form = client.get(f"/lookup?lang={lang}")
    found = re.search(r'name="csrf_token" value="([^"]+)"', form.text)
    if found is None:
        return form
    data = {"csrf_token": found[1], "stage": "primary", "address": ASKED}
    return client.post(f"{path}?lang={lang}", data=data)


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
    served: list[Flask] = []
    monkeypatch.setattr("webmap.server.free_to_listen", lambda *_: None)
    monkeypatch.setattr("webmap.server.run", lambda app, **_: served.append(app))
    monkeypatch.setenv(DATABASE_URL, bureau.publisher.url)
    words = ["--lang", "en", "serve", str(bureau.folder)]
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code == 0
    assert "knows no version" not in result.output
    (app,) = served
    pool = app.extensions["zoning-database"].engine.pool
    assert (pool.checkedin(), pool.checkedout()) == (0, 0)
    found = app.extensions["zoning-lookup"].about("primary").version
    assert found is not None
    assert found.version_id == "primary-1"
    app.extensions["zoning-database"].close()
    monkeypatch.delenv(DATABASE_URL)
    assert "knows no version" in CliRunner().invoke(main, words, catch_exceptions=False).output
