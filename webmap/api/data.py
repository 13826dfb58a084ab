"""Open data for programs: versions, zones and schools, as answers and as files.

Any page of any site may fetch them (CORS): they are public, and no cookie is read or set.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import Response, current_app

from webmap.api.asked import OfStage, OnDay, WhichPlan
from webmap.api.documents import DATA_TAG, OF_DATA, file_documented
from webmap.api.exports import school_file, schools_of, zone_file, zones_of
from webmap.api.faults import PREFIX
from webmap.api.told import Plan, SchoolList, Version, VersionList, ZoneList
from webmap.errors import VersionNotFoundError
from webmap.public.frame import kept
from webmap.services.lookup import Lookup
from webmap.services.open_data import OpenData, known_ends
from zoning.publish.version import in_force

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import BaseModel

    from webmap.services.plans import PlanData
    from zoning.lookup.answers import Version as Told
    from zoning.publish.version import Version as Published

FRESH_S = 300


@dataclass(frozen=True)
class FileKind:
    """A kind of file: its media type, and what its operations are called by."""

    media: str
    operation: str


KINDS = {
    "geojson": FileKind("application/geo+json", "GeoJson"),
    "csv": FileKind("text/csv", "Csv"),
    "gpkg": FileKind("application/geopackage+sqlite3", "GeoPackage"),
}
FILES: dict[str, Callable[[PlanData, str], bytes]] = {"zones": zone_file, "schools": school_file}
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Content-Disposition, ETag, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
}

api_data = APIBlueprint("api_data", __name__, url_prefix=PREFIX, tag=DATA_TAG)


@api_data.get("/versions")
@api_data.input(OfStage, location="query")
@api_data.output(VersionList, description="api.RESPONSE_VERSIONS")
@api_data.doc(summary="api.OP_VERSIONS", operation_id="listVersions", responses=OF_DATA)
def versions(query_data: OfStage) -> Response:
    """List the versions."""
    every = _data().versions.every()
    wanted = [one for one in every if query_data.stage in {None, one.stage}]
    ends = known_ends(every)
    return _json(VersionList(versions=[_version(one, ends) for one in wanted]))


@api_data.get("/versions/in-force")
@api_data.input(OnDay, location="query")
@api_data.output(Version, description="api.RESPONSE_VERSION")
@api_data.doc(
    summary="api.OP_IN_FORCE",
    description="api.ABOUT_IN_FORCE",
    operation_id="versionInForce",
    responses=OF_DATA,
)
def version_in_force(query_data: OnDay) -> Response:
    """Return the version that is in force on a date."""
    every, on = _data().versions.every(), _date(query_data.on)
    found = in_force((one for one in every if one.stage == query_data.stage), on)
    if found is None:
        raise VersionNotFoundError("api.NO_VERSION_ON", date=on.isoformat())
    return _json(_version(found, known_ends(every)))


@api_data.get("/versions/<version_id>")
@api_data.output(Version, description="api.RESPONSE_VERSION")
@api_data.doc(summary="api.OP_VERSION", operation_id="version", responses=OF_DATA)
def version(version_id: str) -> Response:
    """Return one version."""
    data = _data()
    found = data.versions.by_id(version_id)
    return _json(_version(found, known_ends(data.versions.every())))


@api_data.get("/zones")
@api_data.input(WhichPlan, location="query")
@api_data.output(ZoneList, description="api.RESPONSE_ZONES")
@api_data.doc(
    summary="api.OP_ZONES",
    description="api.ABOUT_PLAN",
    operation_id="listZones",
    responses=OF_DATA,
)
def zones(query_data: WhichPlan) -> Response:
    """List the zones of a plan."""
    told, plan = _plan(query_data)
    return _json(ZoneList(plan=Plan.model_validate(told), zones=zones_of(plan)))


@api_data.get("/schools")
@api_data.input(WhichPlan, location="query")
@api_data.output(SchoolList, description="api.RESPONSE_SCHOOLS")
@api_data.doc(
    summary="api.OP_SCHOOLS",
    description="api.ABOUT_PLAN",
    operation_id="listSchools",
    responses=OF_DATA,
)
def schools(query_data: WhichPlan) -> Response:
    """List the schools of a plan."""
    told, plan = _plan(query_data)
    return _json(SchoolList(plan=Plan.model_validate(told), schools=schools_of(plan)))


@api_data.after_request
def open_to_all(response: Response) -> Response:
    """Let pages of any site read open data; that there are none on a question, too."""
    response.headers.update(CORS)
    if response.allow and "GET" in response.allow:
        response.headers.update(PREFLIGHT)
    return response


def _add_file(name: str, suffix: str) -> None:
    """Add the route of one file, such as /zones.csv with the endpoint `zones_csv`."""
    kind, said = KINDS[suffix], suffix.upper()

    @api_data.get(f"/{name}.{suffix}", endpoint=f"{name}_{suffix}")
    @api_data.input(WhichPlan, location="query")
    @api_data.doc(
        summary=f"api.OP_{name.upper()}_{said}",
        description=f"api.ABOUT_{said}",
        operation_id=f"{name}{kind.operation}",
        responses=file_documented(kind.media),
    )
    def file(query_data: WhichPlan) -> Response:
        return _file(query_data, name, suffix)


def _file(wanted: WhichPlan, name: str, suffix: str) -> Response:
    told, plan = _plan(wanted)
    content = _data().file(plan, f"{name}.{suffix}", lambda one: FILES[name](one, suffix))
    response = Response(content, mimetype=KINDS[suffix].media)
    called = f"{name}-{told.version_id or told.plan_id}.{suffix}"
    response.headers["Content-Disposition"] = f'attachment; filename="{called}"'
    return kept(response, content, seconds=FRESH_S)


def _json(told: BaseModel) -> Response:
    content = told.model_dump_json().encode()
    return kept(Response(content, mimetype="application/json"), content, seconds=FRESH_S)


def _plan(wanted: WhichPlan) -> tuple[Told, PlanData]:
    """Find the plan of a version, or the one in force on a date, today where none is given."""
    if wanted.version is not None:
        return _data().of_version(wanted.version)
    first = _lookup().study.stages[0].value
    return _data().in_force(wanted.stage or first, _date(wanted.on))


def _version(found: Published, ends: dict[str, datetime.date | None]) -> Version:
    values = {name: getattr(found, name) for name in Version.model_fields if name != "ends_before"}
    return Version(**values, ends_before=ends[found.version_id])


def _date(said: str | None) -> datetime.date:
    return _lookup().today() if said is None else datetime.date.fromisoformat(said)


def _data() -> OpenData:
    found = current_app.extensions["zoning-open-data"]
    assert isinstance(found, OpenData)
    return found


def _lookup() -> Lookup:
    found = current_app.extensions["zoning-lookup"]
    assert isinstance(found, Lookup)
    return found


for _name, _suffix in product(FILES, KINDS):
    _add_file(_name, _suffix)
