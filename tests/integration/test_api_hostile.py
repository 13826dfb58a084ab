"""Ten thousand inputs that nobody means well, to the API: no fault, and nothing comes back raw."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes, urlencode

import pytest
from test_lookup_hostile import RAW, hostile, shown_raw

from webmap.app import create_app
from webmap.config import Config

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

pytestmark = pytest.mark.integration
COUNT, AT_ONCE = 10_000, 4
API = "/api/v1"
JSON = "application/json"


@pytest.fixture(scope="module")
def client(town: Path) -> FlaskClient:
    return create_app(Config(study=town)).test_client()


def sends(client: FlaskClient) -> list[Callable[[str, str, str, str], TestResponse]]:
    """Return the ways in which four texts can be sent at once."""

    def post(path: str, body: object, accept: str = "en") -> TestResponse:
        # what is sent in a header has no end of a line in it: servers refuse that
        headers = {"Accept-Language": accept.encode("ascii", "ignore").decode().split("\r")[0]}
        return client.post(f"{API}/{path}", json=body, headers=headers)

    def get(path: str, **query: str) -> TestResponse:
        return client.get(f"{API}/{path}?{urlencode(query)}")

    return [
        lambda a, b, c, d: post("lookup/text", {"stage": "primary", "text": a}, d),
        lambda a, b, c, d: post("lookup/text", {"stage": a, b: c}, d),
        lambda a, b, c, d: post("lookup/address", {"stage": "primary", "address_id": a}),
        lambda a, b, c, d: post("lookup/blocks", {"stage": "primary", "block_ids": [a, b, c, d]}),
        lambda a, b, c, d: post("lookup/point", {"stage": a, "lon": b, "lat": c, d: 1}),
        lambda a, b, c, d: post("sandbox/lookup", {"stage": "primary", "text": a, b: [c, {d: 1}]}),
        lambda a, b, c, d: post("lookup/text", [a, {b: c}, d]),
        lambda a, b, c, d: get("zones", version=a, on=b, stage=c, x=d),
        lambda a, b, c, d: get("schools.csv", version=a),
        lambda a, b, c, d: get("versions/" + quote_from_bytes(a.encode()), x=b),
        lambda a, b, c, d: get(quote_from_bytes(a.encode()), lang=b),
        lambda a, b, c, d: get("", lang=a, type=b),
    ]


def test_ten_thousand_hostile_inputs(client: FlaskClient) -> None:
    ways = sends(client)
    texts = hostile(6)
    seen: dict[int, int] = {}
    for number in range(COUNT // AT_ONCE):
        sent = [next(texts) for _ in range(AT_ONCE)]
        response = ways[number % len(ways)](*sent)
        assert response.status_code < 500, (number, sent)
        assert not any(shown_raw(text, response.text) for text in sent), (number, sent)
        assert "Traceback" not in response.text
        if response.status_code >= 400:
            # every fault has the one form
            fault = response.get_json()
            assert fault.keys() == {"code", "message", "details"}, (number, sent)
        seen[response.status_code] = seen.get(response.status_code, 0) + 1
    assert set(seen) <= {200, 308, 400, 404, 405, 413, 422}
    assert {200, 404, 422} <= set(seen)


@pytest.mark.parametrize("raw", RAW)
def test_malformed_utf8(client: FlaskClient, raw: bytes) -> None:
    for body in (raw, b'{"stage": "primary", "text": "' + raw + b'"}'):
        answer = client.post(f"{API}/lookup/text", data=body, content_type=JSON)
        assert answer.status_code in {200, 400, 422}
        assert answer.is_json
    assert client.get(f"{API}/versions/{quote_from_bytes(raw)}").status_code == 404
    assert client.get(f"{API}/zones?version={quote_from_bytes(raw)}").status_code in {404, 422}


@pytest.mark.parametrize("path", ["text", "address", "point", "blocks"])
@pytest.mark.parametrize("body", [b'{"text": "' + b"a" * 1_000_000 + b'"}', b"[" * 1_000_000])
def test_a_megabyte_is_not_read(client: FlaskClient, path: str, body: bytes) -> None:
    answer = client.post(f"{API}/lookup/{path}", data=body, content_type=JSON)
    assert (answer.status_code, answer.get_json()["code"]) == (413, "too_large")
    assert len(answer.data) < 1000


@pytest.mark.parametrize(
    "body",
    [
        b'{"stage": "primary", "text": "\\u0000"}',
        b'{"stage": "primary", "text": "\\u202e\\u200b\\ufeff"}',
        b'{"stage": "primary", "text": " "}',
        b'{"stage": "primary", "text": "x", "text": "\xe9\x98\xb3"}',
        b'{"stage": "primary", "text": 1e999}',
        b'{"stage": "primary", "text": NaN}',
        b'{"stage": "primary", "lon": -Infinity, "lat": 1E400}',
        b'{"stage": "primary", "lon": ' + b"9" * 6000 + b', "lat": 0}',
        b'{"__proto__": {"x": 1}}',
    ],
)
def test_json_that_is_odd(client: FlaskClient, body: bytes) -> None:
    for way in ("text", "point"):
        answer = client.post(f"{API}/lookup/{way}", data=body, content_type=JSON)
        assert answer.status_code in {200, 400, 422}
        json.loads(answer.data)


def test_deeply_nested_json_is_refused_by_the_page_too(client: FlaskClient) -> None:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/lookup").text)
    assert found is not None
    headers = {"X-CSRFToken": found[1]}
    answer = client.post("/lookup/suggest", data=b"[" * 15_000, content_type=JSON, headers=headers)
    assert (answer.status_code, answer.get_json()) == (200, {"names": []})
