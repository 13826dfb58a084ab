"""What was slow to make is kept, and those who ask for what is there do not wait."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock

import pytest

from webmap.services.shelf import Kept

PATIENCE_S = 30


class Watched:
    """A lock that tells when somebody comes who has to wait for it."""

    def __init__(self) -> None:
        self._lock, self.waited_for = Lock(), Event()

    def __enter__(self) -> None:
        if not self._lock.acquire(blocking=False):
            self.waited_for.set()
            assert self._lock.acquire(timeout=PATIENCE_S)

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def test_the_least_used_is_given_up_first() -> None:
    made: list[str] = []
    kept: Kept[str] = Kept(2)

    def make(key: str) -> str:
        return kept.get(key, lambda: made.append(key) or key)

    for key in ("a", "b", "a", "c", "a", "b"):
        assert make(key) == key
    assert made == ["a", "b", "c", "b"]


def test_who_asks_for_what_is_there_does_not_wait_for_what_is_being_made() -> None:
    kept: Kept[str | None] = Kept(2)
    kept.get("there", lambda: None)
    begun, go_on = Event(), Event()

    def slow() -> str:
        begun.set()
        assert go_on.wait(PATIENCE_S)
        return "slow"

    with ThreadPoolExecutor(2) as threads:
        made = threads.submit(kept.get, "slow", slow)
        assert begun.wait(PATIENCE_S)
        # it would be "again" if it were made anew, and nobody would come here if it waited
        assert threads.submit(kept.get, "there", lambda: "again").result(PATIENCE_S) is None
        go_on.set()
        assert made.result(PATIENCE_S) == "slow"


def test_what_two_ask_for_at_once_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: Kept[object] = Kept(2)
    making = Watched()
    monkeypatch.setattr(kept, "_making", making)
    begun, go_on = Event(), Event()
    made: list[object] = []

    def make() -> object:
        begun.set()
        assert go_on.wait(PATIENCE_S)
        made.append(object())
        return made[-1]

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(kept.get, "a", make)
        assert begun.wait(PATIENCE_S)
        second = threads.submit(kept.get, "a", make)
        # the second has looked, found nothing, and waits for the first
        arrived = making.waited_for.wait(PATIENCE_S)
        go_on.set()
        assert arrived
        assert first.result(PATIENCE_S) is second.result(PATIENCE_S) is made[0]
    assert len(made) == 1


def test_what_could_not_be_made_is_made_by_the_next_who_asks() -> None:
    kept: Kept[str] = Kept(2)

    def fails() -> str:
        raise OSError("no disk")

    with pytest.raises(OSError, match="no disk"):
        kept.get("a", fails)
    assert kept.get("a", lambda: "made") == "made"
