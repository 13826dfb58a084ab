"""What the geocoder says of an address of a study, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zoning.geocode.explain import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def explanation(reasons: Iterable[Mapping[str, Any]], language: str) -> str:
    """Return recorded reasons in one line."""
    return say([(item["key"], item["params"]) for item in reasons], language)
