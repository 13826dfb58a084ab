"""Which entries of a table may be meant by a question: those that share its rarest tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.geocode.kernels.compiled import compiled
from zoning.geocode.kernels.tokens import (
    ADDRESS_PAIR,
    ADDRESS_SOUND,
    KEY,
    NAME_PAIR,
    NAME_SOUND,
    ROAD,
    ROAD_NUMBER,
    SOUNDS,
    SYLLABLE,
    find_token,
    hash_code,
    number_code,
    pair_code,
    reading,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.geocode.encode import Encoded
    from zoning.geocode.layout import Index

# Questions are short; entries that are all but as good as each other are many.
MOST_TOKENS = 512
# Rarest first: beyond so many postings tokens add no entries to those that rarer ones have found,
# and beyond so many they are not even counted for these.
FRESH, POSTINGS = 3_000, 12_000
ENOUGH = 64
# how much oftener a sound has to be heard than its pair is seen to be looked up
HEARD_OFTENER = 8
# How much of a likeness a found pair is: as a sound, as a part of the address, across the fields.
SOUND_SHARE = np.float32(0.7)
ADDRESS_SHARE = np.float32(0.35)
ACROSS_SHARE = np.float32(0.25)
DOOR_SHARE = np.float32(0.35)
# An entry that says the very same is as alike as one with the same name at least.
SAME_TEXT = np.float32(1.0)
# what brings an entry among the candidates besides its likeness
SAID_BESIDES, SAME_DOOR = np.float32(0.01), np.float32(1.0)
MOST_BESIDES = 4 * SAID_BESIDES
# stands for no weight where one divides by it
TINY = np.float32(1e-6)

# What the shared weight of an entry is made of.
NAME, SOUND, ADDRESS, ADDRESS_AS_SOUND, ACROSS, BACK, DOORS, WHOLE, NUMBERED = range(9)
KINDS = 9
# As what it is added up: what is divided by the weight of the entry's name, and what by none of it.
NAMED, OTHERS, BACKWARDS, SAME = range(4)
COLUMNS = 4
_COLUMN = (NAMED, NAMED, OTHERS, OTHERS, OTHERS, BACKWARDS, OTHERS, SAME, SAME)
# what is the same and not only alike: odd for the whole text, from two on for a number on its road
_SAME_TEXT, _SAME_NUMBER = np.float32(1.0), np.float32(2.0)
# Kind and column of a field's pairs, of its sounds, and of its pairs in the other field.
_NAME_KINDS = (NAME_PAIR, NAME, NAME_SOUND, SOUND, ADDRESS_PAIR, ACROSS)
_ADDRESS_KINDS = (ADDRESS_PAIR, ADDRESS, ADDRESS_SOUND, ADDRESS_AS_SOUND, NAME_PAIR, BACK)


@compiled
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
    kinds = np.empty(MOST_TOKENS, dtype=np.int8)
    whole = np.zeros(KINDS, dtype=np.float32)
    count = _tokens(which, asked, index, found, kinds, whole)
    size = _collect(index, found[:count], kinds[:count], _shares(whole), space, touched)
    kept, city = 0, asked.city[which]
    for k in range(size):
        entry = touched[k]
        row = space[entry]
        # most entries have so little in common that their names need not be read
        if kept < len(best) or _at_most(row, whole[NAME]) >= score[0]:
            own = index.rows.city[entry] if city else city
            if not city or not own or city == own:
                value = _likeness(row, whole[NAME], index.name_weight[entry])
                value += _besides(which, asked, index.rows, entry)
                kept = _keep(best, score, kept, entry, value)
        row[:] = 0.0
    # the heap has no order among equals
    order = np.argsort(best[:kept])
    order = order[np.argsort(-score[:kept][order], kind="mergesort")]
    best[:kept] = best[:kept][order]
    score[:kept] = score[:kept][order]
    for k in range(kept):
        score[k] -= _besides(which, asked, index.rows, best[k])
    return kept


@compiled
def _besides(which: int, asked: Encoded, rows: Encoded, entry: int) -> np.float32:
    """Return what brings an entry among the candidates besides its likeness.

    The very number on the very road is not left out, whatever the names; among names that are
    equally alike those in the town, or of the building, come first.
    """
    value = np.float32(0.0)
    # `MOST_BESIDES` counts these four
    if asked.town[which] and asked.town[which] == rows.town[entry]:
        value += SAID_BESIDES
    if asked.village[which] and asked.village[which] == rows.village[entry]:
        value += SAID_BESIDES
    if asked.building[which] and asked.building[which] == rows.building[entry]:
        value += SAID_BESIDES
    if asked.group[which] >= 0 and asked.group[which] == rows.group[entry]:
        value += SAID_BESIDES
    for own in range(asked.door_ptr[which], asked.door_ptr[which + 1]):
        for other in range(rows.door_ptr[entry], rows.door_ptr[entry + 1]):
            wanted = asked.road_number[own]
            if wanted and wanted == rows.road_number[other]:
                return value + SAME_DOOR
    return value


@compiled
def _tokens(
    which: int,
    asked: Encoded,
    index: Index,
    found: NDArray[np.int32],
    columns: NDArray[np.int8],
    whole: NDArray[np.float32],
) -> int:
    """Note the tokens of a question with their kinds; return how many.

    `whole`: written, what name, address and doors of the question weigh in all, by kind.
    """
    count = _note(index, hash_code(KEY, asked.key[which]), WHOLE, found, columns, 0)
    name = asked.name[asked.name_ptr[which] : asked.name_ptr[which + 1]]
    count = _note_text(index, name, _NAME_KINDS, found, columns, count, whole)
    address = asked.address[asked.address_ptr[which] : asked.address_ptr[which + 1]]
    count = _note_text(index, address, _ADDRESS_KINDS, found, columns, count, whole)
    for door in range(asked.door_ptr[which], asked.door_ptr[which + 1]):
        before = count
        count = _note(index, hash_code(ROAD, asked.road[door]), DOORS, found, columns, count)
        if asked.number[door] >= 0:
            code = hash_code(ROAD_NUMBER, asked.road_number[door])
            count = _note(index, code, DOORS, found, columns, count)
            code = number_code(asked.number[door])
            count = _note(index, code, DOORS, found, columns, count)
            whole[DOORS] += index.unknown[0]
        for k in range(before, count):
            whole[DOORS] += index.weight[found[k]]
        if asked.number[door] >= 0:
            code = hash_code(ROAD_NUMBER, asked.road_number[door])
            count = _note(index, code, NUMBERED, found, columns, count)
    return count


@compiled
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


@compiled
def _note_text(
    index: Index,
    text: NDArray[np.uint32],
    kinds: tuple[int, int, int, int, int, int],
    found: NDArray[np.int32],
    columns: NDArray[np.int8],
    count: int,
    whole: NDArray[np.float32],
) -> int:
    """Note the tokens of a text, and add up what its pairs weigh in all.

    A sound is noted only where it is heard far oftener than the pair is seen, so where the pair may
    be a slip: most sounds are those of a pair that is well known, and have many entries to read. A
    pair that no entry has weighs as much as its sound.
    """
    pair, pair_column, sound, sound_column, other, other_column = kinds
    for k in range(len(text) - 1):
        first, second = int(text[k]), int(text[k + 1])
        tells, seen = index.unknown[0], 0
        if first < SYLLABLE and second < SYLLABLE:
            code = pair_code(pair, first, second)
            token = find_token(index.token, code)
            if token >= 0:
                tells, seen = index.weight[token], _postings(index, token)
            count = _note(index, code, pair_column, found, columns, count)
            code = pair_code(other, first, second)
            count = _note(index, code, other_column, found, columns, count)
        heard = np.float32(-1.0)
        for a in range(SOUNDS):
            for b in range(SOUNDS):
                before = reading(index.readings, first, a)
                after = reading(index.readings, second, b)
                if before == 0 or after == 0:
                    continue
                code = pair_code(sound, before, after)
                token = find_token(index.token, code)
                if token < 0:
                    continue
                heard = max(heard, index.weight[token])
                if _postings(index, token) > HEARD_OFTENER * seen:
                    count = _note(index, code, sound_column, found, columns, count)
        whole[pair_column] += heard if seen == 0 and heard >= 0 else tells
    return count


@compiled
def _postings(index: Index, token: int) -> int:
    return int(index.token_ptr[token + 1] - index.token_ptr[token])


@compiled
def _shares(whole: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how much of a likeness a shared weight is, by kind; of names before they are compared.

    `whole`: what name, address and doors of the question weigh in all.
    """
    shares = np.ones(KINDS, dtype=np.float32)
    shares[SOUND] = SOUND_SHARE
    shares[ADDRESS] = ADDRESS_SHARE / max(whole[ADDRESS], TINY)
    shares[ADDRESS_AS_SOUND] = SOUND_SHARE * shares[ADDRESS]
    shares[ACROSS] = ACROSS_SHARE / max(whole[NAME], TINY)
    shares[BACK] = ACROSS_SHARE
    shares[DOORS] = DOOR_SHARE / max(whole[DOORS], TINY)
    return shares


@compiled
def _collect(
    index: Index,
    found: NDArray[np.int32],
    kinds: NDArray[np.int8],
    shares: NDArray[np.float32],
    space: NDArray[np.float32],
    touched: NDArray[np.int32],
) -> int:
    """Add up the weights of the tokens, rarest first; return how many entries have any."""
    many = np.empty(len(found), dtype=np.int32)
    for k in range(len(found)):
        many[k] = _postings(index, found[k])
    size, read = 0, 0
    for k in np.argsort(many, kind="mergesort"):
        read += many[k]
        if read > POSTINGS and size >= ENOUGH:
            break
        fresh = read <= FRESH or size < ENOUGH
        weight, column = index.weight[found[k]] * shares[kinds[k]], _COLUMN[kinds[k]]
        if column == SAME:
            weight = _SAME_TEXT if kinds[k] == WHOLE else _SAME_NUMBER
        for at in range(index.token_ptr[found[k]], index.token_ptr[found[k] + 1]):
            entry = index.entry[at]
            if not _seen(space[entry]):
                if not fresh:
                    continue
                touched[size] = entry
                size += 1
            space[entry, column] += weight
    return size


@compiled
def _seen(row: NDArray[np.float32]) -> bool:
    return bool(row[NAMED] != 0 or row[OTHERS] != 0 or row[BACKWARDS] != 0 or row[SAME] != 0)


@compiled
def _at_most(row: NDArray[np.float32], name: np.float32) -> np.float32:
    """Return a likeness that no entry with these weights can pass, whatever its name weighs."""
    if row[BACKWARDS] > 0 or row[SAME] > 0:
        return np.float32(np.inf)
    return np.float32(2 * row[NAMED] / max(name, TINY) + row[OTHERS] + MOST_BESIDES)


@compiled
def _likeness(row: NDArray[np.float32], name: np.float32, name_weight: np.float32) -> np.float32:
    """Return how alike a question and an entry are, from the weights that they share.

    `name`, `name_weight`: what their names weigh in all.
    """
    likeness = 2 * row[NAMED] / max(name + name_weight, TINY) + row[OTHERS]
    likeness += row[BACKWARDS] / max(name_weight, TINY)
    # odd: the whole text is the same
    return np.float32(max(likeness, SAME_TEXT) if row[SAME] % 2 > 0 else likeness)


@compiled
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


@compiled
def _worse(value: np.float32, entry: int, other: np.float32, beside: int) -> bool:
    """Tell whether an entry ranks below another: less alike, or as much but later in the index."""
    return bool(value < other or (value == other and entry > beside))
