"""Cut an address into components, each with its place in the raw text."""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING

from zoning.geocode.model import Address, Component, Kind
from zoning.geocode.parsing.marks import BARE, MARKS, SEPARATOR
from zoning.geocode.parsing.names import CITY, KINDS, PROV, PROVINCES, RANK, START, Piece, cut
from zoning.geocode.parsing.placing import place
from zoning.geocode.parsing.repeats import TWICE, count_once
from zoning.geocode.text import Plain, plain

if TYPE_CHECKING:
    from zoning.geocode.admin import Divisions
    from zoning.geocode.known import Names

# 重庆南路, 浙江大学: a name that begins like a province
_NO_NAME = (
    r"(?![东南西北中]?[一二三四]?(?:路|街|大道|大街|大学|大厦|大酒店|商|宾馆|银行|花园|广场|巷|弄"
    r"|新村|村|小区|苑))"
)
# the 34 divisions of the first level: facts to label by, never to strip by
_PROVINCES = re.compile(
    r"(?:中国)?(?:"
    rf"(?P<province>(?:{PROVINCES})(?:省|{_NO_NAME})"
    r"|(?:广西壮族|宁夏回族|新疆维吾尔|内蒙古|西藏)自治区"
    rf"|(?:内蒙古|西藏|广西|宁夏|新疆){_NO_NAME}|(?:香港|澳门)(?:特别行政区|{_NO_NAME}))"
    rf"|(?P<city>(?:北京|天津|上海|重庆)(?:市|{_NO_NAME})))"
)
_FACT, _SHORT = 0.97, 0.5
# several addresses in one field
_SEVERAL = re.compile(r"[,，;；、|\n]+")
_PLACES = frozenset({Kind.ROAD, Kind.LANE, Kind.COMPOUND, Kind.COMMUNITY})


def parse(text: str, *, divisions: Divisions | None = None, names: Names | None = None) -> Address:
    """Return an address in its components.

    Without a bureau's list, a division is labelled where its suffix says what it is; nothing is
    known of any place but the names of the provinces. Never raises, whatever the text.

    Parameters
    ----------
    text
        As it was written.
    divisions
        The bureau's own divisions.
    names
        The bureau's own roads and compounds.
    """
    ready = plain(text)
    pieces = _pieces(ready.text, divisions, names)
    return _address(text, ready, pieces)


def addresses(
    text: str,
    *,
    divisions: Divisions | None = None,
    names: Names | None = None,
    parsed: Address | None = None,
) -> tuple[Address, ...]:
    """Return the addresses of a field that may hold several: A路1号,B路2号.

    A part that names no place of its own (the 4 and 6 of 2、4、6号) belongs to the one before it.

    Parameters
    ----------
    text
        As it was written.
    divisions
        The bureau's own divisions.
    names
        The bureau's own roads and compounds.
    parsed
        What `parse` returns for the text with these, where it was parsed already.
    """
    whole = parse(text, divisions=divisions, names=names) if parsed is None else parsed
    ends = deque(mark.end() for mark in _SEVERAL.finditer(text))
    groups: list[list[Component]] = [[]]
    for item in whole.components:
        if ends and item.start >= ends[0]:
            while ends and item.start >= ends[0]:
                ends.popleft()
            groups.append([])
        groups[-1].append(item)
    several: list[list[Component]] = [[]]
    placed = False
    for group in groups:
        place_named = any(item.kind in _PLACES for item in group)
        if placed and place_named:
            several.append([])
        placed = placed or place_named
        several[-1] += group
    return tuple(whole._replace(components=tuple(group)) for group in several)


def _address(raw: str, ready: Plain, pieces: list[Piece]) -> Address:
    words, origin = ready.text, ready.origin
    found = [
        Component(
            KINDS[rank] if rank.__class__ is int else rank,  # type: ignore[arg-type]
            words[start:end],
            origin[start],
            origin[end - 1] + 1,
            confidence,
        )
        for rank, start, end, confidence in pieces
    ]
    return Address(raw, words, tuple(found))


def _pieces(text: str, divisions: Divisions | None, names: Names | None) -> list[Piece]:
    out: list[Piece] = []
    at, before = 0, START
    if divisions is not None:
        out = [(RANK[kind], start, end, 1.0) for kind, start, end in divisions.head(text)]
        at, before = (out[-1][2], int(out[-1][0])) if out else (0, START)
    province = _PROVINCES.match(text) if not out else None
    while province is not None:
        before = PROV if province.lastgroup == "province" else CITY
        at = province.end()
        out.append((before, province.start(province.lastgroup or 0), at, _FACT))
        province = _PROVINCES.match(text, at)
    twice = TWICE.search(text, at)
    while twice is not None:
        before = _scan(out, text, at, twice.end(1), before, names)
        out.append((Kind.OTHER, twice.end(1), twice.end(), _FACT))
        at = twice.end()
        twice = TWICE.search(text, at)
    _scan(out, text, at, len(text), before, names)
    return count_once(text, out)


def _scan(out: list[Piece], text: str, at: int, end: int, before: int, names: Names | None) -> int:
    """Add the components of a stretch of the text; return the rank of the last one."""
    for mark in MARKS.finditer(text, at, end):
        start = mark.start()
        name = (mark.lastgroup or BARE).partition("_")[0]
        if name == BARE and text[start] == "第":
            continue  # 第3小区 is a name
        if start > at:
            if name == SEPARATOR and start - at == 2 and before < CITY:
                out.append((CITY, at, start, _SHORT))  # 浙江-杭州-…
            else:
                out += _names(text, at, start, before, names)
            before = _rank(out[-1], before)
        at = mark.end()
        before = place(out, text, name, start, at, before)
    if at < end:
        out += _names(text, at, end, before, names)
        before = _rank(out[-1], before)
    return before


def _rank(piece: Piece, before: int) -> int:
    return int(piece[0]) if isinstance(piece[0], int) else before


def _names(text: str, start: int, end: int, before: int, names: Names | None) -> list[Piece]:
    """Return the components of a run of names, what the bureau knows first."""
    if names is None:
        return cut(text, start, end, before)
    out: list[Piece] = []
    for kind, first, last in names.find(text, start, end):
        if first > start:
            out += cut(text, start, first, before)
        before = RANK[kind]
        out.append((before, first, last, 1.0))
        start = last
    if start < end:
        out += cut(text, start, end, before)
    return out
