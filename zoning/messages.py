"""Texts in the user's language, from one TOML file a language and area in `catalog/`.

A third language is a third folder; `tests/architecture` compares keys and placeholders.
"""

from __future__ import annotations

import errno
import os
import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zoning.errors import ZoningError

DEFAULT_LANGUAGE = "zh-CN"
_OS_REASONS = frozenset(
    "EACCES EDQUOT EEXIST EIO EISDIR ENAMETOOLONG ENOENT ENOSPC ENOTDIR EPERM EROFS".split()
)


@cache
def languages() -> tuple[str, ...]:
    """Return the languages that have a folder in the catalogue."""
    folders = resources.files("zoning").joinpath("catalog").iterdir()
    return tuple(sorted(folder.name for folder in folders if folder.is_dir()))


def choose_language(wanted: str | None = None, *, environ: Mapping[str, str] | None = None) -> str:
    """Pick the best language that the catalogue has.

    Parameters
    ----------
    wanted
        A language tag such as "en", "zh-CN" or "zh_CN.UTF-8"; None asks the environment.
    environ
        Environment to read (`ZONING_LANG`, then `LC_ALL`, `LC_MESSAGES`, `LANG`).
    """
    env = os.environ if environ is None else environ
    candidates = [
        wanted,
        *(env.get(name) for name in ("ZONING_LANG", "LC_ALL", "LC_MESSAGES", "LANG")),
    ]
    found = (matching_language(candidate or "") for candidate in candidates)
    return next((language for language in found if language is not None), DEFAULT_LANGUAGE)


def matching_language(tag: str) -> str | None:
    """Return the catalogue's language for a tag such as "zh" or "en_US.UTF-8", if it has one."""
    wanted = tag.split(".", maxsplit=1)[0].replace("_", "-").lower().split("-")[0]
    same = (language for language in languages() if language.lower().split("-")[0] == wanted)
    return next(same, None) if wanted else None


@dataclass(frozen=True)
class Phrase:
    """A value for a placeholder that has to be said in the reader's language itself.

    Parameters
    ----------
    key
        Message in the catalogue.
    params
        Values for its placeholders.
    """

    key: str
    params: Mapping[str, object] = field(default_factory=dict)


@cache
def _area(language: str, area: str) -> dict[str, Any]:
    file = resources.files("zoning").joinpath("catalog", language, f"{area}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def text(
    key: str, language: str, params: Mapping[str, object] | None = None, *, part: str = "text"
) -> str:
    """Return a message of the catalogue with its placeholders filled.

    Parameters
    ----------
    key
        "<area>.<CODE>": table CODE of `catalog/<language>/<area>.toml`. The entry is a string,
        or a table with the parts `text` and `fix`.
    language
        One of `languages()`.
    params
        Values for `{placeholders}`.
    part
        Which part of a table entry.

    Raises
    ------
    KeyError
        The catalogue has no such message: a fault of the program, not of the user.
    """
    if not params:
        return _bare(key, language, part)
    values = {
        name: text(value.key, language, value.params) if isinstance(value, Phrase) else value
        for name, value in params.items()
    }
    return _template(key, language, part).format(**values)


@cache
def _bare(key: str, language: str, part: str) -> str:
    """Return a message without placeholders."""
    return _template(key, language, part).format()


@cache
def _template(key: str, language: str, part: str) -> str:
    """Return a message as it stands in the catalogue."""
    area, _, code = key.partition(".")
    entry = _area(language, area)[code]
    return str(entry if isinstance(entry, str) else entry.get(part, ""))


def os_reason(error: OSError) -> Phrase:
    """Say in any language why the system refused to read or write."""
    name = errno.errorcode.get(error.errno or 0, "")
    if name in _OS_REASONS:
        return Phrase(f"storage.{name}")
    return Phrase("storage.OTHER", {"detail": error.strerror or str(error)})


def explain(error: ZoningError, language: str) -> str:
    """Say in the user's language what an error means and what to do about it."""
    said = text(error.key, language, error.params)
    entry_fix = text(error.key, language, error.params, part="fix")
    return f"{said} {entry_fix}" if entry_fix and entry_fix != said else said
