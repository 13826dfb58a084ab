"""The look-up: a form, and an answer of a page of its own. Nothing of it is stored anywhere."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, current_app, request, url_for
from flask_wtf.csrf import generate_csrf

from webmap import assets
from webmap.errors import VersionNotFoundError
from webmap.maps.facts import Texts
from webmap.maps.page import render
from webmap.public.answer_page import answer_page
from webmap.public.answers_ahead import ahead_of
from webmap.public.frame import kept, page_frame, private, styles
from webmap.public.question import LONGEST, asked, service
from webmap.public.wording import Wording
from zoning.errors import MissingStepError, ZoningError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webmap.public.answers_ahead import Ahead
    from webmap.public.question import Asked
    from zoning.lookup.answers import Version

_SCRIPTS = (assets.BLOCKS_JS, assets.COMBOBOX_JS, assets.LOOKUP_JS)

lookup = Blueprint("lookup", __name__)


@lookup.get("/lookup")
def form() -> Response:
    """Show the form; where nothing could be answered, say so before anybody writes."""
    try:
        return _form_page(None, fault="", status=200)
    except ZoningError as error:
        return closed(error)


@lookup.post("/lookup")
def answer() -> Response:
    """Answer a question, each kind of answer with its own page."""
    question = asked()
    ahead = ahead_of(question)
    return computed(question, ahead) if ahead.page is None else private(ahead.page)


def computed(question: Asked, ahead: Ahead) -> Response:
    """Answer a question whose page has not been written.

    Parameters
    ----------
    question
        What was asked.
    ahead
        What is there of it.
    """
    try:
        fault = question.fault()
        if fault:
            return _form_page(question, fault=fault, status=422)
        when = question.when()
        try:
            given = service().ask(
                question.stage,
                ahead.put,
                when=when,
                drawn=lambda answer: ahead.ways(answer) is None,
            )
        except VersionNotFoundError:
            return _form_page(question, fault="otherday.BAD_VERSION", status=422)
        page = ahead.page_of(given) or answer_page(question, given, drawn=ahead.ways(given))
        return private(page)
    except MissingStepError as error:
        said = "otherday.NOT_ASKED" if question.time_fields() else "lookup.CLOSED"
        return closed(error, said=said)
    except ZoningError as error:
        return closed(error)


@lookup.post("/lookup/suggest")
def suggest() -> Response:
    """Return names that go on as somebody types."""
    sent = request.get_json(silent=True)
    typed = sent.get("text") if isinstance(sent, dict) else None
    stage = sent.get("stage") if isinstance(sent, dict) else None
    own = stage if isinstance(stage, str) else ""
    names = service().suggest(typed, own) if isinstance(typed, str) else ()
    response = Response(json.dumps({"names": names}), mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


@lookup.get("/lookup/blocks.json")
def blocks() -> Response:
    """Return the outlines of the blocks: a device that knows where it is finds its own."""
    outlines = service().outlines(request.args.get("stage", ""))
    if outlines is None:
        abort(404)
    return kept(Response(outlines, mimetype="application/json"), outlines.encode())


def closed(error: ZoningError, *, said: str = "lookup.CLOSED") -> Response:
    """Say that there are no look-ups now; why is for the log, and never what was asked."""
    current_app.logger.error("look-up closed: %s", error.key)
    frame = page_frame(home=True)
    texts = Texts(frame.language)
    title = texts("lookup.CLOSED_TITLE")
    page = render(
        "closed.html",
        frame,
        title=title,
        study=service().study.name,
        styles=styles(),
        said=texts(said),
        settings=service().settings,
    )
    return private(page, status=503)


def _form_page(question: Asked | None, *, fault: str, status: int) -> Response:
    frame = replace(page_frame(home=True, maps=False), lookup="")
    texts = Texts(frame.language)
    found = service()
    title = texts("lookup.TITLE")
    page = render(
        "lookup.html",
        frame,
        study=found.study.name,
        title=title,
        page_title=texts("lookup.TITLE_OF", title=title, study=found.study.name),
        styles=styles(),
        wording=Wording(texts),
        form=ask_form(texts, question, fault=fault),
        settings=found.settings,
    )
    return private(page, status=status)


@dataclass(frozen=True)
class AskForm:
    """What `_ask_form.html` shows.

    Parameters
    ----------
    action, csrf
        Where the form is sent, and its token: a page with it is `private`.
    stages, versions
        What can be chosen.
    stage, text, day, version
        What is filled in.
    fault
        What is wrong with that, in words; empty where nothing is.
    longest
        Characters of an address.
    suggest, blocks, pick
        URLs of names to choose from, of outlines of the blocks (empty where they are too many), and
        of the map to pick a place on.
    near_m
        How near to a boundary counts as on it, metres.
    scripts
        What makes it easier; it works without them.
    """

    action: str
    csrf: str
    stages: Sequence[str]
    versions: Sequence[Version]
    stage: str
    text: str
    day: str
    version: str
    fault: str
    longest: int
    suggest: str
    blocks: str
    pick: str
    near_m: float
    scripts: Sequence[assets.Asset]


def ask_form(texts: Texts, question: Asked | None = None, *, fault: str = "") -> AskForm:
    """Return the form of the look-up.

    Parameters
    ----------
    texts
        The catalogue in the language of the page.
    question
        What was asked with it; None for an empty form.
    fault
        Key of what is wrong with that.

    Raises
    ------
    ZoningError
        Nothing could be answered now.
    """
    found = service()
    # a page without the form sets no cookie for its token
    versions, blocks = found.versions(), blocks_url() if found.outlines() else ""
    return AskForm(
        action=url_for("lookup.answer", lang=texts.language),
        csrf=generate_csrf(),
        stages=[stage.value for stage in found.study.stages],
        versions=versions,
        stage=question.stage if question else found.study.stages[0].value,
        text=question.text[:LONGEST] if question else "",
        day=question.day if question else "",
        version=question.version if question else "",
        fault=texts(fault, most=LONGEST) if fault else "",
        longest=LONGEST,
        suggest=url_for("lookup.suggest"),
        blocks=blocks,
        pick=url_for("pick.page", lang=texts.language),
        near_m=found.settings.boundary_m,
        scripts=[assets.served(name) for name in _SCRIPTS],
    )


def blocks_url() -> str:
    """Return where the outlines of the blocks of a stage are, whose name is to follow.

    Other data have another URL: what a browser has kept is never taken for them.
    """
    return f"{url_for('lookup.blocks')}?v={service().mark()}&stage="
