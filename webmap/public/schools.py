"""One page a school: its zone as map and text, seats and classes, and whom to ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, url_for

from webmap import assets
from webmap.maps.facts import Texts, school_facts, zone_facts, zone_name
from webmap.maps.page import render
from webmap.maps.pictures import captioned, school_picture
from webmap.public.edition_words import edition_words
from webmap.public.frame import page_frame
from webmap.public.pages import (
    PAPERS,
    TEXT_SHEETS,
    atlas,
    class_size,
    closing,
    ground,
    paper,
    picture,
    public_page,
    site,
    words_of,
)
from webmap.public.zone_rows import by_division, classes_said, school_url
from zoning.plan.feeding import zones_within
from zoning.plan.model import ZoneType

if TYPE_CHECKING:
    from webmap.services.atlas import Edition
    from webmap.services.plans import PlanData

schools = Blueprint("schools", __name__)


@dataclass(frozen=True)
class OwnZone:
    """A zone of the school.

    Parameters
    ----------
    name, kind
        Its name and what kind of zone it is, in words.
    url
        Its row on the zone map.
    others
        (name, URL) of the other schools that share it.
    """

    name: str
    kind: str
    url: str
    others: tuple[tuple[str, str], ...]


@schools.get("/schools/<path:school_id>")
@closing
def shown(school_id: str) -> Response:
    """Show a school under the zones in force; before there are any, the coming ones or a draft."""
    every = (atlas().shown(stage) for stage in atlas().stages)
    found = (one for one in every if one is not None and _holds(atlas().plan(one), school_id))
    edition = next(found, None)
    if edition is None:
        abort(404)
    return _school_page(edition, school_id)


@schools.get("/zones/version/<edition_id>/schools/<path:school_id>")
@closing
def by_edition(edition_id: str, school_id: str) -> Response:
    """Show a school under a version, or under a plan."""
    edition = atlas().by_id(edition_id)
    if not _holds(atlas().plan(edition), school_id):
        abort(404)
    return _school_page(edition, school_id)


def _holds(plan: PlanData, school_id: str) -> bool:
    return bool((plan.schools["school_id"] == school_id).any())


def _school_page(edition: Edition, school_id: str) -> Response:
    frame = page_frame(home=True, sized=True)
    texts = Texts(frame.language)
    plan, words = atlas().plan(edition), words_of(edition)
    (facts,) = [one for one in school_facts(plan) if one.school_id == school_id]
    own = _zone_ids(plan, school_id)
    said = edition_words(edition, texts)
    size = class_size(edition, plan)
    caption = captioned(texts("maps.SCHOOL_PICTURE", name=facts.name), texts)
    drawn = picture(
        plan,
        ("school", school_id),
        lambda: school_picture(plan, ground(plan), school_id, zone_ids=own, caption=caption),
    )
    near = {zone for one in own for zone in words.neighbours.get(one, ())} - set(own)
    path = school_url(edition, school_id, language=frame.language)
    page = render(
        "school.html",
        frame,
        title=facts.name,
        page_title=texts("maps.SCHOOL_TITLE", school=facts.name, edition=said.name),
        styles=[assets.served(name) for name in TEXT_SHEETS],
        study=atlas().settings.study.name,
        edition=said,
        zones=[_own_zone(edition, plan, zone, school_id, texts) for zone in own],
        still=drawn,
        years=[(one, classes_said(one.seats, size, texts=texts)) for one in facts.intakes],
        boarding=_boarding(plan, school_id),
        bureau=[line for zone in own for line in words.bureau.get(zone, ())],
        divisions=by_division(words.text(own), texts),
        addresses=sum(words.counts.get(zone, 0) for zone in own),
        neighbours=_schools_of(edition, plan, near, frame.language),
        feeding=_feeding(edition, plan, own, frame.language),
        coming=_coming(edition, school_id, texts),
        settings=atlas().settings.lookup,
        about=plan.summary.about,
        digest=plan.digest,
        paper=paper(),
        papers=[(one, f"{path}&paper={one}") for one in PAPERS],
        permanent=site() + path.partition("?")[0],
        script=assets.served(assets.SLIP_JS),
    )
    return public_page(page)


def _boarding(plan: PlanData, school_id: str) -> int:
    """Return the places for boarders of a school each year, 0 where it has none."""
    table = plan.summary.metrics
    own = (table["metric"] == "boarding_places") & (table["scope"] == f"school:{school_id}")
    places = table.loc[own, "value"]
    return int(places.iloc[0]) if len(places) else 0


def _zone_ids(plan: PlanData, school_id: str) -> tuple[str, ...]:
    """Return the zones of a school: its own, and areas that it shares."""
    return tuple(
        str(zone)
        for zone, ids in zip(plan.zones["zone_id"], plan.zones["school_ids"], strict=True)
        if school_id in str(ids or "").split(";")
    )


def _own_zone(
    edition: Edition, plan: PlanData, zone_id: str, school_id: str, texts: Texts
) -> OwnZone:
    number = int((plan.zones["zone_id"] == zone_id).to_numpy().argmax())
    facts = zone_facts(plan)[number]
    row = url_for("zones.by_id", edition_id=edition.edition_id, lang=texts.language)
    others = _schools_of(edition, plan, {zone_id}, texts.language)
    own = school_url(edition, school_id, language=texts.language)
    return OwnZone(
        name=zone_name(facts, texts),
        kind=texts(f"plan.VALUE_zone_type_{facts.zone_type}"),
        url=f"{row}#zone-{number + 1}",
        others=tuple(item for item in others if item[1] != own),
    )


def _schools_of(
    edition: Edition, plan: PlanData, zone_ids: set[str], language: str
) -> tuple[tuple[str, str], ...]:
    """Return name and page of all schools of some zones, in the order of their ids."""
    zones = plan.zones[plan.zones["zone_id"].isin(zone_ids)]
    wanted = {part for ids in zones["school_ids"] for part in str(ids or "").split(";")}
    return tuple(
        (str(name), school_url(edition, str(school), language=language))
        for school, name in zip(plan.schools["school_id"], plan.schools["name"], strict=True)
        if school in wanted
    )


def _feeding(
    edition: Edition, plan: PlanData, own: tuple[str, ...], language: str
) -> tuple[tuple[str, str], ...]:
    """Return the schools of the other stage that the zones lead to, or that lead to them."""
    for stage in atlas().stages:
        other = atlas().shown(stage) if stage != edition.stage else None
        if other is None:
            continue
        theirs = atlas().plan(other)
        inner, outer = (theirs, plan) if _feeders(plan) else (plan, theirs)
        fed, ours = _feeders(outer), set(own)
        if not fed:
            continue
        held = zones_within(inner.zones.to_crs(outer.zones.crs), outer.zones)
        pairs = {(one, of) for one, of in held.items() if of in fed}
        if outer is plan:
            return _schools_of(other, theirs, {one for one, of in pairs if of in ours}, language)
        return _schools_of(other, theirs, {of for one, of in pairs if one in ours}, language)
    return ()


def _feeders(plan: PlanData) -> set[str]:
    """Return the zones that are put together from zones of another stage."""
    fed = plan.zones["zone_type"] == ZoneType.FEEDER.value
    return {str(zone) for zone in plan.zones.loc[fed, "zone_id"]}


def _coming(edition: Edition, school_id: str, texts: Texts) -> tuple[str, str] | None:
    """Return name and page of the school in the coming version, if it is another one and has it."""
    coming = atlas().coming(edition.stage)
    if coming is None or coming.edition_id == edition.edition_id:
        return None
    if not _holds(atlas().plan(coming), school_id):
        return None
    said = edition_words(coming, texts)
    url = school_url(coming, school_id, language=texts.language)
    return f"{said.name} · {said.state}", url
