"""Papers as answers: where a notice stands on line, and files to keep or to look at."""

from __future__ import annotations

import segno
from flask import Response, current_app, request, url_for

from webmap.public.question import service
from webmap.services.papers import media_of

# what a browser shows; the rest is for other programs
SHOWN = frozenset({"pdf", "png", "svg"})


def notice_url(case_id: str) -> str:
    """Return the address of a notice, as it stands on its papers.

    Empty where it becomes a file and nobody has said where the server is.
    """
    plain = "zoning-site" in current_app.extensions
    site = service().settings.site or ("" if plain else request.host_url)
    if not site:
        return ""
    return f"{site.rstrip('/')}{url_for('notices.one', case_id=case_id)}"


def code_of(url: str) -> str:
    """Return a code that a telephone reads, as the source of a picture."""
    code: str = segno.make(url, error="m", micro=False).svg_data_uri(scale=4, border=4)
    return code


def paper(content: bytes, name: str, *, called: str, shown: bool = True) -> Response:
    """Return a paper.

    Parameters
    ----------
    content
        Its bytes.
    name
        Its name among the papers, which says what it is.
    called
        What the file is called where somebody keeps it, without what comes before the name.
    shown
        Whether a browser may show it; otherwise it is kept as a file.
    """
    response = Response(content, mimetype=media_of(name))
    kind = "inline" if shown and name.rpartition(".")[2] in SHOWN else "attachment"
    response.headers.set("Content-Disposition", kind, filename=f"{called}-{name}")
    response.headers["Cache-Control"] = "no-cache"
    return response
