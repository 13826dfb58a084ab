"""Papers on the bureau's pages: the notice before it is published, and all that comes after it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, request, url_for

from webmap.bureau.form_page import form_page, step_form
from webmap.bureau.forms import Sent, read_form
from webmap.bureau.pages import case_links, office, page, texts_of_page
from webmap.bureau.steps import ACTS, NOTICE_ACTS, completed, untold_of
from webmap.public.case_words import CaseWords
from webmap.public.paper import notice_url, paper
from webmap.services.papers import CASE_FILES, FORMS
from zoning.notice.clock import local_day
from zoning.notice.content import NoticeVersion, missing

papers = Blueprint("papers", __name__, url_prefix="/bureau/cases/<case_id>")


@dataclass(frozen=True)
class Checked:
    """What was found when a notice was looked at before it is published.

    Parameters
    ----------
    digest
        Digest of what it says, as every form of it carries it.
    missing
        Names of the parts that it lacks.
    """

    digest: str
    missing: tuple[str, ...]


@papers.get("/papers")
def every(case_id: str) -> Response:
    """List the papers of a case."""
    found, texts = office().cases.load(case_id), texts_of_page()
    lang = texts.language
    notices = [
        {
            "number": item.number,
            "day": local_day(item.at, office().study.rules.notice),
            "digest": item.version.digest,
            "forms": {
                name: url_for("notice_papers.of_notice", case_id=case_id, number=item.number,
                              name=name, lang=lang)
                for name in FORMS
            },
        }
        for item in reversed(found.notices)
    ]  # fmt: skip
    reports = {
        name: url_for("papers.one", case_id=case_id, name=name, lang=lang) for name in CASE_FILES
    }
    return page(
        "papers.html",
        texts("bureau.PAPERS"),
        case=found,
        words=CaseWords(texts),
        notices=notices,
        reports=reports if found.notices else {},
        links=case_links(case_id),
    )


@papers.get("/papers/<name>")
def one(case_id: str, name: str) -> Response:
    """Return report, table of replies or ledger as the case is now."""
    found = office().cases.load(case_id)
    if name not in CASE_FILES or not found.notices:
        abort(404)
    made = office().papers.of_case(case_id, language=texts_of_page().language)
    return paper(made[name], name, called=case_id)


@papers.post("/steps/<act>/preview")
def preview(case_id: str, act: str) -> Response:
    """Look at a notice before it is published: what it lacks, or one of its forms.

    What lacks something is marked as a draft; what is complete is what would be published.
    """
    kind, name = ACTS.get(act), request.args.get("name", "")
    if kind not in NOTICE_ACTS or kind is None or name not in {"", *FORMS}:
        abort(404)
    found, texts = office().cases.load(case_id), texts_of_page()
    form = step_form(kind, found)
    sent = Sent(request.form, request.files, office().study.rules.notice.time_zone)
    read = read_form(form.kind, sent, given=form.given)
    if read.faults:
        return form_page(found, case_id, kind, faults=read.faults)
    looked_at = completed(read.value, found, office())
    version = getattr(looked_at, "version", None)
    assert isinstance(version, NoticeVersion), "all of these publish a notice"
    untold = (item.say(texts.language) for item in untold_of(looked_at, found, office()))
    lacking = (*(texts(key) for key in missing(version)), *untold)
    if not name:
        checked = Checked(version.digest, lacking)
        return form_page(found, case_id, kind, checked=checked)
    made = office().papers.notice(
        version, url=notice_url(case_id), language=texts.language, draft=bool(lacking)
    )
    return paper(made[name], name, called=f"{case_id}-draft" if lacking else case_id, shown=False)
