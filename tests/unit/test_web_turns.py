"""Look-ups of one worker take turns; nobody waits for other pages, or for who sends slowly."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from flask import Blueprint, Flask, request

from webmap.turns import take_turns

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from werkzeug.test import TestResponse

PATIENCE_S = 20.0


class Within:
    """What is under way in views that take their time."""

    def __init__(self) -> None:
        self.begun: list[threading.Semaphore] = [threading.Semaphore(0), threading.Semaphore(0)]
        self.ends, self.breaks = threading.Semaphore(0), threading.Semaphore(0)

    def look_up(self) -> str:
        assert request.get_data() is not None
        self.begun[0].release()
        assert self.ends.acquire(timeout=PATIENCE_S)
        if self.breaks.acquire(blocking=False):
            raise ZeroDivisionError
        return "answer"

    def map(self) -> str:
        self.begun[1].release()
        return "map"

    def has_begun(self, *, within_s: float = PATIENCE_S) -> bool:
        return self.begun[0].acquire(timeout=within_s)


@pytest.fixture
def within() -> Within:
    return Within()


@pytest.fixture
def app(within: Within) -> Flask:
    made = Flask(__name__)
    for name, rule, view in (
        ("lookup", "/lookup", within.look_up),
        ("api_lookup", "/api", within.look_up),
        ("slips", "/slip", within.look_up),
        ("public", "/map", within.map),
    ):
        part = Blueprint(name, __name__)
        part.add_url_rule(rule, "answer", view, methods=["GET", "POST"])
        made.register_blueprint(part)
    take_turns(made)
    return made


@pytest.fixture
def families() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor() as pool:
        yield pool


def asked(app: Flask, families: ThreadPoolExecutor, path: str) -> Future[TestResponse]:
    return families.submit(lambda: app.test_client().post(path, data={"address": "阳光花园"}))


@pytest.mark.parametrize("second", ["/lookup", "/api", "/slip"])
def test_a_look_up_waits_for_the_one_before(
    app: Flask, within: Within, families: ThreadPoolExecutor, second: str
) -> None:
    first = asked(app, families, "/lookup")
    assert within.has_begun()
    later = asked(app, families, second)
    assert not within.has_begun(within_s=0.2)
    within.ends.release()
    assert within.has_begun()
    within.ends.release()
    assert [one.result().text for one in (first, later)] == ["answer", "answer"]


def test_what_is_no_look_up_does_not_wait(
    app: Flask, within: Within, families: ThreadPoolExecutor
) -> None:
    first = asked(app, families, "/lookup")
    assert within.has_begun()
    assert asked(app, families, "/map").result(timeout=PATIENCE_S).text == "map"
    within.ends.release()
    assert first.result().text == "answer"


def test_a_look_up_that_fails_lets_the_next_one_in(
    app: Flask, within: Within, families: ThreadPoolExecutor
) -> None:
    within.breaks.release()
    within.ends = threading.Semaphore(2)
    assert asked(app, families, "/lookup").result(timeout=PATIENCE_S).status_code == 500
    assert asked(app, families, "/lookup").result(timeout=PATIENCE_S).text == "answer"


def test_nobody_waits_for_who_sends_slowly(
    app: Flask, within: Within, families: ThreadPoolExecutor
) -> None:
    sent, reading = threading.Semaphore(0), threading.Semaphore(0)

    class Slow(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
            reading.release()
            assert sent.acquire(timeout=PATIENCE_S)
            buffer[:1] = b"x"
            return 1

    def sends_slowly() -> TestResponse:
        return app.test_client().post(
            "/lookup", content_length=3, environ_overrides={"wsgi.input": Slow()}
        )

    slow = families.submit(sends_slowly)
    assert reading.acquire(timeout=PATIENCE_S)
    within.ends = threading.Semaphore(2)
    assert asked(app, families, "/lookup").result(timeout=PATIENCE_S).text == "answer"
    for _ in range(3):
        sent.release()
    assert slow.result().text == "answer"
