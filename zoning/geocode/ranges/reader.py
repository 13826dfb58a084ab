"""Read what a notice says of door numbers; what is not understood is told, never swallowed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from zoning.geocode.numbers import Parity
from zoning.geocode.ranges.draft import Draft, lane_names, lanes_between
from zoning.geocode.ranges.exceptions import attach, covered_tail
from zoning.geocode.ranges.items import Item, parity_of, read_item
from zoning.geocode.ranges.model import UNREAD, DoorText, End, Fault
from zoning.geocode.ranges.names import (
    EXCEPTING,
    LEADING,
    LIMITING,
    SIGNS,
    brackets,
    excepting,
    is_prose,
)
from zoning.geocode.ranges.tokens import Kind, Token, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

_DEEPEST = 4  # brackets within brackets; deeper ones are told as not understood
_FARTHEST = 200  # an exception is looked for among so many of the last segments
_NUMERIC = frozenset({Kind.DOOR, Kind.SUFFIX, Kind.PARITY, Kind.DASH, Kind.LANES, Kind.WHOLE})
_PARTING = frozenset({Kind.LIST, Kind.COMMA, Kind.HARD, Kind.CLOSE})


def read_ranges(text: str, *, road: str = "") -> DoorText:
    """Read a notice's list of door numbers.

    Parameters
    ----------
    text
        "人民路1-15（单号）、2-30（双号，14号除外）；建设巷全段".
    road
        Road of the numbers that stand before any name.
    """
    reader = _Reader(text, tokens(text), roads=(road,) if road else ("",))
    reader.read()
    segments = tuple(draft.segment() for draft in reader.drafts)
    faults = {*reader.faults, *(fault for segment in segments for fault in segment.all_faults())}
    return DoorText(text, segments, tuple(sorted(faults, key=lambda one: (one.start, one.end))))


class _Reader:
    """One pass over the words."""

    def __init__(
        self, raw: str, words: Sequence[Token], *, roads: tuple[str, ...], depth: int = 0
    ) -> None:
        self.raw = raw
        self.words = words
        self.depth = depth
        self.closing = brackets(words) if depth < _DEEPEST else {}
        self.roads = roads
        self.stem = ""
        self.prefix = Parity.ANY
        self.drafts: list[Draft] = []
        self.faults: list[Fault] = []
        self.at = 0
        self.road_at = 0
        self.list_at = 0
        self.comma_at = 0
        self.glued = False
        self.heading: list[str] = []
        self.clause_at = 0
        self.pending: list[tuple[int, Sequence[Token]]] = []

    def read(self) -> None:
        """Read all words."""
        while self.at < len(self.words):
            self._step()
        self._settle()

    def _step(self) -> None:
        word = self.words[self.at]
        if word.kind in {Kind.MARK, Kind.COLON}:
            self.at += 1
            self.glued = False
        elif word.kind in _PARTING:
            self._part(word)
        elif word.kind in {Kind.NAME, Kind.LANES}:
            self._name()
        elif word.kind in {Kind.DOOR, Kind.SUFFIX, Kind.DASH}:
            self._item()
        elif word.kind is Kind.PARITY:
            self.at += 1
            self._parity(word)
        elif word.kind is Kind.WHOLE:
            self._whole(word)
        elif word.kind is Kind.OPEN:
            self._bracket()
        elif word.kind in EXCEPTING:
            self._except(word)
        elif word.kind is Kind.BEYOND and self.glued and self.drafts:
            self._beyond()
        elif word.kind is Kind.SIDE and self.drafts and self.glued:
            self.drafts[-1].conditions.append(word.text)
            self.at += 1
        else:
            self._fault(word.start, word.end)
            self.at += 1

    def _peek(self, ahead: int = 0) -> Kind | None:
        at = self.at + ahead
        return self.words[at].kind if at < len(self.words) else None

    def _last(self) -> Draft | None:
        """Return the segment that the word at hand follows without a separator."""
        return self.drafts[-1] if self.glued and self.drafts else None

    def _fault(
        self, start: int, end: int, *, code: str = UNREAD, draft: Draft | None = None
    ) -> None:
        """Note a part that is not understood, in a segment or loose in its road's list."""
        road = self.roads[0] if len(self.roads) == 1 else ""
        fault = Fault(code, start, end, self.raw[start:end], draft.road if draft else road)
        (draft.faults if draft else self.faults).append(fault)

    def _part(self, word: Token) -> None:
        self.at += 1
        self.glued = False
        if word.kind is Kind.CLOSE:
            self._fault(word.start, word.end)
        if word.kind is Kind.COMMA:
            self.comma_at = len(self.drafts)
        if word.kind is Kind.HARD:
            self._settle()

    def _settle(self) -> None:
        """End a clause: what was left out before its numbers is taken from them."""
        self._take_out()
        self.prefix = Parity.ANY
        self.clause_at = len(self.drafts)
        self.list_at = self.comma_at = len(self.drafts)

    def _take_out(self) -> None:
        """Apply the exceptions that were said before their numbers."""
        for at, words in self.pending:
            self._leave_out(words, self.drafts[at:] or self.drafts[self.road_at :])
        self.pending = []

    def _name(self) -> None:
        """Read a name and its lanes, and decide whether it stands for the whole of a road."""
        start = self.at
        said = self._said_name()
        first, last = self.words[start], self.words[self.at - 1]
        if not said:
            return
        after_number = self.glued and start > 0 and self.words[start - 1].end == first.start
        follows = self._peek()
        if after_number and follows in {None, *_PARTING}:
            self._remark(first.start, last.end, "".join(said))
            return
        if is_prose(first.text):
            self._unread_prose(first.start, last.end)
            return
        self._enter(said)
        if follows is Kind.COLON:
            while self._peek() in {Kind.COLON, Kind.MARK, Kind.OPEN}:
                if self._peek() is Kind.OPEN:
                    break
                self.at += 1
            if self._peek() in {Kind.NAME, Kind.HARD, None}:
                return
        if self._needs_whole():
            self._add_whole(first.start, last.end)

    def _said_name(self) -> tuple[str, ...]:
        """Take the words of a name; return the roads that it stands for."""
        word = self.words[self.at]
        name = ""
        if word.kind is Kind.NAME:
            name = LEADING.sub("", word.text).strip(" .·\"'“”")
            self.at += 1
            if not re.search(r"\w", name):
                if not SIGNS.fullmatch(word.text):
                    self._fault(word.start, word.end)
                return ()
        # lanes apart from the name before them are read next, as lanes of that road
        if word.kind is Kind.NAME and (self._peek() is not Kind.LANES or not self._adjoins()):
            self.stem = ""
            return (name,)
        stem = name or self.stem or (self.roads[0] if self.roads else "")
        lanes = self._lanes_until(stem)
        self.stem = stem
        return tuple(stem + lane for lane in lanes)

    def _adjoins(self) -> bool:
        """Tell whether the word at hand touches the one before it, or begins a name."""
        before = self.words[self.at - 1] if self.at else None
        word = self.words[self.at]
        return before is None or before.kind is not Kind.NAME or before.end == word.start

    def _lanes_until(self, stem: str) -> tuple[str, ...]:
        """Read 一横路, 一、二横路 or 一街至锦汇三街."""
        lanes = lane_names(self.words[self.at].text)
        self.at += 1
        skip = 1 if self._peek(1) is Kind.LANES else 2
        named = self._peek(1) is Kind.NAME and self.words[self.at + 1].text == stem
        if self._peek() is Kind.DASH and self._peek(skip) is Kind.LANES and (skip == 1 or named):
            between = lanes_between(lanes, self.words[self.at + skip].text)
            self.at += skip + 1 if between else 0
            lanes = between or lanes
        return lanes

    def _enter(self, roads: tuple[str, ...]) -> None:
        if self.pending and len(self.drafts) > self.pending[0][0]:
            self._take_out()
        self._settle_road()
        self.roads = roads
        self.prefix = Parity.ANY

    def _settle_road(self) -> None:
        self.road_at = self.list_at = self.comma_at = len(self.drafts)
        self.glued = False

    def _needs_whole(self) -> bool:
        """Tell whether nothing follows that would say which numbers of the road."""
        kind = self._peek()
        if kind is Kind.OPEN:
            inside = self._inside(self.at)
            if excepting(inside):
                return not self._numbers_at(self.at + len(inside) + 2)
            return not inside or inside[0].kind not in _NUMERIC
        if kind is Kind.EXCEPT:
            return not self._numbers_at(self._end_of_exception() + 1)
        if kind is Kind.DASH:
            return self._peek(1) not in {Kind.DOOR, Kind.SUFFIX}
        return kind not in {Kind.DOOR, Kind.SUFFIX, Kind.PARITY, Kind.WHOLE, Kind.NAME, Kind.LANES}

    def _numbers_at(self, at: int) -> bool:
        """Tell whether numbers of the road begin at a word, or it is said to be whole."""
        while at < len(self.words) and self.words[at].kind in {Kind.COMMA, Kind.COLON}:
            at += 1
        return at < len(self.words) and self.words[at].kind in _NUMERIC - {Kind.LANES}

    def _end_of_exception(self) -> int:
        """Return the place of the 外 that ends the exception at hand."""
        at = self.at + 1
        ends = {Kind.HARD, Kind.OUTSIDE, Kind.LEFT_OUT}
        while at < len(self.words) and self.words[at].kind not in ends:
            at += 1
        return at

    def _add_whole(self, start: int, end: int, parity: Parity = Parity.ANY) -> None:
        for road in self.roads:
            self._keep(Draft(road, start, end, parity=parity))
        self.glued = True

    def _remark(self, start: int, end: int, text: str) -> None:
        """Keep a word behind a number: the name of what stands there, or a limit."""
        if LIMITING.search(text) or is_prose(text):
            self._fault(start, end, draft=self.drafts[-1])
        else:
            self.drafts[-1].notes.append(text)

    def _unread_prose(self, start: int, end: int) -> None:
        self.roads = ("",)
        self._settle_road()
        self._fault(start, end)
        self.glued = False

    def _item(self) -> None:
        """Read one number or range, for each of the roads at hand."""
        item, self.at = read_item(self.words, self.at, self.drafts[-1:])
        if item is None:
            word = self.words[self.at]
            self._fault(word.start, word.end, draft=self._last())
            self.at += 1
            return
        parity = item.parity if item.parity is not Parity.ANY else self.prefix
        for road in self.roads:
            for first, last in item.ranges:
                self._add(road, first, last, item=item, parity=parity)
        self.glued = True
        if item.parity is not Parity.ANY:
            self._doubt_earlier(item.parity, skip=len(item.ranges) * len(self.roads))
        if self._peek() is Kind.BEYOND and item.ranges:
            self._beyond()

    def _add(
        self, road: str, first: End | None, last: End | None, *, item: Item, parity: Parity
    ) -> None:
        draft = Draft(road, item.start, item.end, parity=parity, yard=item.yard)
        if first is not None and last is not None:
            draft.span(first.number, last.number)
        else:
            draft.first, draft.last = first, last
        self._keep(draft)
        self._check_parity(draft)

    def _keep(self, draft: Draft) -> None:
        """Take a segment in, with the names that stand before it."""
        draft.notes += self.heading
        self.heading = []
        self.drafts.append(draft)

    def _check_parity(self, draft: Draft) -> None:
        """Tell of ends that are both on the other side: 1-15（双号）."""
        houses = any(end is not None and end.number.suffixes for end in (draft.first, draft.last))
        ends = Parity.ANY if houses else draft.ends_parity()
        if draft.parity is Parity.ANY or ends in {draft.parity, Parity.ANY}:
            return
        self._fault(draft.start, draft.end, code="doors.OTHER_SIDE", draft=draft)
        draft.parity = Parity.ANY

    def _beyond(self) -> None:
        """Read 120号以上, 以后（含）, 及以下: the last item is open to one side."""
        word = self.words[self.at]
        self.at += 1
        if not self.drafts[-1].open_to(word.text, word.end):
            self._fault(word.start, word.end, draft=self.drafts[-1])

    def _parity(self, word: Token) -> None:
        """Read 单号 before its numbers, behind them, or alone for a whole side."""
        parity = parity_of(word.text)
        follows = self._peek()
        inside = self._inside(self.at) if follows is Kind.OPEN else ()
        if inside and inside[0].kind is Kind.DOOR and not excepting(inside):
            self.prefix = parity
            self.glued = False
            return
        if self.glued and follows not in {Kind.DOOR, Kind.COLON}:
            self._mark(parity, 1)
            return
        if follows in {Kind.DOOR, Kind.COLON, Kind.DASH}:
            self.prefix = parity
            self.list_at = len(self.drafts)
            return
        if follows is Kind.WHOLE:
            self.at += 1
            self._add_whole(word.start, self.words[self.at - 1].end, parity)
            return
        self._add_whole(word.start, word.end, parity)

    def _whole(self, word: Token) -> None:
        """Read 全段, 全段单号 and 单号：全部."""
        self.at += 1
        parity = self.prefix
        if self._peek() is Kind.PARITY:
            parity = parity_of(self.words[self.at].text)
            self.at += 1
        self._add_whole(word.start, self.words[self.at - 1].end, parity)

    def _mark(self, parity: Parity, count: int) -> None:
        """Give a side to the last segments, and doubt those before them in the same list."""
        for draft in self.drafts[-count * len(self.roads) :]:
            draft.parity = parity
            self._check_parity(draft)
        self._doubt_earlier(parity, skip=count * len(self.roads))

    def _doubt_earlier(self, parity: Parity, *, skip: int) -> None:
        """In 1-9、11-33（单号） the first range may be meant as odd too."""
        for draft in self.drafts[self.list_at : len(self.drafts) - skip]:
            if draft.parity is Parity.ANY and draft.is_wide() and draft.ends_parity() is parity:
                draft.doubt = parity
        self.list_at = len(self.drafts)

    def _inside(self, opening: int) -> Sequence[Token]:
        """Return the words up to the closing bracket; none where it is missing."""
        return self.words[opening + 1 : self.closing.get(opening, opening + 1)]

    def _bracket(self) -> None:
        """Read a bracket: a side, exceptions, a limit, a name, or numbers."""
        opening = self.words[self.at]
        inside = self._inside(self.at)
        self.at += 1
        if not inside:
            if self._peek() is Kind.CLOSE:
                self.at += 1
            else:
                self._fault(opening.start, opening.end)
            return
        kinds = {word.kind for word in inside}
        after = self.at + len(inside) + 1
        if excepting(inside) and not self._is_list_with_exceptions(inside):
            self._side_and_exceptions(inside)
        elif kinds == {Kind.PARITY} and len(inside) == 1:
            self.at = after
            self._parity(inside[0])
            return
        elif Kind.INCLUDED in kinds:
            self._include(inside)
        elif self.glued and kinds <= {Kind.NAME, Kind.SIDE, Kind.LANES, Kind.LIST, Kind.COMMA}:
            self._annotate(inside)
        elif not self.glued and kinds <= {Kind.NAME, Kind.LANES}:
            self._head(inside)
        else:
            self._numbers_inside(inside)
        self.at = after

    def _numbers_inside(self, inside: Sequence[Token]) -> None:
        """Read numbers in a bracket; the road before it goes on behind it."""
        draft = self._last()
        if draft is not None and draft.first is None and draft.last is None:
            # 某路（1号、2号、某苑） may be all of the road or only this
            draft.conditions.append(self.raw[inside[0].start : inside[-1].end])
        reader = self._read_apart(inside)
        self.drafts += reader.drafts
        self.faults += reader.faults
        self.glued = bool(reader.drafts)

    def _read_apart(self, inside: Sequence[Token]) -> _Reader:
        reader = _Reader(self.raw, inside, roads=self.roads, depth=self.depth + 1)
        reader.prefix = self.prefix
        reader.read()
        return reader

    def _is_list_with_exceptions(self, inside: Sequence[Token]) -> bool:
        """Tell whether a road's numbers and what they leave out stand in one bracket."""
        draft = self._last()
        apart = self._read_apart(inside)
        whole = draft is not None and draft.first is None and draft.last is None
        numbered = any(item.exceptions and item.first for item in apart.drafts)
        return whole and numbered and not apart.faults

    def _head(self, inside: Sequence[Token]) -> None:
        """Keep a name in front of a road, （怡福花园）怡福街, as its note."""
        start, end = inside[0].start, inside[-1].end
        if LIMITING.search(self.raw[start:end]):
            self._fault(start, end)
        else:
            self.heading.append(self.raw[start:end])

    def _annotate(self, inside: Sequence[Token]) -> None:
        """Keep a name as a note and a direction as a limit of what it follows."""
        start, end = inside[0].start, inside[-1].end
        said = self.raw[start:end]
        draft = self.drafts[-1]
        whole = draft.first is None and draft.last is None
        if whole or any(word.kind is Kind.SIDE for word in inside):
            draft.conditions.append(said)
        elif LIMITING.search(said):
            self._fault(start, end, draft=draft)
        else:
            draft.notes.append(said)

    def _include(self, inside: Sequence[Token]) -> None:
        """Read （含） and （含120号） behind 以后."""
        draft = self._last()
        if draft is None or any(w.kind not in {Kind.INCLUDED, Kind.DOOR} for w in inside):
            self._fault(inside[0].start, inside[-1].end, draft=draft)
            return
        draft.included = True
        draft.first = End(draft.first.number) if draft.first else None
        draft.last = End(draft.last.number) if draft.last else None

    def _side_and_exceptions(self, inside: Sequence[Token]) -> None:
        """Read （双号，14号除外） and （除14号外）."""
        if inside[0].kind is Kind.PARITY and len(inside) > 1 and inside[1].kind in _PARTING:
            if self.glued:
                self._mark(parity_of(inside[0].text), 1)
            inside = inside[2:]
        if len(self.drafts) > self.road_at:
            self._leave_out(inside, self.drafts[self.road_at :])
        else:
            self.pending.append((len(self.drafts), inside))

    def _leave_out(self, words: Sequence[Token], targets: list[Draft]) -> None:
        """Read words as numbers that are left out of the targets."""
        targets = targets[-_FARTHEST:]
        kept = [word for word in words if word.kind not in {*EXCEPTING, Kind.OUTSIDE}]
        reader = _Reader(self.raw, kept, roads=self.roads, depth=self.depth + 1)
        reader.read()
        (targets[-1] if targets else self).faults.extend(reader.faults)
        for exception in reader.drafts:
            if not attach(exception, targets):
                held = targets[-1] if targets else None
                code = "doors.EXCEPTION_OF_NOTHING"
                self._fault(exception.start, exception.end, code=code, draft=held)

    def _except(self, word: Token) -> None:
        """Read 除…外 and 不含… from here on, or take back what stands before 除外."""
        if word.kind is Kind.EXCEPT:
            end = self._end_of_exception()
            words = self.words[self.at + 1 : end]
            closed = end < len(self.words) and self.words[end].kind is not Kind.HARD
            self.at = end + closed
            if not words:
                self._fault(word.start, word.end)
            elif len(self.drafts) == max(self.clause_at, self.road_at):
                self.pending.append((len(self.drafts), words))
            else:
                self._leave_out(words, self.drafts[self.road_at :])
            return
        self.at += 1
        count = covered_tail(self.drafts, self.road_at, self.comma_at)
        if count == 0:
            self._fault(word.start, word.end, draft=self.drafts[-1] if self.drafts else None)
            return
        taken = self.drafts[-count:]
        del self.drafts[-count:]
        for exception in taken:
            attach(exception, self.drafts[self.road_at :][-_FARTHEST:])
