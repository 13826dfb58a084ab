"""Commands about those who act in cases: `account`; and the step of a case that `publish` does."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from webmap.errors import StepRefusedError
from zoning.cli.console import console_of
from zoning.cli.group import ZoningCommand, language_option
from zoning.cli.help import argument, option
from zoning.cli.kinds import OneOf
from zoning.cli.notice import CommandGroup
from zoning.cli.options import json_option, study_argument
from zoning.cli.output import table
from zoning.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from webmap.database import Database
    from webmap.services.accounts import Accounts
    from webmap.services.archive import Archive
    from webmap.services.cases import Cases
    from webmap.services.publishing import Draft, Order
    from webmap.services.versions import Versions
    from zoning.cli.console import Console
    from zoning.notice import Actor
    from zoning.publish.version import Version
    from zoning.study.folder import Study

# words of `webmap.services.accounts.ROLES`, which is slow to import for a help text
ROLE_WORDS = ("drafter", "reviewer", "moderator", "publisher", "auditor", "administrator")


def database_of(ctx: click.Context, study: Path) -> Database:
    """Return the database of a study until the command ends; the environment may name it."""
    from webmap.config import DATABASE_URL
    from webmap.database import open_database

    database = open_database(study, url=os.environ.get(DATABASE_URL) or None)
    ctx.call_on_close(database.close)
    return database


def asked_secret(console: Console, key: str, *, twice: bool = False) -> str:
    """Ask for a password without showing it; where nobody sits at a keyboard, read a line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    again = console.text("bureau.ASK_AGAIN") if twice else False
    given: str = click.prompt(
        console.text(key), hide_input=True, err=True, confirmation_prompt=again
    )
    return given


@click.group("account", cls=CommandGroup, help="help.ACCOUNT")
def account_group() -> None:
    """Keep the accounts of those who act in cases."""


account_group.params.append(language_option())


@account_group.command("add", cls=ZoningCommand, help="help.ACCOUNT_ADD")
@study_argument
@argument("name", metavar="NAME", help="help.ARGUMENT_ACCOUNT")
@option(
    "--role",
    "roles",
    type=OneOf(ROLE_WORDS),
    multiple=True,
    required=True,
    help="help.OPTION_ROLE",
)
@option("--totp", is_flag=True, help="help.OPTION_TOTP")
@json_option
@click.pass_context
def add_command(
    ctx: click.Context, directory: Path, name: str, roles: tuple[str, ...], *, totp: bool
) -> None:
    """Add an account; its password is asked for."""
    from zoning.notice import Role

    console = console_of(ctx)
    accounts, study = _accounts(ctx, directory)
    password = asked_secret(console, "bureau.ASK_PASSWORD", twice=True)
    chosen = {Role(word) for word in roles}
    now = datetime.now(UTC)
    secret = accounts.add(name, password, roles=chosen, now=now, one_time_codes=totp)
    if console.json:
        console.answer({"account": name, "roles": sorted(chosen), "one_time_secret": secret})
        return
    console.say("bureau.ACCOUNT_ADDED", name=name)
    if secret:
        import pyotp

        issuer = study.settings.study.name
        uri = pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)
        console.say("bureau.ACCOUNT_SECRET", secret=secret, uri=uri)


@account_group.command("list", cls=ZoningCommand, help="help.ACCOUNT_LIST")
@study_argument
@json_option
@click.pass_context
def list_command(ctx: click.Context, directory: Path) -> None:
    """List all accounts."""
    console = console_of(ctx)
    accounts, _ = _accounts(ctx, directory)
    known = accounts.every()
    if console.json:
        records: list[dict[str, Any]] = [
            {
                "name": item.name,
                "roles": sorted(item.roles),
                "one_time_codes": item.one_time_codes,
                "disabled": item.disabled,
            }
            for item in known
        ]
        console.answer({"accounts": records})
        return
    if not known:
        console.say("bureau.NO_ACCOUNTS")
        return
    head = [console.text(f"bureau.COLUMN_{name}") for name in ("account", "roles", "state")]
    comma = console.text("notice.COMMA")
    rows = [
        (
            item.name,
            comma.join(console.text(f"notice.ROLE_{role}") for role in sorted(item.roles)),
            console.text("bureau.DISABLED" if item.disabled else "bureau.ENABLED"),
        )
        for item in known
    ]
    click.echo(table(rows, head=head))


@account_group.command("disable", cls=ZoningCommand, help="help.ACCOUNT_DISABLE")
@study_argument
@argument("name", metavar="NAME", help="help.ARGUMENT_ACCOUNT")
@json_option
@click.pass_context
def disable_command(ctx: click.Context, directory: Path, name: str) -> None:
    """Disable an account: it can log in no more, and what it did stays in the logs."""
    console = console_of(ctx)
    accounts, _ = _accounts(ctx, directory)
    accounts.disable(name, now=datetime.now(UTC))
    if console.json:
        console.answer({"account": name, "disabled": True})
    else:
        console.say("bureau.ACCOUNT_DISABLED", name=name)


def _accounts(ctx: click.Context, directory: Path) -> tuple[Accounts, Study]:
    from webmap.services.accounts import Accounts
    from zoning.study import open_study

    study = open_study(directory)
    return Accounts(database_of(ctx, directory)), study


@dataclass(frozen=True)
class CaseStep:
    """The step of a case by which `publish` makes a version.

    Parameters
    ----------
    case_id, cases
        The case.
    actor
        Who asks for it.
    language
        Language in which reasons are said.
    """

    case_id: str
    cases: Cases
    actor: Actor
    language: str

    @classmethod
    def asked(
        cls, ctx: click.Context, directory: Path, study: Study, *, case_id: str, account: str | None
    ) -> CaseStep:
        """Let somebody in by account and password, and find the case.

        Raises
        ------
        SettingsError
            The account is not let in.
        CaseNotFoundError
            There is no such case.
        """
        from webmap.services.accounts import Accounts, Refused
        from webmap.services.cases import Cases

        console = console_of(ctx)
        if account is None:
            raise click.UsageError(console.text("bureau.ACCOUNT_NEEDED"), ctx)
        database = database_of(ctx, directory)
        cases = Cases(database, study.rules.notice)
        cases.load(case_id)
        accounts, now = Accounts(database), datetime.now(UTC)
        password = asked_secret(console, "bureau.ASK_PASSWORD")
        known = accounts.find(account)
        code = ""
        if known is not None and known.one_time_codes:
            code = asked_secret(console, "bureau.ASK_CODE")
        found = accounts.let_in(account, password, code, now=now)
        if isinstance(found, Refused):
            raise SettingsError(f"bureau.LOGIN_{found}")
        return cls(case_id, cases, found.actor, console.language)

    def order(self, order: Order) -> Order:
        """Return an order with the decision of the case."""
        from webmap.services.adoption import order_of

        return order_of(self.cases.load(self.case_id), order, self.cases)

    def adopt(
        self,
        study: Study,
        draft: Draft,
        *,
        versions: Versions,
        archive: Archive,
        now: datetime,
        accepted: str,
    ) -> Version:
        """Make the version; every reason against it is printed.

        Raises
        ------
        StepRefusedError
            It is not lawful.
        """
        from webmap.services.adoption import adopt

        try:
            version, _ = adopt(
                study,
                draft,
                case_id=self.case_id,
                cases=self.cases,
                versions=versions,
                archive=archive,
                actor=self.actor,
                now=now,
                accepted=accepted,
            )
        except StepRefusedError as error:
            for refusal in error.refusals:
                click.echo(f"    · {refusal.say(self.language)}", err=True)
            raise
        return version
