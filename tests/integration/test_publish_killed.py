"""The old version stays whole, whatever happens: kill -9, two at once, a full disk, damage."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from published import NOW, Publisher
from throwaway_postgresql import running_server

from webmap.config import DATABASE_URL
from webmap.errors import DatabaseError, PublishedMeanwhileError
from webmap.services.accounts import Accounts
from zoning.errors import StorageError, ZoningError
from zoning.lookup.archived import open_state
from zoning.lookup.opening import open_desk
from zoning.notice import Role
from zoning.plan.store import read_plan
from zoning.publish.answers import read_answers
from zoning.settings.lookup import LookupSection

if TYPE_CHECKING:
    from pathlib import Path

    from webmap.services.publishing import Draft
    from zoning.publish.version import Version

pytestmark = pytest.mark.integration

TwoPlans = tuple["Path", str, str, str]
TRIALS, KILLS = 16, 3
PASSWORD = "one long enough password"
SEPTEMBER = date(2027, 9, 1)


def in_another_process(publisher: Publisher, draft: Draft, *, kill_at: int | None) -> int:
    """Publish in a process that ends itself with kill -9 at a line; return the lines it has run."""
    case_id = publisher.decided(draft)
    publisher.database.close()  # a child must not inherit an open connection
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        lines = 0

        def count(_frame: Any, what: str, _argument: Any) -> Any:
            nonlocal lines
            lines += what == "line"
            if lines == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return count

        own = Publisher(publisher.folder, publisher.url)
        sys.settrace(count)
        try:
            own.commit(draft, case_id=case_id)
        finally:
            sys.settrace(None)
            os.write(writing, str(lines).encode())
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) == (said == "")
    return int(said or 0)


def is_whole(publisher: Publisher, version: Version) -> bool:
    """Tell whether everything is there that a look-up under this version needs."""
    content = read_plan(publisher.archive.plan(version.plan_file))
    answers = read_answers(publisher.archive.answers(version.answers))
    kept = open_state(publisher.archive.index(version.index), page=LookupSection())
    open_desk(kept, publisher.archive.plan(version.plan_file))
    return (content.plan.plan_id, len(answers.of)) == (version.plan_id, len(kept.places.table))


def test_killed_at_any_line_there_is_the_old_version_or_the_whole_new_one(
    publisher: Publisher, two_plans: TwoPlans
) -> None:
    _, plan, other, _ = two_plans
    publisher.commit(publisher.draft(plan))
    draft = publisher.draft(other)
    total = in_another_process(publisher, draft, kill_at=None)
    chance, outcomes = random.Random(6), set()
    for at in [*(chance.randrange(1, total) for _ in range(TRIALS)), total - 1]:
        before = publisher.versions.every()
        in_another_process(publisher, replace(draft, known=before), kill_at=at)
        after = publisher.versions.every()
        assert after[: len(before)] == before
        outcomes.add(len(after) - len(before))
        assert publisher.versions.whole("primary")
        assert is_whole(publisher, after[-1])
        in_force = publisher.versions.version_on("primary", SEPTEMBER)
        assert in_force == after[-1]
    assert outcomes == {0, 1}
    last = publisher.commit(replace(draft, known=publisher.versions.every()))
    assert publisher.versions.version_on("primary", SEPTEMBER) == last


def test_the_command_itself_may_be_killed_at_any_moment(
    publisher: Publisher, two_plans: TwoPlans
) -> None:
    _, plan, other, _ = two_plans
    old = publisher.commit(publisher.draft(plan), now=NOW.replace(year=2020))
    begins = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    now = datetime.now(UTC)
    case_id = publisher.decided(publisher.draft(other), now=now)
    Accounts(publisher.database).add("publisher-1", PASSWORD, roles={Role.PUBLISHER}, now=now)
    words = [sys.executable, "-m", "zoning.cli", "publish", str(publisher.folder), other,
             "--school-year", "2027", "--effective-from", begins,
             "--case", case_id, "--account", "publisher-1", "--commit"]  # fmt: skip
    said = publisher.folder / "password"
    said.write_text(PASSWORD)
    environment = {**os.environ, DATABASE_URL: publisher.url}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    chance, known = random.Random(), (old,)
    for _ in range(KILLS):
        with said.open() as stdin:
            command = subprocess.Popen(words, env=environment, stdin=stdin, **quiet)
        time.sleep(chance.uniform(1.0, 6.0))
        command.kill()
        command.wait()
        after = publisher.versions.every()
        assert after[: len(known)] == known
        assert is_whole(publisher, after[-1])
        assert publisher.versions.whole("primary")
        known = after
    with said.open() as stdin:
        subprocess.run(words, env=environment, stdin=stdin, **quiet, check=False)
    assert [item.plan_id for item in publisher.versions.every()] == [plan, other]


def test_of_two_at_once_one_wins_and_the_other_is_told(
    publisher: Publisher, two_plans: TwoPlans, tmp_path: Path
) -> None:
    _, plan, other, _ = two_plans
    second = publisher.copy(tmp_path / "another")
    drafts = [(publisher, publisher.draft(plan)), (second, second.draft(other))]
    together = Barrier(len(drafts))

    def publish(officer: Publisher, draft: Draft) -> Version | ZoningError:
        together.wait()
        try:
            return officer.commit(draft)
        except ZoningError as error:
            return error

    with ThreadPoolExecutor(len(drafts)) as pool:
        ends = list(pool.map(lambda work: publish(*work), drafts))
    (won,) = [end for end in ends if not isinstance(end, ZoningError)]
    (lost,) = [end for end in ends if isinstance(end, ZoningError)]
    assert isinstance(lost, PublishedMeanwhileError)
    assert lost.params["version"] == won.version_id
    assert publisher.versions.every() == (won,)
    assert publisher.versions.whole("primary")
    second.database.close()


def test_a_draft_that_has_been_overtaken_is_refused(
    publisher: Publisher, two_plans: TwoPlans
) -> None:
    _, plan, other, _ = two_plans
    early, quick = publisher.draft(plan), publisher.draft(other)
    won = publisher.commit(quick)
    with pytest.raises(PublishedMeanwhileError):
        publisher.commit(early)
    assert publisher.versions.every() == (won,)


def test_a_full_disk_publishes_nothing(
    publisher: Publisher, two_plans: TwoPlans, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, plan, other, _ = two_plans
    old = publisher.commit(publisher.draft(plan))
    draft = publisher.draft(other)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("webmap.services.archive.os.fsync", full)
    with pytest.raises(StorageError) as caught:
        publisher.commit(draft)
    assert caught.value.key == "publish.NOT_KEPT"
    assert publisher.versions.every() == (old,)
    left = [file.name for file in publisher.folder.rglob("*") if file.name.startswith(".writing")]
    assert left == []


def test_a_database_that_is_gone_is_told_and_used_again_when_it_is_back(
    two_plans: TwoPlans, tmp_path: Path
) -> None:
    with running_server() as server:
        officer = Publisher(two_plans[0], server.new_database("there"))
        copied = officer.copy(tmp_path / "own")
        old = copied.commit(copied.draft(two_plans[1]))
        server.stop()
        with pytest.raises(DatabaseError) as caught:
            copied.versions.version_on("primary", SEPTEMBER)
        assert caught.value.key == "publish.DATABASE_GONE"
        server.start()
        assert copied.versions.version_on("primary", SEPTEMBER) == old
        copied.database.close()


@pytest.mark.parametrize("part", ["plans", "answers", "indexes"])
@pytest.mark.parametrize("harm", ["changed", "missing"])
def test_what_was_published_is_refused_once_it_is_damaged(
    publisher: Publisher, two_plans: TwoPlans, part: str, harm: str
) -> None:
    version = publisher.commit(publisher.draft(two_plans[1]))
    (kept,) = (publisher.folder / "published" / part).iterdir()
    inside = sorted(file for file in kept.rglob("*") if file.is_file())
    file = inside[0] if inside else kept
    if harm == "missing":
        file.unlink()
    else:
        file.chmod(0o600)
        file.write_bytes(file.read_bytes() + b"?")
    with pytest.raises(StorageError) as caught:
        is_whole(publisher, version)
    whole_folder = part == "indexes" or harm == "changed"
    assert caught.value.key == ("publish.KEPT_CHANGED" if whole_folder else "publish.KEPT_MISSING")


def test_what_was_damaged_is_set_aside_and_kept_anew(
    publisher: Publisher, two_plans: TwoPlans
) -> None:
    digest = publisher.archive.keep_answers(b"answers")
    (kept,) = (publisher.folder / "published" / "answers").iterdir()
    kept.chmod(0o600)
    kept.write_bytes(b"damaged")
    assert publisher.archive.keep_answers(b"answers") == digest
    assert publisher.archive.answers(digest) == b"answers"
    (aside,) = kept.parent.glob(".damaged-*/*")
    assert aside.read_bytes() == b"damaged"
