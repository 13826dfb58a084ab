"""Understand the header row of a table: Chinese or English, with years and coordinate systems."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from zoning.crs import named_system
from zoning.schema.columns import Column, Contract, Kind, vocabulary
from zoning.schema.words import squeeze
from zoning.settings import Stage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_STAGE_IN_HEADER = {
    "小学": Stage.PRIMARY,
    "primary": Stage.PRIMARY,
    "初中": Stage.JUNIOR_MIDDLE,
    "juniormiddle": Stage.JUNIOR_MIDDLE,
}
_FILLERS = ("秋季", "秋", "9月", "预计", "预测", "入学")
# A whole date, as spreadsheets make it of "2027年9月": 2027-09-01, 2027/9/1, 2027年9月1日 …
_DATE = re.compile(
    r"(?<!\d)(20\d{2})\s*[-/.年]\s*(?:1[0-2]|0?[1-9])\s*[-/.月]\s*(?:3[01]|[12]\d|0?[1-9])(?!\d)日?"
    r"(?:[ t]00?:00(?::00)?)?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(20\d{2})(?:20\d{2}|\d{2}(?=学年))?(?:学年|年度|年)?")


@dataclass(frozen=True)
class YearHeader:
    """A header that names a year: which quantity, which year, and the stage if it says so.

    The quantity is empty where the header is a year and nothing more, and the input has several.
    """

    column: str
    year: int
    stage: Stage | None = None


@dataclass(frozen=True)
class HeaderMatch:
    """What the headers of a table mean.

    Parameters
    ----------
    columns
        Position by column name; coordinates are in `points`.
    yearly
        Position by year header.
    points
        Positions of (lon, lat) by the system that the headers name ("" where they name none).
    twice
        Positions of headers that repeat the meaning of an earlier one.
    unknown
        Positions of headers that mean nothing here; they are not read.
    dated
        Positions of headers that are a date and were read as its year.
    bare_years
        Year by position, of headers that are only a year where it could be of several
        quantities (seats or classes); they are not read.
    halves
        Longitude or latitude for which there is a header, but none of the other.
    """

    columns: Mapping[str, int]
    yearly: Mapping[YearHeader, int] = field(default_factory=dict)
    points: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    twice: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()
    dated: tuple[int, ...] = ()
    bare_years: Mapping[int, int] = field(default_factory=dict)
    halves: frozenset[Kind] = frozenset()

    @property
    def known(self) -> int:
        """Number of columns that mean something."""
        return len(self.columns) + len(self.yearly) + 2 * len(self.points)


def _half(header: str) -> str:
    return unicodedata.normalize("NFKC", header)


@cache
def _names(column: Column) -> frozenset[str]:
    return frozenset(squeeze(word) for word in (column.name, column.header, *column.aliases))


@cache
def _coordinate_words() -> tuple[tuple[str, Kind], ...]:
    words = vocabulary()["coordinates"]
    pairs = [(squeeze(word), kind) for kind in (Kind.LON, Kind.LAT) for word in words[kind.value]]
    return tuple(sorted(pairs, key=lambda pair: (-len(pair[0]), pair[0])))


def _without_brackets(header: str) -> str:
    return re.sub(r"\([^)]*\)", "", _half(header))


def _date_as_year(header: str) -> str:
    """Return a header with the date in it replaced by its year: 2027/9/1 is 2027年."""
    return _DATE.sub(r"\1年", _half(header), count=1)


def _year_header(header: str, contract: Contract) -> YearHeader | None:
    plain = squeeze(_without_brackets(_date_as_year(header)))
    found = _YEAR.search(plain)
    if not found or not contract.yearly:
        return None
    rest = plain[: found.start()] + plain[found.end() :]
    stage = None
    for word, meaning in _STAGE_IN_HEADER.items():
        if word in rest:
            rest, stage = rest.replace(word, "", 1), meaning
            break
    for filler in _FILLERS:
        rest = rest.replace(filler, "", 1)
    if not rest:
        return YearHeader(contract.bare_year, int(found.group(1)), stage)
    for column in contract.yearly:
        if rest in _names(column):
            return YearHeader(column.name, int(found.group(1)), stage)
    return None


def _coordinate(header: str) -> tuple[Kind, str] | None:
    """Read a coordinate header such as lng, 经度(GCJ-02), lat_wgs84, 高德纬度 or 经度（°）."""
    plain, bare = squeeze(header), squeeze(_without_brackets(header))
    for name, kind in _coordinate_words():
        if name in (plain, bare) and (plain == bare or named_system(_in_brackets(header)) is None):
            return kind, ""
        for rest in (plain.removeprefix(name), plain.removesuffix(name)):
            system = named_system(rest) if rest != plain else None
            if system is not None:
                return kind, system.name
    return None


def _in_brackets(header: str) -> str:
    found = re.search(r"\(([^)]*)\)", _half(header))
    return found.group(1) if found else ""


def _plain_columns(headers: Sequence[str], columns: Sequence[Column]) -> dict[str, int]:
    """Place columns on headers; an exact name wins over an alias wherever it stands."""
    placed: dict[str, int] = {}
    for exact in (True, False):
        for position, header in enumerate(headers):
            if not header.strip() or position in placed.values():
                continue
            words = squeeze(header) if exact else squeeze(_without_brackets(header))
            for column in columns:
                named = {squeeze(column.name), squeeze(column.header)} if exact else _names(column)
                if column.name not in placed and words in named:
                    placed[column.name] = position
                    break
    return placed


def match_headers(headers: Sequence[str], contract: Contract) -> HeaderMatch:
    """Find out what each header means.

    Parameters
    ----------
    headers
        As written; empty for a column without one.
    contract
        The contract of the input.
    """
    plain = [column for column in contract.columns if column.kind not in {Kind.LON, Kind.LAT}]
    # A year column in its long form (年份 | 人数) is spelt like the yearly one without the year.
    long_form = [column for column in contract.yearly if contract.bare_year == column.name]
    located = len(plain) < len(contract.columns)
    columns = _plain_columns(headers, [*plain, *long_form])
    yearly: dict[YearHeader, int] = {}
    points: dict[tuple[Kind, str], int] = {}
    twice: list[int] = []
    unknown: list[int] = []
    dated: list[int] = []
    bare: dict[int, int] = {}
    for position, header in enumerate(headers):
        if not header.strip() or position in columns.values():
            continue
        year = _year_header(header, contract)
        coordinate = _coordinate(header) if located else None
        if year is not None and not year.column:
            bare[position] = year.year
        elif year is not None:
            dated.extend([position] if _DATE.search(_half(header)) else [])
            twice.extend([position] if year in yearly else [])
            yearly.setdefault(year, position)
        elif coordinate is not None:
            twice.extend([position] if coordinate in points else [])
            points.setdefault(coordinate, position)
        elif any(squeeze(_without_brackets(header)) in _names(column) for column in plain):
            twice.append(position)
        else:
            unknown.append(position)
    pairs = {
        name: (position, points[Kind.LAT, name])
        for (kind, name), position in points.items()
        if kind is Kind.LON and (Kind.LAT, name) in points
    }
    return HeaderMatch(
        columns,
        yearly,
        pairs,
        tuple(twice),
        tuple(unknown),
        tuple(dated),
        bare,
        halves=frozenset(kind for kind, name in points if name not in pairs),
    )
