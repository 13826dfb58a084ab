"""The table of opinions and replies (意见采纳情况) that is published after a notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.notice.opinions import Count, by_channel, counted
from zoning.notice.record import record_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zoning.notice.case import Case, FoundError, Group, Proof
    from zoning.notice.model import Channel, Kind, Outcome, Stance, Withheld


@dataclass(frozen=True)
class Row:
    """One group of opinions and the answer to it.

    Parameters
    ----------
    number
        Number of its first opinion, by which it is named.
    opinions, participants
        How many say so, and from how many devices or senders.
    kinds, places
        What they are about.
    stance
        What they want.
    outcome, reason, office
        The answer; empty as long as there is none.
    """

    number: int
    opinions: int
    participants: int
    kinds: tuple[Kind, ...]
    places: tuple[str, ...]
    stance: Stance
    outcome: Outcome | None
    reason: str
    office: str


@dataclass(frozen=True)
class Consultation:
    """What a consultation report holds in numbers.

    Parameters
    ----------
    total
        All opinions: raw, distinct, participants.
    channels
        Opinions by channel.
    withheld
        Withheld opinions by reason.
    rows
        The table of opinions and replies.
    errors
        Errors found and what was done.
    proofs
        Proofs of channels, meetings and questionnaires.
    """

    total: Count
    channels: dict[Channel, int]
    withheld: dict[Withheld, int]
    rows: tuple[Row, ...]
    errors: tuple[FoundError, ...]
    proofs: tuple[Proof, ...]


def adoption_table(case: Case, groups: Iterable[Group] | None = None) -> tuple[Row, ...]:
    """Return the table of opinions and replies: a row for each group.

    Parameters
    ----------
    case
        The case.
    groups
        Those of its groups that are wanted; None takes all.
    """
    rows = []
    for group in case.groups if groups is None else groups:
        members = [item for n in group.members if (item := case.opinions.get(n)) is not None]
        count = counted(members, [group.members])
        reply = group.reply
        rows.append(
            Row(
                number=group.name,
                opinions=count.raw,
                participants=count.participants,
                kinds=tuple(sorted({item.kind for item in members})),
                places=tuple(sorted({item.place for item in members})),
                stance=members[0].stance,
                outcome=None if reply is None else reply.outcome,
                reason="" if reply is None else reply.reason,
                office="" if reply is None else reply.office,
            )
        )
    return tuple(rows)


def consultation(case: Case) -> Consultation:
    """Return what the consultation report says in numbers, errors and proofs included."""
    withheld: dict[Withheld, int] = {}
    for opinion in case.opinions:
        if opinion.withheld is not None:
            withheld[opinion.withheld] = withheld.get(opinion.withheld, 0) + 1
    return Consultation(
        total=counted(case.opinions, [group.members for group in case.groups]),
        channels=by_channel(case.opinions),
        withheld=dict(sorted(withheld.items())),
        rows=adoption_table(case),
        errors=case.errors,
        proofs=case.proofs,
    )


def table_record(rows: tuple[Row, ...]) -> object:
    """Return the table as plain values, of which its digest is made."""
    return record_of(rows)
