"""A map as one drawing (SVG): for readers without scripts, for pages of schools, and for paper.

It holds no style sheet and no script, so that any content security policy lets it be.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

# Units across the drawing; a point is a whole number of them.
WIDTH = 1000
# Height over width at least and at most: a long strip of a map is neither read nor printed well.
NARROWEST, WIDEST = 0.55, 1.1
MARGIN = 0.04
# a school without ground of its own is shown with its neighbourhood
SMALLEST_M = 400.0
SIGN_R = 11
TEXT_SIZE = 22
_LATIN = 0x2E7F
# where the arrow to the north stands
_NORTH_BOX = shapely.box(14, 10, 54, 84)
# lengths that a scale bar may have, metres
BARS_M = tuple(step * 10**power for power in range(1, 6) for step in (1, 2, 5))


@dataclass(frozen=True)
class Paint:
    """One shape of a drawing.

    Parameters
    ----------
    geometry
        Polygons or lines, in the metric CRS of the drawing.
    fill, stroke
        Colours; empty for none.
    opacity
        Of the fill.
    width
        Of the stroke, in units of the drawing.
    dash
        Lengths of dashes and gaps, in the same.
    hatch
        Whether the fill is hatched, so that it is seen without colours.
    """

    geometry: Any
    fill: str = ""
    stroke: str = ""
    opacity: float = 1.0
    width: float = 0.0
    dash: str = ""
    hatch: bool = False


@dataclass(frozen=True)
class Sign:
    """A school on a drawing; its name is written where there is one."""

    point: Any
    text: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Caption:
    """The words of a drawing, in the language of its page.

    Parameters
    ----------
    label
        What it shows, for readers who do not see it.
    north
        The letter or character at the arrow to the north.
    """

    label: str
    north: str


@dataclass(frozen=True)
class Window:
    """Which ground a drawing shows, and how it is laid on it.

    Parameters
    ----------
    west, north
        Upper left corner, metres.
    metre
        Units of the drawing for one metre.
    height
        Of the drawing, in units.
    """

    west: float
    north: float
    metre: float
    height: int

    @property
    def box(self) -> Any:
        """The ground as a rectangle."""
        width, height = WIDTH / self.metre, self.height / self.metre
        return shapely.box(self.west, self.north - height, self.west + width, self.north)

    def place(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points in units of the drawing; y grows downwards."""
        return np.column_stack(
            [(points[:, 0] - self.west) * self.metre, (self.north - points[:, 1]) * self.metre]
        )


def window_on(bounds: Sequence[float]) -> Window:
    """Return the window that shows some ground with a margin.

    Parameters
    ----------
    bounds
        West, south, east and north, metres.
    """
    west, south, east, north = (float(value) for value in bounds)
    width, height = max(east - west, SMALLEST_M), max(north - south, SMALLEST_M)
    shape = min(max(height / width, NARROWEST), WIDEST)
    # what is missing on one side is shown on both
    across = max(width, height / shape) * (1 + 2 * MARGIN)
    down = across * shape
    metre = WIDTH / across
    return Window(
        west=(west + east - across) / 2,
        north=(south + north + down) / 2,
        metre=metre,
        height=round(down * metre),
    )


def still_map(
    window: Window, paints: Iterable[Paint], *, signs: Iterable[Sign], caption: Caption, name: str
) -> Markup:
    """Draw a map.

    Parameters
    ----------
    window
        Which ground.
    paints
        From the lowest to the topmost.
    signs
        Schools.
    caption
        Its words.
    name
        Tells this drawing from others of the page: letters and figures.
    """
    hatch = f"hatch-{name}"
    parts = [
        (
            f'<svg class="still" viewBox="0 0 {WIDTH} {window.height}" role="img" '
            f'aria-label="{escape(caption.label)}" font-size="{TEXT_SIZE}">'
        ),
        (
            f'<defs><pattern id="{hatch}" width="12" height="12" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><path d="M0 0V12" stroke="#222" stroke-width="5"/>'
            "</pattern></defs>"
        ),
        f'<rect width="{WIDTH}" height="{window.height}" fill="#efeae1"/>',
    ]
    parts += [_paint(one, window, hatch) for one in paints]
    schools = tuple(signs)
    parts += [
        *_signs(schools, window),
        _north(caption),
        _scale_bar(_bar_of(window, schools)),
        "</svg>",
    ]
    return Markup("".join(parts))  # noqa: S704  # texts are escaped, all else are numbers


def _paint(paint: Paint, window: Window, hatch: str) -> str:
    light = shapely.simplify(shapely.clip_by_rect(paint.geometry, *window.box.bounds),
                             0.7 / window.metre)  # fmt: skip
    path = _path(light, window)
    if not path:
        return ""
    fill = f"url(#{hatch})" if paint.hatch else paint.fill or "none"
    stroke = ""
    if paint.stroke:
        dash = f' stroke-dasharray="{paint.dash}"' if paint.dash else ""
        stroke = f' stroke="{paint.stroke}" stroke-width="{paint.width:g}"{dash}'
    opacity = f' fill-opacity="{paint.opacity:g}"' if paint.opacity != 1 else ""
    return f'<path d="{path}" fill="{fill}" fill-rule="evenodd"{opacity}{stroke}/>'


def _path(geometry: Any, window: Window) -> str:
    """Return the lines of a geometry as path data in whole units."""
    said = []
    for part in _lines(geometry):
        ring = part.is_ring
        points = np.round(window.place(shapely.get_coordinates(part))).astype(np.int64)
        moved = np.append(True, np.any(np.diff(points, axis=0) != 0, axis=1))
        points = points[moved]
        if len(points) < (3 if ring else 2):
            continue
        steps = " ".join(f"{x} {y}" for x, y in (points[:-1] if ring else points).tolist())
        said.append(f"M{steps}{'Z' if ring else ''}")
    return "".join(said)


def _lines(geometry: Any) -> list[Any]:
    found = []
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon":
            found += [part.exterior, *part.interiors]
        elif part.geom_type == "GeometryCollection":
            found += _lines(part)
        elif part.geom_type in {"LineString", "LinearRing"}:
            found.append(part)
    return [line for line in found if not line.is_empty]


def _signs(signs: Sequence[Sign], window: Window) -> list[str]:
    """Return the signs of schools, and the names for which there is room, the strong ones first."""
    # a sign that the border would cut is left out, but for the one that the drawing is about
    whole = shapely.buffer(window.box, -(SIGN_R + 2) / window.metre)
    inside = [
        sign
        for sign in signs
        if shapely.intersects(window.box if sign.strong else whole, sign.point)
    ]
    if not inside:
        return []
    places = window.place(shapely.get_coordinates([sign.point for sign in inside]))
    taken = [shapely.box(x - SIGN_R, y - SIGN_R, x + SIGN_R, y + SIGN_R) for x, y in places]
    taken += [_NORTH_BOX, _bar_of(window, signs).box]
    said, names = [], []
    for at in sorted(range(len(inside)), key=lambda at: not inside[at].strong):
        x, y = (round(float(value), 1) for value in places[at])
        fill = "#263a59" if inside[at].strong else "#ffffff"
        circle = f'<circle cx="{x:g}" cy="{y:g}" r="{SIGN_R}" fill="{fill}"'
        said.append(f'{circle} stroke="#263a59" stroke-width="3"/>')
        names.append(_name(inside[at], (x, y), taken, window))
    return [*said, *names]


def _name(sign: Sign, at: tuple[float, float], taken: list[Any], window: Window) -> str:
    """Return the name of a school beside its sign where nothing else stands; else nothing."""
    x, y = at
    wide = sum(TEXT_SIZE if ord(letter) > _LATIN else TEXT_SIZE * 0.6 for letter in sign.text)
    beside, above = SIGN_R + 6, SIGN_R + TEXT_SIZE
    starts = (
        (x + beside, y + TEXT_SIZE / 3),
        (x - beside - wide, y + TEXT_SIZE / 3),
        (x - wide / 2, y - SIGN_R - 6),
        (x - wide / 2, y + above),
    )
    whole = shapely.box(0, 0, WIDTH, window.height)
    for left, base in starts:
        box = shapely.box(left, base - TEXT_SIZE, left + wide, base + TEXT_SIZE / 4)
        crossed = any(shapely.intersects(box, other) for other in taken)
        if sign.text and whole.contains(box) and not crossed:
            taken.append(box)
            return _text(sign.text, round(left, 1), round(base, 1), strong=sign.strong)
    return ""


def _text(words: str, x: float, y: float, *, anchor: str = "start", strong: bool = False) -> str:
    weight = ' font-weight="700"' if strong else ""
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" fill="#1d2f4d" stroke="#ffffff" '
        f'stroke-width="5" stroke-linejoin="round" paint-order="stroke"{weight}>'
        f"{escape(words)}</text>"
    )


def _north(caption: Caption) -> str:
    return (
        '<path d="M34 18 22 52 34 44 46 52Z" fill="#1f2a33" stroke="#ffffff" stroke-width="2"/>'
        + _text(caption.north, 34, 76, anchor="middle", strong=True)
    )


@dataclass(frozen=True)
class _Bar:
    """A scale bar: where it begins, its length in units of the drawing, and what it says."""

    left: float
    bottom: float
    length: float
    said: str

    @property
    def box(self) -> Any:
        """The room that it takes with its words."""
        right = self.left + self.length + len(self.said) * TEXT_SIZE * 0.6 + 16
        return shapely.box(self.left - 8, self.bottom - TEXT_SIZE - 6, right, self.bottom + 12)


def _bar_of(window: Window, signs: Sequence[Sign]) -> _Bar:
    """Return a bar of a round length, a fifth of the drawing at most, where no school stands."""
    longest = WIDTH / window.metre / 5
    metres = max((bar for bar in BARS_M if bar <= longest), default=BARS_M[0])
    said = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    length, bottom = metres * window.metre, window.height - 20.0
    at_left = _Bar(20.0, bottom, length, said)
    at_right = _Bar(WIDTH - 28.0 - length - len(said) * TEXT_SIZE * 0.6, bottom, length, said)
    points = shapely.points(window.place(shapely.get_coordinates([one.point for one in signs])))
    near = shapely.buffer(points, SIGN_R + 4)
    return at_right if shapely.intersects(at_left.box, near).any() else at_left


def _scale_bar(bar: _Bar) -> str:
    left, y = bar.left, bar.bottom
    line = f"M{left:.0f} {y - 10:.0f}V{y:.0f}H{left + bar.length:.0f}V{y - 10:.0f}"
    return (
        f'<path d="{line}" fill="none" stroke="#ffffff" stroke-width="7"/>'
        f'<path d="{line}" fill="none" stroke="#1f2a33" stroke-width="3"/>'
        + _text(bar.said, round(left + 8 + bar.length), round(y))
    )


def paper_scale(window: Window, *, width_mm: float) -> int:
    """Return one to how many the drawing is on paper, to two digits.

    Parameters
    ----------
    window
        Which ground.
    width_mm
        Width of the drawing on paper, millimetres.
    """
    exact = WIDTH / window.metre / (width_mm / 1000)
    digits = 10 ** (math.floor(math.log10(exact)) - 1)
    return int(round(exact / digits) * digits)
