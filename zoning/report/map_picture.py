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
HIGHEST, SCALE_ROW = 1100, 44
# nearer to each other than this, numbers cannot be told apart: what lies there is drawn once more
NEAREST = 2.4 * DISC
LEAST_SIDE, MOST_DENSE = 0.6, 0.55
# what a reader of a printed page can tell apart: 0.7 of a thousandth of its width
DETAIL = 0.0007
FONTS = "'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','SimSun',sans-serif"
Extent = tuple[float, float, float, float]
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
    extent: Extent,
    words: Words,
    closer: Extent | None = None,
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
    closer
        A part that is drawn once more on a larger scale, such as `dense_part`; None for none.
    """
    changed = None if changed is None or changed.is_empty else changed
    view = _View(extent, top=MARGIN)
    views = [view] if closer is None else [view, _View(closer, top=view.bottom + SCALE_ROW)]
    legend_top = views[-1].bottom + SCALE_ROW + ROW / 2
    rows = math.ceil(len(areas) / _columns(areas))
    height = legend_top + rows * ROW + (2 * ROW if words.changed else ROW) + MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" ',
        f'width="{WIDTH}" height="{height:.0f}" font-family="{FONTS}">',
        _HATCH,
        f'<rect width="{WIDTH}" height="{height:.0f}" fill="#ffffff"/>',
    ]
    for one in views:
        lines += _panel(one, areas, spots, changed)
        lines += _scale(one, words)
    lines += _main_numbers(view, areas, closer)
    if closer is not None:
        lines += [_frame(view, closer), _frame(views[1], closer)]
        lines += _dense_numbers(views[1], areas)
    lines += _legend(areas, top=legend_top, words=words, hatched=changed is not None)
    return "".join([*lines, "</svg>"]).encode()


class _View:
    """Where metres lie on the picture."""

    def __init__(self, extent: Extent, *, top: float) -> None:
        self.extent, self.top = extent, top
        self.west, south, east, self.north = extent
        wide, high = max(east - self.west, 1.0), max(self.north - south, 1.0)
        self.span = max(wide, high)
        self.scale = min((WIDTH - 2 * MARGIN) / wide, HIGHEST / high)
        self.left = (WIDTH - wide * self.scale) / 2
        self.bottom = top + high * self.scale

    def xy(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point lies on the picture."""
        return self.left + (x - self.west) * self.scale, self.top + (self.north - y) * self.scale

    def path(self, shape: shapely.Geometry) -> str:
        return "".join(self._rings(shape))

    def _rings(self, shape: shapely.Geometry) -> Iterator[str]:
        for polygon in shapely.get_parts(shape):
            if polygon.geom_type != "Polygon":
                continue
            for ring in (polygon.exterior, *polygon.interiors):
                points = [self.xy(x, y) for x, y in shapely.get_coordinates(ring)[:-1]]
                yield "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


def _panel(
    view: _View,
    areas: Sequence[Area],
    spots: Sequence[Spot],
    changed: shapely.Geometry | None,
) -> Iterator[str]:
    """Draw areas, hatching and schools as far as they lie in a view."""
    window = shapely.box(*view.extent)
    detail = view.span * DETAIL
    whole = np.array([area.shape for area in areas], dtype=object)
    for shape, area in zip(shapely.coverage_simplify(whole, detail), areas, strict=True):
        seen = _seen(shape, window)
        yield (
            f'<path d="{view.path(seen)}" fill="{area.fill}" fill-opacity="0.62" '
            'fill-rule="evenodd" stroke="#333333" stroke-width="1.4"/>'
        )
    if changed is not None:
        seen = _seen(changed.simplify(detail), window)
        yield (
            f'<path d="{view.path(seen)}" fill="url(#hatch)" fill-rule="evenodd" '
            'stroke="#b00020" stroke-width="1.2"/>'
        )
    for spot in spots:
        if not window.intersects(spot.point):
            continue
        x, y = view.xy(spot.point.x, spot.point.y)
        yield (
            f'<path d="M{x:.1f} {y - 8:.1f}l7 13h-14z" fill="#1a1a1a" stroke="#ffffff" '
            f'stroke-width="1.2"><title>{escape(spot.name)}</title></path>'
        )


def _seen(shape: shapely.Geometry, window: shapely.Polygon) -> shapely.Geometry:
    """Return what of a shape lies in a window; simplifying may have left it invalid."""
    return shapely.intersection(shapely.make_valid(shape), window)


def _parts(shape: shapely.Geometry) -> list[shapely.Polygon]:
    """Return the polygons of a shape, the largest first."""
    polygons = [
        part
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon" and not part.is_empty
    ]
    return sorted(polygons, key=lambda part: -part.area)


def dense_part(areas: Sequence[Area], extent: Extent) -> Extent | None:
    """Return the part of a map where numbers would overlap.

    Parameters
    ----------
    areas
        Zones.
    extent
        West, south, east, north of the map in metres.

    Returns
    -------
    West, south, east, north; None where there is no such part, or where it is most of the map.
    """
    view = _View(extent, top=MARGIN)
    parts = [_parts(area.shape)[:1] for area in areas]
    places = [part.representative_point() for some in parts for part in some]
    xy = np.array([[place.x, place.y] for place in places]).reshape(-1, 2)
    apart = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) * view.scale
    np.fill_diagonal(apart, np.inf)
    close = xy[(apart < NEAREST).any(axis=1)] if len(xy) else xy
    if not len(close):
        return None
    middle = (close.max(axis=0) + close.min(axis=0)) / 2
    room = NEAREST / view.scale
    half = (close.max(axis=0) - close.min(axis=0)) / 2 + 2 * room
    half = np.maximum(half, half.max() * LEAST_SIDE)
    (west, south), (east, north) = (middle - half).tolist(), (middle + half).tolist()
    return (west, south, east, north) if 2 * half.max() < MOST_DENSE * view.span else None


def _main_numbers(view: _View, areas: Sequence[Area], dense: Extent | None) -> Iterator[str]:
    """Put each number into the largest part of its zone, and into every other that has room.

    What is drawn once more on a larger scale is numbered there.
    """
    elsewhere = shapely.Polygon() if dense is None else shapely.box(*dense)
    for area in areas:
        for rank, part in enumerate(_parts(area.shape)):
            if rank and part.area * view.scale**2 < (4 * DISC) ** 2:
                break
            inside = part.representative_point()
            if not elsewhere.intersects(inside):
                yield _disc(*view.xy(inside.x, inside.y), area.number)


def _dense_numbers(view: _View, areas: Sequence[Area]) -> Iterator[str]:
    """Put numbers into what is seen of each zone where it is drawn on a larger scale."""
    window = shapely.box(*view.extent)
    for area in areas:
        for part in _parts(_seen(area.shape, window))[:1]:
            inside = part.representative_point()
            yield _disc(*view.xy(inside.x, inside.y), area.number)


def _frame(view: _View, extent: Extent) -> str:
    """Frame what is drawn twice, in both places."""
    x, y = view.xy(extent[0], extent[3])
    wide, high = ((extent[2] - extent[0]) * view.scale, (extent[3] - extent[1]) * view.scale)
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" fill="none" '
        'stroke="#000000" stroke-width="2.5" stroke-dasharray="9 5"/>'
    )


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
    y = view.bottom + SCALE_ROW / 2
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
