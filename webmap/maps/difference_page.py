"""The map of a what-if as one file that opens from disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webmap import assets
from webmap.maps.difference_map import ROAD_STYLES, total_cells
from webmap.maps.facts import Texts
from webmap.maps.page import file_frame, map_page
from zoning.study.whatif_files import change_words

if TYPE_CHECKING:
    from webmap.maps.difference_map import DifferenceMap

SCHOOL_SUMS = ("minutes", "nearest_before", "nearest_after")
SCRIPTS = (assets.POPUPS_JS, assets.FURNITURE_JS, assets.DIFFERENCE_JS)


def render_difference_file(shown: DifferenceMap, *, language: str) -> str:
    """Render the map and its tables as one file that needs neither a network nor a server.

    Parameters
    ----------
    shown
        What is on it.
    language
        Language of the page.

    Raises
    ------
    OutsideUrlError
        The page would ask another machine for something.
    """
    texts = Texts(language)
    about = shown.difference.about
    stage = texts(f"plan.VALUE_stage_{about['stage']}")
    return map_page(
        "difference.html",
        file_frame(shown.difference.digest, language=language),
        shown.parts,
        asset=assets.inlined,
        scripts=SCRIPTS,
        data=shown.data,
        map=shown,
        title=texts("whatif.PAGE_TITLE", study=about["study"], stage=stage),
        about=about,
        changes=[change_words(change, language) for change in about["changes"]],
        totals=total_cells(about["totals"], texts),
        roads=[
            (style, texts(f"whatif.ROAD_{role}"))
            for role, style in ROAD_STYLES.items()
            if (shown.difference.roads["role"] == role).any()
        ],
        heads=[texts(f"whatif.HEAD_{name}") for name in (*shown.counts, *SCHOOL_SUMS)],
    )
