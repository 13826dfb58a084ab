"""The papers of public notices: every form of a notice, and what was published after it."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from webmap.notices.told import public_case, public_reports
from webmap.notices.views import office
from webmap.public.frame import page_frame
from webmap.public.paper import notice_url, paper
from webmap.services.papers import MAPS, NOTICE_FILES

KEPT_S = 3600

notice_papers = Blueprint("notice_papers", __name__, url_prefix="/notices/<case_id>")


@notice_papers.get("/papers/<int:number>/<name>")
def of_notice(case_id: str, number: int, name: str) -> Response:
    """Return one form of a version of a notice; those that were replaced stay."""
    case, language = public_case(office().cases, case_id), page_frame(home=True).language
    found = next((item for item in case.notices if item.number == number), None)
    if found is None or name not in NOTICE_FILES:
        abort(404)
    papers, version = office().papers, found.version
    maps = {file: key for key, file in MAPS.items()}
    if name in maps:
        drawn = papers.maps(version.content, language=language)
        content = drawn.get(maps[name])
    else:
        made = papers.notice(version, url=notice_url(case_id), language=language)
        content = made.get(name)
    if content is None:
        abort(404)
    response = paper(content, name, called=f"{case_id}-{number}")
    # a version is never altered
    response.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
    return response


@notice_papers.get("/reports/<name>")
def of_case(case_id: str, name: str) -> Response:
    """Return the table of opinions and replies, or the consultation report once it is decided."""
    case, language = public_case(office().cases, case_id), page_frame(home=True).language
    if name not in public_reports(case):
        abort(404)
    made = office().papers.decided_on(case_id, language=language)
    return paper(made[name], name, called=case_id)
