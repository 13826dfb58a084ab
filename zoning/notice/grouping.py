"""Near-duplicates among opinions: the same text sent a thousand times, with a word changed.

Texts are sets of pairs of letters. A text joins the first group whose leader it resembles, by the
share of pairs that both have (Jaccard). Leaders are found by minhash and bands, so that 50,000
texts take seconds; whether a text joins is always decided by the exact share. The same texts in
the same order give the same groups on every machine.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

# of two texts that are alike, four fifths of each are in the other: a word here and there differs
ALIKE = 0.7
# 20 bands of 3: two texts as alike as that meet with 99.98 %, with a third in common with half
_BANDS, _ROWS = 20, 3
# in one band a text is compared with so many leaders at most, the earliest: a bound on the work
_COMPARED = 8
_CHUNK = 4096
_SHORTEST = 2
_MARKS = re.compile(r"[\W_]+")
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_MIX_1, _MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True)
class Said:
    """What is compared of an opinion: its number, its text, and what it wants.

    Opinions that want something else are never in one group: "for" and "against" may differ by
    one letter.
    """

    number: int
    text: str
    stance: str


def grouped(opinions: Sequence[Said], *, alike: float = ALIKE) -> tuple[tuple[int, ...], ...]:
    """Put opinions into groups that say the same.

    Parameters
    ----------
    opinions
        Opinions; their order does not matter.
    alike
        Share of pairs of letters that two texts have in common at least.

    Returns
    -------
    tuple of tuple of int
        Numbers, ascending, each in one group; groups in the order of their first opinion.
    """
    ordered = sorted(opinions, key=lambda item: item.number)
    plain: dict[tuple[str, str], list[int]] = {}
    for item in ordered:
        plain.setdefault((item.stance, plain_text(item.text)), []).append(item.number)
    texts = list(plain)
    leaders = _leaders(texts, alike=alike)
    groups: dict[int, list[int]] = {}
    for at, key in enumerate(texts):
        groups.setdefault(leaders[at], []).extend(plain[key])
    return tuple(sorted(tuple(sorted(members)) for members in groups.values()))


def plain_text(text: str) -> str:
    """Return the letters and figures of a text alone, in their usual width and case."""
    usual = unicodedata.normalize("NFKC", text).casefold()
    return _MARKS.sub("", usual)


def _leaders(texts: Sequence[tuple[str, str]], *, alike: float) -> list[int]:
    """Return for each text, in order, the first one that it resembles; itself if there is none."""
    signs = _signatures([text for _, text in texts])
    pairs: dict[int, frozenset[str]] = {}  # of leaders
    met: dict[tuple[int, str, bytes], list[int]] = {}
    found = []
    for at, (stance, text) in enumerate(texts):
        bands = signs[at].reshape(_BANDS, _ROWS)
        keys = [(band, stance, bands[band].tobytes()) for band in range(_BANDS)]
        candidates = sorted({leader for key in keys for leader in met.get(key, ())})
        mine = _pairs(text)
        best = _first_alike(mine, pairs, candidates, alike=alike)
        found.append(at if best is None else best)
        if best is None:
            pairs[at] = mine
            for key in keys:
                known = met.setdefault(key, [])
                if len(known) < _COMPARED:
                    known.append(at)
    return found


def _first_alike(
    mine: frozenset[str],
    pairs: Mapping[int, frozenset[str]],
    candidates: Sequence[int],
    *,
    alike: float,
) -> int | None:
    for other in candidates:
        theirs = pairs[other]
        few, many = sorted((len(mine), len(theirs)))
        if few < alike * many:
            continue
        common = len(mine & theirs)
        if common >= alike * (few + many - common):
            return other
    return None


def _pairs(text: str) -> frozenset[str]:
    if len(text) < _SHORTEST:
        return frozenset((text,))
    return frozenset([text[at : at + 2] for at in range(len(text) - 1)])


def _signatures(texts: Sequence[str]) -> NDArray[np.uint32]:
    """Return the minhash of each text's pairs of letters, (texts, bands × rows)."""
    out = np.empty((len(texts), _BANDS * _ROWS), dtype=np.uint32)
    for start in range(0, len(texts), _CHUNK):
        part = texts[start : start + _CHUNK]
        out[start : start + len(part)] = _signatures_of(part)
    return out


def _signatures_of(texts: Sequence[str]) -> NDArray[np.uint32]:
    # an own sign between texts, so that none is empty and no pair reaches over two of them
    padded = ["\0" + text for text in texts]
    codes = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    lengths = np.array([len(text) for text in padded])
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1]))
    following = np.append(codes[1:], np.uint32(0))
    shingles = _mixed((codes.astype(np.uint64) << np.uint64(32)) | following.astype(np.uint64))
    # pairs with the sign in front count for texts of one letter only
    lonely = np.repeat(lengths <= _SHORTEST, lengths)
    kept = ((codes != 0) & (following != 0)) | lonely
    counts = np.add.reduceat(kept.astype(np.int64), starts)
    firsts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    shingles = shingles[kept]
    out = np.empty((len(texts), _BANDS * _ROWS), dtype=np.uint32)
    for column, factor in enumerate(_FACTORS):
        least = np.minimum.reduceat(shingles * factor, firsts)
        out[:, column] = (least >> np.uint64(32)).astype(np.uint32)
    return out


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread numbers evenly (splitmix64, Steele, Lea & Flood 2014)."""
    values = values + _SPREAD
    values = (values ^ (values >> np.uint64(30))) * _MIX_1
    values = (values ^ (values >> np.uint64(27))) * _MIX_2
    return np.asarray(values ^ (values >> np.uint64(31)))


# one hash function a column of the signature: another odd factor each, modulo 2^64
_FACTORS = _mixed(np.arange(1, _BANDS * _ROWS + 1, dtype=np.uint64)) | np.uint64(1)
