"""Zones of a plan as GeoJSON for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import shapely

from webmap.maps.facts import zone_facts
from webmap.maps.simplify import light_coverage, to_page

if TYPE_CHECKING:
    from webmap.services.plans import PlanData

TOLERANCE_M = 2.0


def zones_geojson(plan: PlanData) -> dict[str, Any]:
    """Return the zones in WGS 84 with what the page says of them; small counts are null."""
    shapes = to_page(light_coverage(plan.zones.geometry, TOLERANCE_M))
    features = []
    for zone, shape in zip(zone_facts(plan), shapes, strict=True):
        years = {
            f"{name}_{one.year}": getattr(one, name)
            for one in zone.intakes
            for name in ("children", "seats")
        }
        features.append(
            {
                "type": "Feature",
                "id": zone.zone_id,
                "properties": {
                    "zone_id": zone.zone_id,
                    "name": zone.name,
                    "zone_type": zone.zone_type,
                    "schools": list(zone.schools),
                    **years,
                    "mean_time_s": zone.mean_s,
                    "p95_time_s": zone.p95_s,
                },
                "geometry": shapely.geometry.mapping(shape),
            }
        )
    return {
        "type": "FeatureCollection",
        "name": f"zones-{plan.summary.plan_id}",
        "features": features,
    }
