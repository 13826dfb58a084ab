"""Commands that bring the whole file of a case out of a database, and into one."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from webmap.casework import database_of
from zoning.cli.case import read_file
from zoning.cli.console import console_of
from zoning.cli.group import ZoningCommand
from zoning.cli.help import argument, option
from zoning.cli.kinds import InFile
from zoning.cli.notice import Mark
from zoning.cli.notice_files import out_option, write_all
from zoning.cli.options import json_option, opened, study_argument
from zoning.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

# the sealed part holds what people wrote, with their contacts
OWNER_ONLY = 0o600


@click.command("export", cls=ZoningCommand, help="case.EXPORT")
@study_argument
@argument("case_id", metavar="CASE", help="case.ARGUMENT_CASE")
@out_option
@option("--public-only", is_flag=True, help="case.OPTION_PUBLIC_ONLY")
@json_option
@click.pass_context
def export_command(
    ctx: click.Context, directory: Path, case_id: str, out: Path, *, public_only: bool
) -> None:
    """Write the whole file of a case: the public part, and the sealed one."""
    from webmap.services.archive import Archive
    from webmap.services.case_files import collected
    from zoning.report.case_archive import export_case
    from zoning.report.case_check import check_case

    console = console_of(ctx)
    opened(directory)
    whole = collected(database_of(ctx, directory), Archive(directory), case_id)
    made = export_case(whole)
    found = check_case(made.public, made.sealed)
    public, sealed = f"case-{case_id}.zip", f"case-{case_id}-sealed.zip"
    write_all(out, {public: made.public})
    if not public_only:
        write_all(out, {sealed: b""})
        (out / sealed).chmod(OWNER_ONLY)
        (out / sealed).write_bytes(made.sealed)
    names = [public] if public_only else [public, sealed]
    error = console.error("case.TROUBLED", count=len(found.troubles)) if found.troubles else None
    if console.json:
        record = {"case": case_id, "folder": str(out), "files": names, "head": found.head}
        console.answer({**record, "events": found.events}, error=error)
    else:
        console.say("case.EXPORTED", case=case_id, folder=out, events=found.events)
        for name in names:
            click.echo(f"  {name}")
        console.say("calendar.LOG_HEAD", mark=f"{found.events}:{found.head}")
        if not public_only:
            console.say("case.KEEP_SEALED", file=sealed)
        if error is not None:
            click.echo(error["message"], err=True)
    if error is not None:
        ctx.exit(InputError.exit_code)


@click.command("import", cls=ZoningCommand, help="case.IMPORT")
@study_argument
@argument("file", metavar="FILE.zip", type=InFile(), help="case.ARGUMENT_FILE")
@option("--sealed", type=InFile(), metavar="FILE.zip", required=True, help="case.OPTION_SEALED")
@option(
    "--mark", "marks", type=Mark(), metavar="[N:]DIGEST", multiple=True, help="help.OPTION_MARK"
)
@json_option
@click.pass_context
def import_command(
    ctx: click.Context, directory: Path, file: Path, sealed: Path, marks: tuple[str, ...]
) -> None:
    """Bring a case from its file into a database that does not have it, to be read there."""
    from webmap.services.archive import Archive
    from webmap.services.case_files import brought_in
    from zoning.report.case_archive import import_case
    from zoning.report.case_check import check_case
    from zoning.report.compose import sha256

    console = console_of(ctx)
    opened(directory)
    public, hidden = read_file(file), read_file(sealed)
    found = check_case(public, hidden, marks=marks)
    if found.troubles:
        raise InputError("case.TROUBLED", count=len(found.troubles))
    case_id = brought_in(
        database_of(ctx, directory),
        Archive(directory),
        import_case(public, hidden),
        now=datetime.now(UTC),
        source=sha256(public),
    )
    if console.json:
        console.answer({"case": case_id, "events": found.events, "head": found.head})
        return
    console.say("case.IMPORTED", case=case_id, events=found.events)
    console.say("calendar.LOG_HEAD", mark=f"{found.events}:{found.head}")
