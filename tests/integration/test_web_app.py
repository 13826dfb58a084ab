"""The server: pages in both languages, headers, and what it refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from tiny_plan import PLAN_ID, write_surroundings, write_tiny_plan

from webmap.app import create_app
from webmap.assets import refuse_outside_urls
from webmap.config import Config, config_from_environ
from zoning.errors import SettingsError

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

pytestmark = pytest.mark.integration
MAP = f"/plans/{PLAN_ID}"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    write_tiny_plan(folder)
    write_surroundings(folder)
    return folder


@pytest.fixture(scope="module")
def app(study: Path) -> Flask:
    return create_app(Config(study=study))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_the_list_tells_plans_and_metrics_in_words(client: FlaskClient) -> None:
    page = client.get("/?lang=zh-CN").text
    assert PLAN_ID in page
    assert f'href="{MAP}?lang=zh-CN"' in page
    assert "7.0 分钟" in page
    assert "少于 5" in page
    assert "school:sA" not in page


def test_the_map_page_holds_the_table_and_links_local_assets(client: FlaskClient) -> None:
    page = client.get(f"{MAP}?lang=zh-CN").text
    assert "红旗小学学区" in page
    assert "幸福小区" in page
    links = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)
    assert len(links) == 11
    for link in links:
        assert client.get(link).status_code == 200


@pytest.mark.parametrize("path", ["/", MAP, "/nothing", "/plans/unknown"])
@pytest.mark.parametrize(("language", "words"), [("zh-CN", "方案"), ("en", "lan")])
def test_every_page_in_both_languages(
    client: FlaskClient, path: str, language: str, words: str
) -> None:
    response = client.get(f"{path}?lang={language}")
    assert response.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in response.text
    assert words in response.text
    refuse_outside_urls(response.text)


def test_the_browser_decides_where_the_reader_did_not(client: FlaskClient) -> None:
    english = client.get("/", headers={"Accept-Language": "fr,en-GB;q=0.8"})
    chinese = client.get("/", headers={"Accept-Language": "zh-TW"})
    neither = client.get("/", headers={"Accept-Language": "fr"})
    said = [answer.headers["Content-Language"] for answer in (english, chinese, neither)]
    assert said == ["en", "zh-CN", "zh-CN"]
    # what nobody may keep needs no word on what it depends on; a map is kept for who asks alike
    drawn = client.get(MAP, headers={"Accept-Language": "en"})
    assert drawn.headers["Content-Language"] == "en"
    assert "Accept-Language" in drawn.headers["Vary"]


def test_the_servers_language_comes_before_the_browsers(study: Path) -> None:
    client = create_app(Config(study=study, language="en")).test_client()
    answer = client.get("/", headers={"Accept-Language": "zh-CN"})
    assert answer.headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    "path", ["/", MAP, "/healthz", "/nothing", "/assets/leaflet/leaflet.js", f"{MAP}/zones.geojson"]
)
def test_every_answer_is_guarded(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    assert "Set-Cookie" not in headers


def test_scripts_carry_the_mark_of_their_own_answer(client: FlaskClient) -> None:
    marks = []
    for _ in range(2):
        response = client.get(MAP)
        mark = re.search(
            r"script-src 'self' 'nonce-([^']+)'", response.headers["Content-Security-Policy"]
        )
        assert mark is not None
        inline = re.findall(r'<script nonce="([^"]*)"', response.text)
        assert inline
        assert set(inline) == {mark[1]}
        marks.append(mark[1])
    assert marks[0] != marks[1]


@pytest.mark.parametrize(
    "path",
    [
        "/plans/unknown",
        "/plans/unknown/zones.geojson",
        "/plans/..%2F..%2Fstudy",
        "/plans/%2e%2e",
        f"/plans/{PLAN_ID[:9]}",
        "/assets/leaflet/../../../etc/passwd",
        "/assets/..%2f..%2fapp.py",
        "/assets/webmap/../../app.py",
        "/assets/leaflet/leaflet.js.map",
        "/study.toml",
        "/nothing",
    ],
)
def test_what_is_not_there_is_said_to_be_missing(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert "root:" not in response.text
    assert "Traceback" not in response.text


def test_an_id_from_a_url_is_shown_as_text(client: FlaskClient) -> None:
    page = client.get("/plans/<b>x").text
    assert "<b>x" not in page


def test_posting_is_refused(client: FlaskClient) -> None:
    assert client.post("/").status_code == 405


def test_assets_are_kept_by_the_browser(client: FlaskClient) -> None:
    first = client.get("/assets/leaflet/leaflet.css")
    again = client.get(
        "/assets/leaflet/leaflet.css", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert "max-age" in first.headers["Cache-Control"]
    assert (again.status_code, again.data) == (304, b"")


def test_zones_for_other_programs(client: FlaskClient) -> None:
    response = client.get(f"{MAP}/zones.geojson")
    assert response.mimetype == "application/geo+json"
    document = response.get_json(force=True)
    assert [one["id"] for one in document["features"]] == ["zA", "zB", "zC", "zN"]
    assert document["features"][3]["properties"]["children_2027"] is None
    again = client.get(f"{MAP}/zones.geojson", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_health(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok\n"


def test_a_damaged_plan_is_an_error_page_and_not_the_end(tmp_path: Path) -> None:
    path = write_tiny_plan(tmp_path)
    client = create_app(Config(study=tmp_path)).test_client()
    path.write_bytes(b"broken")
    response = client.get(MAP)
    assert response.status_code == 503
    assert path.name in response.text
    assert path.name in client.get("/").text
    assert client.get("/healthz").status_code == 200


def test_a_plan_drawn_later_is_shown(tmp_path: Path) -> None:
    (write_tiny_plan(tmp_path)).rename(tmp_path / "kept.gpkg")
    client = create_app(Config(study=tmp_path)).test_client()
    assert client.get(MAP).status_code == 404
    (tmp_path / "kept.gpkg").rename(tmp_path / "plans" / f"{PLAN_ID}.gpkg")
    assert client.get(MAP).status_code == 200


def test_settings_are_refused_before_the_first_request(tmp_path: Path, study: Path) -> None:
    with pytest.raises(SettingsError):
        Config(study=tmp_path)
    with pytest.raises(SettingsError) as caught:
        Config(study=study, language="xx")
    assert caught.value.params["known"]
    with pytest.raises(SettingsError):
        config_from_environ({})
    assert config_from_environ({"ZONING_STUDY": str(study), "ZONING_WEB_LANG": "en"}) == Config(
        study, "en"
    )
    url = "postgresql://bureau:secret@host/zoning"
    config = config_from_environ({"ZONING_STUDY": str(study), "DATABASE_URL": url})
    assert config.database_url == url
    assert "secret" not in repr(config)
