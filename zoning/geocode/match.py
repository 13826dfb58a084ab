"""The one interface to the geocoder: names and addresses in, answers out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from zoning.geocode.answer import Answer, MatchCode, Reason
from zoning.geocode.decide import Judged, decide
from zoning.geocode.encode import encode
from zoning.geocode.fallback import Streets
from zoning.geocode.kernels import (
    CHOSEN,
    FAR_M,
    IN_ZONE,
    METRES,
    NO_ZONE,
    PLACE,
    POINT,
    RIVAL,
    RIVAL_POINT,
    SPREAD,
    WIDTH,
    answer_some,
)
from zoning.geocode.matching import HEADS, Matching, read_matching
from zoning.geocode.search import MOST_CANDIDATES, SHARE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from zoning.geocode.gazetteer import Gazetteer
    from zoning.geocode.record import Record


@dataclass(frozen=True)
class Question:
    """What is asked.

    Parameters
    ----------
    name, address
        As they were written; one of them may be empty.
    city
        Only rows of this city are meant, and rows of none; empty for any.
    """

    name: str = ""
    address: str = ""
    city: str = ""


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
        answers = [self._word_for_word(item) for item in questions]
        rest = [at for at, answer in enumerate(answers) if answer is None]
        for at, answer in zip(
            rest, self._compared([questions[at] for at in rest], threads=threads), strict=True
        ):
            answers[at] = answer
        return [answer for answer in answers if answer is not None]

    def _word_for_word(self, asked: Question) -> Answer | None:
        """Answer with the row that says the same, if all such rows are about one place."""
        found = self.gazetteer.word_for_word(asked.name, asked.address, city=asked.city)
        if len(found) == 0 or not (asked.name or asked.address):
            return None
        index = self.gazetteer.index
        lon, lat = float(index.lon[found[0]]), float(index.lat[found[0]])
        spread = 0.0
        if len(found) > 1:
            scale = np.cos(np.radians(lat))
            spread = float(METRES * np.hypot(
                (index.lon[found] - lon) * scale, index.lat[found] - lat
            ).max())  # fmt: skip
            if spread > FAR_M:
                return None
        row = int(index.row[found[0]])
        return Answer(
            MatchCode.EXACT, row, lon, lat, self.matching.verbatim,
            max(spread, self.gazetteer.accuracy_m), accepted=True,
            zone_probability=None if self._zone(row) == NO_ZONE else self.matching.verbatim,
            reasons=(Reason("TEXT_EQUAL", {}),),
        )  # fmt: skip

    def _compared(self, questions: Sequence[Question], *, threads: int) -> list[Answer]:
        asked = [
            self.gazetteer.question(item.name, item.address, city=item.city) for item in questions
        ]
        index = self.gazetteer.index
        count = len(asked)
        entries = np.full((count, 2), -1, dtype=np.int32)
        said = np.zeros((count, 5))
        compared = np.zeros((count, WIDTH), dtype=np.float32)
        zone = np.zeros(0, dtype=np.int32) if self.zones is None else self.zones
        coded = encode(asked)

        def work(first: int, last: int) -> None:
            answer_some(
                first, last, coded, index, self.matching.weights, zone, MOST_CANDIDATES,
                entries, said, compared,
            )  # fmt: skip

        if threads > 1 and count > SHARE:
            bounds = np.linspace(0, count, threads + 1).astype(int).tolist()
            with ThreadPoolExecutor(threads) as pool:
                list(pool.map(work, bounds[:-1], bounds[1:]))
        else:
            work(0, count)
        chances = [self.matching.calibrated(head, said[:, head]) for head in range(len(HEADS))]
        in_zone = self.matching.calibrated(POINT, said[:, IN_ZONE])
        return [
            self._decided(asked[at], entries[at], said[at], compared[at], (
                float(chances[POINT][at]), float(chances[PLACE][at]), float(in_zone[at])
            ))
            for at in range(count)
        ]  # fmt: skip

    def _decided(
        self,
        asked: Record,
        entries: NDArray[np.int32],
        said: NDArray[np.float64],
        compared: NDArray[np.float32],
        chances: tuple[float, float, float],
    ) -> Answer:
        index = self.gazetteer.index
        chosen, rival = int(entries[CHOSEN]), int(entries[RIVAL])
        row = int(index.row[chosen]) if chosen >= 0 else None
        other = int(index.row[rival]) if rival >= 0 else None
        point, place, in_zone = chances
        judged = Judged(
            row=row,
            lon=float(index.lon[chosen]) if chosen >= 0 else 0.0,
            lat=float(index.lat[chosen]) if chosen >= 0 else 0.0,
            features=compared.tolist(),
            point=point if chosen >= 0 else 0.0,
            place=place if chosen >= 0 else 0.0,
            rival=other,
            rival_point=float(said[RIVAL_POINT]),
            raw_point=float(said[POINT]),
            spread_m=float(said[SPREAD]),
            zone=None if self._zone(row) == NO_ZONE else in_zone,
            rival_in_zone=other is not None
            and self._zone(row) != NO_ZONE
            and self._zone(row) == self._zone(other),
        )
        likely = self.matching.likely
        weak = row is None or min(point, place) < likely
        return decide(
            asked, judged, accept=self.matching.accept, likely=likely,
            accuracy_m=self.gazetteer.accuracy_m,
            fallback=self.streets.locate(asked) if weak else None,
        )  # fmt: skip

    def _zone(self, row: int | None) -> int:
        return NO_ZONE if row is None or self.zones is None else int(self.zones[row])


def geocoder(gazetteer: Gazetteer, *, zones: NDArray[np.int32] | None = None) -> Geocoder:
    """Return a geocoder of a table with the model that comes with the program."""
    return Geocoder(gazetteer, Streets(gazetteer), zones=zones)
