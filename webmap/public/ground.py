"""The tiles under the zones, by ranges of bytes, and what a page has to know to draw them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, current_app, request, url_for
from werkzeug.datastructures import ContentRange

from webmap.maps.facts import Texts
from webmap.services.ground import Ground
from zoning.study.tiles import FILES

if TYPE_CHECKING:
    from collections.abc import Mapping

ground = Blueprint("ground", __name__)

MEDIA = "application/vnd.pmtiles"
DAY_S = 24 * 3600
PARTIAL, NOT_MODIFIED, RANGE_NOT_SATISFIABLE = 206, 304, 416


def base_map() -> Ground:
    """Return the base map of this application."""
    found = current_app.extensions["zoning-ground"]
    assert isinstance(found, Ground)
    return found


@ground.get("/tiles/<name>.pmtiles")
def tiles(name: str) -> Response:
    """Return a file of tiles, whole or the range that was asked for (RFC 9110, section 14)."""
    found = next((item for item in base_map().files() if item.name == name), None)
    if found is None:
        abort(404)
    response = Response(mimetype=MEDIA)
    # a time in seconds is too coarse to tell one state of a file from the next: the digest decides
    response.set_etag(found.digest)
    response.accept_ranges = "bytes"
    response.cache_control.max_age = DAY_S
    response.make_conditional(request)
    if response.status_code == NOT_MODIFIED:
        return response
    size = found.path.stat().st_size
    bounds = _bounds(found.digest, size)
    if bounds is None:
        response.status_code = RANGE_NOT_SATISFIABLE
        response.content_range = ContentRange("bytes", None, None, size)
        return response
    start, stop = bounds
    with found.path.open("rb") as stream:
        stream.seek(start)
        response.set_data(stream.read(stop - start))
    if (start, stop) != (0, size) or _ranged(found.digest):
        response.status_code = PARTIAL
        response.content_range = ContentRange("bytes", start, stop, size)
    return response


def _ranged(digest: str) -> bool:
    """Tell whether this request is for one range of the state of a file that there is.

    An `If-Range` that names another state gets the whole file of now, never a mixture.
    """
    wanted, only_if = request.range, request.if_range
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        return False
    return (only_if.etag is None and only_if.date is None) or only_if.etag == digest


def _bounds(digest: str, size: int) -> tuple[int, int] | None:
    """Return first byte and the one after the last; None where the file has none of them."""
    if not _ranged(digest):
        return 0, size
    assert request.range is not None
    return request.range.range_for_length(size)


def ground_data(language: str) -> Mapping[str, Any] | None:
    """Return what the scripts of a map read to draw the base map; None where there is nothing.

    Parameters
    ----------
    language
        Language of the texts.
    """
    found, texts = base_map(), Texts(language)
    files = [
        {
            "url": url_for("ground.tiles", name=item.name, v=item.state),
            "zooms": list(FILES[item.name]),
        }
        for item in found.files()
    ]
    key = found.settings.tianditu_key
    if not files and not key:
        return None
    names = ("LAYER_GROUND", "LAYER_BLOCKS", "LAYER_TIANDITU", "TIANDITU")
    return {
        "files": files,
        "tianditu": key,
        "texts": {name: texts(f"ground.{name}") for name in names},
    }
