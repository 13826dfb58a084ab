"""The OpenAPI 3.1 document of the API, and the same as a page that asks no other machine."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar, cast

from apiflask import APIBlueprint, APIFlask
from flask import Response, url_for

from webmap import assets
from webmap.api.data import CORS, api_data
from webmap.api.faults import PREFIX, spoken
from webmap.api.lookup import api_lookup
from webmap.api.sandbox import api_sandbox
from webmap.api.told import Fault, FeatureCollection
from webmap.maps.facts import Texts
from webmap.maps.page import render
from webmap.public.frame import kept, page_frame
from zoning.messages import text

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
VERSION = "1.0.0"
EXAMPLE_VERSION = "primary-1"
BLUEPRINTS = (api_lookup, api_data, api_sandbox)
_SCHEMAS = "#/components/schemas/"
_KEY = re.compile(r"api\.[A-Z][A-Za-z0-9_]*")
_TEXTS = ("description", "summary")

api_about = APIBlueprint("api_about", __name__, url_prefix=PREFIX, enable_openapi=False)


@api_about.get("/openapi.json")
def openapi() -> Response:
    """Return the document in the reader's language."""
    content = json.dumps(document(spoken()), ensure_ascii=False, indent=1).encode()
    response = Response(content, mimetype="application/json", headers=CORS)
    response.headers["Content-Language"] = spoken()
    response.vary.add("Accept-Language")
    return kept(response, content)


@api_about.get("/")
def page() -> Response:
    """Show the document as a page for people."""
    frame = page_frame(home=True)
    shown = document(frame.language)
    texts = Texts(frame.language)
    body = render(
        "api.html",
        frame,
        title=texts("api.TITLE"),
        styles=[assets.served(name) for name in (assets.PAGE_CSS, assets.API_CSS)],
        api=shown,
        operations=operations(shown),
        schemas=sorted(shown["components"]["schemas"].items()),
        names=shown["components"]["schemas"].keys(),
        type_of=type_of,
        document=url_for("api_about.openapi"),
    )
    response = Response(body, mimetype="text/html")
    response.headers["Content-Language"] = frame.language
    response.vary.add("Accept-Language")
    return kept(response, body.encode())


@cache
def document(language: str) -> dict[str, Any]:
    """Return the OpenAPI document.

    Parameters
    ----------
    language
        One of `zoning.messages.languages()`.
    """
    # an application of its own, which never serves: the site's has pages that are no API
    app = APIFlask(
        __name__,
        title=text("api.TITLE", language),
        version=VERSION,
        docs_path=None,
        spec_path=None,
        enable_openapi=False,
    )
    app.config.update(
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_OPERATION_DESCRIPTION=False,
        AUTO_SERVERS=False,
        DESCRIPTION="api.ABOUT",
    )
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    made = json.loads(json.dumps(app.spec))
    for model in (Fault, FeatureCollection):
        _add(made, model.__name__, model.model_json_schema(ref_template=f"{_SCHEMAS}{{model}}"))
    _plain_parameters(made)
    for _, _, operation in operations(made):
        if "requestBody" in operation:
            operation["requestBody"]["required"] = True
    return _said(_one_name_each(made), language)


def operations(shown: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return method, path and description of every operation, in the order of the document."""
    return [
        (method.upper(), path, operation)
        for path, item in shown["paths"].items()
        for method, operation in item.items()
        if method in {"get", "post"}
    ]


def type_of(schema: dict[str, Any]) -> str:
    """Return a type as it is written for people: `Place | null`, `[School]`."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(_SCHEMAS)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " | ".join(type_of(one) for one in schema[several])
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return " | ".join(json.dumps(value) for value in schema["enum"])
    if schema.get("type") == "array":
        return f"[{type_of(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or "object")


def _plain_parameters(made: dict[str, Any]) -> None:
    """Say of a parameter that it may be left out, rather than that it may be null."""
    for _, _, operation in operations(made):
        for parameter in operation["parameters"]:
            schema = parameter["schema"]
            description = schema.pop("description", "api.FIELD_VERSION_ID")
            (given,) = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
            parameter.update(description=description, schema=given)
            if parameter["in"] == "path":
                parameter["example"] = EXAMPLE_VERSION


def _add(made: dict[str, Any], name: str, schema: dict[str, Any]) -> None:
    parts = schema.pop("$defs", {})
    made["components"]["schemas"].update({**parts, name: schema})


def _one_name_each(made: dict[str, Any]) -> dict[str, Any]:
    """Give a schema that stands in several others one name: `Answered.School` is `School`."""
    schemas = made["components"]["schemas"]
    named = {name.rpartition(".")[2]: schema for name, schema in sorted(schemas.items())}
    for schema in named.values():
        # what the code calls them, in the language of the code
        schema.pop("title", None)
        schema.pop("description", None)

    def short(reference: str) -> str:
        return _SCHEMAS + reference.removeprefix(_SCHEMAS).rpartition(".")[2]

    made["components"]["schemas"] = named
    return _walked(made, lambda _, value: short(value) if value.startswith(_SCHEMAS) else value)


def _said(made: dict[str, Any], language: str) -> dict[str, Any]:
    """Put texts for keys of the catalogue."""

    def say(name: str, value: str) -> str:
        return text(value, language) if name in _TEXTS and _KEY.fullmatch(value) else value

    return _walked(made, say)


def _walked(made: T, change: Callable[[str, str], str], name: str = "") -> T:
    """Return a document in which every text was changed.

    Parameters
    ----------
    made
        The document.
    change
        Takes the name of a member and its text.
    name
        Name of the member that the document is.
    """
    walked: Any = made
    if isinstance(made, dict):
        walked = {key: _walked(value, change, key) for key, value in made.items()}
    elif isinstance(made, list):
        walked = [_walked(value, change, name) for value in made]
    elif isinstance(made, str):
        walked = change(name, made)
    return cast("T", walked)
