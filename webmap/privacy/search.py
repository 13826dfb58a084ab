"""Searching files and folders for marks: plain, in zip and gzip, whatever their size."""

from __future__ import annotations

import gzip
import os
import stat
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from webmap.privacy.marks import traces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from webmap.privacy.marks import Mark

CHUNK = 4 * 1024 * 1024
_GZIP = b"\x1f\x8b"


class _Readable(Protocol):
    """What can be read piece by piece."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes; none at the end."""


@dataclass(frozen=True)
class Trace:
    """A mark that was kept.

    Parameters
    ----------
    mark
        The mark.
    file
        Where; a member of an archive stands behind "!".
    """

    mark: Mark
    file: str


@dataclass
class Searched:
    """What a search went through.

    Parameters
    ----------
    files, size
        Files that were read, and their bytes.
    traces
        Marks that were found.
    unread
        Files that could not be read: of them nothing is known.
    """

    files: int = 0
    size: int = 0
    traces: list[Trace] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def search(places: Iterable[Path], marks: Sequence[Mark]) -> Searched:
    """Search files, and folders with all that is in them, for marks.

    Parameters
    ----------
    places
        Files and folders.
    marks
        What is searched for.
    """
    result = Searched()
    for place in places:
        for file in _files(place, result):
            try:
                _search_file(file, marks, result)
            except OSError:
                result.unread.append(str(file))
    return result


def _files(place: Path, result: Searched) -> Iterator[Path]:
    """Return the regular files of a place; a link is not followed out of it."""
    if not place.is_dir():
        yield place
        return

    def tell(error: OSError) -> None:
        result.unread.append(str(error.filename))

    for folder, inside, names in os.walk(place, onerror=tell):
        inside.sort()
        for name in sorted(names):
            file = Path(folder) / name
            if stat.S_ISREG(file.lstat().st_mode):
                yield file


def _search_file(file: Path, marks: Sequence[Mark], result: Searched) -> None:
    with file.open("rb") as stream:
        head = stream.read(2)
        stream.seek(0)
        found = _found(stream, marks)
        result.size += stream.tell()
    result.files += 1
    result.traces += [Trace(mark, str(file)) for mark in found]
    if head == _GZIP:
        _search_gzip(file, marks, result)
    elif zipfile.is_zipfile(file):
        _search_zip(file, marks, result)


def _search_gzip(file: Path, marks: Sequence[Mark], result: Searched) -> None:
    try:
        with gzip.open(file) as stream:
            result.traces += [Trace(mark, f"{file}!") for mark in _found(stream, marks)]
    except (EOFError, zlib.error):
        result.unread.append(f"{file}!")


def _search_zip(file: Path, marks: Sequence[Mark], result: Searched) -> None:
    with zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            name = f"{file}!{member.filename}"
            try:
                with archive.open(member) as stream:
                    result.traces += [Trace(mark, name) for mark in _found(stream, marks)]
            except (RuntimeError, zipfile.BadZipFile, NotImplementedError, zlib.error):
                # a password, a damaged member, a way of packing that is not known
                result.unread.append(name)


def _found(stream: _Readable, marks: Sequence[Mark]) -> list[Mark]:
    """Return the marks in a stream, which is read piece by piece."""
    wanted = [(mark, traces(mark)) for mark in marks]
    longest = max((len(trace) for _, forms in wanted for trace in forms), default=0)
    met: dict[str, Mark] = {}
    before = b""
    while piece := stream.read(CHUNK):
        window = before + piece.lower()
        for mark, forms in wanted:
            if any(trace in window for trace in forms):
                met[mark.core] = mark
        before = window[-longest:]
    return list(met.values())
