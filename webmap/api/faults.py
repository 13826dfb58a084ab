"""The one form of all faults: a code for programs, a sentence for people, and the details."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import Response, current_app, request
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException, InternalServerError, TooManyRequests

from webmap.api.told import Fault, FaultDetail
from webmap.config import Config
from webmap.errors import PlanNotFoundError, VersionNotFoundError
from webmap.limits.rules import seconds_to_wait
from zoning.messages import DEFAULT_LANGUAGE, explain, languages, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apiflask import HTTPError

    from zoning.errors import ZoningError

PREFIX = "/api/v1"
RETRY_AFTER = "Retry-After"
WAIT_WHEN_CLOSED_S = 30

CODES: Mapping[int, str] = MappingProxyType(
    {
        400: "not_json",
        404: "not_found",
        405: "method_not_allowed",
        413: "too_large",
        415: "unsupported_media_type",
        422: "invalid",
        429: "too_many",
        500: "internal",
        503: "closed",
    }
)
"""Code of a fault by its HTTP status; what it says is `api.SAID_<code>`."""
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "missing": "missing",
        "extra_forbidden": "unknown",
        "model_type": "object",
        "model_attributes_type": "object",
        "string_type": "text",
        "string_unicode": "text",
        "string_too_short": "empty",
        "too_short": "empty",
        "string_too_long": "long",
        "too_long": "long",
        "string_pattern_mismatch": "date",
        "date": "date",
        "float_type": "number",
        "finite_number": "number",
        "greater_than_equal": "least",
        "less_than_equal": "most",
        "literal_error": "choice",
        "list_type": "list",
    }
)
"""Kind of fault of a field by pydantic's name of it; what it says is `api.FAULT_<kind>`."""
# a message of another part may repeat what was sent
_OWN = "api."
_BOUNDS = ("ge", "le", "max_length")
_NAME = re.compile(r"[a-z_]{1,30}(\.[0-9]{1,4})?")


def for_programs() -> bool:
    """Tell whether it is a program that asks, rather than the reader of a page."""
    return request.path == PREFIX or request.path.startswith(f"{PREFIX}/")


def spoken() -> str:
    """Return the language of this answer: the one asked for by Accept-Language, the server's."""
    for tag, _ in request.accept_languages:
        for language in languages():
            if tag.lower().split("-")[0] == language.lower().split("-")[0]:
                return language
    config = current_app.extensions["zoning-config"]
    assert isinstance(config, Config)
    return config.language or DEFAULT_LANGUAGE


def of_http(error: HTTPException) -> Response:
    """Return a fault of HTTP: no such page, no such method, too much of something."""
    response = error.get_response()
    kept = {name: response.headers[name] for name in ("Allow",) if name in response.headers}
    if isinstance(error, TooManyRequests):
        kept[RETRY_AFTER] = str(seconds_to_wait())
    return _answered(error.code or InternalServerError.code, headers=kept)


def of_zoning(error: ZoningError) -> Response:
    """Return a fault of the library; what went wrong inside is for the log alone."""
    if isinstance(error, (PlanNotFoundError, VersionNotFoundError)):
        own = error.key.startswith(_OWN)
        return _answered(404, message=explain(error, spoken()) if own else "")
    current_app.logger.error("API closed: %s", error.key)
    return _answered(503, headers={RETRY_AFTER: str(WAIT_WHEN_CLOSED_S)})


def of_input(error: HTTPError) -> Response:
    """Return all faults of what was sent."""
    cause = error.__cause__
    if not isinstance(cause, ValidationError):
        return _answered(error.status_code)
    details = [
        _detail(found, spoken()) for found in cause.errors(include_url=False, include_input=False)
    ]
    return _answered(error.status_code, details=details)


def canned(status: int) -> Response:
    """Return a fault as it would be, for whoever tries out what to do about it."""
    headers = {RETRY_AFTER: str(WAIT_WHEN_CLOSED_S)} if status in {429, 503} else {}
    return _answered(status, headers=headers)


def _answered(
    status: int,
    *,
    message: str = "",
    details: list[FaultDetail] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    language = spoken()
    code = CODES.get(status) or CODES[500]
    said = message or text(f"api.SAID_{code}", language)
    fault = Fault(code=code, message=said, details=details or [])
    response = Response(
        fault.model_dump_json(), status=status, mimetype="application/json", headers=headers
    )
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept-Language")
    return response


def _detail(found: Any, language: str) -> FaultDetail:
    """Say one fault; what was sent is not repeated."""
    kind = _KINDS.get(found["type"], "other")
    context = found.get("ctx", {})
    bound = next((context[name] for name in _BOUNDS if name in context), "")
    params = {"bound": f"{bound:g}"} if isinstance(bound, (int, float)) else {"bound": ""}
    expected = str(context.get("expected", "")).replace("'", "")
    said = text(f"api.FAULT_{kind}", language, {**params, "known": expected})
    field = ".".join(str(part) for part in found["loc"])
    # the name of what is not known is the sender's own: an address may have slipped into it
    shown = field if _NAME.fullmatch(field) else ""
    return FaultDetail(field=shown, code=kind, message=said)
