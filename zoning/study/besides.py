"""What a text names besides the address that it equals: another estate, a phase that no row has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zoning.geocode.model import Kind
from zoning.geocode.parse import parse
from zoning.study.by_parts import parts_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from zoning.geocode.admin import Divisions
    from zoning.study.said import Said

# what is named with its suffix: 幸福小区, 怡景湾, but not 北门
_SURE = 0.9
# 二期 is read as a phase, II期 as a name of its own
_ROMAN = re.compile(r"[ivx]{1,4}期?")
# 原邮电局家属院 is another name of the estate if the table has it as an alias
_FORMER = re.compile(r"^(?:原|现|即|又[名称]|俗称)")


def compounds_named(said: Said, *, divisions: Divisions) -> tuple[str, ...]:
    """Return the compounds and phases of a text that has more than one, those in brackets too.

    Parameters
    ----------
    said
        The text.
    divisions
        Divisions of the area.
    """
    items = list(said.address.components)
    for bracket in said.address.all(Kind.BRACKET):
        items += parse(bracket.text.strip("()"), divisions=divisions).components
    compounds = [item for item in items if item.kind is Kind.COMPOUND]
    if len(compounds) < 2 and len(items) == len(said.address.components):
        return ()
    return tuple(
        item.text for item in compounds if item.confidence >= _SURE or _ROMAN.fullmatch(item.text)
    )


def are_others(
    compounds: Iterable[str], *, names: Collection[str], words: str, divisions: Divisions
) -> bool:
    """Tell whether some compound is none of the addresses that its text equals.

    Whoever writes 甲小区搬到乙小区 or 甲小区（现乙小区） may live in the one that the table lacks.

    Parameters
    ----------
    compounds
        As `compounds_named` returns them.
    names
        Names of these addresses, as `Parts` has them.
    words
        All words of these addresses in plain form.
    divisions
        Divisions of the area.
    """
    return any(
        not any(name in names for name, _ in parts_of(text, divisions=divisions).names)
        for text in (_FORMER.sub("", text) for text in compounds)
        if text not in words
    )
