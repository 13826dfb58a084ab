"""What the scripts of a map page read: texts, popups, places of labels, names to search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import shapely

from webmap.maps.facts import SchoolFacts, Texts, ZoneFacts, school_popup, zone_popup
from webmap.maps.simplify import to_page
from zoning.plan.colours import OPACITY
from zoning.units import MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from webmap.maps.areas import Areas
    from webmap.maps.background import LineName
    from webmap.services.plans import PlanData

# More names than this make a page heavy; a city's compounds are looked up elsewhere.
PLACE_LIMIT = 6_000
# Texts of the page's scripts with the placeholders that the scripts fill.
SCRIPT_TEXTS: dict[str, tuple[str, ...]] = {
    "webmap.BLOCK_MINUTES": ("minutes",),
    "webmap.BLOCK_UNREACHABLE": (),
    "webmap.CLOSE": (),
    "webmap.FOUND": ("count",),
    "webmap.FOUND_MORE": ("count", "shown"),
    "webmap.FOUND_NONE": (),
    "webmap.KIND_place": (),
    "webmap.KIND_school": (),
    "webmap.KIND_zone": (),
    "webmap.LAYERS": (),
    "webmap.NORTH": (),
    "webmap.NORTH_SIGN": (),
    "webmap.PLACE_NOTE": (),
    "webmap.PLACE_ZONES": (),
    "webmap.SCHOOL_LABEL": ("name",),
    "webmap.WHOLE_MAP": (),
    "webmap.ZOOM_IN": (),
    "webmap.ZOOM_OUT": (),
}


def page_data(
    plan: PlanData,
    areas: Areas,
    line_names: Sequence[LineName],
    *,
    zones: Sequence[ZoneFacts],
    schools: Sequence[SchoolFacts],
    points: NDArray[Any],
    places: gpd.GeoDataFrame | None,
    texts: Texts,
) -> dict[str, Any]:
    """Gather what the page's scripts need, as plain values.

    Parameters
    ----------
    plan, areas
        The plan and its shapes.
    line_names
        Names along lines.
    zones, schools
        Facts, in the order of the plan.
    points
        Schools, WGS 84.
    places
        Compounds and villages; None where the study has none.
    texts
        The language of the page.
    """
    west, south, east, north = (float(value) for value in shapely.total_bounds(areas.zones))
    return {
        "texts": {
            key.partition(".")[2]: texts.raw(key, *names) for key, names in SCRIPT_TEXTS.items()
        },
        "opacity": OPACITY,
        "bounds": [[south, west], [north, east]],
        "zones": [
            {
                "at": place[:2],
                "radius": place[2],
                "single": len(zone.schools) == 1,
                **zone_popup(zone, texts),
            }
            for zone, place in zip(zones, areas.labels, strict=True)
        ],
        "schools": [
            {"at": (point.y, point.x), **school_popup(school, texts)}
            for school, point in zip(schools, points, strict=True)
        ],
        "blocks": _blocks(plan, areas),
        "names": [
            [one.text, one.kind, one.lat, one.lng, one.angle, one.length_m] for one in line_names
        ],
        "places": _places(plan, places),
    }


def _blocks(plan: PlanData, areas: Areas) -> list[list[Any]]:
    """Return name, minutes and zone of each block that is drawn by itself: never its children."""
    numbers = {zone: at for at, zone in enumerate(plan.zones["zone_id"])}
    frame = plan.blocks.iloc[areas.blocks]
    return [
        [
            name if isinstance(name, str) else "",
            None if pd.isna(seconds) else round(float(seconds) / MINUTE_S, 1),
            numbers[zone],
        ]
        for name, seconds, zone in zip(
            frame["name"], frame["time_s"], frame["zone_id"], strict=True
        )
    ]


def _places(plan: PlanData, places: gpd.GeoDataFrame | None) -> list[list[Any]]:
    """Return name, division, place and zones of every compound or village.

    A compound that lies in several zones is told with all of them.
    """
    if places is None or places.empty or "name" not in places.columns:
        return []
    named = places[places["name"].fillna("") != ""].to_crs(plan.blocks.crs)
    tree = shapely.STRtree(plan.blocks.geometry.to_numpy())
    point, block = tree.query(named.geometry.to_numpy(), predicate="within")
    numbers = {zone: at for at, zone in enumerate(plan.zones["zone_id"])}
    zone = plan.blocks["zone_id"].map(numbers).to_numpy()[block]
    inside = named.iloc[point]
    where = shapely.get_coordinates(inside.geometry.to_numpy())
    division = inside["division"].fillna("") if "division" in inside.columns else ""
    frame = pd.DataFrame(
        {"name": inside["name"], "division": division, "x": where[:, 0], "y": where[:, 1]}
    ).assign(zone=zone)
    grouped = frame.groupby(["name", "division"], sort=True)
    if grouped.ngroups > PLACE_LIMIT:
        return []
    middles = grouped[["x", "y"]].mean()
    # one way to degrees for all of them: a county has thousands
    points = to_page(gpd.GeoSeries(shapely.points(middles.to_numpy()), crs=plan.blocks.crs))
    zones = grouped["zone"].agg(lambda found: sorted(set(found.tolist())))
    return [
        [str(name), str(town), at.y, at.x, numbers_of]
        for (name, town), at, numbers_of in zip(middles.index, points, zones, strict=True)
    ]
