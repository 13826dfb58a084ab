"""Instances of the service area problem: a unit file each, a connectivity file an area.

The columns are found by name and, where the header says something else, by the place that
`format.txt` of the published set gives them. Nothing in here knows the solver, so that the checker
may read the same files.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

CONNECTIVITY = "_connectivity"
ENCODING = "utf-8-sig"
UNIT_COLUMNS = {
    "id": (("id", "oid", "oid_", "unit", "unit_id"), 0),
    "demand": (("demand", "pop", "population", "children"), 1),
    "x": (("x", "pointx", "point_x"), 2),
    "y": (("y", "pointy", "point_y"), 3),
    "capacity": (("capacity", "fcapacity", "cap", "seats"), 6),
}
PAIR_COLUMNS = (("id1", "id2"), ("in_fid", "near_fid"))


class BenchDataError(Exception):
    """The data of a benchmark cannot be used; the text says which file and why."""


@dataclass(frozen=True)
class Source:
    """Where an instance is read from."""

    name: str
    units: Path
    connectivity: Path


@dataclass(frozen=True)
class Instance:
    """Units with demand and coordinates; those with a capacity hold a school.

    Parameters
    ----------
    name
        Name of the unit file without its ending.
    ids
        Units as the file names them, in its order.
    demand, capacity
        Children and seats of each unit, exact.
    x, y
        Planar coordinates, metres.
    pairs
        Positions of units that touch, smaller first, each pair once.
    """

    name: str
    ids: tuple[str, ...]
    demand: tuple[Decimal, ...]
    capacity: tuple[Decimal, ...]
    x: tuple[float, ...]
    y: tuple[float, ...]
    pairs: tuple[tuple[int, int], ...]

    @property
    def schools(self) -> tuple[int, ...]:
        """Positions of the units in which a school stands."""
        return tuple(place for place, seats in enumerate(self.capacity) if seats > 0)

    @property
    def capacity_ratio(self) -> float:
        """Seats by child."""
        children = sum(self.demand)
        return float(sum(self.capacity) / children) if children else float("inf")


def find_sources(folder: Path) -> tuple[list[Source], list[str]]:
    """List the instances of a folder, and the text files that are none.

    Parameters
    ----------
    folder
        Where `<name>.txt` and `<area>_connectivity.txt` are; the area of an instance is the
        longest one that its name begins with.
    """
    if not folder.is_dir():
        raise BenchDataError(f"{folder} is no folder")
    files = sorted(folder.glob("*.txt"))
    areas = {
        file.stem.removesuffix(CONNECTIVITY): file
        for file in files
        if file.stem.endswith(CONNECTIVITY)
    }
    sources, others = [], []
    for file in files:
        if file in areas.values():
            continue
        fitting = [area for area in areas if file.stem.startswith(area)]
        if fitting:
            sources.append(Source(file.stem, file, areas[max(fitting, key=len)]))
        else:
            others.append(file.name)
    return sources, others


def read_instance(source: Source) -> Instance:
    """Read the units and what touches."""
    lines = _rows(source.units)
    header = [cell.lower() for cell in lines[0][1]] if lines else []
    named = not _is_number(header[0]) if header else False
    places = {
        column: next((header.index(name) for name in names if name in header), place)
        for column, (names, place) in UNIT_COLUMNS.items()
    }
    ids, numbers = [], []
    for number, cells in lines[named:]:
        if max(places[name] for name in ("id", "demand", "x", "y")) >= len(cells):
            raise BenchDataError(f"{source.units}, line {number}: {len(cells)} columns are too few")
        # units without a school may leave their capacity out
        seats = cells[places["capacity"]] if places["capacity"] < len(cells) else ""
        told = [cells[places["demand"]], seats or "0", cells[places["x"]], cells[places["y"]]]
        ids.append(_unit_id(cells[places["id"]]))
        numbers.append([_decimal(source.units, number, text) for text in told])
    if not ids or len(set(ids)) < len(ids):
        raise BenchDataError(f"{source.units}: no units, or a unit twice")
    demand, capacity, x, y = zip(*numbers, strict=True)
    if min(demand) < 0 or min(capacity) < 0:
        raise BenchDataError(f"{source.units}: demand and capacity cannot be negative")
    return Instance(
        name=source.name,
        ids=tuple(ids),
        demand=demand,
        capacity=capacity,
        x=tuple(map(float, x)),
        y=tuple(map(float, y)),
        pairs=_read_pairs(source.connectivity, ids),
    )


def _read_pairs(file: Path, ids: Sequence[str]) -> tuple[tuple[int, int], ...]:
    place = {unit: position for position, unit in enumerate(ids)}
    lines = _rows(file)
    if not lines:
        return ()
    header = [cell.lower() for cell in lines[0][1]]
    named = any(cell and not _is_number(cell) for cell in header)
    # without a name that is known: two columns are a pair, more begin with a running number
    columns = (0, 1) if len(header) == 2 else (1, 2)
    for names in PAIR_COLUMNS:
        if set(names) <= set(header):
            columns = (header.index(names[0]), header.index(names[1]))
    pairs = set()
    for number, cells in lines[named:]:
        if max(columns) >= len(cells):
            raise BenchDataError(f"{file}, line {number}: {len(cells)} columns are too few")
        one, other = (_unit_id(cells[column]) for column in columns)
        if one not in place or other not in place:
            raise BenchDataError(f"{file}, line {number}: {one}-{other} names an unknown unit")
        if one != other:
            first, second = sorted((place[one], place[other]))
            pairs.add((first, second))
    return tuple(sorted(pairs))


def _rows(file: Path) -> list[tuple[int, list[str]]]:
    """Return the cells of each line that is not blank, with its number; empty cells stay."""
    rows = []
    for number, line in enumerate(file.read_text(encoding=ENCODING).splitlines(), start=1):
        if not line.strip():
            continue
        mark = next((mark for mark in ",;\t" if mark in line), None)
        cells = [cell.strip().strip('"') for cell in line.rstrip().split(mark)]
        rows.append((number, cells))
    return rows


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _decimal(file: Path, line: int, text: str) -> Decimal:
    if not _is_number(text):
        raise BenchDataError(f"{file}, line {line}: {text!r} is no number")
    return Decimal(text)


def _unit_id(text: str) -> str:
    """Give 7 and 7.0 the same name: some exports write whole numbers with a point."""
    if _is_number(text) and Decimal(text) == Decimal(text).to_integral_value():
        return str(int(Decimal(text)))
    return text
