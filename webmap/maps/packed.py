"""Shapes as short numbers for a page's scripts (`static/shapes.js` reads them)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from webmap.maps.simplify import DECIMALS

if TYPE_CHECKING:
    from collections.abc import Iterable


def packed(shapes: Iterable[Any]) -> str:
    """Return shapes as JSON of whole numbers; one that is empty is left out.

    Parameters
    ----------
    shapes
        Areas or lines in WGS 84, rounded to `DECIMALS` decimals.

    Returns
    -------
    A list of [number, whether it is an area, parts]. A part of an area is a list of rings, which
    are closed by whoever draws them; a part of lines is one line. Of a ring or line come its first
    place and the steps from each place to the next in units of the last decimal, east and north in
    turns: steps are a third as long as places.
    """
    said = [
        [number, int(shapely.get_dimensions(shape) == 2), _parts(shape)]
        for number, shape in enumerate(shapes)
        if not shapely.is_empty(shape)
    ]
    return json.dumps(said, separators=(",", ":"))


def _parts(shape: Any) -> list[Any]:
    areas = shapely.get_dimensions(shape) == 2
    return [
        [_steps(ring, closed=True) for ring in (part.exterior, *part.interiors)]
        if areas
        else _steps(part, closed=False)
        for part in shapely.get_parts(shape)
    ]


def _steps(line: Any, *, closed: bool) -> list[int]:
    places = np.rint(shapely.get_coordinates(line) * 10**DECIMALS).astype(np.int64)
    steps: list[int] = np.diff(places[: len(places) - closed], axis=0, prepend=0).ravel().tolist()
    return steps
