"""The pages of the bureau: cases, their steps, moderation, answers, numbers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, redirect, request, url_for

from webmap import assets
from webmap.bureau.charts import Bar, bars
from webmap.bureau.form_page import NEW, form_page, step_form
from webmap.bureau.forms import Sent, read_form
from webmap.bureau.gatherings import needs
from webmap.bureau.pages import case_links as _links
from webmap.bureau.pages import office
from webmap.bureau.pages import page as _page
from webmap.bureau.pages import texts_of_page as _texts
from webmap.bureau.steps import ACTS, do_step, looked_ahead, offered
from webmap.errors import StepRefusedError
from webmap.login import who
from webmap.public.case_words import CaseWords
from webmap.public.numbers import whole_number
from webmap.services.attachments import read_attachment
from webmap.services.opinions import proposed_text
from zoning.errors import ZoningError
from zoning.messages import explain
from zoning.notice import NO_CASE, Role, acts
from zoning.notice.agenda import agenda, step_due
from zoning.notice.decide import possible_steps
from zoning.notice.model import Withheld
from zoning.notice.moderation import moderated_until, moderation
from zoning.notice.opinions import by_day, counted, counted_by

if TYPE_CHECKING:
    import datetime

    from werkzeug.wrappers import Response as Answer

    from zoning.notice import Case

SHOWN = 20
HOUR_S = 3600

bureau = Blueprint("bureau", __name__, url_prefix="/bureau")


@bureau.get("/")
def cases() -> Response:
    """List all cases."""
    texts = _texts()
    words, today = CaseWords(texts), office().today()
    rules = office().study.rules.notice
    rows = [
        {
            "case": case,
            "state": words.state(case),
            "due": step_due(case, rules, today),
            "moderation": moderation(case.opinions, now=office().now(), rules=rules),
            "url": url_for("bureau.case", case_id=case.case_id, lang=texts.language),
        }
        for case in office().cases.every()
    ]
    may_open = Role.DRAFTER in who().roles
    opening = url_for("bureau.step", case_id=NEW, act="OpenCase", lang=texts.language)
    title = texts("bureau.CASES")
    return _page("cases.html", title, rows=rows, opening=opening if may_open else "")


@bureau.get("/cases/<case_id>")
def case(case_id: str) -> Response:
    """Show where a case stands, what is next and what is missing."""
    found, texts = office().cases.load(case_id), _texts()
    words = CaseWords(texts)
    ahead = [
        {"name": words.act(act), "reasons": [item.say(texts.language) for item in reasons]}
        for act, reasons in looked_ahead(found, office())
    ]
    steps = [
        {
            "name": words.act(act),
            "url": url_for("bureau.step", case_id=case_id, act=act, lang=texts.language),
        }
        for act in offered(found, who())
    ]
    others = [
        {"name": words.act(item.act), "roles": words.roles(item.roles)}
        for item in possible_steps(found)
        if not {Role(role) for role in item.roles} & who().roles
        and item.act in ACTS
        and needs(found, item.act)
    ]
    rules, before = office().study.rules.notice, whole_number(request.args.get("before", ""))
    done = office().cases.last(case_id, SHOWN + 1, before=before)
    return _page(
        "case.html",
        texts("bureau.CASE_TITLE", case=case_id, title=found.title),
        case=found,
        words=words,
        state=words.state(found),
        moderation=moderation(found.opinions, now=office().now(), rules=rules),
        agenda=agenda(found, now=office().now(), rules=rules),
        ahead=ahead,
        steps=steps,
        others=others,
        events=done[:SHOWN],
        earlier=done[SHOWN - 1][0] if len(done) > SHOWN else None,
        later=before is not None,
        head=office().cases.head(case_id),
        links=_links(case_id),
        moderates=Role.MODERATOR in who().roles,
        local=_local,
    )


@bureau.get("/cases/<case_id>/steps/<act>")
def step(case_id: str, act: str) -> Response:
    """Show the form of a step."""
    found, kind = _case_and_act(case_id, act)
    return form_page(found, case_id, kind)


@bureau.post("/cases/<case_id>/steps/<act>")
def take(case_id: str, act: str) -> Response | Answer:
    """Do a step; what is wrong with it is said all at once, and what was written stays."""
    found, kind = _case_and_act(case_id, act)
    texts = _texts()
    try:
        form = step_form(kind, found)
        sent = Sent(request.form, request.files, office().study.rules.notice.time_zone)
        read = read_form(form.kind, sent, given=form.given)
        if read.faults:
            return form_page(found, case_id, kind, faults=read.faults)
        seen = whole_number(request.form.get("seen", ""))
        done = do_step(read, found, office(), account=who(), seen=seen)
    except StepRefusedError as error:
        said = tuple(item.say(texts.language) for item in error.refusals)
        return form_page(found, case_id, kind, reasons=said)
    except ZoningError as error:
        return form_page(found, case_id, kind, reasons=(explain(error, texts.language),))
    target = case_id if done is None else done.case.case_id
    page = "bureau.replies" if kind is acts.ReplyToGroup else "bureau.case"
    return redirect(url_for(page, case_id=target, lang=texts.language))


@bureau.get("/cases/<case_id>/inbox")
def inbox(case_id: str) -> Response:
    """Show opinions that wait for moderation: the oldest first."""
    return _inbox(case_id, reasons=())


@bureau.post("/cases/<case_id>/inbox/<int:number>")
def moderate(case_id: str, number: int) -> Response | Answer:
    """Show or withhold an opinion."""
    texts, actor, now = _texts(), who().actor, office().now()
    reason = request.form.get("reason", "")
    try:
        if reason:
            office().opinions.withhold(case_id, number, Withheld(reason), actor=actor, now=now)
        else:
            text = request.form.get("text", "")
            office().opinions.show(case_id, number, text, actor=actor, now=now)
    except StepRefusedError as error:
        return _inbox(case_id, reasons=tuple(item.say(texts.language) for item in error.refusals))
    except ValueError:
        abort(400)
    return redirect(url_for("bureau.inbox", case_id=case_id, lang=texts.language))


@bureau.get("/cases/<case_id>/replies")
def replies(case_id: str) -> Response:
    """Show groups of opinions, those without an answer first, with a form for each."""
    found, texts = office().cases.load(case_id), _texts()
    groups = sorted(found.groups, key=lambda group: (group.reply is not None, group.name))
    at = _at()
    some = groups[at : at + SHOWN]
    shown = office().opinions.shown(case_id, [n for group in some for n in group.members[:3]])
    return _page(
        "replies.html",
        texts("bureau.REPLIES"),
        case=found,
        words=CaseWords(texts),
        groups=some,
        unanswered=sum(group.reply is None for group in groups),
        script=assets.served(assets.INBOX_JS),
        shown=shown,
        more=_more(at, len(groups)),
        action=url_for("bureau.take", case_id=case_id, act="ReplyToGroup", lang=texts.language),
        seen="",
        links=_links(case_id),
    )


@bureau.get("/cases/<case_id>/numbers")
def numbers(case_id: str) -> Response:
    """Show opinions by reason, by day and by place: counts of reasons, never votes."""
    found, texts = office().cases.load(case_id), _texts()
    words, rules = CaseWords(texts), office().study.rules.notice
    groups = [group.members for group in found.groups]
    kinds = Counter(item.kind for item in found.opinions)
    days = by_day(found.opinions, rules)
    by_kind = [Bar(words.value("Kind", kind), count) for kind, count in kinds.most_common()]
    of_days = [Bar(day.isoformat(), days[day]) for day in days]
    places: dict[str, list[int]] = {}
    for (_, place), count in counted_by(found.opinions, groups).items():
        row = places.setdefault(place, [0, 0, 0])
        row[0] += count.raw
        row[1] += count.distinct
    most = sorted(places.items(), key=lambda item: (-item[1][0], item[0]))
    return _page(
        "numbers.html",
        texts("bureau.NUMBERS"),
        case=found,
        total=counted(found.opinions, groups),
        by_kind=bars(by_kind),
        by_day=bars(of_days),
        places=most,
        map=url_for("gathering.places_map", case_id=case_id, lang=texts.language),
        links=_links(case_id),
    )


@bureau.get("/files/<digest>")
def file(digest: str) -> Response:
    """Return a file that belongs to a case."""
    found = read_attachment(office().database, digest)
    if found.personal and not who().roles & {Role.MODERATOR, Role.AUDITOR}:
        abort(403)
    response = Response(found.said, mimetype="application/octet-stream")
    response.headers.set("Content-Disposition", "attachment", filename=found.name)
    response.headers["Cache-Control"] = "no-store"
    return response


def _case_and_act(case_id: str, act: str) -> tuple[Case, type[Any]]:
    kind = ACTS.get(act)
    if kind is None or (case_id == NEW) != (act == "OpenCase"):
        abort(404)
    return (NO_CASE if case_id == NEW else office().cases.load(case_id)), kind


def _inbox(case_id: str, *, reasons: tuple[str, ...]) -> Response:
    found, texts = office().cases.load(case_id), _texts()
    rules = office().study.rules.notice
    waiting = [item for item in found.opinions if item.pending]
    # a letter that was entered late has come before others that have lower numbers
    some = sorted(waiting, key=lambda item: item.received_at)[:SHOWN]
    originals = office().opinions.originals(case_id, [item.number for item in some])
    rows = [
        {
            "opinion": item,
            # one that was erased unseen has nothing to show, and is not dropped silently
            "original": originals.get(item.number),
            "proposed": proposed_text(originals[item.number]) if item.number in originals else "",
            "left": _left(item.received_at),
            "action": url_for(
                "bureau.moderate", case_id=case_id, number=item.number, lang=texts.language
            ),
        }
        for item in some
    ]
    return _page(
        "inbox.html",
        texts("bureau.INBOX"),
        status=409 if reasons else 200,
        case=found,
        words=CaseWords(texts),
        rows=rows,
        moderation=moderation(found.opinions, now=office().now(), rules=rules),
        limit=rules.moderation,
        refused=reasons,
        withheld=[str(one) for one in Withheld],
        script=assets.served(assets.INBOX_JS),
        links=_links(case_id),
        local=_local,
    )


def _left(received_at: datetime.datetime) -> int:
    """Return the whole hours that are left to moderate an opinion; below zero when it is late."""
    until = moderated_until(received_at, office().study.rules.notice)
    return int((until - office().now()).total_seconds() // HOUR_S)


def _local(moment: datetime.datetime) -> str:
    zone = ZoneInfo(office().study.rules.notice.time_zone)
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _at() -> int:
    return whole_number(request.args.get("at", "")) or 0


def _more(at: int, total: int) -> tuple[int | None, int | None]:
    """Return where the page before and the page after begin."""
    before = max(0, at - SHOWN) if at else None
    return before, at + SHOWN if at + SHOWN < total else None
