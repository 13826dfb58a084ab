"""Commands that write a notice: its computed parts, and all its forms."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from zoning.cli.console import Console
from zoning.cli.group import ZoningCommand, language_option
from zoning.cli.help import argument, option
from zoning.cli.kinds import SETTINGS, InFile, NewFolder, in_study
from zoning.cli.notice import CommandGroup
from zoning.cli.options import json_option, opened, study_argument
from zoning.cli.output import progress_bar
from zoning.errors import InputError, StorageError
from zoning.messages import os_reason

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zoning.notice.content import NoticeContent, NoticeVersion

CONTENT = "content.json"


@click.group("notice", cls=CommandGroup, help="notice_parts.GROUP")
def notice_group() -> None:
    """Write notices."""


notice_group.params.append(language_option())


class PaperFolder(NewFolder):
    """A folder for papers: no study, and none of the folders that a study keeps for itself."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path."""
        path = super().convert(value, param, ctx)
        if in_study(path) or in_study(path / SETTINGS):
            self.refuse("usage.OUT_IN_STUDY", param, ctx, folder=path)
        return path


out_option = option(
    "--out", type=PaperFolder(), metavar="DIR", required=True, help="notice_parts.OPTION_OUT_FOLDER"
)


@notice_group.command("draft", cls=ZoningCommand, help="notice_parts.DRAFT")
@study_argument
@argument("plan", metavar="PLAN", help="notice_parts.ARGUMENT_PLAN")
@option(
    "--before",
    metavar="PLAN|current",
    default="current",
    show_default=True,
    help="notice_parts.OPTION_BEFORE",
)
@out_option
@json_option
@click.pass_obj
def draft_command(console: Console, directory: Path, plan: str, before: str, out: Path) -> None:
    """Write the content that follows from a plan."""
    from zoning.notice.record import record_of
    from zoning.study.notice_parts import notice_parts

    study = opened(directory)
    with progress_bar(console.text("notice_parts.STEP_DRAFT")) as bar:
        parts = notice_parts(study, plan, before=before, language=console.language, progress=bar)
    content = json.dumps(record_of(parts.content), ensure_ascii=False, indent=2) + "\n"
    maps = {f"{name}.svg": drawn for name, drawn in parts.maps.items()}
    write_all(out, {CONTENT: content.encode(), **maps})
    lacking = _lacking(console, parts.content)
    if console.json:
        console.answer({"folder": str(out), "missing": lacking, "moved": len(parts.content.moved)})
        return
    console.say("notice_parts.DRAFTED", folder=out)
    if lacking:
        names = console.text("notice.COMMA").join(lacking)
        console.say("notice_parts.STILL_MISSING", parts=names)


@notice_group.command("compose", cls=ZoningCommand, help="notice_parts.COMPOSE")
@argument("file", metavar="CONTENT.json", type=InFile(), help="notice_parts.ARGUMENT_CONTENT")
@out_option
@option("--url", metavar="URL", default="", help="notice_parts.OPTION_URL")
@option("--draft", is_flag=True, help="notice_parts.OPTION_DRAFT")
@json_option
@click.pass_obj
def compose_command(console: Console, file: Path, out: Path, url: str, *, draft: bool) -> None:
    """Set a notice in all its forms."""
    from zoning.report.compose import compose
    from zoning.report.notice_document import NEW_MAP, OLD_MAP, Printed

    version = _version(_content(file))
    named = {OLD_MAP: version.content.old_map, NEW_MAP: version.content.new_map}
    maps = {
        name: drawn
        for name, evidence in named.items()
        if evidence is not None and (drawn := _beside(file, evidence.name)) is not None
    }
    printed = Printed(maps=maps, url=url, language=console.language, draft=draft)
    with progress_bar(console.text("notice_parts.STEP_COMPOSE")):
        files = compose(version, printed)
    write_all(out, files)
    if console.json:
        console.answer({"folder": str(out), "digest": version.digest, "files": sorted(files)})
        return
    console.say("notice_parts.COMPOSED", folder=out)
    for name, content in sorted(files.items()):
        click.echo(f"  {name}  {len(content):,}")
    console.say("notice_parts.CONTENT_DIGEST", digest=version.digest)


def _version(content: NoticeContent) -> NoticeVersion:
    """Return the content as a version of a notice that is part of no case yet."""
    from zoning.notice.content import NoticeVersion, with_digest
    from zoning.notice.model import Substance

    return with_digest(NoticeVersion(content, "", plan_id="", substance=Substance("", "", "")))


def _content(file: Path) -> NoticeContent:
    from zoning.notice.content import NoticeContent
    from zoning.notice.record import RecordError, value_of

    try:
        return value_of(NoticeContent, json.loads(_read(file)))
    except (RecordError, ValueError) as error:
        raise InputError("report.CANNOT_READ_CONTENT", file=file.name, detail=str(error)) from error


def _beside(file: Path, name: str) -> bytes | None:
    """Return a file in the same folder; a name that leads elsewhere is no such file."""
    other = file.parent / name
    if other.name != name or not other.is_file():
        return None
    return _read(other)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise StorageError("study.CANNOT_READ", file=file, detail=os_reason(error)) from error


def write_all(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder, which is made if it is not there.

    Raises
    ------
    StorageError
        One of them could not be written.
    """
    from zoning.study.files import write_out

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError("study.CANNOT_WRITE", file=folder, detail=os_reason(error)) from error
    for name, content in files.items():
        write_out(folder / name, content)


def _lacking(console: Console, content: NoticeContent) -> list[str]:
    from zoning.notice.content import missing

    return [console.text(key) for key in missing(_version(content))]
