"""A third language is a third folder of texts: no line of the program has to know of it."""

from __future__ import annotations

import html
import re
import shutil
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from lookup_town import ASKED

from webmap.app import create_app
from webmap.config import Config
from zoning import messages

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.integration
CATALOGUE = Path(str(resources.files("zoning").joinpath("catalog")))
PAGES = (
    "/",
    "/lookup",
    "/lookup/map",
    "/zones",
    "/zones/primary",
    "/schools/A",
    "/notices/",
    "/api/v1/",
)


@pytest.fixture
def french(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A catalogue with a third folder, whose texts say of each of them that it is theirs."""
    shutil.copytree(CATALOGUE, tmp_path / "catalog")
    shutil.copytree(CATALOGUE / "en", tmp_path / "catalog" / "fr")
    for area, said in (("lookup", "Find your school"), ("webmap", "English")):
        file = tmp_path / "catalog" / "fr" / f"{area}.toml"
        words = file.read_text("utf-8")
        assert said in words
        file.write_text(words.replace(said, {"lookup": "Votre école", "webmap": "Français"}[area]))

    class Elsewhere:
        @staticmethod
        def files(_: str) -> Path:
            return tmp_path

    caches = (messages.languages, messages._area)
    monkeypatch.setattr(messages, "resources", Elsewhere)
    for cache in caches:
        cache.cache_clear()
    yield "fr"
    monkeypatch.undo()
    for cache in caches:
        cache.cache_clear()


def test_pages_and_answers_are_in_it_and_lead_to_it(town: Path, french: str) -> None:
    client = create_app(Config(study=town)).test_client()
    for path in PAGES:
        page = client.get(f"{path}?lang={french}")
        assert page.status_code == 200, path
        assert f'<html lang="{french}"' in page.text
        assert "Votre école" in page.text
        assert "Français" in client.get(f"{path}?lang=en").text
    assert client.get("/lookup", headers={"Accept-Language": "fr"}).text.count("Votre école") >= 1
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/lookup").text)
    assert token is not None
    for kind, asked in ASKED.items():
        data = {"csrf_token": token[1], "stage": "primary", "address": asked}
        answer = client.post(f"/lookup?lang={french}", data=data)
        assert f'data-kind="{kind}"' in answer.text
        assert "Votre école" in html.unescape(answer.text)
