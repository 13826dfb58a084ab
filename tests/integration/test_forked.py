"""Work in copies of this process."""

from __future__ import annotations

import os
import signal

import pytest

from zoning.forked import forked, share_out

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


def test_what_a_process_could_not_do_is_done_here() -> None:
    own, told = os.getpid(), []

    def work(share: int) -> int:
        if share == 3 and os.getpid() != own:
            os.kill(os.getpid(), signal.SIGKILL)
        return share * 10

    assert share_out(work, [1, 2, 3, 4, 5], processes=2, tell=told.append) == [10, 20, 30, 40, 50]
    assert sorted(told) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("shares", "processes"), [([1], 9), ([1, 2, 3], 1)])
def test_one_share_or_one_process_needs_no_other(shares: list[int], processes: int) -> None:
    found = share_out(lambda _: os.getpid(), shares, processes=processes)
    assert set(found) == {os.getpid()}
    assert share_out(str, shares, processes=processes, here=lambda share: f"h{share}") == [
        f"h{share}" for share in shares
    ]
