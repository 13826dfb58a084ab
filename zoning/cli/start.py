"""Commands that make a study: an empty one, or the demo county."""

from __future__ import annotations

import datetime
from pathlib import Path

import click
import numpy as np

from zoning.cli.group import Console
from zoning.cli.options import json_option
from zoning.cli.output import progress_bar, put_json


@click.command("init")
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--name", default="", help="Name of the county. 县（市、区）名称。")
@click.option(
    "--first-year", type=int, help="First school year; else the next one. 起始学年，默认下一学年。"
)
@json_option
@click.pass_obj
def init_command(console: Console, directory: Path, name: str, first_year: int | None) -> None:
    """新建研究，附带空白模板。Make a new study with templates to fill in."""
    from zoning.study.create import create_study

    first = first_year or datetime.datetime.now(tz=datetime.UTC).year + 1
    years = (first, first + 1, first + 2)
    files = create_study(directory, name=name or directory.name, years=years)
    if console.json:
        put_json({"ok": True, "study": str(directory), "files": [str(file) for file in files]})
    console.say("cli.INIT_DONE", folder=directory)
    for file in files:
        click.echo(f"  {file}", err=console.json)


@click.command("demo")
@click.argument("directory", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--size",
    type=click.Choice(["small", "county", "city"]),
    default="county",
    show_default=True,
    help="How large. 规模。",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Seed. 随机种子。")
@json_option
@click.pass_obj
def demo_command(console: Console, directory: Path, size: str, seed: int) -> None:
    """生成一个虚构的示范县。Write an invented Chinese county with all its inputs."""
    from zoning.demo import DemoSize, generate, write_demo

    with progress_bar(console.text("cli.STEP_demo")):
        county = generate(DemoSize(size), rng=np.random.default_rng(seed))
        write_demo(county, directory)
    if console.json:
        put_json({"ok": True, "study": str(directory), "size": size, "seed": seed})
    console.say("cli.DEMO_DONE", folder=directory, size=size, seed=seed)
