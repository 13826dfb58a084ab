"""Another name in brackets behind a name, 水岸花都（书香门第）: it may be that of another place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.geocode.keys import Bracket, name_key

if TYPE_CHECKING:
    from zoning.geocode.admin import Divisions


def second_name(name: str, *, divisions: Divisions) -> str | None:
    """Return the first other name in the brackets of a name; None where there is none.

    Parameters
    ----------
    name
        As it was asked.
    divisions
        Divisions of the area: a bracket that names one is no name of a place.
    """
    if "(" not in name and "（" not in name:
        return None
    brackets = name_key(name, divisions=divisions).brackets
    return next((inside for kind, inside in brackets if kind is Bracket.ALIAS), None)
