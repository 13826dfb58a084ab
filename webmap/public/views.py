"""The pages: plans of the study, one plan's map, its zones as GeoJSON, assets."""

from __future__ import annotations

import json
import mimetypes
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, current_app, url_for

from webmap.assets import asset_path
from webmap.compression import may_be_compressed
from webmap.errors import DatabaseError
from webmap.maps.export import zones_geojson
from webmap.maps.facts import Texts
from webmap.maps.page import page_title, render, render_map
from webmap.public.edition_words import Standing, edition_words
from webmap.public.frame import (
    kept,
    page_frame,
    private,
    reader_language,
    remember_size,
    styles,
)
from webmap.public.lookup import ask_form
from webmap.public.metrics import metric_table
from webmap.public.pages import atlas
from webmap.public.wording import Wording
from webmap.services.shelf import Kept, Shelf
from zoning.errors import ZoningError

if TYPE_CHECKING:
    from webmap.maps.parts import ZoneMap
    from webmap.public.lookup import AskForm
    from webmap.services.atlas import Edition

public = Blueprint("public", __name__)


def _shelf() -> Shelf:
    shelf = current_app.extensions["zoning-shelf"]
    assert isinstance(shelf, Shelf)
    return shelf


def _maps() -> Kept[ZoneMap]:
    maps = current_app.extensions["zoning-maps"]
    assert isinstance(maps, Kept)
    return maps


@public.get("/")
def plans() -> Response:
    """Ask for an address, lead to all other pages, and list the plans with their metrics."""
    frame = page_frame(home=False, maps=False)
    texts = Texts(frame.language)
    summaries, damaged = _shelf().summaries()
    published = _published()
    study = summaries[0].about.get("study", "") if summaries else ""
    rows = [
        {
            "plan_id": summary.plan_id,
            "title": page_title(summary.about, texts),
            "url": url_for("public.plan_map", plan_id=summary.plan_id, lang=frame.language),
            "geojson": url_for("public.plan_zones", plan_id=summary.plan_id),
            "metrics": metric_table(summary.metrics, texts),
            "standing": _standing(summary.plan_id, published, texts),
        }
        for summary in summaries
    ]
    # a database that is away is waited for: the form would ask it once more and have no answer
    form = None if published is None else _ask_form(texts)
    page = render(
        "plans.html",
        frame if form is None else replace(frame, lookup=""),
        title=texts("webmap.LIST_TITLE", study=study).strip(),
        styles=styles(),
        wording=Wording(texts),
        form=form,
        plans=rows,
        damaged=damaged,
        stages=stage_links(texts),
    )
    return private(page)


def _ask_form(texts: Texts) -> AskForm | None:
    """Return the form of the look-up; None where nothing could be answered now.

    Its own page says so to whoever asks for it, and tells the log why.
    """
    try:
        return ask_form(texts)
    except ZoningError:
        return None


def stage_links(texts: Texts) -> list[tuple[str, str, str]]:
    """Return each stage with the URLs of its zone map and of what changes."""
    wording, lang = Wording(texts), texts.language
    return [
        (
            wording.stage(stage),
            url_for("zones.of_stage", stage=stage, lang=lang),
            url_for("changes.stage_changes", stage=stage, lang=lang),
        )
        for stage in atlas().stages
    ]


@public.get("/plans/<plan_id>")
def plan_map(plan_id: str) -> Response:
    """Show the map of a plan."""
    from webmap.maps.zone_map import build_zone_map

    language = reader_language()
    plan = _shelf().plan(plan_id)
    state, around = _shelf().state(), _shelf().surroundings()
    zone_map = _maps().get(
        (plan.digest, state, language), lambda: build_zone_map(plan, around, language=language)
    )
    standing = _standing(plan_id, _published(), Texts(language))
    return _page(render_map(zone_map, page_frame(home=True), standing=standing))


def _published() -> dict[str, Edition] | None:
    """Return the versions by their plans, asked for once a page; None while they are out of reach.

    What the pages show of plans is in files, and is shown without a database, too.
    """
    try:
        return atlas().published_plans()
    except DatabaseError:
        return None


def _standing(plan_id: str, published: dict[str, Edition] | None, texts: Texts) -> Standing:
    if published is None:
        return Standing(None, known=False)
    edition = published.get(plan_id)
    return Standing(None if edition is None else edition_words(edition, texts))


@public.get("/plans/<plan_id>/zones.geojson")
def plan_zones(plan_id: str) -> Response:
    """Return the zones of a plan as GeoJSON; small counts are withheld."""
    document = json.dumps(zones_geojson(_shelf().plan(plan_id)), ensure_ascii=False)
    response = Response(document, mimetype="application/geo+json")
    response.headers["Content-Disposition"] = f'inline; filename="zones-{plan_id}.geojson"'
    return kept(response, document.encode())


@public.get("/assets/<path:name>")
def asset(name: str) -> Response:
    """Return a style sheet, script or image of the pages."""
    try:
        path = asset_path(name)
    except FileNotFoundError:
        abort(404)
    content = path.read_bytes()
    response = Response(content, mimetype=mimetypes.guess_type(path.name)[0])
    return kept(response, content)


@public.get("/healthz")
def health() -> Response:
    """Say that the server answers."""
    return Response("ok\n", mimetype="text/plain")


def _page(document: str) -> Response:
    # these pages have no form, and so no token of one
    may_be_compressed()
    response = Response(document, mimetype="text/html")
    response.headers["Content-Language"] = reader_language()
    response.headers["Cache-Control"] = "no-cache"
    response.vary.update(["Accept-Language", "Cookie"])
    return remember_size(response)
