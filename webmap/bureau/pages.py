"""What all pages of the bureau have: the office, words, tabs of a case, the frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, url_for
from flask_wtf.csrf import generate_csrf

from webmap import assets
from webmap.login import who
from webmap.maps.facts import Texts
from webmap.maps.page import render
from webmap.public.frame import page_frame, private, styles
from webmap.services.office import Office
from zoning.notice import Role

if TYPE_CHECKING:
    from flask import Response


def office() -> Office:
    """Return what the pages work with."""
    found = current_app.extensions["zoning-office"]
    assert isinstance(found, Office)
    return found


def case_links(case_id: str) -> tuple[tuple[str, str], ...]:
    """Return the pages of a case, with their names."""
    texts = texts_of_page()
    pages = [("bureau.case", "CASE"), ("bureau.replies", "REPLIES"), ("bureau.numbers", "NUMBERS"),
             ("gathering.page", "GATHERED"), ("papers.every", "PAPERS")]  # fmt: skip
    if Role.MODERATOR in who().roles:
        pages.insert(1, ("bureau.inbox", "INBOX"))
    return tuple(
        (texts(f"bureau.{key}"), url_for(name, case_id=case_id, lang=texts.language))
        for name, key in pages
    )


def texts_of_page() -> Texts:
    """Return the words of the page that was asked for."""
    return Texts(page_frame(home=True).language)


def page(template: str, title: str, *, status: int = 200, **content: object) -> Response:
    """Return a page of the bureau."""
    frame = page_frame(home=True)
    document = render(
        f"bureau/{template}",
        frame,
        title=title,
        styles=[*styles(), assets.served(assets.BUREAU_CSS)],
        csrf=generate_csrf(),
        account=who(),
        cases_url=url_for("bureau.cases", lang=frame.language),
        leave=url_for("login.leave"),
        **content,
    )
    return private(document, status=status)
