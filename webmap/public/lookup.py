"""The look-up: a form, and an answer of a page of its own. Nothing of it is stored anywhere."""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, current_app, g, request, url_for
from flask_wtf.csrf import generate_csrf

from webmap import assets
from webmap.errors import VersionNotFoundError
from webmap.maps.facts import Texts
from webmap.maps.page import render
from webmap.maps.parts import SCHOOL_SIGN
from webmap.public.frame import kept, page_frame, page_link, reader_language, remember_size
from webmap.public.proposed import proposed
from webmap.public.ways import ways_shown
from webmap.public.wording import Wording
from webmap.services.lookup import Lookup, When
from zoning.errors import MissingStepError, ZoningError
from zoning.lookup.answers import served_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from zoning.lookup.answers import About, Answer
    from zoning.lookup.desk import Desk

LONGEST = 120
BLOCKS_AT_MOST = 8
_NOT_WRITTEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_ID = re.compile(r"[^\s,;<>\"']{1,80}")

_SCRIPTS = (assets.BLOCKS_JS, assets.COMBOBOX_JS, assets.LOOKUP_JS)

lookup = Blueprint("lookup", __name__)


@dataclass(frozen=True)
class Asked:
    """What a reader has sent.

    Parameters
    ----------
    stage
        Value of `zoning.settings.Stage`; one of the study's.
    text
        What was written, without what cannot be seen.
    choice
        Address that was chosen; empty where none was.
    blocks
        Blocks around the reader; none where no position was used.
    day, version
        For which day, or of which version; both empty for today's answer.
    """

    stage: str
    text: str
    choice: str
    blocks: tuple[str, ...]
    day: str = ""
    version: str = ""

    def fields(self) -> tuple[tuple[str, str], ...]:
        """Return what has to be sent again to ask the same."""
        return (
            ("stage", self.stage),
            ("address", self.text),
            ("choice", self.choice),
            ("blocks", ",".join(self.blocks)),
            *self.time_fields(),
        )

    def time_fields(self) -> tuple[tuple[str, str], ...]:
        """Return what of it says for when it is asked; nothing for today."""
        said = (("day", self.day), ("version", self.version))
        return tuple((name, value) for name, value in said if value)

    def when(self) -> When | None:
        """Return for when it is asked; None for today.

        Raises
        ------
        ValueError
            The day is none.
        """
        if self.version:
            return When(version_id=self.version)
        return When(day=datetime.date.fromisoformat(self.day)) if self.day else None

    def fault(self) -> str:
        """Return the key of what keeps it from being asked; empty where nothing does."""
        if not (self.text or self.choice or self.blocks):
            return "lookup.EMPTY"
        if len(self.text) > LONGEST:
            return "lookup.TOO_LONG"
        if self.day and self.version:
            return "otherday.BOTH"
        try:
            when = self.when()
        except ValueError:
            return "otherday.BAD_DAY"
        # blocks are those of today's data; another version may have others of the same name
        return "otherday.NO_POSITION" if when is not None and self.blocks else ""

    def put(self) -> Callable[[Desk, About], Answer]:
        """Return what puts the question to a desk."""
        if self.choice:
            return lambda desk, about: desk.choose(self.choice, about)
        if self.blocks:
            return lambda desk, about: desk.at_blocks(self.blocks, about)
        return lambda desk, about: desk.ask(self.text, about)


def service() -> Lookup:
    """Return the look-ups of this application."""
    found = current_app.extensions["zoning-lookup"]
    assert isinstance(found, Lookup)
    return found


def written(sent: str) -> str:
    """Return a text without what cannot be seen."""
    return _NOT_WRITTEN.sub(" ", sent).strip()


def asked() -> Asked:
    """Read the form of this request; whatever is not understood is left out."""
    stages = [stage.value for stage in service().study.stages]
    stage = request.form.get("stage", "")
    text = written(request.form.get("address", ""))
    choice = request.form.get("choice", "")
    blocks = request.form.get("blocks", "").split(",")[:BLOCKS_AT_MOST]
    return Asked(
        stage=stage if stage in stages else stages[0],
        text=text[: LONGEST + 1],
        choice=choice if _ID.fullmatch(choice) else "",
        blocks=tuple(block for block in blocks if _ID.fullmatch(block)),
        day=request.form.get("day", "").strip()[:LONGEST],
        version=request.form.get("version", "").strip()[:LONGEST],
    )


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
    try:
        fault = question.fault()
        if fault:
            return _form_page(question, fault=fault, status=422)
        when = question.when()
        try:
            given = service().ask(question.stage, question.put(), when=when, drawn=True)
        except VersionNotFoundError:
            return _form_page(question, fault="otherday.BAD_VERSION", status=422)
        return _answer_page(question, given)
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
        stages=[stage.value for stage in found.study.stages],
        stage=question.stage if question else found.study.stages[0].value,
        text=question.text[:LONGEST] if question else "",
        longest=LONGEST,
        fault=texts(fault, most=LONGEST) if fault else "",
        csrf=generate_csrf(),
        action=url_for("lookup.answer", lang=frame.language),
        settings=found.settings,
        suggest=url_for("lookup.suggest"),
        blocks=blocks_url() if found.outlines() else "",
        pick=url_for("pick.page", lang=frame.language),
        versions=found.versions(),
        day=question.day if question else "",
        version=question.version if question else "",
        scripts=[assets.served(name) for name in _SCRIPTS],
    )
    return private(page, status=status)


def _token() -> str:
    """Return a token for the forms of an answer: that of the form which asked is as good as new."""
    sent = request.form.get("csrf_token", "")
    return sent if sent and g.get("csrf_valid") else generate_csrf()


def _answer_page(question: Asked, given: Answer) -> Response:
    csrf = _token()
    frame = page_frame(home=True, repost=(("csrf_token", csrf), *question.fields()), maps=False)
    wording = Wording(Texts(frame.language))
    version = given.about.version
    page = render(
        "answer.html",
        frame,
        study=service().study.name,
        title=wording.texts("lookup.TITLE_ANSWER"),
        styles=styles(),
        wording=wording,
        ways=ways_shown(
            given,
            wording=wording,
            found=service(),
            grounds=current_app.extensions["zoning-grounds"],
        ),
        sign=SCHOOL_SIGN,
        answer=given,
        about=given.about,
        served=served_of(given),
        asked=question,
        csrf=csrf,
        action=page_link("lookup.answer", frame.language),
        slip_action=page_link("slips.slip", frame.language),
        map_url=url_for("public.plan_map", plan_id=version.plan_id, lang=frame.language)
        if version
        else "",
        settings=service().settings,
        school_pages=school_pages(given, language=frame.language),
        proposed=proposed(given, question.put(), found=service(), wording=wording),
    )
    return private(page)


def school_pages(given: Answer, *, language: str) -> list[tuple[str, str]]:
    """Return name and page of each school of an answer, under the version that was asked."""
    served, version = served_of(given), given.about.version
    if served is None or version is None:
        return []
    edition = version.version_id or version.plan_id
    return [
        (
            school.name,
            url_for(
                "schools.by_edition",
                edition_id=edition,
                school_id=school.school_id,
                lang=language,
            ),
        )
        for school in served.schools
    ]


def blocks_url() -> str:
    """Return where the outlines of the blocks of a stage are, whose name is to follow.

    Other data have another URL: what a browser has kept is never taken for them.
    """
    return f"{url_for('lookup.blocks')}?v={service().mark()}&stage="


def styles() -> list[assets.Asset]:
    """Return the style sheets of these pages."""
    return [assets.served(name) for name in (assets.PAGE_CSS, assets.LOOKUP_CSS)]


def private(document: str, *, status: int = 200) -> Response:
    """Return a page that nobody keeps: no cache, no history of what was asked."""
    response = Response(document, status=status, mimetype="text/html")
    response.headers["Content-Language"] = reader_language()
    response.headers["Cache-Control"] = "no-store"
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(self), microphone=()"
    return remember_size(response)
