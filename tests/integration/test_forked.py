"""Work in copies of this process."""

from __future__ import annotations

import os
import signal

import pytest

from zoning.forked import forked

pytestmark = pytest.mark.integration


@pytest.mark.parametrize("processes", [1, 2, 9])
def test_every_share_is_done_once_and_not_here(processes: int) -> None:
    done = list(forked(lambda share: (share * 10, os.getpid()), [1, 2, 3, 4], processes=processes))
    assert sorted((at, ten) for at, (ten, _) in done) == [(0, 10), (1, 20), (2, 30), (3, 40)]
    workers = {pid for _, (_, pid) in done}
    assert os.getpid() not in workers
    assert len(workers) == min(processes, 4)


def test_shares_of_a_process_that_was_killed_are_missing() -> None:
    def work(share: int) -> int:
        if share == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return share

    # the first process does 1, 3 and 5, the other 2 and 4
    done = dict(forked(work, [1, 2, 3, 4, 5], processes=2))
    assert done == {0: 1, 1: 2, 3: 4}


def test_nothing_to_do_is_done() -> None:
    assert list(forked(str, [], processes=2)) == []
