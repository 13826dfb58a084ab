"""The one interface to the geocoder: names and addresses in, answers out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from zoning.geocode.answer import Answer, MatchCode, Reason
from zoning.geocode.contradictions import Contradictions
from zoning.geocode.decide import LEAST_RADIUS_M, Limits, decide, is_village
from zoning.geocode.doubts import OTHER_SPELLING, SEVERAL_DOORS, SEVERAL_NAMES, doors_said
from zoning.geocode.encode import encode
from zoning.geocode.fallback import WIDEST_M, Streets
from zoning.geocode.gazetteer import read_only
from zoning.geocode.judged import Judged
from zoning.geocode.kernels import (
    CHOICES,
    CHOSEN,
    FAR_M,
    IN_ZONE,
    METRES,
    NO_ZONE,
    OTHER_ZONE,
    PLACE,
    POINT,
    RIVAL,
    RIVAL_POINT,
    SAID,
    SPREAD,
    WIDTH,
    answer_some,
)
from zoning.geocode.matching import Matching, read_matching
from zoning.geocode.model import Kind
from zoning.geocode.numerals import has_numeral
from zoning.geocode.other_names import other_names
from zoning.geocode.parse import parse
from zoning.geocode.search import MOST_CANDIDATES, Spaces, side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from zoning.geocode.fallback import Fallback
    from zoning.geocode.gazetteer import Gazetteer
    from zoning.geocode.record import Door, Record

# what a number more along a road is taken to measure: narrow shops stand 5 m apart on each side
STEP_M = 5.0
# answers whose point is that of a row
OF_A_ROW = frozenset({
    MatchCode.EXACT, MatchCode.NORMALISED, MatchCode.FUZZY, MatchCode.BUILDING, MatchCode.TIED,
})  # fmt: skip

# those of them that something else in the question may contradict
BY_LIKENESS = OF_A_ROW - {MatchCode.EXACT, MatchCode.TIED}
ROAD_ELSEWHERE = "ROAD_ELSEWHERE"
# what is said of a row that is called as was asked
SAME_NAME = frozenset({"TEXT_EQUAL", "NAME_EQUAL"})


@dataclass(frozen=True)
class Question:
    """What is asked.

    Parameters
    ----------
    name, address
        As they were written; one of them may be empty.
    city
        Only rows of this city are meant, and rows of none; empty for any.
    read
        What `make_record` says of the address alone, where it was read before with the divisions of
        the table.
    """

    name: str = ""
    address: str = ""
    city: str = ""
    read: Record | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, eq=False)
class Geocoder:
    """Answers questions about the places of a table.

    Parameters
    ----------
    gazetteer
        The table.
    streets
        Its roads and villages.
    matching
        The model.
    zones
        Zone of each row of the table, `kernels.NO_ZONE` for none; None where there are no zones.
    """

    gazetteer: Gazetteer
    streets: Streets
    matching: Matching = field(default_factory=read_matching)
    zones: NDArray[np.int32] | None = None

    def answer(self, question: Question) -> Answer:
        """Answer one question; never raises, whatever the text."""
        return self.answer_all([question])[0]

    def answer_all(self, questions: Sequence[Question], *, threads: int = 1) -> list[Answer]:
        """Answer questions, each by itself.

        Parameters
        ----------
        questions
            What is asked.
        threads
            How many compare side by side; the answers are the same.
        """
        known = {
            at: said
            for at, item in enumerate(questions)
            if (said := self._word_for_word(item)) is not None
        }
        rest = [at for at in range(len(questions)) if at not in known]
        compared = self._compared([questions[at] for at in rest], threads=threads)
        known.update(zip(rest, compared, strict=True))
        answers = [self._held(known[at]) for at in range(len(questions))]
        return self._unless_called_so_elsewhere(questions, answers, threads=threads)

    def _unless_called_so_elsewhere(
        self, questions: Sequence[Question], answers: list[Answer], *, threads: int
    ) -> list[Answer]:
        """Ask about answers to questions that hold another name, which a place elsewhere has."""
        others = [
            (at, Question(name, city=questions[at].city))
            for at, answer in enumerate(answers)
            if answer.code in BY_LIKENESS and questions[at].name
            for name in other_names(
                questions[at].name, divisions=self.gazetteer.divisions,
                joined=not _says(answer, {"NAME_EQUAL"}),
            )
        ]  # fmt: skip
        if others:
            found = self._compared([asked for _, asked in others], threads=threads)
            for (at, _), other in zip(others, found, strict=True):
                apart = self._zone(other.row) != self._zone(answers[at].row)
                if _says(other, SAME_NAME) and (apart or _metres(answers[at], other) > FAR_M):
                    answers[at] = _asked_about(answers[at], SEVERAL_NAMES)
        return answers

    def _unless_contradicted(self, asked: Record, answer: Answer) -> Answer:
        """Ask about an answer where something in the question is against its row."""
        if OTHER_SPELLING in asked.doubts and not asked.name:
            answer = self._with_its_other_doors(asked, answer)
        answer = self._unless_its_doors_are_elsewhere(asked, answer)
        if answer.accepted and answer.code in OF_A_ROW:
            answer = self._unless_on_several_roads(asked, answer)
        if not answer.accepted or answer.code not in BY_LIKENESS:
            return answer
        if _says(answer, {"NUMBER_FAR"}):
            return replace(answer, accepted=False, doubted=True)
        against = self._contradictions.of(asked, answer)
        return _asked_about(answer, against) if against else answer

    def _with_its_other_doors(self, asked: Record, answer: Answer) -> Answer:
        """Offer the number on every road that may be meant besides that of the answer."""
        index, others = self.gazetteer.index, list(answer.alternatives)
        for door in asked.doors:
            entries = self.gazetteer.numbered(door, city=asked.city)
            away = _metres_from(answer, index.lon[entries], index.lat[entries])
            if len(entries) and (away > FAR_M).all():
                others.append(int(index.row[entries[0]]))
        return replace(answer, alternatives=tuple(dict.fromkeys(others)))

    def _unless_on_several_roads(self, asked: Record, answer: Answer) -> Answer:
        """Ask about a number without a town that several roads of its name may have."""
        if asked.name or asked.town:
            return answer
        for door in asked.doors:
            if door.number >= 0 and self.streets.is_on_several(door, asked):
                road = door.said or door.road
                why = (*answer.reasons, Reason("SEVERAL_ROADS", {"road": road}))
                return replace(answer, accepted=False, doubted=True, reasons=why)
        return answer

    @cached_property
    def _contradictions(self) -> Contradictions:
        return Contradictions(self.gazetteer, self.zones)

    def _unless_its_doors_are_elsewhere(self, asked: Record, answer: Answer) -> Answer:
        """Ask about an answer where the table has a door of the question, but elsewhere."""
        if answer.row is None:
            return answer
        if self.gazetteer.listed[answer.row] and _says(answer, {"NUMBER_NEAR", "NUMBER_FAR"}):
            return _asked_about(answer, "LEFT_OUT")
        if answer.code not in BY_LIKENESS or asked.respelt:
            return answer
        index, zone = self.gazetteer.index, self._zone(answer.row)
        for door in self._known_doors(asked):
            entries = self.gazetteer.numbered(door, city=asked.city)
            if len(entries) == 0:
                continue
            near = _metres_from(answer, index.lon[entries], index.lat[entries]) <= FAR_M
            rows = index.row[entries]
            if zone != NO_ZONE:
                near &= np.array([self._zone(int(row)) == zone for row in rows])
            if not near.any():
                return _asked_about(answer, SEVERAL_DOORS)
        if not _says(answer, {"NUMBER_EQUAL"}) and self._has_its_roads_elsewhere(asked, answer):
            return _asked_about(answer, ROAD_ELSEWHERE)
        return answer

    def _has_its_roads_elsewhere(self, asked: Record, answer: Answer) -> bool:
        """Tell whether the table has roads of a question, but none of them near an answer."""
        index, away = self.gazetteer.index, []
        for door in asked.doors:
            entries = self.streets.rows.on_road(door.road, asked.city)
            if len(entries):
                metres = _metres_from(answer, index.lon[entries], index.lat[entries])
                away.append(float(metres.min()))
        return bool(away) and min(away) > FAR_M

    def _known_doors(self, asked: Record) -> Iterator[Door]:
        """Go through the doors of a question; 或滨江路1号 is on 滨江路 if only that is known."""
        known = self._roads
        for door in doors_said(asked, divisions=self.gazetteer.divisions):
            yield door
            if door.road not in known:
                ends = (door.road[at:] for at in range(1, len(door.road) - 1))
                yield from (replace(door, road=road) for road in ends if road in known)

    @cached_property
    def _roads(self) -> frozenset[str]:
        return frozenset(self.gazetteer.roads)

    def _held(self, answer: Answer) -> Answer:
        """Widen an answer whose row holds several numbers: its point stands for all of them."""
        span = 0 if answer.row is None else int(self.gazetteer.listed[answer.row])
        if span == 0 or answer.radius_m is None or answer.code not in OF_A_ROW:
            return answer
        radius = max(answer.radius_m, min(span * STEP_M, WIDEST_M))
        return replace(
            answer, radius_m=radius, accepted=answer.accepted and radius <= FAR_M,
            reasons=(*answer.reasons, Reason("LISTED", {})),
        )  # fmt: skip

    def _word_for_word(self, asked: Question) -> Answer | None:
        """Answer with the row that says the same, if all such rows are about one place.

        Rows on both sides of a boundary are not, however near they are.
        """
        if not asked.name.strip() and not has_numeral(asked.address):
            # a name, a road or a village alone: others may be called so, too
            return None
        found = self.gazetteer.word_for_word(asked.name, asked.address, city=asked.city)
        if len(found) == 0:
            return None
        if not (asked.name.strip() or self._is_a_place(int(found[0])) or self._is_a_house(asked)):
            return None
        index = self.gazetteer.index
        row, lat = int(index.row[found[0]]), float(index.lat[found[0]])
        zones, spread = {self._zone(row)}, 0.0
        if len(found) > 1:
            scale = METRES * np.cos(np.radians(lat))
            spread = float(
                np.hypot(np.ptp(index.lon[found]) * scale, np.ptp(index.lat[found]) * METRES)
            )
            zones = {self._zone(int(other)) for other in index.row[found]}
        if spread > FAR_M or len(zones) > 1 or self._stands_elsewhere(int(found[0]), asked):
            return None
        chance = self.matching.verbatim
        return Answer(
            MatchCode.EXACT, row, float(index.lon[found[0]]), lat, chance,
            max(spread, self.gazetteer.accuracy_m, LEAST_RADIUS_M), accepted=True,
            zone_probability=None if NO_ZONE in zones else chance,
            reasons=(Reason("IN_LIST" if self._is_in_list(found[0]) else "TEXT_EQUAL", {}),),
        )  # fmt: skip

    def _stands_elsewhere(self, entry: int, asked: Question) -> bool:
        """Tell whether the number of an entry without name and town stands in another town, too."""
        index = self.gazetteer.index
        rows = index.rows
        first, last = rows.door_ptr[entry], rows.door_ptr[entry + 1]
        if rows.town[entry] or last == first or rows.name_ptr[entry] < rows.name_ptr[entry + 1]:
            return False
        others = self.gazetteer.at_door(int(rows.road_number[first]), city=asked.city)
        east = (index.lon[others] - index.lon[entry]) * np.cos(np.radians(index.lat[entry]))
        away = METRES * np.hypot(east, index.lat[others] - index.lat[entry])
        return bool((away > FAR_M).any())

    def _is_in_list(self, entry: np.int32) -> bool:
        """Tell whether an entry is one number of a row that holds several."""
        row = self.gazetteer.index.row[entry]
        return bool(self.gazetteer.listed[row] and self.gazetteer.point[row] != entry)

    def _is_a_place(self, entry: int) -> bool:
        """Tell whether an entry is no road or village alone: 五一路 has a numeral, too."""
        rows = self.gazetteer.index.rows
        numbers = rows.number[rows.door_ptr[entry] : rows.door_ptr[entry + 1]]
        name = rows.name[rows.name_ptr[entry] : rows.name_ptr[entry + 1]]
        named = len(name) > 0 and int(name[-1]) != ord("村")
        return bool((numbers >= 0).any() or rows.group[entry] >= 0 or named)

    def _is_a_house(self, asked: Question) -> bool:
        """Tell whether a question says a number, perhaps of a village: 向阳村5号."""
        said = parse(asked.address, divisions=self.gazetteer.divisions)
        return bool(said.first(Kind.NUMBER))

    def _compared(self, questions: Sequence[Question], *, threads: int) -> list[Answer]:
        """Answer questions by comparing each with the rows that come near it."""
        asked = [
            self.gazetteer.question(item.name, item.address, city=item.city, read=item.read)
            for item in questions
        ]
        index = self.gazetteer.index
        count = len(asked)
        entries = np.full((count, CHOICES), -1, dtype=np.int32)
        said = np.zeros((count, SAID))
        compared = np.zeros((count, WIDTH), dtype=np.float32)
        coded = encode(asked)
        weights, zone = self._arrays

        def work(first: int, last: int) -> None:
            with self._spaces.one() as (space, touched):
                answer_some(
                    first, last, coded, index, space, touched, weights, zone, MOST_CANDIDATES,
                    entries, said, compared,
                )  # fmt: skip

        side_by_side(work, count, threads=threads)
        # a row nearby may lie across a boundary: only rows about the very place tell its zone
        point, place, in_zone = said[:, [POINT, PLACE, IN_ZONE]].T
        chances = self.matching.calibrated(point, place, in_zone).tolist()
        return [
            self._unless_contradicted(
                asked[at],
                self._decided(asked[at], entries[at], said[at], compared[at], chances[at]),
            )
            for at in range(count)
        ]

    @cached_property
    def _spaces(self) -> Spaces:
        return Spaces(len(self.gazetteer.index.row))

    @cached_property
    def _arrays(self) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        """Weights and zones as the compiled functions take them: always of the same kind."""
        zones = np.zeros(0, dtype=np.int32) if self.zones is None else self.zones
        return (
            read_only(self.matching.weights.astype(np.float64)),
            read_only(zones.astype(np.int32)),
        )

    def _decided(
        self,
        asked: Record,
        entries: NDArray[np.int32],
        said: NDArray[np.float64],
        compared: NDArray[np.float32],
        chances: Sequence[float],
    ) -> Answer:
        """Decide about a question; `chances` of the fields of `Judged`, calibrated."""
        index = self.gazetteer.index
        chosen, rival = int(entries[CHOSEN]), int(entries[RIVAL])
        row = int(index.row[chosen]) if chosen >= 0 else None
        other = int(index.row[rival]) if rival >= 0 else None
        across = int(entries[OTHER_ZONE])
        point, place, in_zone, probability = chances
        judged = Judged(
            row=row,
            lon=float(index.lon[chosen]) if chosen >= 0 else 0.0,
            lat=float(index.lat[chosen]) if chosen >= 0 else 0.0,
            features=compared.tolist(),
            point=point if chosen >= 0 else 0.0,
            place=place if chosen >= 0 else 0.0,
            probability=probability if chosen >= 0 else 0.0,
            rival=other,
            rival_point=float(said[RIVAL_POINT]),
            raw_point=float(said[POINT]),
            spread_m=float(said[SPREAD]),
            zone=None if self._zone(row) == NO_ZONE else in_zone,
            rival_in_zone=other is not None
            and self._zone(row) != NO_ZONE
            and self._zone(row) == self._zone(other),
            across=int(index.row[across]) if across >= 0 else None,
        )
        weak = row is None or min(point, place) < self.matching.likely or is_village(asked)
        # a name is not found by its road: that takes long and would not be given
        fallback = self._fallback(asked) if weak and not asked.name else None
        answer = decide(asked, judged, limits=self._limits, fallback=fallback)
        if fallback is None:
            return answer
        told = self.matching.in_steps(np.array([answer.probability]))
        return replace(answer, probability=float(told[0]))

    @cached_property
    def _limits(self) -> Limits:
        return Limits(self.matching.accept, self.matching.likely, self.gazetteer.accuracy_m)

    def _fallback(self, asked: Record) -> Fallback | None:
        """Return where the road or village of a question lies, and whether in a single zone."""
        found = self.streets.locate(asked)
        if found is None or self.zones is None or not found.rows:
            return found
        zones = {self._zone(row) for row in found.rows}
        return found if zones == {NO_ZONE} else replace(found, in_one_zone=len(zones) == 1)

    def _zone(self, row: int | None) -> int:
        return NO_ZONE if row is None or self.zones is None else int(self.zones[row])


def geocoder(gazetteer: Gazetteer, *, zones: NDArray[np.int32] | None = None) -> Geocoder:
    """Return a geocoder of a table with the model that comes with the program."""
    return Geocoder(gazetteer, Streets(gazetteer), zones=zones)


def _says(answer: Answer, keys: AbstractSet[str]) -> bool:
    """Tell whether one of several reasons is given."""
    return any(reason.key in keys for reason in answer.reasons)


def _asked_about(answer: Answer, key: str) -> Answer:
    """Return an answer that is not given without asking, with the reason."""
    why = (*answer.reasons, Reason(key, {}))
    return replace(answer, accepted=False, doubted=True, reasons=why)


def _metres(one: Answer, other: Answer) -> float:
    """Return how far the points of two answers lie apart."""
    if other.lon is None or other.lat is None:
        return 0.0
    return float(_metres_from(one, np.array([other.lon]), np.array([other.lat]))[0])


def _metres_from(
    answer: Answer, lon: NDArray[np.float64], lat: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return how far points lie from that of an answer; 0 where it has none."""
    if answer.lon is None or answer.lat is None:
        return np.zeros(len(lon))
    east = (lon - answer.lon) * np.cos(np.radians(answer.lat))
    metres: NDArray[np.float64] = METRES * np.hypot(east, lat - answer.lat)
    return metres
