"""Zone maps by stage, school year and version, with the same as text; and to be embedded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, redirect, request, url_for

from webmap import assets
from webmap.maps.facts import Texts
from webmap.maps.page import render, zone_map_page
from webmap.public.edition_words import edition_words
from webmap.public.frame import page_frame
from webmap.public.pages import (
    PAPERS,
    TEXT_SHEETS,
    atlas,
    class_size,
    closing,
    map_of,
    paper,
    public_page,
    site,
    stage_or_404,
    still_of,
    words_of,
)
from webmap.public.wording import Wording
from webmap.public.zone_rows import school_url, zone_rows
from webmap.security import allow_frames

if TYPE_CHECKING:
    from webmap.services.atlas import Edition

zones = Blueprint("zones", __name__)


@zones.get("/zones")
@closing
def index() -> Response:
    """List the stages with their versions, and every school."""
    frame = page_frame(home=True, sized=True)
    texts = Texts(frame.language)
    wording = Wording(texts)
    stages = [
        {
            "name": wording.stage(stage),
            "editions": [edition_words(one, texts) for one in atlas().editions(stage)],
            "changes": url_for("changes.stage_changes", stage=stage, lang=frame.language),
            "schools": _schools(atlas().shown(stage), frame.language),
        }
        for stage in atlas().stages
    ]
    page = render(
        "zones_index.html",
        frame,
        title=texts("maps.INDEX_TITLE"),
        study=atlas().settings.study.name,
        styles=[assets.served(name) for name in TEXT_SHEETS],
        stages=stages,
    )
    return public_page(page)


@zones.get("/zones/<stage>")
@closing
def of_stage(stage: str) -> Response:
    """Show the zones in force; before there are any, the coming ones or the plan for discussion."""
    return _zone_page(_shown(stage))


@zones.get("/zones/<stage>/<int:school_year>")
@closing
def of_year(stage: str, school_year: int) -> Response:
    """Show the zones of a school year."""
    return _zone_page(atlas().of_year(stage_or_404(stage), school_year))


@zones.get("/zones/version/<edition_id>")
@closing
def by_id(edition_id: str) -> Response:
    """Show the zones of a version, or of a plan."""
    return _zone_page(atlas().by_id(edition_id))


@zones.get("/embed/zones/<stage>")
@closing
def embedded(stage: str) -> Response:
    """Show the map of the zones in force for another site's page."""
    return _embedded_page(_shown(stage))


@zones.get("/embed/zones/version/<edition_id>")
@closing
def embedded_by_id(edition_id: str) -> Response:
    """Show the map of a version for another site's page."""
    return _embedded_page(atlas().by_id(edition_id))


@zones.get("/schools")
def to_schools() -> Response:
    """Lead to the list of schools."""
    response = redirect(url_for("zones.index", lang=request.args.get("lang")))
    assert isinstance(response, Response)
    return response


def _shown(stage: str) -> Edition:
    edition = atlas().shown(stage_or_404(stage))
    if edition is None:
        abort(404)
    return edition


def _schools(edition: Edition | None, language: str) -> list[tuple[str, str]]:
    if edition is None:
        return []
    schools = atlas().plan(edition).schools
    return [
        (str(name), school_url(edition, str(school), language=language))
        for school, name in zip(schools["school_id"], schools["name"], strict=True)
    ]


def _zone_page(edition: Edition) -> Response:
    frame = page_frame(home=True, sized=True)
    texts = Texts(frame.language)
    plan = atlas().plan(edition)
    zone_map = map_of(edition, frame.language)
    said = edition_words(edition, texts)
    words = words_of(edition)
    others = [
        edition_words(one, texts)
        for one in atlas().editions(edition.stage)
        if one.edition_id != edition.edition_id
    ]
    embed = url_for("zones.embedded", stage=edition.stage) if _embed_sites() else ""
    page = zone_map_page(
        "zones.html",
        frame,
        zone_map,
        asset=assets.served,
        title=texts("maps.ZONES_TITLE", study=atlas().settings.study.name, edition=said.name),
        sheets=(assets.ZONES_CSS,),
        edition=said,
        superseded=_superseded(edition),
        others=others,
        rows=zone_rows(edition, zone_map, words, class_size=class_size(edition, plan), texts=texts),
        still=still_of(edition, texts),
        paper=paper(),
        papers=[(size, url_for("zones.by_id", edition_id=edition.edition_id,
                               lang=frame.language, paper=size)) for size in PAPERS],
        permanent=site() + url_for("zones.by_id", edition_id=edition.edition_id),
        embed=f'<iframe src="{site()}{embed}" width="100%" height="600"></iframe>' if embed else "",
        changes=url_for("changes.stage_changes", stage=edition.stage, lang=frame.language),
    )  # fmt: skip
    return public_page(page)


def _superseded(edition: Edition) -> str:
    return edition.version.supersedes if edition.version is not None else ""


def _embed_sites() -> tuple[str, ...]:
    return atlas().settings.map.embed_sites


def _embedded_page(edition: Edition) -> Response:
    allow_frames(_embed_sites())
    # another site's page has its own ways to go on
    frame = replace(page_frame(home=False, sized=False), lookup="", zones="", notices="", switch=())
    texts = Texts(frame.language)
    said = edition_words(edition, texts)
    page = zone_map_page(
        "embed.html",
        frame,
        map_of(edition, frame.language),
        asset=assets.served,
        title=texts("maps.ZONES_TITLE", study=atlas().settings.study.name, edition=said.name),
        sheets=(assets.ZONES_CSS,),
        edition=said,
        still=still_of(edition, texts),
        whole=site() + said.url,
    )
    return public_page(page)
