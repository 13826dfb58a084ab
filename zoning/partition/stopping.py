"""When a search has to stop: the clock, or somebody who interrupts it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import highspy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import ThreadPoolExecutor

Result = TypeVar("Result")


@dataclass
class Limits:
    """Shared by all threads of a search.

    Parameters
    ----------
    deadline
        Time of the clock at which to stop in any case.
    clock
        Seconds.
    """

    deadline: float
    clock: Callable[[], float] = time.monotonic
    stopped: bool = False

    def over(self) -> bool:
        """Tell whether to stop."""
        return self.stopped or self.clock() >= self.deadline

    def stop(self) -> None:
        """Stop all threads soon."""
        self.stopped = True

    def _asked(self, event: highspy.HighsCallbackEvent) -> None:
        if self.stopped:
            event.interrupt()

    @contextmanager
    def solver(self) -> Iterator[highspy.Highs]:
        """Yield a quiet solver on one thread that ends at the deadline, or when stopped."""
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)  # noqa: FBT003
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("random_seed", 1)
        self.give_time(solver)
        solver.cbMipInterrupt += self._asked
        yield solver

    def give_time(self, solver: highspy.Highs) -> None:
        """Let a solver run until the deadline, from now on."""
        left = max(self.deadline - self.clock(), 0.0) if not self.stopped else 0.0
        solver.setOptionValue("time_limit", min(solver.getRunTime() + left, highspy.kHighsInf))


def side_by_side(
    threads: ThreadPoolExecutor, calls: Sequence[Callable[[], Result]], *, limits: Limits
) -> list[Result]:
    """Run calls at the same time; an interruption makes all of them end soon, not fail."""
    waiting = [threads.submit(call) for call in calls]
    try:
        return [call.result() for call in waiting]
    except KeyboardInterrupt:
        limits.stop()
        return [call.result() for call in waiting]
