"""Records as arrays: the form in which rows and questions meet in compiled code."""

from __future__ import annotations

import hashlib
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from zoning.geocode.record import Record

HASH_BYTES = 8


class Encoded(NamedTuple):
    """Records side by side. What has several values a record stands between two pointers.

    Parameters
    ----------
    name_ptr, name
        Characters of the names: [n + 1] and code points.
    address_ptr, address
        Characters of the addresses.
    door_ptr, road, road_number, number, suffix
        Doors: hash of the road, of road and number with suffix (0 without a number), the number
        (-1 for none), hash of the suffix (0 for none).
    part_ptr, part
        Hashes of the parts.
    district, town, village, building, city, key
        [n] hashes; 0 where nothing is said.
    group
        [n] number of the villagers' group; -1 for none.
    respelt
        [n] 1 where roads were put right.
    """

    name_ptr: NDArray[np.int32]
    name: NDArray[np.uint32]
    address_ptr: NDArray[np.int32]
    address: NDArray[np.uint32]
    door_ptr: NDArray[np.int32]
    road: NDArray[np.uint64]
    road_number: NDArray[np.uint64]
    number: NDArray[np.int32]
    suffix: NDArray[np.uint64]
    part_ptr: NDArray[np.int32]
    part: NDArray[np.uint64]
    district: NDArray[np.uint64]
    town: NDArray[np.uint64]
    village: NDArray[np.uint64]
    building: NDArray[np.uint64]
    city: NDArray[np.uint64]
    key: NDArray[np.uint64]
    group: NDArray[np.int32]
    respelt: NDArray[np.int8]


def hashed(text: str) -> int:
    """Return 64 bits that stand for a text; 0 for the empty one."""
    if not text:
        return 0
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=HASH_BYTES)
    return int.from_bytes(digest.digest(), "little") or 1


def encode(records: Sequence[Record]) -> Encoded:
    """Write records as arrays.

    Parameters
    ----------
    records
        Any number of them, in the order of the arrays.
    """
    known: dict[str, int] = {"": 0}

    def short(text: str) -> int:
        value = known.get(text)
        if value is None:
            value = known[text] = hashed(text)
        return value

    doors = [door for record in records for door in record.doors]
    numbered = [
        short(f"{door.road}\t{door.number}{door.suffix}") if door.number >= 0 else 0
        for door in doors
    ]

    def hashes(texts: Iterable[str]) -> NDArray[np.uint64]:
        return np.fromiter(map(short, texts), dtype=np.uint64)

    def pointers(lengths: Iterable[int]) -> NDArray[np.int32]:
        return np.fromiter(accumulate(lengths, initial=0), dtype=np.int32)

    def each(field: Callable[[Record], str]) -> NDArray[np.uint64]:
        return hashes(map(field, records))

    return Encoded(
        name_ptr=pointers(len(record.name) for record in records),
        name=_characters(record.name for record in records),
        address_ptr=pointers(len(record.address) for record in records),
        address=_characters(record.address for record in records),
        door_ptr=pointers(len(record.doors) for record in records),
        road=hashes(door.road for door in doors),
        road_number=np.array(numbered, dtype=np.uint64),
        number=np.array([door.number for door in doors], dtype=np.int32),
        suffix=hashes(door.suffix for door in doors),
        part_ptr=pointers(len(record.parts) for record in records),
        part=hashes(part for record in records for part in record.parts),
        district=each(lambda record: record.district),
        town=each(lambda record: record.town),
        village=each(lambda record: record.village),
        building=each(lambda record: record.building),
        city=each(lambda record: record.city),
        # each key is its own: remembering them would only take memory
        key=np.fromiter((hashed(record.key) for record in records), dtype=np.uint64),
        group=np.array([record.group for record in records], dtype=np.int32),
        respelt=np.array([record.respelt for record in records], dtype=np.int8),
    )


def _characters(texts: Iterable[str]) -> NDArray[np.uint32]:
    joined = "".join(texts).encode("utf-32-le", "surrogatepass")
    return np.frombuffer(joined, dtype=np.uint32)
