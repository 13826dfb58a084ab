"""Files that are mapped into memory, made to be at hand for a process that has just been forked.

What a server has mapped before its workers were forked is shared with them, but each worker meets
every page of it anew, a microsecond or so at a time in the middle of somebody's look-up, and seems
to grow while it does. Asked for at once, all pages are there in some ten milliseconds.
"""

from __future__ import annotations

import ctypes
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

# `MADV_POPULATE_READ` of Linux 5.14 and later
_POPULATE_READ = 22
_MAPS = Path("/proc/self/maps")
# begin, end and path of what is mapped to be read and shared
_SHARED = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) r--s \S+ \S+ \S+ +(/.*)$", re.MULTILINE)


def have_at_hand(folder: Path) -> int:
    """Make all mapped files of a folder part of this process's memory.

    Where the system cannot do so, pages are met one by one as ever.

    Parameters
    ----------
    folder
        The folder.

    Returns
    -------
    Bytes that are at hand.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    done = 0
    for begin, size, _ in _mapped(folder):
        if libc.madvise(ctypes.c_void_p(begin), ctypes.c_size_t(size), _POPULATE_READ) == 0:
            done += size
    return done


def mapped_files(folder: Path) -> tuple[Path, ...]:
    """Return which files of a folder this process has mapped to be read.

    Parameters
    ----------
    folder
        The folder.
    """
    return tuple(dict.fromkeys(file for _, _, file in _mapped(folder)))


def _mapped(folder: Path) -> Iterator[tuple[int, int, Path]]:
    """Return begin, size and path of the mapped files of a folder."""
    if not _MAPS.exists():
        return
    for begin, end, path in _SHARED.findall(_MAPS.read_text(encoding="utf-8", errors="replace")):
        file = Path(path)
        if file.is_relative_to(folder):
            yield int(begin, 16), int(end, 16) - int(begin, 16), file
