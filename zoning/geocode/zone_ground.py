"""Numbers between known ones, judged by all the ground of the zones that they may stand on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import shapely

from zoning.crs import from_lonlat
from zoning.geocode.answer import Answer, MatchCode, Reason
from zoning.geocode.kernels import METRES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from zoning.geocode.zone_layer import ZoneLayer

# nine of ten places lie within the radius, nearly all within half as far again
WHOLE_RADII = 1.5
_CORNERS = 32
# rounding leaves slivers between the zones and the ring
_SLIVERS = 0.001
_SIDE_UNKNOWN = "SIDE_UNKNOWN"


def by_ground(answers: Sequence[Answer], layer: ZoneLayer) -> list[Answer]:
    """Return answers, those between known numbers as the zones around them have it.

    Where all the ground lies in one zone, that is the zone, on whichever side of the road the
    number stands. Where it lies in several, the answer is not given without asking.

    Parameters
    ----------
    answers
        The answers.
    layer
        The zones.
    """
    tree = shapely.STRtree(layer.shapes)
    return [_judged(answer, layer, tree) if _is_between(answer) else answer for answer in answers]


def _is_between(answer: Answer) -> bool:
    """Tell whether an answer would be given, but for the side of the road."""
    if answer.code is not MatchCode.INTERPOLATED or answer.doubted:
        return False
    return answer.accepted or any(reason.key == _SIDE_UNKNOWN for reason in answer.reasons)


def _judged(answer: Answer, layer: ZoneLayer, tree: shapely.STRtree) -> Answer:
    ring = _ring(answer, layer)
    ground: dict[str, list[shapely.Geometry]] = {}
    for at in tree.query(ring, predicate="intersects").tolist():
        ground.setdefault(layer.ids[at], []).append(layer.shapes[at])
    # zones that lie over one another may each have all of it
    if ground and all(_covers(shapes, ring) for shapes in ground.values()):
        told = (*_without_side(answer), Reason("ONE_ZONE", {"chance": answer.probability}))
        reasons = answer.reasons if answer.accepted else told
        return replace(answer, accepted=True, zone_probability=answer.probability, reasons=reasons)
    if not answer.accepted:
        return answer
    if len(ground) < 2:
        # a part of it lies in no zone at all: the point is as good, but its zone is not told
        return replace(answer, zone_probability=None)
    why = (*answer.reasons, Reason("GROUND_ZONES", {}))
    return replace(answer, accepted=False, zone_probability=None, reasons=why)


def _covers(shapes: Sequence[shapely.Geometry], ring: shapely.Polygon) -> bool:
    bare = shapely.difference(ring, shapely.union_all(shapes))
    return bool(bare.area <= _SLIVERS * ring.area)


def _without_side(answer: Answer) -> tuple[Reason, ...]:
    return tuple(reason for reason in answer.reasons if reason.key != _SIDE_UNKNOWN)


def _ring(answer: Answer, layer: ZoneLayer) -> shapely.Polygon:
    """Return the ground that a number may stand on, in the coordinates of the zones."""
    assert answer.lon is not None
    assert answer.lat is not None
    turn = np.linspace(0.0, 2.0 * np.pi, _CORNERS, endpoint=False)
    degrees = WHOLE_RADII * max(answer.radius_m or 0.0, 1.0) / METRES
    lon = answer.lon + degrees / np.cos(np.radians(answer.lat)) * np.cos(turn)
    lat = answer.lat + degrees * np.sin(turn)
    x, y = from_lonlat(lon, lat, target=layer.system)
    return shapely.Polygon(np.column_stack((x, y)))
