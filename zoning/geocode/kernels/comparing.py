"""How a question and its candidates compare: what is equal, what differs, what stands around."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.geocode.kernels.columns import AT
from zoning.geocode.kernels.compiled import compiled
from zoning.geocode.kernels.finding import SOUND_SHARE, TINY
from zoning.geocode.kernels.tokens import (
    ADDRESS_PAIR,
    DISTRICT,
    FIRST,
    LAST,
    NAME_PAIR,
    ROAD,
    find_token,
    hash_code,
    pair_weights,
    same_sound,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.geocode.encode import Encoded
    from zoning.geocode.layout import Index


# of a degree of latitude
METRES = 111_195.0
# entries that support each other, and those that are another answer
NEAR_M, FAR_M = 400.0, 500.0
# the unit in which the distance to a road or a number is told
AWAY_M = 100.0
# names with so much in common are much alike; more than so many of them nearby say no more
ALIKE, MOST_SUPPORTERS = 0.6, 3
# what a letter or figure weighs beside a character that no name has
OTHER_LETTER = np.float32(0.6)
# numbers are about the same within this, or within a tenth
NUMBER_SLACK, NUMBER_PART = 10, 10
# of the entries on one road so many are looked at
ON_ROAD = 256
_SAME_ROAD, _FAR_NUMBER, _NEAR_NUMBER, _EQUAL_NUMBER = 1, 2, 3, 4


@compiled
def spots(index: Index, entries: NDArray[np.int32]) -> NDArray[np.float64]:
    """Return where entries lie, for `squared`: [n, 3].

    Degrees of longitude and of latitude, both in metres of latitude, and how much of a metre the
    former is there: the cosine is taken once an entry, not once a pair.
    """
    out = np.empty((len(entries), 3))
    for k in range(len(entries)):
        out[k, 0] = index.lon[entries[k]] * METRES
        out[k, 1] = index.lat[entries[k]] * METRES
        out[k, 2] = np.cos(np.radians(index.lat[entries[k]]))
    return out


@compiled
def squared(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Return the square of the distance of two spots in metres, near enough below 50 km."""
    east, north = (a[0] - b[0]) * a[2], a[1] - b[1]
    return float(east * east + north * north)


@compiled
def _letter(weights: NDArray[np.float32], character: int, unknown: np.float32) -> np.float32:
    if FIRST <= character <= LAST:
        return np.float32(weights[character - FIRST])
    return unknown * OTHER_LETTER


@compiled
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
    return np.float32(before[len(b)])


@compiled
def _pairs_in(
    weights: NDArray[np.float32], a: NDArray[np.uint32], b: NDArray[np.uint32]
) -> np.float32:
    """Return the share of the pairs of a, by their weights, that b has too."""
    whole, shared = np.float32(0.0), np.float32(0.0)
    for i in range(len(a) - 1):
        whole += weights[i]
        for j in range(len(b) - 1):
            if a[i] == b[j] and a[i + 1] == b[j + 1]:
                shared += weights[i]
                break
    return np.float32(shared / max(whole, TINY))


@compiled
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


@compiled
def _begins_or_ends(a: NDArray[np.uint32], b: NDArray[np.uint32]) -> bool:
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    begins, ends = True, True
    shift = len(long) - len(short)
    for k in range(len(short)):
        begins = begins and short[k] == long[k]
        ends = ends and short[k] == long[k + shift]
    return begins or ends


@compiled
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
        out[AT.no_name] = 1.0
        return
    own = index.name_pair[rows.name_ptr[entry] : rows.name_ptr[entry + 1]]
    out[AT.name_found] = _pairs_in(weights, a, b)
    out[AT.name_explained] = _pairs_in(own, b, a)
    out[AT.name_equal] = len(a) == len(b) and np.all(a == b)
    both = np.float32(0.0)
    for character in a:
        both += _letter(index.name_letter, int(character), index.unknown[0])
    for character in b:
        both += _letter(index.name_letter, int(character), index.unknown[0])
    out[AT.name_in_order] = 2 * _in_order(index, a, b) / max(both, TINY)
    out[AT.name_contained] = _begins_or_ends(a, b)
    out[AT.name_missing] = np.log1p(_lacking(index, a, b))
    out[AT.name_surplus] = np.log1p(_lacking(index, b, a))


@compiled
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
        shared += bool(np.any(other == value))
    out[AT.part_equal] = shared > 0
    out[AT.part_conflict] = len(own) > 0 and len(other) > 0 and shared == 0
    out[AT.part_one_sided] = len(own) == 0 or len(other) == 0


@compiled
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
        out[AT.address_found] = _pairs_in(weights[1], a, b)
        out[AT.address_explained] = _pairs_in(own, b, a)
    name = asked.name[asked.name_ptr[which] : asked.name_ptr[which + 1]]
    out[AT.name_in_address] = _pairs_in(weights[0], name, b)
    name = rows.name[rows.name_ptr[entry] : rows.name_ptr[entry + 1]]
    own = index.name_pair[rows.name_ptr[entry] : rows.name_ptr[entry + 1]]
    out[AT.address_in_name] = _pairs_in(own, name, a)


@compiled
def _near_number(a: int, b: int) -> bool:
    return abs(a - b) <= max(NUMBER_SLACK, a // NUMBER_PART)


@compiled
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
    out[AT.road_equal] = best > 0
    out[AT.road_conflict] = best == 0
    out[AT.number_equal] = best == _EQUAL_NUMBER
    out[AT.number_near] = best == _NEAR_NUMBER
    out[AT.number_far] = best == _FAR_NUMBER
    out[AT.number_missing] = best == _SAME_ROAD
    out[AT.suffix_conflict] = suffixes_differ


@compiled
def _compare_said(
    a: np.uint64, b: np.uint64, equal: int, conflict: int, out: NDArray[np.float32]
) -> None:
    if a and b:
        out[equal if a == b else conflict] = 1.0


@compiled
def _known_district(which: int, asked: Encoded, index: Index) -> np.uint64:
    """Return the district of a question, 0 where the table has none of that name."""
    district = asked.district[which]
    known = district and find_token(index.token, hash_code(DISTRICT, district)) >= 0
    return district if known else np.uint64(0)


@compiled
def _compare_places(
    which: int,
    asked: Encoded,
    index: Index,
    entry: int,
    district: np.uint64,
    out: NDArray[np.float32],
) -> None:
    rows = index.rows
    own, other = asked.building[which], rows.building[entry]
    _compare_said(own, other, AT.building_equal, AT.building_conflict, out)
    village, other_village = asked.village[which], rows.village[entry]
    # groups of two villages have numbers alike: they say nothing
    one_village = not (village and other_village and village != other_village)
    if one_village and asked.group[which] >= 0 and rows.group[entry] >= 0:
        same = asked.group[which] == rows.group[entry]
        out[AT.group_equal if same else AT.group_conflict] = 1.0
    _compare_said(asked.town[which], rows.town[entry], AT.place_equal, AT.place_conflict, out)
    _compare_said(village, other_village, AT.place_equal, AT.place_conflict, out)
    if district:
        _compare_said(district, rows.district[entry], AT.district_equal, AT.district_conflict, out)
        if index.near_share[entry] > 0:
            same = index.near_district[entry] == district
            out[AT.near_equal if same else AT.near_conflict] = index.near_share[entry]


@compiled
def _other_city(which: int, asked: Encoded, index: Index, entry: int) -> bool:
    city, own = asked.city[which], index.rows.city[entry]
    return bool(city and own and city != own)


@compiled
def _on_road(which: int, asked: Encoded, index: Index, out: NDArray[np.int32]) -> int:
    """Collect entries on the question's roads, of many entries every so many."""
    count = 0
    for door in range(asked.door_ptr[which], asked.door_ptr[which + 1]):
        token = find_token(index.token, hash_code(ROAD, asked.road[door]))
        if token < 0:
            continue
        first, last = index.token_ptr[token], index.token_ptr[token + 1]
        for at in range(first, last, max(1, (last - first) // ON_ROAD)):
            entry = index.entry[at]
            if count < len(out) and not _other_city(which, asked, index, entry):
                out[count] = entry
                count += 1
    return count


@compiled
def _by_number(which: int, asked: Encoded, index: Index, out: NDArray[np.int32]) -> int:
    """Collect entries on the question's roads that have about its number."""
    count = 0
    rows = index.rows
    for door in range(asked.door_ptr[which], asked.door_ptr[which + 1]):
        number = asked.number[door]
        token = find_token(index.token, hash_code(ROAD, asked.road[door]))
        if token < 0 or number < 0:
            continue
        for at in range(index.token_ptr[token], index.token_ptr[token + 1]):
            entry = index.entry[at]
            fits = False
            for other in range(rows.door_ptr[entry], rows.door_ptr[entry + 1]):
                if rows.road[other] == asked.road[door] and rows.number[other] >= 0:
                    fits = fits or _near_number(number, rows.number[other])
            if fits and count < len(out) and not _other_city(which, asked, index, entry):
                out[count] = entry
                count += 1
    return count


@compiled
def _distances(
    index: Index,
    best: NDArray[np.int32],
    where: NDArray[np.float64],
    others: NDArray[np.int32],
    known: int,
    out: NDArray[np.float32],
) -> None:
    """Write for each candidate whether there is another row among `others`, and how far it is.

    `where`: the candidates' `spots`.
    """
    there = spots(index, others)
    rows = index.row[others]
    for k in range(len(best)):
        nearest, own = np.inf, index.row[best[k]]
        for j in range(len(others)):
            if rows[j] != own:
                nearest = min(nearest, squared(where[k], there[j]))
        if nearest < np.inf:
            out[k, known] = 1.0
            out[k, known + 1] = np.log1p(np.sqrt(nearest) / AWAY_M)


@compiled
def _compare_rivals(
    index: Index, best: NDArray[np.int32], where: NDArray[np.float64], out: NDArray[np.float32]
) -> None:
    kept, alike = len(best), 0
    for k in range(kept):
        alike += out[k, AT.name_in_order] > ALIKE
    for k in range(kept):
        support, supporters, rival, equal = np.float32(0.0), 0, np.float32(0.0), 0
        for j in range(kept):
            if index.row[best[j]] == index.row[best[k]]:
                continue
            distance = squared(where[k], where[j])
            if distance < NEAR_M * NEAR_M:
                support = max(support, out[j, AT.name_in_order])
                supporters += out[j, AT.name_in_order] > ALIKE
            elif distance >= FAR_M * FAR_M:
                rival = max(rival, out[j, AT.likeness])
                equal += out[j, AT.name_equal] > 0
        out[k, AT.support] = support
        out[k, AT.supporters] = min(supporters, MOST_SUPPORTERS)
        out[k, AT.rival] = rival - out[k, AT.likeness]
        out[k, AT.rivals_equal] = np.log1p(np.float32(equal))
        out[k, AT.alike] = np.log1p(np.float32(alike))


@compiled
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
    weights = (
        pair_weights(NAME_PAIR, name, index.token, index.weight, index.unknown[0]),
        pair_weights(ADDRESS_PAIR, address, index.token, index.weight, index.unknown[0]),
    )
    district = _known_district(which, asked, index)
    for k in range(kept):
        out[k, AT.likeness] = score[k]
        _compare_names(which, asked, index, best[k], weights[0], out[k])
        _compare_parts(which, asked, index, best[k], out[k])
        _compare_addresses(which, asked, index, best[k], weights, out[k])
        _compare_doors(which, asked, index, best[k], out[k])
        _compare_places(which, asked, index, best[k], district, out[k])
        out[k, AT.text_equal] = (
            asked.key[which] != 0 and asked.key[which] == index.rows.key[best[k]]
        )
        out[k, AT.respelt] = asked.respelt[which] and out[k, AT.road_equal] > 0
    where = spots(index, best[:kept])
    others = np.empty(2 * ON_ROAD, dtype=np.int32)
    count = _on_road(which, asked, index, others)
    _distances(index, best[:kept], where, others[:count], AT.road_known, out)
    count = _by_number(which, asked, index, others)
    _distances(index, best[:kept], where, others[:count], AT.number_known, out)
    _compare_rivals(index, best[:kept], where, out)
