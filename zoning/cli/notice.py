"""Commands about public notices: the year planned backwards, and the check of an exported log."""

from __future__ import annotations

import re
from importlib import metadata
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import click

from zoning.cli.console import Console
from zoning.cli.group import ENTRY_POINTS, ZoningCommand, language_option
from zoning.cli.help import Helped, argument, option, words
from zoning.cli.kinds import InFile, Kind, OneOf, Whole
from zoning.cli.options import json_option
from zoning.errors import StorageError
from zoning.messages import os_reason
from zoning.rules import available_rule_sets, load_rule_set

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.notice.calendar import Milestone
    from zoning.notice.verify import Fault, Verdict

BAD_LOG_EXIT = 10
FIRST_YEAR, LAST_YEAR = 2000, 2100
MOST_ANSWER_DAYS = 90
DEFAULT_RULES = "changji-2026"
LOG_SUFFIX = ".jsonl"
WAIT_S = 30.0


class Mark(Kind):
    """A digest known from elsewhere: "NUMBER:DIGEST", or "DIGEST" alone."""

    _FORM = re.compile(r"(?:[1-9]\d{0,9}:)?[0-9a-fA-F]{64}")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the mark."""
        if not self._FORM.fullmatch(str(value)):
            self.refuse("calendar.NOT_A_MARK", param, ctx, value=value)
        return str(value)


class LogSource(InFile):
    """A file, or the address of a page that gives out a log."""

    def convert(  # type: ignore[override]
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Path | str:
        """Return the file or the address."""
        if urlsplit(str(value)).scheme in {"http", "https"}:
            return str(value)
        return super().convert(value, param, ctx)


@click.command("calendar", cls=ZoningCommand, help="help.CALENDAR")
@argument("year", metavar="YEAR", type=Whole(FIRST_YEAR, LAST_YEAR), help="help.ARGUMENT_YEAR")
@option(
    "--rules",
    "rule_set",
    type=OneOf(available_rule_sets()),
    default=DEFAULT_RULES,
    show_default=True,
    help="help.OPTION_RULES",
)
@option(
    "--answer-days",
    type=Whole(0, MOST_ANSWER_DAYS),
    metavar="N",
    default=0,
    show_default=True,
    help="help.OPTION_ANSWER_DAYS",
)
@json_option
@click.pass_context
def calendar_command(ctx: click.Context, year: int, rule_set: str, answer_days: int) -> None:
    """Plan the year of a zone change backwards from its September."""
    from zoning.notice.calendar import plan_year

    console: Console = ctx.obj
    rules = load_rule_set(rule_set)
    days = plan_year(year, rules=rules.notice, answer_days=answer_days)
    if console.json:
        dates = [_milestone_record(console, item) for item in days]
        told = {"year": year, "rules": rule_set, "notice_days": rules.notice.days.value}
        console.answer({**told, "answer_days": answer_days, "dates": dates})
        return
    counted = {"days": rules.notice.days.value, "zone": rules.notice.time_zone}
    console.say("calendar.HEAD", year=year, title=rules.title, **counted)
    for item in days:
        click.echo(f"{item.day.isoformat()}  {_what(console, item)}")
        for source in item.sources:
            click.echo(f"            {source}")
    console.say("calendar.EARLIER" if not answer_days else "calendar.BEFORE")


class CommandGroup(Helped, click.Group):
    """A group of commands within the program, described by the catalogue.

    Other packages add commands to it under `zoning.commands.<name of the group>`.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        own = super().list_commands(ctx)
        return [*own, *sorted({entry.name for entry in self._registered()} - set(own))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loading the package that brings it only now."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        loaded = (entry.load() for entry in self._registered() if entry.name == cmd_name)
        return next((found for found in loaded if isinstance(found, click.Command)), None)

    def _registered(self) -> metadata.EntryPoints:
        return metadata.entry_points(group=f"{ENTRY_POINTS}.{self.name}")

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that is named; without one, the help says which there are."""
        if not (ctx.args or ctx._protected_args):  # noqa: SLF001 - click keeps the name there
            raise click.exceptions.NoArgsIsHelpError(ctx)
        return super().invoke(ctx)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, and then the commands."""
        super().format_options(ctx, formatter)
        commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        rows = [
            (name, words(command.help, ctx))
            for name, command in commands.items()
            if command is not None
        ]
        with formatter.section(words("help.COMMANDS", ctx)):
            formatter.write_dl(rows)


@click.group("log", cls=CommandGroup, help="help.LOG")
def log_group() -> None:
    """Work with exported logs."""


log_group.params.append(language_option())


@log_group.command("verify", cls=ZoningCommand, help="help.LOG_VERIFY")
@argument("file", metavar="FILE|URL", type=LogSource(), help="help.ARGUMENT_LOG")
@option(
    "--mark", "marks", type=Mark(), metavar="[N:]DIGEST", multiple=True, help="help.OPTION_MARK"
)
@option("--rules", "rule_set", type=OneOf(available_rule_sets()), help="help.OPTION_LAWFUL")
@json_option
@click.pass_context
def verify_command(
    ctx: click.Context, file: Path | str, marks: tuple[str, ...], rule_set: str | None
) -> None:
    """Check an exported log, from a file or as a public page gives it out."""
    from zoning.notice.verify import read_lines, verify

    console: Console = ctx.obj
    lines = read_lines(_content(file))
    verdict = verify(lines, marks=marks)
    record = _verdict_record(verdict)
    fault = None if verdict.fault is None else _fault_error(console, verdict.fault)
    judged: list[str] = []
    if rule_set is not None and fault is None:
        fault, judged, said = _judged(console, lines, rule_set)
        record |= said
    if console.json:
        console.answer(record, error=fault)
    else:
        _tell(console, verdict, fault, judged=rule_set is not None)
        for reason in judged:
            click.echo(f"    · {reason}")
    if fault is not None:
        ctx.exit(BAD_LOG_EXIT)


def _judged(
    console: Console, lines: list[bytes], rule_set: str
) -> tuple[dict[str, str] | None, list[str], dict[str, Any]]:
    """Judge every event of a log again: what is wrong, why, and what goes into the answer."""
    from zoning.notice.log import events_of
    from zoning.notice.record import RecordError
    from zoning.notice.replay import replay

    try:
        events = events_of(lines)
    except RecordError as error:
        told = console.error("calendar.LOG_NOT_EVENTS", detail=error)
        return told, [], {"lawful": None, "state": None, "refusals": []}
    found = replay(events, rules=load_rule_set(rule_set).notice)
    reasons = [refusal.say(console.language) for refusal in found.refusals]
    record = {"lawful": found.unlawful is None, "state": found.case.state, "refusals": reasons}
    if found.unlawful is None:
        return None, [], record
    fault = console.error("calendar.LOG_UNLAWFUL", number=found.unlawful)
    return fault, reasons, record


def _content(file: Path | str) -> bytes:
    if isinstance(file, str):
        return _fetched(file)
    try:
        return file.read_bytes()
    except OSError as error:
        raise StorageError("study.CANNOT_READ", file=file, detail=os_reason(error)) from error


def _fetched(url: str) -> bytes:
    """Return the log that a URL leads to: that of a notice's page, or the file itself."""
    from urllib.error import HTTPError, URLError
    from urllib.request import urlopen

    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    path = path if path.endswith(LOG_SUFFIX) else f"{path}/log{LOG_SUFFIX}"
    target = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    try:
        with urlopen(target, timeout=WAIT_S) as answer:  # noqa: S310  # http and https only
            content: bytes = answer.read()
    except HTTPError as error:
        detail = f"{error.code} {error.reason}"
        raise StorageError("calendar.LOG_NOT_FETCHED", url=target, detail=detail) from error
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        raise StorageError("calendar.LOG_NOT_FETCHED", url=target, detail=reason) from error
    return content


def _tell(
    console: Console, verdict: Verdict, fault: dict[str, str] | None, *, judged: bool
) -> None:
    if fault is not None:
        click.echo(fault["message"])
        return
    console.say("calendar.LOG_WHOLE", events=verdict.events)
    console.say("calendar.LOG_HEAD", mark=f"{verdict.events}:{verdict.head}")
    if verdict.marked == verdict.events:
        console.say("calendar.LOG_MARKED")
    else:
        console.say("calendar.LOG_UNMARKED", since=verdict.marked + 1)
    if judged:
        console.say("calendar.LOG_LAWFUL")


def _fault_error(console: Console, fault: Fault) -> dict[str, str]:
    params = {"line": fault.line, "number": fault.number, "since": fault.since + 1}
    return console.error(f"calendar.FAULT_{fault.code}", **params, before=fault.number - 1)


def _verdict_record(verdict: Verdict) -> dict[str, Any]:
    fault = verdict.fault
    return {
        "events": verdict.events,
        "head": verdict.head,
        "marked": verdict.marked,
        "first_bad": None
        if fault is None
        else {"line": fault.line, "number": fault.number, "code": fault.code},
    }


def _what(console: Console, item: Milestone) -> str:
    return console.text(f"calendar.DATE_{item.what}")


def _milestone_record(console: Console, item: Milestone) -> dict[str, Any]:
    return {
        "what": item.what.lower(),
        "text": _what(console, item),
        "day": item.day.isoformat(),
        "computed": item.computed,
        "sources": list(item.sources),
    }
