"""Scraping: who asks too much is told to wait, while everybody else is answered."""

from __future__ import annotations

import logging
import re
import shutil
from typing import TYPE_CHECKING

import pytest
from lookup_town import POLICY

from webmap.app import create_app
from webmap.config import Config
from webmap.limits.rules import kind_of
from zoning.messages import text

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Protocol

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    class Make(Protocol):
        def __call__(self, **limits: int) -> Flask: ...


pytestmark = pytest.mark.integration
SCRAPER, FAMILY = "1.2.3.4", "5.6.7.8"


@pytest.fixture
def make(town: Path, tmp_path: Path) -> Make:
    """Make the site with other limits than none."""

    def made(**limits: int) -> Flask:
        study = tmp_path / "town"
        shutil.copytree(town, study)
        file = study / "study.toml"
        settings = file.read_text("utf-8")
        for name, amount in limits.items():
            if re.search(rf"^{name} = ", settings, re.MULTILINE):
                settings = re.sub(rf"(?m)^{name} = .*$", f"{name} = {amount}", settings)
            else:
                settings += f"{name} = {amount}\n"
        file.write_text(settings, "utf-8")
        return create_app(Config(study=study))

    return made


def reader(app: Flask, address: str) -> FlaskClient:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    return client


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/lookup").text)
    assert found is not None
    return found[1]


def ask(client: FlaskClient, mark: str, *, lang: str = "zh-CN") -> TestResponse:
    data = {"csrf_token": mark, "stage": "primary", "address": "阳光花园"}
    return client.post(f"/lookup?lang={lang}", data=data)


def by_program(client: FlaskClient, way: str = "text", **more: str) -> TestResponse:
    return client.post(
        f"/api/v1/lookup/{way}", json={"stage": "primary", "text": "阳光花园"}, headers=more
    )


def test_a_scraper_waits_while_a_family_behind_the_same_address_is_answered(make: Make) -> None:
    app = make(reader_per_minute=5, network_per_minute=50)
    scraper, family = reader(app, SCRAPER), reader(app, SCRAPER)
    mark, own = token(scraper), token(family)
    statuses = [ask(scraper, mark).status_code for _ in range(12)]
    assert statuses == [200] * 5 + [429] * 7
    assert ask(family, own).status_code == 200


def test_a_scraper_with_many_sessions_waits_while_another_network_is_answered(make: Make) -> None:
    app = make(reader_per_minute=5, network_per_minute=8)
    fresh = [reader(app, SCRAPER) for _ in range(8)]
    marks = [token(client) for client in fresh]
    assert [ask(*pair).status_code for pair in zip(fresh, marks, strict=True)] == [200] * 8
    assert reader(app, SCRAPER).get("/lookup").status_code == 429
    assert ask(fresh[0], marks[0]).status_code == 429
    family = reader(app, FAMILY)
    assert ask(family, token(family)).status_code == 200


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_page_says_in_words_what_to_do(make: Make, lang: str) -> None:
    scraper = reader(make(reader_per_minute=1), SCRAPER)
    mark = token(scraper)
    ask(scraper, mark)
    response = ask(scraper, mark, lang=lang)
    assert response.status_code == 429
    wait = int(response.headers["Retry-After"])
    assert 1 <= wait <= 61
    assert text("limits.SAID", lang, {"seconds": wait}) in response.text
    assert POLICY in response.text
    assert "阳光花园" not in response.text
    assert response.headers["Cache-Control"] == "no-store"


def test_a_program_waits_and_is_told_how_long(make: Make) -> None:
    app = make(api_per_minute=3)
    scraper = reader(app, SCRAPER)
    assert [by_program(scraper).status_code for _ in range(4)] == [200, 200, 200, 429]
    response = by_program(scraper)
    assert response.get_json()["code"] == "too_many"
    assert 1 <= int(response.headers["Retry-After"]) <= 61
    # all ways of asking are one to a program, and none to the page or to others
    assert by_program(scraper, "blocks").status_code == 429
    assert ask(scraper, token(scraper)).status_code == 200
    assert by_program(reader(app, FAMILY)).status_code == 200


def test_the_longer_window_holds_too(make: Make) -> None:
    scraper = reader(make(api_per_minute=5, api_per_hour=2), SCRAPER)
    answers = [by_program(scraper) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 3000


def test_names_have_a_limit_of_their_own(make: Make) -> None:
    client = reader(make(reader_per_minute=1), SCRAPER)
    headers = {"X-CSRFToken": token(client)}

    def typed() -> int:
        answer = client.post("/lookup/suggest", json={"text": "y"}, headers=headers)
        return answer.status_code

    assert [typed() for _ in range(9)] == [200] * 8 + [429]
    assert ask(client, headers["X-CSRFToken"]).status_code == 200


def test_a_slip_compared_with_an_address_is_a_question_and_a_slip_that_is_opened_is_none(
    make: Make,
) -> None:
    app = make(reader_per_minute=2)
    client = reader(app, SCRAPER)
    data = {"csrf_token": token(client), "code": "x" * 30, "address": "阳光花园"}
    statuses = [client.post("/slip/verify", data=data).status_code for _ in range(4)]
    assert statuses == [200, 200, 429, 429]
    assert ask(client, data["csrf_token"]).status_code == 429
    assert [client.get("/slip/verify?s=x").status_code for _ in range(4)] == [200] * 4


def test_open_data_have_a_limit_and_say_so_to_every_site(make: Make) -> None:
    client = reader(make(data_per_minute=2), SCRAPER)
    answers = [client.get("/api/v1/versions") for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[-1].headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/api/v1/openapi.json").status_code == 200


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_pages_of_maps_zones_and_schools_share_a_limit(make: Make, lang: str) -> None:
    app = make(pages_per_minute=5)
    scraper = reader(app, SCRAPER)
    pages = ("/", "/zones", "/zones/primary", "/schools/A", "/embed/zones/primary")
    assert [scraper.get(page).status_code for page in pages] == [200] * len(pages)
    for page in (*pages, "/zones/primary/changes", "/schools/B"):
        response = scraper.get(f"{page}?lang={lang}")
        assert response.status_code == 429
        assert text("limits.TITLE", lang) in response.text
        assert 1 <= int(response.headers["Retry-After"]) <= 61
    # the question of a parent is not counted with them, nor is another network
    assert ask(scraper, token(scraper)).status_code == 200
    assert reader(app, FAMILY).get("/zones").status_code == 200


def test_a_header_that_anybody_can_write_is_not_believed(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    app = make(api_per_minute=2)
    scraper = reader(app, SCRAPER)
    statuses = [
        by_program(scraper, **{"X-Forwarded-For": f"10.0.0.{number}"}).status_code
        for number in range(4)
    ]
    assert statuses == [200, 200, 429, 429]
    assert caplog.text == ""


def test_a_proxy_that_was_forgotten_is_told_of_once(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    near = reader(make(api_per_minute=9), "127.0.0.1")
    by_program(near)
    assert caplog.text == ""
    for _ in range(3):
        by_program(near, **{"X-Forwarded-For": FAMILY})
    assert caplog.messages == [text("limits.PROXY_UNKNOWN", "zh-CN")]


def test_behind_a_known_proxy_each_network_counts_for_itself(make: Make) -> None:
    app = make(api_per_minute=2, trusted_proxies=1)
    proxy = reader(app, "127.0.0.1")
    # what a reader wrote into the header stands before what the proxy added
    for forged in range(4):
        answer = by_program(proxy, **{"X-Forwarded-For": f"10.0.0.{forged}, {SCRAPER}"})
        assert answer.status_code == (200 if forged < 2 else 429)
    assert by_program(proxy, **{"X-Forwarded-For": FAMILY}).status_code == 200
    # what is no address is one reader, too
    odd = [by_program(proxy, **{"X-Forwarded-For": "unknown, <b>"}) for _ in range(3)]
    assert [one.status_code for one in odd] == [200, 200, 429]


def test_all_addresses_of_a_household_are_one(make: Make) -> None:
    app = make(api_per_minute=2)
    own = ["2001:db8:1:2::5", "2001:db8:1:2:ffff::6", "2001:db8:1:2::7"]
    assert [by_program(reader(app, one)).status_code for one in own] == [200, 200, 429]
    assert by_program(reader(app, "2001:db8:1:3::5")).status_code == 200
    assert by_program(reader(app, "::ffff:1.2.3.4")).status_code == 200


def test_no_network_address_is_logged(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    scraper = reader(make(api_per_minute=1), SCRAPER)
    assert [by_program(scraper).status_code for _ in range(3)] == [200, 429, 429]
    assert "exceeded" in caplog.text
    assert SCRAPER not in caplog.text


def test_whatever_holds_something_to_scrape_is_limited(make: Make) -> None:
    app = make()
    unlimited = {rule.endpoint for rule in app.url_map.iter_rules() if not kind_of(rule.endpoint)}
    # files that browsers keep, the document of the API, and what asks for an account
    files = {"public.asset", "public.health", "ground.tiles", "api_about.openapi", "api_about.page"}
    bureau = ("bureau.", "papers.", "gathering.")
    assert {name for name in unlimited if not name.startswith(bureau)} == files
