"""Who has more connections than another worker lets that one go first."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from gunicorn.workers.gthread import ThreadWorker

from webmap.evenly import LET_GO_FIRST_S, PLACES, Connections, EvenWorker, has_ended


def test_the_fewest_are_those_of_the_workers_that_are_there() -> None:
    connections = Connections()
    assert connections.fewest() == 0
    connections.tell(1, 4)
    connections.tell(2, 3)
    assert connections.fewest() == 3
    connections.leave(2)
    assert connections.fewest() == 4
    # one worker after the other, as they are killed and replaced
    connections.tell(PLACES + 2, 1)
    assert connections.fewest() == 1


@pytest.mark.parametrize(("own", "others", "waits"), [(0, 0, 0), (3, 3, 0), (2, 3, 0), (3, 2, 1)])
def test_a_worker_with_more_waits_a_moment(
    own: int, others: int, waits: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    taken: list[Any] = []
    monkeypatch.setattr("webmap.evenly.time.sleep", waited.append)
    monkeypatch.setattr(ThreadWorker, "accept", lambda _, listener: taken.append(listener))
    worker = EvenWorker.__new__(EvenWorker)
    worker.age, worker.app = 7, SimpleNamespace(connections=Connections())
    worker.app.connections.tell(8, others)
    worker.nr_conns = own
    # the others know of it
    assert worker.app.connections.fewest() == min(own, others)
    worker.accept("listener")
    assert waited == [LET_GO_FIRST_S] * waits
    assert taken == ["listener"]
    # a worker that was killed has not closed them
    has_ended(None, worker)
    assert worker.app.connections.fewest() == others
