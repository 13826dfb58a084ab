"""What the geocoder says, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zoning.messages import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def explanation(reasons: Sequence[Mapping[str, Any]], language: str) -> str:
    """Return the sentences of an explanation in one line."""
    between = text("study_geocode.BETWEEN", language)
    return between.join(
        text(f"study_geocode.REASON_{item['key']}", language, item["params"]) for item in reasons
    )


def code_name(code: str, language: str) -> str:
    """Return a match code in words."""
    return text(f"study_geocode.CODE_{code}", language)
