"""Look-ups, compiled: what a text is looked up by, which entries come into question, how they fit.

All compiled functions stand in this one file, because numba's cache on the disk does not notice a
change in another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numba
import numpy as np


if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.geocode.encode import Encoded
    from zoning.geocode.layout import Index

# What a token says. Two characters or syllables share the lower bits, a hash fills them.
KIND_BITS = 58
HALF_BITS = 29
NAME_PAIR, ADDRESS_PAIR, NAME_SOUND, ADDRESS_SOUND = 1, 2, 3, 4
ROAD, ROAD_NUMBER, NUMBER, DISTRICT, KEY = 5, 6, 7, 8, 9

# A syllable that was written in Latin letters takes the place of a character (private use area).
SYLLABLE = 0xF0000
# characters that have readings, and how many readings each
FIRST, LAST, READINGS = 0x4E00, 0x9FFF, 3
# readings of one character that make sounds; the third one is rare
SOUNDS = 2


@numba.njit(cache=True, nogil=True, inline="always")
def pair_code(kind: int, first: int, second: int) -> np.uint64:
    """Return the code of two characters or syllables."""
    return (
        (np.uint64(kind) << np.uint64(KIND_BITS))
        | (np.uint64(first) << np.uint64(HALF_BITS))
        | np.uint64(second)
    )


@numba.njit(cache=True, nogil=True, inline="always")
def hash_code(kind: int, value: np.uint64) -> np.uint64:
    """Return the code of a hash."""
    return (np.uint64(kind) << np.uint64(KIND_BITS)) | (value >> np.uint64(64 - KIND_BITS))


@numba.njit(cache=True, nogil=True)
def reading(table: NDArray[np.uint16], character: int, which: int) -> int:
    """Return a syllable that a character may be read as; 0 for none."""
    if character >= SYLLABLE:
        return character - SYLLABLE if which == 0 else 0
    if FIRST <= character <= LAST:
        return int(table[character - FIRST, which])
    return 0


@numba.njit(cache=True, nogil=True)
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


@numba.njit(cache=True, nogil=True)
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


@numba.njit(cache=True, nogil=True)
def codes_of(
    entry: int, rows: Encoded, table: NDArray[np.uint16], out: NDArray[np.uint64]
) -> int:
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
            out[count + 1] = pair_code(NUMBER, 0, rows.number[door] & 0xFFFFFFF)
            count += 2
    if rows.district[entry]:
        out[count] = hash_code(DISTRICT, rows.district[entry])
        count += 1
    if rows.key[entry]:
        out[count] = hash_code(KEY, rows.key[entry])
        count += 1
    return count


@numba.njit(cache=True, nogil=True)
def most_codes(rows: Encoded) -> int:
    """Return an upper limit to the number of codes of any of the records."""
    most = 0
    for k in range(len(rows.key)):
        letters = rows.name_ptr[k + 1] - rows.name_ptr[k]
        letters += rows.address_ptr[k + 1] - rows.address_ptr[k]
        doors = rows.door_ptr[k + 1] - rows.door_ptr[k]
        most = max(most, letters * (1 + SOUNDS * SOUNDS) + 3 * doors + 2)
    return most


@numba.njit(cache=True, nogil=True)
def all_codes(
    rows: Encoded, table: NDArray[np.uint16]
) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
    """Return every different code of every record with the record that has it."""
    total = 0
    for k in range(len(rows.key)):
        letters = rows.name_ptr[k + 1] - rows.name_ptr[k]
        letters += rows.address_ptr[k + 1] - rows.address_ptr[k]
        total += letters * 3 + 3 * (rows.door_ptr[k + 1] - rows.door_ptr[k]) + 2
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


@numba.njit(cache=True, nogil=True)
def _longer(values, size):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    grown = np.empty(size, dtype=values.dtype)
    grown[: len(values)] = values
    return grown


# Questions are short; entries that are all but as good as each other are many.
MOST_TOKENS = 512
# Beyond this many postings a token adds nothing that rarer ones have not found.
POSTINGS = 12_000
ENOUGH = 64
# how much oftener a sound has to be heard than its pair is seen to be looked up
HEARD_OFTENER = 8
# How much of a likeness a found pair is: as a sound, as a part of the address, across the fields.
SOUND_SHARE = np.float32(0.7)
ADDRESS_SHARE = np.float32(0.35)
ACROSS_SHARE = np.float32(0.25)
DOOR_SHARE = np.float32(0.35)


@numba.njit(cache=True, nogil=True)
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


@numba.njit(cache=True, nogil=True)
def _note(
    index: Index,
    code: np.uint64,
    column: int,
    found: NDArray[np.int32],
    columns: NDArray[np.int8],
    count: int,
) -> int:
    place = find_token(index.token, code)
    if place < 0 or count >= MOST_TOKENS:
        return count
    for k in range(count):
        if found[k] == place and columns[k] == column:
            return count
    found[count] = place
    columns[count] = column
    return count + 1


@numba.njit(cache=True, nogil=True)
def _note_text(
    index: Index,
    text: NDArray[np.uint32],
    kinds: NDArray[np.int64],
    place: tuple[NDArray[np.int32], NDArray[np.int8]],
    count: int,
    weights: NDArray[np.float32],
) -> tuple[int, np.float32]:
    """Note the tokens of a text; write what its pairs weigh, and return their count and sum.

    A sound is noted only where it is heard far oftener than the pair is seen: where the pair may
    be a slip. `kinds`: pair kind, its column, sound kind, its column, pair kind of the other field,
    its column.
    """
    found, columns = place
    whole = np.float32(0.0)
    for k in range(len(text) - 1):
        first, second = int(text[k]), int(text[k + 1])
        tells, many = index.unknown[0], 0
        if first < SYLLABLE and second < SYLLABLE:
            code = pair_code(kinds[0], first, second)
            pair = find_token(index.token, code)
            if pair >= 0:
                tells = index.weight[pair]
                many = index.token_ptr[pair + 1] - index.token_ptr[pair]
            count = _note(index, code, kinds[1], found, columns, count)
            count = _note(
                index, pair_code(kinds[4], first, second), kinds[5], found, columns, count
            )
        heard = np.float32(-1.0)
        for a in range(SOUNDS):
            sound = reading(index.readings, first, a)
            if sound == 0:
                break
            for b in range(SOUNDS):
                other = reading(index.readings, second, b)
                if other == 0:
                    break
                code = pair_code(kinds[2], sound, other)
                token = find_token(index.token, code)
                if token < 0:
                    continue
                heard = max(heard, index.weight[token])
                if index.token_ptr[token + 1] - index.token_ptr[token] > HEARD_OFTENER * many:
                    count = _note(index, code, kinds[3], found, columns, count)
        if many == 0 and heard >= 0:
            tells = heard
        weights[k] = tells
        whole += tells
    return count, whole


NAME, SOUND, ADDRESS, ADDRESS_AS_SOUND, ACROSS, BACK, DOORS = 0, 1, 2, 3, 4, 5, 6
COLUMNS = 7
_NAME_KINDS = np.array([NAME_PAIR, NAME, NAME_SOUND, SOUND, ADDRESS_PAIR, ACROSS])
_ADDRESS_KINDS = np.array(
    [ADDRESS_PAIR, ADDRESS, ADDRESS_SOUND, ADDRESS_AS_SOUND, NAME_PAIR, BACK]
)


@numba.njit(cache=True, nogil=True)
def candidates(
    which: int,
    asked: Encoded,
    index: Index,
    space: NDArray[np.float32],
    touched: NDArray[np.int32],
    best: NDArray[np.int32],
    score: NDArray[np.float32],
) -> int:
    """Find the entries that may be meant; return how many.

    Parameters
    ----------
    which
        The question's position in `asked`.
    asked
        Questions.
    index
        The table.
    space, touched
        Work space: [n, `COLUMNS`] zeros, which are zeros again afterwards, and [n].
    best, score
        Written: the entries by likeness, the most alike first, and their likeness.
    """
    found = np.empty(MOST_TOKENS, dtype=np.int32)
    columns = np.empty(MOST_TOKENS, dtype=np.int8)
    place = (found, columns)
    name = asked.name[asked.name_ptr[which] : asked.name_ptr[which + 1]]
    weights = np.empty(max(len(name), 1), dtype=np.float32)
    count, whole_name = _note_text(index, name, _NAME_KINDS, place, 0, weights)
    address = asked.address[asked.address_ptr[which] : asked.address_ptr[which + 1]]
    weights = np.empty(max(len(address), 1), dtype=np.float32)
    count, whole_address = _note_text(index, address, _ADDRESS_KINDS, place, count, weights)
    whole_doors = np.float32(1e-6)
    for door in range(asked.door_ptr[which], asked.door_ptr[which + 1]):
        before = count
        count = _note(index, hash_code(ROAD, asked.road[door]), DOORS, found, columns, count)
        if asked.number[door] >= 0:
            code = hash_code(ROAD_NUMBER, asked.road_number[door])
            count = _note(index, code, DOORS, found, columns, count)
            code = pair_code(NUMBER, 0, asked.number[door] & 0xFFFFFFF)
            count = _note(index, code, DOORS, found, columns, count)
            whole_doors += index.unknown[0]
        for k in range(before, count):
            whole_doors += index.weight[found[k]]
    many = np.empty(count, dtype=np.int32)
    for k in range(count):
        many[k] = index.token_ptr[found[k] + 1] - index.token_ptr[found[k]]
    size = 0
    read = 0
    for k in np.argsort(many, kind="mergesort"):
        read += many[k]
        if read > POSTINGS and size >= ENOUGH:
            break
        token, column = found[k], columns[k]
        weight = index.weight[token]
        for at in range(index.token_ptr[token], index.token_ptr[token + 1]):
            entry = index.entry[at]
            if not _seen(space, entry):
                touched[size] = entry
                size += 1
            space[entry, column] += weight
    kept = 0
    for k in range(size):
        entry = touched[k]
        if asked.city[which] == index.rows.city[entry] or not (
            asked.city[which] and index.rows.city[entry]
        ):
            row = space[entry]
            named = max(whole_name + index.name_weight[entry], np.float32(1e-6))
            likeness = 2 * (row[NAME] + SOUND_SHARE * row[SOUND]) / named
            seen = row[ADDRESS] + SOUND_SHARE * row[ADDRESS_AS_SOUND]
            likeness += ADDRESS_SHARE * seen / max(whole_address, np.float32(1e-6))
            likeness += ACROSS_SHARE * row[ACROSS] / max(whole_name, np.float32(1e-6))
            likeness += ACROSS_SHARE * row[BACK] / max(index.name_weight[entry], np.float32(1e-6))
            likeness += DOOR_SHARE * row[DOORS] / whole_doors
            kept = _keep(best, score, kept, entry, likeness)
        space[entry] = 0.0
    order = np.argsort(-score[:kept], kind="mergesort")
    best[:kept] = best[:kept][order]
    score[:kept] = score[:kept][order]
    return kept


@numba.njit(cache=True, nogil=True, inline="always")
def _seen(space: NDArray[np.float32], entry: int) -> bool:
    for column in range(COLUMNS):
        if space[entry, column] != 0.0:
            return True
    return False


@numba.njit(cache=True, nogil=True)
def _keep(
    best: NDArray[np.int32], score: NDArray[np.float32], kept: int, entry: int, value: np.float32
) -> int:
    """Put an entry among the best, a heap whose first is the worst; return how many there are."""
    if kept < len(best):
        at = kept
        kept += 1
        while at > 0 and _worse(value, entry, score[(at - 1) // 2], best[(at - 1) // 2]):
            score[at], best[at] = score[(at - 1) // 2], best[(at - 1) // 2]
            at = (at - 1) // 2
    elif _worse(score[0], best[0], value, entry):
        at = 0
        while 2 * at + 1 < kept:
            child = 2 * at + 1
            if child + 1 < kept and _worse(
                score[child + 1], best[child + 1], score[child], best[child]
            ):
                child += 1
            if not _worse(score[child], best[child], value, entry):
                break
            score[at], best[at] = score[child], best[child]
            at = child
    else:
        return kept
    score[at], best[at] = value, entry
    return kept


@numba.njit(cache=True, nogil=True, inline="always")
def _worse(value: np.float32, entry: int, other: np.float32, beside: int) -> bool:
    """Tell whether an entry ranks below another: less alike, or as much but later in the table."""
    return value < other or (value == other and entry > beside)


# What is compared of a question and an entry, in the order of the columns.
FEATURES = (
    "likeness",
    "name_found",  # share of the question's name, by weight, that the entry's name has
    "name_explained",  # share of the entry's name that the question's name has
    "name_equal",
    "name_in_order",  # the same, letters in order, homophones counted; share of both
    "name_contained",  # one name is the beginning or the end of the other
    "name_missing",  # weight of the letters of the question's name that the entry's lacks
    "name_surplus",  # and of those that only the entry's has
    "no_name",  # one of the two has no name
    "part_equal",
    "part_conflict",
    "part_one_sided",
    "address_found",
    "address_explained",
    "name_in_address",
    "address_in_name",
    "road_equal",
    "road_conflict",
    "number_equal",
    "number_near",
    "number_far",
    "number_missing",
    "suffix_conflict",
    "building_equal",
    "building_conflict",
    "group_equal",
    "group_conflict",
    "place_equal",  # town or village
    "place_conflict",
    "district_equal",
    "district_conflict",
    "near_equal",  # share of the neighbours that name the question's district
    "near_conflict",
    "road_known",  # another entry names the question's road
    "road_away",  # how far the nearest of them is: log(1 + metres / 100)
    "number_known",  # another entry has about the question's number on that road
    "number_away",
    "support",  # likeness of the best entry within 400 m
    "supporters",
    "rival",  # likeness of the best entry 500 m away or more, less one's own
    "rivals_equal",  # entries of that kind with the same name
    "alike",  # how many entries are much alike
    "text_equal",
    "respelt",  # the road fits only if the question has a slip in it
)
WIDTH = len(FEATURES)
METRES = 111_195.0
NEAR_M, FAR_M = 400.0, 500.0
ALIKE = 0.6
NUMBER_SLACK = 10
ON_ROAD = 256
_SAME_ROAD, _FAR_NUMBER, _NEAR_NUMBER, _EQUAL_NUMBER = 1, 2, 3, 4


@numba.njit(cache=True, nogil=True)
def _planar(index: Index, entries: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return points in metres, near enough within a city: [n, 2], at the latitude of the first."""
    xy = np.empty((len(entries), 2))
    if len(entries) == 0:
        return xy
    scale = METRES * np.cos(np.radians(index.lat[entries[0]]))
    for k in range(len(entries)):
        xy[k, 0], xy[k, 1] = index.lon[entries[k]] * scale, index.lat[entries[k]] * METRES
    return xy


@numba.njit(cache=True, nogil=True, inline="always")
def _squared(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    return (a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1])


@numba.njit(cache=True, nogil=True)
def _letter(weights: NDArray[np.float32], character: int, unknown: np.float32) -> np.float32:
    if FIRST <= character <= LAST:
        return weights[character - FIRST]
    return unknown * np.float32(0.6)


@numba.njit(cache=True, nogil=True)
def _in_order(index: Index, a: NDArray[np.uint32], b: NDArray[np.uint32]) -> np.float32:
    """Return the largest weight that two names share in order; a homophone counts in part."""
    before = np.zeros(len(b) + 1, dtype=np.float32)
    now = np.zeros(len(b) + 1, dtype=np.float32)
    for i in range(len(a)):
        for j in range(len(b)):
            best = max(now[j], before[j + 1])
            if a[i] == b[j]:
                weight = _letter(index.name_letter, int(b[j]), index.unknown[0])
                best = max(best, before[j] + weight)
            elif same_sound(index.readings, int(a[i]), int(b[j])):
                weight = _letter(index.name_letter, int(b[j]), index.unknown[0])
                best = max(best, before[j] + SOUND_SHARE * weight)
            now[j + 1] = best
        before, now = now, before
        now[0] = 0.0
    return before[len(b)]


@numba.njit(cache=True, nogil=True)
def _pairs_in(
    weights: NDArray[np.float32], a: NDArray[np.uint32], b: NDArray[np.uint32]
) -> np.float32:
    """Return the share of the pairs of a, by weight, that b has too."""
    whole, shared = np.float32(0.0), np.float32(0.0)
    for i in range(len(a) - 1):
        whole += weights[i]
        for j in range(len(b) - 1):
            if a[i] == b[j] and a[i + 1] == b[j + 1]:
                shared += weights[i]
                break
    return shared / max(whole, np.float32(1e-6))


@numba.njit(cache=True, nogil=True)
def pair_weights(index: Index, kind: int, text: NDArray[np.uint32]) -> NDArray[np.float32]:
    """Return what each pair of a text tells; one that no entry has tells most."""
    weights = np.empty(max(len(text), 1), dtype=np.float32)
    for k in range(len(text) - 1):
        weights[k] = index.unknown[0]
        if text[k] < SYLLABLE and text[k + 1] < SYLLABLE:
            token = find_token(index.token, pair_code(kind, int(text[k]), int(text[k + 1])))
            if token >= 0:
                weights[k] = index.weight[token]
    return weights


@numba.njit(cache=True, nogil=True)
def all_pair_weights(
    kind: int,
    text: NDArray[np.uint32],
    token: NDArray[np.uint64],
    weight: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return what the pair that begins at each character tells.

    Pairs across two entries have a weight too that nothing looks at.

    Parameters
    ----------
    kind
        Kind of the pairs.
    text
        Characters of all entries.
    token, weight
        As in `Index`.
    """
    weights = np.zeros(len(text), dtype=np.float32)
    for k in range(len(text) - 1):
        place = find_token(token, pair_code(kind, int(text[k]), int(text[k + 1])))
        if place >= 0:
            weights[k] = weight[place]
    return weights


@numba.njit(cache=True, nogil=True)
def _lacking(index: Index, a: NDArray[np.uint32], b: NDArray[np.uint32]) -> np.float32:
    """Return the weight of the letters of a that b lacks, in sight and in sound."""
    weight = np.float32(0.0)
    for i in range(len(a)):
        there = False
        for j in range(len(b)):
            if a[i] == b[j] or same_sound(index.readings, int(a[i]), int(b[j])):
                there = True
                break
        if not there:
            weight += _letter(index.name_letter, int(a[i]), index.unknown[0])
    return weight


@numba.njit(cache=True, nogil=True)
def _begins_or_ends(a: NDArray[np.uint32], b: NDArray[np.uint32]) -> bool:
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    begins, ends = True, True
    shift = len(long) - len(short)
    for k in range(len(short)):
        begins = begins and short[k] == long[k]
        ends = ends and short[k] == long[k + shift]
    return begins or ends


@numba.njit(cache=True, nogil=True)
def _compare_names(
    which: int,
    asked: Encoded,
    index: Index,
    entry: int,
    weights: NDArray[np.float32],
    out: NDArray[np.float32],
) -> None:
    a = asked.name[asked.name_ptr[which] : asked.name_ptr[which + 1]]
    rows = index.rows
    b = rows.name[rows.name_ptr[entry] : rows.name_ptr[entry + 1]]
    if len(a) == 0 or len(b) == 0:
        out[8] = 1.0
        return
    own = index.name_pair[rows.name_ptr[entry] : rows.name_ptr[entry + 1]]
    out[1] = _pairs_in(weights, a, b)
    out[2] = _pairs_in(own, b, a)
    out[3] = len(a) == len(b) and np.all(a == b)
    both = np.float32(0.0)
    for character in a:
        both += _letter(index.name_letter, int(character), index.unknown[0])
    for character in b:
        both += _letter(index.name_letter, int(character), index.unknown[0])
    out[4] = 2 * _in_order(index, a, b) / max(both, np.float32(1e-6))
    out[5] = _begins_or_ends(a, b)
    out[6] = np.log1p(_lacking(index, a, b))
    out[7] = np.log1p(_lacking(index, b, a))


@numba.njit(cache=True, nogil=True)
def _compare_parts(
    which: int, asked: Encoded, index: Index, entry: int, out: NDArray[np.float32]
) -> None:
    rows = index.rows
    own = asked.part[asked.part_ptr[which] : asked.part_ptr[which + 1]]
    other = rows.part[rows.part_ptr[entry] : rows.part_ptr[entry + 1]]
    if len(own) == 0 and len(other) == 0:
        return
    shared = 0
    for value in own:
        shared += np.any(other == value)
    out[9] = shared > 0
    out[10] = len(own) > 0 and len(other) > 0 and shared == 0
    out[11] = len(own) == 0 or len(other) == 0


@numba.njit(cache=True, nogil=True)
def _compare_addresses(
    which: int,
    asked: Encoded,
    index: Index,
    entry: int,
    weights: tuple[NDArray[np.float32], NDArray[np.float32]],
    out: NDArray[np.float32],
) -> None:
    rows = index.rows
    a = asked.address[asked.address_ptr[which] : asked.address_ptr[which + 1]]
    b = rows.address[rows.address_ptr[entry] : rows.address_ptr[entry + 1]]
    if len(a) and len(b):
        own = index.address_pair[rows.address_ptr[entry] : rows.address_ptr[entry + 1]]
        out[12] = _pairs_in(weights[1], a, b)
        out[13] = _pairs_in(own, b, a)
    name = asked.name[asked.name_ptr[which] : asked.name_ptr[which + 1]]
    out[14] = _pairs_in(weights[0], name, b)
    name = rows.name[rows.name_ptr[entry] : rows.name_ptr[entry + 1]]
    own = index.name_pair[rows.name_ptr[entry] : rows.name_ptr[entry + 1]]
    out[15] = _pairs_in(own, name, a)


@numba.njit(cache=True, nogil=True)
def _near_number(a: int, b: int) -> bool:
    return abs(a - b) <= max(NUMBER_SLACK, a // 10)


@numba.njit(cache=True, nogil=True)
def _compare_doors(
    which: int, asked: Encoded, index: Index, entry: int, out: NDArray[np.float32]
) -> None:
    rows = index.rows
    first, last = asked.door_ptr[which], asked.door_ptr[which + 1]
    from_, to = rows.door_ptr[entry], rows.door_ptr[entry + 1]
    if first == last or from_ == to:
        return
    best = 0
    suffixes_differ = False
    for k in range(first, last):
        for j in range(from_, to):
            if asked.road[k] != rows.road[j]:
                continue
            here = _SAME_ROAD
            if asked.number[k] >= 0 and rows.number[j] >= 0:
                if asked.number[k] == rows.number[j]:
                    here = _EQUAL_NUMBER
                elif _near_number(asked.number[k], rows.number[j]):
                    here = _NEAR_NUMBER
                else:
                    here = _FAR_NUMBER
            if here > best:
                best = here
                suffixes_differ = here == _EQUAL_NUMBER and asked.suffix[k] != rows.suffix[j]
            elif here == best == _EQUAL_NUMBER and asked.suffix[k] == rows.suffix[j]:
                suffixes_differ = False
    out[16] = best > 0
    out[17] = best == 0
    out[18] = best == _EQUAL_NUMBER
    out[19] = best == _NEAR_NUMBER
    out[20] = best == _FAR_NUMBER
    out[21] = best == _SAME_ROAD
    out[22] = suffixes_differ


@numba.njit(cache=True, nogil=True)
def _compare_said(
    a: np.uint64, b: np.uint64, equal: int, conflict: int, out: NDArray[np.float32]
) -> None:
    if a and b:
        out[equal if a == b else conflict] = 1.0


@numba.njit(cache=True, nogil=True)
def _compare_places(
    which: int, asked: Encoded, index: Index, entry: int, out: NDArray[np.float32]
) -> None:
    rows = index.rows
    _compare_said(asked.building[which], rows.building[entry], 23, 24, out)
    if asked.group[which] >= 0 and rows.group[entry] >= 0:
        out[25 if asked.group[which] == rows.group[entry] else 26] = 1.0
    _compare_said(asked.town[which], rows.town[entry], 27, 28, out)
    _compare_said(asked.village[which], rows.village[entry], 27, 28, out)
    district = asked.district[which]
    if district and find_token(index.token, hash_code(DISTRICT, district)) >= 0:
        _compare_said(district, rows.district[entry], 29, 30, out)
        if index.near_share[entry] > 0:
            out[31 if index.near_district[entry] == district else 32] = index.near_share[entry]


@numba.njit(cache=True, nogil=True)
def _on_road(
    which: int, asked: Encoded, index: Index, out: NDArray[np.int32], near_number: bool
) -> int:
    """Collect entries on the question's roads, with about its number if so wanted."""
    count = 0
    rows = index.rows
    for door in range(asked.door_ptr[which], asked.door_ptr[which + 1]):
        number = asked.number[door]
        token = find_token(index.token, hash_code(ROAD, asked.road[door]))
        if token < 0 or (near_number and number < 0):
            continue
        first, last = index.token_ptr[token], index.token_ptr[token + 1]
        step = 1 if near_number else max(1, (last - first) // ON_ROAD)
        for at in range(first, last, step):
            entry = index.entry[at]
            fits = not near_number
            if near_number:
                for other in range(rows.door_ptr[entry], rows.door_ptr[entry + 1]):
                    if rows.road[other] == asked.road[door] and rows.number[other] >= 0:
                        fits = fits or _near_number(number, rows.number[other])
            city = asked.city[which]
            if city and rows.city[entry] and city != rows.city[entry]:
                fits = False
            if fits and count < len(out):
                out[count] = entry
                count += 1
    return count


@numba.njit(cache=True, nogil=True)
def _distance_to_road(
    which: int,
    asked: Encoded,
    index: Index,
    best: NDArray[np.int32],
    xy: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    others = np.empty(2 * ON_ROAD, dtype=np.int32)
    if len(best) == 0:
        return
    scale = METRES * np.cos(np.radians(index.lat[best[0]]))
    for near_number in range(2):
        count = _on_road(which, asked, index, others, near_number == 1)
        column = 33 + 2 * near_number
        beside = np.empty((count, 2))
        for j in range(count):
            beside[j, 0] = index.lon[others[j]] * scale
            beside[j, 1] = index.lat[others[j]] * METRES
        for k in range(len(best)):
            nearest = np.inf
            for j in range(count):
                if index.row[others[j]] != index.row[best[k]]:
                    nearest = min(nearest, _squared(xy[k], beside[j]))
            if nearest < np.inf:
                out[k, column] = 1.0
                out[k, column + 1] = np.log1p(np.sqrt(nearest) / 100.0)


@numba.njit(cache=True, nogil=True)
def _compare_rivals(
    index: Index, best: NDArray[np.int32], xy: NDArray[np.float64], out: NDArray[np.float32]
) -> None:
    alike = 0
    kept = len(best)
    for k in range(kept):
        alike += out[k, 4] > ALIKE
    for k in range(kept):
        support, supporters, rival, equal = np.float32(0.0), 0, np.float32(0.0), 0
        for j in range(kept):
            if index.row[best[j]] == index.row[best[k]]:
                continue
            away = _squared(xy[k], xy[j])
            if away < NEAR_M * NEAR_M:
                support = max(support, out[j, 4])
                supporters += out[j, 4] > ALIKE
            elif away >= FAR_M * FAR_M:
                rival = max(rival, out[j, 0])
                equal += out[j, 3] > 0
        out[k, 37] = support
        out[k, 38] = min(supporters, 3)
        out[k, 39] = rival - out[k, 0]
        out[k, 40] = np.log1p(np.float32(equal))
        out[k, 41] = np.log1p(np.float32(alike))


@numba.njit(cache=True, nogil=True)
def compare(
    which: int,
    asked: Encoded,
    index: Index,
    best: NDArray[np.int32],
    score: NDArray[np.float32],
    kept: int,
    out: NDArray[np.float32],
) -> None:
    """Compare a question with its candidates.

    Parameters
    ----------
    which, asked
        The question.
    index
        The table.
    best, score, kept
        Result of `candidates`.
    out
        Written: [at least kept, `WIDTH`], columns as in `FEATURES`.
    """
    out[:kept] = 0.0
    name = asked.name[asked.name_ptr[which] : asked.name_ptr[which + 1]]
    address = asked.address[asked.address_ptr[which] : asked.address_ptr[which + 1]]
    weights = (pair_weights(index, NAME_PAIR, name), pair_weights(index, ADDRESS_PAIR, address))
    xy = _planar(index, best[:kept])
    for k in range(kept):
        out[k, 0] = score[k]
        _compare_names(which, asked, index, best[k], weights[0], out[k])
        _compare_parts(which, asked, index, best[k], out[k])
        _compare_addresses(which, asked, index, best[k], weights, out[k])
        _compare_doors(which, asked, index, best[k], out[k])
        _compare_places(which, asked, index, best[k], out[k])
        out[k, 42] = asked.key[which] != 0 and asked.key[which] == index.rows.key[best[k]]
        out[k, 43] = asked.respelt[which] * out[k, 16]
    _distance_to_road(which, asked, index, best[:kept], xy, out)
    _compare_rivals(index, best[:kept], xy, out)


@numba.njit(cache=True, nogil=True)
def find_some(
    first: int,
    last: int,
    asked: Encoded,
    index: Index,
    kept: NDArray[np.int32],
    best: NDArray[np.int32],
    out: NDArray[np.float32],
) -> None:
    """Find and compare the candidates of the questions from `first` up to `last`.

    Parameters
    ----------
    first, last
        Questions of `asked`.
    asked, index
        Questions and table.
    kept
        Written: [m] how many candidates each question has.
    best
        Written: [m, k] entries.
    out
        Written: [m, k, `WIDTH`].
    """
    count = len(index.row)
    space = np.zeros((count, COLUMNS), dtype=np.float32)
    touched = np.empty(count, dtype=np.int32)
    score = np.empty(best.shape[1], dtype=np.float32)
    for which in range(first, last):
        many = candidates(which, asked, index, space, touched, best[which], score)
        kept[which] = many
        compare(which, asked, index, best[which], score, many, out[which])


# What `judge` says about a question, in the order of its columns.
CHOSEN, RIVAL = 0, 1
POINT, PLACE, RIVAL_POINT, SPREAD, IN_ZONE = 0, 1, 2, 3, 4
SPREAD_SHARE = 0.9
OWN_SHARE = 0.3
NO_ZONE = -1


@numba.njit(cache=True, nogil=True)
def _shares(
    features: NDArray[np.float32], kept: int, weights: NDArray[np.float64], out: NDArray[np.float64]
) -> None:
    """Write the probability of each candidate; "none of them" has the score 0."""
    top = 0.0
    for k in range(kept):
        out[k] = weights[WIDTH]
        for column in range(WIDTH):
            out[k] += weights[column] * features[k, column]
        top = max(top, out[k])
    total = np.exp(-top)
    for k in range(kept):
        out[k] = np.exp(out[k] - top)
        total += out[k]
    out[:kept] /= total


@numba.njit(cache=True, nogil=True)
def judge(
    index: Index,
    best: NDArray[np.int32],
    kept: int,
    features: NDArray[np.float32],
    weights: NDArray[np.float64],
    zone: NDArray[np.int32],
    which: NDArray[np.int32],
    said: NDArray[np.float64],
) -> None:
    """Choose among the candidates of a question.

    Candidates within `FAR_M` of each other are one answer.

    Parameters
    ----------
    index
        The table.
    best, kept, features
        Result of `candidates` and `compare`.
    weights
        [2, `WIDTH` + 1] of the two heads (point, place), the constant last.
    zone
        Zone of each row of the table, `NO_ZONE` for none; empty where there are no zones.
    which
        Written: position of the chosen candidate and of the best one elsewhere (-1 for none).
    said
        Written: the chances of `POINT`, `PLACE`, `RIVAL_POINT` and `IN_ZONE`, and `SPREAD`, the
        distance in metres within which nine tenths of the answer's chance lie.
    """
    which[:] = -1
    said[:] = 0.0
    if kept == 0:
        return
    point, place = np.empty(kept), np.empty(kept)
    _shares(features, kept, weights[0], point)
    _shares(features, kept, weights[1], place)
    apart = np.empty((kept, kept))
    xy = _planar(index, best[:kept])
    for k in range(kept):
        for j in range(kept):
            apart[k, j] = np.sqrt(_squared(xy[k], xy[j]))
    here, named = np.zeros(kept), np.zeros(kept)
    chosen, most = 0, -1.0
    for k in range(kept):
        for j in range(kept):
            if apart[k, j] <= FAR_M:
                here[k] += point[j]
                named[k] += place[j]
        value = here[k] + named[k] + OWN_SHARE * place[k]
        if value > most:
            chosen, most = k, value
    which[CHOSEN] = chosen
    said[POINT], said[PLACE] = here[chosen], named[chosen]
    for k in range(kept):
        if apart[chosen, k] <= FAR_M:
            continue
        elsewhere = 0.0
        for j in range(kept):
            if apart[k, j] <= FAR_M and apart[chosen, j] > FAR_M:
                elsewhere += point[j]
        if elsewhere > said[RIVAL_POINT]:
            which[RIVAL], said[RIVAL_POINT] = k, elsewhere
    order = np.argsort(apart[chosen])
    reached = 0.0
    for k in order:
        if apart[chosen, k] > FAR_M:
            break
        reached += point[k]
        said[SPREAD] = apart[chosen, k]
        if reached >= SPREAD_SHARE * here[chosen]:
            break
    if len(zone):
        own = zone[index.row[best[chosen]]]
        for k in range(kept):
            if own != NO_ZONE and zone[index.row[best[k]]] == own:
                said[IN_ZONE] += point[k]


@numba.njit(cache=True, nogil=True)
def answer_some(
    first: int,
    last: int,
    asked: Encoded,
    index: Index,
    weights: NDArray[np.float64],
    zone: NDArray[np.int32],
    most: int,
    entries: NDArray[np.int32],
    said: NDArray[np.float64],
    out: NDArray[np.float32],
) -> None:
    """Answer the questions from `first` up to `last`.

    Parameters
    ----------
    first, last
        Questions of `asked`.
    asked, index
        Questions and table.
    weights, zone
        As `judge` takes them.
    most
        Candidates of one question at most.
    entries
        Written: [m, 2] the chosen entry and the best one elsewhere; -1 for none.
    said
        Written: [m, 5] as `judge` writes it.
    out
        Written: [m, `WIDTH`] comparison with the chosen entry.
    """
    count = len(index.row)
    space = np.zeros((count, COLUMNS), dtype=np.float32)
    touched = np.empty(count, dtype=np.int32)
    score = np.empty(most, dtype=np.float32)
    best = np.empty(most, dtype=np.int32)
    features = np.empty((most, WIDTH), dtype=np.float32)
    which = np.empty(2, dtype=np.int32)
    for at in range(first, last):
        kept = candidates(at, asked, index, space, touched, best, score)
        compare(at, asked, index, best, score, kept, features)
        judge(index, best, kept, features, weights, zone, which, said[at])
        for k in range(2):
            entries[at, k] = best[which[k]] if which[k] >= 0 else -1
        if kept:
            out[at] = features[which[CHOSEN]]
