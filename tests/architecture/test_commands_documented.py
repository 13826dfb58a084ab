"""Every command has help, an entry in docs/commands.md, and documented exit codes."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import click
import pytest

from zoning import errors
from zoning.cli import main

ROOT = Path(__file__).parents[2]
CONTEXT = click.Context(main)
NAMES = main.list_commands(CONTEXT)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_documented(name: str) -> None:
    command = main.get_command(CONTEXT, name)
    assert command is not None
    assert command.help
    assert re.search(r"[\u4e00-\u9fff]", command.help), "help in Chinese, too"
    assert re.search(r"[A-Za-z]{4}", command.help), "help in English, too"
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.name} has no help"
    document = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert f"`zoning {name} " in document


def test_every_exit_code_is_documented() -> None:
    document = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert main.epilog is not None
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    codes = {kind.exit_code for kind in kinds if issubclass(kind, errors.ZoningError)} - {1}
    assert codes
    for code in codes | {0, 7, 130}:
        assert f"| {code} |" in document
        assert re.search(rf"^\s*{code}\b", main.epilog, flags=re.MULTILINE)
