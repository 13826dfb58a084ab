"""What surrounds every page of the server: language, marks, ways to other pages."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

from flask import Response, current_app, request, url_for

from webmap import assets
from webmap.compression import may_be_compressed
from webmap.config import Config
from webmap.maps.facts import Texts
from webmap.maps.page import Frame
from webmap.public.ground import ground_data
from webmap.security import nonce
from zoning.messages import DEFAULT_LANGUAGE, languages

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TYPE_COOKIE = "type"
LINKS, LINKS_AT_MOST = "zoning-links", 256
HOUR_S = 3600
YEAR_S = 365 * 24 * HOUR_S


def reader_language() -> str:
    """Return the language of this answer: `?lang=`, the server's, or the browser's."""
    wanted = request.args.get("lang", "")
    if wanted in languages():
        return wanted
    config = current_app.extensions["zoning-config"]
    assert isinstance(config, Config)
    if config.language is not None:
        return config.language
    for tag, _ in request.accept_languages:
        for language in languages():
            if tag.lower().split("-")[0] == language.lower().split("-")[0]:
                return language
    return DEFAULT_LANGUAGE


def large_type() -> bool:
    """Tell whether the reader wants large type: `?type=`, else what a cookie remembers."""
    return (_wanted_size() or _sent(request.cookies, TYPE_COOKIE)) == "large"


def _wanted_size() -> str:
    return _sent(request.args, "type")


def _sent(values: Mapping[str, str], name: str) -> str:
    # `get` makes an exception of what is not there, which takes as long as all else here
    return values[name] if name in values else ""  # noqa: SIM401


def remember_size(response: Response) -> Response:
    """Let the browser remember the size of type that a reader has chosen, and nothing else."""
    if _wanted_size():
        keep = partial(response.set_cookie, TYPE_COOKIE, httponly=True, samesite="Lax")
        keep("large" if large_type() else "normal", max_age=YEAR_S)
    return response


def page_link(endpoint: str, language: str) -> str:
    """Return the URL of one of the few pages that every page leads to, made once for a language.

    Parameters
    ----------
    endpoint
        Of a page without parameters.
    language
        Language of the page.
    """
    links: dict[tuple[str, str, str], str] = current_app.extensions.setdefault(LINKS, {})
    key = (endpoint, language, request.script_root)
    if key not in links:
        if len(links) >= LINKS_AT_MOST:
            links.clear()
        links[key] = url_for(endpoint, lang=language)
    return links[key]


def page_frame(
    *,
    home: bool,
    sized: bool = True,
    repost: tuple[tuple[str, str], ...] = (),
    maps: bool = True,
) -> Frame:
    """Return the frame of this request's page.

    Parameters
    ----------
    home
        Whether the page links to the list of plans.
    sized
        Whether the page can be in large type, as every page should be.
    repost
        (name, value) of what has to be sent again to see this page.
    maps
        Whether there may be a map on the page, which needs to know its base map.
    """
    language = reader_language()
    others = tuple(
        (other, Texts(other)("webmap.LANGUAGE_NAME"), f"{request.path}?lang={other}")
        for other in languages()
        if other != language
    )
    large = sized and large_type()
    other_type = "normal" if large else "large"
    frame = Frame(
        language=language,
        nonce=nonce(),
        home=page_link("public.plans", language) if home else "",
        switch=others,
        lookup=page_link("lookup.form", language),
        large=large,
        resize=f"{request.path}?lang={language}&type={other_type}" if sized else "",
        repost=repost,
        zones=page_link("zones.index", language),
        notices=page_link("notices.every", language),
        ground=ground_data(language) if maps else None,
    )
    reframed: Callable[[Frame], Frame] | None = current_app.extensions.get("zoning-frame")
    return frame if reframed is None else reframed(frame)


def kept(response: Response, content: bytes, *, seconds: int = HOUR_S) -> Response:
    """Let a browser keep what anybody may read, for an hour, and ask by its digest after that."""
    may_be_compressed()
    response.set_etag(hashlib.sha256(content).hexdigest())
    response.cache_control.max_age = seconds
    response.make_conditional(request)
    return response


def styles() -> list[assets.Asset]:
    """Return the style sheets of these pages."""
    return [assets.served(name) for name in (assets.PAGE_CSS, assets.LOOKUP_CSS)]


def private(document: str | bytes, *, status: int = 200) -> Response:
    """Return a page that nobody keeps: no cache, no history of what was asked."""
    response = Response(document, status=status, mimetype="text/html")
    response.headers["Content-Language"] = reader_language()
    response.headers["Cache-Control"] = "no-store"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(self), microphone=()"
    return remember_size(response)
