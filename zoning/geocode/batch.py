"""Many questions at once: processes that share the table answer them side by side.

Most of a look-up is Python, which threads do not do side by side. The processes are copies of this
one, made where they begin: the table is there already and is not copied, since nobody writes to it.
"""

from __future__ import annotations

import gc
import multiprocessing
import signal
import sys
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkProcess

    from zoning.geocode.answer import Answer
    from zoning.geocode.match import Question
    from zoning.geocode.reviewed import Answering

AT_A_TIME = 1_000


def answer_many(
    ask: Answering,
    questions: Sequence[Question],
    *,
    processes: int,
    progress: Callable[[int], None] | None = None,
) -> list[Answer]:
    """Answer questions, each by itself, in several processes.

    The answers are those of one process. Where a system cannot copy a process, and for few
    questions, threads share the work; what a process could not do is done here.

    Parameters
    ----------
    ask
        Answers them.
    questions
        What is asked.
    processes
        How many work side by side.
    progress
        Told how many are answered.
    """
    tell = progress or (lambda _count: None)
    firsts = range(0, len(questions), AT_A_TIME)
    done: dict[int, list[Answer]] = {}
    if min(processes, len(firsts)) > 1 and sys.platform == "linux":
        done = _in_processes(ask, questions, firsts, processes=processes, tell=tell)
    for first in firsts:
        if first not in done:
            some = questions[first : first + AT_A_TIME]
            done[first] = ask.answer_all(some, threads=processes)
            tell(sum(map(len, done.values())))
    return [answer for first in firsts for answer in done[first]]


def _in_processes(
    ask: Answering,
    questions: Sequence[Question],
    firsts: Sequence[int],
    *,
    processes: int,
    tell: Callable[[int], None],
) -> dict[int, list[Answer]]:
    """Return what processes answered, by the position of its first question."""
    # what is made at the first question is made once, and not in every process
    ask.answer_all(questions[:1])
    context = multiprocessing.get_context("fork")
    begun: list[tuple[ForkProcess, Connection]] = []
    done: dict[int, list[Answer]] = {}
    try:
        for at in range(min(processes, len(firsts))):
            receiver, sender = context.Pipe(duplex=False)
            process = context.Process(
                target=_work, args=(ask, questions, firsts[at::processes], sender), daemon=True
            )
            process.start()
            sender.close()
            begun.append((process, receiver))
        working = [receiver for _, receiver in begun]
        while working:
            ready = wait(working)
            for receiver in [item for item in working if item in ready]:
                try:
                    first, answers = receiver.recv()
                except EOFError:  # it has ended; if too early, its share is done by the caller
                    working.remove(receiver)
                else:
                    done[first] = answers
                    tell(sum(map(len, done.values())))
    finally:
        for process, receiver in begun:
            receiver.close()
            process.terminate()
            process.join()
            process.close()
    return done


def _work(
    ask: Answering, questions: Sequence[Question], firsts: Sequence[int], sender: Connection
) -> None:
    """Answer some of the questions and send the answers."""
    # Ctrl-C reaches every process of the command: the first of them ends the others
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # the collector marks what it looks through, and what is marked is no longer shared: it is kept
    # away from what was there before
    gc.freeze()
    for first in firsts:
        sender.send((first, ask.answer_all(questions[first : first + AT_A_TIME])))
    sender.close()
