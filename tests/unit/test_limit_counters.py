"""Counters that workers share: windows, forgetting, several processes, and nothing readable."""

from __future__ import annotations

import os
import struct
import time
from typing import TYPE_CHECKING

import pytest
from limits import RateLimitItemPerHour
from limits.strategies import FixedWindowRateLimiter
from other_process import forked, held

from webmap.limits import counters
from webmap.limits.counters import ROW, SharedCounters

if TYPE_CHECKING:
    from webmap.limits.shared_locks import SharedLock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that only the test moves on."""
    now = [1000.0]
    monkeypatch.setattr(counters.time, "monotonic", lambda: now[0])
    return now


def test_a_counter_is_forgotten_at_the_end_of_its_window(clock: list[float]) -> None:
    store = SharedCounters()
    assert [store.incr("a", 60) for _ in range(3)] == [1, 2, 3]
    assert (store.get("a"), store.get("b")) == (3, 0)
    clock[0] += 59.9
    assert store.incr("a", 60) == 4
    clock[0] += 0.2
    assert store.get("a") == 0
    assert store.incr("a", 60) == 1


def test_a_clock_that_is_set_back_keeps_nobody_waiting(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = SharedCounters()
    store.incr("a", 60)
    monkeypatch.setattr(counters.time, "time", lambda: 5.0)
    assert store.get_expiry("a") == pytest.approx(65.0)
    clock[0] += 61
    assert store.get("a") == 0


def test_a_full_row_gives_up_its_oldest(
    clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    # with one row of slots, every counter has to share it
    monkeypatch.setattr(counters, "SLOTS", ROW)
    store = SharedCounters()
    for number in range(ROW):
        clock[0] += 1
        store.incr(f"n{number}", 60)
    store.incr("new", 60)
    assert store.get("new") == 1
    assert [store.get(f"n{number}") for number in range(ROW)] == [0] + [1] * (ROW - 1)


def test_another_counter_whose_bytes_are_alike_is_not_taken_for_it(clock: list[float]) -> None:
    # what ends when, and how many there are, are bytes, too
    store = SharedCounters()
    digest = store._digest("a")
    first = counters._row(digest) * ROW
    store._write(first, (1, clock[0] + 60, digest))
    # read from where they stand, what follows would be a time to come
    (later,) = struct.unpack("<Q", struct.pack("<d", clock[0] + 60))
    store._write(first + 1, (later, clock[0] + 60, 7))
    assert store.get("a") == 0
    assert [store.incr("a", 60) for _ in range(2)] == [1, 2]


def test_a_counter_that_has_ended_is_found_again_where_it_is_now(clock: list[float]) -> None:
    store = SharedCounters()
    digest = store._digest("a")
    first = counters._row(digest) * ROW
    store._write(first, (digest, clock[0] - 1, 9))
    store._write(first + 3, (digest, clock[0] + 60, 4))
    assert store.get("a") == 4
    assert store.incr("a", 60) == 5


def test_clearing_and_forgetting_everything(clock: list[float]) -> None:
    store = SharedCounters()
    for key in "abc":
        store.incr(key, 60, amount=5)
    store.clear("b")
    assert [store.get(key) for key in "abc"] == [5, 0, 5]
    store.reset()
    assert [store.get(key) for key in "abc"] == [0, 0, 0]
    assert store.check()


def test_all_workers_count_together() -> None:
    store = SharedCounters()
    children = [
        forked(lambda: [store.incr("one reader", 3600) for _ in range(500)]) for _ in range(4)
    ]
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    assert store.get("one reader") == 2000


def test_a_worker_that_is_killed_while_it_counts_holds_up_nobody() -> None:
    store = SharedCounters()
    with held(lock_of(store, "a")):
        pass
    assert store.incr("a", 60) == 1


def test_a_worker_that_counts_holds_up_nobody_in_another_row() -> None:
    store = SharedCounters()
    rows = {counters._row(store._digest(str(number))): str(number) for number in range(9)}
    (_, one), (_, other), *_ = rows.items()
    with held(lock_of(store, one)):
        assert store.incr(other, 60) == 1
        assert store.get(other) == 1


def lock_of(store: SharedCounters, key: str) -> SharedLock:
    return store._locks[counters._row(store._digest(key))]


def test_what_is_counted_stands_nowhere() -> None:
    store = SharedCounters()
    store.incr("LIMITER/203.0.113.7/questions", 60)
    memory = bytes(store._memory)
    assert b"203.0.113.7" not in memory
    other = SharedCounters()
    other.incr("LIMITER/203.0.113.7/questions", 60)
    # another server finds the same reader elsewhere
    assert bytes(other._memory) != memory


def test_it_is_what_the_limits_package_asks_for() -> None:
    limiter = FixedWindowRateLimiter(SharedCounters())
    limit = RateLimitItemPerHour(2)
    assert [limiter.hit(limit, "a") for _ in range(3)] == [True, True, False]
    reset, remaining = limiter.get_window_stats(limit, "a")
    assert remaining == 0
    assert 3590 < reset - time.time() <= 3600
