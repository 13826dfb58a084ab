"""Look-ups before the first reader's: what they make once is made before the workers are forked."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from webmap.public.answers_ahead import nothing_ahead
from webmap.public.lookup import answer, computed
from webmap.public.question import asked
from webmap.public.ways import ground_of
from webmap.services.lookup import Lookup
from zoning.messages import languages

if TYPE_CHECKING:
    from flask import Flask

    from webmap.services.in_force import PlanInForce

# so many addresses of the list, spread over it: one of them has a way that can be drawn
ADDRESSES = 5
# how names sound is made out when somebody writes so
IN_PINYIN = "renminlu1hao"


def warm(app: Flask) -> int:
    """Answer some look-ups as a reader would be answered, and throw the answers away.

    Words, templates, the ways and what lies around them are made ready by that; else each worker
    would make them anew while its first readers wait.

    Parameters
    ----------
    app
        An application whose look-ups can be opened.

    Returns
    -------
    How many were answered.

    Raises
    ------
    ZoningError
        The plans in force cannot be opened.
    """
    found = app.extensions["zoning-lookup"]
    assert isinstance(found, Lookup)
    every = [
        {"stage": stage.value, **field}
        for stage in found.study.stages
        for plan in found.plans(stage.value)[:1]
        for field in _questions(found, plan)
    ]
    first, *others = languages()
    # what is not words is made by the questions in the first language
    asks = [*product((first,), every), *product(others, every[:1])]
    for language, fields in asks:
        query = {"lang": language}
        with app.test_request_context("/lookup", method="POST", query_string=query, data=fields):
            question = asked()
            computed(question, nothing_ahead(question))
            # those that were written ahead are opened, too
            answer()
    return len(asks)


def ready_grounds(app: Flask) -> None:
    """Read and draw what lies around the ways of each stage; most of it leaves others to go on.

    Parameters
    ----------
    app
        An application whose look-ups can be opened.

    Raises
    ------
    ZoningError
        The plans in force cannot be opened.
    """
    found, grounds = app.extensions["zoning-lookup"], app.extensions["zoning-grounds"]
    for stage in found.study.stages:
        if found.plans(stage.value):
            ground_of(stage.value, found=found, grounds=grounds)


def _questions(found: Lookup, plan: PlanInForce) -> list[dict[str, str]]:
    """Return fields of the form: addresses that are chosen, as they are written, and turned round.

    What is turned round is nowhere: all ways to read a text with slips are tried on it.
    """
    table = found.addresses(plan)
    rows = table.iloc[:: max(1, len(table) // ADDRESSES)]
    chosen = [{"choice": str(address)} for address in rows["address_id"]]
    said = (rows["division"] + rows["road"] + rows["number"] + rows["name"]).fillna("")
    texts = [text for text in said.head(1) if text]
    asked = [*(way for text in texts for way in (text, text[::-1])), IN_PINYIN]
    return [*chosen, *({"address": text} for text in asked)]
