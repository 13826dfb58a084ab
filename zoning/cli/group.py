"""The command group: finds commands of other packages, turns errors into words and exit codes."""

from __future__ import annotations

import sys
import traceback
from dataclasses import dataclass
from importlib import metadata
from tempfile import NamedTemporaryFile
from typing import Any

import click

from zoning.cli.output import error_text, finding_record, put_json
from zoning.errors import ZoningError
from zoning.findings import Finding
from zoning.messages import text

ENTRY_POINTS = "zoning.commands"
INTERRUPTED = 130
UNEXPECTED = 1


@dataclass
class Console:
    """How to speak to whoever called.

    Parameters
    ----------
    language
        Language of all messages.
    json
        Whether standard output is for another program.
    """

    language: str
    json: bool = False

    def say(self, key: str, /, **params: object) -> None:
        """Print a message for a person; on standard error where output is JSON."""
        click.echo(text(key, self.language, params), err=self.json)

    def text(self, key: str, /, **params: object) -> str:
        """Return a message of the catalogue."""
        return text(key, self.language, params)


class ZoningGroup(click.Group):
    """Commands of this package and those that others register under `zoning.commands`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names of all commands, in the order of the road."""
        registered = [entry.name for entry in metadata.entry_points(group=ENTRY_POINTS)]
        return [*self.commands, *sorted(set(registered) - set(self.commands))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, loading the package that brings it only now."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        for entry in metadata.entry_points(group=ENTRY_POINTS, name=cmd_name):
            command = entry.load()
            if isinstance(command, click.Command):
                return command
        return None

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; a `ZoningError` or Ctrl-C becomes words and an exit code."""
        try:
            return super().invoke(ctx)
        except ZoningError as error:
            report_error(ctx, error)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            console = ctx.obj if isinstance(ctx.obj, Console) else Console("zh-CN")
            click.echo("\n" + console.text("cli.INTERRUPTED"), err=True)
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:  # noqa: BLE001 - the last net before the user
            report_fault(ctx, error)
            ctx.exit(UNEXPECTED)


def report_fault(ctx: click.Context, error: Exception) -> None:
    """Tell of a fault of the program itself, and keep its trace in a file to send in."""
    console = ctx.obj if isinstance(ctx.obj, Console) else Console("zh-CN")
    with NamedTemporaryFile(
        "w", prefix="zoning-", suffix=".log", delete=False, encoding="utf-8"
    ) as log:
        log.write("".join(traceback.format_exception(error)))
    said = console.text("cli.UNEXPECTED", kind=type(error).__name__, file=log.name)
    if console.json:
        put_json({"ok": False, "error": {"code": "cli.UNEXPECTED", "message": said}})
    click.echo(said, err=True)


def report_error(ctx: click.Context, error: ZoningError) -> None:
    """Tell of an error on standard error, and as JSON where that was asked for."""
    console = ctx.obj if isinstance(ctx.obj, Console) else Console("zh-CN")
    if console.json:
        findings = [item for item in getattr(error, "findings", ()) if isinstance(item, Finding)]
        put_json(
            {
                "ok": False,
                "error": {"code": error.key, "message": error_text(error, console.language)},
                "findings": [finding_record(item, console.language) for item in findings],
            }
        )
        return
    click.echo(error_text(error, console.language), file=sys.stderr)
