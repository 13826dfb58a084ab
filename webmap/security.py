"""Headers of every answer: nothing from outside, and no frame but those that are allowed."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from flask import g

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask, Response

NOT_MODIFIED = 304


def nonce() -> str:
    """Return the mark of this answer's scripts and styles; no other may run."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    return str(g.nonce)


def allow_frames(sites: Sequence[str]) -> None:
    """Let some sites show this answer within their own pages; every other answer stands alone."""
    if sites:
        g.frame_sites = tuple(sites)


def content_policy(mark: str, *, sites: Sequence[str] = (), images: str = "") -> str:
    """Return the content security policy of a page whose scripts carry the mark.

    Parameters
    ----------
    mark
        What `nonce` returned.
    sites
        Sites that may show the page within their own; none by default.
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
            "frame-ancestors " + (" ".join(sites) or "'none'"),
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
        sites: tuple[str, ...] = g.get("frame_sites", ())
        if response.status_code != NOT_MODIFIED:
            # the page that a browser has kept goes with the marks of the policy that came with it
            policy = content_policy(nonce(), sites=sites, images=images)
            response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        if not sites:
            response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        return response
