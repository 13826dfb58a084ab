"""Who owns each face of a layer: overlaps, slits, the space of streets, places left out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from zoning.blocks.coverage import coverage_segments
from zoning.blocks.merge import Piece
from zoning.blocks.street_space import middle_lines

if TYPE_CHECKING:
    from zoning.blocks.coverage import Geometries, Ints

# Layers drawn along the kerbs leave out streets between these widths. What is narrower is a slit
# of drawing and joins a neighbour; what is wider, or not long, is a place.
STREET_WIDTH_M = 60.0
SLIT_WIDTH_M = 4.0
NOBODY = -1


class GapKind(StrEnum):
    """What a gap is taken for."""

    SLIT = "slit"
    STREET = "street"
    PLACE = "place"


def gap_kind(gap: Any) -> GapKind:
    """Tell by its shape what a gap is.

    Parameters
    ----------
    gap
        Polygon, metres.
    """
    piece = Piece(area=gap.area, perimeter=gap.length)
    if piece.is_strip(SLIT_WIDTH_M):
        return GapKind.SLIT
    return GapKind.STREET if piece.is_strip(STREET_WIDTH_M) else GapKind.PLACE


@dataclass(frozen=True)
class Faces:
    """What the outlines of all blocks enclose.

    Parameters
    ----------
    polygons
        Faces, in an order that depends on the geometry alone.
    claims
        Positions of the blocks that cover each face, ascending.
    inside
        Whether each face lies in the study area.
    """

    polygons: Geometries
    claims: list[list[int]]
    inside: list[bool]

    def gaps(self) -> list[int]:
        """Return the faces of the study area that no block covers."""
        return [f for f, claims in enumerate(self.claims) if self.inside[f] and not claims]


def _neighbour_lengths(faces: Faces) -> list[dict[int, float]]:
    shared = coverage_segments(faces.polygons).shared()
    lengths: list[dict[int, float]] = [defaultdict(float) for _ in faces.polygons]
    triples = zip(shared.left.tolist(), shared.right.tolist(), shared.lengths, strict=True)
    for left, right, length in triples:
        lengths[left][right] += float(length)
        lengths[right][left] += float(length)
    return lengths


def _longest(common: dict[int, float]) -> int:
    return min(common, key=lambda block: (-round(common[block], 3), block))


def settle_overlaps(faces: Faces, drawn: Geometries) -> Ints:
    """Return the owner of each face that blocks cover, `NOBODY` of the others.

    Parameters
    ----------
    faces
        Faces of the layer.
    drawn
        Polygons of the blocks as they were drawn.
    """
    size = shapely.area(drawn)
    owner = np.full(len(faces.polygons), NOBODY, dtype=np.int64)
    disputed = []
    for face, claims in enumerate(faces.claims):
        if faces.inside[face] and len(claims) == 1:
            owner[face] = claims[0]
        elif faces.inside[face] and claims:
            disputed.append(face)
    if not disputed:
        return owner
    undisputed = owner.copy()
    landed = set(undisputed.tolist())
    lengths = _neighbour_lengths(faces)
    for face in disputed:
        landless = [block for block in faces.claims[face] if block not in landed]
        if landless:
            owner[face] = min(landless, key=lambda block: (size[block], block))
            continue
        common = dict.fromkeys(faces.claims[face], 0.0)
        for other, length in lengths[face].items():
            if int(undisputed[other]) in common:
                common[int(undisputed[other])] += length
        owner[face] = _longest(common)
    return owner


def dividing_lines(faces: Faces, owner: Ints, streets: list[int]) -> Geometries:
    """Return the lines that divide the space of streets between the blocks along it.

    Parameters
    ----------
    faces
        Faces of the layer.
    owner
        As `settle_overlaps` returns it.
    streets
        The faces to divide.
    """
    if not streets:
        return np.empty(0, dtype=object)
    shared = coverage_segments(faces.polygons).shared()
    beside = np.concatenate([shared.right, shared.left])
    face = np.concatenate([shared.left, shared.right])
    segment = np.tile(np.arange(len(shared.left)), 2)
    order = np.argsort(face, kind="stable")
    order = order[owner[beside[order]] != NOBODY]
    starts, stops = (np.searchsorted(face[order], streets, side) for side in ("left", "right"))
    lines = [
        middle_lines(
            faces.polygons[street],
            shared.take(segment[order[start:stop]]),
            owner=owner[beside[order[start:stop]]],
        )
        for street, start, stop in zip(streets, starts, stops, strict=True)
    ]
    return np.concatenate(lines)


def parts_of(faces: Faces, gaps: Geometries) -> list[list[int]]:
    """Return for each gap the faces that it was divided into."""
    candidates = np.array(faces.gaps(), dtype=np.int64)
    places = shapely.point_on_surface(faces.polygons[candidates])
    part, gap = shapely.STRtree(gaps).query(places, predicate="within")
    parts: list[list[int]] = [[] for _ in gaps]
    for one, other in zip(candidates[part].tolist(), gap.tolist(), strict=True):
        parts[other].append(one)
    return parts


def settle_gaps(faces: Faces, owner: Ints, own_blocks: set[int], *, first_new: int) -> Ints:
    """Give the gaps their owners; those that become blocks are numbered from `first_new` on."""
    gaps = faces.gaps()
    if not gaps:
        return owner
    owner = owner.copy()
    lengths = _neighbour_lengths(faces)
    waiting = [face for face in gaps if face not in own_blocks]
    progress = True
    while progress:
        before = owner.tolist()
        for face in waiting:
            common: dict[int, float] = defaultdict(float)
            for other, length in lengths[face].items():
                if before[other] != NOBODY:
                    common[before[other]] += length
            if common:
                owner[face] = _longest(common)
        left = [face for face in waiting if owner[face] == NOBODY]
        progress, waiting = len(left) < len(waiting), left
    alone = [face for face in gaps if owner[face] == NOBODY]
    owner[alone] = np.arange(first_new, first_new + len(alone))
    return owner
