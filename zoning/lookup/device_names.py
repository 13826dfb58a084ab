"""Names to suggest while somebody types, for a device that has no server: all of a stage, once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from zoning.geocode.readings import toneless

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zoning.lookup.suggest import Names


def names_file(names: Names) -> bytes:
    """Return names for `webmap/static/typed.js`, which suggests them as `Names.like` does.

    A device fetches all of them whatever is typed: a part by its beginning would tell what was.

    Parameters
    ----------
    names
        What the bureau's list has.

    Returns
    -------
    JSON: the names, short ones first; how a character is read; and what of a name is read
    otherwise, as [syllables, first letters] by its position.
    """
    from pypinyin import lazy_pinyin

    letters = sorted(set("".join(names.shown)))
    read = {letter: "".join(lazy_pinyin(letter)) for letter in letters}
    readings = {letter: toneless(said) for letter, said in read.items() if said != letter}
    readings = {letter: said for letter, said in readings.items() if said}
    otherwise = {
        str(at): forms[1:]
        for at, (name, forms) in enumerate(zip(names.shown, names.plain, strict=True))
        if _spoken(name, readings) != forms[1:]
    }
    document = {"names": names.shown, "readings": readings, "otherwise": otherwise}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _spoken(name: str, readings: Mapping[str, str]) -> tuple[str, str]:
    """Read a name letter by letter; what is no Chinese character stays together."""
    units: list[str] = []
    together = False
    for letter in name:
        said = readings.get(letter)
        if said is None and together:
            units[-1] += letter.lower()
        else:
            units.append(said or letter.lower())
        together = said is None
    return "".join(units), "".join(unit[:1] for unit in units)
