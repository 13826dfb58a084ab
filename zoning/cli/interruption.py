"""Ctrl-C that cannot get lost: it ends a command once, in words, whatever Python is doing.

Python raises KeyboardInterrupt wherever the main thread happens to be. Inside a finaliser, a weak
reference's callback or a callback from C it cannot be raised: Python prints a trace and goes on,
and the user's Ctrl-C had no effect. Here such an interruption is asked for again.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

AGAIN_S = 0.05
# held keys, and make or a shell that pass the signal on, must not cut the tidying-up short
REPEAT_S = 1.0


class Interruption:
    """What SIGINT does while a command runs.

    Parameters
    ----------
    unraisable
        Told of whatever else could not be raised.
    clock
        Seconds.
    """

    def __init__(
        self,
        unraisable: Callable[[sys.UnraisableHookArgs], Any],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._unraisable = unraisable
        self._clock = clock
        self._last: float | None = None
        self._over = False

    @property
    def asked(self) -> bool:
        """Whether the user has asked to stop."""
        return self._last is not None

    def finish(self) -> None:
        """Take no more notice: the outcome is decided and about to be told."""
        self._over = True

    def on_interrupt(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Handle SIGINT; what follows within a second is the same wish."""
        now = self._clock()
        if self._over or (self._last is not None and now - self._last < REPEAT_S):
            return
        self._last = now
        raise KeyboardInterrupt

    def on_alarm(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Handle SIGALRM: raise what could not be raised before."""
        if not self._over:
            raise KeyboardInterrupt

    def on_unraisable(self, lost: sys.UnraisableHookArgs) -> None:
        """Ask again for an interruption that could not be raised; pass on all else.

        Objects that an interruption left half made cannot be tidied up: that is not worth a word.
        """
        if _is_interruption(lost):
            # A timer of the system: to start a thread here could wait for a lock that this very
            # thread holds.
            if not self._over:
                signal.setitimer(signal.ITIMER_REAL, AGAIN_S)
            return
        if not self.asked:
            self._unraisable(lost)


def _is_interruption(lost: sys.UnraisableHookArgs) -> bool:
    """Tell whether an exception is a Ctrl-C, or was raised while one was being handled."""
    if issubclass(lost.exc_type, KeyboardInterrupt):
        return True
    error = lost.exc_value
    while error is not None:
        if isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def current() -> Interruption | None:
    """Return the interruption that is in charge of this process, if any."""
    owner = getattr(signal.getsignal(signal.SIGINT), "__self__", None)
    return owner if isinstance(owner, Interruption) else None


@contextmanager
def interruptible() -> Iterator[Interruption]:
    """Take charge of Ctrl-C, and give it back afterwards.

    Nothing is changed outside the main thread, nor where SIGINT is ignored (a job in the
    background) or another program's business.
    """
    interruption = Interruption(sys.unraisablehook)
    mine = threading.current_thread() is threading.main_thread()
    if not mine or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield interruption
        return
    hook, alarm = sys.unraisablehook, signal.getsignal(signal.SIGALRM)
    signal.signal(signal.SIGALRM, interruption.on_alarm)
    signal.signal(signal.SIGINT, interruption.on_interrupt)
    sys.unraisablehook = interruption.on_unraisable
    try:
        yield interruption
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        sys.unraisablehook = hook
        if current() is interruption:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGALRM, alarm)
