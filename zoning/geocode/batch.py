"""Many questions at once: processes that share the table answer them side by side.

The processes are copies of this one: the table is there already and is not copied, since nobody
writes to it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from zoning.forked import forked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
    shares = [questions[at : at + AT_A_TIME] for at in range(0, len(questions), AT_A_TIME)]
    done: dict[int, list[Answer]] = {}
    if min(processes, len(shares)) > 1 and sys.platform == "linux":
        # what is made at the first question is made once, and not in every process
        ask.answer_all(questions[:1])
        for at, answers in forked(ask.answer_all, shares, processes=processes):
            done[at] = answers
            tell(sum(map(len, done.values())))
    for at, share in enumerate(shares):
        if at not in done:
            done[at] = ask.answer_all(share, threads=processes)
            tell(sum(map(len, done.values())))
    return [answer for at in range(len(shares)) for answer in done[at]]
