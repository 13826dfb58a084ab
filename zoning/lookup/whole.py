"""What a reader is told for addresses that are meant alike: what they have in common, no flat."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zoning.geocode.model import Kind
from zoning.geocode.parse import parse
from zoning.geocode.text import plain
from zoning.lookup.answers import Place
from zoning.study.by_parts import aliases, parts_of
from zoning.study.lookup import shown_text

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
    if len(names) == 1 and "" not in names:
        return next(iter(names))
    communities = {str(words["community"][row]) for row in rows}
    return (
        _common_beginning(names, divisions)
        or _compound(names, rows, places)
        or _other_name(rows, places)
        or common_door(rows, places)
        or (communities.pop() if len(communities) == 1 else "")
        or max(names, key=lambda name: (names[name], name))
    )


def common_door(rows: Sequence[int], places: Places) -> str:
    """Return the road with the number, and the building of it, that addresses have in common.

    Parameters
    ----------
    rows
        Positions of the addresses, one at least.
    places
        The addresses.

    Returns
    -------
    Empty where they have none.
    """
    doors = {_door(row, places) for row in rows}
    return _common_beginning(doors, places.parts.divisions)


def place_of_all(rows: Sequence[int], places: Places) -> Place:
    """Return what a reader is told for addresses that are meant alike.

    All of a compound has its name; a part of it the door or building too, because the rest of it
    may have another answer.

    Parameters
    ----------
    rows
        Positions of the addresses, one at least.
    places
        The addresses.
    """
    words, first = places.columns, rows[0]
    name = common_name(rows, places)
    towns = {words["division"][row] for row in rows}
    town = next(iter(towns)) if len(towns) == 1 else ""
    community, door = "", ""
    if not set(rows).issuperset(rows_of(first, COMPOUND_MARK, places=places)):
        community, door = words["community"][first], common_door(rows, places)
    text = shown_text(name=name, division=town, community=community, door=door)
    return Place(str(words["address_id"][first]), name, text, len(rows))


def offered_as(
    rows: Sequence[int],
    places: Places,
    *,
    alike: Callable[[Sequence[int]], bool],
    name_whole: Callable[[int, str, tuple[int, ...]], Whole],
) -> dict[int, Whole]:
    """Return what addresses stand for in a list: their compound or door, their building, or they.

    Parameters
    ----------
    rows
        Positions of the addresses.
    places
        The addresses.
    alike
        Tells whether addresses have one answer.
    name_whole
        Returns what the function of that name does for these places.

    Returns
    -------
    By position; each stands for the most whose addresses have one answer.
    """
    found: dict[int, Whole] = {}
    asked = set(rows)
    for row in rows:
        if row in found:
            continue
        compound = rows_of(row, COMPOUND_MARK, places=places)
        if alike(compound):
            found |= dict.fromkeys(compound, name_whole(row, COMPOUND_MARK, compound))
            continue
        buildings: dict[str, list[int]] = {}
        for at in compound:
            buildings.setdefault(places.parts.rows[at].building, []).append(at)
        for building, own in buildings.items():
            wanted = [at for at in own if at in asked]
            if wanted and building and alike(own):
                found |= dict.fromkeys(own, name_whole(wanted[0], BUILDING_MARK, tuple(own)))
            else:
                found |= {at: _alone(at, places) for at in wanted}
    return found


def name_whole(places: Places, row: int, mark: str, rows: tuple[int, ...]) -> Whole:
    """Return what a compound, a door or a building is called.

    Parameters
    ----------
    places
        The addresses.
    row
        Position of one of its addresses.
    mark
        `COMPOUND_MARK` or `BUILDING_MARK`.
    rows
        Positions of all of them.
    """
    kinds = _IN_A_COMPOUND if mark == COMPOUND_MARK else _IN_A_BUILDING
    name = common_name(rows, places) if len(rows) > 1 else str(places.columns["name"][row])
    cut = [
        without(text, kinds, divisions=places.parts.divisions)
        for text in (name, _door(row, places))
    ]
    return Whole(mark, rows, *cut)


def _alone(row: int, places: Places) -> Whole:
    return Whole("", (row,), str(places.columns["name"][row]), _door(row, places))


def _door(row: int, places: Places) -> str:
    return str(places.columns["road"][row]) + str(places.columns["number"][row])


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
    first, *others = texts
    common = _beginnings(first, divisions)
    for text in others:
        if not common:
            break
        own = _beginnings(text, divisions)
        common = {plainly: shown for plainly, shown in common.items() if plainly in own}
    return common[max(common, key=len)] if common else ""


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
