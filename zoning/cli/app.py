"""The group of all commands."""

from __future__ import annotations

from importlib import metadata

import click

from zoning.cli.case import case_group
from zoning.cli.certify import certify_command
from zoning.cli.console import Console
from zoning.cli.explain import explain_command
from zoning.cli.geocode import geocode_command
from zoning.cli.geocode_diff import geocode_diff_command
from zoning.cli.group import ZoningGroup, language_option
from zoning.cli.help import Option
from zoning.cli.nearest import nearest_command
from zoning.cli.notice import calendar_command, log_group
from zoning.cli.notice_files import notice_group
from zoning.cli.parse import parse_command
from zoning.cli.plans import compare_command, draw_command
from zoning.cli.risk import risk_command
from zoning.cli.road import (
    blocks_command,
    check_command,
    roads_command,
    run_command,
    travel_command,
)
from zoning.cli.start import demo_command, init_command
from zoning.cli.walkshed import walkshed_command
from zoning.cli.whatif import whatif_command


def show_version(context: click.Context, parameter: click.Parameter, value: bool) -> None:  # noqa: ARG001, FBT001
    """Show the version and end there."""
    if not value or context.resilient_parsing:
        return
    click.echo(f"zoning {metadata.version('school-zoning')}")
    context.exit()


@click.group(
    "zoning",
    cls=ZoningGroup,
    help="help.ZONING",
    epilog="help.EXIT_CODES",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Draw school zones from a bureau's files."""
    ctx.ensure_object(Console)


main.params += [
    language_option(),
    Option(
        ["--version"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=show_version,
        help="help.OPTION_VERSION",
    ),
]
for command in (
    init_command,
    demo_command,
    check_command,
    roads_command,
    blocks_command,
    travel_command,
    draw_command,
    compare_command,
    explain_command,
    whatif_command,
    certify_command,
    nearest_command,
    walkshed_command,
    geocode_command,
    parse_command,
    geocode_diff_command,
    calendar_command,
    log_group,
    risk_command,
    notice_group,
    case_group,
    run_command,
):
    main.add_command(command)
