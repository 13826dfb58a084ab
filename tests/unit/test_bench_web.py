"""The benchmark of the site: what its client counts, what it sends, and what its table says."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest
from web_bench import load
from web_bench.client import Client, Measured
from web_bench.figures import Row, line, record
from web_bench.questions import Browser, forms, network


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.send_response(429 if self.path == "/often" else 200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *_):
        """Keep quiet."""


@pytest.fixture
def port():
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def _get(path):
    return f"GET {path} HTTP/1.1\r\nHost: here\r\n\r\n".encode()


def test_a_client_counts_answers_and_what_was_refused(port):
    run = Client(port, [_get("/"), _get("/often")]).full_speed(count=20, connections=1)
    assert run.statuses == {200: 10, 429: 10}
    assert run.errors == 10
    assert run.received > 20 * len(b"hello")


def test_a_client_goes_on_in_its_list_where_it_stopped(port):
    client = Client(port, [_get("/"), _get("/often"), _get("/")])
    client.full_speed(count=1, connections=1)
    assert client.full_speed(count=1, connections=1).statuses == {429: 1}


def test_at_a_rate_every_request_is_sent_and_its_wait_known(port):
    run = Client(port, [_get("/")]).at_rate(200, seconds=0.2)
    assert run.answers == len(run.waits) == 40
    assert run.seconds >= 39 / 200
    assert min(run.waits) > 0


def test_a_form_goes_by_post_from_another_family_each():
    known = [Browser("zoning=a", "token-a"), Browser("zoning=b", "token-b")]
    sent = forms("/lookup", ["幸福路1号", "和平街2号"], known, stages=["primary"])
    families = set()
    for request, text in zip(sent, ["幸福路1号", "和平街2号"], strict=True):
        head, _, body = request.decode().partition("\r\n\r\n")
        fields = parse_qs(body)
        assert fields["address"] == [text]
        assert head.startswith("POST /lookup HTTP/1.1")
        assert f"Content-Length: {len(body)}" in head
        # each token goes with the cookie that it was given with
        assert f"Cookie: zoning={fields['csrf_token'][0][-1]}\r\n" in head
        families.add(next(one for one in head.splitlines() if one.startswith("X-Forwarded-For")))
    assert len(families) == 2


def test_families_have_addresses_of_their_own():
    assert len({network(at) for at in range(1000)}) == 1000


def test_a_ratio_is_the_median_over_the_rounds():
    rounds = load.Rounds(rates={"a": [10.0, 90.0, 30.0], "b": [100.0, 100.0, 100.0]})
    assert rounds.ratio("a", "b") == pytest.approx(0.3)


def test_memory_is_that_of_the_worker_that_grew_most():
    row = load.grown([100.0, 200.0], [101.0, 220.0], asked=(1_000, 100_000))
    assert row.value == pytest.approx(1.1)
    assert row.holds is False


def test_errors_of_a_long_run_are_broken_and_refused_answers():
    run = Measured(seconds=600.0, waits=[0.01] * 3)
    run.statuses.update({200: 997, 429: 2, 0: 1})
    (row,) = load.endured(run, rate=1.0)
    assert (row.value, row.holds) == (3, False)


@pytest.mark.parametrize(
    ("row", "holds", "said"),
    [
        (Row("ratio", 0.7, least=0.6), True, "holds"),
        (Row("ratio", 0.5, least=0.6), False, "FAILS"),
        (Row("wait", 26.0, "ms", most=25), False, "FAILS"),
        (Row("rate", 900.0, "/s"), None, "900 /s"),
    ],
)
def test_a_row_says_whether_it_is_as_it_must_be(row, holds, said):
    assert record(row)["holds"] is holds
    assert said in line(row)
