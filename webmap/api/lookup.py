"""Look-ups for programs: POST alone, no cookie, nothing kept, the same answers as the page's."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import Response, current_app, url_for

from webmap.api.asked import AddressQuestion, BlocksQuestion, PointQuestion, TextQuestion
from webmap.api.documents import LOOKUP_TAG, OF_BODIES, OF_DATED
from webmap.api.faults import PREFIX, spoken
from webmap.api.told import Answered, OnNotice, School
from webmap.maps.facts import Texts
from webmap.public.proposed import asked_on_notice
from webmap.public.question import written
from webmap.public.wording import Wording
from webmap.services.lookup import Lookup
from webmap.services.when import When
from zoning.lookup.answers import served_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from webmap.services.on_notice import Proposal
    from zoning.lookup.answers import About, Answer
    from zoning.lookup.desk import Desk

api_lookup = APIBlueprint("api_lookup", __name__, url_prefix=f"{PREFIX}/lookup", tag=LOOKUP_TAG)


@api_lookup.post("/text")
@api_lookup.input(TextQuestion)
@api_lookup.output(Answered, description="api.RESPONSE_ANSWER")
@api_lookup.doc(
    summary="api.OP_TEXT",
    description="api.ABOUT_TEXT",
    operation_id="lookupText",
    responses=OF_DATED,
)
def by_text(json_data: TextQuestion) -> Answered:
    """Answer what somebody wrote."""
    text = written(json_data.text)
    return _asked(json_data, lambda desk, about: desk.ask(text, about))


@api_lookup.post("/address")
@api_lookup.input(AddressQuestion)
@api_lookup.output(Answered, description="api.RESPONSE_ANSWER")
@api_lookup.doc(
    summary="api.OP_ADDRESS",
    description="api.ABOUT_ADDRESS",
    operation_id="lookupAddress",
    responses=OF_DATED,
)
def by_address(json_data: AddressQuestion) -> Answered:
    """Answer for an address of the list, as an answer `choose` offers it."""
    chosen = json_data.address_id
    return _asked(json_data, lambda desk, about: desk.choose(chosen, about))


@api_lookup.post("/point")
@api_lookup.input(PointQuestion)
@api_lookup.output(Answered, description="api.RESPONSE_ANSWER")
@api_lookup.doc(
    summary="api.OP_POINT",
    description="api.ABOUT_POINT",
    operation_id="lookupPoint",
    responses=OF_DATED,
)
def by_point(json_data: PointQuestion) -> Answered:
    """Answer for a place on the map."""
    point = (json_data.lon, json_data.lat)
    return _asked(json_data, lambda desk, about: desk.at_point(point, about))


@api_lookup.post("/blocks")
@api_lookup.input(BlocksQuestion)
@api_lookup.output(Answered, description="api.RESPONSE_ANSWER")
@api_lookup.doc(
    summary="api.OP_BLOCKS",
    description="api.ABOUT_BLOCKS",
    operation_id="lookupBlocks",
    responses=OF_BODIES,
)
def by_blocks(json_data: BlocksQuestion) -> Answered:
    """Answer for the blocks that a device has found around itself."""
    blocks = tuple(json_data.block_ids)

    def put(desk: Desk, about: About) -> Answer:
        return desk.at_blocks(blocks, about)

    return _told(_service().ask(json_data.stage, put), put)


@api_lookup.after_request
def nobody_keeps(response: Response) -> Response:
    """Say that no answer to a question is kept, and in which language it is."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = spoken()
    response.vary.add("Accept-Language")
    return response


def answered(answer: Answer, on_notice: Iterable[OnNotice] = ()) -> Answered:
    """Return an answer as a program reads it, with its sentence in the reader's language."""
    said = Wording(Texts(spoken())).said(answer)
    told = {"answer": answer, "said": said, "on_notice": list(on_notice)}
    return Answered.model_validate(told, from_attributes=True)


def _told(answer: Answer, put: Callable[[Desk, About], Answer]) -> Answered:
    return answered(
        answer,
        (_on_notice(one, then) for one, then in asked_on_notice(answer, put, found=_service())),
    )


def _on_notice(proposal: Proposal, then: Answer | None) -> OnNotice:
    served = served_of(then) if then is not None else None
    schools = served.schools if served is not None else ()
    return OnNotice(
        case_id=proposal.case_id,
        title=proposal.title,
        last_day=proposal.last_day,
        kind=None if then is None else then.kind,
        schools=[School.model_validate(school) for school in schools],
        notice=url_for("notices.one", case_id=proposal.case_id),
    )


def _asked(
    question: TextQuestion | AddressQuestion | PointQuestion,
    put: Callable[[Desk, About], Answer],
) -> Answered:
    """Answer for today, for a day, or by a version; a version goes before a day."""
    when = None
    if question.version is not None:
        when = When(version_id=question.version)
    elif question.on is not None:
        when = When(day=datetime.date.fromisoformat(question.on))
    return _told(_service().ask(question.stage, put, when=when), put)


def _service() -> Lookup:
    found = current_app.extensions["zoning-lookup"]
    assert isinstance(found, Lookup)
    return found
