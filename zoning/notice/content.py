"""What a notice says, and what is missing in it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from zoning.notice.canonical import DIGEST_SIGNS, digest_of
from zoning.notice.model import Channel, Evidence, Substance, Transition
from zoning.notice.record import record_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class ZoneText:
    """A zone in words: its school and its four sides."""

    zone: str
    text: str


@dataclass(frozen=True)
class Moved:
    """A compound or a range of door numbers whose school changes."""

    place: str
    before: str
    after: str


@dataclass(frozen=True)
class Seats:
    """Seats and classes of a school in a year."""

    school: str
    year: int
    seats: int
    classes: int


@dataclass(frozen=True)
class OpenChannel:
    """A way to say something: address, number or place, and its hours."""

    channel: Channel
    where: str
    hours: str = ""


@dataclass(frozen=True)
class NoticeContent:
    """The content from which page, PDF, DOCX, poster and long picture are made.

    Parameters
    ----------
    title, issuer, document_number
        As on the printed document.
    basis, reason
        Legal basis; reason for the change in words.
    old_map, new_map
        Zones before and after as maps.
    old_zones, new_zones
        The same as text.
    moved
        What changes; where no address changes, `nothing_moves` says so instead.
    nothing_moves
        Statement that no address changes its school; empty otherwise.
    seats
        Seats and classes of each school.
    risk_summary
        Risk assessment in short.
    transition, siblings
        Rules of transition; rules for brothers and sisters.
    period
        The period in words.
    short_reason
        Reason for fewer days than usual, where the rule set allows them; empty otherwise.
    channels
        At least one on-line and one off-line; a phone has hours.
    valid_opinion, answers_published, privacy
        What counts as an opinion; how answers are published; what happens to personal data.
    map_approval, map_exemption
        Approval number of the map (审图号), or the recorded reason why none is needed.
    contact
        Who explains it.
    """

    title: str = ""
    issuer: str = ""
    document_number: str = ""
    basis: str = ""
    reason: str = ""
    old_map: Evidence | None = None
    new_map: Evidence | None = None
    old_zones: tuple[ZoneText, ...] = ()
    new_zones: tuple[ZoneText, ...] = ()
    moved: tuple[Moved, ...] = ()
    nothing_moves: str = ""
    seats: tuple[Seats, ...] = ()
    risk_summary: str = ""
    transition: str = ""
    siblings: str = ""
    period: str = ""
    short_reason: str = ""
    channels: tuple[OpenChannel, ...] = ()
    valid_opinion: str = ""
    answers_published: str = ""
    privacy: str = ""
    map_approval: str = ""
    map_exemption: str = ""
    contact: str = ""


@dataclass(frozen=True)
class NoticeVersion:
    """A notice as it is published.

    Parameters
    ----------
    content
        What it says.
    digest
        Digest of the content, printed on every form of it.
    plan_id
        Plan that is on notice.
    substance
        What a change of which is substantial.
    terms
        Rules of transition that the version in force will have.
    days
        Days that it runs; None for the days of the rule set.
    """

    content: NoticeContent
    digest: str
    plan_id: str
    substance: Substance
    terms: Transition = field(default_factory=Transition)
    days: int | None = None


def content_digest(content: NoticeContent) -> str:
    """Return the digest that all forms of a notice carry."""
    return digest_of(record_of(content))


def with_digest(version: NoticeVersion) -> NoticeVersion:
    """Return a version with the digest of its content."""
    return replace(version, digest=content_digest(version.content))


def missing(version: NoticeVersion) -> tuple[str, ...]:
    """Name what a notice lacks: keys of the catalogue, in the order of the document."""
    return tuple(dict.fromkeys((*_missing_words(version.content), *_missing_parts(version))))


def _missing_words(content: NoticeContent) -> Iterator[str]:
    words = {
        "notice.PART_TITLE": content.title,
        "notice.PART_ISSUER": content.issuer,
        "notice.PART_DOCUMENT_NUMBER": content.document_number,
        "notice.PART_BASIS": content.basis,
        "notice.PART_REASON": content.reason,
        "notice.PART_RISK_SUMMARY": content.risk_summary,
        "notice.PART_TRANSITION": content.transition,
        "notice.PART_SIBLINGS": content.siblings,
        "notice.PART_PERIOD": content.period,
        "notice.PART_VALID_OPINION": content.valid_opinion,
        "notice.PART_ANSWERS_PUBLISHED": content.answers_published,
        "notice.PART_PRIVACY": content.privacy,
        "notice.PART_CONTACT": content.contact,
    }
    yield from (key for key, said in words.items() if not said.strip())


def _missing_parts(version: NoticeVersion) -> Iterator[str]:
    content = version.content
    if not _shows(content.old_map):
        yield "notice.PART_OLD_MAP"
    if not _shows(content.new_map):
        yield "notice.PART_NEW_MAP"
    if not _said(content.old_zones):
        yield "notice.PART_OLD_ZONES"
    if not _said(content.new_zones):
        yield "notice.PART_NEW_ZONES"
    if not content.nothing_moves.strip() and not _places_said(content.moved):
        yield "notice.PART_MOVED"
    if not content.seats or not all(item.seats > 0 and item.classes > 0 for item in content.seats):
        yield "notice.PART_SEATS"
    yield from _missing_channels(content.channels)
    if not (content.map_approval.strip() or content.map_exemption.strip()):
        yield "notice.PART_MAP_APPROVAL"
    if version.digest != content_digest(content):
        yield "notice.PART_DIGEST"


def _missing_channels(channels: tuple[OpenChannel, ...]) -> Iterator[str]:
    usable = [item for item in channels if item.where.strip()]
    if not any(item.channel == Channel.ONLINE for item in usable):
        yield "notice.PART_CHANNEL_ONLINE"
    if not any(item.channel != Channel.ONLINE for item in usable):
        yield "notice.PART_CHANNEL_OFFLINE"
    phones = [item for item in usable if item.channel == Channel.PHONE]
    if not phones:
        yield "notice.PART_PHONE"
    elif not all(item.hours.strip() for item in phones):
        yield "notice.PART_PHONE_HOURS"


def is_digest(text: str) -> bool:
    """Tell whether a text is a SHA-256 in hexadecimal."""
    return len(text) == DIGEST_SIGNS and set(text) <= _HEX


def _shows(evidence: Evidence | None) -> bool:
    return evidence is not None and is_digest(evidence.digest)


def _said(zones: tuple[ZoneText, ...]) -> bool:
    return bool(zones) and all(item.zone.strip() and item.text.strip() for item in zones)


def _places_said(moved: tuple[Moved, ...]) -> bool:
    return bool(moved) and all(
        item.place.strip() and item.before.strip() and item.after.strip() for item in moved
    )
