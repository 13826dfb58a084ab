"""What a map says of its review: its number (审图号), why it needs none, or that none is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webmap.maps.facts import Texts
    from zoning.settings import MapSection


def approval_text(settings: MapSection, texts: Texts) -> str:
    """Say it in one line.

    Parameters
    ----------
    settings
        The section `[map]`; a number goes before an exemption.
    texts
        The language.
    """
    if settings.approval_number:
        return texts("ground.APPROVAL", number=settings.approval_number)
    if settings.approval_exemption:
        return texts("ground.EXEMPTION", reason=settings.approval_exemption)
    return texts("ground.NO_APPROVAL")
