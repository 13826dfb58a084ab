"""Sending marked addresses through every form of a look-up, as a browser would."""

from __future__ import annotations

import http.client
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import TYPE_CHECKING

from webmap.privacy.marks import Mark, new_mark
from zoning.errors import OfflineError

if TYPE_CHECKING:
    from collections.abc import Mapping

API = "/api/v1"
TIMEOUT_S = 60
# of an answer no more is read: a page has some kilobytes
LARGEST_ANSWER = 4 * 1024 * 1024
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_LINK = re.compile(r"""(?:href|src|action|formaction)=["']([^"']*)["']""")
_CODE = re.compile(r"<p><code>([A-Za-z0-9_.-]+)</code></p>")
# a notice asks for an address, too: whether its change concerns it
_NOTICE = re.compile(r'href="(/notices/(?!follow\b)[^/"?]+)\?')
# more than any form sends, and little enough to be sent before it is refused
_TOO_LONG = 20_000


@dataclass(frozen=True)
class Fault:
    """Something in an answer that should not be there, or is missing.

    Parameters
    ----------
    sent_by
        Which way the mark went: `lookup.SENT_<sent_by>`.
    what
        Which fault: `lookup.LEAK_<what>`.
    """

    sent_by: str
    what: str


@dataclass(frozen=True)
class Visited:
    """What was sent.

    Parameters
    ----------
    marks
        One for each way.
    faults
        What the answers themselves show.
    """

    marks: tuple[Mark, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class _Answer:
    status: int
    url: str
    headers: Mapping[str, str]
    raw_headers: str
    page: str


class _Visitor:
    """A reader with cookies and one address to start from."""

    def __init__(self, base: str) -> None:
        self._base = base.rstrip("/")
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.marks: list[Mark] = []
        self.faults: list[Fault] = []
        self.token = ""

    def get(self, path: str) -> _Answer:
        return self._send(urllib.request.Request(self._base + path))  # noqa: S310  # the URL given

    def form(self, sent_by: str, path: str, /, **fields: str) -> _Answer:
        """Send a form whose fields may hold "{mark}"."""
        mark = self._new(sent_by)
        values = {name: value.replace("{mark}", mark.core) for name, value in fields.items()}
        body = urllib.parse.urlencode({"csrf_token": self.token, **values}).encode()
        return self._looked_at(mark, self._post(path, body, "application/x-www-form-urlencoded"))

    def names(self, sent_by: str, path: str) -> None:
        mark = self._new(sent_by)
        body = json.dumps({"text": mark.address()}).encode()
        self._looked_at(mark, self._post(path, body, "application/json"))

    def program(self, sent_by: str, path: str, /, **fields: object) -> None:
        """Send a program's question whose texts may hold "{mark}"."""
        mark = self._new(sent_by)
        body = json.dumps(fields).replace("{mark}", mark.core).encode()
        self._looked_at(mark, self._post(path, body, "application/json"))

    def _new(self, sent_by: str) -> Mark:
        mark = new_mark(sent_by)
        self.marks.append(mark)
        return mark

    def _post(self, path: str, body: bytes, kind: str) -> _Answer:
        headers = {"Content-Type": kind, "X-CSRFToken": self.token}
        return self._send(
            urllib.request.Request(self._base + path, data=body, headers=headers)  # noqa: S310
        )

    def _send(self, request: urllib.request.Request) -> _Answer:
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as answer:
                return _read(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return _read(refused)
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise OfflineError("lookup.PRIVACY_NO_ANSWER", url=self._base) from error

    def _looked_at(self, mark: Mark, answer: _Answer) -> _Answer:
        """Note what an answer shows of a mark where nobody should read it."""
        title = _TITLE.search(answer.page)
        places = {
            "URL": answer.url,
            "HEADER": answer.raw_headers,
            "TITLE": title[1] if title else "",
            "LINK": "\n".join(_LINK.findall(answer.page)),
        }
        seen = [name for name, text in places.items() if mark.core in text.lower()]
        if answer.headers.get("cache-control") != "no-store":
            seen.append("CACHE")
        if answer.headers.get("referrer-policy") != "no-referrer":
            seen.append("REFERRER")
        if answer.status >= http.client.INTERNAL_SERVER_ERROR:
            seen.append("BROKEN")
        self.faults += [Fault(mark.sent_by, name) for name in seen]
        return answer


def _read(answer: http.client.HTTPResponse | urllib.error.HTTPError) -> _Answer:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    page = answer.read(LARGEST_ANSWER).decode("utf-8", errors="replace")
    return _Answer(answer.status or 0, answer.geturl() or "", headers, str(answer.headers), page)


def visit(base: str, *, known: str = "") -> Visited:
    """Send a mark through every form of a look-up.

    Parameters
    ----------
    base
        Address of the site, http:// or https://.
    known
        An address that is known there, so that answers with a school are tried, too.

    Raises
    ------
    OfflineError
        Nothing answers there, or it is no look-up.
    """
    reader = _Visitor(base)
    token = _TOKEN.search(reader.get("/lookup").page)
    if token is None:
        raise OfflineError("lookup.PRIVACY_NO_FORM", url=base)
    reader.token = token[1]
    unknown = Mark("", "{mark}").address()
    with_room = Mark("", "{mark}").address(known)
    reader.form("FORM", "/lookup", address=unknown)
    reader.form("OTHER_LANGUAGE", "/lookup?lang=en", address=unknown)
    reader.form("CHOICE", "/lookup", choice="{mark}")
    reader.form("POSITION", "/lookup", blocks="{mark},{mark}")
    reader.form("STAGE", "/lookup", stage="{mark}", address="{mark}")
    reader.form("DAY", "/lookup", address=unknown, day="{mark}", version="{mark}")
    reader.names("NAMES", "/lookup/suggest")
    reader.form("SLIP", "/slip", address=unknown)
    reader.form("VERIFY", "/slip/verify", code="{mark}{mark}", address="{mark}")
    reader.form("NO_TOKEN", "/lookup", csrf_token="{mark}", address=unknown)  # noqa: S106
    reader.form("TOO_LONG", "/lookup", address="{mark}" + "a" * _TOO_LONG)
    reader.form("NO_PAGE", "/lookup/nowhere", address=unknown)
    _as_programs(reader, unknown, with_room if known else "")
    _at_a_notice(reader, unknown, with_room if known else "")
    if known:
        reader.form("KNOWN", "/lookup", address=with_room)
        slip = reader.form("KNOWN_SLIP", "/slip", address=with_room)
        plain = reader.form("PLAIN_SLIP", "/slip", address=known, stage="{mark}")
        code = _CODE.search(slip.page) or _CODE.search(plain.page)
        if code is not None:
            reader.form("COMPARE", "/slip/verify", code=code[1], address="{mark}")
    return Visited(tuple(reader.marks), tuple(reader.faults))


def _at_a_notice(reader: _Visitor, unknown: str, with_room: str) -> None:
    """Ask a notice whether it concerns an address; nothing where there is no notice."""
    notice = _NOTICE.search(reader.get("/notices/").page)
    if notice is None:
        return
    path = f"{notice[1]}/address"
    reader.form("NOTICE", path, address=unknown)
    reader.form("NOTICE_CHOICE", path, choice="{mark}")
    if with_room:
        reader.form("NOTICE_KNOWN", path, address=with_room)


def _as_programs(reader: _Visitor, unknown: str, with_room: str) -> None:
    """Send marks in every way that the API takes questions, and in ways that it refuses."""
    stage = "primary"
    reader.program("API_TEXT", f"{API}/lookup/text", stage=stage, text=unknown)
    reader.program("API_ADDRESS", f"{API}/lookup/address", stage=stage, address_id="{mark}")
    reader.program("API_BLOCKS", f"{API}/lookup/blocks", stage=stage, block_ids=["{mark}"])
    reader.program("API_POINT", f"{API}/lookup/point", stage="{mark}", lon="{mark}", lat=0)
    reader.program("API_SANDBOX", f"{API}/sandbox/lookup", stage=stage, text=unknown)
    reader.program("API_REFUSED", f"{API}/lookup/text", stage="{mark}", text=["{mark}"])
    reader.program("API_NO_PAGE", f"{API}/nowhere", text="{mark}")
    if with_room:
        reader.program("API_KNOWN", f"{API}/lookup/text", stage=stage, text=with_room)
