"""Locks in memory that processes share: each is a mutex of the system's own threads.

Python's locks are of one process, and those of files give the interpreter away each time, for
which a busy server then waits longer than it counts. A mutex that is free costs neither; one whose
holder was killed goes to whoever asks next (a robust mutex of POSIX.1-2008).
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os

# no system has a larger mutex (Linux 40 to 48 bytes, macOS 64) or larger attributes of one
_SIZE = 64
# of <pthread.h>, on Linux and on macOS alike
_PROCESS_SHARED, _ROBUST = 1, 1


class SharedLock:
    """A lock for `with`, not for a thread that holds it already.

    Parameters
    ----------
    mutex
        Its place in shared memory.
    system
        The system's functions, called without giving the interpreter away: they must not wait.
    patient
        The same, for one that waits: a thread of this process may have to go on before that.
    """

    def __init__(
        self, mutex: ctypes.Array[ctypes.c_char], *, system: ctypes.PyDLL, patient: ctypes.CDLL
    ) -> None:
        self._mutex, self._system, self._patient = mutex, system, patient
        self._try, self._give = system.pthread_mutex_trylock, system.pthread_mutex_unlock

    def __enter__(self) -> None:
        """Wait for the lock, and hold it; OSError where the system refuses it."""
        fault = self._try(self._mutex)
        if fault == errno.EBUSY:
            fault = self._patient.pthread_mutex_lock(self._mutex)
        if fault == errno.EOWNERDEAD:
            fault = self._system.pthread_mutex_consistent(self._mutex)
        _check(fault)

    def __exit__(self, *_: object) -> None:
        """Let go of it."""
        _check(self._give(self._mutex))


def shared_locks(count: int) -> tuple[SharedLock, ...]:
    """Make locks that are shared with the processes which are forked later.

    Parameters
    ----------
    count
        How many.

    Raises
    ------
    OSError
        The system has no more of them.
    """
    system, patient = ctypes.PyDLL(None), ctypes.CDLL(None)
    kind = ctypes.create_string_buffer(_SIZE)
    _check(system.pthread_mutexattr_init(kind))
    _check(system.pthread_mutexattr_setpshared(kind, _PROCESS_SHARED))
    # macOS has none: who is killed there while holding a lock holds up others
    if hasattr(system, "pthread_mutexattr_setrobust"):
        _check(system.pthread_mutexattr_setrobust(kind, _ROBUST))
    memory = (ctypes.c_char * _SIZE * count).from_buffer(mmap.mmap(-1, _SIZE * count))
    for place in memory:
        _check(system.pthread_mutex_init(place, kind))
    return tuple(SharedLock(place, system=system, patient=patient) for place in memory)


def _check(fault: int) -> None:
    if fault:
        raise OSError(fault, os.strerror(fault))
