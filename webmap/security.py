"""Headers of every answer: nothing from outside, nothing inside a foreign frame."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import g

if TYPE_CHECKING:
    from flask import Flask, Response


def nonce() -> str:
    """Return the mark of this answer's scripts and styles; no other may run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    return str(g.nonce)


def content_policy(mark: str, *, images: str = "") -> str:
    """Return the content security policy of a page whose scripts carry the mark.

    Parameters
    ----------
    mark
        The mark.
    images
        Where images may come from besides this server; empty for nowhere.
    """
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' 'nonce-{mark}'",
            f"style-src 'self' 'nonce-{mark}'",
            f"img-src 'self' data: {images}".rstrip(),
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


def protect(app: Flask, *, images: str = "") -> None:
    """Add the headers to every answer of an application.

    Parameters
    ----------
    app
        The application.
    images
        See `content_policy`.
    """

    @app.after_request
    def _add(response: Response) -> Response:
        response.headers.setdefault(
            "Content-Security-Policy", content_policy(nonce(), images=images)
        )
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        return response
