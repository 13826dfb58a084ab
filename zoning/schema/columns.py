"""The columns of every input, read from `columns.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

INPUTS = (
    "schools",
    "gates",
    "addresses",
    "demand",
    "blocks",
    "current_zones",
    "boundary",
    "decisions",
)
"""Inputs that are read into frames; the roads have their own reader."""

TABLES = ("places", "questions", "zones", "zone_list", "zone_texts")
"""Tables and layers that `zoning geocode` and `zoning publish` read and that are of no study."""


class Kind(StrEnum):
    """How the cells of a column are read."""

    ID = "id"
    TEXT = "text"
    COUNT = "count"
    NUMBER = "number"
    DECISION = "decision"
    STAGE = "stage"
    YEAR = "year"
    LON = "lon"
    LAT = "lat"


@dataclass(frozen=True)
class Column:
    """One column of an input.

    Parameters
    ----------
    name
        English header, and the column of the frame.
    header
        Chinese header, as templates and the demo write it.
    aliases
        Further headers that are understood.
    kind
        How its cells are read.
    required
        Whether an input without it is refused.
    unit
        Unit of a count, for the documents.
    """

    name: str
    header: str
    aliases: tuple[str, ...] = ()
    kind: Kind = Kind.TEXT
    required: bool = False
    unit: str = ""


@dataclass(frozen=True)
class Contract:
    """The columns of one input.

    Parameters
    ----------
    name
        Input of `study.toml`.
    columns
        Columns that stand once.
    yearly
        Columns that stand once a year, such as 2027年学位 or seats_2027.
    bare_year
        Name of the yearly column that a header without a word, such as 2027年, stands for.
    any_of
        Groups of columns of which one at least is needed.
    """

    name: str
    columns: tuple[Column, ...]
    yearly: tuple[Column, ...] = ()
    bare_year: str = ""
    any_of: tuple[tuple[str, ...], ...] = ()

    def column(self, name: str) -> Column:
        """Return a column by its English name."""
        return next(item for item in (*self.columns, *self.yearly) if item.name == name)


@cache
def vocabulary() -> Mapping[str, Any]:
    """Return the whole of `columns.toml`."""
    file = resources.files("zoning.schema").joinpath("columns.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _columns(section: Mapping[str, Mapping[str, Any]]) -> tuple[Column, ...]:
    words = vocabulary()["coordinates"]
    columns = []
    for name, raw in section.items():
        kind = Kind(raw.get("kind", "text"))
        aliases = raw.get("aliases", words.get(kind.value, ()))
        plain = tuple(word for word in aliases if word not in {name, raw["header"]})
        required, unit = bool(raw.get("required", False)), str(raw.get("unit", ""))
        columns.append(Column(name, raw["header"], plain, kind, required, unit))
    return tuple(columns)


@cache
def contract(name: str) -> Contract:
    """Return the contract of an input of `study.toml`, or of a table of `TABLES`.

    Raises
    ------
    KeyError
        Intake reads no such input or table.
    """
    if name not in INPUTS and name not in TABLES:
        raise KeyError(name)
    raw = vocabulary()[name]
    return Contract(
        name=name,
        columns=_columns(raw["columns"]),
        yearly=_columns(raw.get("yearly", {})),
        bare_year=raw.get("bare_year", ""),
        any_of=tuple(tuple(group) for group in raw.get("any_of", ())),
    )


def contracts() -> tuple[Contract, ...]:
    """Return the contracts of all inputs."""
    return tuple(contract(name) for name in INPUTS)
