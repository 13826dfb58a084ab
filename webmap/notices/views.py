"""The public pages of notices: thin views over the office; everything works without JavaScript."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, current_app, request, session, url_for
from flask_wtf.csrf import generate_csrf

from webmap import assets
from webmap.errors import StepRefusedError
from webmap.limits.admission import ADMITS, admission
from webmap.maps.facts import Texts
from webmap.maps.page import render
from webmap.notices.told import chapter, countdown, public_case, public_reports, with_head
from webmap.public.case_words import CaseWords
from webmap.public.frame import page_frame, private, styles
from webmap.public.gathered import Gathering
from webmap.public.lookup import closed
from webmap.public.numbers import whole_number
from webmap.public.paper import code_of, notice_url
from webmap.public.question import LONGEST, asked, service
from webmap.public.wording import Wording
from webmap.services.attachments import read_attachment
from webmap.services.office import Office
from webmap.services.on_notice import plan_on_notice
from webmap.services.opinions import written
from webmap.services.papers import NOTICE_FILES
from zoning.errors import ZoningError
from zoning.lookup.answers import Choose, served_of
from zoning.notice import Actor, Role
from zoning.notice.adoption import adoption_table
from zoning.notice.guards.answering import LONGEST as LONGEST_TEXT
from zoning.notice.guards.answering import LONGEST_PLACE
from zoning.notice.model import Kind, Stance
from zoning.notice.moderation import moderation
from zoning.notice.opinions import LONGEST_CONTACT, Draft, counted
from zoning.notice.refusal import refuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from webmap.limits.admission import Admitted
    from webmap.public.question import Asked
    from webmap.services.in_force import PlanInForce
    from zoning.lookup.answers import Answer
    from zoning.notice import Case
    from zoning.notice.content import NoticeVersion
    from zoning.rules import NoticeRules

PUBLIC = Actor("public", frozenset({Role.PUBLIC}))
SHOWN = 50
PLACES = 200
LONGEST_CODE = 60
CHAPTERS = ("running", "closed", "decided", "ended")
DEVICE = "device"
TICKET_USED = "participation.TICKET_USED"

notices = Blueprint("notices", __name__, url_prefix="/notices")


def office() -> Office:
    """Return what the pages work with."""
    found = current_app.extensions["zoning-office"]
    assert isinstance(found, Office)
    return found


@notices.get("/")
def every() -> Response:
    """List notices: those that run, are closed, decided, or ended without a decision."""
    today, lang = office().today(), _texts().language
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in CHAPTERS}
    for case in office().cases.every():
        if case.on_notice is not None:
            row = {
                "title": case.on_notice.version.content.title,
                "case": case,
                "left": countdown(case, today),
                "head": office().cases.head(case.case_id),
                "url": url_for("notices.one", case_id=case.case_id, lang=lang),
            }
            rows[chapter(case)].append(row)
    gathered = Gathering(office(), lang)
    before = [case for case in office().cases.every() if case.on_notice is None]
    return _page(
        "every.html",
        _texts()("notices.TITLE"),
        rows=rows,
        before=[one for case in before for one in gathered.links(case)],
    )


@notices.get("/<case_id>")
def one(case_id: str) -> Response:
    """Show a notice: its text, its tables, its countdown, and the way to say something."""
    case = _public(case_id)
    return _notice_page(case)


@notices.get("/<case_id>/log.jsonl")
def log(case_id: str) -> Response:
    """Return the log of a case, which anyone can verify off-line."""
    _public(case_id)
    lines = b"".join(line + b"\n" for line in office().cases.log(case_id))
    response = Response(lines, mimetype="application/x-ndjson")
    response.headers["Cache-Control"] = "no-cache"
    response.headers.set("Content-Disposition", "attachment", filename=f"case-{case_id}.jsonl")
    return response


@notices.get("/<case_id>/files/<digest>")
def file(case_id: str, digest: str) -> Response:
    """Return the table of opinions and replies, or the consultation report."""
    done = _public(case_id).concluded
    published = [item.digest for item in (done.replies_table, done.report) if item is not None]
    if digest not in published:
        abort(404)
    found = read_attachment(office().database, digest)
    response = Response(found.content, mimetype=found.media)
    response.headers.set("Content-Disposition", "attachment", filename=found.name)
    return response


@notices.post("/<case_id>/address")
def concerns(case_id: str) -> Response:
    """Say whether the change concerns an address: its school today, and as proposed."""
    case, question, texts = _public(case_id), asked(), _texts()
    if len(question.text) > LONGEST or not (question.text or question.choice):
        key = "lookup.TOO_LONG" if question.text else "lookup.EMPTY"
        return _notice_page(case, fault=texts(key, most=LONGEST))
    try:
        answers = _both(case, question)
    except ZoningError as error:
        return closed(error)
    return _notice_page(case, question=question, answers=answers)


@notices.get("/<case_id>/opinion")
def write(case_id: str) -> Response:
    """Show the form for an opinion."""
    return _opinion_form(_public(case_id), reasons=())


@notices.post("/<case_id>/opinion")
def send(case_id: str) -> Response:
    """Take an opinion in, and give a receipt by which its writer can follow it."""
    case, texts = _public(case_id), _texts()
    admitted = admits(form_name(case_id))
    if admitted.refusal is not None:
        said = admitted.refusal.say(texts.language)
        return _opinion_form(case, reasons=(said,), status=429 if admitted.too_many else 422)
    draft = Draft(
        text=written(request.form.get("text", "")),
        place=request.form.get("place", "").strip(),
        kind=request.form.get("kind", ""),
        stance=request.form.get("stance", ""),
        contact=request.form.get("contact", "").strip(),
        device=this_device(),
    )
    try:
        known = not draft.place or service().knows(draft.place)
    except ZoningError as error:
        current_app.logger.warning("list of places closed: %s", error.key)
        return _opinion_form(case, reasons=(texts("notices.NO_PLACES"),), status=503)
    if not known:
        wrong = refuse("notice.OPINION_PLACE", most=LONGEST_PLACE).say(texts.language)
        return _opinion_form(case, reasons=(wrong,), status=422)
    try:
        receipt = office().opinions.receive(
            case_id, draft, actor=PUBLIC, now=office().now(), ticket=admitted.ticket
        )
    except StepRefusedError as error:
        reasons = tuple(item.say(texts.language) for item in error.refusals)
        return _opinion_form(case, reasons=reasons, status=422, used=was_used(error))
    return _page(
        "receipt.html",
        texts("notices.RECEIVED"),
        case=case,
        receipt=receipt,
        follow=url_for("notices.follow", lang=texts.language),
    )


@notices.get("/follow")
def follow() -> Response:
    """Ask for a receipt."""
    return _follow_page("", found=None)


@notices.post("/follow")
def followed() -> Response:
    """Say what became of an opinion; the receipt stands in no address."""
    code = request.form.get("code", "")[:LONGEST_CODE]
    return _follow_page(code, found=office().opinions.followed(code))


@notices.get("/<case_id>/register")
def register(case_id: str) -> Response:
    """Show the opinions as they were moderated, and the answers to them."""
    case, texts = _public(case_id), _texts()
    shown = [item for item in case.opinions if item.shown and item.withheld is None]
    at, row = _begun("at"), _begun("row")
    some = shown[at : at + SHOWN]
    answered = case.concluded.replies_table is not None
    groups = case.groups if answered else ()
    return _page(
        "register.html",
        texts("notices.REGISTER"),
        case=case,
        words=CaseWords(texts),
        opinions=some,
        shown=office().opinions.shown(case_id, [item.number for item in some]),
        total=counted(case.opinions, [group.members for group in case.groups]),
        withheld=sum(item.withheld is not None for item in case.opinions),
        moderation=moderation(case.opinions, now=office().now(), rules=_rules()),
        limit=_rules().moderation.value,
        replies=adoption_table(case, groups[row : row + SHOWN]),
        reports=_papers(case, texts.language)["reports"],
        rows=_around(row, len(groups)),
        at=at,
        row=row,
        pages=_around(at, len(shown)),
        head=office().cases.head(case_id),
    )


def _begun(name: str) -> int:
    return whole_number(request.args.get(name, "")) or 0


def _around(at: int, total: int) -> tuple[int | None, int | None]:
    """Return where the page before and the page after begin."""
    return max(0, at - SHOWN) if at else None, at + SHOWN if at + SHOWN < total else None


def form_name(case_id: str) -> str:
    """Return what a ticket for an opinion names."""
    return f"opinion:{case_id}"


def admits(form: str) -> Admitted:
    """Say whether the form of this request is taken."""
    asked_for: Callable[[str], Admitted] = current_app.extensions[ADMITS]
    return asked_for(form)


def was_used(error: StepRefusedError) -> bool:
    """Tell whether a ticket was used before: then the form needs another one."""
    return any(item.key == TICKET_USED for item in error.refusals)


def this_device() -> str:
    """Return the random mark by which entries from one device are told to be from one."""
    mark = session.setdefault(DEVICE, secrets.token_hex(16))
    assert isinstance(mark, str)
    return mark


def _public(case_id: str) -> Case:
    return public_case(office().cases, case_id)


def _version(case: Case) -> NoticeVersion:
    assert case.on_notice is not None, "a public case was on notice"
    return case.on_notice.version


def _asked_plan(plan_id: str, digest: str) -> PlanInForce:
    """Return a plan that a notice names, as the file that it was on that day."""
    return plan_on_notice(office(), plan_id, digest)


def _proposed(case: Case) -> PlanInForce:
    """Return the plan that is on notice."""
    plan = case.plan(_version(case).plan_id)
    assert plan is not None, "a notice is about a plan of its case"
    return _asked_plan(plan.plan_id, plan.file_digest)


def _both(case: Case, question: Asked) -> tuple[Answer, Answer]:
    """Answer by the zones that held when the notice was published, and by the proposed ones."""
    plan, put = _proposed(case), question.put()
    before = _version(case).content.old_map
    if before is None:
        old = service().ask(plan.version.stage, put)
    else:
        old = service().under(_asked_plan(before.name, before.digest), put)
    return old, service().under(plan, put)


def _places(case: Case) -> list[str]:
    """Return the compounds and roads that a change concerns: door numbers are not among them.

    None where no list can be asked: the notice stays reachable all the same.
    """
    named = {_compound(item.place) for item in _version(case).content.moved}
    try:
        return sorted(name for name in named if service().knows(name))[:PLACES]
    except ZoningError as error:
        current_app.logger.warning("list of places closed: %s", error.key)
        return []


def _compound(place: str) -> str:
    return place.partition("（")[0].strip()


def _notice_page(
    case: Case,
    *,
    question: Asked | None = None,
    answers: tuple[Answer, Answer] | None = None,
    fault: str = "",
) -> Response:
    texts, version = _texts(), _version(case)
    frame = page_frame(home=True)
    csrf = generate_csrf()
    if question is not None:
        frame = replace(frame, repost=(("csrf_token", csrf), *question.fields()))
    chosen = answers[0] if answers is not None and isinstance(answers[0], Choose) else None
    links = {
        name: url_for(f"notices.{name}", case_id=case.case_id, lang=texts.language)
        for name in ("write", "register", "log", "concerns")
    }
    plans = _plan_links(case, texts.language)
    return _page(
        "one.html",
        version.content.title,
        frame=frame,
        status=422 if fault else 200,
        case=case,
        words=CaseWords(texts),
        version=version,
        content=version.content,
        left=countdown(case, office().today()),
        head=office().cases.head(case.case_id),
        links=links,
        plans=plans,
        papers=_papers(case, texts.language),
        wording=Wording(texts),
        question=question,
        choose=chosen,
        answers=() if answers is None or chosen else [(a, served_of(a)) for a in answers],
        fault=fault,
        csrf=csrf,
        longest=LONGEST,
        gathered=Gathering(office(), texts.language).of(case),
    )


def _papers(case: Case, language: str) -> dict[str, object]:
    """Return where the papers of a notice are: its forms, maps, earlier versions and reports."""
    told: dict[str, Any] = {"case_id": case.case_id, "lang": language}

    def forms(number: int) -> dict[str, str]:
        return {
            name: url_for("notice_papers.of_notice", number=number, name=name, **told)
            for name in NOTICE_FILES
        }

    *earlier, now = case.notices
    url = notice_url(case.case_id)
    return {
        "forms": forms(now.number),
        "code": code_of(url) if url else "",
        "reports": {
            name: url_for("notice_papers.of_case", name=name, **told)
            for name in public_reports(case)
        },
        "earlier": [(item, forms(item.number)) for item in reversed(earlier)],
    }


def _plan_links(case: Case, language: str) -> list[tuple[str, str]]:
    """Return the maps before and after, where the study shows these plans."""
    texts, content = Texts(language), _version(case).content
    known = office().plan_names()
    return [
        (texts(f"notices.{key}"), url_for("public.plan_map", plan_id=map_.name, lang=language))
        for key, map_ in (("MAP_BEFORE", content.old_map), ("MAP_AFTER", content.new_map))
        if map_ is not None and map_.name in known
    ]


def _opinion_form(
    case: Case, *, reasons: tuple[str, ...], status: int = 200, used: bool = False
) -> Response:
    texts = _texts()
    return _page(
        "opinion.html",
        texts("notices.WRITE"),
        status=status,
        case=case,
        words=CaseWords(texts),
        reasons=reasons,
        places=_places(case),
        kinds=[str(kind) for kind in Kind],
        stances=[str(stance) for stance in Stance],
        sent=request.form,
        running=countdown(case, office().today()),
        longest={"text": LONGEST_TEXT, "place": LONGEST_PLACE, "contact": LONGEST_CONTACT},
        csrf=generate_csrf(),
        content=_version(case).content,
        action=url_for("notices.send", case_id=case.case_id, lang=texts.language),
        ticket=admission().ticket(form_name(case.case_id), fresh=used),
        script=assets.served(assets.WORK_JS),
    )


def _follow_page(code: str, *, found: tuple[str, int] | None) -> Response:
    texts = _texts()
    frame = page_frame(home=True)
    csrf = generate_csrf()
    if code:
        frame = replace(frame, repost=(("csrf_token", csrf), ("code", code)))
    opinion = group = text = case = None
    if found is not None:
        case = office().cases.load(found[0])
        opinion = case.opinions.get(found[1])
        text = office().opinions.shown(found[0], [found[1]]).get(found[1])
        if case.concluded.replies_table is not None:
            group = next((one for one in case.groups if found[1] in one.members), None)
    return _page(
        "follow.html",
        texts("notices.FOLLOW"),
        frame=frame,
        words=CaseWords(texts),
        code=code,
        case=case,
        opinion=opinion,
        text=text,
        group=group,
        csrf=csrf,
        action=url_for("notices.followed", lang=texts.language),
    )


def _rules() -> NoticeRules:
    return office().study.rules.notice


def _texts() -> Texts:
    return Texts(page_frame(home=True).language)


def _page(template: str, title: str, *, status: int = 200, **content: object) -> Response:
    frame = content.pop("frame", None) or page_frame(home=True)
    content = with_head(content, office().cases)
    sheets = [*styles(), assets.served(assets.BUREAU_CSS)]
    page = render(f"notices/{template}", frame, title=title, styles=sheets, **content)  # type: ignore[arg-type]
    return private(page, status=status)
