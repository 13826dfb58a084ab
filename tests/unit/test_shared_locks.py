"""Locks that processes share: one at a time, whoever dies lets go, and threads wait as well."""

from __future__ import annotations

import mmap
import os
import signal
import threading
import time

import pytest
from other_process import forked, held

from webmap.limits import shared_locks as module
from webmap.limits.shared_locks import shared_locks

PROCESSES, TIMES = 4, 300


def add_slowly(number: mmap.mmap) -> None:
    """Add one in two steps, between which others may run."""
    found = number[0] | number[1] << 8
    time.sleep(0)
    number[0], number[1] = (found + 1) & 255, (found + 1) >> 8


def test_processes_and_their_threads_hold_a_lock_one_at_a_time() -> None:
    (lock,), number = shared_locks(1), mmap.mmap(-1, 2)

    def add_many() -> None:
        for _ in range(TIMES):
            with lock:
                add_slowly(number)

    def in_threads() -> None:
        threads = [threading.Thread(target=add_many) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    for child in [forked(in_threads) for _ in range(PROCESSES)]:
        assert os.waitpid(child, 0)[1] == 0
    assert number[0] | number[1] << 8 == PROCESSES * 2 * TIMES


def test_a_thread_that_waits_lets_the_others_go_on() -> None:
    (lock,), order = shared_locks(1), list[str]()

    def second() -> None:
        with lock:
            order.append("second")

    with lock:
        other = threading.Thread(target=second)
        other.start()
        time.sleep(0.05)
        order.append("first")
    other.join()
    assert order == ["first", "second"]


def test_the_lock_of_a_process_that_was_killed_goes_to_the_next_again_and_again() -> None:
    lock, other = shared_locks(2)
    for _ in range(3):
        with held(lock), other:
            pass
        with lock:
            pass


def test_a_process_that_waits_is_told_when_another_has_let_go() -> None:
    (lock,), begun = shared_locks(1), mmap.mmap(-1, 1)

    def wait() -> None:
        begun[0] = 1
        with lock:
            pass

    with lock:
        child = forked(wait)
        while not begun[0]:
            time.sleep(0.01)
        time.sleep(0.2)
    until = time.monotonic() + 20
    while (ended := os.waitpid(child, os.WNOHANG)) == (0, 0):
        if time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.01)
    assert ended == (child, 0)


def test_what_the_system_refuses_is_said() -> None:
    (lock,) = shared_locks(1)
    with pytest.raises(OSError, match="not permitted"):
        # nobody holds it
        lock.__exit__()
    with pytest.raises(OSError, match="Invalid"):
        module._check(22)
