"""Accounts of the bureau: who may log in, and as what."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from webmap.models import EventRow
from webmap.models_cases import AccountRow
from zoning.errors import SettingsError
from zoning.notice import Actor, Role
from zoning.notice.canonical import canonical, digest_of
from zoning.notice.record import plain_value, time_text
from zoning.notice.verify import NOTHING

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from webmap.database import Database

LOG = "accounts"
ROLES = (
    Role.DRAFTER,
    Role.REVIEWER,
    Role.MODERATOR,
    Role.PUBLISHER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
)
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)
CODE_STEP_S = 30
_NAME = re.compile(r"[a-z][a-z0-9-]{1,39}")


@dataclass(frozen=True)
class Account:
    """Somebody who may log in.

    Parameters
    ----------
    name
        Name of the account.
    roles
        What it may do.
    one_time_codes
        Whether a one-time code is asked for, too.
    disabled
        Whether it was disabled.
    mark
        Changes with the password, so that sessions from before end.
    """

    name: str
    roles: frozenset[Role]
    one_time_codes: bool
    disabled: bool
    mark: str

    @property
    def actor(self) -> Actor:
        """The account as somebody who acts in cases."""
        return Actor(self.name, self.roles)


class Refused(StrEnum):
    """Why somebody is not let in; a wrong name, password or code are not told apart."""

    WRONG = "wrong"
    LOCKED = "locked"


class Accounts:
    """The accounts that a database holds.

    Parameters
    ----------
    database
        The database.
    hasher
        Makes and checks the hashes of passwords.
    """

    def __init__(self, database: Database, *, hasher: PasswordHasher | None = None) -> None:
        self._database = database
        self._hasher = hasher or PasswordHasher()
        self._nobody = ""

    def every(self) -> tuple[Account, ...]:
        """Return all accounts by name."""
        if not self._database.has_tables():
            return ()
        with self._database.reading() as session:
            rows = session.scalars(select(AccountRow).order_by(AccountRow.name)).all()
            return tuple(_account(row) for row in rows)

    def find(self, name: str) -> Account | None:
        """Return an account that is not disabled."""
        found = next((item for item in self.every() if item.name == name), None)
        return None if found is None or found.disabled else found

    def add(
        self,
        name: str,
        password: str,
        *,
        roles: Collection[Role],
        now: datetime,
        one_time_codes: bool = False,
    ) -> str:
        """Add an account, and return the secret of its one-time codes, empty where it has none.

        Raises
        ------
        SettingsError
            The name, the roles or the password cannot be used.
        """
        _refuse_weak(name, password, roles)
        secret = pyotp.random_base32() if one_time_codes else ""
        self._database.upgrade()
        with self._database.writing() as session:
            if session.get(AccountRow, name) is not None:
                raise SettingsError("bureau.ACCOUNT_THERE", name=name)
            row = AccountRow(
                name=name,
                password=self._hasher.hash(password),
                roles=",".join(sorted(roles)),
                totp=secret or None,
                totp_used=0,
                failures=0,
                locked_until=None,
                disabled=False,
            )
            session.add(row)
            told = {"name": name, "roles": sorted(roles), "one_time_codes": one_time_codes}
            _entered(session, "AddAccount", told, now=now)
        return secret

    def disable(self, name: str, *, now: datetime) -> None:
        """Disable an account; it stays in the list, for logs name it.

        Raises
        ------
        SettingsError
            There is no such account.
        """
        found = self._database.has_tables()
        with self._database.writing() as session:
            row = session.get(AccountRow, name) if found else None
            if row is None:
                raise SettingsError("bureau.ACCOUNT_UNKNOWN", name=name[:60])
            row.disabled = True
            _entered(session, "DisableAccount", {"name": name}, now=now)

    def let_in(self, name: str, password: str, code: str, *, now: datetime) -> Account | Refused:
        """Check name, password and one-time code; after some failures nothing is looked at.

        Parameters
        ----------
        name, password
            As they were given.
        code
            One-time code; empty where the account has none.
        now
            The clock.
        """
        if not self._database.has_tables():
            return Refused.WRONG
        with self._database.writing() as session:
            row = session.get(AccountRow, name)
            if row is None or row.disabled:
                # as slow as a wrong password: names of accounts cannot be found by the time
                self._fits(self._somebody(), password)
                return Refused.WRONG
            if row.locked_until is not None and now < plain_value(datetime, row.locked_until):
                return Refused.LOCKED
            step = _step_of(row, code, now=now)
            if not self._fits(row.password, password) or step is None:
                row.failures += 1
                if row.failures >= FAILURES_ALLOWED:
                    row.failures = 0
                    row.locked_until = time_text(now + LOCKED_FOR)
                return Refused.WRONG
            row.failures, row.locked_until, row.totp_used = 0, None, step
            if self._hasher.check_needs_rehash(row.password):
                row.password = self._hasher.hash(password)
            return _account(row)

    def _fits(self, known: str, password: str) -> bool:
        try:
            return self._hasher.verify(known, password[:LONGEST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return False

    def _somebody(self) -> str:
        self._nobody = self._nobody or self._hasher.hash("nobody")
        return self._nobody


def _account(row: AccountRow) -> Account:
    return Account(
        name=row.name,
        roles=frozenset(Role(word) for word in row.roles.split(",")),
        one_time_codes=row.totp is not None,
        disabled=row.disabled,
        mark=hashlib.sha256(row.password.encode()).hexdigest()[:16],
    )


def _step_of(row: AccountRow, code: str, *, now: datetime) -> int | None:
    """Return the step of a one-time code, later than any that was used; None if it is wrong."""
    if row.totp is None:
        return row.totp_used
    current = int(now.timestamp()) // CODE_STEP_S
    codes = pyotp.TOTP(row.totp)
    for step in (current - 1, current, current + 1):
        expected = codes.at(step * CODE_STEP_S)
        if step > row.totp_used and pyotp.utils.strings_equal(expected, code.strip()):
            return step
    return None


def _refuse_weak(name: str, password: str, roles: Collection[Role]) -> None:
    if not _NAME.fullmatch(name):
        raise SettingsError("bureau.ACCOUNT_NAME")
    if not roles or not set(roles) <= set(ROLES):
        raise SettingsError("bureau.ACCOUNT_ROLES", known=", ".join(ROLES))
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise SettingsError("bureau.ACCOUNT_PASSWORD", least=SHORTEST_PASSWORD)


def _entered(session: Session, act: str, content: dict[str, Any], *, now: datetime) -> None:
    """Enter what was done to accounts into their own chain of events."""
    wanted = select(EventRow).where(EventRow.log == LOG).order_by(EventRow.number.desc()).limit(1)
    last = session.scalars(wanted).first()
    number = 1 if last is None else last.number + 1
    record = {
        "number": number,
        "log": LOG,
        "at": time_text(now),
        "previous": NOTHING if last is None else last.digest,
        "act": act,
        "content": content,
    }
    digest = digest_of(record)
    session.add(
        EventRow(
            log=LOG,
            number=number,
            previous_number=number - 1 or None,
            previous=record["previous"],
            digest=digest,
            line=canonical({**record, "digest": digest}),
        )
    )
