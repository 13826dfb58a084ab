"""`zoning privacy-check`: marked addresses are sent to a site, then searched for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from zoning.cli.console import Console, console_of
from zoning.cli.group import ZoningCommand
from zoning.cli.help import argument, option
from zoning.cli.kinds import Existing, Seconds
from zoning.cli.options import json_option

if TYPE_CHECKING:
    from pathlib import Path

    from webmap.privacy.search import Searched
    from webmap.privacy.visit import Visited

KEPT_EXIT = 13
MEGABYTE = 1e6


@click.command("privacy-check", cls=ZoningCommand, help="help.PRIVACY_CHECK")
@argument("url", metavar="URL", help="help.ARGUMENT_URL")
@option(
    "--search", "places", multiple=True, type=Existing(), metavar="PATH", help="help.OPTION_SEARCH"
)
@option("--address", "known", metavar="TEXT", default="", help="help.OPTION_KNOWN_ADDRESS")
@option(
    "--wait", type=Seconds(), metavar="S", default=2.0, show_default=True, help="help.OPTION_WAIT"
)
@json_option
@click.pass_context
def privacy_check_command(
    ctx: click.Context, url: str, places: tuple[Path, ...], known: str, wait: float
) -> None:
    """Say whether a look-up keeps or shows what it should not."""
    from webmap.privacy.search import search
    from webmap.privacy.visit import visit

    console: Console = console_of(ctx)
    if not url.startswith(("http://", "https://")):
        raise click.UsageError(console.text("lookup.PRIVACY_NO_URL", url=url), ctx)
    visited = visit(url, known=known)
    if places:
        # what a server writes behind its answers has to be on the disk
        time.sleep(wait)
    searched = search(places, visited.marks)
    bad = bool(visited.faults or searched.traces or searched.unread)
    if console.json:
        error = console.error("lookup.PRIVACY_BAD") if bad else None
        console.answer(_record(url, visited, searched), error=error)
    else:
        _tell(console, url, visited, searched)
        console.say("lookup.PRIVACY_BAD" if bad else "lookup.PRIVACY_GOOD")
    if bad:
        ctx.exit(KEPT_EXIT)


def _record(url: str, visited: Visited, searched: Searched) -> dict[str, Any]:
    return {
        "url": url,
        "sent": [mark.sent_by.lower() for mark in visited.marks],
        "faults": [
            {"sent_by": fault.sent_by.lower(), "what": fault.what.lower()}
            for fault in visited.faults
        ],
        "searched": {"files": searched.files, "bytes": searched.size},
        "traces": [
            {"sent_by": trace.mark.sent_by.lower(), "file": trace.file} for trace in searched.traces
        ],
        "unread": list(searched.unread),
    }


def _tell(console: Console, url: str, visited: Visited, searched: Searched) -> None:
    def way(sent_by: str) -> str:
        return console.text(f"lookup.SENT_{sent_by}")

    console.say("lookup.PRIVACY_SENT", url=url, count=len(visited.marks))
    for mark in visited.marks:
        click.echo(f"  · {way(mark.sent_by)}")
    for fault in visited.faults:
        what = console.text(f"lookup.LEAK_{fault.what}")
        console.say("lookup.PRIVACY_FAULT", way=way(fault.sent_by), what=what)
    if searched.files or searched.unread:
        size = round(searched.size / MEGABYTE, 1)
        console.say("lookup.PRIVACY_SEARCHED", files=searched.files, size=size)
    else:
        console.say("lookup.PRIVACY_NOT_SEARCHED")
    for trace in searched.traces:
        console.say("lookup.PRIVACY_KEPT", way=way(trace.mark.sent_by), file=trace.file)
    for file in searched.unread:
        console.say("lookup.PRIVACY_UNREAD", file=file)
