"""The list of plans: one damaged file or a database that is away says nothing of the others."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest
from bureau_online import FIRST, SECOND

from webmap.app import create_app
from webmap.config import Config
from webmap.errors import DatabaseError
from webmap.services.versions import Versions
from zoning.messages import text

if TYPE_CHECKING:
    from pathlib import Path

    from bureau_online import Bureau
    from flask.testing import FlaskClient

pytestmark = pytest.mark.integration
LANGUAGES = ("zh-CN", "en")


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One kind of database is enough: what it answers is the same."""
    return f"sqlite:///{tmp_path / 'kept.sqlite'}"


def shown(client: FlaskClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return html.unescape(response.text)


@pytest.mark.parametrize("published", [False, True])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_newer_plan_that_is_damaged_closes_no_page_of_another(
    bureau: Bureau, lang: str, published: bool
) -> None:
    if published:
        bureau.publish(0)
    damaged = bureau.folder / "plans" / "primary-2027-ffffffffffff.gpkg"
    damaged.write_bytes(b"broken")
    client = bureau.client()
    page = shown(client, f"/?lang={lang}")
    assert f'role="alert">{text("webmap.LIST_DAMAGED", lang, {"file": damaged.name})}' in page
    draft = text("webmap.DRAFT_NOTE", lang)
    assert page.count(draft) == (1 if published else 2)
    for plan in bureau.plans:
        page = shown(client, f"/plans/{plan}?lang={lang}")
        assert (draft in page) != (published and plan == bureau.plans[0])


def test_of_several_versions_of_a_plan_the_one_in_force_is_named(bureau: Bureau) -> None:
    bureau.publish(0)
    bureau.publish(1, begins=SECOND)
    bureau.publish(0, begins=(third := SECOND.replace(year=2029)))
    client = bureau.client()
    own = f"/plans/{bureau.plans[0]}?lang=en"
    for day, named in ((FIRST, "primary-1"), (third, "primary-3")):
        bureau.day = day
        page = shown(client, "/?lang=en")
        assert set(re.findall(r'href="/zones/version/([^?"]+)', page)) == {named, "primary-2"}
        assert f"/zones/version/{named}?" in shown(client, own)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_database_that_is_away_is_asked_once_for_all_plans(
    bureau: Bureau, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def gone(*stages: object) -> None:
        asked.append(stages)
        raise DatabaseError("publish.DATABASE_GONE", database="kept", detail="gone")

    unknown, draft = text("maps.STANDING_UNKNOWN", lang), text("webmap.DRAFT_NOTE", lang)
    config = Config(study=bureau.folder, secret="k" * 40, database_url=bureau.publisher.url)
    bureau.apps.append(create_app(config, clock=bureau.now))
    client = bureau.apps[-1].test_client()
    with monkeypatch.context() as patch:
        patch.setattr(Versions, "every", gone)
        check_unknown(client, bureau, lang=lang, asked=asked)
    page = shown(client, f"/?lang={lang}")
    assert unknown not in page
    assert page.count(draft) == 2
    assert 'class="card ask-form"' in page


def check_unknown(client: FlaskClient, bureau: Bureau, *, lang: str, asked: list[object]) -> None:
    unknown, draft = text("maps.STANDING_UNKNOWN", lang), text("webmap.DRAFT_NOTE", lang)
    page = shown(client, f"/?lang={lang}")
    assert len(asked) == 1
    assert page.count(unknown) == len(bureau.plans) == 2
    assert draft not in page
    # what needs the database is said to be there, and says itself that it is closed
    assert 'class="card ask-form"' not in page
    assert f'href="/lookup?lang={lang}"' in page
    for plan in bureau.plans:
        assert unknown in shown(client, f"/plans/{plan}?lang={lang}")
    assert len(asked) == 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_part_of_the_page_has_a_name_of_its_own(bureau: Bureau, lang: str) -> None:
    page = shown(bureau.client(), f"/?lang={lang}")
    ids = re.findall(r'<nav class="plan" aria-labelledby="([^"]+)"', page)
    assert ids == ["zones-nav", "notices-nav"]
    navs = re.findall(r'<nav class="plan".*?</nav>', page, re.DOTALL)
    assert [nav.count("<h2") for nav in navs] == [1, 1]
    # folded figures are told from each other by ear, too
    folded = re.findall(r"<summary>(.*?)</summary>", page)
    assert len(set(folded)) == len(folded) == 2
    for plan in bureau.plans:
        assert any(plan in words for words in folded)
    assert all(text("webmap.METRICS", lang) in words for words in folded)
