"""What a reader is told for addresses that are meant alike: what they have in common, no flat."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zoning.geocode.model import Kind
from zoning.geocode.parse import parse
from zoning.geocode.text import plain
from zoning.study.by_parts import aliases, parts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from zoning.geocode.admin import Divisions
    from zoning.study.places import Places

# behind the id of an address, what of it is meant: all of its compound or door, or of its building
COMPOUND_MARK, BUILDING_MARK = "*", "**"
_IN_A_BUILDING = frozenset({Kind.UNIT, Kind.FLOOR, Kind.ROOM})
_IN_A_COMPOUND = _IN_A_BUILDING | {Kind.BUILDING}
# a name may end here: a town, a road alone or what is not understood names no place
_ENDS = _IN_A_COMPOUND | {Kind.COMMUNITY, Kind.GROUP, Kind.NUMBER, Kind.COMPOUND, Kind.PHASE}


@dataclass(frozen=True)
class Whole:
    """A compound, a door or a building of one, that an address stands for.

    Parameters
    ----------
    mark
        `COMPOUND_MARK` or `BUILDING_MARK`; empty for the address itself.
    rows
        Positions of all its addresses.
    name, door
        As the list writes them, without what tells its addresses apart.
    """

    mark: str
    rows: tuple[int, ...]
    name: str
    door: str


def common_name(rows: Sequence[int], places: Places) -> str:
    """Return the name that addresses have in common, as the list writes it.

    It is their own name, what all names begin with (三洼村 of 三洼村1组 and 三洼村2组), the usual
    spelling of the compound, another name of all, their door, or their village, whichever comes
    first; where they have nothing in common, the name that most of them have.

    Parameters
    ----------
    rows
        Positions of the addresses, one at least.
    places
        The addresses.
    """
    words, divisions = places.columns, places.parts.divisions
    names = Counter(str(words["name"][row]) for row in rows)
    if len(names) == 1:
        return next(iter(names))
    doors = {str(words["road"][row]) + str(words["number"][row]) for row in rows}
    communities = {str(words["community"][row]) for row in rows}
    return (
        _common_beginning(names, divisions)
        or _compound(names, rows, places)
        or _other_name(rows, places)
        or _common_beginning(doors, divisions)
        or (communities.pop() if len(communities) == 1 else "")
        or max(names, key=lambda name: (names[name], name))
    )


def standing_for(row: int, places: Places, *, alike: Callable[[tuple[int, ...]], bool]) -> Whole:
    """Return the most that an address can stand for: its compound or door, its building, itself.

    Parameters
    ----------
    row
        Position of the address.
    places
        The addresses.
    alike
        Tells whether addresses have one answer.
    """
    divisions, words = places.parts.divisions, places.columns
    name, door = (str(words["name"][row]), str(words["road"][row]) + str(words["number"][row]))
    for mark, kinds in ((COMPOUND_MARK, _IN_A_COMPOUND), (BUILDING_MARK, _IN_A_BUILDING)):
        rows = rows_of(row, mark, places=places)
        if alike(rows):
            common = name if rows == (row,) else common_name(rows, places)
            cut = (without(text, kinds, divisions=divisions) for text in (common, door))
            return Whole(mark, rows, *cut)
    return Whole("", (row,), name, door)


def rows_of(row: int, mark: str, *, places: Places) -> tuple[int, ...]:
    """Return all addresses of the compound and door, or of the building, of an address.

    Parameters
    ----------
    row
        Position of the address.
    mark
        What of it is meant.
    places
        The addresses.
    """
    own = places.parts.rows[row]
    if not mark or not (own.names or own.doors):
        return (row,)
    same = places.parts.alike(replace(own, building="") if mark == COMPOUND_MARK else own)
    return same.rows if same is not None and row in same.rows else (row,)


def without(text: str, kinds: Iterable[Kind], *, divisions: Divisions) -> str:
    """Return a text up to the first component of some kinds; all of it where it begins with one.

    Parameters
    ----------
    text
        A name, or a road with its number.
    kinds
        What is left out.
    divisions
        Divisions of the area.
    """
    components = parse(text, divisions=divisions).components
    end = next((item.start for item in components if item.kind in kinds), len(text))
    return text[:end].rstrip(" -－") or text


def _common_beginning(texts: Iterable[str], divisions: Divisions) -> str:
    """Return the longest beginning of all texts that ends where a part of each ends."""
    beginnings = [_beginnings(text, divisions) for text in texts]
    common = set.intersection(*(set(some) for some in beginnings))
    return beginnings[0][max(common, key=len)] if common else ""


def _beginnings(text: str, divisions: Divisions) -> dict[str, str]:
    """Return beginnings of a text that end with a part of it, by their plain form."""
    components = parse(text, divisions=divisions).components
    ends = [item.end for item in components if item.kind in _ENDS]
    return {plain(text[:end]).text: text[:end] for end in ends}


def _compound(names: Counter[str], rows: Sequence[int], places: Places) -> str:
    """Return the usual spelling of the compound of all addresses: 长柏小区, seldom 长柏."""
    own = [{name for name, _ in places.parts.rows[row].names} for row in rows]
    compounds = set.intersection(*own)
    if not compounds:
        return ""
    divisions = places.parts.divisions
    spellings: Counter[str] = Counter()
    for name, count in names.items():
        for beginning in _beginnings(name, divisions).values():
            if compounds & {one for one, _ in parts_of(beginning, divisions=divisions).names}:
                spellings[beginning] += count
                break
    return max(spellings, key=lambda name: (spellings[name], len(name), name), default="")


def _other_name(rows: Sequence[int], places: Places) -> str:
    """Return another name that all addresses have."""
    cells = [aliases(str(places.columns["alias"][row])) for row in rows]
    return next((name for name in cells[0] if all(name in cell for cell in cells)), "")
