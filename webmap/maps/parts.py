"""A map that was drawn: what its page shows and its legend tells, without what draws it.

folium is loaded by what draws: a server shows what was drawn when a version was published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webmap.maps.approval import approval_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webmap.maps.background import Drawn, Stroke
    from webmap.maps.facts import SchoolFacts, Texts, ZoneFacts
    from webmap.services.plans import PlanData
    from webmap.services.surroundings import Surroundings

EDGE = {"color": "#5b3a6b", "weight": 2.2, "opacity": 0.9}
EDGE_HALO = {"color": "#5b3a6b", "weight": 7.0, "opacity": 0.16}
SCHOOL_SIGN = "文"


@dataclass(frozen=True)
class MapParts:
    """What our own page needs of a folium map: its container, its script and its assets."""

    html: str
    script: str
    styles: tuple[str, ...]
    scripts: tuple[str, ...]


@dataclass(frozen=True)
class LegendClass:
    """One travel time class of the legend."""

    fill: str
    label: str


@dataclass(frozen=True)
class LegendLine:
    """One class of lines of the legend."""

    strokes: tuple[Stroke, ...]
    label: str


@dataclass(frozen=True)
class ZoneMap:
    """Everything that the page template shows.

    Parameters
    ----------
    plan
        The plan.
    parts
        What folium rendered.
    data
        What the page's own scripts read: names, popups, places of labels.
    zones, schools
        Facts for the table.
    lines
        Classes of lines that are on the map, for the legend.
    classes
        Travel time classes of the legend.
    changed
        Whether a layer shows where the school differs from today's.
    attribution
        Whose roads these are.
    """

    plan: PlanData
    parts: MapParts
    data: dict[str, Any]
    zones: tuple[ZoneFacts, ...]
    schools: tuple[SchoolFacts, ...]
    lines: tuple[LegendLine, ...]
    classes: tuple[LegendClass, ...]
    changed: bool
    attribution: str


def legend_lines(lines: Sequence[Drawn], texts: Texts) -> tuple[LegendLine, ...]:
    """Return what a legend says of lines, the topmost first."""
    return tuple(
        LegendLine(line.kind.strokes, texts(f"webmap.LINE_{line.kind.name}"))
        for line in reversed(lines)
    )


def attribution(around: Surroundings, owner: str, *, texts: Texts) -> str:
    """Say whose roads are on a map, and what is known of its review (审图号).

    Parameters
    ----------
    around
        Roads and lines.
    owner
        Name of the study.
    texts
        The language.
    """
    key = "webmap.ATTRIBUTION_OSM" if around.osm else "webmap.ATTRIBUTION_OWN"
    said = texts(key, name=owner)
    if around.review is None:
        return said
    return texts("ground.JOINED", first=said, second=approval_text(around.review, texts))
