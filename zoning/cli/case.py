"""Commands about the whole file of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from zoning.cli.console import Console
from zoning.cli.group import ZoningCommand, language_option
from zoning.cli.help import argument, option
from zoning.cli.kinds import InFile
from zoning.cli.notice import BAD_LOG_EXIT, CommandGroup, Mark
from zoning.cli.notice_files import out_option, write_all
from zoning.cli.options import json_option
from zoning.cli.output import progress_bar
from zoning.errors import InputError, StorageError
from zoning.messages import os_reason

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.report.case_check import CaseCheck, Trouble


@click.group("case", cls=CommandGroup, help="case.GROUP")
def case_group() -> None:
    """Work with the files of cases."""


case_group.params.append(language_option())


@case_group.command("verify", cls=ZoningCommand, help="case.VERIFY")
@argument("file", metavar="FILE.zip", type=InFile(), help="case.ARGUMENT_FILE")
@option("--sealed", type=InFile(), metavar="FILE.zip", help="case.OPTION_SEALED")
@option(
    "--mark", "marks", type=Mark(), metavar="[N:]DIGEST", multiple=True, help="help.OPTION_MARK"
)
@json_option
@click.pass_context
def verify_command(
    ctx: click.Context, file: Path, sealed: Path | None, marks: tuple[str, ...]
) -> None:
    """Check the whole file of a case off-line."""
    from zoning.report.case_check import check_case

    console: Console = ctx.obj
    found = check_case(read_file(file), None if sealed is None else read_file(sealed), marks=marks)
    error = console.error("case.TROUBLED", count=len(found.troubles)) if found.troubles else None
    if console.json:
        console.answer(_record(console, found, sealed=sealed is not None), error=error)
    else:
        _tell(console, found, sealed=sealed is not None)
    if found.troubles:
        ctx.exit(BAD_LOG_EXIT)


@case_group.command("papers", cls=ZoningCommand, help="case.PAPERS")
@argument("file", metavar="FILE.zip", type=InFile(), help="case.ARGUMENT_FILE")
@out_option
@option("--bureau", metavar="TEXT", default="", help="case.OPTION_BUREAU")
@option("--filled-in-by", metavar="TEXT", default="", help="case.OPTION_FILLED_IN_BY")
@option("--telephone", metavar="TEXT", default="", help="case.OPTION_TELEPHONE")
@json_option
@click.pass_obj
def papers_command(
    console: Console, file: Path, out: Path, bureau: str, filled_in_by: str, telephone: str
) -> None:
    """Write report, table of replies and ledger of a case."""
    from zoning.report.case_archive import import_case
    from zoning.report.case_check import check_case
    from zoning.report.ledger import LedgerHead
    from zoning.report.papers import case_papers
    from zoning.rules import load_rule_set

    content = read_file(file)
    troubles = check_case(content).troubles
    if troubles:
        raise InputError("case.TROUBLED", count=len(troubles))
    whole = import_case(content)
    with progress_bar(console.text("case.STEP_PAPERS")):
        papers = case_papers(
            whole,
            rules=load_rule_set(whole.case().rule_set).notice,
            language=console.language,
            head=LedgerHead(bureau, filled_in_by, telephone),
        )
    write_all(out, papers)
    if console.json:
        console.answer({"folder": str(out), "files": sorted(papers)})
        return
    console.say("notice_parts.COMPOSED", folder=out)
    for name in sorted(papers):
        click.echo(f"  {name}")


def _tell(console: Console, found: CaseCheck, *, sealed: bool) -> None:
    for trouble in found.troubles:
        click.echo(_said(console, trouble))
    if found.troubles:
        console.say("case.TROUBLED", count=len(found.troubles))
        return
    state = console.text(f"notice.STATE_{found.state}")
    console.say("case.WHOLE", case=found.case_id, state=state, events=found.events)
    counts = {"files": found.files, "opinions": found.opinions, "originals": found.originals}
    console.say("case.COUNTS" if sealed else "case.COUNTS_PUBLIC", **counts)
    console.say("calendar.LOG_HEAD", mark=f"{found.events}:{found.head}")
    if found.marked == found.events:
        console.say("calendar.LOG_MARKED")
    else:
        console.say("calendar.LOG_UNMARKED", since=found.marked + 1)
    if found.absent:
        console.say("case.ABSENT", count=len(found.absent))
        for name, digest in found.absent:
            click.echo(f"  {digest[:12]}  {name}")


def _record(console: Console, found: CaseCheck, *, sealed: bool) -> dict[str, Any]:
    return {
        "case": found.case_id,
        "state": found.state,
        "events": found.events,
        "head": found.head,
        "marked": found.marked,
        "files": found.files,
        "opinions": found.opinions,
        "originals": found.originals if sealed else None,
        "absent": [{"name": name, "sha256": digest} for name, digest in found.absent],
        "troubles": [
            {"code": item.code, "what": item.what, "message": _said(console, item)}
            for item in found.troubles
        ],
    }


def _said(console: Console, trouble: Trouble) -> str:
    if trouble.code.startswith("LOG_"):
        return console.text("case.TROUBLE_LOG", number=trouble.what, code=trouble.code)
    return console.text(f"case.TROUBLE_{trouble.code}", what=trouble.what)


def read_file(file: Path) -> bytes:
    """Return the bytes of a file.

    Raises
    ------
    StorageError
        It cannot be read.
    """
    try:
        return file.read_bytes()
    except OSError as error:
        raise StorageError("study.CANNOT_READ", file=file, detail=os_reason(error)) from error
