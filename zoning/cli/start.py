"""Commands that make a study: an empty one, or the demo county."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import click

from zoning.cli.console import Console
from zoning.cli.group import ZoningCommand
from zoning.cli.help import argument, option
from zoning.cli.kinds import NewFolder, OneOf, Whole
from zoning.cli.options import SEED, json_option
from zoning.cli.output import progress_bar

if TYPE_CHECKING:
    from pathlib import Path

new_study_argument = argument(
    "directory", metavar="DIR", type=NewFolder(), help="help.ARGUMENT_NEW_DIR"
)
# the last of the three years of a new study is still one that the settings allow
FIRST_YEAR = Whole(2000, 2098)


@click.command("init", cls=ZoningCommand, help="help.INIT")
@new_study_argument
@option("--name", default="", metavar="NAME", help="help.OPTION_NAME")
@option("--first-year", type=FIRST_YEAR, metavar="YEAR", help="help.OPTION_FIRST_YEAR")
@json_option
@click.pass_obj
def init_command(console: Console, directory: Path, name: str, first_year: int | None) -> None:
    """Make a new study with templates to fill in."""
    from zoning.study.create import create_study

    first = first_year or datetime.datetime.now(tz=datetime.UTC).year + 1
    years = (first, first + 1, first + 2)
    called = name.strip() or directory.resolve().name or str(directory)
    files = create_study(directory, name=called, years=years)
    if console.json:
        console.answer({"study": str(directory), "files": [str(file) for file in files]})
        return
    console.say("cli.INIT_DONE", folder=directory)
    for file in files:
        click.echo(f"  {file}")


@click.command("demo", cls=ZoningCommand, help="help.DEMO")
@new_study_argument
@option(
    "--size",
    type=OneOf(["small", "county", "city"]),
    default="county",
    show_default=True,
    help="help.OPTION_SIZE",
)
@option(
    "--seed", type=SEED, metavar="N", default=1, show_default=True, help="help.OPTION_SEED_DEMO"
)
@json_option
@click.pass_obj
def demo_command(console: Console, directory: Path, size: str, seed: int) -> None:
    """Write an invented Chinese county with all its inputs."""
    import numpy as np

    from zoning.demo import DemoSize, generate, write_demo

    with progress_bar(console.text("cli.STEP_demo")):
        county = generate(DemoSize(size), rng=np.random.default_rng(seed))
        write_demo(county, directory)
    if console.json:
        console.answer({"study": str(directory), "size": size, "seed": seed})
        return
    console.say("cli.DEMO_DONE", folder=directory, size=size, seed=seed)
