"""Which answers an officer has to look at, and in which order."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from zoning.errors import InputError
from zoning.geocode.aliases import text_key
from zoning.geocode.answer import MatchCode
from zoning.geocode.reviewed import is_decided

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from zoning.geocode.answer import Answer
    from zoning.geocode.match import Question

MOST_CHOICES = 3
# a text whose children nobody counted stands for one child: it is asked because of somebody
UNCOUNTED = 1.0


class State(StrEnum):
    """What became of a question, in the three words that locators of GIS use."""

    MATCHED = "matched"
    TIED = "tied"
    REFUSED = "refused"


@dataclass(frozen=True)
class Suggestion:
    """What an on-line service found: a hint for an officer, never an answer.

    Parameters
    ----------
    provider
        Name of the service.
    text
        What it calls the place.
    lon, lat
        WGS 84, degrees.
    """

    provider: str
    text: str
    lon: float
    lat: float


@dataclass(frozen=True)
class Asked:
    """A question as it came.

    Parameters
    ----------
    id
        Its id, which no other has.
    question
        The question.
    children
        Children whom it is about; None where nobody counted them.
    suggestions
        What on-line services say, where they were asked.
    other_zone
        How often the place lies in another zone; None where the answer says it.
    """

    id: str
    question: Question
    children: float | None = None
    suggestions: tuple[Suggestion, ...] = ()
    other_zone: float | None = None


@dataclass(frozen=True)
class Item:
    """One text to be decided.

    Parameters
    ----------
    ids
        Questions with this text, the first of them standing for all.
    question
        The first of them.
    answer
        What was found.
    children
        Children of all of them, as far as they were counted; None where nobody counted any.
    uncounted
        How many of them nobody counted.
    other_zone
        How often the place lies in another zone.
    suggestions
        What on-line services say.
    """

    ids: tuple[str, ...]
    question: Question
    answer: Answer
    children: float | None
    uncounted: int
    other_zone: float
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def id(self) -> str:
        """The question that stands for all."""
        return self.ids[0]

    @property
    def state(self) -> State:
        """What became of it."""
        return state_of(self.answer)

    @property
    def weight(self) -> float:
        """Children who would be given a wrong zone, on average."""
        return ((self.children or 0.0) + UNCOUNTED * self.uncounted) * self.other_zone

    @property
    def choices(self) -> tuple[int, ...]:
        """Rows that may be meant, numbered from 1 in this order."""
        rows = (self.answer.row, *self.answer.alternatives)
        return tuple(dict.fromkeys(row for row in rows if row is not None))[:MOST_CHOICES]


@dataclass(frozen=True)
class Queue:
    """What is to be decided.

    Parameters
    ----------
    items
        What matters most first.
    blank
        Questions without a text: there is nothing to be decided about, only to be filled in.
    """

    items: tuple[Item, ...]
    blank: tuple[str, ...] = ()


def state_of(answer: Answer) -> State:
    """Return what became of a question; one that matched may still be too doubtful to be given."""
    if answer.code is MatchCode.TIED:
        return State.TIED
    # a point that rests on no row of the table matches none
    unmatched = answer.code is MatchCode.REFUSED or answer.row is None
    return State.REFUSED if unmatched else State.MATCHED


def count_states(answers: Iterable[Answer]) -> dict[State, int]:
    """Return how many answers there are of each state."""
    counts = Counter(map(state_of, answers))
    return {state: counts[state] for state in State}


def other_zone_chance(answer: Answer) -> float:
    """Return how often the place lies in another zone than the point that was found.

    Without zones a wrong point has to stand for a wrong zone.
    """
    if answer.lon is None:
        return 1.0
    right = answer.probability if answer.zone_probability is None else answer.zone_probability
    return 1.0 - right


def is_queued(answer: Answer) -> bool:
    """Tell whether an officer has to look at it."""
    return not answer.accepted and not is_decided(answer)


def review_queue(asked: Sequence[Asked], answers: Sequence[Answer]) -> Queue:
    """Return what is to be decided: children affected × chance of another zone, the most first.

    Questions of one text are decided together.

    Parameters
    ----------
    asked
        The questions.
    answers
        Their answers, in the same order.

    Raises
    ------
    InputError
        Two questions have the same id.
    """
    twice = [name for name, count in Counter(item.id for item in asked).items() if count > 1]
    if twice:
        raise InputError("queue.SAME_ID", ids="、".join(twice[:MOST_CHOICES]), count=len(twice))
    groups: dict[tuple[str, ...], list[tuple[Asked, Answer]]] = {}
    blank = []
    for item, answer in zip(asked, answers, strict=True):
        key = text_key(item.question)
        if not is_queued(answer):
            continue
        if key.blank:
            blank.append(item.id)
        else:
            groups.setdefault(key, []).append((item, answer))
    items = sorted(map(_item, groups.values()), key=lambda item: (-item.weight, -item.other_zone))
    return Queue(tuple(items), tuple(blank))


def _item(group: Sequence[tuple[Asked, Answer]]) -> Item:
    members = [asked for asked, _ in group]
    counted = [member.children for member in members if member.children is not None]
    chances = [
        other_zone_chance(answer) if asked.other_zone is None else asked.other_zone
        for asked, answer in group
    ]
    weights = [UNCOUNTED if member.children is None else member.children for member in members]
    # stages of one address may differ; where nobody is affected, the more doubtful one counts
    whole = sum(weights)
    shares = [weight * chance for weight, chance in zip(weights, chances, strict=True)]
    other_zone = sum(shares) / whole if whole else max(chances)
    hints = dict.fromkeys(hint for member in members for hint in member.suggestions)
    return Item(
        ids=tuple(member.id for member in members),
        question=members[0].question,
        answer=group[0][1],
        children=sum(counted) if counted else None,
        uncounted=len(members) - len(counted),
        other_zone=other_zone,
        suggestions=tuple(hints),
    )
