"""The bureau's pages of questionnaires, meetings, and of what was said about which place."""

from __future__ import annotations

import datetime
import secrets
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_wtf.csrf import generate_csrf

from webmap import assets
from webmap.bureau.gatherings import next_name
from webmap.bureau.pages import case_links, office, texts_of_page
from webmap.bureau.pages import page as bureau_page
from webmap.bureau.steps import offered
from webmap.errors import StepRefusedError
from webmap.login import who
from webmap.maps.page import map_page
from webmap.public.case_words import CaseWords
from webmap.public.frame import page_frame, private, styles
from webmap.public.gathered import Gathering, form_draft
from webmap.public.lookup import closed
from webmap.public.numbers import whole_number
from webmap.public.question import service
from webmap.services.study_ground import load_ground
from zoning.errors import ZoningError
from zoning.notice import Role, acts
from zoning.notice.opinions import counted
from zoning.notice.participation import Question, QuestionKind, Questionnaire
from zoning.notice.sealing import LONGEST_WORDS
from zoning.notice.table import CONSULTING

if TYPE_CHECKING:
    from werkzeug.wrappers import Response as Answer

    from webmap.maps.places_map import PlaceCount
    from zoning.notice import Case
    from zoning.notice.book import Opinion
    from zoning.notice.participation import Asked

# a form begins with so many questions; each "more" adds as many
ROWS = 3
MOST_ROWS = 200
STEPS = (
    "AnnounceMeeting",
    "SignUp",
    "DrawPlaces",
    "HoldMeeting",
    "CancelMeeting",
    "CloseQuestions",
    "EraseEntry",
)
# who may see the names of those who signed up: to invite them, and to let them in
INVITING = frozenset({Role.MODERATOR, Role.PUBLISHER})
PAPER = frozenset({Role.MODERATOR, Role.DRAFTER})

gathering = Blueprint("gathering", __name__, url_prefix="/bureau")


@dataclass(frozen=True)
class Row:
    """A question as it stands in the form: options are lines."""

    text: str = ""
    kind: str = QuestionKind.ONE.value
    options: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was written into it."""
        return not (self.text.strip() or self.options.strip())


@gathering.get("/cases/<case_id>/participation")
def page(case_id: str) -> Response:
    """Show questionnaires with their answers, and meetings with those who signed up."""
    found, texts = office().cases.load(case_id), texts_of_page()
    kept, roles, words = office().participation, who().roles, CaseWords(texts)
    steps = [
        (words.act(act), url_for("bureau.step", case_id=case_id, act=act, lang=texts.language))
        for act in offered(found, who())
        if act in STEPS
    ]
    if Role.PUBLISHER in roles and found.state in CONSULTING:
        new = url_for("gathering.new_questions", case_id=case_id, lang=texts.language)
        steps.insert(0, (words.act("AskQuestions"), new))
    names = [item.questionnaire.name for item in found.questionnaires]
    papers = {
        name: url_for("gathering.paper_form", case_id=case_id, name=name, lang=texts.language)
        for name in names
        if roles & PAPER
    }
    said = {name: kept.words(case_id, name) for name in names if Role.MODERATOR in roles}
    meetings = [item.meeting.name for item in found.meetings]
    people = {name: kept.people(case_id, name) for name in meetings} if roles & INVITING else None
    return bureau_page(
        "gathering.html",
        texts("consulting.TITLE"),
        case=found,
        words=words,
        links=case_links(case_id),
        steps=steps,
        papers=papers,
        words_of=said,
        people=people,
        gathered=Gathering(office(), texts.language).of(found),
    )


@gathering.get("/cases/<case_id>/questionnaires/new")
def new_questions(case_id: str) -> Response:
    """Show the form of a questionnaire."""
    return _questions(case_id, rows=(Row(),) * ROWS, refused=())


@gathering.post("/cases/<case_id>/questionnaires/new")
def ask(case_id: str) -> Response | Answer:
    """Publish a questionnaire, or show more rows for questions."""
    rows, texts = _rows(), texts_of_page()
    if request.form.get("more"):
        return _questions(case_id, rows=(*rows, *(Row(),) * ROWS)[:MOST_ROWS], refused=())
    found = office().cases.load(case_id)
    try:
        until = datetime.date.fromisoformat(request.form.get("until", ""))
    except ValueError:
        wrong = texts("bureau.FAULT_DAY", field=CaseWords(texts).field("until"))
        return _questions(case_id, rows=rows, refused=(wrong,))
    questionnaire = Questionnaire(
        name=next_name(found),
        title=request.form.get("title", "").strip(),
        until=until,
        questions=tuple(_question(row) for row in rows if not row.empty),
    )
    try:
        office().do(case_id, acts.AskQuestions(questionnaire), actor=who().actor)
    except StepRefusedError as error:
        reasons = tuple(item.say(texts.language) for item in error.refusals)
        return _questions(case_id, rows=rows, refused=reasons)
    return redirect(url_for("gathering.page", case_id=case_id, lang=texts.language))


@gathering.get("/cases/<case_id>/participation/<name>/paper")
def paper_form(case_id: str, name: str) -> Response:
    """Show a questionnaire that came on paper or by telephone, to be entered."""
    return _paper(case_id, name, refused=())


@gathering.post("/cases/<case_id>/participation/<name>/paper")
def fill_in(case_id: str, name: str) -> Response | Answer:
    """Enter a questionnaire that came on paper: each is a participant of its own."""
    _, asked = _asked(case_id, name)
    draft = form_draft(asked, request.form, device=secrets.token_hex(16))
    try:
        office().participation.fill_in(case_id, draft, actor=who().actor, now=office().now())
    except StepRefusedError as error:
        reasons = tuple(item.say(texts_of_page().language) for item in error.refusals)
        return _paper(case_id, name, refused=reasons)
    return redirect(url_for("gathering.page", case_id=case_id, lang=texts_of_page().language))


@gathering.get("/cases/<case_id>/places")
def places_map(case_id: str) -> Response:
    """Show on a map how many have said something about which place."""
    from webmap.maps.places_map import build_places_map

    found, texts = office().cases.load(case_id), texts_of_page()
    try:
        places = _places(found)
        _, root = service().ground()
        shown = build_places_map(
            load_ground(root), places, service().study.name, language=texts.language
        )
    except ZoningError as error:
        return closed(error)
    # which place is looked at is the bureau's: no tiles are asked for
    frame = replace(page_frame(home=True), ground=None)
    sheets = [sheet.url.removeprefix("/assets/") for sheet in styles()]
    document = map_page(
        "bureau/places.html",
        frame,
        shown.parts,
        asset=assets.served,
        scripts=(assets.PLACES_JS,),
        sheets=(*sheets, assets.BUREAU_CSS),
        data=shown.data,
        title=texts("gathering.PLACES_MAP"),
        case=found,
        links=case_links(case_id),
        places=places,
        attribution=shown.attribution,
        csrf=generate_csrf(),
        account=who(),
        cases_url=url_for("bureau.cases", lang=texts.language),
        leave=url_for("login.leave"),
    )
    return private(document)


def _places(case: Case) -> list[PlaceCount]:
    """Count opinions by place, most participants first."""
    from webmap.maps.places_map import PlaceCount

    of_place: dict[str, list[Opinion]] = defaultdict(list)
    for opinion in case.opinions:
        of_place[opinion.place].append(opinion)
    groups = [group.members for group in case.groups]
    where = service().middles(of_place.keys())
    counts = {name: counted(some, groups) for name, some in of_place.items()}
    return sorted(
        (
            PlaceCount(name, count.raw, count.distinct, count.participants, where.get(name))
            for name, count in counts.items()
        ),
        key=lambda place: (-place.participants, place.name),
    )


def _rows() -> tuple[Row, ...]:
    count = min(whole_number(request.form.get("rows", "")) or 0, MOST_ROWS)
    return tuple(
        Row(
            request.form.get(f"text{number}", ""),
            request.form.get(f"kind{number}", ""),
            request.form.get(f"options{number}", ""),
        )
        for number in range(1, count + 1)
    )


def _question(row: Row) -> Question:
    kind = QuestionKind(row.kind) if row.kind in set(QuestionKind) else QuestionKind.ONE
    options = tuple(line.strip() for line in row.options.splitlines() if line.strip())
    return Question(row.text.strip(), kind, options)


def _asked(case_id: str, name: str) -> tuple[Case, Asked]:
    case = office().cases.load(case_id)
    found = case.asked(name)
    if found is None:
        abort(404)
    return case, found


def _questions(case_id: str, *, rows: tuple[Row, ...], refused: tuple[str, ...]) -> Response:
    found, texts = office().cases.load(case_id), texts_of_page()
    return bureau_page(
        "questions.html",
        CaseWords(texts).act("AskQuestions"),
        status=422 if refused else 200,
        case=found,
        words=CaseWords(texts),
        links=case_links(case_id),
        rows=rows,
        kinds=[str(kind) for kind in QuestionKind],
        sent=request.form,
        refused=refused,
        action=url_for("gathering.ask", case_id=case_id, lang=texts.language),
    )


def _paper(case_id: str, name: str, *, refused: tuple[str, ...]) -> Response:
    case, asked = _asked(case_id, name)
    texts = texts_of_page()
    return bureau_page(
        "paper_form.html",
        texts("gathering.PAPER_FORM"),
        status=422 if refused else 200,
        case=case,
        one=Gathering(office(), texts.language).asked(case, asked),
        links=case_links(case_id),
        sent=request.form,
        longest=LONGEST_WORDS,
        refused=refused,
        action=url_for("gathering.fill_in", case_id=case_id, name=name, lang=texts.language),
    )
