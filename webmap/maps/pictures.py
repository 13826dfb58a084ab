"""The drawings of pages: all zones, those of one school, and what changes between two states."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import shapely

from webmap.maps.background import draw_lines
from webmap.maps.parts import EDGE
from webmap.maps.simplify import PAGE_CRS
from webmap.maps.still_map import Caption, Paint, Sign, paper_scale, still_map, window_on
from zoning.plan.colours import NO_SCHOOL, OPACITY, PALETTE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from markupsafe import Markup
    from numpy.typing import NDArray

    from webmap.maps.background import Drawn
    from webmap.maps.facts import Texts
    from webmap.services.plans import PlanData
    from webmap.services.surroundings import Surroundings

# more names than this cover each other
NAMED_AT_MOST = 30
EDGE_WIDTH = 3.0
PALE = 0.28
# Width of a drawing on the sheet, millimetres: that of the paper less its margins.
SHEET_MM = {"A4": 192.0, "A3": 279.0}


@dataclass(frozen=True)
class Picture:
    """A drawing and what is told with it.

    Parameters
    ----------
    svg
        The drawing.
    scales
        One to how many it is, by size of paper.
    """

    svg: Markup
    scales: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Ground:
    """Rivers, roads and railways in the CRS of a plan, for any number of drawings."""

    paints: tuple[Paint, ...]


def captioned(label: str, texts: Texts) -> Caption:
    """Return the words of a drawing.

    Parameters
    ----------
    label
        What it shows.
    texts
        The language.
    """
    return Caption(label, texts("webmap.NORTH_SIGN"))


def ground_of(plan: PlanData, around: Surroundings) -> Ground:
    """Return what lies under the zones of a plan.

    Parameters
    ----------
    plan
        The plan.
    around
        Roads and lines; either may be absent.
    """
    crs = plan.blocks.crs
    lines, _ = draw_lines(around, crs=crs, extent=plan.blocks.total_bounds)
    return Ground(tuple(paint for line in lines for paint in _strokes(line, crs)))


def _strokes(line: Drawn, crs: object) -> list[Paint]:
    (metric,) = gpd.GeoSeries([line.geometry], crs=PAGE_CRS).to_crs(crs).to_numpy()
    return [
        Paint(metric, stroke=one.color, width=one.weight * 1.2, dash=one.dash)
        for one in line.kind.strokes
    ]


def zones_picture(plan: PlanData, ground: Ground, *, caption: Caption, name: str) -> Picture:
    """Draw all zones of a plan.

    Parameters
    ----------
    plan
        The plan.
    ground
        What lies under its zones.
    caption
        Its words.
    name
        Tells it from other drawings of the page.
    """
    paints = [*_zones(plan), *ground.paints, _edges(plan.zones.geometry.to_numpy())]
    signs = [
        Sign(row.geometry, str(row.name_))
        for row in plan.schools.rename(columns={"name": "name_"}).itertuples()
    ]
    return picture_of(paints, signs, plan.zones.total_bounds, caption=caption, name=name)


def school_picture(
    plan: PlanData, ground: Ground, school_id: str, *, zone_ids: Collection[str], caption: Caption
) -> Picture:
    """Draw the zones of one school, with what lies around them.

    Parameters
    ----------
    plan, ground
        See `zones_picture`.
    school_id
        The school.
    zone_ids
        Its zones.
    caption
        Its words.
    """
    own = plan.zones["zone_id"].isin(list(zone_ids)).to_numpy()
    school = plan.schools[plan.schools["school_id"] == school_id]
    shapes = [*plan.zones.geometry[own], *school.geometry]
    paints = [
        *_zones(plan, pale=~own),
        *ground.paints,
        _edges(plan.zones.geometry.to_numpy()),
        _edges(plan.zones.geometry[own].to_numpy(), width=2 * EDGE_WIDTH),
    ]
    signs = [
        Sign(row.geometry, str(row.name_), strong=row.school_id == school_id)
        for row in plan.schools.rename(columns={"name": "name_"}).itertuples()
    ]
    bounds = shapely.total_bounds(np.array(shapes, dtype=object))
    # its own name is the topmost
    signs.sort(key=lambda sign: sign.strong)
    return picture_of(paints, signs, bounds, caption=caption, name="school")


def _zones(plan: PlanData, *, pale: NDArray[np.bool_] | None = None) -> list[Paint]:
    colours = (
        plan.zones["colour"].to_numpy()
        if "colour" in plan.zones.columns
        else np.full(len(plan.zones), NO_SCHOOL)
    )
    faded = np.zeros(len(plan.zones), dtype=bool) if pale is None else pale
    return [
        Paint(shape, fill=PALETTE[int(colour)], opacity=PALE * OPACITY if faint else OPACITY)
        for shape, colour, faint in zip(plan.zones.geometry, colours, faded, strict=True)
    ]


def _edges(shapes: NDArray[Any], *, width: float = EDGE_WIDTH) -> Paint:
    lines = shapely.union_all(shapely.boundary(shapes))
    return Paint(lines, stroke=str(EDGE["color"]), width=width)


def picture_of(
    paints: list[Paint], signs: list[Sign], bounds: Any, *, caption: Caption, name: str
) -> Picture:
    """Draw shapes and schools on a window that fits some ground.

    Parameters
    ----------
    paints, signs
        What is drawn, from the lowest to the topmost; names only where they are few.
    bounds
        West, south, east and north, metres.
    caption
        Its words.
    name
        Tells it from other drawings of the page.
    """
    window = window_on(bounds)
    inside = sum(bool(shapely.intersects(window.box, sign.point)) for sign in signs)
    if inside > NAMED_AT_MOST:
        signs = [sign if sign.strong else replace(sign, text="") for sign in signs]
    svg = still_map(window, paints, signs=signs, caption=caption, name=name)
    return Picture(svg, {size: paper_scale(window, width_mm=mm) for size, mm in SHEET_MM.items()})
