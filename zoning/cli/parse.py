"""The command that cuts addresses into components."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from zoning.cli.console import Console
from zoning.cli.group import ZoningCommand
from zoning.cli.help import option
from zoning.cli.kinds import InFile, OutFile
from zoning.cli.options import json_option
from zoning.cli.output import progress_bar
from zoning.errors import InputError, StorageError
from zoning.messages import os_reason

if TYPE_CHECKING:
    from pathlib import Path

TELL_EVERY = 1000


@click.command("parse", cls=ZoningCommand, help="help.PARSE")
@option(
    "--in",
    "source",
    type=InFile(),
    metavar="FILE",
    required=True,
    help="help.OPTION_IN_ADDRESSES",
)
@option("--out", type=OutFile(), metavar="FILE", required=True, help="help.OPTION_OUT_ADDRESSES")
@json_option
@click.pass_context
def parse_command(ctx: click.Context, source: Path, out: Path) -> None:
    """Cut addresses into components."""
    from zoning.geocode.records import parsed_lines
    from zoning.study.files import write_whole

    console: Console = ctx.obj
    if out.exists() and out.samefile(source):
        raise click.UsageError(console.text("usage.SAME_FILE", file=out), ctx)
    text = read_text(source)
    began = time.perf_counter()
    lines = []
    with progress_bar(console.text("cli.STEP_parse")) as bar:
        total = text.count("\n") + 1
        for line in parsed_lines(text):
            lines.append(line)
            if len(lines) % TELL_EVERY == 0:
                bar("", len(lines), total)
    try:
        write_whole(out, "".join(line + "\n" for line in lines).encode())
    except OSError as error:
        raise StorageError("study.CANNOT_WRITE", file=out, detail=os_reason(error)) from error
    seconds = time.perf_counter() - began
    if console.json:
        console.answer({"file": str(out), "addresses": len(lines)})
        return
    console.say("cli.PARSE_DONE", count=len(lines), file=out)
    console.say("cli.TOOK", seconds=seconds)


def read_text(file: Path) -> str:
    """Return the text of a file in any encoding that tables may have.

    Raises
    ------
    StorageError
        It cannot be read.
    InputError
        It is no text, or of an unknown encoding.
    """
    from zoning.intake.encoding import decode

    try:
        decoded = decode(file.read_bytes())
    except OSError as error:
        raise StorageError("study.CANNOT_READ", file=file, detail=os_reason(error)) from error
    if decoded is None:
        raise InputError("cli.NO_TEXT", file=file)
    return decoded[0]
