"""The page of an answer: its content, and what is around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, g, request, url_for
from flask_wtf.csrf import generate_csrf

from webmap.maps.facts import Texts
from webmap.maps.page import render
from webmap.maps.parts import SCHOOL_SIGN
from webmap.public.frame import page_frame, page_link, styles
from webmap.public.proposed import proposed
from webmap.public.question import service
from webmap.public.ways import ways_shown
from webmap.public.wording import Wording
from zoning.lookup.answers import served_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from webmap.maps.page import Frame
    from webmap.public.proposed import ProposedWords
    from webmap.public.question import Asked
    from zoning.lookup.answers import Answer

_PAGE, _MAIN = "answer.html", "answers/_main.html"


def token() -> str:
    """Return a token for the forms of an answer: that of the form which asked is as good as new."""
    sent = request.form.get("csrf_token", "")
    return sent if sent and g.get("csrf_valid") else generate_csrf()


def answer_page(question: Asked, given: Answer, *, drawn: Markup | None = None) -> str:
    """Return the page of an answer.

    Parameters
    ----------
    question
        What was asked.
    given
        The answer, with its ways.
    drawn
        The ways as they stand in the page, where they have been drawn before; None where they have
        not.
    """
    csrf = token()
    frame = _frame(question, csrf)
    wording = Wording(Texts(frame.language))
    told = proposed(given, question.put(), found=service(), wording=wording)
    return render(
        _PAGE,
        frame,
        written=None,
        drawn=drawn,
        **_around(wording),
        **_content(question, given, csrf=csrf, wording=wording, told=told),
    )


def page_around(question: Asked, csrf: str, main: Markup) -> str:
    """Return the page of an answer whose main part is there.

    Parameters
    ----------
    question
        What was asked.
    csrf
        Token of its forms.
    main
        The main part.
    """
    frame = _frame(question, csrf)
    return render(_PAGE, frame, written=main, **_around(Wording(Texts(frame.language))))


def main_part(question: Asked, given: Answer, csrf: str) -> str:
    """Return the main part of the page of an answer, while nothing is on notice for it.

    Parameters
    ----------
    question
        What was asked.
    given
        The answer, with its ways.
    csrf
        Token of its forms.
    """
    frame = _frame(question, csrf)
    wording = Wording(Texts(frame.language))
    content = _content(question, given, csrf=csrf, wording=wording, told=())
    return render(_MAIN, frame, drawn=None, **content)


def _frame(question: Asked, csrf: str) -> Frame:
    return page_frame(home=True, repost=(("csrf_token", csrf), *question.fields()), maps=False)


def _around(wording: Wording) -> dict[str, object]:
    return {
        "study": service().study.name,
        "title": wording.texts("lookup.TITLE_ANSWER"),
        "styles": styles(),
    }


def _content(
    question: Asked,
    given: Answer,
    *,
    csrf: str,
    wording: Wording,
    told: Sequence[ProposedWords],
) -> dict[str, object]:
    """Return what the templates of the main part read."""
    language, version, found = wording.texts.language, given.about.version, service()
    grounds = current_app.extensions["zoning-grounds"]
    plan = version.plan_id if version else ""
    return {
        "wording": wording,
        "ways": ways_shown(given, wording=wording, found=found, grounds=grounds),
        "sign": SCHOOL_SIGN,
        "answer": given,
        "about": given.about,
        "served": served_of(given),
        "asked": question,
        "csrf": csrf,
        "action": page_link("lookup.answer", language),
        "slip_action": page_link("slips.slip", language),
        "map_url": url_for("public.plan_map", plan_id=plan, lang=language) if plan else "",
        "settings": found.settings,
        "school_pages": school_pages(given, language=language),
        "proposed": told,
    }


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
