"""Commands of the web side, registered with `zoning`: `map` and `serve`."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

import click

from webmap.errors import PlanNotFoundError
from zoning.errors import StorageError
from zoning.messages import choose_language, languages, text

MEGABYTE = 1e6
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


def _language(wanted: str | None) -> str:
    """Return the language asked for here, of `zoning --lang`, or of the system."""
    if wanted is not None:
        return wanted
    context = click.get_current_context(silent=True)
    console = context.obj if context is not None else None
    return str(getattr(console, "language", "") or choose_language())


def _say(key: str, language: str, **params: object) -> None:
    """Tell a person; on standard error where standard output is for another program.

    A command that calls this one, such as `run`, tells of it itself.
    """
    context = click.get_current_context(silent=True)
    if context is not None and context.parent is not None and context.parent.parent is not None:
        return
    console = context.obj if context is not None else None
    click.echo(text(key, language, params), err=bool(getattr(console, "json", False)))


@click.command("map")
@click.argument("directory", metavar="DIR", type=FOLDER)
@click.argument("plan", required=False)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; else build/map-<id>.html. 输出文件。",
)
@click.option(
    "--lang",
    "--language",
    "language",
    type=click.Choice(languages()),
    help="Language of the map. 地图语言。",
)
def map_command(
    directory: Path, plan: str | None, out: Path | None = None, language: str | None = None
) -> None:
    """写出一个可离线打开的学区地图文件。Write one map file that opens without a network.

    PLAN is a plan's id, its first letters, or a file; without it, the newest.
    PLAN 可以是方案编号、编号开头几位或文件；不写则取最新方案。
    """
    from webmap.maps.page import render_map_file
    from webmap.maps.zone_map import build_zone_map
    from webmap.services.plans import find_plan, load_plan
    from webmap.services.surroundings import load_surroundings
    from zoning.cli.output import progress_bar

    chosen = _language(language)
    data = load_plan(find_plan(directory, plan))
    with progress_bar(text("webmap.DRAWING", chosen)):
        zone_map = build_zone_map(data, load_surroundings(directory), language=chosen)
        page = render_map_file(zone_map, language=chosen)
    target = out or directory / "build" / f"map-{data.summary.plan_id}.html"
    write_whole(target, page)
    size = round(target.stat().st_size / MEGABYTE, 2)
    _say("webmap.MAP_WRITTEN", chosen, file=target, size=size)


def write_whole(path: Path, document: str) -> None:
    """Write a file whole or not at all: what was there before stays until the new one is done.

    Raises
    ------
    StorageError
        The disk is full or the folder may not be written to.
    """
    partial = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as stream:
            partial = stream.name
            stream.write(document)
            stream.flush()
            os.fsync(stream.fileno())
        Path(partial).chmod(0o644)
        Path(partial).replace(path)
    except OSError as error:
        raise StorageError(
            "webmap.CANNOT_WRITE", file=str(path), detail=error.strerror or str(error)
        ) from error
    finally:
        if partial:
            with suppress(FileNotFoundError):
                Path(partial).unlink()


@click.command("serve")
@click.argument("directory", metavar="DIR", type=FOLDER)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address. 监听地址。")
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port. 端口。"
)
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes. 进程数。",
)
@click.option(
    "--lang",
    "--language",
    "language",
    type=click.Choice(languages()),
    help="Language of pages that ask for none; else the reader's. 页面默认语言。",
)
def serve_command(
    directory: Path, host: str, port: int, workers: int, language: str | None
) -> None:
    """在本机以网页显示全部方案。Show the plans of a study as pages, on this machine."""
    from webmap.app import create_app
    from webmap.config import Config
    from webmap.server import free_to_listen, run
    from webmap.services.plans import plan_files

    said = _language(language)
    config = Config(study=directory.resolve(), language=language)
    if not plan_files(config.study):
        raise PlanNotFoundError("webmap.NO_PLANS", folder=str(directory))
    free_to_listen(host, port)
    _say("webmap.SERVING", said, host=host, port=port, study=directory)
    run(create_app(config), host=host, port=port, workers=workers)
