"""Public pages of questionnaires and meetings: filled in and signed up for without an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, request, url_for
from flask_wtf.csrf import generate_csrf

from webmap import assets
from webmap.errors import StepRefusedError
from webmap.limits.admission import admission
from webmap.maps.facts import Texts
from webmap.maps.page import render
from webmap.notices.told import with_head
from webmap.notices.views import PUBLIC, admits, office, this_device, was_used
from webmap.public.case_words import CaseWords
from webmap.public.frame import page_frame, private, styles
from webmap.public.gathered import Gathering, form_draft
from webmap.services.attachments import read_attachment
from zoning.notice.opinions import LONGEST_CONTACT
from zoning.notice.places_draw import list_digest, order_of
from zoning.notice.sealing import LONGEST_WORDS, SignUpDraft

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from zoning.notice import Case
    from zoning.notice.participation import Announced, Asked

consulting = Blueprint("consulting", __name__, url_prefix="/notices")


@consulting.get("/<case_id>/questionnaires/<name>")
def questionnaire(case_id: str, name: str) -> Response:
    """Show a questionnaire: to be filled in, or with what came of it."""
    case, asked = _asked(case_id, name)
    return _questions(case, asked, reasons=())


@consulting.post("/<case_id>/questionnaires/<name>")
def fill_in(case_id: str, name: str) -> Response:
    """Take a questionnaire in."""
    case, asked = _asked(case_id, name)
    language = _texts().language
    admitted = admits(_form_of_questions(case_id, name))
    if admitted.refusal is not None:
        said = (admitted.refusal.say(language),)
        return _questions(case, asked, reasons=said, status=429 if admitted.too_many else 422)
    draft = form_draft(asked, request.form, device=this_device())
    try:
        office().participation.fill_in(
            case_id, draft, actor=PUBLIC, now=office().now(), ticket=admitted.ticket
        )
    except StepRefusedError as error:
        reasons = tuple(item.say(language) for item in error.refusals)
        return _questions(case, asked, reasons=reasons, status=422, used=was_used(error))
    texts = _texts()
    return _page(
        "taken.html",
        texts("consulting.TAKEN"),
        case=case,
        said=texts("consulting.TAKEN_NOTE"),
        back=_back(case, language),
        number=0,
    )


@consulting.get("/<case_id>/meetings/<name>")
def meeting(case_id: str, name: str) -> Response:
    """Show a meeting: its announcement, its sign-up, its draw, its minutes."""
    case, announced = _announced(case_id, name)
    return _meeting(case, announced, reasons=())


@consulting.post("/<case_id>/meetings/<name>")
def sign_up(case_id: str, name: str) -> Response:
    """Sign somebody up, and tell the number in the list."""
    case, announced = _announced(case_id, name)
    texts = _texts()
    admitted = admits(_form_of_meeting(case_id, name))
    if admitted.refusal is not None:
        said = (admitted.refusal.say(texts.language),)
        return _meeting(case, announced, reasons=said, status=429 if admitted.too_many else 422)
    draft = sign_up_draft(name, request.form, device=this_device())
    try:
        number = office().participation.sign_up(
            case_id, draft, actor=PUBLIC, now=office().now(), ticket=admitted.ticket
        )
    except StepRefusedError as error:
        reasons = tuple(item.say(texts.language) for item in error.refusals)
        return _meeting(case, announced, reasons=reasons, status=422, used=was_used(error))
    back = url_for("consulting.meeting", case_id=case_id, name=name, lang=texts.language)
    return _page(
        "taken.html",
        texts("consulting.SIGNED_UP"),
        case=case,
        said=texts("consulting.SIGNED_UP_NOTE", number=number),
        back=back,
        number=number,
    )


@consulting.get("/<case_id>/meetings/<name>/order.txt")
def order(case_id: str, name: str) -> Response:
    """Return the order of a draw with all that it follows from."""
    _, announced = _announced(case_id, name)
    drawn = announced.drawn
    if drawn is None:
        abort(404)
    chosen = {*drawn.chosen, *drawn.observers}
    lines = [
        "SHA-256(LIST:SEED:NUMBER)",
        f"LIST {list_digest(announced.signed_up)}",
        f"SEED {drawn.seed}",
        *(
            f"{digest} {item.number} {'observer' if item.observer else 'part'}"
            f" {'drawn' if item.number in chosen else '-'}"
            for digest, item in order_of(announced, drawn.seed)
        ),
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@consulting.get("/<case_id>/meetings/<name>/minutes")
def minutes(case_id: str, name: str) -> Response:
    """Return the minutes of a meeting that was held."""
    _, announced = _announced(case_id, name)
    if announced.held is None:
        abort(404)
    found = read_attachment(office().database, announced.held.minutes.digest)
    response = Response(found.content, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=found.name)
    return response


def sign_up_draft(meeting_name: str, sent: MultiDict[str, str], *, device: str) -> SignUpDraft:
    """Return a sign-up as it was sent."""
    return SignUpDraft(
        meeting=meeting_name,
        name=sent.get("name", "").strip(),
        contact=sent.get("contact", "").strip(),
        device=device,
        observer=sent.get("observer", "") == "1",
    )


def _asked(case_id: str, name: str) -> tuple[Case, Asked]:
    case = office().cases.load(case_id)
    found = case.asked(name)
    if found is None:
        abort(404)
    return case, found


def _announced(case_id: str, name: str) -> tuple[Case, Announced]:
    case = office().cases.load(case_id)
    found = case.meeting(name)
    if found is None:
        abort(404)
    return case, found


def _form_of_questions(case_id: str, name: str) -> str:
    return f"questionnaire:{case_id}:{name}"


def _form_of_meeting(case_id: str, name: str) -> str:
    return f"meeting:{case_id}:{name}"


def _back(case: Case, language: str) -> str:
    """Return the page of the notice; before there is one, the list of notices."""
    if case.on_notice is None:
        return url_for("notices.every", lang=language)
    return url_for("notices.one", case_id=case.case_id, lang=language)


def _questions(
    case: Case,
    asked: Asked,
    *,
    reasons: tuple[str, ...],
    status: int = 200,
    used: bool = False,
) -> Response:
    name, language = asked.questionnaire.name, _texts().language
    return _page(
        "questionnaire.html",
        asked.questionnaire.title,
        status=status,
        case=case,
        one=Gathering(office(), language).asked(case, asked),
        reasons=reasons,
        sent=request.form,
        csrf=generate_csrf(),
        action=url_for("consulting.fill_in", case_id=case.case_id, name=name, lang=language),
        back=_back(case, language),
        longest=LONGEST_WORDS,
        ticket=admission().ticket(_form_of_questions(case.case_id, name), fresh=used),
        script=assets.served(assets.WORK_JS),
    )


def _meeting(
    case: Case,
    announced: Announced,
    *,
    reasons: tuple[str, ...],
    status: int = 200,
    used: bool = False,
) -> Response:
    name, texts = announced.meeting.name, _texts()
    return _page(
        "meeting.html",
        announced.meeting.title,
        status=status,
        case=case,
        one=Gathering(office(), texts.language).meeting(case, announced),
        words=CaseWords(texts),
        reasons=reasons,
        sent=request.form,
        csrf=generate_csrf(),
        action=url_for("consulting.sign_up", case_id=case.case_id, name=name, lang=texts.language),
        back=_back(case, texts.language),
        longest=LONGEST_CONTACT,
        ticket=admission().ticket(_form_of_meeting(case.case_id, name), fresh=used),
        script=assets.served(assets.WORK_JS),
    )


def _texts() -> Texts:
    return Texts(page_frame(home=True).language)


def _page(template: str, title: str, *, status: int = 200, **content: object) -> Response:
    sheets = [*styles(), assets.served(assets.BUREAU_CSS)]
    frame = page_frame(home=True)
    told = with_head(content, office().cases)
    page = render(f"notices/{template}", frame, title=title, styles=sheets, **told)
    return private(page, status=status)
