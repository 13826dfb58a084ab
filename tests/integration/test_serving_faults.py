"""Faults while gunicorn serves the site: it says that it is closed, and comes back by itself."""

from __future__ import annotations

import html
import http.cookiejar
import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from bureau_online import ASKED
from other_process import workers_of
from published import NOW, Publisher
from throwaway_postgresql import running_server

from webmap.config import DATABASE_URL
from webmap.services.published import KEPT_S
from zoning.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.integration

WAIT_S = 120.0
COMMAND = [sys.executable, "-c", "from zoning.cli import main; main()", "--lang", "en"]
CLOSED = "The look-up is closed for now"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Reader:
    """A parent with a browser."""

    def __init__(self, port: int) -> None:
        self.port, self.base = port, f"http://127.0.0.1:{port}"
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(cookies)
        self.token = ""

    def fetch(self, path: str, data: dict[str, str] | None = None) -> tuple[int, str]:
        body = None if data is None else urllib.parse.urlencode(data).encode()
        try:
            with self.opener.open(self.base + path, data=body, timeout=60) as answer:
                return answer.status, html.unescape(answer.read().decode())
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, html.unescape(refused.read().decode())

    def ask(self) -> tuple[int, str]:
        """Look the address up; whoever has a form keeps it while the site is closed."""
        if not self.token:
            found = TOKEN.search(self.fetch("/lookup?lang=en")[1])
            if found is None:
                return self.fetch("/lookup?lang=en")
            self.token = found[1]
        sent = {"csrf_token": self.token, "stage": "primary", "address": ASKED}
        return self.fetch("/lookup?lang=en", sent)

    def until(self, status: int, said: str) -> str:
        """Ask until the site answers so; return the page."""
        end = time.monotonic() + WAIT_S
        while True:
            try:
                got, page = self.ask()
            except (urllib.error.URLError, ConnectionError):
                got, page = 0, ""
            if got == status and said in page:
                return page
            assert time.monotonic() < end, f"{got}: {page[:300]}"
            time.sleep(0.2)


@contextmanager
def serving(study: Path, url: str, *words: str) -> Iterator[tuple[Reader, subprocess.Popen[bytes]]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, DATABASE_URL: url}
    command = [*COMMAND, "serve", str(study), "--port", str(port), *words]
    log = study.parent / "serve.log"
    with (
        log.open("wb") as out,
        subprocess.Popen(command, stdout=out, stderr=out, env=environment) as server,
    ):
        try:
            yield Reader(port), server
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=60)


@pytest.fixture
def officer(ready: Path, tmp_path: Path) -> Iterator[Publisher]:
    folder = shutil.copytree(ready, tmp_path / "方格县")
    made = Publisher(folder, f"sqlite:///{tmp_path / 'kept.sqlite'}")
    yield made
    made.database.close()


def publish_words(study: Path, plan: str, *, begins: str) -> list[str]:
    return [*COMMAND, "publish", str(study), plan, "--school-year", "2027",
            "--effective-from", begins, "--decision", "x", "--decision-date", "2020-01-01",
            "--commit"]  # fmt: skip


def replaced(server: subprocess.Popen[bytes], first: list[int]) -> bool:
    """Wait until the server has others in place of all its first workers."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        now = workers_of(server.pid)
        if len(now) == len(first) and not set(now) & set(first):
            return True
        time.sleep(0.2)
    return False


def test_a_database_that_goes_and_comes_back_while_pages_are_served(
    ready: Path, two_plans: tuple[Path, str, str, str], tmp_path: Path
) -> None:
    folder = shutil.copytree(ready, tmp_path / "方格县")
    with running_server() as database:
        url = database.new_database("kept")
        officer = Publisher(folder, url)
        officer.commit(officer.draft(two_plans[1], begins=NOW.date().replace(year=2020)))
        officer.database.close()
        with serving(folder, url) as (reader, _):
            assert "primary-1" in reader.until(200, 'data-kind="one_school"')
            database.stop()
            time.sleep(KEPT_S)
            closed = reader.until(503, CLOSED)
            assert "data-kind" not in closed
            assert "postgresql" not in closed
            # a new reader is told before writing, and the maps are shown as ever
            assert CLOSED in Reader(reader.port).fetch("/lookup?lang=en")[1]
            status, page = reader.fetch(f"/plans/{two_plans[1]}?lang=zh-CN")
            # but a plan that was published is not said to be one for discussion
            assert status == 200
            assert text("maps.STANDING_UNKNOWN", "zh-CN") in page
            assert text("webmap.DRAFT_NOTE", "zh-CN") not in page
            assert reader.fetch("/")[0] == 200
            database.start()
            assert "primary-1" in reader.until(200, 'data-kind="one_school"')


def test_a_worker_that_is_killed_is_replaced_and_answers_as_before(
    officer: Publisher, two_plans: tuple[Path, str, str, str]
) -> None:
    officer.commit(officer.draft(two_plans[1], begins=NOW.date().replace(year=2020)))
    officer.database.close()
    with serving(officer.folder, officer.url, "--workers", "2") as (reader, server):
        before = reader.until(200, 'data-kind="one_school"')
        first = workers_of(server.pid)
        assert len(first) == 2
        for worker in first:
            os.kill(worker, signal.SIGKILL)
        after = reader.until(200, 'data-kind="one_school"')
        # the first to be replaced may answer before the other is gone
        assert replaced(server, first)
        school = re.compile(r'<h2 id="result" class="school">([^<]+)<')
        assert school.findall(before) == school.findall(after) != []


def test_publish_killed_while_pages_are_served_leaves_the_old_answer(
    officer: Publisher, two_plans: tuple[Path, str, str, str]
) -> None:
    _, plan, other, _ = two_plans
    officer.commit(
        officer.draft(plan, begins=NOW.date().replace(year=2020)), now=NOW.replace(year=2020)
    )
    officer.database.close()
    begins = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    words = publish_words(officer.folder, other, begins=begins)
    environment = {**os.environ, DATABASE_URL: officer.url}
    with serving(officer.folder, officer.url) as (reader, _):
        reader.until(200, "primary-1")
        for wait in (1.5, 3.0, 5.0):
            with subprocess.Popen(
                words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ) as command:
                time.sleep(wait)
                command.kill()
            status, page = reader.ask()
            assert (status, "primary-1" in page) == (200, True)
            assert officer.versions.whole("primary")
        subprocess.run(words, env=environment, check=False, capture_output=True)
        # the next one is announced, whichever of the four has entered it
        assert "primary-2" in reader.until(200, "primary-2")


def until_it_writes(command: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait until a command has compared, and has kept its files; stop it before it enters them."""
    end = time.monotonic() + WAIT_S
    while not any((folder / "published").glob("plans/*.gpkg")):
        assert command.poll() is None, command.communicate()[0].decode()
        assert time.monotonic() < end
        time.sleep(0.05)
    command.send_signal(signal.SIGSTOP)


def test_two_publish_commands_at_once_one_wins_and_the_other_is_told(
    officer: Publisher, two_plans: tuple[Path, str, str, str], tmp_path: Path
) -> None:
    second = officer.copy(tmp_path / "another")
    second.database.close()
    begins = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    environment = {**os.environ, DATABASE_URL: officer.url}
    officer.database.upgrade()
    offices = ((officer.folder, two_plans[1]), (second.folder, two_plans[2]))
    # who may write is held until both have seen that nothing is published yet
    with closing(sqlite3.connect(officer.database.name, isolation_level=None)) as held:
        held.execute("BEGIN IMMEDIATE")
        started = [
            subprocess.Popen(
                publish_words(folder, plan, begins=begins),
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            for folder, plan in offices
        ]
        for command, (folder, _) in zip(started, offices, strict=True):
            until_it_writes(command, folder)
    for command in started:
        command.send_signal(signal.SIGCONT)
    said = [command.communicate(timeout=300)[0].decode() for command in started]
    codes = [command.returncode for command in started]
    assert sorted(codes) == [0, 12], said
    won, lost = codes.index(0), codes.index(12)
    assert "primary-1" in said[won]
    assert "Nothing was published" in said[lost]
    (known,) = officer.versions.every("primary")
    assert known.plan_id == offices[won][1]
    assert officer.versions.whole("primary")


def test_a_full_disk_publishes_nothing_and_says_so(
    officer: Publisher, two_plans: tuple[Path, str, str, str]
) -> None:
    begins = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    plan = officer.folder / "plans" / f"{two_plans[1]}.gpkg"

    def no_room() -> None:
        # no file may grow to the size of the plan, as on a disk that has no room for it
        most = plan.stat().st_size // 2
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    words = publish_words(officer.folder, two_plans[1], begins=begins)
    done = subprocess.run(
        words,
        env={**os.environ, DATABASE_URL: officer.url},
        capture_output=True,
        check=False,
        preexec_fn=no_room,
    )
    assert done.returncode == 5, done.stderr.decode()
    assert "cannot be kept in published/" in done.stderr.decode()
    assert officer.versions.every() == ()
    kept = officer.folder / "published"
    assert [file for file in kept.rglob("*") if file.is_file()] == []
    # with room again the same command publishes
    again = subprocess.run(
        words, env={**os.environ, DATABASE_URL: officer.url}, capture_output=True, check=False
    )
    assert again.returncode == 0, again.stderr.decode()
    assert len(officer.versions.every()) == 1


def test_a_study_without_plans_is_served_and_says_so(officer: Publisher) -> None:
    kept = [file.rename(officer.folder / file.name) for file in officer.folder.glob("plans/*")]
    officer.database.close()
    with serving(officer.folder, officer.url) as (reader, _):
        reader.until(200, 'data-kind="no_plan"')
        status, page = reader.fetch("/?lang=en")
        assert (status, "no plan" in page.lower()) == (200, True)
        # the first plan that is drawn is shown and asked at once
        shutil.copyfile(kept[0], officer.folder / "plans" / kept[0].name)
        reader.until(200, 'data-kind="one_school"')
    assert "has no plan yet" in (officer.folder.parent / "serve.log").read_text("utf-8")
