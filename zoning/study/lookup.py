"""What a name means in a study: an address or compound, a block, a school."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from zoning.errors import AmbiguousError, MissingStepError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pandas as pd

LISTED_AT_MOST = 30
_NOTHING = {"block": "study.NO_BLOCK", "school": "study.NO_SCHOOL"}
_SEVERAL = {"block": "study.BLOCK_NOT_UNIQUE", "school": "study.SCHOOL_NOT_UNIQUE"}


@dataclass(frozen=True)
class Place:
    """An address; or a compound or village whose addresses all lie in one block.

    Parameters
    ----------
    name
        As the bureau's list calls it.
    block_id
        Its block; empty where it lies in none.
    rows
        Positions of its addresses in the residences of a stage.
    text
        Name and the whole address, for a reader.
    how
        How it was found and how sure it is, where no address is named exactly so; else None.
    """

    name: str
    block_id: str
    rows: tuple[int, ...]
    text: str
    how: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Located:
    """What the geocoder makes of a text.

    Parameters
    ----------
    address_ids
        Addresses that it means, or may mean.
    sure
        Whether it means them, and all of them have one school.
    how
        How it was found and how sure it is.
    """

    address_ids: tuple[str, ...]
    sure: bool
    how: Mapping[str, Any]


def find_place(
    wanted: str,
    *,
    residences: pd.DataFrame,
    addresses: pd.DataFrame | None,
    locate: Callable[[str], Located] | None = None,
    is_decided: Callable[[str], bool] | None = None,
) -> Place:
    """Return the place that a text means: exactly that first, then what the geocoder accepts.

    Failing both, it is the one that contains the text. What officers have decided goes before all.

    Parameters
    ----------
    wanted
        Id, name, alias, road and number, or a part of the whole address.
    residences
        `zoning.plan.residences.build_residences`.
    addresses
        The bureau's addresses in full; None where children are counted by block.
    locate
        Asks the geocoder; None where there is none.
    is_decided
        Tells whether officers have decided about a text, which the geocoder then says.

    Raises
    ------
    MissingStepError
        There is no such place.
    AmbiguousError
        There are several.
    """
    spoken = _spoken(residences, addresses)
    meant, part = _named(wanted, spoken)
    if is_decided is not None and is_decided(wanted):
        meant, part = [], []
    how = None
    if not meant:
        located = locate(wanted) if locate is not None else None
        row_of = {str(key): row for row, key in enumerate(residences["address_id"])}
        ids = () if located is None else located.address_ids
        likely = [row_of[key] for key in ids if key in row_of]
        if located is not None and located.sure and likely:
            meant, how = likely, located.how
        else:
            meant = part or likely
    places = [replace(place, how=how) for place in _places(meant, residences, spoken)]
    if not places:
        raise MissingStepError("study.NO_ADDRESS", name=wanted)
    if len(places) > 1:
        ids = residences["address_id"].tolist()
        raise AmbiguousError(
            "study.ADDRESS_NOT_UNIQUE",
            matches=[
                {
                    "name": place.name,
                    "text": place.text,
                    "block_id": place.block_id,
                    "address_ids": [ids[row] for row in place.rows],
                }
                for place in places
            ],
            name=wanted,
            count=len(places),
            known=_listed(
                (f"{place.text} [{ids[place.rows[0]]}]" for place in places), len(places)
            ),
        )
    return places[0]


def address_texts(residences: pd.DataFrame, addresses: pd.DataFrame | None) -> list[str]:
    """Return name and whole address of each residence, for a reader."""
    return [words[0] for words in _spoken(residences, addresses)]


def _spoken(residences: pd.DataFrame, addresses: pd.DataFrame | None) -> list[tuple[str, ...]]:
    """Return the ways to say each residence; the first is for a reader, the second its id."""
    names = zip(residences["address_id"], residences["name"], strict=True)
    if addresses is None:
        return [(name or place, place, name) for place, name in names]
    columns = ["name", "division", "community", "road", "number", "alias"]
    full = addresses.set_index("address_id")[columns].fillna("").astype(str)
    found = []
    for place, row in zip(
        residences["address_id"],
        full.loc[residences["address_id"]].itertuples(index=False),
        strict=True,
    ):
        door, area = f"{row.road}{row.number}", f"{row.division}{row.community}"
        shown = shown_text(name=row.name, division=row.division, community=row.community, door=door)
        ways = (row.name, door, row.alias, f"{row.name}{row.number}", row.community)
        found.append((shown, place, *ways, *(area + way for way in ways[:2])))
    return found


def shown_text(*, name: str, division: str, community: str, door: str) -> str:
    """Return a name and where it is, for a reader; nothing is said twice."""
    where = division + community + ("" if _plain(door) == _plain(name) else door)
    return f"{name}（{where}）" if where else name


def _named(wanted: str, spoken: Sequence[tuple[str, ...]]) -> tuple[list[int], list[int]]:
    """Return the positions that are named exactly, and those that contain the text."""
    sought = _plain(wanted)
    if not sought:
        return [], []
    plain = [[_plain(way) for way in ways[1:] if way] for ways in spoken]
    by_id = [row for row, ways in enumerate(plain) if ways[0] == sought]
    exact = [row for row, ways in enumerate(plain) if sought in ways]
    # a part of an id means nothing
    part = [row for row, ways in enumerate(plain) if any(sought in way for way in ways[1:])]
    return by_id or exact, part


def _places(
    rows: Iterable[int], residences: pd.DataFrame, spoken: Sequence[tuple[str, ...]]
) -> list[Place]:
    """Put addresses of one name in one block together."""
    names, blocks = residences["name"].tolist(), residences["block_id"].tolist()
    together: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        together.setdefault((names[row], blocks[row]), []).append(row)
    return [
        Place(name, block, tuple(inside), spoken[inside[0]][0] if len(inside) == 1 else name)
        for (name, block), inside in together.items()
    ]


def find_one(wanted: str, names: Mapping[str, str], *, kind: str) -> str:
    """Return the id that a text means: an id, a name, or a part of a name.

    Parameters
    ----------
    wanted
        What was asked for.
    names
        Name by id.
    kind
        "block" or "school", for the message.

    Raises
    ------
    MissingStepError
        Nothing has that name.
    AmbiguousError
        Several things have it.
    """
    sought = _plain(wanted)
    tests: tuple[Callable[[str], bool], ...] = (
        lambda key: _plain(key) == sought,
        lambda key: _plain(names[key]) == sought,
        lambda key: bool(sought) and sought in _plain(names[key]),
    )
    for test in tests:
        found = [key for key in names if test(key)]
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousError(
                _SEVERAL[kind],
                matches=[{"id": key, "name": names[key]} for key in found],
                name=wanted,
                count=len(found),
                known=_listed((f"{names[key]} [{key}]" for key in found), len(found)),
            )
    raise MissingStepError(_NOTHING[kind], name=wanted)


def _listed(items: Iterable[str], count: int) -> str:
    shown = [item for item, _ in zip(items, range(LISTED_AT_MOST), strict=False)]
    return "\n  ".join(["", *shown, *(["…"] if count > len(shown) else [])])


def _plain(words: str) -> str:
    """Leave out what people write one way or the other: width of letters, case, spaces."""
    return "".join(unicodedata.normalize("NFKC", words).split()).casefold()
