"""A place is picked on a map: it stays on the device, and only blocks are asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app, url_for
from flask_wtf.csrf import generate_csrf

from webmap import assets
from webmap.maps.facts import Texts
from webmap.maps.page import map_page
from webmap.public.frame import page_frame, private
from webmap.public.lookup import blocks_url, closed
from webmap.public.question import service
from webmap.public.wording import Wording
from webmap.services.shelf import Kept
from webmap.services.study_ground import load_ground
from zoning.errors import ZoningError

if TYPE_CHECKING:
    from webmap.maps.pick_map import PickMap

SCRIPTS = (assets.LABELS_JS, assets.BLOCKS_JS, assets.PICK_JS)

pick = Blueprint("pick", __name__)


@pick.get("/lookup/map")
def page() -> Response:
    """Show the map; where nothing could be answered, say so before anybody looks for a place."""
    try:
        return _page()
    except ZoningError as error:
        return closed(error)


def _page() -> Response:
    from webmap.maps.pick_map import build_pick_map

    # tiles are asked for by ranges of bytes, which tell where somebody looks
    frame = replace(page_frame(home=True), ground=None)
    texts = Texts(frame.language)
    found = service()
    key, root = found.ground()
    maps = current_app.extensions["zoning-maps"]
    assert isinstance(maps, Kept)
    shown: PickMap = maps.get(
        ("pick", key, frame.language),
        lambda: build_pick_map(load_ground(root), found.study.name, language=frame.language),
    )
    document = map_page(
        "pick.html",
        frame,
        shown.parts,
        asset=assets.served,
        scripts=SCRIPTS,
        sheets=(assets.LOOKUP_CSS, assets.PICK_CSS),
        data=shown.data,
        title=texts("pick.TITLE"),
        study=found.study.name,
        attribution=shown.attribution,
        wording=Wording(texts),
        stages=[stage.value for stage in found.study.stages],
        csrf=generate_csrf(),
        action=url_for("lookup.answer", lang=frame.language),
        blocks=blocks_url() if found.outlines() else "",
        settings=found.settings,
    )
    return private(document)
