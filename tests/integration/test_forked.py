"""Work in copies of this process."""

from __future__ import annotations

import gc
import os
import signal
import time

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


def test_the_share_of_a_process_that_was_killed_is_missing() -> None:
    def work(share: int) -> int:
        if share == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return share

    done = dict(forked(work, [1, 2, 3, 4, 5], processes=2))
    assert done == {0: 1, 1: 2, 3: 4, 4: 5}


def test_whoever_is_done_goes_on_while_another_is_not() -> None:
    def work(share: float) -> tuple[float, int]:
        time.sleep(share)
        return share, os.getpid()

    done = [(at, pid) for at, (_, pid) in forked(work, [0.5, 0.0, 0.0, 0.0, 0.0], processes=2)]
    assert [at for at, _ in done] == [1, 2, 3, 4, 0]
    quick = {pid for at, pid in done if at}
    assert len(quick) == 1
    assert dict(done)[0] not in quick


@pytest.mark.parametrize("collects", [True, False])
def test_nobody_looks_for_cycles_meanwhile(collects: bool) -> None:
    seen: list[bool] = []

    def tell(_: int) -> None:
        seen.append(gc.isenabled())

    if not collects:
        gc.disable()
    try:
        found = share_out(lambda _: gc.isenabled(), [1, 2], processes=2, tell=tell)
        assert gc.isenabled() is collects
    finally:
        gc.enable()
    assert (found, seen) == ([False, False], [False, False])


def test_cycles_of_a_share_are_gone_before_the_next() -> None:
    class Ring:
        def __init__(self) -> None:
            self.own = self

    def work(_: int) -> int:
        left = sum(isinstance(one, Ring) for one in gc.get_objects())
        Ring()
        return left

    assert share_out(work, [1, 2, 3, 4], processes=2) == [0, 0, 0, 0]


def test_nothing_to_do_is_done() -> None:
    assert list(forked(str, [], processes=2)) == []


def test_what_a_process_could_not_do_is_done_here() -> None:
    own = os.getpid()
    told: list[int] = []

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
