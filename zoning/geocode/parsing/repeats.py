"""Divisions that are said twice, as forms make people do: one chain of them counts."""

from __future__ import annotations

import re
from itertools import pairwise

from zoning.geocode.model import Kind
from zoning.geocode.parsing.names import DIST, PROV, TOWN, Piece

# 余杭区余杭区, side by side
TWICE = re.compile(r"([\u4e00-\u9fff]{1,3}[省市区县])\1")
_DOUBLED = 5  # 金华金华市


def count_once(text: str, pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with the divisions that do not count as `other`.

    The longer chain counts. Of two as long it is the later one that begins with a province: the
    first was chosen from a form's list, the second was written by somebody who lives there.
    """
    ranks = [rank for rank in map(_division, pieces) if rank]
    doubled = any(_is_doubled(text, piece) for piece in pieces[:3])
    if not doubled and all(before < after for before, after in pairwise(ranks)):
        return pieces
    out = _halved(text, pieces) if doubled else list(pieces)
    chains: list[list[int]] = []
    last = TOWN
    for at, piece in enumerate(out):
        rank = _division(piece)
        if 0 < rank <= DIST:
            if not chains or rank <= last:
                chains.append([])
            chains[-1].append(at)
            last = rank
    if not chains:
        return out
    kept = chains[0]
    for chain in chains[1:]:
        if _is_better(out, chain, kept):
            kept = chain
    left_out = [at for chain in chains if chain is not kept for at in chain]
    if out[0][0] == TOWN and any(piece[0] == TOWN for piece in out[kept[-1] :]):
        left_out.append(0)
    for at in left_out:
        out[at] = (Kind.OTHER, *out[at][1:])
    return out


def _division(piece: Piece) -> int:
    """Return the rank of a division; 0 for what is none."""
    return piece[0] if isinstance(piece[0], int) and piece[0] <= TOWN else 0


def _is_doubled(text: str, piece: Piece) -> bool:
    rank, start, end, _ = piece
    same = end - start == _DOUBLED and text[start : start + 2] == text[start + 2 : start + 4]
    return same and isinstance(rank, int) and rank <= DIST


def _halved(text: str, pieces: list[Piece]) -> list[Piece]:
    out: list[Piece] = []
    for piece in pieces:
        if _is_doubled(text, piece):
            rank, start, end, confidence = piece
            out += [(rank, start, start + 2, confidence), (rank, start + 2, end, confidence)]
        else:
            out.append(piece)
    return out


def _is_better(out: list[Piece], chain: list[int], kept: list[int]) -> bool:
    if len(chain) != len(kept):
        return len(chain) > len(kept)
    beside = out[kept[-1]][2] == out[chain[0]][1]
    return out[chain[0]][0] == PROV or (len(kept) == 1 and beside)
