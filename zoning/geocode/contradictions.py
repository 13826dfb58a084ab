"""What of a question contradicts the row that it probably means: then it is asked about.

Likeness weighs all parts of an address against each other. Some differences must not be weighed:
another lane, another end of a road, a name or a phase that the table has elsewhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from zoning.geocode.doubts import OTHER_SPELLING, OTHER_STRETCH
from zoning.geocode.encode import hashed
from zoning.geocode.kernels import FAR_M, METRES, NO_ZONE
from zoning.geocode.recording import make_record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zoning.geocode.answer import Answer
    from zoning.geocode.encode import Encoded
    from zoning.geocode.gazetteer import Gazetteer
    from zoning.geocode.record import Door, Record

OTHER_LANE, OTHER_ROAD = "OTHER_LANE", "OTHER_ROAD"
NAME_ELSEWHERE, PART_OPEN = "NAME_ELSEWHERE", "PART_OPEN"
NAME_UNSURE, LEFT_OUT, OTHER_TOWN = "NAME_UNSURE", "LEFT_OUT", "OTHER_TOWN"
# what makes a row the very place; likeness alone does not: 银柏新村 and 星源新村 are on one road
_SAME_PLACE = frozenset({"TEXT_EQUAL", "NAME_EQUAL", "NUMBER_EQUAL", "GROUP_EQUAL", "IN_GROUP"})
# what a road that is guessed needs besides: the very name
_GUESSED = frozenset({OTHER_STRETCH, OTHER_SPELLING})
# letters that tell roads of one name apart: 南京东路 is not 南京西路, nor 江林2街 江林街
_TELLING = re.compile(r"[东西南北中上下前后内外新老大小\da-z一二三四五六七八九十]")
_LANE = re.compile(r"(?P<road>.{2,}?[路街道巷])(?P<lane>\d+)(?:支?[弄巷]|支路|横[路街巷])$")


@dataclass(frozen=True, eq=False)
class Contradictions:
    """Finds what contradicts an answer.

    Parameters
    ----------
    gazetteer
        The table.
    zones
        Zone of each row, `NO_ZONE` for none; None where no zones are known.
    """

    gazetteer: Gazetteer
    zones: NDArray[np.int32] | None

    def of(self, asked: Record, answer: Answer) -> str:
        """Return the reason to ask; empty for none.

        Parameters
        ----------
        asked
            The question, slips put right.
        answer
            An answer that would be given, with the row that it rests on.
        """
        if answer.row is None:
            return ""
        row = _Row(self.gazetteer, answer.row)
        if _other_lane(asked, row):
            return OTHER_LANE
        said = {reason.key for reason in answer.reasons}
        if not said & _SAME_PLACE:
            return NAME_UNSURE if asked.name else LEFT_OUT
        if asked.respelt and asked.written and _other_road(asked.written, row.record.doors):
            return OTHER_ROAD
        # the very compound at its number is the place, whichever town is written
        if not said >= {"NAME_EQUAL", "NUMBER_EQUAL"} and row.is_in_other_town(asked.town):
            return OTHER_TOWN
        if not asked.name and row.is_in_other_district(asked.district):
            return OTHER_TOWN
        guessed = [key for key in asked.doubts if key in _GUESSED]
        if guessed and "NAME_EQUAL" not in said:
            return guessed[0]
        return self._other_name(asked, row, answer)

    def _other_name(self, asked: Record, row: _Row, answer: Answer) -> str:
        """Tell whether the name of a question is that of other rows, or of several phases."""
        if not asked.name:
            return ""
        entries = self.gazetteer.called(asked.name, city=asked.city)
        if len(entries) == 0:
            return ""
        here = self._here(answer, entries)
        if asked.name != row.record.name:
            return "" if here.any() else NAME_ELSEWHERE
        if asked.parts or here.all():
            return ""
        # with its number the question says which phase it means
        numbered = {door for door in asked.doors if door.number >= 0}
        if numbered & set(row.record.doors):
            return ""
        index = self.gazetteer.index
        parts = {
            tuple(index.rows.part[index.rows.part_ptr[entry] : index.rows.part_ptr[entry + 1]])
            for entry in entries
        }
        return PART_OPEN if len(parts) > 1 else ""

    def _here(self, answer: Answer, entries: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Tell which entries lie with an answer: near it, and in its zone where that is known."""
        index = self.gazetteer.index
        assert answer.row is not None
        lon, lat = answer.lon or 0.0, answer.lat or 0.0
        east = (index.lon[entries] - lon) * np.cos(np.radians(lat))
        near = np.asarray(METRES * np.hypot(east, index.lat[entries] - lat) <= FAR_M)
        if self.zones is None or self.zones[answer.row] == NO_ZONE:
            return near
        same: NDArray[np.bool_] = self.zones[index.row[entries]] == self.zones[answer.row]
        return near & same


@dataclass(frozen=True, eq=False)
class _Row:
    """A row of the table, of which no more is read than is needed: reading takes its time."""

    gazetteer: Gazetteer
    at: int

    @cached_property
    def record(self) -> Record:
        table = self.gazetteer
        name, address = table.names.at(self.at), table.addresses.at(self.at)
        return make_record(name, address, divisions=table.divisions)

    def is_in_other_town(self, town: str) -> bool:
        """Tell whether a town is named, and the row names another one."""
        return not self._says(self._parts.town, town) and _differ(town, self.record.town)

    def is_in_other_district(self, district: str) -> bool:
        """Tell whether a district is named, and the row names another one."""
        said = self._says(self._parts.district, district)
        return not said and _differ(district, self.record.district)

    def _says(self, column: NDArray[np.uint64], text: str) -> bool:
        return not text or int(column[self.gazetteer.point[self.at]]) == hashed(text)

    @property
    def _parts(self) -> Encoded:
        return self.gazetteer.index.rows


def _lanes(record: Record) -> dict[str, set[str]]:
    """Return the numbered lanes that a record names, by their road."""
    found: dict[str, set[str]] = {}
    for door in record.doors:
        lane = _LANE.fullmatch(door.road)
        if lane is not None:
            found.setdefault(lane["road"], set()).add(lane["lane"])
    return found


def _other_lane(asked: Record, row: _Row) -> bool:
    """Tell whether both name lanes of one road, and none in common."""
    ours = _lanes(asked)
    theirs = _lanes(row.record) if ours else {}
    both = ours.keys() & theirs.keys()
    return bool(both) and not any(ours[road] & theirs[road] for road in both)


def _differ(one: str, other: str) -> bool:
    """Tell whether both name a division, and not the same."""
    return bool(one and other) and one != other


def _other_road(written: Sequence[Door], row: Sequence[Door]) -> bool:
    """Tell whether a road that was put right differs from the row's by a letter that tells."""
    ours, theirs = ({door.road for door in doors} for doors in (written, row))
    if not ours or not theirs or ours & theirs:
        return False
    return all(any(_is_telling(one, other) for other in theirs) for one in ours)


def _is_telling(one: str, other: str) -> bool:
    """Tell whether what two names do not have in common tells roads apart."""
    steps = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    changed = [
        one[first:last] + other[start:end]
        for kind, first, last, start, end in steps
        if kind != "equal"
    ]
    return any(_TELLING.search(letters) for letters in changed)
