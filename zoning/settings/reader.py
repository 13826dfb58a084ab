"""Read `study.toml`: all of its faults at once, each in words that an officer can act on."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from zoning.errors import SettingsError
from zoning.messages import os_reason
from zoning.settings.model import RULE_SETS, StudySettings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "missing": "missing",
        "extra_forbidden": "unknown",
        "model_type": "table",
        "model_attributes_type": "table",
        "dict_type": "table",
        "string_type": "text",
        "string_too_short": "empty",
        "int_type": "whole",
        "int_parsing": "whole",
        "int_parsing_size": "whole",
        "int_from_float": "whole",
        "float_type": "number",
        "float_parsing": "number",
        "finite_number": "number",
        "tuple_type": "list",
        "list_type": "list",
        "too_short": "empty",
        "enum": "choice",
        "greater_than": "above",
        "greater_than_equal": "least",
        "less_than_equal": "most",
    }
)
"""Kind of fault by pydantic's name of it."""
_OWN = frozenset(
    {
        "years", "stages", "place", "path", "rule_set", "age_band", "number", "whole",
        "road_class", "road_class_near", "approval_number", "approval_exemption",
    }
)  # fmt: skip
# sections by their former names: study.toml of a bureau is to be mended, a kept copy cannot be
_FORMER = MappingProxyType({"maps": "map"})
_BOUNDS = ("gt", "ge", "le")
_PLACES = frozenset({"addresses", "blocks"})
_LINE = re.compile(r"\(at line (\d+), column (\d+)\)$")
_TWICE = re.compile("overwrite|twice|already|mutable", re.IGNORECASE)
_SHOWN = 60


@dataclass(frozen=True)
class SettingsFault:
    """One fault of `study.toml`.

    Parameters
    ----------
    key
        Dotted key.
    kind
        Which fault: `settings.FAULT_<kind>` in the catalogue.
    params
        Values for its placeholders, among them `value`, what was given.
    """

    key: str
    kind: str
    params: Mapping[str, str] = field(default_factory=dict)


def parse_settings(
    document: str,
    *,
    file: str = "study.toml",
    rule_sets: Sequence[str] | None = None,
    former_names: bool = False,
) -> StudySettings:
    """Read settings from TOML text.

    Parameters
    ----------
    document
        The text.
    file
        What to call it.
    rule_sets
        Names of the rule sets that there are; None takes any name.
    former_names
        Whether sections may have names that they had earlier: in a copy that was kept.

    Raises
    ------
    SettingsError
        The text is no TOML, or keys are missing, unknown or of the wrong kind; all of them.
    """
    try:
        raw = tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        raise _not_toml(error, document, file=file) from error
    except RecursionError as error:
        raise SettingsError("settings.TOO_DEEP", file=file) from error
    if former_names:
        _rename(raw)
    try:
        return StudySettings.model_validate(raw, context={RULE_SETS: rule_sets})
    except ValidationError as error:
        # a list all of whose items are refused counts as too short; that is only an echo
        told = [item for item in error.errors() if item["type"] != "too_short" or not item["input"]]
        faults = [_fault(item) for item in told]
        inputs = raw.get("inputs")
        if isinstance(inputs, dict) and not _PLACES & inputs.keys():
            # a rule about two keys is not tried where one of the others is at fault
            faults = [item for item in faults if item.kind != "place"]
            faults.append(SettingsFault("inputs", "place"))
        raise SettingsError(
            "settings.INVALID", faults=faults, file=file, count=len(faults)
        ) from error


def _not_toml(error: tomllib.TOMLDecodeError, document: str, *, file: str) -> SettingsError:
    """Say in which line the text ceases to be TOML, and show the line."""
    lines = document.splitlines() or [""]
    at = _LINE.search(str(error))
    row, column = (int(at[1]), int(at[2])) if at else (len(lines), len(lines[-1]) + 1)
    twice = row <= len(lines) and _TWICE.search(str(error)) is not None
    key = "settings.TOML_TWICE" if twice else "settings.NOT_TOML"
    content = lines[min(row, len(lines)) - 1].strip()
    return SettingsError(key, file=file, row=row, column=column, content=_shortened(content))


def _rename(raw: dict[str, Any]) -> None:
    """Put what stands in sections of former names into those of today."""
    for former, now in _FORMER.items():
        given, known = raw.get(former), raw.get(now, {})
        if isinstance(given, dict) and isinstance(known, dict):
            raw[now] = raw.pop(former) | known


def _fault(error: Any) -> SettingsFault:
    told = error["type"]
    if told == "extra_forbidden" and len(error["loc"]) == 1 and error["loc"][0] in _FORMER:
        former = error["loc"][0]
        return SettingsFault(former, "renamed", {"value": former, "known": _FORMER[former]})
    kind = told if told in _OWN else _KINDS.get(told, "date" if "date" in told else "value")
    context = error.get("ctx", {})
    bound = next((f"{context[name]:g}" for name in _BOUNDS if name in context), "")
    known = str(context.get("expected", context.get("known", ""))).replace(" or ", ", ")
    # the value is told, so its place in a list need not be counted
    parts = (part for part in error["loc"] if isinstance(part, str) and part != "[key]")
    return SettingsFault(
        ".".join(parts),
        kind,
        {"value": _shown(error["input"]), "bound": bound, "known": known.replace("'", "")},
    )


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return _shortened(str(list(value) if isinstance(value, tuple) else value))


def _shortened(value: str) -> str:
    return value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…"


def load_settings(
    path: Path, *, rule_sets: Sequence[str] | None = None, former_names: bool = False
) -> StudySettings:
    """Read `study.toml`.

    Parameters
    ----------
    path
        The file.
    rule_sets, former_names
        See `parse_settings`.

    Raises
    ------
    SettingsError
        The file is absent or cannot be used.
    """
    try:
        document = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError) as error:
        folder = str(path.parent)
        raise SettingsError("settings.NO_FILE", file=path.name, folder=folder) from error
    except UnicodeDecodeError as error:
        raise SettingsError("settings.NOT_UTF8", file=path.name) from error
    except OSError as error:
        detail = os_reason(error)
        raise SettingsError("settings.CANNOT_READ", file=path.name, detail=detail) from error
    return parse_settings(document, file=path.name, rule_sets=rule_sets, former_names=former_names)
