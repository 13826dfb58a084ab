"""A client that costs little: connections that stay open, requests made before, answers counted.

One process, raw sockets, `select.epoll`: a few tens of microseconds a request, so that the machine
is left to the server. `full_speed` sends the next request as soon as an answer is there; `at_rate`
sends by the clock, whatever the server does, and counts the wait from when a request was due.
"""

from __future__ import annotations

import select
import socket
import time
from collections import Counter, deque
from dataclasses import dataclass, field

from web_bench.serving import HOST

CONNECTIONS = 16
# at a rate, as many as may be under way at once
CONNECTIONS_AT_RATE = 64
READ = 1 << 18
_LENGTH = b"content-length:"
_END = b"\r\n\r\n"
# a request that has no answer by then is an error
LONGEST_S = 30.0
# the server closes what was idle for two seconds: what was so for half of that is opened anew
IDLE_S = 1.0


@dataclass
class Measured:
    """What a run was like.

    Parameters
    ----------
    seconds
        How long it took.
    statuses
        Answers by their status; 0 for connections that broke.
    waits
        Seconds of each answer, where they were wanted.
    received
        Bytes.
    """

    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    received: int = 0

    @property
    def answers(self) -> int:
        """How many came."""
        return sum(self.statuses.values())

    @property
    def errors(self) -> int:
        """How many were not answers to what was asked: broken, refused, faults."""
        return sum(count for status, count in self.statuses.items() if status != 200)

    @property
    def per_second(self) -> float:
        """Right answers a second."""
        return self.statuses[200] / self.seconds


class _Line:
    """A connection with at most one request under way."""

    def __init__(self, port: int, poll: select.epoll) -> None:
        self._port, self._poll = port, poll
        self.due = 0.0
        self._open()

    def _open(self) -> None:
        self.socket = socket.create_connection((HOST, self._port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._poll.register(self.socket.fileno(), select.EPOLLIN)
        self._got = bytearray()
        self._wanted = -1
        self.busy, self.since = False, time.perf_counter()

    def again(self) -> None:
        """Open it anew: the server has closed it, or is about to."""
        self.close()
        self._open()

    def close(self) -> None:
        """Close it."""
        self._poll.unregister(self.socket.fileno())
        self.socket.close()

    def send(self, request: bytes, due: float) -> None:
        """Send a request that is due at a time."""
        self.due, self.busy = due, True
        self.socket.sendall(request)

    def receive(self) -> int:
        """Read on; return the status of a whole answer, -1 while it is not, 0 where it broke."""
        try:
            part = self.socket.recv(READ)
        except OSError:
            return 0
        if not part:
            return 0
        self._got += part
        if self._wanted < 0:
            end = self._got.find(_END)
            if end < 0:
                return -1
            head = bytes(self._got[:end]).lower()
            at = head.find(_LENGTH)
            length = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            self._wanted = end + len(_END) + length
        if len(self._got) < self._wanted:
            return -1
        status = int(self._got[9:12])
        self.size = self._wanted
        self._got.clear()
        self._wanted = -1
        self.busy, self.since = False, time.perf_counter()
        return status


class _Lines:
    """Connections by their number.

    Parameters
    ----------
    port
        Where the server listens.
    poll
        Tells which of them have something to read.
    count
        How many.
    """

    def __init__(self, port: int, poll: select.epoll, count: int) -> None:
        self._poll = poll
        opened = [_Line(port, poll) for _ in range(count)]
        self.all = {line.socket.fileno(): line for line in opened}

    def again(self, line: _Line) -> None:
        """Open one of them anew."""
        del self.all[line.socket.fileno()]
        line.again()
        self.all[line.socket.fileno()] = line

    def close(self) -> None:
        """Close them all."""
        for line in self.all.values():
            line.close()
        self._poll.close()


class Client:
    """Sends requests of a list, one after the other and from the beginning again.

    Parameters
    ----------
    port
        Where the server listens.
    requests
        What is sent.
    """

    def __init__(self, port: int, requests: list[bytes]) -> None:
        self._port, self._requests = port, requests
        self.sent = 0

    def _request(self) -> bytes:
        request = self._requests[self.sent % len(self._requests)]
        self.sent += 1
        return request

    def full_speed(
        self, *, seconds: float = float("inf"), count: int | None = None,
        connections: int = CONNECTIONS,
    ) -> Measured:  # fmt: skip
        """Ask as fast as answers come, for some seconds or some number of requests.

        Parameters
        ----------
        seconds, count
            When to end; None for no number.
        connections
            How many requests are under way at once.
        """
        found, poll = Measured(), select.epoll()
        lines = _Lines(self._port, poll, connections)
        began = time.perf_counter()
        ends, left = began + seconds, float("inf") if count is None else count
        for line in lines.all.values():
            line.send(self._request(), began)
        left -= connections
        under_way = connections
        while under_way:
            for number, _ in poll.poll(LONGEST_S):
                line = lines.all[number]
                status = line.receive()
                if status < 0:
                    continue
                now = time.perf_counter()
                found.statuses[status] += 1
                under_way -= 1
                if status == 0:
                    lines.again(line)
                else:
                    found.received += line.size
                if now < ends and left > 0:
                    line.send(self._request(), now)
                    left -= 1
                    under_way += 1
        found.seconds = time.perf_counter() - began
        lines.close()
        return found

    def at_rate(self, rate: float, *, seconds: float) -> Measured:
        """Ask at a rate that does not wait for answers; a wait counts from when it was due.

        Parameters
        ----------
        rate
            Requests a second.
        seconds
            How long.
        """
        found, poll = Measured(), select.epoll()
        lines = _Lines(self._port, poll, CONNECTIONS_AT_RATE)
        idle = deque(lines.all.values())
        began = time.perf_counter()
        total, sent, done = int(rate * seconds), 0, 0
        while done < total:
            now = time.perf_counter()
            while sent < total and idle and began + sent / rate <= now:
                # in turn: connections stay with the worker that took them, and all have theirs
                line = idle.popleft()
                if now - line.since > IDLE_S:
                    lines.again(line)
                line.send(self._request(), began + sent / rate)
                sent += 1
            ahead = began + sent / rate - time.perf_counter() if sent < total else LONGEST_S
            for number, _ in poll.poll(max(0.0, ahead) if idle else LONGEST_S):
                line = lines.all[number]
                if not line.busy:
                    # the server closes what was idle for long
                    lines.again(line)
                    continue
                status = line.receive()
                if status < 0:
                    continue
                done += 1
                idle.append(line)
                found.statuses[status] += 1
                if status == 0:
                    lines.again(line)
                else:
                    found.received += line.size
                    found.waits.append(time.perf_counter() - line.due)
        found.seconds = time.perf_counter() - began
        lines.close()
        return found
