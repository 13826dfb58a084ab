"""Which candidate is meant: candidates near each other are one answer, with one chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from zoning.geocode.kernels.columns import WIDTH
from zoning.geocode.kernels.comparing import FAR_M, spots, squared
from zoning.geocode.kernels.compiled import compiled

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from zoning.geocode.encode import Encoded
    from zoning.geocode.layout import Index

# What `judge` says about a question, in the order of its columns.
CHOSEN, RIVAL, OTHER_ZONE = 0, 1, 2
CHOICES = 3
POINT, PLACE, RIVAL_POINT, SPREAD, IN_ZONE = 0, 1, 2, 3, 4
SAID = 5
SPREAD_SHARE = 0.9
OWN_SHARE = 0.3
# a row that is more probably the very place than all others together is the answer
VERY_PLACE = 0.5
# a row of another zone is offered from this part of the chance of the chosen one on
OFFERED_SHARE = 0.05
NO_ZONE = -1


@compiled
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
        Written: positions of the chosen candidate, of the best one elsewhere and of the best one
        in another zone, however near; -1 for none.
    said
        Written: the chances of `POINT`, `PLACE`, `RIVAL_POINT` and `IN_ZONE`, and `SPREAD`, the
        distance in metres within which nine tenths of the answer's chance lie.
    """
    which[:] = -1
    said[:] = 0.0
    if kept == 0:
        return
    point, place = np.empty(kept), np.empty(kept)
    apart = np.empty((kept, kept))
    where = spots(index, best[:kept])
    for k in range(kept):
        for j in range(k + 1):
            apart[k, j] = apart[j, k] = np.sqrt(squared(where[k], where[j]))
    less = _logarithms(index, best[:kept], apart)
    _shares(features, kept, weights[0], less, point)
    _shares(features, kept, weights[1], less, place)
    own = np.empty(kept)
    _shares(features, kept, weights[1], np.zeros(kept), own)
    chosen = _choose(apart, point, place, own, said)
    which[CHOSEN] = chosen
    which[RIVAL] = _elsewhere(apart, chosen, point, said)
    said[SPREAD] = _spread(apart[chosen], point, said[POINT])
    if len(zone):
        own = zone[index.row[best[chosen]]]
        most = OFFERED_SHARE * point[chosen]
        for k in range(kept):
            if own != NO_ZONE and zone[index.row[best[k]]] != own and point[k] >= most:
                which[OTHER_ZONE], most = k, point[k]
            if own != NO_ZONE and zone[index.row[best[k]]] == own:
                said[IN_ZONE] += place[k]


@compiled
def _logarithms(
    index: Index, best: NDArray[np.int32], apart: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return by how much the score of each candidate is less because it is one of several.

    The buildings of one compound are one place: twenty rows must not outweigh a place with one.
    """
    many = np.ones(len(best))
    for k in range(len(best)):
        for j in range(k):
            if apart[k, j] <= FAR_M and _of_one_compound(index.rows, best[k], best[j]):
                many[k] += 1
                many[j] += 1
    return np.log(many)


@compiled
def _of_one_compound(rows: Encoded, one: int, other: int) -> bool:
    """Tell whether two entries are buildings with one name or at one door."""
    if not rows.building[one] or not rows.building[other]:
        return False
    if _same_name(rows, one, other):
        return True
    for k in range(rows.door_ptr[one], rows.door_ptr[one + 1]):
        for j in range(rows.door_ptr[other], rows.door_ptr[other + 1]):
            if rows.road_number[k] and rows.road_number[k] == rows.road_number[j]:
                return True
    return False


@compiled
def _same_name(rows: Encoded, one: int, other: int) -> bool:
    at, there = rows.name_ptr[one], rows.name_ptr[other]
    size = rows.name_ptr[one + 1] - at
    if rows.name_ptr[other + 1] - there != size:
        return False
    same = True
    for k in range(size):
        same = same and rows.name[at + k] == rows.name[there + k]
    return bool(same)


@compiled
def _shares(
    features: NDArray[np.float32],
    kept: int,
    weights: NDArray[np.float64],
    less: NDArray[np.float64],
    out: NDArray[np.float64],
) -> None:
    """Write the probability of each candidate; "none of them" has the score 0.

    How probable it is that there is any does not depend on `less`, only how that is shared.
    """
    top = 0.0
    for k in range(kept):
        out[k] = weights[WIDTH]
        for column in range(WIDTH):
            out[k] += weights[column] * features[k, column]
        top = max(top, out[k])
    whole, shared = 0.0, 0.0
    for k in range(kept):
        whole += np.exp(out[k] - top)
        out[k] = np.exp(out[k] - top - less[k])
        shared += out[k]
    if shared > 0.0:  # else all are too improbable for a number
        out[:kept] *= whole / ((whole + np.exp(-top)) * shared)


@compiled
def _choose(
    apart: NDArray[np.float64],
    point: NDArray[np.float64],
    place: NDArray[np.float64],
    own: NDArray[np.float64],
    said: NDArray[np.float64],
) -> int:
    """Return the candidate around which the most chance lies, and write its chances.

    Where the most chance lies around another row, but one of those near it is most probably meant,
    that one is the answer: its point is the place, and not just near it. `own`: chances of the
    place in which each building counts for itself, because it is asked for.
    """
    chosen, most = 0, -1.0
    for k in range(len(point)):
        value = _around(apart[k], point) + _around(apart[k], place) + OWN_SHARE * own[k]
        if value > most:
            chosen, most = k, value
    middle = chosen
    for k in range(len(point)):
        if apart[middle, k] <= FAR_M and own[k] >= VERY_PLACE:
            chosen = k
    said[POINT], said[PLACE] = _around(apart[chosen], point), _around(apart[chosen], place)
    return chosen


@compiled
def _around(away: NDArray[np.float64], chance: NDArray[np.float64]) -> float:
    """Return the chance within `FAR_M`."""
    here = 0.0
    for j in range(len(chance)):
        if away[j] <= FAR_M:
            here += chance[j]
    return here


@compiled
def _elsewhere(
    apart: NDArray[np.float64],
    chosen: int,
    point: NDArray[np.float64],
    said: NDArray[np.float64],
) -> int:
    """Return the best candidate elsewhere, -1 for none, and write its chance."""
    rival = -1
    for k in range(len(point)):
        if apart[chosen, k] <= FAR_M:
            continue
        elsewhere = 0.0
        for j in range(len(point)):
            if apart[k, j] <= FAR_M and apart[chosen, j] > FAR_M:
                elsewhere += point[j]
        if elsewhere > said[RIVAL_POINT]:
            rival, said[RIVAL_POINT] = k, elsewhere
    return rival


@compiled
def _spread(away: NDArray[np.float64], point: NDArray[np.float64], whole: float) -> float:
    """Return the distance within which `SPREAD_SHARE` of an answer's chance lie."""
    spread, reached = 0.0, 0.0
    for k in np.argsort(away):
        if away[k] > FAR_M or reached >= SPREAD_SHARE * whole:
            break
        reached += point[k]
        spread = away[k]
    return spread
