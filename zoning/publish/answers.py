"""The answers to all addresses of a bureau's list under one plan, as they are kept and compared."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NOBODY = frozenset({"no_school", "outside", "not_found"})
"""Outcomes that name no school."""
SEVERAL = frozenset({"choose", "near_boundary"})
"""Outcomes that leave open which school it is."""
COLUMNS = ("address_id", "text", "outcome", "schools")
_SIGN = ";"


@dataclass(frozen=True, order=True)
class Answer:
    """What is answered for one address.

    Parameters
    ----------
    outcome
        One of the closed set, such as "one_school".
    schools
        Ids of the schools that are named or come into question, sorted.
    """

    outcome: str
    schools: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Answers:
    """The answers to all addresses.

    Parameters
    ----------
    of
        Answer by the id of the address.
    texts
        Name and address for a reader, by the same ids.
    """

    of: Mapping[str, Answer]
    texts: Mapping[str, str]

    def written(self) -> bytes:
        """Return the answers as a table: CSV in UTF-8, sorted by id, the same on any machine."""
        lines = io.StringIO(newline="")
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(
            (name, self.texts[name], *_plain(self.of[name])) for name in sorted(self.of)
        )
        return lines.getvalue().encode()


def read_answers(table: bytes) -> Answers:
    """Return the answers that `Answers.written` wrote.

    Parameters
    ----------
    table
        The table.
    """
    rows = list(csv.reader(io.StringIO(table.decode(), newline="")))[1:]
    return Answers(
        of={
            name: Answer(outcome, tuple(schools.split(_SIGN)) if schools else ())
            for name, _, outcome, schools in rows
        },
        texts={name: said for name, said, _, _ in rows},
    )


def _plain(answer: Answer) -> tuple[str, str]:
    return answer.outcome, _SIGN.join(answer.schools)
