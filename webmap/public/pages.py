"""What public pages of maps and schools share: how they are kept, closed and printed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

from flask import Response, abort, current_app, request

from webmap import assets
from webmap.compression import may_be_compressed
from webmap.maps.ahead import Ahead
from webmap.maps.facts import Texts
from webmap.maps.page import render
from webmap.maps.pictures import Ground, captioned, ground_of, zones_picture
from webmap.public.frame import (
    TYPE_COOKIE,
    YEAR_S,
    large_type,
    page_frame,
    reader_language,
)
from webmap.security import nonce
from webmap.services.atlas import Atlas, Edition
from webmap.services.shelf import Kept, Shelf
from webmap.services.zone_words import ZoneWords, in_zones, zone_words
from zoning.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    import pandas as pd

    from webmap.maps.parts import ZoneMap
    from webmap.maps.pictures import Picture
    from webmap.services.comparing import Change
    from webmap.services.plans import PlanData
    from webmap.services.surroundings import Surroundings

PAPERS = ("A4", "A3")
TEXT_SHEETS = (assets.PAGE_CSS, assets.LOOKUP_CSS, assets.ZONES_CSS)


@dataclass(frozen=True, eq=False)
class PagesKept:
    """Slow parts of pages, the last used of each kind."""

    words: Kept[ZoneWords] = field(default_factory=lambda: Kept(6))
    grounds: Kept[Ground] = field(default_factory=lambda: Kept(4))
    pictures: Kept[Picture] = field(default_factory=lambda: Kept(64))
    changes: Kept[Change] = field(default_factory=lambda: Kept(6))
    pages: Kept[Any] = field(default_factory=lambda: Kept(6))


def atlas() -> Atlas:
    """Return the editions of this application."""
    found = current_app.extensions["zoning-atlas"]
    assert isinstance(found, Atlas)
    return found


def kept_parts() -> PagesKept:
    """Return the slow parts of this application's pages."""
    found = current_app.extensions["zoning-pages"]
    assert isinstance(found, PagesKept)
    return found


def stage_or_404(stage: str) -> str:
    """Return a stage of the study; any other word is no page."""
    if stage not in atlas().stages:
        abort(404)
    return stage


def closing(view: Callable[..., Response]) -> Callable[..., Response]:
    """Show a closed page where what a view needs is damaged or cannot be reached.

    Another edition is never passed off as the one that was asked for.
    """

    @wraps(view)
    def shown(**words: Any) -> Response:
        try:
            return view(**words)
        except StorageError as error:
            current_app.logger.error("page closed: %s", error.key)  # noqa: TRY400  # no trace
            frame = page_frame(home=True, sized=True)
            texts = Texts(frame.language)
            page = render(
                "closed.html",
                frame,
                title=texts("maps.CLOSED_TITLE"),
                study=atlas().settings.study.name,
                styles=[assets.served(name) for name in TEXT_SHEETS],
                said=texts("maps.CLOSED"),
                settings=atlas().settings.lookup,
            )
            response = Response(page, status=503, mimetype="text/html")
            response.headers["Content-Language"] = frame.language
            response.headers["Cache-Control"] = "no-store"
            return response

    return shown


def public_page(document: str) -> Response:
    """Return a page that says the same to all: a browser keeps it, and asks whether it still holds.

    The digest by which it asks leaves out the marks of scripts, which are new each time. It holds
    no token and nothing that its reader wrote, so it is compressed: a city's map is 5 MB.
    """
    may_be_compressed()
    response = Response(document, mimetype="text/html")
    response.headers["Content-Language"] = reader_language()
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(("Accept-Language", "Cookie"))
    if request.args.get("type"):
        keep = partial(response.set_cookie, TYPE_COOKIE, httponly=True, samesite="Lax")
        keep("large" if large_type() else "normal", max_age=YEAR_S)
    plain = document.replace(nonce(), "")
    response.set_etag(hashlib.sha256(plain.encode()).hexdigest())
    response.make_conditional(request)
    return response


def paper() -> str:
    """Return the size of paper that the reader has chosen; A4 where none."""
    wanted = request.args.get("paper", "")
    return wanted if wanted in PAPERS else PAPERS[0]


def site() -> str:
    """Return the address of these pages as people reach them."""
    return atlas().settings.lookup.site or request.host_url.rstrip("/")


def shelf() -> Shelf:
    """Return the plans of this application and what lies around them."""
    found = current_app.extensions["zoning-shelf"]
    assert isinstance(found, Shelf)
    return found


def around() -> tuple[Hashable, Surroundings]:
    """Return roads, lines and places, with what tells their state from an earlier one."""
    return shelf().state(), shelf().surroundings()


def drawn_ahead(edition: Edition) -> Ahead | None:
    """Return what was drawn of an edition when it was published; None for a draft."""
    version = edition.version
    if version is None:
        return None
    return Ahead(atlas().archive, version, shelf().drawn_around())


def class_size(edition: Edition, plan: PlanData) -> int:
    """Return how many children a class has by the rule set of a plan; 0 where that is not known."""
    named = plan.summary.about.get("rule_set", "").split(" ")[0]
    ours = named == atlas().settings.study.rule_set
    return atlas().class_size(edition.stage) if ours else 0


def map_of(edition: Edition, language: str) -> ZoneMap:
    """Return the map of an edition: as it was drawn when it was published, or drawn now."""
    maps = current_app.extensions["zoning-maps"]
    assert isinstance(maps, Kept)
    plan, ahead = atlas().plan(edition), drawn_ahead(edition)

    def made() -> ZoneMap:
        kept = None if ahead is None else ahead.zone_map(plan, language)
        if kept is not None:
            return kept
        from webmap.maps.zone_map import build_zone_map

        return build_zone_map(plan, shelf().surroundings(), language=language)

    found: ZoneMap = maps.get((plan.digest, shelf().state(), language), made)
    return found


def ground(plan: PlanData) -> Ground:
    """Return what lies under the zones of a plan."""
    key = (plan.digest, shelf().state())
    return kept_parts().grounds.get(key, lambda: ground_of(plan, shelf().surroundings()))


def picture(plan: PlanData, key: Hashable, draw: Callable[[], Picture]) -> Picture:
    """Return a drawing of a plan, made now if it is not kept."""
    state = shelf().state()
    return kept_parts().pictures.get((plan.digest, state, reader_language(), key), draw)


def still_of(edition: Edition, texts: Texts) -> Picture:
    """Return the drawing of all zones: as it was made when they were published, or made now."""
    plan, ahead = atlas().plan(edition), drawn_ahead(edition)

    def made() -> Picture:
        kept = None if ahead is None else ahead.still(texts.language)
        if kept is not None:
            return kept
        caption = captioned(texts("webmap.MAP_LABEL"), texts)
        return zones_picture(plan, ground(plan), caption=caption, name="zones")

    return picture(plan, "zones", made)


def words_of(edition: Edition) -> ZoneWords:
    """Return what is said of the zones of an edition besides figures."""
    plan, texts = atlas().plan(edition), atlas().zone_texts()
    written = texts.stat().st_mtime_ns if texts is not None and texts.is_file() else 0
    key = (edition.edition_id, plan.digest, shelf().state(), written)
    # they outlive this request
    book, ahead = atlas(), drawn_ahead(edition)

    def made() -> ZoneWords:
        gather = partial(_gathered, book, edition, plan)
        kept = None if ahead is None else ahead.words(texts, gather)
        if kept is not None:
            return kept
        return zone_words(plan, book.addresses(edition), stage=edition.stage, texts=texts)

    found = kept_parts().words.get(key, made)
    if found.fault is not None:
        current_app.logger.error("zone texts not read: %s", found.fault.key)
    return found


def _gathered(book: Atlas, edition: Edition, plan: PlanData) -> pd.DataFrame:
    return in_zones(plan, book.addresses(edition))
