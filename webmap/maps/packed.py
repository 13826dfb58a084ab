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
    are closed by whoever draws them; a part of lines is one line. Of all rings and lines come the
    steps from each place to the next in units of the last decimal, east and north in turns, that to
    the first place from the last one of the line before, and at the very first from (0, 0): steps
    are a third as long as places.
    """
    pen = _Pen()
    said = [
        [number, int(shapely.get_dimensions(shape) == 2), pen.parts(shape)]
        for number, shape in enumerate(shapes)
        if not shapely.is_empty(shape)
    ]
    return json.dumps(said, separators=(",", ":"))


class _Pen:
    """Goes from place to place, and tells its steps."""

    def __init__(self) -> None:
        self._at = np.zeros((1, 2), dtype=np.int64)

    def parts(self, shape: Any) -> list[Any]:
        """Return the steps of a shape, part by part."""
        areas = shapely.get_dimensions(shape) == 2
        return [
            [self._steps(ring, closed=True) for ring in (part.exterior, *part.interiors)]
            if areas
            else self._steps(part, closed=False)
            for part in shapely.get_parts(shape)
        ]

    def _steps(self, line: Any, *, closed: bool) -> list[int]:
        places = np.rint(shapely.get_coordinates(line) * 10**DECIMALS).astype(np.int64)
        places = places[: len(places) - closed]
        steps: list[int] = np.diff(places, axis=0, prepend=self._at).ravel().tolist()
        self._at = places[-1:]
        return steps
