"""What a notice says of the door numbers of its roads, and whether a number is among them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from zoning.geocode.numbers import (
    BELONGING,
    CHINESE_DIGITS,
    DoorNumber,
    Parity,
    SuffixKind,
    numeral,
)
from zoning.messages import text as message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

UNREAD = "doors.UNREAD"
# parts of a town: which roads they have cannot be told from their name
AREA = re.compile(r"(?:社区|街道|村|小区|片区|居委会?|村委会?|部分)$")
_NUMBERED = re.compile(
    rf"([{CHINESE_DIGITS}]+)(?=横|支|巷|弄|条|街|路|大街|马路|组|社|队|幢|栋|座|段|里|坊)"
)


class Answer(StrEnum):
    """Whether a number is meant; `UNSURE` where the text does not tell."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Fault:
    """A part of the text that is not understood, or contradicts itself.

    Parameters
    ----------
    code
        Message in the catalogue.
    start, end
        Where, in the text as given.
    text
        What stands there.
    road
        Road that it is said of; empty: it may be any.
    """

    code: str
    start: int
    end: int
    text: str
    road: str = ""

    def message(self, language: str) -> str:
        """Say what is wrong."""
        return message(self.code, language, {"text": self.text, "road": self.road})


@dataclass(frozen=True)
class End:
    """One end of a range.

    Parameters
    ----------
    number
        The number at the end.
    included
        Whether the number itself is meant: 以上 includes it, 以后 does not say.
    """

    number: DoorNumber
    included: Answer = Answer.YES


@dataclass(frozen=True)
class Segment:
    """Some numbers of one road.

    Parameters
    ----------
    road
        Its name as written, with the lane, group or building that the numbers belong to.
    first, last
        Ends; None is open. Both open: the whole road, or one whole side of it.
    parity
        Which side.
    parity_in_doubt
        The side is said of a neighbour in the list and may be meant here: numbers of the other
        side are then `UNSURE`.
    whole_yard
        The number is that of a yard (大院): every addition to it belongs to it.
    conditions
        Limits that numbers do not tell: 以南, 北侧, 至某路口.
    notes
        Names in brackets that add nothing to the numbers.
    faults
        Parts of this very statement that are not understood: nothing in it is then sure.
    exceptions
        What is left out.
    start, end
        Where it stands in the text as given.
    """

    road: str
    first: End | None = None
    last: End | None = None
    parity: Parity = Parity.ANY
    parity_in_doubt: Parity = Parity.ANY
    whole_yard: bool = False
    conditions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    exceptions: tuple[Segment, ...] = ()
    start: int = 0
    end: int = 0

    @property
    def is_whole(self) -> bool:
        """Tell whether no number limits it."""
        return self.first is None and self.last is None

    @property
    def is_area(self) -> bool:
        """Tell whether it is a part of a town rather than a road."""
        return bool(AREA.search(self.road)) and self.is_whole

    def all_faults(self) -> Iterator[Fault]:
        """Yield its faults and those of its exceptions."""
        yield from self.faults
        for exception in self.exceptions:
            yield from exception.all_faults()

    def contains(self, number: DoorNumber) -> Answer:
        """Tell whether a number of this road is meant."""
        covered = self.covers(number)
        if covered is Answer.NO:
            return Answer.NO
        left_out = either(
            exception.contains(number)
            for exception in self.exceptions
            if same_road(exception.road, self.road)
        )
        if left_out is Answer.YES:
            return Answer.NO
        return Answer.UNSURE if left_out is Answer.UNSURE else covered

    def covers(self, number: DoorNumber) -> Answer:
        """Tell whether a number lies in the range, exceptions aside."""
        if self._counts_otherwise(number):
            return Answer.UNSURE
        inside = self._on_side(number)
        if inside is not Answer.NO:
            inside = both(inside, both(_after(self.first, number), self._before(number)))
        if inside is Answer.YES and (self.conditions or self.faults):
            return Answer.UNSURE
        if inside is Answer.YES and not self.parity_in_doubt.takes(self._counted(number)):
            return Answer.UNSURE
        return inside

    def _counted(self, number: DoorNumber) -> int:
        """Return the number that parity speaks of: within a lane, that of the house."""
        ends = [end.number for end in (self.first, self.last) if end is not None]
        within = bool(ends) and all(
            end.suffixes and end.suffixes[0].kind is SuffixKind.INNER for end in ends
        )
        if within and len({end.base for end in ends}) == 1 and number.suffixes:
            return number.suffixes[0].value
        return number.base

    def _on_side(self, number: DoorNumber) -> Answer:
        return Answer.YES if self.parity.takes(self._counted(number)) else Answer.NO

    def _before(self, number: DoorNumber) -> Answer:
        """Tell whether a number does not lie beyond the last one."""
        if self.last is None:
            return Answer.YES
        last, key = self.last.number, _key(number)
        if key == _key(last):
            return self.last.included
        if key < _key(last):
            return Answer.YES
        if not number.is_under(last):
            return Answer.NO
        kind = number.suffixes[len(last.suffixes)].kind
        if self.last.included is Answer.YES and (self.whole_yard or kind in BELONGING):
            return Answer.YES
        return Answer.NO if self.last.included is Answer.NO else Answer.UNSURE

    def _counts_otherwise(self, number: DoorNumber) -> bool:
        """Doubt 12号A and 12号附1号 in "12号之一至之五": other ways to number the same house."""
        if self.first is None or self.last is None or self.first == self.last:
            return False
        first, last = self.first.number, self.last.number
        depth = len(last.suffixes) - 1
        if depth < 0 or first.base != last.base or first.suffixes[:depth] != last.suffixes[:depth]:
            return False
        if len(first.suffixes) != depth + 1 or len(number.suffixes) <= depth:
            return False
        same_house = number.base == last.base and number.suffixes[:depth] == last.suffixes[:depth]
        kinds = {first.suffixes[depth].kind, last.suffixes[depth].kind}
        return same_house and len(kinds) == 1 and number.suffixes[depth].kind not in kinds


@dataclass(frozen=True)
class DoorText:
    """What a text says of door numbers.

    Parameters
    ----------
    raw
        The text as given.
    segments
        What is understood.
    faults
        All that is not, those within segments too.
    """

    raw: str
    segments: tuple[Segment, ...]
    faults: tuple[Fault, ...] = ()

    @property
    def roads(self) -> tuple[str, ...]:
        """Names of all roads, in the order of the text."""
        return tuple(dict.fromkeys(segment.road for segment in self.segments))

    def contains(self, number: DoorNumber, *, road: str | None = None) -> Answer:
        """Tell whether a door number is meant.

        Parameters
        ----------
        number
            The number.
        road
            Its road. None suits a text of one road: where roads of the text differ in their
            answers, the answer is `UNSURE`.
        """
        if road is not None:
            return self._of_road(number, road)
        roads = self.roads or tuple(fault.road for fault in self.faults) or ("",)
        answers = {self._of_road(number, name) for name in roads}
        return answers.pop() if len(answers) == 1 else Answer.UNSURE

    def _of_road(self, number: DoorNumber, road: str) -> Answer:
        own = [segment for segment in self.segments if same_road(segment.road, road)]
        answer = either(segment.contains(number) for segment in own)
        if answer is not Answer.NO:
            return answer
        if any(self._left_out(number, road, segment) for segment in self.segments):
            return Answer.NO
        loose = any(
            not fault.road or same_road(fault.road, road)
            for fault in self.faults
            if fault.code == UNREAD or fault not in self._of_segments
        )
        unknown = not own and any(segment.is_area for segment in self.segments)
        return Answer.UNSURE if loose or unknown else Answer.NO

    @property
    def _of_segments(self) -> frozenset[Fault]:
        """Faults that matter only to the numbers of the segment that they are in."""
        return frozenset(fault for segment in self.segments for fault in segment.all_faults())

    def _left_out(self, number: DoorNumber, road: str, segment: Segment) -> bool:
        return any(
            same_road(exception.road, road) and exception.contains(number) is Answer.YES
            for exception in segment.exceptions
        )


def either(answers: Iterable[Answer]) -> Answer:
    """Return yes if any is, else unsure if any is."""
    best = Answer.NO
    for answer in answers:
        if answer is Answer.YES:
            return answer
        best = answer if answer is Answer.UNSURE else best
    return best


def both(one: Answer, other: Answer) -> Answer:
    """Return no if one is, else unsure if one is."""
    if Answer.NO in (one, other):
        return Answer.NO
    return Answer.UNSURE if Answer.UNSURE in (one, other) else Answer.YES


def road_key(road: str) -> str:
    """Return what two spellings of a road have in common: 东湖路三横路 and 东湖路3横路."""
    bare = re.sub(r"[\s()\-·]", "", road)
    return _NUMBERED.sub(lambda found: str(numeral(found[1]) or found[1]), bare)


def same_road(one: str, other: str) -> bool:
    """Tell whether two names are the same road."""
    return one == other or road_key(one) == road_key(other)


def _key(number: DoorNumber) -> tuple[object, ...]:
    """Return the place of a number along the road: a lane stands where its number does."""
    return (number.base, number.suffixes)


def _after(first: End | None, number: DoorNumber) -> Answer:
    if first is None:
        return Answer.YES
    key, bound = _key(number), _key(first.number)
    if key == bound:
        return first.included
    if key < bound:
        return Answer.NO
    # what belongs to a number that is left out is left out with it
    return first.included if number.is_under(first.number) else Answer.YES
