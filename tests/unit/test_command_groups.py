"""Groups of commands take in commands of other packages, as the program itself does."""

from __future__ import annotations

from importlib import metadata

import click
import pytest
from click.testing import CliRunner

from zoning.cli.group import ZoningCommand
from zoning.cli.notice import CommandGroup


@click.command("export", cls=ZoningCommand, help="case.VERIFY")
def export_command() -> None:
    """Say that it was called."""
    click.echo("exported")


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> CommandGroup:
    entry = metadata.EntryPoint("export", f"{__name__}:export_command", "zoning.commands.case")

    def entry_points(*, group: str) -> metadata.EntryPoints:
        return metadata.EntryPoints([entry] if group == "zoning.commands.case" else [])

    monkeypatch.setattr(metadata, "entry_points", entry_points)
    return CommandGroup("case", help="case.GROUP")


def test_a_command_of_another_package_is_run_and_listed(group: CommandGroup) -> None:
    assert CliRunner().invoke(group, ["export"]).stdout == "exported\n"
    assert "export" in CliRunner().invoke(group, ["--help"]).stdout


def test_it_belongs_to_its_group_only(group: CommandGroup) -> None:
    group.name = "log"
    assert group.list_commands(click.Context(group)) == []
