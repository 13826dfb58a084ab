"""The Flask application: made by a function, with everything it needs passed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response
from werkzeug.exceptions import HTTPException, InternalServerError

from webmap.errors import http_status
from webmap.maps.facts import Texts
from webmap.maps.page import render
from webmap.public.frame import page_frame, reader_language
from webmap.public.views import public
from webmap.security import protect
from webmap.services.shelf import Kept, Shelf
from zoning.errors import ZoningError
from zoning.messages import explain

if TYPE_CHECKING:
    from webmap.config import Config

# One map of a large city takes some tens of megabytes.
MAPS_KEPT = 6


def create_app(config: Config) -> Flask:
    """Make the application that shows one study.

    Parameters
    ----------
    config
        Its settings.
    """
    app = Flask(__name__, static_folder=None)
    app.extensions["zoning-config"] = config
    app.extensions["zoning-shelf"] = Shelf(config.study)
    app.extensions["zoning-maps"] = Kept(MAPS_KEPT)
    app.register_blueprint(public)
    protect(app)
    app.register_error_handler(ZoningError, _zoning_error)
    app.register_error_handler(HTTPException, _http_error)
    return app


def _zoning_error(error: ZoningError) -> Response:
    return _error_page(explain(error, reader_language()), http_status(error))


def _http_error(error: HTTPException) -> Response:
    code = error.code or InternalServerError.code
    known = {404: "webmap.ERROR_404", 405: "webmap.ERROR_405"}
    return _error_page(Texts(reader_language())(known.get(code, "webmap.ERROR_500")), code)


def _error_page(message: str, status: int) -> Response:
    frame = page_frame(home=True)
    title = Texts(frame.language)("webmap.ERROR_TITLE")
    page = render("error.html", frame, title=title, message=message)
    response = Response(page, status=status, mimetype="text/html")
    response.headers["Content-Language"] = frame.language
    response.headers["Cache-Control"] = "no-store"
    return response
