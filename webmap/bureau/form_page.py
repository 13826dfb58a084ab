"""The page with the form of a step: what was computed, what is written, what is wrong with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import request, url_for

from webmap.bureau.forms import controls
from webmap.bureau.pages import case_links, office, page, texts_of_page
from webmap.bureau.steps import NOTICE_ACTS, form_of
from webmap.public.case_words import CaseWords
from webmap.services.papers import FORMS
from zoning.notice import acts

if TYPE_CHECKING:
    from flask import Response

    from webmap.bureau.forms import Control, Fault
    from webmap.bureau.steps import Form
    from zoning.notice import Case

# where a case is not opened yet
NEW = "new"


def form_page(
    found: Case,
    case_id: str,
    kind: type[Any],
    *,
    faults: tuple[Fault, ...] = (),
    reasons: tuple[str, ...] = (),
    checked: object = None,
) -> Response:
    """Return the page with the form of a step.

    Parameters
    ----------
    found, case_id
        The case.
    kind
        The step.
    faults, reasons
        What is wrong with what was written, and why it was not done.
    checked
        What was found when it was looked at before it is done.
    """
    texts = texts_of_page()
    words = CaseWords(texts)
    form = step_form(kind, found)
    fields = [
        item if request.method == "GET" else _as_sent(item)
        for item in controls(form.kind, given=form.given, start=form.start, choices=form.choices)
    ]
    refused = [texts(fault.key, field=words.field(fault.field)) for fault in faults]
    title = words.act(kind.__name__)
    return page(
        "step.html",
        title,
        status=422 if refused or reasons else 200,
        case=found,
        case_id=case_id,
        words=words,
        controls=fields,
        refused=[*refused, *reasons],
        seen=request.form.get("seen", "") or str(found.events),
        action=url_for("bureau.take", case_id=case_id, act=kind.__name__, lang=texts.language),
        form=form,
        checked=checked,
        plans=_other_plans(found, form.plan) if form.plan else (),
        anew=_anew(found, kind),
        preview=_preview(found, kind) if kind in NOTICE_ACTS else {},
        links=case_links(case_id) if case_id != NEW else (),
        back=url_for("bureau.cases", lang=texts.language),
    )


def step_form(kind: type[Any], found: Case) -> Form:
    """Return the form of a step of a case, as it was asked for."""
    language, plan = texts_of_page().language, request.values.get("plan", "")
    anew = request.args.get("anew") == "1"
    return form_of(kind, found, office(), language=language, plan=plan, anew=anew)


def _other_plans(found: Case, plan: str) -> tuple[tuple[str, str], ...]:
    """Return the other plans of a case, with where their risk is assessed."""
    lang, act = texts_of_page().language, acts.AssessRisk.__name__
    return tuple(
        (
            other.plan_id,
            url_for("bureau.step", case_id=found.case_id, act=act, plan=other.plan_id, lang=lang),
        )
        for other in found.plans
        if other.plan_id != plan
    )


def _preview(found: Case, kind: type[Any]) -> dict[str, str]:
    """Return where the notice of a form is looked at before it is published, by paper."""
    told: dict[str, Any] = {
        "case_id": found.case_id,
        "act": kind.__name__,
        "lang": texts_of_page().language,
    }
    names = ("", *FORMS)
    return {name: url_for("papers.preview", name=name or None, **told) for name in names}


def _anew(found: Case, kind: type[Any]) -> str:
    """Return where a notice that is corrected gets what is computed as it is now."""
    if kind is not acts.RestartNotice:
        return ""
    told: dict[str, Any] = {"case_id": found.case_id, "act": kind.__name__, "anew": 1}
    return url_for("bureau.step", **told, lang=texts_of_page().language)


def _as_sent(item: Control) -> Control:
    """Return a control with what was written into it; files have to be chosen again."""
    if item.kind in {"file", "files"}:
        return item
    return replace(item, value=request.form.get(item.name, ""))
