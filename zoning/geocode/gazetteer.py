"""A table of places that can be asked: its rows, its divisions and its index, in one file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from zoning.errors import StorageError
from zoning.geocode.admin import Divisions
from zoning.geocode.encode import Encoded, hashed
from zoning.geocode.index import build_index
from zoning.geocode.kernels import (
    FAR_M,
    KEY,
    METRES,
    NAME_PAIR,
    ROAD_NUMBER,
    find_token,
    hash_code,
    pair_code,
)
from zoning.geocode.layout import Index
from zoning.geocode.listed import listed
from zoning.geocode.model import Kind
from zoning.geocode.neighbours import cut_numbers, shared_aliases
from zoning.geocode.questions import Reader
from zoning.geocode.readings import make_readings
from zoning.geocode.recording import (
    city_name,
    learn_divisions,
    make_record,
    short_form,
    text_key,
)
from zoning.geocode.store import read_arrays, write_arrays

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from zoning.geocode.record import Door, Record

LEARN_FROM = 20_000
TOLD_EVERY = 1_000
# of the time, what making the records takes
RECORDS_SHARE = 0.7
# pairs of rows about one place that are needed to say how far such rows lie apart
ENOUGH_PAIRS, ACCURATE_SHARE = 20, 0.9


class Place(NamedTuple):
    """A row of the table.

    Parameters
    ----------
    id, name, address, city
        As the table says; name and city may be empty.
    lon, lat
        WGS 84, degrees.
    aliases
        Other names.
    """

    id: str
    name: str
    address: str
    lon: float
    lat: float
    city: str = ""
    aliases: tuple[str, ...] = ()


class Texts(NamedTuple):
    """Texts side by side: where each begins, and their UTF-8 bytes."""

    ptr: NDArray[np.int64]
    blob: NDArray[np.uint8]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """Put texts side by side."""
        coded = [text.encode("utf-8", "replace") for text in texts]
        ptr = np.zeros(len(coded) + 1, dtype=np.int64)
        np.cumsum([len(text) for text in coded], out=ptr[1:])
        return cls(ptr, np.frombuffer(b"".join(coded), dtype=np.uint8))

    def at(self, row: int) -> str:
        """Return one text."""
        return self.blob[self.ptr[row] : self.ptr[row + 1]].tobytes().decode("utf-8")


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """Places, and all that is needed to find them.

    Parameters
    ----------
    index
        The index; its entries stand for rows.
    ids, names, addresses, cities
        The rows as they were given.
    divisions
        Divisions of the area.
    syllables
        Syllables by number.
    roads, villages
        All roads and villages of the table, and roads that are known besides.
    accuracy_m
        Nine of ten rows about one place lie within this distance of each other; 0 where the table
        names each place once.
    doors_agree
        Share of the rows about one door that lie within 500 m of each other; 1 where the table
        names each door once.
    listed
        Of each row that holds several door numbers how many its first and its last one lie apart,
        at least 1, `listed.OPEN` without an end; 0 for others.
    """

    index: Index
    ids: Texts
    names: Texts
    addresses: Texts
    cities: Texts
    divisions: Divisions
    syllables: tuple[str, ...]
    roads: tuple[str, ...]
    villages: tuple[str, ...]
    listed: NDArray[np.int32]
    accuracy_m: float = 0.0
    doors_agree: float = 1.0

    def __len__(self) -> int:
        return len(self.ids.ptr) - 1

    @cached_property
    def point(self) -> NDArray[np.int32]:
        """The first entry of each row."""
        first = np.zeros(len(self), dtype=np.int32)
        entries = np.arange(len(self.index.row), dtype=np.int32)
        first[self.index.row[::-1]] = entries[::-1]
        return first

    @cached_property
    def _reader(self) -> Reader:
        cities = frozenset(map(short_form, self.divisions.names.get(Kind.CITY, ())))
        return Reader(self.index, self.divisions, self.roads, self.villages, self.syllables, cities)

    def question(
        self, name: str, address: str, *, city: str = "", read: Record | None = None
    ) -> Record:
        """Return what a question says.

        Parameters
        ----------
        name, address
            As they were asked; one of them may be empty.
        city
            Only rows of this city are meant, and rows of none.
        read
            What `make_record` says of the address alone, where it was read before.
        """
        return self._reader.read(name, address, city=city, read=read)

    def word_for_word(self, name: str, address: str, *, city: str = "") -> NDArray[np.int32]:
        """Return the entries that say the same as a question, word for word.

        None for a name alone: rows with more to say may have that name, too.

        Parameters
        ----------
        name, address, city
            As in `question`.
        """
        index = self.index
        said = hashed(text_key(name, address)) if address.strip() else 0
        token = find_token(index.token, hash_code(KEY, np.uint64(said))) if said else -1
        if token < 0:
            return np.zeros(0, dtype=np.int32)
        entries = index.entry[index.token_ptr[token] : index.token_ptr[token + 1]]
        return of_city(entries, index.rows.city, city_name(city))

    def called(self, name: str, *, city: str = "") -> NDArray[np.int32]:
        """Return the entries whose name is the very one, phases apart.

        Parameters
        ----------
        name
            Core of a name, two letters at least, as `Record` has it.
        city
            As in `question`.
        """
        index, letters = self.index, [ord(letter) for letter in name]
        found: NDArray[np.int32] | None = None
        for pair in pairwise(letters):
            token = find_token(index.token, pair_code(NAME_PAIR, *pair))
            if token < 0:
                return np.zeros(0, dtype=np.int32)
            entries = index.entry[index.token_ptr[token] : index.token_ptr[token + 1]]
            if found is None or len(entries) < len(found):
                found = entries
        if found is None:
            return np.zeros(0, dtype=np.int32)
        rows = index.rows
        sizes = rows.name_ptr[found + 1] - rows.name_ptr[found]
        alike = found[sizes == len(letters)]
        at = rows.name_ptr[alike][:, None] + np.arange(len(letters))
        same = (rows.name[at] == np.array(letters, dtype=np.uint32)).all(axis=1)
        return of_city(alike[same], rows.city, city_name(city))

    def numbered(self, door: Door, *, city: str = "") -> NDArray[np.int32]:
        """Return the entries that have the very number on a road.

        Parameters
        ----------
        door
            Road, number and addition.
        city
            As in `question`.
        """
        return self.at_door(hashed(f"{door.road}\t{door.number}{door.suffix}"), city=city)

    def at_door(self, door: int, *, city: str = "") -> NDArray[np.int32]:
        """Return the entries that have a door.

        Parameters
        ----------
        door
            Hash of its road, number and addition, as the rows have it; 0 for none.
        city
            As in `question`.
        """
        index = self.index
        token = find_token(index.token, hash_code(ROAD_NUMBER, np.uint64(door))) if door else -1
        if token < 0:
            return np.zeros(0, dtype=np.int32)
        entries = index.entry[index.token_ptr[token] : index.token_ptr[token + 1]]
        return of_city(entries, index.rows.city, city_name(city))


def of_city(entries: NDArray[np.int32], cities: NDArray[np.uint64], city: str) -> NDArray[np.int32]:
    """Return the entries that may be meant by a question about a city: its own, and those of none.

    Parameters
    ----------
    entries
        Entries of the index.
    cities
        Hash of the city of each entry; 0 for none.
    city
        As `recording.city_name` returns it; all entries are meant if it is empty.
    """
    if not city:
        return entries
    own = cities[entries]
    chosen: NDArray[np.int32] = entries[(own == 0) | (own == np.uint64(hashed(city)))]
    return chosen


def build_gazetteer(
    places: Sequence[Place],
    *,
    divisions: Divisions | None = None,
    roads: Iterable[str] = (),
    progress: Callable[[float], None] | None = None,
) -> Gazetteer:
    """Make a table ready to be asked; time and memory grow with its size.

    Parameters
    ----------
    places
        The rows.
    divisions
        The bureau's own divisions; those that the table names by itself if None.
    roads
        Roads that are known besides those of the table, as `keys.road_key` writes them: a question
        that names one of them has no slip in it.
    progress
        Told the share that is done.
    """
    tell = progress or (lambda _share: None)
    if divisions is None:
        divisions = learn_divisions(_some(places), cities={place.city for place in places})
    entries, spans = _entries(places, divisions, lambda share: tell(RECORDS_SHARE * share))
    # the order of the rows must not decide between entries that are equally alike
    entries.sort(key=lambda entry: _told_apart_by(entry[0], places[entry[1]]))
    records = [record for record, _ in entries]
    rows = np.array([at for _, at in entries], dtype=np.int32)
    readings, syllables = make_readings()
    lonlat = np.array([(place.lon, place.lat) for place in places], dtype=np.float64)
    lonlat = lonlat.reshape(-1, 2)
    index = build_index(records, rows, lonlat[rows], readings=readings)
    tell(1.0)
    return Gazetteer(
        index=_frozen(index),
        ids=Texts.of(place.id for place in places),
        names=Texts.of(place.name for place in places),
        addresses=Texts.of(place.address for place in places),
        cities=Texts.of(place.city for place in places),
        divisions=divisions,
        syllables=syllables,
        roads=tuple(sorted({*roads, *(door.road for record in records for door in record.doors)})),
        villages=tuple(sorted({record.village for record in records} - {""})),
        listed=read_only(spans),
        accuracy_m=_accuracy(records, rows, lonlat),
        doors_agree=_doors_agree(records, rows, lonlat),
    )


def _entries(
    places: Sequence[Place], divisions: Divisions, tell: Callable[[float], None]
) -> tuple[list[tuple[Record, int]], NDArray[np.int32]]:
    """Return a record for each row under each of its names, with the row; how far each reaches."""
    records: list[Record] = []
    singles: list[tuple[Record, int]] = []
    spans = np.zeros(len(places), dtype=np.int32)
    for at, place in enumerate(places):
        record = make_record(place.name, place.address, city=place.city, divisions=divisions)
        several = listed(record, place.name, place.address, divisions=divisions)
        if several is not None:
            record, spans[at] = several.record, several.span
            singles += [(single, at) for single in several.singles]
        records.append(record)
        if at % TOLD_EVERY == 0:
            tell(at / len(places))
    records = cut_numbers(records)
    entries = [*zip(records, range(len(places)), strict=True), *singles]
    aliases = shared_aliases(records, [place.aliases for place in places])
    for at, (place, names) in enumerate(zip(places, aliases, strict=True)):
        for name in names:
            if name != place.name:
                called = make_record(name, place.address, city=place.city, divisions=divisions)
                row = records[at]
                entries.append((replace(called, doors=row.doors, building=row.building), at))
    tell(1.0)
    return entries, spans


def _told_apart_by(record: Record, place: Place) -> tuple[str, str, float, float, str]:
    return record.key, record.city, place.lon, place.lat, place.id


def _accuracy(
    records: Sequence[Record], row: NDArray[np.int32], lonlat: NDArray[np.float64]
) -> float:
    """Return how far rows of one name lie apart, as far as they can be about one place."""
    named: dict[tuple[str, ...], list[int]] = {}
    for at, record in enumerate(records):
        if record.name:
            named.setdefault((record.city, record.name, *record.parts), []).append(int(row[at]))
    apart: list[float] = []
    for rows in named.values():
        for one, other in pairwise(dict.fromkeys(rows)):
            scale = np.cos(np.radians(lonlat[one, 1]))
            step = (lonlat[one] - lonlat[other]) * (scale, 1.0)
            apart.append(float(METRES * np.hypot(*step)))
    near = [metres for metres in apart if metres <= FAR_M]
    return float(np.quantile(near, ACCURATE_SHARE)) if len(near) >= ENOUGH_PAIRS else 0.0


def _doors_agree(
    records: Sequence[Record], row: NDArray[np.int32], lonlat: NDArray[np.float64]
) -> float:
    """Return the share of rows about one door of one area that lie within `FAR_M`."""
    rows_of: dict[tuple[str, ...], dict[int, None]] = {}
    for at, record in enumerate(records):
        area = (record.city, record.district, record.town)
        for door in record.doors:
            if door.number >= 0:
                what = (*area, door.road, str(door.number), door.suffix)
                rows_of.setdefault(what, {})[int(row[at])] = None
    pairs = [pair for rows in rows_of.values() for pair in pairwise(rows)]
    if len(pairs) < ENOUGH_PAIRS:
        return 1.0
    one, other = lonlat[np.array(pairs)].transpose(1, 0, 2)
    east = (one[:, 0] - other[:, 0]) * np.cos(np.radians(one[:, 1]))
    return float((METRES * np.hypot(east, one[:, 1] - other[:, 1]) <= FAR_M).mean())


def _some(places: Sequence[Place]) -> Iterator[str]:
    step = max(1, len(places) // LEARN_FROM)
    return iter(sorted(place.address for place in places)[::step])


def _frozen(index: Index) -> Index:
    """Return the same arrays read-only, as they are when a file is mapped."""
    rows = Encoded(**{name: read_only(array) for name, array in index.rows._asdict().items()})
    others = {name: read_only(array) for name, array in index._asdict().items() if name != "rows"}
    return Index(rows=rows, **others)


def read_only(array: NDArray[Any]) -> NDArray[Any]:
    """Return an array that cannot be written to, in one piece of memory."""
    view = np.ascontiguousarray(array).view()
    view.flags.writeable = False
    return view


def save_gazetteer(gazetteer: Gazetteer, file: Path) -> None:
    """Write a table that is ready to be asked into one file.

    Parameters
    ----------
    gazetteer
        The table.
    file
        Where to; replaced once all is written.

    Raises
    ------
    StorageError
        The file cannot be written.
    """
    arrays = {f"rows.{name}": array for name, array in gazetteer.index.rows._asdict().items()}
    arrays |= {name: array for name, array in gazetteer.index._asdict().items() if name != "rows"}
    for name in ("ids", "names", "addresses", "cities"):
        texts: Texts = getattr(gazetteer, name)
        arrays |= {f"{name}.ptr": texts.ptr, f"{name}.blob": texts.blob}
    arrays["listed"] = gazetteer.listed
    facts = {
        "divisions": {kind.value: names for kind, names in gazetteer.divisions.names.items()},
        "division_aliases": dict(gazetteer.divisions.aliases),
        "syllables": gazetteer.syllables,
        "roads": gazetteer.roads,
        "villages": gazetteer.villages,
        "accuracy_m": gazetteer.accuracy_m,
        "doors_agree": gazetteer.doors_agree,
    }
    write_arrays(file, arrays, facts=facts)


def open_gazetteer(file: Path) -> Gazetteer:
    """Open a file of `save_gazetteer`; its arrays are mapped, not read.

    Parameters
    ----------
    file
        The file.

    Raises
    ------
    StorageError
        The file cannot be read, or is none of these.
    """
    arrays, facts = read_arrays(file)
    try:
        return _from_arrays(arrays, facts)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StorageError("geocode.NO_INDEX", file=file.name) from error


def _from_arrays(arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, Any]) -> Gazetteer:
    rows = Encoded(*(arrays[f"rows.{name}"] for name in Encoded._fields))
    others = (arrays[name] for name in Index._fields if name != "rows")
    texts = {
        name: Texts(arrays[f"{name}.ptr"], arrays[f"{name}.blob"])
        for name in ("ids", "names", "addresses", "cities")
    }
    divisions = Divisions(
        {Kind(kind): tuple(names) for kind, names in facts["divisions"].items()},
        facts["division_aliases"],
    )
    return Gazetteer(
        index=Index(rows, *others),
        divisions=divisions,
        syllables=tuple(facts["syllables"]),
        roads=tuple(facts["roads"]),
        villages=tuple(facts["villages"]),
        listed=arrays["listed"],
        accuracy_m=facts["accuracy_m"],
        doors_agree=facts["doors_agree"],
        **texts,
    )
