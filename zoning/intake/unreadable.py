"""Why a file cannot be read, seen in its bytes rather than in a library's words.

Looked at before a file is opened: libraries read the whole part of a cut-off file without a word,
and name the cause of a failure in terms that are no help to an office.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from zoning.intake.faults import fault
from zoning.intake.shapefile import companions

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.findings import Finding

_ZIP, _OLE, _SQLITE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"SQLite format 3\0"
_SHP, _PARQUET = b"\x00\x00\x27\x0a", b"PAR1"
# What a file begins with, and the name of that kind in every language.
_KINDS = (
    (_ZIP, "ZIP / XLSX"),
    (_OLE, "XLS"),
    (_SQLITE, "GeoPackage / SQLite"),
    (_SHP, "Shapefile (.shp)"),
    (_PARQUET, "Parquet"),
    (b"%PDF", "PDF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "GZIP"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)
_BEGINS = {
    **dict.fromkeys((".xlsx", ".xlsm", ".xlsb", ".ods"), (_ZIP,)),
    ".xls": (_OLE,),
    ".gpkg": (_SQLITE,),
    ".shp": (_SHP,),
    **dict.fromkeys((".parquet", ".geoparquet"), (_PARQUET,)),
    **dict.fromkeys((".geojson", ".json"), (b"{",)),
}
_ZIP_END, _ZIP_END_WITHIN = b"PK\x05\x06", 65_557
_NEEDED_PARTS = (".shp", ".shx", ".dbf")
_HEAD = 512
DETAIL_LENGTH = 160


def unreadable(file: str, detail: str) -> Finding:
    """Return the finding for a file that is whole by its bytes, but that no library can read.

    Parameters
    ----------
    detail
        The library's own words, for those who help the officer.
    """
    return fault("UNREADABLE", file=file, params={"detail": detail[:DETAIL_LENGTH].rstrip(". ")})


def file_fault(path: Path, *, file: str) -> Finding | None:
    """Return what is wrong with a file as a whole; None where its bytes look right.

    Parameters
    ----------
    file
        Name to use in findings.
    """
    if path.stat().st_size == 0:
        return fault("EMPTY_FILE", file=file)
    ending = path.suffix.lower()
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    wrong = _format_fault(head, ending, file=file)
    if wrong is not None:
        return wrong
    if ending == ".shp":
        return _shapefile_fault(path, file=file)
    return _cut(file, path) if _is_cut(path, head, ending) else None


def _kind(head: bytes) -> str:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<script")):
        return "HTML"
    return next((name for begin, name in _KINDS if head.startswith(begin)), "")


def _format_fault(head: bytes, ending: str, *, file: str) -> Finding | None:
    begins, kind = _BEGINS.get(ending), _kind(head)
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip() if ending.endswith("json") else head
    if begins is None:
        # text: anything goes but what is clearly no text
        wrong = ending in {".csv", ".tsv", ".txt"} and kind not in {"", "HTML"}
    else:
        wrong = not plain.startswith(begins)
    if not wrong:
        return None
    params = {"ending": ending, "kind": kind}
    if begins == (_ZIP,) and head.startswith(_OLE):
        return fault("WORKBOOK_LOCKED", file=file, params=params)
    return fault("OTHER_FORMAT" if kind else "NOT_ITS_FORMAT", file=file, params=params)


def _cut(file: str, path: Path) -> Finding:
    return fault("TRUNCATED", file=file, params={"size": f"{path.stat().st_size:,}"})


def _is_cut(path: Path, head: bytes, ending: str) -> bool:
    """Tell whether the end of a file is missing, for formats that say how long they are."""
    size, begin = path.stat().st_size, _BEGINS.get(ending)
    if begin == (_SQLITE,):
        page = int.from_bytes(head[16:18], "big")
        pages, current = int.from_bytes(head[28:32], "big"), head[24:28] == head[92:96]
        return current and size < (65536 if page == 1 else page) * pages
    if begin not in {(_ZIP,), (_PARQUET,), (b"{",)}:
        return False
    with path.open("rb") as stream:
        stream.seek(max(0, size - _ZIP_END_WITHIN))
        tail = stream.read()
    if begin == (_ZIP,):
        return _ZIP_END not in tail
    return not tail.rstrip().endswith(b"}" if begin == (b"{",) else _PARQUET)


def _shapefile_fault(path: Path, *, file: str) -> Finding | None:
    """Find missing parts of a Shapefile, and parts that are shorter than they say."""
    parts = {part.suffix.lower(): part for part in companions(path)}
    missing = [ending for ending in _NEEDED_PARTS if ending not in parts]
    if missing:
        stem = path.name.removesuffix(path.suffix)
        params = {
            "missing": "、".join(stem + ending for ending in missing),
            "needed": "、".join(stem + ending for ending in _NEEDED_PARTS),
            "useful": f"{stem}.prj、{stem}.cpg",
        }
        return fault("SHAPEFILE_PARTS", file=file, params=params)
    for ending, part in parts.items():
        with part.open("rb") as stream:
            head = stream.read(_HEAD)
        said = 0
        if ending in {".shp", ".shx"}:
            said = 2 * int.from_bytes(head[24:28], "big")
        elif ending == ".dbf":
            records, first, length = (
                int.from_bytes(head[start:end], "little")
                for start, end in ((4, 8), (8, 10), (10, 12))
            )
            said = first + records * length
        if part.stat().st_size < said:
            return _cut(PurePosixPath(file).with_name(part.name).as_posix(), part)
    return None
