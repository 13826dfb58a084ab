"""Documents as PDF and PNG, set by typst from one description; the same bytes every time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from importlib import resources
from typing import TYPE_CHECKING, Any

import typst

from zoning.report.document import Heading, Paragraph, Picture, Table
from zoning.report.fonts import chinese_font

if TYPE_CHECKING:
    from zoning.report.document import Document, Part

PIXELS_PER_INCH = 144
_LANGUAGE = {"zh-CN": "zh", "en": "en"}


class Form(StrEnum):
    """What is made: pages of A4, a poster of A3, one long picture."""

    PAGES = "pages"
    POSTER = "poster"
    LONG = "long"


@dataclass(frozen=True)
class _Source:
    """Files that typst reads: a template, and everything that is said as data beside it."""

    files: dict[str, bytes]


def pdf(document: Document, *, form: Form = Form.PAGES) -> bytes:
    """Return a document as PDF with its fonts in it.

    Parameters
    ----------
    document
        What it says.
    form
        Pages or poster.

    Raises
    ------
    StorageError
        There is no font with Chinese characters.
    """
    return _compiled(_source(document, form), kind="pdf")


def long_picture(document: Document) -> bytes:
    """Return a document as one long picture (PNG), as it is passed on between telephones.

    Raises
    ------
    StorageError
        There is no font with Chinese characters.
    """
    return _compiled(_source(document, Form.LONG), kind="png")


def picture_png(svg: bytes) -> bytes:
    """Return a picture as PNG, for programs that cannot show SVG."""
    page = b'#set page(width: 170mm, height: auto, margin: 0mm)\n#image("picture.svg", width: 100%)'
    return _compiled(_Source({"main.typ": page, "picture.svg": svg}), kind="png")


def _compiled(source: _Source, *, kind: str) -> bytes:
    settings: dict[str, Any] = {"ppi": PIXELS_PER_INCH} if kind == "png" else {"timestamp": 0}
    # its types know files on the disk only; files in memory are in its documentation
    compiler: Any = typst.compile
    made = compiler(source.files, format=kind, **settings)
    assert isinstance(made, bytes), "one page where a picture is asked for"
    return made


def _source(document: Document, form: Form) -> _Source:
    pictures = {
        f"{part.name}.svg": part.svg for part in document.parts if isinstance(part, Picture)
    }
    code = {} if document.code is None else {"code.svg": document.code}
    data = {
        "form": form.value,
        "font": chinese_font(),
        "language": _LANGUAGE[document.language],
        "title": document.title,
        "subtitle": document.subtitle,
        "footer": document.footer,
        "mark": document.mark,
        "code": bool(code),
        "parts": [_plain(part) for part in document.parts],
    }
    template = resources.files("zoning.report").joinpath("templates", "document.typ").read_bytes()
    told = json.dumps(data, ensure_ascii=False, sort_keys=True).encode()
    return _Source({"main.typ": template, "data.json": told, **pictures, **code})


def _plain(part: Part) -> dict[str, Any]:
    if isinstance(part, Heading):
        return {"kind": "heading", "text": part.text}
    if isinstance(part, Paragraph):
        return {"kind": "paragraph", "lines": part.text.splitlines()}
    if isinstance(part, Table):
        rows = [list(row) for row in part.rows]
        return {"kind": "table", "head": list(part.head), "rows": rows, "shares": part.shares}
    return {"kind": "picture", "file": f"{part.name}.svg", "said": part.said}
