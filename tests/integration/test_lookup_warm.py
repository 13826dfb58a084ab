"""What look-ups make once is made before the first reader asks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from lookup_town import ASKED

from webmap.app import create_app
from webmap.config import Config
from webmap.public import ways
from webmap.public.warming import warm
from zoning.messages import languages

if TYPE_CHECKING:
    from pathlib import Path

    from webmap.services.surroundings import Surroundings

pytestmark = pytest.mark.integration


def test_the_first_reader_does_not_wait_for_what_lies_around_the_way(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(Config(study=town))
    assert warm(app) >= len(languages())

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
