"""The head of an answer leaves with the rest of it, and a connection that is gone harms nothing."""

from __future__ import annotations

import socket
from types import SimpleNamespace

import pytest
from gunicorn.workers.gthread import ThreadWorker

from webmap.whole import WholeAnswers


class Line:
    """A connection that notes what is done with it, and may be closed meanwhile."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.closed = False

    def setsockopt(self, level: int, option: int, value: int) -> None:
        assert (level, option) == (socket.IPPROTO_TCP, socket.TCP_CORK)
        if self.closed:
            raise OSError
        self.done.append("held back" if value else "sent")

    def sendall(self, part: str) -> None:
        self.done.append(part)


@pytest.fixture
def line() -> Line:
    return Line()


def answer(line: Line) -> bool:
    return WholeAnswers.__new__(WholeAnswers).handle_request("request", SimpleNamespace(sock=line))


def test_the_head_waits_for_the_rest(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(_: object, __: object, conn: SimpleNamespace) -> bool:
        conn.sock.sendall("head")
        conn.sock.sendall("page")
        return True

    monkeypatch.setattr(ThreadWorker, "handle_request", write)
    assert answer(line)
    assert line.done == ["held back", "head", "page", "sent"]


def test_what_was_written_before_a_fault_is_sent(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> bool:
        raise StopIteration

    monkeypatch.setattr(ThreadWorker, "handle_request", fail)
    with pytest.raises(StopIteration):
        answer(line)
    assert line.done == ["held back", "sent"]


def test_a_connection_that_was_closed_is_left_alone(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    def close(_: object, __: object, conn: SimpleNamespace) -> bool:
        conn.sock.closed = True
        return False

    monkeypatch.setattr(ThreadWorker, "handle_request", close)
    assert not answer(line)
    assert line.done == ["held back"]


def test_other_systems_do_without(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webmap.whole._CORK", None)
    monkeypatch.setattr(ThreadWorker, "handle_request", lambda *_: True)
    assert answer(line)
    assert line.done == []
