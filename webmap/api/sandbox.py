"""The sandbox: every kind of answer and fault of an invented town, at will, with no study asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint

from webmap.api.asked import SandboxQuestion
from webmap.api.canned import ADDRESSES, FAULTS, canned_answer
from webmap.api.documents import OF_BODIES, SANDBOX_TAG
from webmap.api.faults import PREFIX, canned
from webmap.api.lookup import answered, nobody_keeps
from webmap.api.told import Answered
from webmap.public.question import written
from zoning.lookup.answers import Kind

if TYPE_CHECKING:
    from flask import Response

EXAMPLES = {
    **{
        kind.value: {"value": {"stage": "primary", "text": text}}
        for text, kind in ADDRESSES.items()
    },
    **{
        f"fault_{status}": {"value": {"stage": "primary", "text": text}}
        for text, status in FAULTS.items()
    },
}

api_sandbox = APIBlueprint("api_sandbox", __name__, url_prefix=f"{PREFIX}/sandbox", tag=SANDBOX_TAG)
api_sandbox.after_request(nobody_keeps)


@api_sandbox.post("/lookup")
@api_sandbox.input(SandboxQuestion, examples=EXAMPLES)
@api_sandbox.output(Answered, description="api.RESPONSE_ANSWER")
@api_sandbox.doc(
    summary="api.OP_SANDBOX",
    description="api.ABOUT_SANDBOX",
    operation_id="sandboxLookup",
    responses=OF_BODIES,
)
def lookup(json_data: SandboxQuestion) -> Answered | Response:
    """Return the answer or fault that belongs to a text; `not_found` for any other."""
    text = written(json_data.text)
    if text in FAULTS:
        return canned(FAULTS[text])
    kind = ADDRESSES.get(text, Kind.NOT_FOUND)
    return answered(canned_answer(kind, json_data.stage))
