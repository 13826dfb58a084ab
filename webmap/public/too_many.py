"""The page for whoever asked too much: why, how long to wait, and what to do meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webmap.limits.rules import seconds_to_wait
from webmap.maps.facts import Texts
from webmap.maps.page import render
from webmap.public.frame import page_frame, private, styles
from webmap.public.question import service

if TYPE_CHECKING:
    from flask import Response


def too_many() -> Response:
    """Say that the limit was reached; what was asked is not repeated."""
    frame = page_frame(home=True)
    texts = Texts(frame.language)
    wait = seconds_to_wait()
    page = render(
        "closed.html",
        frame,
        title=texts("limits.TITLE"),
        study=service().study.name,
        styles=styles(),
        said=texts("limits.SAID", seconds=wait),
        settings=service().settings,
    )
    response = private(page, status=429)
    response.headers["Retry-After"] = str(wait)
    return response
