"""What a text is looked up by: pairs of characters and syllables, roads, numbers, districts."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from zoning.geocode.kernels.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.geocode.encode import Encoded

Scalar = TypeVar("Scalar", bound=np.generic)

# What a token says. Two characters or syllables share the lower bits, a hash fills them.
KIND_BITS = 58
HALF_BITS = 29
HASH_BITS = 64
# the part of a door number that a token has room for
NUMBER_MASK = 0xFFFFFFF
NAME_PAIR, ADDRESS_PAIR, NAME_SOUND, ADDRESS_SOUND = 1, 2, 3, 4
ROAD, ROAD_NUMBER, NUMBER, DISTRICT, KEY = 5, 6, 7, 8, 9

# A syllable that was written in Latin letters takes the place of a character (private use area).
SYLLABLE = 0xF0000
# characters that have readings, and how many readings each
FIRST, LAST, READINGS = 0x4E00, 0x9FFF, 3
# readings of one character that make sounds; the third one is rare
SOUNDS = 2
# codes of a record at most: pairs and their sounds; road, road with number, number; district, key
PER_LETTER, PER_DOOR, PER_RECORD = 1 + SOUNDS * SOUNDS, 3, 2
# and as most letters have them
USUAL_PER_LETTER = 3


@compiled
def pair_code(kind: int, first: int, second: int) -> np.uint64:
    """Return the code of two characters or syllables."""
    return (
        (np.uint64(kind) << np.uint64(KIND_BITS))
        | (np.uint64(first) << np.uint64(HALF_BITS))
        | np.uint64(second)
    )


@compiled
def hash_code(kind: int, value: np.uint64) -> np.uint64:
    """Return the code of a hash."""
    return (np.uint64(kind) << np.uint64(KIND_BITS)) | (value >> np.uint64(HASH_BITS - KIND_BITS))


@compiled
def number_code(number: int) -> np.uint64:
    """Return the code of a door number on any road."""
    return pair_code(NUMBER, 0, number & NUMBER_MASK)


@compiled
def reading(table: NDArray[np.uint16], character: int, which: int) -> int:
    """Return a syllable that a character may be read as; 0 for none."""
    if character >= SYLLABLE:
        return character - SYLLABLE if which == 0 else 0
    if FIRST <= character <= LAST:
        return int(table[character - FIRST, which])
    return 0


@compiled
def same_sound(table: NDArray[np.uint16], first: int, second: int) -> bool:
    """Tell whether two characters have a reading in common."""
    for a in range(READINGS):
        sound = reading(table, first, a)
        if sound == 0:
            return False
        for b in range(READINGS):
            other = reading(table, second, b)
            if other == 0:
                break
            if sound == other:
                return True
    return False


@compiled
def add_text(
    out: NDArray[np.uint64],
    count: int,
    text: NDArray[np.uint32],
    table: NDArray[np.uint16],
    pair_kind: int,
    sound_kind: int,
) -> int:
    """Add the pairs and sounds of a text; return how many codes there are then."""
    for k in range(len(text) - 1):
        first, second = int(text[k]), int(text[k + 1])
        if first < SYLLABLE and second < SYLLABLE:
            out[count] = pair_code(pair_kind, first, second)
            count += 1
        for a in range(SOUNDS):
            sound = reading(table, first, a)
            if sound == 0:
                break
            for b in range(SOUNDS):
                other = reading(table, second, b)
                if other == 0:
                    break
                out[count] = pair_code(sound_kind, sound, other)
                count += 1
    return count


@compiled
def codes_of(entry: int, rows: Encoded, table: NDArray[np.uint16], out: NDArray[np.uint64]) -> int:
    """Write all codes of a record; return how many (some of them twice).

    Parameters
    ----------
    entry
        Position in `rows`.
    rows
        The records.
    table
        Readings.
    out
        At least `most_codes(rows)` long.
    """
    name = rows.name[rows.name_ptr[entry] : rows.name_ptr[entry + 1]]
    count = add_text(out, 0, name, table, NAME_PAIR, NAME_SOUND)
    address = rows.address[rows.address_ptr[entry] : rows.address_ptr[entry + 1]]
    count = add_text(out, count, address, table, ADDRESS_PAIR, ADDRESS_SOUND)
    for door in range(rows.door_ptr[entry], rows.door_ptr[entry + 1]):
        out[count] = hash_code(ROAD, rows.road[door])
        count += 1
        if rows.number[door] >= 0:
            out[count] = hash_code(ROAD_NUMBER, rows.road_number[door])
            out[count + 1] = number_code(rows.number[door])
            count += 2
    if rows.district[entry]:
        out[count] = hash_code(DISTRICT, rows.district[entry])
        count += 1
    if rows.key[entry]:
        out[count] = hash_code(KEY, rows.key[entry])
        count += 1
    return count


@compiled
def most_codes(rows: Encoded) -> int:
    """Return an upper limit to the number of codes of any of the records."""
    most = 0
    for k in range(len(rows.key)):
        letters = rows.name_ptr[k + 1] - rows.name_ptr[k]
        letters += rows.address_ptr[k + 1] - rows.address_ptr[k]
        doors = rows.door_ptr[k + 1] - rows.door_ptr[k]
        most = max(most, letters * PER_LETTER + doors * PER_DOOR + PER_RECORD)
    return int(most)


@compiled
def all_codes(
    rows: Encoded, table: NDArray[np.uint16]
) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """Return every different code of every record with the record that has it."""
    letters, doors = len(rows.name) + len(rows.address), len(rows.road)
    total = letters * USUAL_PER_LETTER + doors * PER_DOOR + len(rows.key) * PER_RECORD
    codes = np.empty(total, dtype=np.uint64)
    owner = np.empty(total, dtype=np.int32)
    space = np.empty(most_codes(rows), dtype=np.uint64)
    size = 0
    for k in range(len(rows.key)):
        found = codes_of(k, rows, table, space)
        space[:found].sort()
        if size + found > len(codes):
            more = max(2 * len(codes), size + found)
            codes = _longer(codes, more)
            owner = _longer(owner, more)
        for i in range(found):
            if i == 0 or space[i] != space[i - 1]:
                codes[size] = space[i]
                owner[size] = k
                size += 1
    return codes[:size], owner[:size]


@compiled
def _longer(values: NDArray[Scalar], size: int) -> NDArray[Scalar]:
    grown = np.empty(size, dtype=values.dtype)
    grown[: len(values)] = values
    return grown


@compiled
def pair_weights(
    kind: int,
    text: NDArray[np.uint32],
    token: NDArray[np.uint64],
    weight: NDArray[np.float32],
    unknown: np.float32,
) -> NDArray[np.float32]:
    """Return what the pair that begins at each character tells; one that no entry has tells most.

    Parameters
    ----------
    kind
        Kind of the pairs.
    text
        Characters: of a question, or of all entries one after the other. Pairs across two entries
        have a weight too that nothing looks at.
    token, weight
        As in `Index`.
    unknown
        Weight of a pair that no entry has.
    """
    weights = np.empty(len(text), dtype=np.float32)
    weights[-1:] = 0.0
    for k in range(len(text) - 1):
        place = -1
        if text[k] < SYLLABLE and text[k + 1] < SYLLABLE:
            place = find_token(token, pair_code(kind, int(text[k]), int(text[k + 1])))
        weights[k] = weight[place] if place >= 0 else unknown
    return weights


@compiled
def find_token(token: NDArray[np.uint64], code: np.uint64) -> int:
    """Return the position of a code among ascending tokens; -1 where it is none."""
    low, high = 0, len(token)
    while low < high:
        middle = (low + high) // 2
        if token[middle] < code:
            low = middle + 1
        else:
            high = middle
    return low if low < len(token) and token[low] == code else -1
