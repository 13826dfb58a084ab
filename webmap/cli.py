"""Commands of the web side, registered with `zoning`: `map` and `serve`."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import click

from zoning.cli.console import Console, console_of
from zoning.cli.group import ZoningCommand
from zoning.cli.help import argument, option
from zoning.cli.kinds import Folder, Language, OutFile, Whole
from zoning.cli.options import json_option, study_argument
from zoning.errors import StorageError, ZoningError
from zoning.messages import explain, os_reason

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask

    from webmap.services.archive import Archive

MEGABYTE = 1e6


def called_alone(context: click.Context) -> bool:
    """Tell whether a person called this command; `run`, which calls it too, tells of all itself."""
    return context.parent is None or context.parent.parent is None


@click.command("map", cls=ZoningCommand, help="help.MAP")
@study_argument
@argument("plan", metavar="[PLAN]", required=False, help="help.ARGUMENT_MAP_PLAN")
@option("--out", type=OutFile(), metavar="FILE.html", help="help.OPTION_OUT_MAP")
@option("--whatif", type=Folder(), metavar="FOLDER", help="help.OPTION_WHATIF_MAP")
@option("--lang", "--language", "language", type=Language(), help="help.OPTION_LANG_MAP")
@json_option
@click.pass_context
def map_command(
    ctx: click.Context,
    directory: Path,
    plan: str | None = None,
    out: Path | None = None,
    whatif: Path | None = None,
    language: str | None = None,
) -> None:
    """Write one map file that opens without a network."""
    if whatif is not None:
        if plan is not None:
            raise click.UsageError(console_of(ctx).text("usage.MAP_OF_WHAT"), ctx)
        difference_map(ctx, directory, whatif, out=out, language=language)
        return
    from webmap.maps.page import render_map_file
    from webmap.maps.zone_map import build_zone_map
    from webmap.services.plans import find_plan, load_plan
    from webmap.services.surroundings import load_surroundings
    from zoning.cli.output import progress_bar

    console: Console = console_of(ctx)
    chosen = language or console.language
    data = load_plan(find_plan(directory, plan))
    with progress_bar(console.text("webmap.DRAWING")):
        zone_map = build_zone_map(data, load_surroundings(directory), language=chosen)
        page = render_map_file(zone_map, language=chosen)
    target = out
    if target is None:
        target = directory / "build" / f"map-{data.summary.plan_id}.html"
        make_folder(target.parent)
    write_whole(target, page)
    if not called_alone(ctx):
        return
    size = round(target.stat().st_size / MEGABYTE, 2)
    if console.json:
        console.answer({"plan": data.summary.plan_id, "file": str(target), "size_mb": size})
    else:
        console.say("webmap.MAP_WRITTEN", file=target, size=size)


def difference_map(
    ctx: click.Context, directory: Path, folder: Path, *, out: Path | None, language: str | None
) -> None:
    """Write the map of what `zoning whatif` wrote into a folder."""
    from webmap.maps.difference_map import build_difference_map
    from webmap.maps.difference_page import render_difference_file
    from webmap.services.differences import load_difference
    from webmap.services.surroundings import load_surroundings
    from zoning.cli.output import progress_bar

    console = console_of(ctx)
    chosen = language or console.language
    difference = load_difference(folder)
    with progress_bar(console.text("webmap.DRAWING")):
        shown = build_difference_map(difference, load_surroundings(directory), language=chosen)
        page = render_difference_file(shown, language=chosen)
    target = out or folder / "whatif.html"
    write_whole(target, page)
    if not called_alone(ctx):
        return
    size = round(target.stat().st_size / MEGABYTE, 2)
    if console.json:
        plan = difference.about["plan_id"]
        console.answer({"plan": plan, "file": str(target), "size_mb": size})
    else:
        console.say("webmap.MAP_WRITTEN", file=target, size=size)


def make_folder(folder: Path) -> None:
    """Make the study's own folder for derived files.

    Raises
    ------
    StorageError
        It cannot be made.
    """
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise _cannot_write(folder, error) from error


def write_whole(path: Path, document: str) -> None:
    """Write a file whole or not at all: what was there before stays until the new one is done.

    Raises
    ------
    StorageError
        The disk is full or the folder may not be written to.
    """
    from zoning.study.files import write_whole as write_bytes

    try:
        write_bytes(path, document.encode("utf-8"))
    except OSError as error:
        raise _cannot_write(path, error) from error


def _cannot_write(path: Path, error: OSError) -> StorageError:
    return StorageError("webmap.CANNOT_WRITE", file=str(path), detail=os_reason(error))


@click.command("serve", cls=ZoningCommand, help="help.SERVE")
@study_argument
@option(
    "--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="help.OPTION_HOST"
)
@option(
    "--port",
    type=Whole(1, 65535),
    metavar="N",
    default=8000,
    show_default=True,
    help="help.OPTION_PORT",
)
@option(
    "--workers",
    type=Whole(1, 64),
    metavar="N",
    default=1,
    show_default=True,
    help="help.OPTION_WORKERS",
)
@option("--lang", "--language", "language", type=Language(), help="help.OPTION_LANG_PAGES")
@click.pass_context
def serve_command(
    ctx: click.Context, directory: Path, host: str, port: int, workers: int, language: str | None
) -> None:
    """Show the plans of a study as pages, on this machine."""
    from webmap.collecting import without_collecting

    with without_collecting():
        from webmap.server import free_to_listen, run

        free_to_listen(host, port)
        app = _opened(console_of(ctx), directory, language)
    from webmap.heartbeat import start
    from webmap.public.answers_ahead import EXTENSION

    console_of(ctx).say("webmap.SERVING", host=host, port=port, study=directory)
    office = app.extensions["zoning-office"]
    run(
        app,
        host=host,
        port=port,
        workers=workers,
        mapped=directory.resolve(),
        held=app.extensions[EXTENSION].page_files(),
        begun=lambda server: start(office, server),
    )


def _opened(console: Console, directory: Path, language: str | None) -> Flask:
    """Return the application, all that readers ask first made ready."""
    from webmap.services.archive import Archive
    from webmap.services.digests_ahead import DigestsAhead

    with DigestsAhead() as digests:
        archive = Archive(directory.resolve(), digest=digests)
        # the disk is read and looked through while the modules of the program are loaded
        digests.begin(partial(_read_first, archive))
        from webmap.app import create_app
        from webmap.config import DATABASE_URL, WEB_SECRET, Config
        from webmap.services.plans import plan_files

        config = Config(
            study=directory.resolve(),
            language=language,
            secret=os.environ.get(WEB_SECRET) or None,
            database_url=os.environ.get(DATABASE_URL) or None,
        )
        app = create_app(config, archive=archive)
        if not plan_files(config.study):
            console.say("webmap.NO_PLANS_YET", folder=directory)
        _draw_ground(console, directory)
        _open_lookup(console, app, directory)
    return app


def _read_first(archive: Archive) -> tuple[Path, ...]:
    """Begin to read what versions are asked in, and return it."""
    from webmap.holder import read_ahead

    files = archive.asked_files()
    read_ahead(files)
    return files


def _draw_ground(console: Console, directory: Path) -> None:
    """Make the base map; the zones are shown without it, too."""
    from zoning.cli.output import progress_bar
    from zoning.study import exclusive
    from zoning.study.tiles import tiles

    try:
        with (
            exclusive(directory, tell=console.notice) as study,
            progress_bar(console.text("ground.STEP")) as bar,
        ):
            tiles(study, bar)
    except ZoningError as error:
        console.say("ground.NONE", reason=explain(error, console.language))


def _open_lookup(console: Console, app: Flask, directory: Path) -> None:
    """Make look-ups ready before the first reader comes; the maps are shown without them, too."""
    from webmap.public.warming import warm

    lookup = app.extensions["zoning-lookup"]
    try:
        # what versions have kept is asked as it is, whatever the study has become
        if lookup.asks_build():
            _make_ready(console, directory)
        elif _is_on_notice(app):
            try:
                _make_ready(console, directory)
            except ZoningError as error:
                reason = explain(error, console.language)
                console.say("lookup.NOTICE_CLOSED_BECAUSE", reason=reason)
        # reading and drawing lets others go on for the most part
        with ThreadPoolExecutor(1) as beside:
            around = beside.submit(_ready_around, app)
            unknown = lookup.open_all()
            around.result()
        if unknown:
            console.say("lookup.UNKNOWN_LEFT_OUT", schools=", ".join(unknown))
        warm(app)
        # each worker comes of this process and knows what was folded
        app.extensions["zoning-office"].cases.every()
        _tell_of_no_versions(console, app, directory)
    except ZoningError as error:
        console.say("lookup.CLOSED_BECAUSE", reason=explain(error, console.language))
    finally:
        # the workers come of this process: each of them opens connections of its own
        app.extensions["zoning-database"].close()


def _ready_around(app: Flask) -> None:
    """Make ready what lies around drawn ways.

    What stands in its way does not close the look-ups: the first answer with a way asks for the
    same again, and tells of it.
    """
    from webmap.public.warming import ready_grounds

    with suppress(ZoningError):
        ready_grounds(app)


def _make_ready(console: Console, directory: Path) -> None:
    """Bring up to date what look-ups read of the study."""
    from zoning.cli.output import progress_bar
    from zoning.lookup.opening import prepare
    from zoning.study import exclusive

    with (
        exclusive(directory, tell=console.notice) as study,
        progress_bar(console.text("lookup.PREPARING")) as bar,
    ):
        prepare(study, bar)


def _is_on_notice(app: Flask) -> bool:
    """Tell whether a plan is on notice or was, and is not in force yet: it is asked in `build/`."""
    from zoning.notice import State
    from zoning.notice.table import AFTER_NOTICE

    cases = app.extensions["zoning-office"].cases.every()
    return any(case.state in {State.RUNNING, *AFTER_NOTICE} for case in cases)


def _tell_of_no_versions(console: Console, app: Flask, directory: Path) -> None:
    """Say so where something was published, and another database than that one is asked."""
    from webmap.services.archive import Archive
    from webmap.services.versions import Versions

    database = app.extensions["zoning-database"]
    if Archive(directory).holds_plans() and not Versions(database).every():
        console.say("lookup.NO_VERSIONS", database=database.name)
