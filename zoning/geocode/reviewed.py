"""A geocoder that knows what officers have decided: their word goes before the model's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from zoning.geocode.answer import Answer, MatchCode, Reason
from zoning.geocode.decide import LEAST_RADIUS_M
from zoning.geocode.kernels import NO_ZONE
from zoning.geocode.matching import EDGE
from zoning.geocode.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from zoning.geocode.aliases import Aliases, Decision
    from zoning.geocode.match import Geocoder, Question

ALIAS, DECIDED_NONE = "queue.ALIAS", "queue.DECIDED_NONE"
"""Reasons of decided answers."""


class Answering(Protocol):
    """Whatever answers questions; `match.Geocoder` does."""

    def answer_all(self, questions: Sequence[Question], *, threads: int = 1) -> list[Answer]:
        """Answer questions, each by itself."""


@dataclass(frozen=True, eq=False)
class Reviewed:
    """Answers what was decided by the decision, and the rest by the geocoder.

    Parameters
    ----------
    geocoder
        The geocoder.
    rows
        The rows of its table.
    aliases
        What was decided.
    accuracy_m
        How far rows of the table about one place lie apart.
    zones
        Zone of each row, `kernels.NO_ZONE` for none; None where there are no zones.
    """

    geocoder: Answering
    rows: Rows
    aliases: Aliases
    accuracy_m: float = 0.0
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
        answers = [self.decided(question) for question in questions]
        rest = [question for question, said in zip(questions, answers, strict=True) if said is None]
        found = iter(self.geocoder.answer_all(rest, threads=threads) if rest else ())
        return [next(found) if said is None else said for said in answers]

    def stale(self) -> tuple[Decision, ...]:
        """Return decisions for a row that the table does not have (any more): asked again."""
        return tuple(
            decision
            for decision in self.aliases.decided.values()
            if decision.row is not None and self.rows.find(decision.row) is None
        )

    def decided(self, question: Question) -> Answer | None:
        """Return what officers have decided about a question; None for nothing."""
        decision = self.aliases.of(question)
        if decision is None:
            return None
        day = decision.when.date().isoformat()
        said = {"who": decision.who, "day": day, "basis": decision.basis}
        if decision.row is None:
            reason = Reason(DECIDED_NONE, said)
            return Answer(
                MatchCode.REFUSED, None, None, None, probability=0.0, radius_m=None,
                accepted=False, reasons=(reason,),
            )  # fmt: skip
        row = self.rows.find(decision.row)
        if row is None:
            return None
        sure = 1.0 - EDGE
        zoned = self.zones is not None and int(self.zones[row]) != NO_ZONE
        return Answer(
            MatchCode.EXACT, row, float(self.rows.lon[row]), float(self.rows.lat[row]),
            probability=sure, radius_m=self.accuracy_m, accepted=True,
            zone_probability=sure if zoned else None, reasons=(Reason(ALIAS, said),),
        )  # fmt: skip


def is_decided(answer: Answer) -> bool:
    """Tell whether an officer has given this answer."""
    return any(reason.key in {ALIAS, DECIDED_NONE} for reason in answer.reasons)


def reviewed(geocoder: Geocoder, aliases: Aliases) -> Reviewed:
    """Return a geocoder that knows what officers have decided."""
    gazetteer = geocoder.gazetteer
    return Reviewed(
        geocoder, Rows.of(gazetteer), aliases,
        accuracy_m=max(gazetteer.accuracy_m, LEAST_RADIUS_M), zones=geocoder.zones,
    )  # fmt: skip
