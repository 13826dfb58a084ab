"""What a mark is, given what stands before it: 12号 after a road is a door, after 3幢 a unit."""

from __future__ import annotations

import re

from zoning.geocode.model import Kind
from zoning.geocode.parsing import marks
from zoning.geocode.parsing.names import (
    BLDG,
    COMM,
    COMP,
    FLOOR,
    GROUP,
    GUESSED,
    LANE,
    NUM,
    PHASE,
    ROAD,
    ROOM,
    START,
    TOWN,
    UNIT,
    UNSAID,
    Piece,
)

SURE, LIKELY, OPEN = 0.9, 0.8, 0.6
_STREETS = frozenset({ROAD, LANE})
_SETTLED = frozenset({ROAD, LANE, COMM, GROUP})
_PLACES = frozenset({COMP, PHASE})
_INSIDE = frozenset({FLOOR, UNIT, ROOM})
_RANKS = {
    marks.TOWN: TOWN,
    marks.VILLAGE: COMM,
    marks.HIGHWAY: ROAD,
    marks.GROUP: GROUP,
    marks.LANE: LANE,
    marks.BUILDING: BLDG,
    marks.UNIT: UNIT,
    marks.FLOOR: FLOOR,
    marks.PHASE: PHASE,
    marks.ROOM: ROOM,
}
_WORDS = {
    marks.BRACKET: (Kind.BRACKET, SURE),
    marks.NEAR: (Kind.NEAR, LIKELY),
    marks.CROSS: (Kind.CROSSING, LIKELY),
    marks.NOTE: (Kind.OTHER, SURE),
}
_AND = "与和及"
_LINKS = re.compile(r"[^-_]+")
# a stall number, as long as no door's
_STALL = 4
# figures of a flat; fewer are a building or a unit
_FLAT = 3
_LONGEST_ROAD_STEM = 4
_SHORTEST_NAME = 2
_LONGEST_PLACE = 3


def place(pieces: list[Piece], text: str, name: str, start: int, end: int, before: int) -> int:
    """Add what a mark is to the pieces; return the rank that now stands before the next one.

    Parameters
    ----------
    pieces
        Those before it; the last one may be joined with it.
    text
        Plain text.
    name
        Of the mark.
    start, end
        Where it stands.
    before
        Rank of the component before it.
    """
    if name == marks.SEPARATOR:
        return before
    if name in _WORDS:
        return _word(pieces, text, name, start, end, before)
    joined = _joined(pieces, text, name, start, end)
    if joined is not None:
        return joined
    if name == marks.FLOOR and "a" <= text[start] <= "z" and not text.startswith("b", start):
        name = marks.BUILDING  # a楼
    if name == marks.LANE and text[end - 1] == "街" and before in _PLACES | _INSIDE:
        name = marks.UNIT  # an aisle of a market
    if name == marks.BUILDING and text[end - 1] == "#" and before in _STREETS:
        name = marks.NUMBER  # 文三路12#, but 阳光花园12#
    linked = "-" in text[start:end] or "_" in text[start:end]
    if linked and (
        name in {marks.BARE, marks.ROOM} or (name == marks.NUMBER and before in _PLACES)
    ):
        return _chain(pieces, text, start, end, before)
    if name == marks.NUMBER:
        rank = _door(end - start - 1, before)
    elif name == marks.BARE:
        rank = _bare(text, start, end, before)
    else:
        rank = _RANKS[name]
    pieces.append((rank, start, end, SURE if name != marks.BARE else OPEN))
    return rank


def _word(pieces: list[Piece], text: str, name: str, start: int, end: int, before: int) -> int:
    kind, confidence = _WORDS[name]
    if kind is Kind.NEAR and pieces and pieces[-1][0] is kind and pieces[-1][2] == start:
        start = pieces.pop()[1]
    pieces.append((kind, start, end, confidence))
    # after 与 a second road begins
    return START if kind is Kind.CROSSING and text[start] in _AND else before


def _joined(pieces: list[Piece], text: str, name: str, start: int, end: int) -> int | None:
    """Join a mark with the bare name directly before it: 红岭|六区, 教育西|4巷."""
    if not pieces:
        return None
    rank, first, last, confidence = pieces[-1]
    # of 红岭 and 金家 the last character is no suffix
    bare = confidence == UNSAID or last - first <= _SHORTEST_NAME
    if rank != COMP or not bare or last != start:
        return None
    if name == marks.PHASE and text[end - 1] == "区":
        pieces[-1] = (COMP, first, end, UNSAID)
        return PHASE
    if name == marks.HIGHWAY and "号" in text[start:end]:
        # 8号路 is a whole name; what stands before it is a place
        if last - first <= _LONGEST_PLACE and (len(pieces) == 1 or _is_above_towns(pieces[-2])):
            pieces[-1] = (TOWN, first, last, GUESSED)
        return None
    road = name == marks.HIGHWAY or (name == marks.LANE and text[end - 1] != "弄")
    if road and start - first <= _LONGEST_ROAD_STEM:
        pieces[-1] = (ROAD, first, end, UNSAID)
        return ROAD
    return None


def _is_above_towns(piece: Piece) -> bool:
    return isinstance(piece[0], int) and piece[0] < TOWN


def _door(figures: int, before: int) -> int:
    """Return what a number with 号 is."""
    if before == BLDG:
        return ROOM if figures >= _FLAT else UNIT
    if before in _INSIDE or (before in _PLACES and figures >= _STALL):
        return ROOM
    return NUM


def _bare(text: str, start: int, end: int, before: int) -> int:
    """Return what a number without unit is."""
    figures = end - start
    if text[end - 1] == "f" and figures <= _FLAT and before != FLOOR:
        return FLOOR
    if before in _SETTLED:
        return NUM
    if before in _INSIDE:
        return ROOM
    if before == BLDG:
        return ROOM if figures >= _FLAT else UNIT
    return ROOM if figures >= _FLAT else BLDG


_AFTER_STREET = {3: (NUM, BLDG, ROOM), 4: (NUM, BLDG, UNIT, ROOM)}
_AFTER_BUILDING = {2: (UNIT, ROOM), 3: (UNIT, FLOOR, ROOM)}
_AFTER_PLACE = {2: (BLDG, ROOM), 3: (BLDG, UNIT, ROOM), 4: (BLDG, UNIT, FLOOR, ROOM)}


def _chain(pieces: list[Piece], text: str, start: int, end: int, before: int) -> int:
    """Take numbers with dashes apart; 34-2 on a road is one door."""
    links = [match.span() for match in _LINKS.finditer(text, start, end)]
    ranks: tuple[int, ...] | None = None
    if before in _STREETS or (before in _SETTLED and len(links) <= 2):
        ranks = _AFTER_STREET.get(len(links), (NUM,) if len(links) <= 2 else None)
    elif before == BLDG:
        ranks = _AFTER_BUILDING.get(len(links))
    elif before not in _INSIDE:
        ranks = _AFTER_PLACE.get(len(links))
    if ranks is None or len(ranks) != len(links):
        rank = ranks[0] if ranks else ROOM
        pieces.append((rank, start, end, OPEN))
        return rank
    pieces += [(rank, *span, LIKELY) for rank, span in zip(ranks, links, strict=True)]
    return ranks[-1]
