"""Many questions at once: processes that share the table answer them side by side.

The processes are copies of this one: the table is there already and is not copied, since nobody
writes to it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from zoning.forked import share_out

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
    shares = [questions[at : at + AT_A_TIME] for at in range(0, len(questions), AT_A_TIME)]
    answered = 0

    def tell(at: int) -> None:
        nonlocal answered
        answered += len(shares[at])
        if progress is not None:
            progress(answered)

    if processes > 1:
        # what is made at the first question is made once, and not in every process
        ask.answer_all(questions[:1])
    here = partial(ask.answer_all, threads=processes)
    found = share_out(ask.answer_all, shares, processes=processes, here=here, tell=tell)
    return [answer for answers in found for answer in answers]
