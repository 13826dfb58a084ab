"""`zoning demo-case`: a made-up case that has run through everything, and nowhere but in a demo."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from shutil import copytree
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from webmap.database import open_database
from webmap.services.cases import Cases
from webmap.services.versions import Versions
from zoning.cli import main
from zoning.notice import State
from zoning.notice.log import events_of
from zoning.notice.moderation import moderation
from zoning.notice.participation import results
from zoning.notice.replay import replay
from zoning.study import open_study

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

pytestmark = pytest.mark.integration


def call(folder: Path, *words: str) -> Result:
    said = ["--lang", "en", "demo-case", str(folder), *words]
    return CliRunner().invoke(main, said, catch_exceptions=False)


def test_the_demo_has_a_case_in_force_whose_log_is_lawful(
    two_plans: tuple[Path, str, str, str], tmp_path: Path
) -> None:
    folder = copytree(two_plans[0], tmp_path / "demo")
    refused = call(folder)
    assert refused.exit_code == 2
    assert not (folder / "zoning.sqlite").exists()
    (folder / "truth").mkdir()
    answer = json.loads(call(folder, "--json").stdout)
    database = open_database(folder)
    cases = Cases(database, open_study(folder).rules.notice)
    case = cases.load(answer["case"])
    assert case.state == State.IN_FORCE
    assert len(case.opinions) == 5
    assert len(case.groups) == 4
    assert results(case.questionnaires[0]).participants == 5
    (meeting,) = case.meetings
    assert meeting.drawn is not None
    assert meeting.held is not None
    assert moderation(case.opinions, now=datetime.now(UTC), rules=cases.rules).late == 0
    lines = cases.log(answer["case"])
    assert replay(events_of(lines), rules=cases.rules).unlawful is None
    assert "13900000000" not in b"".join(lines).decode()
    first, second = Versions(database).every("primary")
    assert second.supersedes == first.version_id
    assert case.concluded.scheduled is not None
    assert case.concluded.scheduled.version_id == second.version_id
    again = call(folder)
    assert "nothing was done" in again.output
    assert len(cases.every()) == 1
    database.close()
