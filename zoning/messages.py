"""Texts in the user's language, from one TOML file a language and area in `catalog/`.

A third language is a third folder; `tests/architecture` compares keys and placeholders.
"""

from __future__ import annotations

import os
import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zoning.errors import ZoningError

DEFAULT_LANGUAGE = "zh-CN"


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
    for candidate in candidates:
        tag = (candidate or "").split(".")[0].replace("_", "-").lower()
        for language in languages():
            if tag and language.lower().split("-")[0] == tag.split("-")[0]:
                return language
    return DEFAULT_LANGUAGE


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
    area, _, code = key.partition(".")
    entry = _area(language, area)[code]
    template = entry if isinstance(entry, str) else entry.get(part, "")
    return str(template).format(**(params or {}))


def explain(error: ZoningError, language: str) -> str:
    """Say in the user's language what an error means and what to do about it."""
    said = text(error.key, language, error.params)
    entry_fix = text(error.key, language, error.params, part="fix")
    return f"{said} {entry_fix}" if entry_fix and entry_fix != said else said
