"""Shapefiles: several files, ten bytes a column name, and an encoding that few of them state."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

import pyogrio

from zoning.findings import Severity
from zoning.intake.faults import fault
from zoning.schema import squeeze

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from geopandas import GeoDataFrame

    from zoning.findings import Finding
    from zoning.schema import Column, Contract

_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_BYTES = "ISO-8859-1"
"""An encoding that maps every byte to one sign, so that nothing is lost before we decode."""
_SHORTEST_CUT = 3


def companions(path: Path) -> list[Path]:
    """Return the files that belong to a layer: a Shapefile is several."""
    if path.suffix.lower() != ".shp":
        return [path]
    present = {item.name.lower(): item for item in path.parent.iterdir()}
    names = [path.stem.lower() + ending for ending in _PARTS]
    return [present[name] for name in names if name in present]


def dbf_encoding(data: bytes) -> str:
    """Return the encoding of a dBASE table's text: UTF-8 where every field is, else GB18030.

    The language byte of the header is not looked at: programs write it carelessly. A field may
    end within a sign, since its length is counted in bytes.
    """
    first, length = int.from_bytes(data[8:10], "little"), int.from_bytes(data[10:12], "little")
    fields: list[tuple[int, int]] = []
    offset = 1
    for start in range(32, first - 31, 32):
        if data[start : start + 1] == b"\r":
            break
        width = data[start + 16]
        if data[start + 11 : start + 12] == b"C":
            fields.append((offset, offset + width))
        offset += width
    names = [data[start : start + 11].split(b"\0")[0] for start in range(32, first - 31, 32)]
    records = range(first, len(data) - length + 1, length) if length else range(0)
    texts = (
        data[at + left : at + right].rstrip(b" \0") for at in records for left, right in fields
    )
    for text in (*names, *texts):
        if not text.isascii():
            try:
                codecs.getincrementaldecoder("utf-8")().decode(text)
            except UnicodeDecodeError:
                return "GB18030"
    return "UTF-8"


def stated_encoding(words: str) -> str | None:
    """Return the encoding that a .cpg file states; None where it states none that is known."""
    name = words.strip().lower().removeprefix("ansi ").removeprefix("cp")
    if name in {"936", "gbk", "gb2312", "gb18030", "54936"}:
        return "GB18030"
    try:
        return codecs.lookup(f"cp{name}" if name.isdigit() else name).name
    except LookupError:
        return None


def read_shapefile(path: Path, *, file: str) -> tuple[GeoDataFrame, list[Finding]]:
    """Read a Shapefile in the encoding of its .cpg, or in the one its text shows.

    Text is decoded here: a sign that the format has cut in two is dropped, instead of making the
    whole file unreadable.

    Parameters
    ----------
    file
        Name to use in findings.
    """
    parts = {part.suffix.lower(): part for part in companions(path)}
    stated = stated_encoding(parts[".cpg"].read_text(_BYTES)) if ".cpg" in parts else None
    found = dbf_encoding(parts[".dbf"].read_bytes()) if ".dbf" in parts else "UTF-8"
    encoding = stated or found
    frame = pyogrio.read_dataframe(path, encoding=_BYTES, datetime_as_string=True)

    def decode(value: object) -> object:
        return value.encode(_BYTES).decode(encoding, "ignore") if isinstance(value, str) else value

    for name in frame.columns:
        if name != "geometry" and frame[name].dtype.kind not in "iufb":
            frame[name] = [decode(value) for value in frame[name].tolist()]
    frame = frame.rename(columns={name: decode(name) for name in frame.columns})
    said = stated is None and encoding == "GB18030"
    return frame, [fault("GB18030", Severity.INFO, file=file)] if said else []


def _complete(start: str, columns: Iterable[Column]) -> str | None:
    """Return the header of the only column that has a name beginning so; None for none or many."""
    words = squeeze(start)
    if len(words) == 0:
        return None
    fits = {
        column.header
        for column in columns
        for name in (column.name, column.header, *column.aliases)
        if squeeze(name).startswith(words)
    }
    return fits.pop() if len(fits) == 1 else None


def full_headers(headers: Sequence[str], contract: Contract) -> tuple[str, ...]:
    """Return headers with those completed that ten bytes had no room for: 学校名 is 学校名称.

    Parameters
    ----------
    headers
        As read from the file.
    contract
        The columns that are expected.
    """
    full = []
    for header in headers:
        year = re.fullmatch(r"(20\d{2}年?)(\D+)", header)
        if year:
            rest = _complete(year.group(2), contract.yearly)
            full.append(year.group(1) + rest if rest else header)
        elif len(header) >= _SHORTEST_CUT and not header.isascii():
            full.append(_complete(header, contract.columns) or header)
        else:
            full.append(header)
    return tuple(full)
