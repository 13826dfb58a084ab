"""A notice as a document: the same content for page, poster, long picture and word processor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import segno

from zoning.messages import text
from zoning.report.document import Document, Heading, Paragraph, Picture, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from zoning.notice.content import NoticeContent, NoticeVersion, ZoneText
    from zoning.report.document import Part

OLD_MAP, NEW_MAP = "old_map", "new_map"
# what a poster, and a picture passed on between telephones, have room for
MOST_POSTER, MOST_LONG, LETTERS_SHORT = 120, 200, 2000


@dataclass(frozen=True)
class Printed:
    """What a printed notice needs besides its content.

    Parameters
    ----------
    maps
        SVG by `OLD_MAP` and `NEW_MAP`; a map that is missing is left out.
    url
        Where the notice stands on line; empty where that is not known yet.
    language
        Language of the headings; the content says what it says.
    draft
        Whether to mark it as a draft.
    drawn_from
        SHA-256 of the files that the maps were drawn from, where the content names those and
        not the maps.
    """

    maps: Mapping[str, bytes]
    url: str = ""
    language: str = "zh-CN"
    draft: bool = False
    drawn_from: frozenset[str] = frozenset()


def notice_document(
    version: NoticeVersion, printed: Printed, *, most: int | None = None, letters: int | None = None
) -> Document:
    """Return a notice as a document.

    Parameters
    ----------
    version
        The notice.
    printed
        Maps, address and language.
    most
        Places of the list of changes to show at most, with a word on how many more there are and
        where; None shows all.
    letters
        Letters that all zones in words may have together; if they have more, it is said where they
        stand. None shows all.
    """
    content, language = version.content, printed.language
    number = content.document_number
    return Document(
        title=content.title,
        subtitle="  ".join(filter(None, (content.issuer, number))),
        language=language,
        parts=tuple(_parts(content, printed, most, letters)),
        footer=text("report.DIGEST", language, {"digest": version.digest}),
        mark=text("report.DRAFT", language) if printed.draft else "",
        code=_code(printed.url or f"sha256:{version.digest}"),
    )


def _code(said: str) -> bytes:
    lines = segno.make(said, error="m", micro=False).svg_inline(scale=4, border=4)
    # a picture of its own, not part of a page
    return lines.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1).encode()


def _parts(
    content: NoticeContent, printed: Printed, most: int | None, letters: int | None
) -> Iterator[Part]:
    language = printed.language
    for key, said in (("BASIS", content.basis), ("REASON", content.reason),
                      ("PERIOD", content.period)):  # fmt: skip
        yield from _words(key, said, language)
    if content.short_reason:
        yield from _titled("report.SHORT_REASON", content.short_reason, language)
    yield from _moved(content, language, most)
    for key, name, zones in (
        ("OLD", OLD_MAP, content.old_zones),
        ("NEW", NEW_MAP, content.new_zones),
    ):
        yield Heading(text(f"report.ZONES_{key}", language))
        if name in printed.maps:
            yield Picture(name, printed.maps[name], _under_map(content, key, language))
        if letters is not None and sum(len(item.text) for item in zones) > letters:
            yield Paragraph(text("report.ZONES_ELSEWHERE", language))
        else:
            yield _zones(zones, language)
    yield Heading(text("notice.PART_SEATS", language))
    columns = ("SCHOOL", "YEAR", "SEATS", "CLASSES")
    seats = tuple(
        (item.school, str(item.year), str(item.seats), str(item.classes)) for item in content.seats
    )
    head = tuple(text(f"report.HEAD_{name}", language) for name in columns)
    yield Table(head, seats, (4, 1, 1, 1))
    for key, said in (("RISK_SUMMARY", content.risk_summary), ("TRANSITION", content.transition),
                      ("SIBLINGS", content.siblings)):  # fmt: skip
        yield from _words(key, said, language)
    yield from _channels(content, language)
    for key, said in (("VALID_OPINION", content.valid_opinion),
                      ("ANSWERS_PUBLISHED", content.answers_published),
                      ("CONTACT", content.contact), ("PRIVACY", content.privacy)):  # fmt: skip
        yield from _words(key, said, language)
    if printed.url:
        yield from _titled("report.ON_LINE", printed.url, language)


def _words(key: str, said: str, language: str) -> Iterator[Part]:
    yield from _titled(f"notice.PART_{key}", said, language)


def _titled(key: str, said: str, language: str) -> Iterator[Part]:
    if said.strip():
        yield Heading(text(key, language))
        yield Paragraph(said)


def _moved(content: NoticeContent, language: str, most: int | None) -> Iterator[Part]:
    yield Heading(text("report.WHAT_CHANGES", language))
    if content.nothing_moves.strip():
        yield Paragraph(content.nothing_moves)
    shown = content.moved if most is None else content.moved[:most]
    if shown:
        head = tuple(text(f"report.HEAD_{name}", language) for name in ("PLACE", "BEFORE", "AFTER"))
        places: dict[tuple[str, str], list[str]] = {}
        for item in shown:
            places.setdefault((item.before, item.after), []).append(item.place)
        sign = text("report.PLACES_SIGN", language)
        rows = tuple((sign.join(named), *schools) for schools, named in places.items())
        yield Table(head, rows, (6, 3, 3))
    if len(shown) < len(content.moved):
        more = {"shown": len(shown), "count": len(content.moved)}
        yield Paragraph(text("report.MORE_MOVED", language, more))


def _zones(zones: tuple[ZoneText, ...], language: str) -> Table:
    head = tuple(text(f"report.HEAD_{name}", language) for name in ("ZONE", "ZONE_TEXT"))
    return Table(head, tuple((item.zone, item.text) for item in zones), (2, 7))


def _under_map(content: NoticeContent, key: str, language: str) -> str:
    approval, exempt = content.map_approval.strip(), content.map_exemption.strip()
    said = ""
    if approval:
        said = text("report.MAP_APPROVAL", language, {"number": approval})
    elif exempt:
        said = text("report.MAP_EXEMPT", language, {"reason": exempt})
    return f"{text(f'notice.PART_{key}_MAP', language)}  {said}".strip()


def _channels(content: NoticeContent, language: str) -> Iterator[Part]:
    yield Heading(text("report.CHANNELS", language))
    head = tuple(text(f"report.HEAD_{name}", language) for name in ("CHANNEL", "WHERE", "HOURS"))
    rows = tuple(
        (text(f"report.CHANNEL_{item.channel}", language), item.where, item.hours)
        for item in content.channels
    )
    yield Table(head, rows, (2, 5, 4))
