"""Opinions as they are written: checked, sealed and counted. They are reasons, never votes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from zoning.notice.acts import ReceiveOpinion
from zoning.notice.canonical import sealed_digest
from zoning.notice.clock import DAY, day_begins, local_day
from zoning.notice.guards.answering import LONGEST, LONGEST_PLACE, SHORTEST
from zoning.notice.model import Channel, Evidence, Kind, Stance
from zoning.notice.refusal import Refusal, refuse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from zoning.notice.book import Opinion
    from zoning.rules import NoticeRules

LONGEST_CONTACT = 120


@dataclass(frozen=True)
class Draft:
    """An opinion as it was sent or written down.

    Parameters
    ----------
    text
        What it says.
    place
        Block or compound, never a home.
    kind, stance
        Words of `Kind` and `Stance`.
    channel
        Word of `Channel`.
    device
        What tells one device or sender from another; it is sealed.
    contact
        Optional; it is sealed.
    received_at
        When it came, where a member of staff enters it.
    scan
        Scan of the paper.
    """

    text: str
    place: str
    kind: str
    stance: str
    device: str
    channel: str = Channel.ONLINE
    contact: str = ""
    received_at: datetime | None = None
    scan: Evidence | None = None


@dataclass(frozen=True)
class Count:
    """How many opinions there are about something.

    Parameters
    ----------
    raw
        All of them.
    distinct
        Groups of opinions that say the same.
    participants
        Devices or senders: many from one are one.
    """

    raw: int
    distinct: int
    participants: int


def faults_of(draft: Draft) -> tuple[Refusal, ...]:
    """Say all that is wrong with an opinion, before anything of it is kept."""
    found = []
    if not SHORTEST <= len(draft.text.strip()) <= LONGEST:
        found.append(refuse("notice.OPINION_LENGTH", least=SHORTEST, most=LONGEST))
    if not draft.place.strip() or len(draft.place.strip()) > LONGEST_PLACE:
        found.append(refuse("notice.OPINION_PLACE", most=LONGEST_PLACE))
    if draft.kind not in set(Kind):
        found.append(refuse("notice.OPINION_KIND", known=tuple(map(str, Kind))))
    if draft.stance not in set(Stance):
        found.append(refuse("notice.OPINION_STANCE", known=tuple(map(str, Stance))))
    if draft.channel not in set(Channel):
        found.append(refuse("notice.OPINION_CHANNEL", known=tuple(map(str, Channel))))
    if len(draft.contact) > LONGEST_CONTACT:
        found.append(refuse("notice.OPINION_CONTACT", most=LONGEST_CONTACT))
    if not draft.device.strip():
        found.append(refuse("notice.OPINION_DEVICE"))
    return tuple(found)


def sealed(draft: Draft, *, salt: bytes, notice_salt: bytes) -> ReceiveOpinion:
    """Return the act that takes an opinion in.

    Parameters
    ----------
    draft
        An opinion without faults.
    salt
        Random bytes of this opinion alone, kept with its sealed content and erased with it.
    notice_salt
        Random bytes of the notice, the same for all its opinions: only so can two from one
        device be told to be from one. Erased when the case is filed away.

    Raises
    ------
    ValueError
        The opinion has faults.
    """
    faults = faults_of(draft)
    if faults:
        raise ValueError(faults[0].key)
    content = {"text": draft.text, "contact": draft.contact, "place": draft.place}
    return ReceiveOpinion(
        sealed=sealed_digest(content, salt=salt),
        participant=sealed_digest(draft.device.strip(), salt=notice_salt),
        place=draft.place.strip(),
        kind=Kind(draft.kind),
        stance=Stance(draft.stance),
        channel=Channel(draft.channel),
        length=len(draft.text.strip()),
        received_at=draft.received_at,
        scan=draft.scan,
    )


def counted(opinions: Iterable[Opinion], groups: Sequence[Sequence[int]]) -> Count:
    """Count opinions: raw, distinct, and by how many participants.

    Parameters
    ----------
    opinions
        Those to be counted; withheld ones count.
    groups
        Numbers of opinions that say the same; one that is in none says something of its own.
    """
    return _counted(opinions, _group_of(groups))


def counted_by(
    opinions: Iterable[Opinion], groups: Sequence[Sequence[int]]
) -> dict[tuple[Kind, str], Count]:
    """Count opinions by what they are about and by place, most participants first."""
    found: dict[tuple[Kind, str], list[Opinion]] = {}
    for opinion in opinions:
        found.setdefault((opinion.kind, opinion.place), []).append(opinion)
    group_of = _group_of(groups)
    counts = {key: _counted(some, group_of) for key, some in found.items()}
    return dict(sorted(counts.items(), key=lambda item: (-item[1].participants, item[0])))


def by_channel(opinions: Iterable[Opinion]) -> dict[Channel, int]:
    """Count opinions by the channel that they came by."""
    counts = Counter(opinion.channel for opinion in opinions)
    return {channel: counts[channel] for channel in Channel}


def by_day(opinions: Iterable[Opinion], rules: NoticeRules) -> dict[date, int]:
    """Count opinions by the day in the bureau's time zone on which they came, the first day first.

    Parameters
    ----------
    opinions
        Those to be counted.
    rules
        They know the time zone.
    """
    counts: Counter[date] = Counter()
    day, begins, ends = date.min, None, None
    for opinion in opinions:
        at = opinion.received_at
        # most come on the day of the one before them
        if begins is None or ends is None or not begins <= at < ends:
            day = local_day(at, rules)
            begins, ends = day_begins(day, rules), day_begins(day + DAY, rules)
        counts[day] += 1
    return dict(sorted(counts.items()))


def _group_of(groups: Sequence[Sequence[int]]) -> dict[int, int]:
    return {number: at for at, group in enumerate(groups) for number in group}


def _counted(opinions: Iterable[Opinion], group_of: Mapping[int, int]) -> Count:
    raw = alone = 0
    met: set[int] = set()
    participants: set[str] = set()
    for opinion in opinions:
        raw += 1
        participants.add(opinion.participant)
        if opinion.number in group_of:
            met.add(group_of[opinion.number])
        else:
            alone += 1
    return Count(raw=raw, distinct=alone + len(met), participants=len(participants))
