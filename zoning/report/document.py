"""A document as plain parts, from which PDF, DOCX and pictures are all made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A heading below the title."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A text; line ends in it are kept."""

    text: str


@dataclass(frozen=True)
class Table:
    """A table of texts.

    Parameters
    ----------
    head
        Titles of the columns.
    rows
        Cells, each row as long as the head.
    shares
        Relative widths of the columns.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[int, ...]

    def __post_init__(self) -> None:
        assert len(self.shares) == len(self.head), "a width for each column"
        assert all(len(row) == len(self.head) for row in self.rows), "a cell for each column"


@dataclass(frozen=True)
class Picture:
    """A picture.

    Parameters
    ----------
    name
        Unique in the document.
    svg
        The picture.
    said
        What it shows, for those who cannot see it; also below it.
    """

    name: str
    svg: bytes
    said: str


Part = Heading | Paragraph | Table | Picture


@dataclass(frozen=True)
class Document:
    """A document.

    Parameters
    ----------
    title, subtitle
        What stands at its head; the subtitle may be empty.
    language
        Language of its words.
    parts
        What it says, in order.
    footer
        What stands at the foot of every page, such as its digest.
    mark
        A word across the head that says it is not final; empty otherwise.
    code
        SVG of a code that telephones read; None for none.
    """

    title: str
    subtitle: str
    language: str
    parts: tuple[Part, ...]
    footer: str
    mark: str = ""
    code: bytes | None = None
