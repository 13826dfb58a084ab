"""Files that are read a little at a time, brought into the system's memory before anybody asks.

An answer that was written ahead is a few kilobytes at a place of a large file. From a disk it takes
a hundred times as long as from memory; all of them are read in a few seconds, one after the other.
The memory stays the system's: it takes it back for whatever needs it more.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# Linux reads no more for one call than its disk takes at once, and leaves the rest out
AT_A_TIME = 1 << 18
# a file is brought in where so many times its size is free: what else runs here is not pushed out
ROOM = 3
_ADVISE = getattr(os, "posix_fadvise", None)
_MEMORY = Path("/proc/meminfo")


def available() -> int:
    """Return how many bytes of memory nothing needs now; 0 where the system does not say."""
    if not _MEMORY.exists():
        return 0
    found = re.search(r"^MemAvailable:\s+(\d+) kB", _MEMORY.read_text("ascii"), re.MULTILINE)
    return 1024 * int(found[1]) if found else 0


def read_ahead(files: Iterable[Path], *, room: Callable[[], int] = available) -> int:
    """Ask the system to have files in its memory, where there is plenty of it.

    Parameters
    ----------
    files
        Which; one that is not there any more is left out.
    room
        Returns how many bytes of memory are free.

    Returns
    -------
    Bytes that were asked for.
    """
    asked = 0
    if _ADVISE is None:
        return asked
    for file in files:
        # whoever reads it will say what is the matter with it
        with suppress(OSError), file.open("rb") as opened:
            size = os.fstat(opened.fileno()).st_size
            if room() < ROOM * size:
                continue
            for at in range(0, size, AT_A_TIME):
                _ADVISE(opened.fileno(), at, AT_A_TIME, os.POSIX_FADV_WILLNEED)
            asked += size
    return asked
