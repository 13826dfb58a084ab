"""Smaller answers: gzip or br for what everybody may read, and for nothing else.

A page that holds a secret, such as the token of a form, beside words that somebody else has chosen
tells of the secret by its length once it is compressed (BREACH). So an answer is sent as it is
unless whoever made it said that it holds neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g
from flask_compress import Compress

if TYPE_CHECKING:
    from flask import Flask, Response

KINDS = (
    "text/html", "text/css", "text/csv", "text/javascript", "text/plain", "image/svg+xml",
    "application/json", "application/geo+json", "application/javascript",
)  # fmt: skip


def may_be_compressed() -> None:
    """Say that the answer to this request holds no secret and nothing that its reader wrote."""
    g.may_be_compressed = True


def compress_public(app: Flask) -> None:
    """Compress what may be, in the way that a reader accepts and prefers."""
    app.config.update(
        COMPRESS_REGISTER=False,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_MIMETYPES=list(KINDS),
    )
    compress = Compress()
    compress.init_app(app)

    @app.after_request
    def _compress(response: Response) -> Response:
        if not g.get("may_be_compressed", False):
            return response
        return compress.after_request(response)
