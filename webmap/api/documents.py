"""What the OpenAPI document says beside what the views declare: faults, files, headers.

Texts are keys of the catalogue here; `openapi` puts them into the reader's language.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from webmap.api.told import Fault, FeatureCollection

# as `APIBlueprint.doc` takes them, by status
Responses: TypeAlias = dict[int | str, dict[str, str | dict[str, dict[str, Any]]]]

LOOKUP_TAG = {"name": "lookup", "description": "api.TAG_LOOKUP"}
DATA_TAG = {"name": "data", "description": "api.TAG_DATA"}
SANDBOX_TAG = {"name": "sandbox", "description": "api.TAG_SANDBOX"}

GEOJSON = "application/geo+json"
FAULT_REF = {"$ref": f"#/components/schemas/{Fault.__name__}"}
ETAG: dict[str, dict[str, Any]] = {
    "ETag": {"description": "api.HEADER_ETAG", "schema": {"type": "string"}}
}
RETRY: dict[str, dict[str, Any]] = {
    "Retry-After": {
        "description": "api.HEADER_RETRY",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    }
}
_SAID = {
    400: "api.RESPONSE_400",
    404: "api.RESPONSE_404",
    413: "api.RESPONSE_413",
    415: "api.RESPONSE_415",
    422: "api.RESPONSE_422",
    429: "api.RESPONSE_429",
    500: "api.RESPONSE_500",
    503: "api.RESPONSE_503",
}
_WAITING = frozenset({429, 503})


def faults_documented(*statuses: int) -> Responses:
    """Return the responses of faults.

    Parameters
    ----------
    statuses
        Their statuses.
    """
    found: Responses = {}
    for status in statuses:
        found[status] = {
            "description": _SAID[status],
            "content": {"application/json": {"schema": FAULT_REF}},
        }
        if status in _WAITING:
            found[status]["headers"] = RETRY
    return found


def file_documented(kind: str) -> Responses:
    """Return the responses of a view that returns a file.

    Parameters
    ----------
    kind
        Media type of the file.
    """
    shape: dict[str, Any] = {}
    if kind == GEOJSON:
        shape = {"schema": {"$ref": f"#/components/schemas/{FeatureCollection.__name__}"}}
    found: Responses = {
        200: {"description": "api.RESPONSE_FILE", "headers": ETAG, "content": {kind: shape}}
    }
    return {**OF_DATA, **found}


OF_BODIES = faults_documented(400, 413, 415, 422, 429, 500, 503)
"""Responses of a view that reads a body, beside its answer."""
OF_DATED = {**OF_BODIES, **faults_documented(404)}
"""The same of one whose body may name a version."""
OF_DATA: Responses = {
    200: {"headers": ETAG},
    304: {"description": "api.RESPONSE_304"},
    **faults_documented(404, 422, 429, 500, 503),
}
"""Responses of a view of open data."""
