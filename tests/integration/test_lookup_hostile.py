"""Ten thousand inputs that nobody means well: no fault, and nothing comes back as it was sent."""

from __future__ import annotations

import random
import re
import unicodedata
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes, urlencode

import pytest

from webmap.app import create_app
from webmap.config import Config

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

pytestmark = pytest.mark.integration
COUNT, AT_ONCE = 10_000, 4
FORM = "application/x-www-form-urlencoded"

SQL = ["' OR 1=1 --", "'; DROP TABLE blocks; --", '" UNION SELECT * FROM plan', "%27%20OR%201"]
HTML = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "<svg/onload=alert(1)>",
    "{{7*7}}", "{% print 7 %}", "</textarea><b onclick=x>", "javascript:alert(1)", "&lt;b&gt;",
]  # fmt: skip
PATHS = ["../../../etc/passwd", "..\\..\\boot.ini", "/dev/zero", "file:///etc/hosts", "con.txt"]
SHAPES = ["%s%n%x", "${jndi:ldap://x}", "$(id)", "`id`", "a\r\nSet-Cookie: x=1", "-1", "1e999"]
SIGNS = [
    "\x00", "\u202e阳光\u202c", "\u200f", "\ufeff", "👩‍👩‍👧‍👦", "🏫" * 9, "e\u0301" * 20, "\ud7ff",
    "\ufffe", "𠮷野家", "ﷺ" * 8, "\u0000阳光花园", "Z̷͚a̷l̷g̷o̷", "１２３号", "〇", "号" * 60,
]  # fmt: skip
WORDS = ["阳光花园", "文三路", "12号", "清泉山庄", "城关镇", "3幢2单元", "北京市", "村", "路", " "]
RAW = [b"\xff\xfe", b"\xc0\xaf", b"\xed\xa0\x80", b"\x80" * 40, b"\xf8\x88\x80\x80\x80", b"%"]


def hostile(seed: int) -> Iterator[str]:
    """Make strings of the kinds above, alone, mixed with words of the list, and overlong."""
    pick = random.Random(seed)
    pieces = [*SQL, *HTML, *PATHS, *SHAPES, *SIGNS]
    while True:
        parts = pick.choices(pieces, k=pick.randint(1, 2)) + pick.choices(WORDS, k=2)
        pick.shuffle(parts)
        text = "".join(parts)
        yield text * pick.choice([1, 1, 1, 1, 1, 1, 1, 1, 40])


@pytest.fixture(scope="module")
def client(town: Path) -> FlaskClient:
    return create_app(Config(study=town)).test_client()


@pytest.fixture(scope="module")
def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/lookup").text)
    assert found is not None
    return found[1]


def sends(client: FlaskClient, token: str) -> list[Callable[[str, str, str, str], TestResponse]]:
    """Return the ways in which four texts can be sent at once."""
    headers = {"X-CSRFToken": token}

    def post(path: str, lang: str, size: str, **fields: str) -> TestResponse:
        query = urlencode({"lang": lang, "type": size})
        return client.post(f"{path}?{query}", data={"csrf_token": token, **fields})

    return [
        lambda a, b, c, d: post("/lookup", c, d, address=a, stage=b),
        lambda a, b, c, d: post("/lookup", c, d, choice=a, stage=b),
        lambda a, b, c, d: post("/lookup", c, d, blocks=a, stage=b),
        lambda a, b, c, d: post("/lookup", c, d, address=a, day=b),
        lambda a, b, c, d: post("/lookup", c, d, address=a, version=b),
        lambda a, b, c, d: post("/slip", c, d, address=a, stage=b),
        lambda a, b, c, d: post("/slip/verify", c, d, code=a, address=b),
        lambda a, b, c, d: client.post(
            "/lookup/suggest", json={"text": a, b: c, "x": d}, headers=headers
        ),
        lambda a, b, c, d: client.get(
            "/slip/verify?" + urlencode({"s": a, "lang": b, "type": c, "x": d})
        ),
        lambda a, b, c, d: client.get("/lookup/blocks.json?" + urlencode({"stage": a, "v": b})),
        lambda a, b, c, d: client.get(
            "/plans/" + quote_from_bytes(a.encode()) + "?" + urlencode({"lang": b, c: d})
        ),
    ]


def shown_raw(text: str, page: str) -> bool:
    """Tell whether markup of a text stands in a page as it was sent."""
    return any(mark in page for mark in HTML if mark in text and re.search('[<>"]', mark))


def test_ten_thousand_hostile_inputs(client: FlaskClient, token: str) -> None:
    ways = sends(client, token)
    texts = hostile(1)
    seen: dict[int, int] = {}
    for number in range(COUNT // AT_ONCE):
        sent = [next(texts) for _ in range(AT_ONCE)]
        # every other first one is an address: that is what goes deepest
        send = ways[0] if number % 2 else ways[number // 2 % len(ways)]
        response = send(*sent)
        page = response.text
        assert response.status_code < 500, (number, sent)
        assert not any(shown_raw(text, page) for text in sent), (number, sent)
        assert "Traceback" not in page
        seen[response.status_code] = seen.get(response.status_code, 0) + 1
    # most are answered as what they are: addresses that are not found
    assert seen[200] > COUNT // AT_ONCE / 2
    assert set(seen) <= {200, 308, 400, 404, 413, 422}


@pytest.mark.parametrize("raw", RAW)
def test_malformed_utf8(client: FlaskClient, token: str, raw: bytes) -> None:
    body = b"csrf_token=" + token.encode() + b"&stage=primary&address="
    quoted = client.post("/lookup", data=body + quote_from_bytes(raw).encode(), content_type=FORM)
    assert quoted.status_code in {200, 422}
    # a form that is no UTF-8 as a whole is not read at all, its token included
    bare = client.post("/lookup", data=body + raw, content_type=FORM)
    assert bare.status_code in {200, 400}
    headers = {"X-CSRFToken": token, "Content-Type": "application/json"}
    assert client.post("/lookup/suggest", data=raw, headers=headers).json == {"names": []}
    assert client.get("/slip/verify?s=" + quote_from_bytes(raw)).status_code == 200


@pytest.mark.parametrize("path", ["/lookup", "/slip", "/slip/verify", "/lookup/suggest"])
@pytest.mark.parametrize("kind", [FORM, "application/json", "multipart/form-data; boundary=x"])
def test_a_megabyte_is_not_read(client: FlaskClient, token: str, path: str, kind: str) -> None:
    body = b"address=" + b"a" * 1_000_000
    headers = {"X-CSRFToken": token}
    answer = client.post(path, data=body, content_type=kind, headers=headers)
    assert answer.status_code == 413
    assert len(answer.data) < 10_000


def test_what_cannot_be_seen_is_not_sent_back(client: FlaskClient, token: str) -> None:
    text = "\u202e花\u200b园\x00<b>"
    data = {"csrf_token": token, "address": text}
    page = client.post("/lookup", data=data).text
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    hidden = {letter for letter in page if unicodedata.category(letter) in {"Cf", "Co"}}
    assert hidden == set()
    assert "\x00" not in page
