"""Zones and schools of a plan as answers and as files; counts of a few children are withheld."""

from __future__ import annotations

import json
import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import pandas as pd
import pyogrio
import shapely

from webmap.api.told import Intake, PlanSchool, School, Zone
from webmap.maps.export import zones_geojson
from webmap.maps.facts import school_facts, zone_facts
from webmap.maps.simplify import to_page
from zoning.intake.findings import plain_cell
from zoning.messages import DEFAULT_LANGUAGE
from zoning.plan.geopackage import dress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from webmap.maps.facts import Intake as IntakeFacts
    from webmap.services.plans import PlanData

GEOPACKAGE_VERSION = "1.2"


def zones_of(plan: PlanData) -> list[Zone]:
    """Return the zones of a plan, by id."""
    names = _school_names(plan)
    return [
        Zone(
            zone_id=zone.zone_id,
            name=zone.name,
            zone_type=zone.zone_type,
            schools=[School(school_id=key, name=names.get(key, key)) for key in _parts(ids)],
            shares=list(zone.shares),
            intakes=_intakes(zone.intakes),
            mean_time_s=_rounded(zone.mean_s),
            p95_time_s=_rounded(zone.p95_s),
        )
        for zone, ids in zip(zone_facts(plan), plan.zones["school_ids"], strict=True)
    ]


def schools_of(plan: PlanData) -> list[PlanSchool]:
    """Return the schools of a plan, by id."""
    return [
        PlanSchool(
            school_id=school.school_id,
            name=school.name,
            zone_id=school.zone_id,
            lon=float(point.x),
            lat=float(point.y),
            intakes=_intakes(school.intakes),
        )
        for school, point in zip(school_facts(plan), to_page(plan.schools.geometry), strict=True)
    ]


def zone_file(plan: PlanData, suffix: str) -> bytes:
    """Return the zones as a file.

    Parameters
    ----------
    plan
        The plan.
    suffix
        "geojson", "csv" or "gpkg".
    """
    if suffix == "geojson":
        return _json(zones_geojson(plan))
    return _table(_zone_frame(plan), suffix, layer="zones")


def school_file(plan: PlanData, suffix: str) -> bytes:
    """Return the schools as a file.

    Parameters
    ----------
    plan
        The plan.
    suffix
        "geojson", "csv" or "gpkg".
    """
    if suffix == "geojson":
        return _json(_schools_geojson(plan))
    return _table(_school_frame(plan), suffix, layer="schools")


def _table(frame: gpd.GeoDataFrame, suffix: str, *, layer: str) -> bytes:
    makers: dict[str, Callable[[], bytes]] = {
        "csv": lambda: _csv(frame),
        "gpkg": lambda: _geopackage(frame, layer),
    }
    return makers[suffix]()


def _zone_frame(plan: PlanData) -> gpd.GeoDataFrame:
    rows = [
        {
            "zone_id": zone.zone_id,
            "name": zone.name,
            "zone_type": zone.zone_type,
            "school_ids": ";".join(school.school_id for school in zone.schools),
            "school_names": ";".join(school.name for school in zone.schools),
            "shares": ";".join(zone.shares),
            **_yearly(zone.intakes),
            "mean_time_s": zone.mean_time_s,
            "p95_time_s": zone.p95_time_s,
        }
        for zone in zones_of(plan)
    ]
    return _frame(rows, plan.zones.geometry)


def _school_frame(plan: PlanData) -> gpd.GeoDataFrame:
    rows = [
        {
            "school_id": school.school_id,
            "name": school.name,
            "zone_id": school.zone_id,
            "lng": school.lon,
            "lat": school.lat,
            **_yearly(school.intakes),
        }
        for school in schools_of(plan)
    ]
    return _frame(rows, plan.schools.geometry)


def _frame(rows: list[dict[str, Any]], geometry: gpd.GeoSeries) -> gpd.GeoDataFrame:
    table = pd.DataFrame(rows)
    counts = [name for name in table if str(name).startswith(("children_", "seats_"))]
    return gpd.GeoDataFrame(
        table.astype(dict.fromkeys(counts, "Int64")), geometry=geometry.to_numpy(), crs=geometry.crs
    )


def _yearly(intakes: Iterable[Intake]) -> dict[str, int | None]:
    return {
        f"{name}_{one.year}": getattr(one, name)
        for one in intakes
        for name in ("children", "seats")
    }


def _intakes(facts: Iterable[IntakeFacts]) -> list[Intake]:
    return [Intake.model_validate(fact) for fact in facts]


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)


def _school_names(plan: PlanData) -> dict[str, str]:
    names = plan.schools["name"].fillna("").astype(str)
    return dict(zip(plan.schools["school_id"].astype(str), names, strict=True))


def _parts(listed: object) -> list[str]:
    return [part for part in listed.split(";") if part] if isinstance(listed, str) else []


def _schools_geojson(plan: PlanData) -> dict[str, Any]:
    features = [
        {
            "type": "Feature",
            "id": school.school_id,
            "properties": {
                "school_id": school.school_id,
                "name": school.name,
                "zone_id": school.zone_id,
                **_yearly(school.intakes),
            },
            "geometry": shapely.geometry.mapping(shapely.Point(school.lon, school.lat)),
        }
        for school in schools_of(plan)
    ]
    name = f"schools-{plan.summary.plan_id}"
    return {"type": "FeatureCollection", "name": name, "features": features}


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


def _csv(frame: gpd.GeoDataFrame) -> bytes:
    """Write a table for a spreadsheet: it knows UTF-8 by its mark, and no cell is a formula."""
    table = pd.DataFrame(frame.drop(columns="geometry"))
    for name in table.columns:
        if not pd.api.types.is_numeric_dtype(table[name]):
            table[name] = table[name].map(plain_cell)
    out = BytesIO()
    table.to_csv(out, index=False, encoding="utf-8-sig", lineterminator="\r\n")
    return out.getvalue()


def _geopackage(frame: gpd.GeoDataFrame, layer: str) -> bytes:
    """Write a layer in the CRS of the plan; the same plan gives the same bytes."""
    frame = frame.drop(columns=["lng", "lat"], errors="ignore")
    columns = {layer: [name for name in frame.columns if name != "geometry"]}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{layer}.gpkg"
        pyogrio.write_dataframe(
            frame,
            file,
            layer=layer,
            driver="GPKG",
            geometry_type="Point" if layer == "schools" else "MultiPolygon",
            promote_to_multi=layer != "schools",
            dataset_options={"VERSION": GEOPACKAGE_VERSION},
        )
        dress(file, tables=columns, styles={}, layers=(layer,), language=DEFAULT_LANGUAGE)
        return file.read_bytes()
