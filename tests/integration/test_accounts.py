"""Accounts: let in by password and one-time code, locked after failures, kept by commands."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pyotp
import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner
from tiny_study import tiny_study

from webmap.config import DATABASE_URL
from webmap.database import open_database
from webmap.services.accounts import FAILURES_ALLOWED, LOCKED_FOR, Account, Accounts, Refused
from zoning.cli import main
from zoning.errors import SettingsError
from zoning.notice import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.integration
PASSWORD = "one long enough password"
NOW = datetime(2027, 3, 1, 2, tzinfo=UTC)


@pytest.fixture
def accounts(database_url: str, tmp_path: Path) -> Iterator[Accounts]:
    database = open_database(tmp_path, url=database_url)
    yield Accounts(database, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    database.close()


def test_name_and_password_let_in_and_nothing_else(accounts: Accounts) -> None:
    assert accounts.let_in("moderator-1", PASSWORD, "", now=NOW) == Refused.WRONG
    accounts.add("moderator-1", PASSWORD, roles={Role.MODERATOR}, now=NOW)
    found = accounts.let_in("moderator-1", PASSWORD, "", now=NOW)
    assert isinstance(found, Account)
    assert found.actor.roles == {Role.MODERATOR}
    for name, password in (("moderator-1", "x"), ("moderator-2", PASSWORD), ("", "")):
        assert accounts.let_in(name, password, "", now=NOW) == Refused.WRONG


def test_after_some_failures_nothing_is_looked_at_for_a_while(accounts: Accounts) -> None:
    accounts.add("a-1", PASSWORD, roles={Role.AUDITOR}, now=NOW)
    for _ in range(FAILURES_ALLOWED):
        assert accounts.let_in("a-1", "wrong", "", now=NOW) == Refused.WRONG
    assert accounts.let_in("a-1", PASSWORD, "", now=NOW) == Refused.LOCKED
    just_before = NOW + LOCKED_FOR - timedelta(seconds=1)
    assert accounts.let_in("a-1", PASSWORD, "", now=just_before) == Refused.LOCKED
    assert isinstance(accounts.let_in("a-1", PASSWORD, "", now=NOW + LOCKED_FOR), Account)


def test_a_one_time_code_is_used_once(accounts: Accounts) -> None:
    secret = accounts.add("a-1", PASSWORD, roles={Role.AUDITOR}, now=NOW, one_time_codes=True)
    code = pyotp.TOTP(secret).at(NOW)
    assert accounts.let_in("a-1", PASSWORD, "", now=NOW) == Refused.WRONG
    assert isinstance(accounts.let_in("a-1", PASSWORD, code, now=NOW), Account)
    assert accounts.let_in("a-1", PASSWORD, code, now=NOW) == Refused.WRONG
    later = NOW + timedelta(minutes=5)
    assert accounts.let_in("a-1", PASSWORD, code, now=later) == Refused.WRONG
    fresh = pyotp.TOTP(secret).at(later)
    assert isinstance(accounts.let_in("a-1", PASSWORD, fresh, now=later), Account)


@pytest.mark.parametrize(
    ("name", "password", "roles", "key"),
    [
        ("Zhang San", PASSWORD, {Role.AUDITOR}, "bureau.ACCOUNT_NAME"),
        ("a-1", "short", {Role.AUDITOR}, "bureau.ACCOUNT_PASSWORD"),
        ("a-1", PASSWORD, {Role.SYSTEM}, "bureau.ACCOUNT_ROLES"),
        ("a-1", PASSWORD, set(), "bureau.ACCOUNT_ROLES"),
    ],
)
def test_weak_accounts_are_refused(
    accounts: Accounts, name: str, password: str, roles: set[Role], key: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        accounts.add(name, password, roles=roles, now=NOW)
    assert caught.value.key == key
    assert accounts.every() == ()


def test_the_command_line_adds_lists_and_disables(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE_URL, database_url)
    tiny_study(tmp_path / "县", "A.\n..", seats={"A": 9}, today="AA\nAA")
    folder = str(tmp_path / "县")

    def call(*words: str, code: int = 0) -> dict[str, object]:
        said = ["account", words[0], folder, *words[1:], "--json"]
        result = CliRunner().invoke(main, said, input=PASSWORD + "\n", catch_exceptions=False)
        assert result.exit_code == code, result.output
        assert PASSWORD not in result.output
        answer: dict[str, object] = json.loads(result.stdout)
        return answer

    assert call("list")["accounts"] == []
    assert call("add", "drafter-1", "--role", "drafter", "--role", "auditor")["roles"] == [
        "auditor",
        "drafter",
    ]
    assert call("add", "reviewer-1", "--role", "reviewer", "--totp")["one_time_secret"]
    call("add", "drafter-1", "--role", "drafter", code=2)
    call("disable", "drafter-1")
    call("disable", "nobody", code=2)
    listed = call("list")["accounts"]
    assert isinstance(listed, list)
    assert [(one["name"], one["disabled"]) for one in listed] == [
        ("drafter-1", True),
        ("reviewer-1", False),
    ]
    said = CliRunner().invoke(main, ["--lang", "en", "account", "list", folder]).output
    assert "disabled" in said
