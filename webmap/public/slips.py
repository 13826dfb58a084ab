"""The slip of an answer, and the page on which anyone can verify one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import segno
from flask import Blueprint, Response, current_app, request, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from webmap import assets
from webmap.maps.facts import Texts
from webmap.maps.page import render
from webmap.public.frame import page_frame, private, styles
from webmap.public.lookup import closed
from webmap.public.question import LONGEST, asked, service, written
from webmap.public.wording import Wording
from webmap.services.slips import Slip, Slips
from zoning.errors import ZoningError
from zoning.lookup.answers import served_of

if TYPE_CHECKING:
    from webmap.public.question import Asked
    from zoning.lookup.answers import Answer

# what is read out of a pasted address or a code as it was printed
_CODE = re.compile(r"(?:^|[?&]s=)\s*([A-Za-z0-9_.-]{20,2000})\s*$")

slips = Blueprint("slips", __name__)


def _slips() -> Slips:
    found = current_app.extensions["zoning-slips"]
    assert isinstance(found, Slips)
    return found


@slips.post("/slip")
def slip() -> Response:
    """Ask again, and put the answer on a slip; nothing of it is stored."""
    question = asked()
    if question.fault() or question.when() is not None:
        # a slip says what holds on its day
        return _no_slip()
    try:
        given = service().ask(question.stage, question.put())
    except ZoningError as error:
        return closed(error)
    made = _slips().issue(given, day=service().today())
    if made is None:
        return _no_slip()
    return _slip_page(question, given, made)


def _slip_page(question: Asked, given: Answer, made: Slip) -> Response:
    repost = (("csrf_token", generate_csrf()), *question.fields())
    frame = page_frame(home=False, repost=repost)
    texts = Texts(frame.language)
    served = served_of(given)
    assert served is not None
    assert served.place is not None
    code = _slips().sign(made)
    page = render(
        "slip.html",
        frame,
        title=texts("lookup.SLIP_TITLE"),
        study=service().study.name,
        styles=styles(),
        wording=Wording(texts),
        slip=made,
        place=served.place,
        said=Wording(texts).said(given),
        code=code,
        picture=_picture(f"{_site()}{url_for('slips.verify')}?{urlencode({'s': code})}"),
        verify=f"{_site()}{url_for('slips.verify')}",
        settings=service().settings,
        script=assets.served(assets.SLIP_JS),
    )
    return private(page)


def _site() -> str:
    return service().settings.site or request.host_url.rstrip("/")


def _picture(url: str) -> Markup:
    """Return a code that a telephone reads, as part of the page: no file, no request."""
    drawn = segno.make(url, error="m", micro=False)
    # without a size of its own it has a viewBox, so that a narrow page scales it and cuts nothing
    return Markup(drawn.svg_inline(border=4, omitsize=True))  # noqa: S704  # lines and numbers only


def _no_slip() -> Response:
    frame = page_frame(home=True)
    texts = Texts(frame.language)
    page = render(
        "closed.html",
        frame,
        title=texts("lookup.SLIP_TITLE"),
        study=service().study.name,
        styles=styles(),
        said=texts("lookup.SLIP_NONE"),
        settings=service().settings,
    )
    return private(page, status=422)


@slips.get("/slip/verify")
def verify() -> Response:
    """Say what a slip says and whether it was issued here."""
    return _verified(request.args.get("s", ""))


@slips.post("/slip/verify")
def compare() -> Response:
    """Say the same, and whether it is for an address that is given, which is looked up."""
    address = written(request.form.get("address", ""))[:LONGEST].strip()
    return _verified(request.form.get("code", ""), address)


def _verified(sent: str, address: str = "") -> Response:
    letters = _CODE.search("".join(sent.split()))
    found = _slips().verify(letters[1]) if letters else None
    frame = page_frame(home=False)
    if found is not None and letters is not None:
        fields = (("csrf_token", generate_csrf()), ("code", letters[1]), ("address", address))
        frame = replace(frame, repost=fields)
    texts = Texts(frame.language)
    current = found is not None and _is_current(found)
    page = render(
        "verify.html",
        frame,
        title=texts("lookup.VERIFY_TITLE"),
        study=service().study.name,
        styles=styles(),
        wording=Wording(texts),
        asked=bool(sent),
        slip=found,
        code=letters[1] if letters else "",
        current=current,
        fits=_is_for(found, address, current=current) if found is not None and address else None,
        longest=LONGEST,
        csrf=generate_csrf(),
        action=url_for("slips.compare", lang=frame.language),
        settings=service().settings,
    )
    return private(page)


def _is_for(found: Slip, address: str, *, current: bool) -> bool:
    """Tell whether a slip is for an address, as it is written on it or as a look-up reads it.

    The look-up of today knows the plan and the names of today: to a slip of another version they
    say nothing.
    """
    if _slips().is_for(found, address):
        return True
    if not current:
        return False
    try:
        given = service().ask(found.stage, lambda desk, about: desk.ask(address, about))
    except ZoningError:
        # where nothing can be looked up, what is printed still fits
        return False
    served = served_of(given)
    if served is None or not served.listed or served.place is None:
        return False
    return _slips().is_for(found, served.place.text)


def _is_current(found: Slip) -> bool:
    """Tell whether the plan of a slip is the one that look-ups ask today."""
    if found.stage not in {stage.value for stage in service().study.stages}:
        return False
    version = service().about(found.stage).version
    return version is not None and (version.version_id, version.plan_id) == (
        found.version_id,
        found.plan_id,
    )
