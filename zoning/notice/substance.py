"""Whether a change is substantial: computed from answers, seats and rules, never judged by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.notice.canonical import digest_of
from zoning.notice.model import Substance

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True)
class Proposal:
    """What a notice would bring about.

    Parameters
    ----------
    answers
        Ids of the schools of each address, by its id; their order does not matter.
    seats
        Seats by school and year.
    rules
        Text of each rule by its name: the rule set's digest, transition, siblings.
    """

    answers: Mapping[str, Sequence[str]]
    seats: Mapping[tuple[str, int], int]
    rules: Mapping[str, str]


@dataclass(frozen=True)
class Difference:
    """What differs between two states of a proposal, by name, sorted.

    Parameters
    ----------
    answers
        Ids of addresses that get another school, gain one or lose theirs.
    seats
        Schools and years with other seats.
    rules
        Names of rules with another text.
    """

    answers: tuple[str, ...] = ()
    seats: tuple[tuple[str, int], ...] = ()
    rules: tuple[str, ...] = ()

    @property
    def substantial(self) -> bool:
        """Whether anything differs: one address is enough."""
        return bool(self.answers or self.seats or self.rules)


def substance_of(proposal: Proposal) -> Substance:
    """Return the digests by which a change is found to be substantial."""
    answers, seats = proposal.answers, proposal.seats
    return Substance(
        answers=digest_of([[name, sorted(answers[name])] for name in sorted(answers)]),
        seats=digest_of([[*key, seats[key]] for key in sorted(seats)]),
        rules=digest_of(dict(proposal.rules)),
    )


def changed_answers(
    before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """Return the addresses whose answer differs; one that is only in one of them differs, too."""
    names = before.keys() | after.keys()
    return tuple(sorted(name for name in names if _answer(before, name) != _answer(after, name)))


def differences(before: Proposal, after: Proposal) -> Difference:
    """Say what differs between two proposals."""
    seats = before.seats.keys() | after.seats.keys()
    rules = before.rules.keys() | after.rules.keys()
    return Difference(
        answers=changed_answers(before.answers, after.answers),
        seats=tuple(sorted(key for key in seats if before.seats.get(key) != after.seats.get(key))),
        rules=tuple(
            sorted(name for name in rules if before.rules.get(name) != after.rules.get(name))
        ),
    )


def _answer(answers: Mapping[str, Sequence[str]], name: str) -> list[str] | None:
    found = answers.get(name)
    return None if found is None else sorted(found)
