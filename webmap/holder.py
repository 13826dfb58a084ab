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
import select
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

# Linux reads no more for one call than its disk takes at once, and leaves the rest out
AT_A_TIME = 1 << 18
# files are brought in up to this part of what is free: what else runs here is not pushed out
SHARE = 3
_STANDARD_INPUT, _STANDARD_ERROR = 0, 2
# of `nice`: as late as can be
LAST = 19
_ADVISE = getattr(os, "posix_fadvise", None)
_MEMORY = Path("/proc/meminfo")
# of a container, where there is one (control groups, version 2)
_GROUP = Path("/sys/fs/cgroup")
_FIRST_TO_END = Path("/proc/self/oom_score_adj")
# of <sys/mman.h>
_PROT_READ, _MAP_SHARED, _MAP_FAILED = 1, 1, ctypes.c_void_p(-1).value


def available() -> int:
    """Return how many bytes of memory nothing needs now; 0 where the system does not say."""
    if not _MEMORY.exists():
        return 0
    found = re.search(r"^MemAvailable:\s+(\d+) kB", _MEMORY.read_text("ascii"), re.MULTILINE)
    free = 1024 * int(found[1]) if found else 0
    limit, used = _GROUP / "memory.max", _GROUP / "memory.current"
    if limit.exists() and used.exists() and (most := limit.read_text("ascii").strip()) != "max":
        free = min(free, max(0, int(most) - int(used.read_text("ascii"))))
    return free


def read_ahead(files: Iterable[Path], *, room: int | None = None) -> int:
    """Let the system begin to bring files into memory, and do not wait for it.

    Parameters
    ----------
    files
        Which; one that is not there any more is left out, as is one for which there is no room.
    room
        Bytes for all of them; as much as is plenty where nothing is said.

    Returns
    -------
    Bytes that will be brought in.
    """
    return sum(_read_ahead(opened, size) for opened, size in _fitting(files, room=room))


def hold(
    files: Iterable[Path], *, room: int | None = None, ended: Callable[[], bool] = lambda: False
) -> int:
    """Bring files into memory and hold them there while this process lives.

    Parameters
    ----------
    files, room
        As `read_ahead` takes them.
    ended
        Tells whether nobody needs them any more.

    Returns
    -------
    Bytes that are held; what the system does not allow to be held is read all the same.
    """
    held = 0
    for opened, size in _fitting(files, room=room):
        if ended():
            break
        _read_ahead(opened, size)
        held += _locked(opened, size)
    return held


def _fitting(files: Iterable[Path], *, room: int | None) -> Iterator[tuple[int, int]]:
    """Open files one after the other, with their sizes, for which there is room."""
    left = available() // SHARE if room is None else room
    for file in files:
        # whoever reads it will say what is the matter with it
        with suppress(OSError), file.open("rb") as opened:
            size = os.fstat(opened.fileno()).st_size
            if 0 < size <= left:
                left -= size
                yield opened.fileno(), size


def _read_ahead(opened: int, size: int) -> int:
    if _ADVISE is None:
        return 0
    for at in range(0, size, AT_A_TIME):
        _ADVISE(opened, at, AT_A_TIME, os.POSIX_FADV_WILLNEED)
    return size


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
    Its number; None where nothing is started, or the system has no room for one more process: the
    server does without.
    """
    if not files:
        return None
    # it ends when nobody has the other end of its pipe any more, however they ended
    its_end, our_end = os.pipe()
    program = [sys.executable, "-P", "-m", __spec__.name, *map(str, files)]
    try:
        # in a group of its own: Ctrl+C is meant for the server
        return os.posix_spawn(
            sys.executable, program, os.environ, setpgroup=0,
            file_actions=[(os.POSIX_SPAWN_DUP2, its_end, _STANDARD_INPUT)],
        )  # fmt: skip
    except OSError:
        os.close(our_end)
        return None
    finally:
        os.close(its_end)


def _server_has_ended() -> bool:
    """Tell whether nobody has the other end of the pipe any more: nobody ever writes into it."""
    return bool(select.select([_STANDARD_INPUT], [], [], 0)[0])


def main() -> int:
    """Hold the files that are named, and wait until nobody needs them any more."""
    # the address of the server is free when the server has ended, not when this process has
    os.closerange(_STANDARD_ERROR + 1, os.sysconf("SC_OPEN_MAX"))
    with suppress(OSError):
        _FIRST_TO_END.write_text("1000", encoding="ascii")
    # whoever asks meanwhile goes first
    os.nice(LAST)
    if hold(map(Path, sys.argv[1:]), ended=_server_has_ended):
        os.read(_STANDARD_INPUT, 1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
