"""What look-ups make once is made before the first reader asks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from lookup_town import ASKED

from webmap.app import create_app
from webmap.cli import _open_lookup
from webmap.config import Config
from webmap.errors import PlanUnreadableError
from webmap.public import warming, ways
from webmap.public.warming import warm
from zoning.cli.console import Console
from zoning.messages import languages

if TYPE_CHECKING:
    from pathlib import Path

    from webmap.services.surroundings import Surroundings

pytestmark = pytest.mark.integration


def test_what_lies_around_ways_does_not_close_the_look_ups_of_a_server_that_starts(
    town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried: list[str] = []

    def fails(_: object) -> None:
        tried.append("around")
        raise PlanUnreadableError("webmap.BUILD_UNREADABLE", file="roads.parquet", detail="cut")

    monkeypatch.setattr(warming, "ready_grounds", fails)
    monkeypatch.setattr(warming, "warm", lambda _: tried.append("warm"))
    app = create_app(Config(study=town))
    _open_lookup(Console("en", json=False), app, town)
    assert tried == ["around", "warm"]
    said = capsys.readouterr()
    assert "cannot be looked up" not in said.out + said.err


def test_the_first_reader_does_not_wait_for_what_lies_around_the_way(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(Config(study=town))
    made_ready: set[str] = set()
    context = app.test_request_context

    def seen(*args: Any, **named: Any) -> Any:
        made_ready.add(named["query_string"]["lang"])
        return context(*args, **named)

    with monkeypatch.context() as patched:
        patched.setattr(app, "test_request_context", seen)
        warm(app)
    assert made_ready == set(languages())

    def nobody(_: Path) -> Surroundings:
        raise AssertionError("read again")

    monkeypatch.setattr(ways, "load_surroundings", nobody)
    client = app.test_client()
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/lookup").text)
    assert token is not None
    fields = {"csrf_token": token[1], "stage": "primary", "address": ASKED["one_school"]}
    page = client.post("/lookup", data=fields).text
    assert 'class="way-picture"' in page
    # the token is as good for the forms of the answer as for the one that asked
    assert set(re.findall(r'name="csrf_token" value="([^"]+)"', page)) == {token[1]}
