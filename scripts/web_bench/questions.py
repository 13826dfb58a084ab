"""What parents write, and the requests that carry it, each from another family's browser."""

from __future__ import annotations

import http.client
import json
import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import numpy as np
from geocode_bench.demo import read_demo, rows_of, written
from geocode_bench.slips import SLIPS
from geocode_training.dice import Dice

from web_bench.server import EMPTY
from web_bench.serving import HOST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

# as written in the list, with one slip, nothing that is there
CLEAN, SLIPPED, NOWHERE = "clean", "slipped", "nowhere"
MIX = {CLEAN: 0.70, SLIPPED: 0.20, NOWHERE: 0.10}
TEXTS = 20_000
# a browser may ask 30 times a minute, so that many are needed; behind them as many networks
BROWSERS, NETWORKS = 4_000, 10_000
FORM, LOOKUP, API = "/lookup", "/lookup?lang=zh-CN", "/api/v1/lookup/text"
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_NOWHERE = ("春熙路", "翡翠湖畔", "东方明珠花园", "北岭新村", "长安街", "海棠公馆")


@dataclass(frozen=True)
class Browser:
    """A browser that has opened the form.

    Parameters
    ----------
    cookie
        What it sends back.
    token
        What the form carries.
    """

    cookie: str
    token: str


def texts(folder: Path, *, seed: int, count: int = TEXTS) -> list[tuple[str, str]]:
    """Return addresses as people write them, each after its kind.

    Parameters
    ----------
    folder
        Written by `zoning demo`.
    seed
        Of the choice.
    count
        How many.

    Returns
    -------
    `CLEAN`, `SLIPPED` or `NOWHERE`, and the text; their shares are those of `MIX`.
    """
    rng = np.random.default_rng(seed)
    rows = rows_of(read_demo(folder))
    slips = [slip for name, slip in SLIPS.items() if name != "as written"]
    found = []
    for kind in rng.choice(list(MIX), size=count, p=list(MIX.values())).tolist():
        text = written(rows[int(rng.integers(len(rows)))])
        if kind == SLIPPED:
            text = slips[int(rng.integers(len(slips)))](text, Dice(rng))
        elif kind == NOWHERE:
            text = f"{_NOWHERE[int(rng.integers(len(_NOWHERE)))]}{int(rng.integers(1, 900))}号"
        found.append((kind, text))
    return found


def browsers(port: int, *, count: int = BROWSERS) -> list[Browser]:
    """Open the form in many browsers.

    Parameters
    ----------
    port
        Where the server listens.
    count
        How many.
    """
    found = []
    connection = http.client.HTTPConnection(HOST, port, timeout=60)
    for at in range(count):
        connection.request("GET", FORM, headers={"X-Forwarded-For": network(at)})
        answer = connection.getresponse()
        page = answer.read().decode()
        cookie = (answer.headers["Set-Cookie"] or "").partition(";")[0]
        token = _TOKEN.search(page)
        assert token is not None, page[:400]
        found.append(Browser(cookie, token[1]))
    connection.close()
    return found


def network(at: int) -> str:
    """Return the network address of a family.

    Parameters
    ----------
    at
        Its number.
    """
    at %= NETWORKS
    return f"100.{64 + (at >> 16)}.{at >> 8 & 255}.{at & 255}"


def forms(
    path: str, asked: Sequence[str], known: Sequence[Browser], *, stages: Sequence[str]
) -> list[bytes]:
    """Return the requests that a form sends.

    Parameters
    ----------
    path
        Where to.
    asked
        What is written into it, one a request.
    known
        Browsers that have the form, in turn.
    stages
        Stages, one in turn with another.
    """
    out = []
    order = list(range(len(known)))
    random.Random(1).shuffle(order)  # noqa: S311  # nothing secret
    for at, text in enumerate(asked):
        browser = known[order[at % len(order)]]
        stage = stages[at % len(stages)]
        fields = {"csrf_token": browser.token, "stage": stage, "address": text}
        out.append(
            _post(path, urlencode(fields), at, kind="application/x-www-form-urlencoded",
                  more=f"Cookie: {browser.cookie}\r\nAccept: text/html\r\n")
        )  # fmt: skip
    return out


def programs(asked: Sequence[str], *, stages: Sequence[str]) -> list[bytes]:
    """Return the same questions as programs ask them.

    Parameters
    ----------
    asked, stages
        See `forms`.
    """
    return [
        _post(API, json.dumps({"stage": stages[at % len(stages)], "text": text}), at,
              kind="application/json", more="Accept: application/json\r\n")
        for at, text in enumerate(asked)
    ]  # fmt: skip


def gets(known: Sequence[Browser], *, count: int = TEXTS) -> list[bytes]:
    """Return requests for the empty route without a form.

    Parameters
    ----------
    known
        Browsers, in turn.
    count
        How many.
    """
    return [
        (
            f"GET {EMPTY} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-For: {network(at)}\r\n"
            f"Cookie: {known[at % len(known)].cookie}\r\nAccept: text/html\r\n"
            "Accept-Language: zh-CN,zh;q=0.9\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n"
        ).encode()
        for at in range(count)
    ]


def _post(path: str, body: str, at: int, *, kind: str, more: str) -> bytes:
    content = body.encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nX-Forwarded-For: {network(at)}\r\n{more}"
        "Accept-Language: zh-CN,zh;q=0.9\r\nAccept-Encoding: gzip, deflate, br\r\n"
        f"Content-Type: {kind}\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content
