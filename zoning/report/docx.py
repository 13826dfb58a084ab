"""Documents as DOCX, for bureaus that go on working on them in their own word processor."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from zoning.report.document import Heading, Paragraph, Picture, Table
from zoning.report.steady import without_time
from zoning.report.typeset import picture_png

if TYPE_CHECKING:
    from zoning.report.document import Document

# the reader's program takes the next best where it lacks them
LATIN, CHINESE = "Times New Roman", "宋体"
PAGE_MM, MARGIN_MM = (210, 297), 22
WIDTH_MM = PAGE_MM[0] - 2 * MARGIN_MM
# a picture stays on one page, with its caption
HIGHEST_MM = 225
_FORBIDDEN = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])
_RED = RGBColor(0xB0, 0x00, 0x20)


def docx_of(document: Document) -> bytes:
    """Return a document as DOCX.

    Parameters
    ----------
    document
        What it says.
    """
    made = docx.Document()
    _set_up(made, document)
    if document.mark:
        run = _line(made, document.mark, centred=True).runs[0]
        run.bold, run.font.color.rgb = True, _RED
    title = _line(made, document.title, centred=True).runs[0]
    title.bold, title.font.size = True, Pt(18)
    if document.subtitle:
        _line(made, document.subtitle, centred=True)
    for part in document.parts:
        if isinstance(part, Heading):
            made.add_heading(clean(part.text), level=1)
        elif isinstance(part, Paragraph):
            for said in part.text.splitlines():
                _line(made, said)
        elif isinstance(part, Table):
            _table(made, part)
        else:
            _picture(made, part)
    if document.code is not None:
        made.add_picture(io.BytesIO(picture_png(document.code)), width=Mm(30))
        _line(made, document.footer)
    stream = io.BytesIO()
    made.save(stream)
    return without_time(stream.getvalue())


def clean(text: str) -> str:
    """Return a text without the signs that XML has no place for."""
    return text.translate(_FORBIDDEN)


def _set_up(made: Any, document: Document) -> None:
    made.core_properties.title = clean(document.title)
    made.core_properties.author = ""
    made.core_properties.language = document.language
    for name in ("Normal", "Heading 1", "Table Grid"):
        style = made.styles[name]
        style.font.name = LATIN
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), CHINESE)
    made.styles["Normal"].font.size = Pt(10.5)
    section = made.sections[0]
    section.page_width, section.page_height = Mm(PAGE_MM[0]), Mm(PAGE_MM[1])
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(section, side, Mm(MARGIN_MM))
    foot = section.footer.paragraphs[0].add_run(clean(document.footer))
    foot.font.size = Pt(7.5)


def _line(made: Any, text: str, *, centred: bool = False) -> Any:
    line = made.add_paragraph()
    line.add_run(clean(text))
    if centred:
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return line


def _table(made: Any, part: Table) -> None:
    rows = (part.head, *part.rows)
    # all rows at once: to add them one by one takes the square of their number
    table = made.add_table(rows=len(rows), cols=len(part.head), style="Table Grid")
    table.autofit = False
    for column, share in zip(table.columns, part.shares, strict=True):
        column.width = Mm(WIDTH_MM * share / sum(part.shares))
    for number, (line, row) in enumerate(zip(table.rows, rows, strict=True)):
        for cell, said in zip(line.cells, row, strict=True):
            run = cell.paragraphs[0].add_run(clean(said))
            if number == 0:
                run.bold = True
    made.add_paragraph()


def _picture(made: Any, part: Picture) -> None:
    shown = made.add_picture(io.BytesIO(picture_png(part.svg)), width=Mm(WIDTH_MM))
    if shown.height > Mm(HIGHEST_MM):
        shown.width, shown.height = (
            int(shown.width * Mm(HIGHEST_MM) / shown.height),
            Mm(HIGHEST_MM),
        )
    # what it shows, for those who have it read out
    shown._inline.docPr.set("descr", clean(part.said))  # noqa: SLF001 - there is no public way
    _line(made, part.said, centred=True)
