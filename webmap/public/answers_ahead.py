"""Answers before anybody asks: their pages are written once, and only what is a reader's put in.

For each address of a list the page is the one that is made when somebody asks; so it is given only
where nothing else would be said: today's answer by text or choice, while nothing is on notice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from flask import current_app, request
from markupsafe import Markup, escape

from webmap.maps.facts import Texts
from webmap.public.answer_page import main_part, page_around, token
from webmap.public.frame import large_type, reader_language
from webmap.public.marks import Mark, is_clean, name_of, pieces, put_in
from webmap.public.question import Asked, service
from webmap.public.unlisted import as_unlisted
from webmap.security import nonce
from webmap.services.answers_file import choice_key, text_key
from zoning.errors import ZoningError
from zoning.lookup.answers import Kind, NotFound, Outside, served_of
from zoning.lookup.desk import is_listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from webmap.services.answers_ahead import AnswersAhead
    from webmap.services.answers_file import AnswersFile
    from webmap.services.on_notice import OnNotice
    from zoning.lookup.answers import About, Answer
    from zoning.lookup.desk import Desk, Judged

    # pages around answers, cut at their marks, by language, large type and stage
    _Frames = dict[tuple[str, bool, str], list[bytes]]

EXTENSION = "zoning-answers-ahead"
_FRAMES, _NO_PLACE = "zoning-answer-frames", "zoning-answers-of-no-place"
# languages, stages and versions are few
_MOST_MAINS = 64
_TOKEN, _TEXT, _CHOICE, _NONCE, _MAIN = map(name_of, Mark)
# as `webmap/templates/answers/_ways.html` has them
WAY_CARD, CARD_ENDS = '<section class="card way-card"', "</section>\n"


@dataclass(frozen=True)
class Ahead:
    """What is there before a question is answered.

    Parameters
    ----------
    page
        The page that was written for it, in UTF-8; None where it has to be made now.
    put
        Puts the question to a desk; that which has read it already does not read it again.
    ways
        Returns the drawn ways of an answer as they were written with another; None where they have
        to be drawn.
    page_of
        Returns the page of an answer that tells of no place; None for any other answer.
    """

    page: bytes | None
    put: Callable[[Desk, About], Answer]
    ways: Callable[[Answer], Markup | None]
    page_of: Callable[[Answer], bytes | None]


def ahead_of(question: Asked) -> Ahead:
    """Return what is there before a question is answered.

    Parameters
    ----------
    question
        What was asked.
    """
    asks_anew = nothing_ahead(question)
    ahead: AnswersAhead | None = current_app.extensions.get(EXTENSION)
    if ahead is None or request.script_root or not _is_for_today(question):
        return asks_anew
    on_notice: OnNotice = current_app.extensions["zoning-on-notice"]
    try:
        plan, coming = service().pair(question.stage)
        if plan is None or on_notice.running(question.stage):
            return asks_anew
        answers, language = ahead.of(plan, coming), reader_language()
        if answers is None:
            return asks_anew
        main, put = _by_key(question, answers, language), question.put()
        if main is None and coming is None and not question.choice:
            desk = service().desks(plan, None).desk
            judged = desk.judged(desk.places.find(question.text))
            main, put = _by_meaning(judged, desk, answers, language), _told(question, judged, desk)
    except ZoningError as error:
        # whatever is the matter is found again by who answers now
        current_app.logger.error("answers written ahead: %s", error.key)  # noqa: TRY400
        return asks_anew
    page = None if main is None else _page(question, main, language)
    ways = partial(_ways, answers, language, plan.version.version_id)
    return Ahead(page, put, ways, partial(_of_no_place, question, language))


def nothing_ahead(question: Asked) -> Ahead:
    """Return what is there where nothing has been written: the question alone."""
    return Ahead(None, question.put(), lambda _: None, lambda _: None)


def _is_for_today(question: Asked) -> bool:
    return not (question.fault() or question.blocks or question.day or question.version)


def _by_key(question: Asked, answers: AnswersFile, language: str) -> bytes | None:
    """Return what was written for the very text or choice."""
    key = choice_key(question.choice) if question.choice else text_key(question.text)
    return None if key is None else answers.page(key, language)


def _by_meaning(judged: Judged, desk: Desk, answers: AnswersFile, language: str) -> bytes | None:
    """Return what was written for the one address of the list that a text was found to mean.

    If the list has the text it is answered as if that address had been chosen. Else the address
    stands for it, and the page says so.
    """
    if len(judged.found.rows) == 1 and is_listed(judged.found):
        address = desk.places.columns["address_id"][judged.found.rows[0]]
        return answers.page(choice_key(str(address)), language)
    place = desk.stands_for(judged)
    main = None if place is None else answers.page(choice_key(place.address_id), language)
    if place is None or main is None:
        return None
    told = as_unlisted(main.decode(), place, texts=Texts(language))
    return None if told is None else told.encode()


def _told(question: Asked, judged: Judged, asked: Desk) -> Callable[[Desk, About], Answer]:
    """Return what puts a question to a desk that knows by now what its text means.

    Another desk, such as that of a version that has come into force since, has to read it.
    """
    anew = question.put()
    return lambda desk, about: desk.answered(judged, about) if desk is asked else anew(desk, about)


def _ways(answers: AnswersFile, language: str, version_id: str, given: Answer) -> Markup | None:
    """Return the ways of the answer that was written for the same address under the same version.

    They lead from the address to the schools of its zone, whatever a text was like.
    """
    served, version = served_of(given), given.about.version
    if served is None or len(served.homes) != 1:
        return None
    if version is None or version.version_id != version_id:
        return None
    try:
        main = answers.page(choice_key(served.homes[0]), language)
    except ZoningError as error:
        current_app.logger.error("answers written ahead: %s", error.key)  # noqa: TRY400
        return None
    return None if main is None else Markup(ways_in(main.decode()))  # noqa: S704  # our own page


def ways_in(main: str) -> str:
    """Return the cards of ways in the main part of a page; nothing where it has none.

    Parameters
    ----------
    main
        As `webmap/templates/answers/_main.html` makes it.
    """
    begins = main.find(WAY_CARD)
    if begins < 0:
        return ""
    return main[begins : main.index(CARD_ENDS, main.rindex(WAY_CARD)) + len(CARD_ENDS)]


def _of_no_place(question: Asked, language: str, given: Answer) -> bytes | None:
    """Return the page of an answer that tells of no place: it says the same to everybody.

    Nothing is kept that depends on what a reader wrote: not the county in which a place is said to
    lie, nor what the next version has for the same words, of which the page says nothing.
    """
    if not isinstance(given, NotFound) and given != Outside(given.about):
        return None
    mains: dict[tuple[str, Answer], bytes] = current_app.extensions.setdefault(_NO_PLACE, {})
    coming = given.about.coming
    nothing = None if coming is None else replace(coming, kind=Kind.NOT_FOUND, schools=())
    told = replace(given, about=replace(given.about, coming=nothing))
    key = (language, told)
    if key not in mains:
        main = main_part(marked(question.stage), told, Mark.TOKEN)
        if not is_clean(main):
            return None
        if len(mains) >= _MOST_MAINS:
            mains.clear()
        mains[key] = main.encode()
    return _page(question, mains[key], language)


def _page(question: Asked, main: bytes, language: str) -> bytes:
    """Put what is a reader's into the page around an answer, and into the answer."""
    frames: dict[tuple[str, bool, str], list[bytes]] = current_app.extensions.setdefault(
        _FRAMES, {}
    )
    # languages, sizes and stages are few
    key = (language, large_type(), question.stage)
    if key not in frames:
        around = page_around(marked(question.stage), Mark.TOKEN, Markup(Mark.MAIN))  # noqa: S704
        frames[key] = pieces(around.replace(nonce(), Mark.NONCE).encode())
    values = {
        _TOKEN: escape(token()).encode(),
        _TEXT: escape(question.text).encode(),
        _CHOICE: escape(question.choice).encode(),
        _NONCE: nonce().encode(),
    }
    values[_MAIN] = put_in(pieces(main), values)
    return put_in(frames[key], values)


def marked(stage: str) -> Asked:
    """Return a question with marks in place of what a reader sends."""
    return Asked(stage, Mark.TEXT, Mark.CHOICE, ())
