"""Zones as a map in SVG: coloured areas with a number each, and a list of what the numbers mean.

Numbers instead of colours alone, so that the map can be read on paper without colour and by
everybody. Nothing of a base map is shown.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import shapely

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH = 1000
MARGIN = 20
ROW, DISC = 31, 16
MOST_COLUMNS, LETTER, INDENT = 3, 19, 36
# what a reader of a printed page can tell apart: 0.7 of a thousandth of its width
DETAIL = 0.0007
FONTS = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','SimSun',sans-serif"
_HATCH = (
    '<defs><pattern id="hatch" width="12" height="12" patternUnits="userSpaceOnUse">'
    '<path d="M0 12L12 0" stroke="#b00020" stroke-width="1.2"/></pattern></defs>'
)
_NICE = (1, 2, 5)
_LEAST_SHARE = 0.15


@dataclass(frozen=True)
class Area:
    """A zone on a map.

    Parameters
    ----------
    name
        What the list says.
    shape
        Polygon or polygons, metres.
    fill
        Colour, as in SVG.
    number
        Its number on the map.
    """

    name: str
    shape: shapely.Geometry
    fill: str
    number: int


@dataclass(frozen=True)
class Spot:
    """A school on a map."""

    name: str
    point: shapely.Point


@dataclass(frozen=True)
class Words:
    """Words on a map: what its hatching means (empty without any), its scale, and its note."""

    changed: str
    kilometres: str
    metres: str
    north: str
    note: str


def map_svg(
    areas: Sequence[Area],
    spots: Sequence[Spot],
    *,
    changed: shapely.Geometry | None,
    extent: tuple[float, float, float, float],
    words: Words,
) -> bytes:
    """Draw a map.

    Parameters
    ----------
    areas
        Zones, in the order of the list.
    spots
        Schools.
    changed
        What is hatched; None for nothing.
    extent
        West, south, east, north in metres: maps of one notice have the same.
    words
        What is written on it.
    """
    view = _View(extent)
    changed = None if changed is None or changed.is_empty else changed
    shapes = shapely.coverage_simplify(
        np.array([area.shape for area in areas], dtype=object), view.span * DETAIL
    )
    rows = math.ceil(len(areas) / _columns(areas))
    legend_top = view.height + 2 * MARGIN + 40
    height = legend_top + rows * ROW + (2 * ROW if words.changed else ROW) + MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" ',
        f'width="{WIDTH}" height="{height:.0f}" font-family="{FONTS}">',
        _HATCH,
        f'<rect width="{WIDTH}" height="{height:.0f}" fill="#ffffff"/>',
    ]
    for shape, area in zip(shapes, areas, strict=True):
        lines.append(
            f'<path d="{view.path(shape)}" fill="{area.fill}" fill-opacity="0.62" '
            'fill-rule="evenodd" stroke="#333333" stroke-width="1.4"/>'
        )
    if changed is not None:
        hatched = changed.simplify(view.span * DETAIL)
        lines.append(
            f'<path d="{view.path(hatched)}" fill="url(#hatch)" fill-rule="evenodd" '
            'stroke="#b00020" stroke-width="1.2"/>'
        )
    lines += _schools(view, spots)
    lines += _numbers(view, areas, shapes)
    lines += _scale(view, words)
    lines += _legend(areas, top=legend_top, words=words, hatched=changed is not None)
    return "".join([*lines, "</svg>"]).encode()


class _View:
    """Where metres lie on the picture."""

    def __init__(self, extent: tuple[float, float, float, float]) -> None:
        self.west, south, east, self.north = extent
        self.span = max(east - self.west, self.north - south, 1.0)
        self.scale = (WIDTH - 2 * MARGIN) / max(east - self.west, 0.6 * (self.north - south), 1.0)
        self.left = (WIDTH - (east - self.west) * self.scale) / 2
        self.height = max((self.north - south) * self.scale, 1.0)

    def xy(self, x: float, y: float) -> tuple[float, float]:
        return self.left + (x - self.west) * self.scale, MARGIN + (self.north - y) * self.scale

    def path(self, shape: shapely.Geometry) -> str:
        return "".join(self._rings(shape))

    def _rings(self, shape: shapely.Geometry) -> Iterator[str]:
        for polygon in shapely.get_parts(shape):
            if polygon.geom_type != "Polygon":
                continue
            for ring in (polygon.exterior, *polygon.interiors):
                points = [self.xy(x, y) for x, y in shapely.get_coordinates(ring)[:-1]]
                yield "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def _schools(view: _View, spots: Sequence[Spot]) -> Iterator[str]:
    for spot in spots:
        x, y = view.xy(spot.point.x, spot.point.y)
        yield (
            f'<path d="M{x:.1f} {y - 8:.1f}l7 13h-14z" fill="#1a1a1a" stroke="#ffffff" '
            f'stroke-width="1.2"><title>{escape(spot.name)}</title></path>'
        )


def _numbers(
    view: _View, areas: Sequence[Area], shapes: Sequence[shapely.Geometry]
) -> Iterator[str]:
    """Put each zone's number into its largest part, and into every other that has room."""
    for area, shape in zip(areas, shapes, strict=True):
        parts = sorted(shapely.get_parts(shape), key=lambda part: -part.area)
        for part in parts:
            if part is not parts[0] and part.area * view.scale**2 < (4 * DISC) ** 2:
                break
            inside = part.representative_point()
            yield _disc(*view.xy(inside.x, inside.y), area.number)


def _disc(x: float, y: float, number: int) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{DISC}" fill="#ffffff" stroke="#333333"/>'
        f'<text x="{x:.1f}" y="{y + 6:.1f}" font-size="18" text-anchor="middle">{number}</text>'
    )


def _scale(view: _View, words: Words) -> Iterator[str]:
    """Draw a scale bar of a round length, and north."""
    least = _LEAST_SHARE * (WIDTH - 2 * MARGIN) / view.scale
    power = 10 ** math.floor(math.log10(least))
    length = next(nice * power for nice in (*_NICE, 10) if nice * power >= least)
    y = MARGIN + view.height + 16
    right = MARGIN + length * view.scale
    said = (
        f"{length / 1000:g} {words.kilometres}" if length >= 1000 else f"{length:g} {words.metres}"
    )
    yield f'<path d="M{MARGIN} {y - 5:.1f}v10H{right:.1f}v-10" fill="none" stroke="#333333"/>'
    yield f'<text x="{right + 8:.1f}" y="{y + 6:.1f}" font-size="19">{escape(said)}</text>'
    yield (
        f'<text x="{WIDTH - MARGIN}" y="{y + 6:.1f}" font-size="19" text-anchor="end">'
        f"{escape(words.north)}</text>"
    )


def _columns(areas: Sequence[Area]) -> int:
    """Return how many columns the list of names has room for, a Chinese character wide each."""
    longest = max((len(area.name) for area in areas), default=0) * LETTER + INDENT
    return max(1, min(MOST_COLUMNS, int((WIDTH - 2 * MARGIN) // max(longest, 1))))


def _legend(areas: Sequence[Area], *, top: float, words: Words, hatched: bool) -> Iterator[str]:
    columns = _columns(areas)
    rows = math.ceil(len(areas) / columns)
    wide = (WIDTH - 2 * MARGIN) / columns
    for at, area in enumerate(areas):
        x, y = MARGIN + at // rows * wide, top + at % rows * ROW
        yield (
            f'<rect x="{x:.1f}" y="{y - 15:.1f}" width="26" height="19" fill="{area.fill}" '
            'fill-opacity="0.62" stroke="#333333"/>'
            f'<text x="{x + 13:.1f}" y="{y:.1f}" font-size="18" '
            f'text-anchor="middle">{area.number}</text>'
            f'<text x="{x + INDENT:.1f}" y="{y:.1f}" font-size="19">{escape(area.name)}</text>'
        )
    y = top + rows * ROW + 4
    if words.changed and hatched:
        yield (
            f'<rect x="{MARGIN}" y="{y - 15:.1f}" width="26" height="19" fill="url(#hatch)" '
            'stroke="#b00020"/>'
            f'<text x="{MARGIN + INDENT}" y="{y:.1f}" font-size="19">{escape(words.changed)}</text>'
        )
        y += ROW
    note = escape(words.note)
    yield f'<text x="{MARGIN}" y="{y:.1f}" font-size="18" fill="#444444">{note}</text>'
