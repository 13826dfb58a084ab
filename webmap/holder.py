"""Files in the system's memory: read before they are needed, and held as long as a server runs.

    python -m webmap.holder FILE ...

An answer that was written ahead is a few kilobytes at a place of a large file. From a disk it takes
a hundred times as long as from memory, and what is read seldom the system takes out of its memory
again: a backup in the night is enough, and some systems do it though nothing else needs the room.
Where the system allows it (`LimitMEMLOCK`), what is held stays.

It is held by a process of its own: workers do not grow by it, and where memory becomes short the
system ends this process first. The files are read from the disk then, as ever.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

# Linux reads no more for one call than its disk takes at once, and leaves the rest out
AT_A_TIME = 1 << 18
# a file is brought in where so many times its size is free: what else runs here is not pushed out
ROOM = 3
_ADVISE = getattr(os, "posix_fadvise", None)
_MEMORY = Path("/proc/meminfo")
_FIRST_TO_END = Path("/proc/self/oom_score_adj")
_STANDARD_INPUT = 0
# of `nice`: as late as can be
LAST = 19
# of <sys/mman.h>
_PROT_READ, _MAP_SHARED, _MAP_FAILED = 1, 1, ctypes.c_void_p(-1).value


def available() -> int:
    """Return how many bytes of memory nothing needs now; 0 where the system does not say."""
    if not _MEMORY.exists():
        return 0
    found = re.search(r"^MemAvailable:\s+(\d+) kB", _MEMORY.read_text("ascii"), re.MULTILINE)
    return 1024 * int(found[1]) if found else 0


def hold(file: Path, *, room: Callable[[], int] = available) -> tuple[int, int]:
    """Bring a file into memory and hold it there while this process lives.

    Parameters
    ----------
    file
        Which; one that is not there any more is left out.
    room
        Returns how many bytes of memory are free.

    Returns
    -------
    Bytes that were brought in, and bytes that are held: none where memory is not plenty, or the
    system does not allow it.
    """
    size = read_ahead([file], room=room)
    with suppress(OSError), file.open("rb") as opened:
        return size, _locked(opened.fileno(), size) if size else 0
    return 0, 0


def read_ahead(files: Iterable[Path], *, room: Callable[[], int] = available) -> int:
    """Let the system begin to bring files into memory, and do not wait for it.

    Parameters
    ----------
    files
        Which; one that is not there any more is left out.
    room
        Returns how many bytes of memory are free.

    Returns
    -------
    Bytes that will be brought in: none where memory is not plenty.
    """
    asked = 0
    for file in files:
        # whoever reads it will say what is the matter with it
        with suppress(OSError), file.open("rb") as opened:
            size = os.fstat(opened.fileno()).st_size
            if room() < ROOM * size:
                continue
            if _ADVISE is not None:
                for at in range(0, size, AT_A_TIME):
                    _ADVISE(opened.fileno(), at, AT_A_TIME, os.POSIX_FADV_WILLNEED)
            asked += size
    return asked


def _locked(opened: int, size: int) -> int:
    """Map a file and lock it; returns the bytes that are locked. Nothing takes it off again."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = (
        ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long,
    )  # fmt: skip
    place = libc.mmap(None, size, _PROT_READ, _MAP_SHARED, opened, 0)
    if place == _MAP_FAILED:
        return 0
    if libc.mlock(ctypes.c_void_p(place), ctypes.c_size_t(size)) == 0:
        return size
    libc.munmap(ctypes.c_void_p(place), ctypes.c_size_t(size))
    return 0


def start_holder(files: Sequence[Path]) -> int | None:
    """Start a process that holds files until this one and all that are forked of it have ended.

    Parameters
    ----------
    files
        Which; for none of them nothing is started.

    Returns
    -------
    Its number.
    """
    if not files:
        return None
    # it ends when nobody has the other end of its pipe any more, however they ended
    its_end, _ = os.pipe()
    program = [sys.executable, "-P", "-m", __spec__.name, *map(str, files)]
    try:
        # in a group of its own: Ctrl+C is meant for the server
        return os.posix_spawn(
            sys.executable, program, os.environ, setpgroup=0,
            file_actions=[(os.POSIX_SPAWN_DUP2, its_end, _STANDARD_INPUT)],
        )  # fmt: skip
    finally:
        os.close(its_end)


def main() -> int:
    """Hold the files that are named, and wait until nobody needs them any more."""
    with suppress(OSError):
        _FIRST_TO_END.write_text("1000", encoding="ascii")
    # whoever asks meanwhile goes first
    os.nice(LAST)
    held = sum(hold(Path(file))[1] for file in sys.argv[1:])
    if held:
        # nobody writes anything: it returns when the server has ended
        os.read(_STANDARD_INPUT, 1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
