"""Every command has help in every language, an entry in docs/commands.md, and exit codes."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from zoning import errors
from zoning.cli import main
from zoning.cli.console import Console
from zoning.messages import languages, text

ROOT = Path(__file__).parents[2]
CONTEXT = click.Context(main)
NAMES = main.list_commands(CONTEXT)
CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def help_of(*words: str) -> str:
    result = CliRunner().invoke(main, [*words])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("name", NAMES)
def test_every_command_is_documented(name: str) -> None:
    document = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert f"`zoning {name} " in document


@pytest.mark.parametrize("name", NAMES)
def test_every_command_option_and_argument_is_explained_in_every_language(name: str) -> None:
    command = main.get_command(CONTEXT, name)
    assert command is not None
    options = [item for item in command.params if isinstance(item, click.Option)]
    arguments = [item for item in command.params if isinstance(item, click.Argument)]
    for language in languages():
        shown = re.sub(r"\s+", "", help_of(name, "--help", "--lang", language))
        for item in (command, *options, *arguments):
            assert item.help, f"{name} {item.name} has no help"
            said = text(item.help, language)
            assert re.sub(r"\s+", "", said) in shown
        for option in options:
            assert option.opts[0] in shown


@pytest.mark.parametrize("words", [(), *[(name,) for name in NAMES]])
def test_help_is_in_one_language(words: tuple[str, ...]) -> None:
    for place in (("--lang", "en", *words, "--help"), (*words, "-h", "--lang", "en")):
        assert not CHINESE.search(help_of(*place))
    chinese = help_of("--lang", "zh", *words, "--help")
    assert chinese.startswith("用法：zoning")
    assert not re.search(r"Usage|Options|Arguments|Commands|Show this", chinese)


@pytest.mark.parametrize("name", NAMES)
def test_help_is_the_same_whatever_was_called_before(name: str) -> None:
    command = main.get_command(CONTEXT, name)
    assert command is not None
    alone = CliRunner().invoke(command, ["--help"], obj=Console("en"))
    assert "--help" in alone.stdout
    assert help_of("--lang", "en", name, "-h") == help_of("--lang", "en", name, "--help")


def test_the_environment_chooses_the_language_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZONING_LANG", "en")
    assert help_of("run", "--help").startswith("Usage: ")
    monkeypatch.setenv("ZONING_LANG", "zh")
    assert help_of("run", "--help").startswith("用法：")


def test_every_exit_code_is_documented() -> None:
    document = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    codes = {kind.exit_code for kind in kinds if issubclass(kind, errors.ZoningError)} - {1}
    assert codes
    for code in codes | {0, 7, 9, 130, 141}:
        assert f"| {code} |" in document
        for language in languages():
            assert re.search(rf"^\s*{code}\b", help_of("-h", "--lang", language), re.MULTILINE)
