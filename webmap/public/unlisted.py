"""The page of an address that the list does not have, made of that of the one which stands for it.

Both say the same but for one sentence, and only what is in the list has a slip.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import escape

from webmap.public.wording import Wording

if TYPE_CHECKING:
    from webmap.maps.facts import Texts
    from zoning.lookup.answers import Place

# as the templates in `webmap/templates/answers` have them
_PLACE = re.compile(r'(?<=<p class="place">)[^<]*(?=</p>)')
_ASKS_SLIP = 'class="ask-slip"'
_SLIP = re.compile(r'<form [^>]*class="ask-slip">.*?</form>\n</div>\n', re.DOTALL)


def as_unlisted(main: str, place: Place, *, texts: Texts) -> str | None:
    """Return the main part of the page of an address as it is for a text that is not in the list.

    Parameters
    ----------
    main
        As `answer_page.main_part` makes it for the address, which no boundary is near.
    place
        The address.
    texts
        The catalogue in the language of the page.

    Returns
    -------
    None where the page is not as it is known here: it has to be made anew.
    """
    said = str(escape(Wording(texts).by_nearest(place)))
    note = f'</div>\n<p class="note no-print">{escape(texts("lookup.NO_SLIP"))}</p>'
    told, places = _PLACE.subn(lambda _: said, main)
    told, _ = _SLIP.subn(lambda _: note, told)
    # an area without a school has no slip
    return told if places == 1 and _ASKS_SLIP not in told else None
