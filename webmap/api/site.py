"""Puts the API on an application."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from apiflask import HTTPError
from flask import request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import UnsupportedMediaType

from webmap.api import faults
from webmap.api.openapi import BLUEPRINTS, api_about

if TYPE_CHECKING:
    from flask import Flask
    from flask_wtf.csrf import CSRFProtect

MEDIA_TYPE = "application/json"


class SoundJSON(DefaultJSONProvider):
    """JSON as people can read it; nonsense that is nested deeper than anything here is refused."""

    ensure_ascii = False
    sort_keys = False

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Read a document.

        Raises
        ------
        ValueError
            It is no JSON, or nested too deeply.
        """
        try:
            return json.loads(s, **kwargs)
        except RecursionError as error:
            raise ValueError("nested too deeply") from error


def install_api(app: Flask, csrf: CSRFProtect) -> None:
    """Put the API on an application, which tells it of its faults by `faults.for_programs`.

    Parameters
    ----------
    app
        The application.
    csrf
        What asks for the tokens of forms: not of programs, which send and are sent no cookie.
    """
    app.config.from_object("apiflask.settings")
    app.json = SoundJSON(app)
    for blueprint in (*BLUEPRINTS, api_about):
        csrf.exempt(blueprint)
        app.register_blueprint(blueprint)
    app.register_error_handler(HTTPError, faults.of_input)
    app.before_request(_json_alone)


def _json_alone() -> None:
    """Refuse a body that is not said to be JSON: a form of another site could send no other."""
    asked = request.url_rule is not None and request.method == "POST"
    if asked and faults.for_programs() and request.mimetype != MEDIA_TYPE:
        raise UnsupportedMediaType
