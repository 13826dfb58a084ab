"""Answers before anybody asks: their pages are written once, and only what is a reader's put in.

For each address of a list the page is the one that is made when somebody asks; so it is given only
where nothing else would be said: today's answer by text or choice, while nothing is on notice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, request
from markupsafe import Markup, escape

from webmap.public.answer_page import page_around, token
from webmap.public.frame import large_type, reader_language
from webmap.public.marks import Mark, name_of, pieces, put_in
from webmap.public.question import Asked, service
from webmap.security import nonce
from webmap.services.answers_file import choice_key, text_key
from zoning.errors import ZoningError

if TYPE_CHECKING:
    from webmap.services.answers_ahead import AnswersAhead
    from webmap.services.on_notice import OnNotice

EXTENSION = "zoning-answers-ahead"
_FRAMES = "zoning-answer-frames"


def ahead_page(question: Asked) -> str | None:
    """Return the page that was written for a question; None where it has to be answered now.

    Parameters
    ----------
    question
        What was asked.
    """
    ahead: AnswersAhead | None = current_app.extensions.get(EXTENSION)
    key = _key(question)
    if ahead is None or key is None or request.script_root:
        return None
    on_notice: OnNotice = current_app.extensions["zoning-on-notice"]
    try:
        plan, coming = service().pair(question.stage)
        if plan is None or on_notice.running(question.stage):
            return None
        answers, language = ahead.of(plan, coming), reader_language()
        main = None if answers is None else answers.page(key, language)
    except ZoningError as error:
        # whatever is the matter is found again by who answers now
        current_app.logger.error("answers written ahead: %s", error.key)  # noqa: TRY400
        return None
    return None if main is None else _page(question, main, language)


def _key(question: Asked) -> bytes | None:
    if question.fault() or question.blocks or question.day or question.version:
        return None
    return choice_key(question.choice) if question.choice else text_key(question.text)


def _page(question: Asked, main: str, language: str) -> str:
    """Put what is a reader's into the page around an answer, and into the answer."""
    frames: dict[tuple[str, bool, str], list[str]] = current_app.extensions.setdefault(_FRAMES, {})
    # languages, sizes and stages are few
    key = (language, large_type(), question.stage)
    if key not in frames:
        around = page_around(marked(question.stage), Mark.TOKEN, Markup(Mark.MAIN))  # noqa: S704
        frames[key] = pieces(around.replace(nonce(), Mark.NONCE))
    values = {
        name_of(Mark.TOKEN): str(escape(token())),
        name_of(Mark.TEXT): str(escape(question.text)),
        name_of(Mark.CHOICE): str(escape(question.choice)),
        name_of(Mark.NONCE): nonce(),
    }
    values[name_of(Mark.MAIN)] = put_in(pieces(main), values)
    return put_in(frames[key], values)


def marked(stage: str) -> Asked:
    """Return a question with marks in place of what a reader sends."""
    return Asked(stage, Mark.TEXT, Mark.CHOICE, ())
