"""Other names within a name, 水岸花都（原书香门第）: they may be those of other places."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zoning.geocode.keys import Bracket, name_key
from zoning.geocode.text import plain

if TYPE_CHECKING:
    from zoning.geocode.admin import Divisions

_BRACKETS = re.compile(r"[【\[《〈「『〔]([^】\]》〉」』〕]{2,60})[】\]》〉」』〕]")
_BLANKS = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_CALLED = re.compile(
    r"^(?:曾用名|原名?|又名|又称|现名?|现为|即|近|别名|旧名|旧称|俗称|也叫|今)[::]?"
)
_JOINTS = re.compile(r"[^\w\u4e00-\u9fff]+|和|与|或|及")
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
# a list of names is asked about by its first ones
_MOST = 4


def other_names(name: str, *, divisions: Divisions, joined: bool) -> tuple[str, ...]:
    """Return the names that a name holds besides.

    Parameters
    ----------
    name
        As it was asked.
    divisions
        Divisions of the area: a bracket that names one is no name of a place.
    joined
        Whether the parts between signs, or 和, are names by themselves: not where the whole is one.
    """
    text = _BRACKETS.sub(r"(\1)", plain(_BLANKS.sub("、", name.strip())).text)
    brackets = name_key(text, divisions=divisions).brackets if "(" in text else ()
    kinds = {Bracket.ALIAS, Bracket.OTHER}
    found = [_CALLED.sub("", inside) for kind, inside in brackets if kind in kinds]
    pieces = [piece for inside in found for piece in _JOINTS.split(inside)]
    if joined:
        parts = _JOINTS.split(re.sub(r"\([^()]*\)?", "", text))
        pieces += parts if len(parts) > 1 else []
    names = dict.fromkeys(piece for piece in (*found, *pieces) if _HAN.search(piece))
    return tuple(names)[:_MOST]
