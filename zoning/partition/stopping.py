"""When a search has to stop: its work is done, the clock, or somebody who interrupts it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import highspy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future, ThreadPoolExecutor

Result = TypeVar("Result")
FEWEST_ASKS = 20


@dataclass
class Limits:
    """Shared by all threads of a search.

    Parameters
    ----------
    deadline
        Time of the clock at which to stop in any case.
    clock
        Seconds.
    stopped
        Whether somebody, or a lack of memory, has stopped it.
    short_of_memory
        Whether that was a lack of memory.
    """

    deadline: float
    clock: Callable[[], float] = time.monotonic
    stopped: bool = False
    short_of_memory: bool = False

    def over(self) -> bool:
        """Tell whether to stop."""
        return self.stopped or self.clock() >= self.deadline

    def stop(self) -> None:
        """Stop all threads soon."""
        self.stopped = True

    def stop_for_memory(self) -> None:
        """Stop all threads soon, because there is too little memory."""
        self.stopped = self.short_of_memory = True

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

    def give_time(self, solver: highspy.Highs, *, whole_numbers: bool = False) -> None:
        """Let a solver run until the deadline, from now on.

        HiGHS counts the time of all its linear programs together, but that of each integer program
        (`whole_numbers`) from its start.
        """
        left = max(self.deadline - self.clock(), 0.0) if not self.stopped else 0.0
        spent = 0.0 if whole_numbers else solver.getRunTime()
        solver.setOptionValue("time_limit", min(spent + left, highspy.kHighsInf))


@dataclass
class Patience:
    """Ends an integer program after a while that does not depend on the clock.

    Parameters
    ----------
    asks
        Times that the solver may ask whether to go on.
    """

    asks: int

    def ask(self, event: highspy.HighsCallbackEvent) -> None:
        """Answer the solver."""
        self.asks -= 1
        if self.over():
            event.interrupt()

    def over(self) -> bool:
        """Tell whether to stop."""
        return self.asks <= 0


@dataclass(frozen=True)
class Effort:
    """How much a search may do (the work limit).

    Parameters
    ----------
    nodes
        Nodes of the search tree, each time that it is built.
    pairs
        Pairs of block and zone times the times that the solver asks whether to go on, in all; it
        does so after each linear program and now and then between.
    """

    nodes: int
    pairs: int

    def times(self, factor: int) -> Effort:
        """Return as much effort so many times."""
        return Effort(nodes=self.nodes * factor, pairs=self.pairs * factor)

    def patience(self, pairs: int) -> Patience:
        """Tell how long to go on with so many pairs."""
        return Patience(max(self.pairs // max(pairs, 1), FEWEST_ASKS))


def side_by_side(
    threads: ThreadPoolExecutor, calls: Sequence[Callable[[], Result]], *, limits: Limits
) -> list[Result]:
    """Run calls at the same time; an interruption makes all of them end soon, not fail."""
    waiting: list[Future[Result]] = []
    try:
        for call in calls:
            waiting.append(threads.submit(call))  # noqa: PERF401 - what was submitted has to be known
        return [call.result() for call in waiting]
    except KeyboardInterrupt:
        limits.stop()
        waiting += [threads.submit(call) for call in calls[len(waiting) :]]
        return [call.result() for call in waiting]
    except MemoryError:
        limits.stop_for_memory()
        raise
