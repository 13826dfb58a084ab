"""All forms of a notice from one content, and the list of their digests."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from zoning.errors import InputError
from zoning.messages import Phrase, text
from zoning.notice.content import missing
from zoning.report.notice_document import (
    LETTERS_SHORT,
    MOST_LONG,
    MOST_POSTER,
    NEW_MAP,
    OLD_MAP,
    notice_document,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zoning.notice.content import NoticeVersion
    from zoning.report.notice_document import Printed

MANIFEST = "manifest.json"
PDF, DOCX, POSTER, LONG = "notice.pdf", "notice.docx", "poster-a3.pdf", "long-picture.png"
_FORM = 1


def compose(version: NoticeVersion, printed: Printed) -> dict[str, bytes]:
    """Return a notice in all its forms, by file name, with `MANIFEST`.

    PDF and DOCX say all of the content. Poster and long picture name the first places of a long
    list and how many more there are, and leave out zones in words that are too long for them.
    Every form carries the digest of the content and the code.

    Parameters
    ----------
    version
        The notice.
    printed
        Maps, address, language; a draft may lack parts.

    Raises
    ------
    InputError
        Parts are missing, all of which are named, or a map is not the one of the content.
    StorageError
        The machine has no font with Chinese characters.
    """
    from zoning.report.docx import docx_of
    from zoning.report.typeset import Form, long_picture, pdf

    refuse_incomplete(version, printed)
    whole = notice_document(version, printed)
    poster, long = (
        notice_document(version, printed, most=most, letters=LETTERS_SHORT)
        for most in (MOST_POSTER, MOST_LONG)
    )
    files = {
        PDF: pdf(whole),
        DOCX: docx_of(whole),
        POSTER: pdf(poster, form=Form.POSTER),
        LONG: long_picture(long),
        **{f"{name}.svg": content for name, content in sorted(printed.maps.items())},
    }
    return {**files, MANIFEST: manifest(files, content=version.digest, draft=printed.draft)}


def refuse_incomplete(version: NoticeVersion, printed: Printed) -> None:
    """Refuse a notice that lacks a part, unless it is a draft, and maps of another content.

    Raises
    ------
    InputError
        All that is missing, by name.
    """
    language = printed.language
    lacking = () if printed.draft else missing(version)
    if lacking:
        comma = text("notice.COMMA", language)
        names = comma.join(text(key, language) for key in lacking)
        raise InputError("report.INCOMPLETE", parts=names)
    for name, told in ((OLD_MAP, version.content.old_map), (NEW_MAP, version.content.new_map)):
        if told is None:
            continue
        found = printed.maps.get(name)
        if found is None or told.digest not in {sha256(found), *printed.drawn_from}:
            raise InputError(
                "report.OTHER_MAP", part=Phrase(f"notice.PART_{name.upper()}"), file=told.name
            )


def sha256(content: bytes) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def manifest(files: Mapping[str, bytes], *, content: str, draft: bool) -> bytes:
    """Return the list of files with their digests, as JSON.

    Parameters
    ----------
    files
        Content by name.
    content
        Digest of what they say.
    draft
        Whether they are marked as a draft.
    """
    listed = [
        {"name": name, "bytes": len(data), "sha256": sha256(data)}
        for name, data in sorted(files.items())
    ]
    told = {"form": _FORM, "content_digest": content, "draft": draft, "files": listed}
    return (json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
