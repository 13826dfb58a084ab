"""Instances of the service area problem drawn in ASCII: a character is a unit, 1 km apart.

    A . .
    . . B      capital letters: units in which that school stands

Units are numbered row by row from 1; each has one child unless told otherwise.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from partition_bench.instances import Instance

if TYPE_CHECKING:
    from collections.abc import Mapping


def rows_of(picture: str) -> list[str]:
    return [line.replace(" ", "") for line in picture.strip().splitlines()]


def instance(
    picture: str, *, seats: Mapping[str, int], children: str = "", apart: float = 1000.0
) -> Instance:
    rows = rows_of(picture)
    width, marks = len(rows[0]), "".join(rows)
    told = children.split() if children else ["1"] * len(marks)
    right = [(at, at + 1) for at in range(len(marks)) if at % width < width - 1]
    below = [(at, at + width) for at in range(len(marks) - width)]
    return Instance(
        name="drawn",
        ids=tuple(str(at + 1) for at in range(len(marks))),
        demand=tuple(map(Decimal, told)),
        capacity=tuple(Decimal(seats.get(mark, 0)) for mark in marks),
        x=tuple(apart * (at % width) for at in range(len(marks))),
        y=tuple(apart * (at // width) for at in range(len(marks))),
        pairs=tuple(sorted(right + below)),
    )


def plan(world: str, zones: str) -> list[tuple[str, str]]:
    """Name the school's unit of each unit; a unit drawn as `?` has no row."""
    place = {mark: str(at + 1) for at, mark in enumerate("".join(rows_of(world))) if mark != "."}
    chosen = "".join(rows_of(zones))
    return [(str(at + 1), place[mark]) for at, mark in enumerate(chosen) if mark != "?"]
