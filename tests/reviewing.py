"""A small table, questions and answers for tests of the review queue."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from zoning.geocode.aliases import Decision
from zoning.geocode.answer import Answer, MatchCode, Reason
from zoning.geocode.gazetteer import Texts
from zoning.geocode.match import Question
from zoning.geocode.rows import Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
# about 100 m apart, from west to east
TABLE = (
    ("A1", "阳光花园", "文三路12号", 120.000, 30.0),
    ("A2", "阳光花园二期", "文三路18号", 120.001, 30.0),
    ("A3", "月亮湾", "古墩路5号", 120.002, 30.0),
    ("2", "河畔居", "河畔路1号", 120.003, 30.0),
)


def make_rows(table: Sequence[tuple[str, str, str, float, float]] = TABLE) -> Rows:
    ids, names, addresses, lon, lat = zip(*table, strict=True)
    texts = (Texts.of(part) for part in (ids, names, addresses))
    return Rows(*texts, lon=np.array(lon), lat=np.array(lat))


def doubtful(
    row: int | None = 0,
    *,
    chance: float = 0.6,
    others: tuple[int, ...] = (),
    code: MatchCode = MatchCode.FUZZY,
    zone: float | None = None,
) -> Answer:
    """An answer that may not be given without asking."""
    lon, lat = (None, None) if row is None else TABLE[row][3:]
    return Answer(
        code, row, lon, lat, chance, None if row is None else 80.0, accepted=False,
        alternatives=others, zone_probability=zone, reasons=(Reason("NOT_SURE", {}),),
    )  # fmt: skip


def accepted(row: int = 0) -> Answer:
    return Answer(MatchCode.EXACT, row, *TABLE[row][3:], 0.99, 50.0, accepted=True)


def decision(
    name: str, row: str | None = "A1", *, who: str = "王科长", basis: str = "现场核对"
) -> Decision:
    return Decision(Question(name=name), row, who, NOW, basis)


@dataclass
class FakeGeocoder:
    """Answers everything alike, and remembers what it was asked."""

    says: Answer = field(default_factory=doubtful)
    asked: list[Question] = field(default_factory=list)

    def answer_all(self, questions: Sequence[Question], *, threads: int = 1) -> list[Answer]:
        self.asked.extend(questions)
        return [self.says for _ in questions]
