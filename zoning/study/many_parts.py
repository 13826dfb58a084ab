"""Many addresses cut into parts: those that differ in their figures alone are cut but twice.

In a table of a city most rows are the doors and buildings of some road. 康园街41号7幢 has the parts
of 康园街3号12幢 with other figures. That this holds is not taken on trust: it has to hold for two
examples of a kind that share no figure, or all of that kind are cut one by one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from zoning.geocode.numerals import SPOKEN, value
from zoning.geocode.record import NO_NUMBER
from zoning.geocode.recording import short_form
from zoning.geocode.text import plain
from zoning.study.by_parts import Parts, aliases, parts_of, village_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from zoning.geocode.admin import Divisions

_REMEMBERED = 50_000
# what is longer or begins with a nought may be read otherwise: it stays as it is
_FIGURES = re.compile(r"(?<![0-9])[1-9][0-9]{0,2}(?![0-9])")
# before a unit it does not matter how many figures there are
_UNITS = "号栋幢单组弄期室"
_ANY = "\0"
_WRITTEN_OUT = re.compile(SPOKEN)


@dataclass(frozen=True)
class _Example:
    """A text that was cut.

    Parameters
    ----------
    figures
        Those in it, in their order.
    parts
        Its parts.
    confirmed
        Whether another text of its kind, with other figures, had the same parts but for these.
    """

    figures: tuple[str, ...]
    parts: Parts
    confirmed: bool = False


class Cutter:
    """Cuts texts into parts, each as `parts_of` does.

    Parameters
    ----------
    divisions
        Divisions of the area.
    """

    def __init__(self, divisions: Divisions) -> None:
        # None: kinds in which figures decide more than themselves
        self._examples: dict[str, _Example | None] = {}

        def cut(text: str) -> Parts:
            return parts_of(text, divisions=divisions)

        # the names of compounds have no figures, and each stands in many rows
        self._cut, self._cut_name = cut, lru_cache(_REMEMBERED)(cut)

    def parts(self, text: str) -> Parts:
        """Cut a text."""
        figures = tuple(_FIGURES.findall(text))
        if not figures or _ANY in text:
            return self._cut_name(text)
        kind = _FIGURES.sub(_stand_in, text)
        example = self._examples.get(kind)
        if example is not None and example.confirmed:
            return _with_figures(example, figures)
        parts = self._cut(text)
        if kind not in self._examples:
            self._examples[kind] = _Example(figures, parts)
        elif example is not None:
            self._examples[kind] = self._confirmed(example, _Example(figures, parts), text)
        return parts

    def _confirmed(self, example: _Example, other: _Example, text: str) -> _Example | None:
        """Return an example of a kind if another has the same parts; None if it has not."""
        if not _tells((*example.figures, *other.figures), text):
            made = _other_figures(other.figures, text)
            if made is None:
                return None
            new = iter(made)
            example = _Example(made, self._cut(_FIGURES.sub(lambda _: next(new), text)))
        same = _with_figures(example, other.figures) == other.parts
        return replace(example, confirmed=True) if same else None


def _other_figures(figures: Sequence[str], text: str) -> tuple[str, ...] | None:
    """Return as many figures as long, all known again among the parts; None if there are none."""
    taken = {*figures, *_written_out(text)}
    made: list[str] = []
    for own in figures:
        longest = 10 ** len(own)
        free = map(str, range(longest - 1, longest // 10 - 1, -1))
        found = next((other for other in free if other not in taken), None)
        if found is None:
            return None
        made.append(found)
        taken.add(found)
    return tuple(made)


def _stand_in(figures: re.Match[str]) -> str:
    counted = figures.string[figures.end() : figures.end() + 1] in _UNITS
    return _ANY if counted and figures.end() < len(figures.string) else _ANY * len(figures[0])


def _tells(figures: Sequence[str], text: str) -> bool:
    """Tell whether each figure is known again among the parts: no two are equal, nor written 三."""
    written = _written_out(text)
    return len({*figures, *written}) == len(figures) + len(written)


def _written_out(text: str) -> set[str]:
    return {str(value(found[0])) for found in _WRITTEN_OUT.finditer(text)}


def _with_figures(example: _Example, figures: Sequence[str]) -> Parts:
    """Return the parts of an example with other figures in the place of its own."""
    new = dict(zip(example.figures, figures, strict=True))

    def text(said: str) -> str:
        return _FIGURES.sub(lambda found: new.get(found[0], found[0]), said)

    own = example.parts
    return Parts(
        names=frozenset((text(name), tuple(map(text, phases))) for name, phases in own.names),
        doors=frozenset(
            (text(road), _number(number, new), text(suffix)) for road, number, suffix in own.doors
        ),
        roads=frozenset(map(text, own.roads)),
        loose=None if own.loose is None else (_number(own.loose[0], new), text(own.loose[1])),
        villages=frozenset(map(text, own.villages)),
        group=_number(own.group, new),
        building=text(own.building),
        town=text(own.town),
        district=text(own.district),
        aside=own.aside,
    )


def _number(number: int, new: Mapping[str, str]) -> int:
    return int(new.get(str(number), number))


def parts_of_rows(rows: Iterable[Mapping[str, str]], cutter: Cutter) -> list[Parts]:
    """Return the parts of rows of the bureau's table.

    Parameters
    ----------
    rows
        name, division, community, road, number and alias of each.
    cutter
        Cuts texts.
    """
    return [_row_parts(words, cut=cutter.parts) for words in rows]


def _row_parts(words: Mapping[str, str], *, cut: Callable[[str], Parts]) -> Parts:
    where = words["road"] + words["number"]
    door = cut(where)
    # most rows are doors that are called by road and number: nothing new
    names = {words["name"], *aliases(words["alias"])} - {"", where}
    called = [cut(name) for name in sorted(names)]
    own = [item for item in called if item.names or item.group != NO_NUMBER]
    villages = {village for item in called for village in item.villages}
    if words["community"]:
        villages.add(_village(words["community"]))
    groups = [item.group for item in called if item.group != NO_NUMBER]
    buildings = [door.building, *(item.building for item in called)]
    return Parts(
        names=frozenset(name for item in own for name in item.names),
        doors=door.doors.union(*(item.doors for item in called)),
        roads=door.roads,
        villages=frozenset(villages),
        group=groups[0] if groups else NO_NUMBER,
        building=next((item for item in buildings if item), ""),
        town=_town(words["division"]),
    )


@lru_cache(_REMEMBERED)
def _village(community: str) -> str:
    return village_name(plain(community).text)


@lru_cache(_REMEMBERED)
def _town(division: str) -> str:
    return short_form(plain(division).text)
