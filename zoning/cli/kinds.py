"""Kinds of values on the command line: each refuses what it cannot use in the user's language."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import click

from zoning.cli.console import console_of
from zoning.messages import languages, matching_language

if TYPE_CHECKING:
    from collections.abc import Sequence


class Kind(click.ParamType[Any]):
    """A kind of value with its own words."""

    name = "value"

    def refuse(
        self, key: str, param: click.Parameter | None, ctx: click.Context | None, **params: object
    ) -> Any:
        """Refuse a value; never returns."""
        self.fail(console_of(ctx).text(key, **params), param, ctx)


# What a study keeps for itself, beside its settings.
STUDY_FOLDERS = frozenset({"inputs", "build", "plans", "decisions", "published"})
STUDY_FILES = frozenset({"study.toml", "zoning.sqlite", "web-secret.key"})
SETTINGS = "study.toml"


def in_study(path: Path) -> bool:
    """Tell whether a path is one that a study keeps for itself, or lies in such a folder.

    Parameters
    ----------
    path
        May not exist yet.
    """
    full = path.resolve()
    if full.name in STUDY_FILES and (full.parent / SETTINGS).is_file():
        return True
    return any(
        folder.name in STUDY_FOLDERS and (folder.parent / SETTINGS).is_file()
        for folder in (full, *full.parents)
    )


class Folder(Kind):
    """A folder that exists."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path."""
        path = Path(value)
        if not _is_there(path):
            self.refuse("usage.NO_FOLDER", param, ctx, folder=path)
        if not path.is_dir():
            self.refuse("usage.NOT_A_FOLDER", param, ctx, folder=path)
        return path


class NewFolder(Kind):
    """A folder that is made if it does not exist."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path."""
        path = Path(value)
        if str(value) == "" or (_is_there(path) and not path.is_dir()):
            self.refuse("usage.NOT_A_FOLDER", param, ctx, folder=value)
        return path


class InFile(Kind):
    """A file that exists."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path."""
        path = Path(value)
        if str(value) == "" or not _is_there(path):
            self.refuse("usage.NO_FILE", param, ctx, file=value)
        if path.is_dir():
            self.refuse("usage.IS_A_FOLDER", param, ctx, file=value)
        return path


class Existing(Kind):
    """A file or a folder that exists."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path."""
        path = Path(value)
        if str(value) == "" or not _is_there(path):
            self.refuse("usage.NO_FILE", param, ctx, file=value)
        return path


class OutFile(Kind):
    """A file to write into a folder that exists: a mistyped folder is not made.

    Files of a study are never written over: its inputs, what is derived, plans, decisions.

    Parameters
    ----------
    suffix
        Ending that the file must have; empty takes any.
    """

    def __init__(self, *, suffix: str = "") -> None:
        self._suffix = suffix

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Return the path."""
        path = Path(value)
        if str(value) == "" or (_is_there(path) and path.is_dir()):
            self.refuse("usage.IS_A_FOLDER", param, ctx, file=value)
        if in_study(path):
            self.refuse("usage.OUT_FILE_IN_STUDY", param, ctx, file=path)
        if not _is_there(path.parent) or not path.parent.is_dir():
            self.refuse("usage.NO_FOLDER_FOR", param, ctx, file=path, folder=path.parent)
        if self._suffix and path.suffix.lower() != self._suffix:
            self.refuse("usage.OTHER_SUFFIX", param, ctx, file=path.name, suffix=self._suffix)
        return path


class Whole(Kind):
    """A whole number within bounds.

    Parameters
    ----------
    least, most
        Bounds, both allowed.
    """

    def __init__(self, least: int, most: int) -> None:
        self._least, self._most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number."""
        try:
            number = int(value)
        except ValueError:
            number = self._least - 1
        if not self._least <= number <= self._most:
            bounds = {"least": self._least, "most": self._most}
            self.refuse("usage.NOT_WHOLE", param, ctx, value=value, **bounds)
        return number


class Day(Kind):
    """A date: 2027-09-01."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the date."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.refuse("usage.NOT_A_DAY", param, ctx, value=value)
            raise


class _Amount(Kind):
    """A finite number above zero, or from zero on; `refusal` is what is said of all others."""

    refusal: ClassVar[str]
    zero: ClassVar[bool]

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return the number."""
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not (0 < number < math.inf or (self.zero and number == 0)):
            self.refuse(self.refusal, param, ctx, value=value)
        return number


class Seconds(_Amount):
    """A duration above zero."""

    refusal, zero = "usage.NOT_SECONDS", False


class Minutes(_Amount):
    """A duration above zero."""

    refusal, zero = "usage.NOT_MINUTES", False


class Metres(_Amount):
    """A distance of zero or more."""

    refusal, zero = "usage.NOT_METRES", True


class OneOf(Kind):
    """One of a few words.

    Parameters
    ----------
    choices
        The words.
    """

    def __init__(self, choices: Sequence[str]) -> None:
        self._choices = tuple(choices)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        """Return the words as help shows them."""
        return "|".join(self._choices)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the word."""
        if value not in self._choices:
            self.refuse("usage.NOT_ONE_OF", param, ctx, value=value, known=", ".join(self._choices))
        return str(value)


class Language(Kind):
    """A language that the catalogue has; "zh" and "en_US.UTF-8" are understood, too."""

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:  # noqa: ARG002
        """Return the languages as help shows them."""
        return "|".join(languages())

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the catalogue's name of the language."""
        found = matching_language(str(value))
        if found is None:
            self.refuse("usage.NOT_ONE_OF", param, ctx, value=value, known=", ".join(languages()))
        return str(found)


def _is_there(path: Path) -> bool:
    """Tell whether there is something; a path that the system cannot even look at is not there."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False
