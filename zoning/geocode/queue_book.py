"""The review queue as a workbook that an officer fills in."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from zoning.geocode.distance import metres_between
from zoning.geocode.explain import code_name
from zoning.geocode.queue import MOST_CHOICES
from zoning.messages import text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zoning.geocode.answer import Answer
    from zoning.geocode.queue import Item, Queue
    from zoning.geocode.rows import Rows

CHOICES = tuple(str(number) for number in range(1, MOST_CHOICES + 1))
LONGEST_SHOWN = 2_000
ZONE = "CHOICE_ZONE"
_PERCENT, _WHOLE, _TEXT = "0%", "0", "@"
# what XML cannot hold, whatever a file of a bureau does
_UNSHOWN = re.compile("[\ufffe\uffff]")
# a workbook takes this for the number of a character
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True)
class Heading:
    """A column of the sheet.

    Parameters
    ----------
    name
        Its name in the catalogue, behind `HEAD_`.
    width
        In characters.
    form
        Number format.
    filled_in
        Whether the officer writes here.
    lines
        Whether its text has lines.
    number
        Number of the choice that it belongs to; 0 for none.
    """

    name: str
    width: int
    form: str = _TEXT
    filled_in: bool = False
    lines: bool = False
    number: int = 0

    @property
    def key(self) -> str:
        """Name that no other column has."""
        return f"{self.name}_{self.number}" if self.number else self.name

    def title(self, language: str) -> str:
        """Return the header."""
        return text(f"queue.HEAD_{self.name}", language, {"number": self.number})


HEADINGS = (
    Heading("ID", 16),
    Heading("NAME", 26),
    Heading("ADDRESS", 36),
    Heading("CITY", 10),
    Heading("SAME", 9, _WHOLE),
    Heading("CHILDREN", 9, _WHOLE),
    Heading("STATE", 10),
    Heading("CODE", 16),
    Heading("PROBABILITY", 9, _PERCENT),
    Heading("OTHER_ZONE", 11, _PERCENT),
    Heading("RADIUS", 11, _WHOLE),
    *(
        Heading(name, width, form, number=number)
        for number in range(1, MOST_CHOICES + 1)
        for name, width, form in (
            ("CHOICE_ID", 14, _TEXT), ("CHOICE", 36, _TEXT), ("CHOICE_METRES", 11, _WHOLE),
            (ZONE, 24, _TEXT),
        )
    ),
    Heading("SUGGESTION", 36, lines=True),
    Heading("EXPLANATION", 60, lines=True),
    Heading("DECISION", 14, filled_in=True),
    Heading("WHO", 12, filled_in=True),
    Heading("BASIS", 30, filled_in=True),
)  # fmt: skip


def shown(said: str) -> str:
    """Return a text as a cell can hold it: what stands for nothing in a workbook is a blank."""
    letters = (" " if unicodedata.category(letter) in {"Cc", "Cs"} else letter for letter in said)
    return _UNSHOWN.sub(" ", "".join(letters)).strip()[:LONGEST_SHOWN]


def queue_book(
    queue: Queue,
    rows: Rows,
    *,
    explain: Callable[[Answer], str],
    language: str,
    zone_of: Callable[[int], str] | None = None,
) -> bytes:
    """Return the workbook of a queue.

    Parameters
    ----------
    queue
        What is to be decided.
    rows
        The rows of the table.
    explain
        Says in words why an answer was found; in the same language.
    language
        Language of the headers and of the instructions.
    zone_of
        Names the zone of a row of the table; None where no zones are known.
    """
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = text("queue.SHEET", language)
    headings = [item for item in HEADINGS if zone_of is not None or item.name != ZONE]
    sheet.append([heading.title(language) for heading in headings])
    for at, item in enumerate(queue.items, start=2):
        cells = _cells(item, rows, explain=explain, language=language)
        if zone_of is not None:
            cells |= {
                f"{ZONE}_{number}": zone_of(row) for number, row in enumerate(item.choices, start=1)
            }
        for position, heading in enumerate(headings, start=1):
            _fill(sheet.cell(row=at, column=position), cells.get(heading.key), heading)
    _lay_out(sheet, queue.items, headings, language=language)
    _instruct(book.create_sheet(text("queue.SHEET_HELP", language)), language=language)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def _cells(
    item: Item, rows: Rows, *, explain: Callable[[Answer], str], language: str
) -> dict[str, object]:
    answer = item.answer
    cells: dict[str, object] = {
        "ID": item.id,
        "NAME": item.question.name,
        "ADDRESS": item.question.address,
        "CITY": item.question.city,
        "SAME": len(item.ids),
        "CHILDREN": item.children,
        "STATE": text(f"queue.STATE_{item.state}", language),
        "CODE": code_name(answer.code, language),
        "PROBABILITY": answer.probability,
        "OTHER_ZONE": item.other_zone,
        "RADIUS": answer.radius_m,
        "SUGGESTION": "\n".join(_suggestions(item, language=language)),
        "EXPLANATION": explain(answer),
    }
    for number, at in enumerate(item.choices, start=1):
        row = rows.at(at)
        cells[f"CHOICE_ID_{number}"] = row.id
        cells[f"CHOICE_{number}"] = " · ".join(part for part in (row.name, row.address) if part)
        cells[f"CHOICE_METRES_{number}"] = _metres(answer, row.lon, row.lat)
    return cells


def _metres(answer: Answer, lon: float, lat: float) -> float | None:
    """Return how far a place lies from the point that was found."""
    if answer.lon is None or answer.lat is None:
        return None
    return float(metres_between(answer.lon, answer.lat, to_lon=lon, to_lat=lat))


def _suggestions(item: Item, *, language: str) -> list[str]:
    said = []
    for hint in item.suggestions:
        apart = _metres(item.answer, hint.lon, hint.lat)
        place = {"provider": hint.provider, "text": hint.text, "lon": hint.lon, "lat": hint.lat}
        if apart is None:
            said.append(text("queue.SUGGESTED", language, place))
        else:
            said.append(text("queue.SUGGESTED_AWAY", language, {**place, "metres": apart}))
    return said


def _fill(cell: Any, value: object, heading: Heading) -> None:
    cell.number_format = heading.form
    if value is None:
        return
    if isinstance(value, str):
        said = "\n".join(map(shown, value.split("\n"))) if heading.lines else shown(value)
        cell.value = _ESCAPE.sub("_x005F_", said)
        cell.data_type = "s"  # a name that begins like a formula is still a name
    else:
        cell.value = value


def _lay_out(
    sheet: Any, items: Sequence[Item], headings: Sequence[Heading], *, language: str
) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    wrap = Alignment(wrap_text=True, vertical="top")
    for position, heading in enumerate(headings, start=1):
        letter = get_column_letter(position)
        sheet.column_dimensions[letter].width = heading.width
        title = sheet.cell(row=1, column=position)
        title.font, title.alignment = Font(bold=True), wrap
        colour = "FFFCE4D6" if heading.filled_in else "FFEDEDED"
        title.fill = PatternFill("solid", fgColor=colour)
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            cell.alignment = wrap
    sheet.freeze_panes = "C2"
    if items:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(headings))}{len(items) + 1}"
    _offer(sheet, items, headings, language=language)


def _offer(
    sheet: Any, items: Sequence[Item], headings: Sequence[Heading], *, language: str
) -> None:
    """Offer in each row the choices that it has; an id may be written in their place."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.cell_range import MultiCellRange
    from openpyxl.worksheet.datavalidation import DataValidation

    names = [heading.name for heading in headings]
    letter = get_column_letter(names.index("DECISION") + 1)
    no_place = text("queue.NO_PLACE", language)
    for count in range(MOST_CHOICES + 1):
        listed = ",".join((*CHOICES[:count], no_place))
        # without an error message the list is an offer and an id of a row is taken as well
        offer = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
        offer.showErrorMessage, offer.showInputMessage = False, True
        offer.prompt = text("queue.PROMPT", language, {"no_place": no_place})
        runs = _runs([len(item.choices) == count for item in items])
        if runs:
            places = (f"{letter}{first + 2}:{letter}{last + 2}" for first, last in runs)
            offer.sqref = MultiCellRange(" ".join(places))
            sheet.add_data_validation(offer)


def _runs(flags: Sequence[bool]) -> list[tuple[int, int]]:
    """Return first and last place of each run of what is so."""
    runs: list[tuple[int, int]] = []
    for at, flag in enumerate(flags):
        if flag and runs and runs[-1][1] == at - 1:
            runs[-1] = (runs[-1][0], at)
        elif flag:
            runs.append((at, at))
    return runs


def _instruct(sheet: Any, *, language: str) -> None:
    from openpyxl.styles import Alignment

    no_place = text("queue.NO_PLACE", language)
    for line in text("queue.HELP", language, {"no_place": no_place}).strip().split("\n"):
        sheet.append([line])
        sheet.cell(row=sheet.max_row, column=1).alignment = Alignment(wrap_text=True)
    sheet.column_dimensions["A"].width = 100
