"""Ctrl-C ends a command once and quietly, even where Python cannot raise it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import weakref
from contextlib import contextmanager
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from zoning.cli.interruption import AGAIN_S, REPEAT_S, Interruption, current, interruptible

if TYPE_CHECKING:
    from collections.abc import Iterator

LONG_S = 20.0


@pytest.fixture(autouse=True)
def in_the_foreground() -> Iterator[None]:
    """Give Ctrl-C its usual meaning: it is ignored where tests run in the background."""
    former = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, former)


class Thing:
    """Something that a weak reference can point to."""


def press_ctrl_c(*_: object) -> None:
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0)  # the handler runs before this returns


@contextmanager
def hook_that_notes() -> Iterator[list[Any]]:
    seen: list[Any] = []
    former = sys.unraisablehook
    sys.unraisablehook = lambda lost: seen.append(lost.exc_type)
    try:
        yield seen
    finally:
        sys.unraisablehook = former


def test_an_interruption_lost_in_a_weak_reference_is_asked_for_again() -> None:
    with hook_that_notes() as seen, interruptible():
        thing = Thing()
        reference = weakref.ref(thing, press_ctrl_c)
        started = time.monotonic()
        del thing
        with pytest.raises(KeyboardInterrupt):
            time.sleep(LONG_S)
        assert reference() is None
        assert AGAIN_S / 2 < time.monotonic() - started < LONG_S / 2
    assert seen == [], "nothing is told of it"


def test_an_interruption_lost_twice_is_asked_for_twice() -> None:
    interruption = Interruption(lambda lost: None)
    lost = SimpleNamespace(exc_type=KeyboardInterrupt)
    former = signal.signal(signal.SIGALRM, interruption.on_alarm)
    try:
        for _ in range(2):
            interruption.on_unraisable(lost)  # type: ignore[arg-type]
            with pytest.raises(KeyboardInterrupt):
                time.sleep(LONG_S)
    finally:
        signal.signal(signal.SIGALRM, former)


def test_an_interruption_that_a_library_turned_into_its_own_error_is_asked_for_again() -> None:
    def fail(*_: object) -> None:
        try:
            press_ctrl_c()
        except KeyboardInterrupt:
            raise RuntimeError("of a library")  # noqa: B904 - as libraries do

    with hook_that_notes() as seen, interruptible():
        thing = Thing()
        reference = weakref.ref(thing, fail)
        del thing
        with pytest.raises(KeyboardInterrupt):
            time.sleep(LONG_S)
        assert reference() is None
    assert seen == []


def test_what_an_interruption_left_half_made_is_not_told_of() -> None:
    told: list[object] = []
    interruption = Interruption(told.append)
    broken = SimpleNamespace(exc_type=AttributeError, exc_value=AttributeError("half made"))
    interruption.on_unraisable(broken)  # type: ignore[arg-type]
    assert told == [broken], "before Ctrl-C it is told"
    with pytest.raises(KeyboardInterrupt):
        interruption.on_interrupt(signal.SIGINT, None)
    interruption.on_unraisable(broken)  # type: ignore[arg-type]
    assert told == [broken]


def test_what_else_cannot_be_raised_goes_to_the_former_hook() -> None:
    def fail(*_: object) -> None:
        raise ValueError("of a library")

    with hook_that_notes() as seen, interruptible():
        thing = Thing()
        reference = weakref.ref(thing, fail)
        del thing
        assert reference() is None
    assert seen == [ValueError]


def test_ctrl_c_is_given_back() -> None:
    hook, alarm = sys.unraisablehook, signal.getsignal(signal.SIGALRM)
    with interruptible() as interruption:
        assert current() is interruption
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGALRM) == alarm
    assert sys.unraisablehook is hook
    assert current() is None


def test_a_second_one_within_a_second_is_the_same_wish() -> None:
    now = [100.0]
    interruption = Interruption(lambda lost: None, clock=lambda: now[0])
    assert not interruption.asked
    with pytest.raises(KeyboardInterrupt):
        interruption.on_interrupt(signal.SIGINT, None)
    assert interruption.asked
    now[0] += REPEAT_S / 2
    interruption.on_interrupt(signal.SIGINT, None)
    now[0] += REPEAT_S
    with pytest.raises(KeyboardInterrupt):
        interruption.on_interrupt(signal.SIGINT, None)


def test_nothing_is_interrupted_once_the_outcome_is_told() -> None:
    with interruptible() as interruption:
        interruption.finish()
        press_ctrl_c()
        interruption.on_alarm(signal.SIGALRM, None)
        assert not interruption.asked


def test_a_job_in_the_background_keeps_ignoring_it() -> None:
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruptible():
            assert current() is None
            press_ctrl_c()
    finally:
        signal.signal(signal.SIGINT, former)


def test_another_thread_changes_nothing() -> None:
    seen = []

    def enter() -> None:
        with interruptible():
            seen.append(current())

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert seen == [None]
