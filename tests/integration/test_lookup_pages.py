"""The pages of the look-up: every kind in both languages, and no address anywhere else."""

from __future__ import annotations

import html
import logging
import re
from typing import TYPE_CHECKING

import pytest
from lookup_town import ASKED, POLICY, REPORT

from webmap.app import create_app
from webmap.assets import refuse_outside_urls
from webmap.config import Config
from zoning.errors import MissingStepError
from zoning.lookup.desk import Desk
from zoning.messages import text

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

pytestmark = pytest.mark.integration
LANGUAGES = ("zh-CN", "en")
PROMISES = re.compile("保证|一定能|肯定能|必定|确保|承诺|(?i:guarant|assur|promis|certainly)")
MARK = "查验路七三零一九号"


@pytest.fixture(scope="module")
def app(town: Path) -> Flask:
    return create_app(Config(study=town))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/lookup").text)
    assert found is not None
    return found[1]


def ask(client: FlaskClient, text: str, *, lang: str = "zh-CN", **more: str) -> TestResponse:
    data = {"csrf_token": token(client), "stage": "primary", "address": text, **more}
    return client.post(f"/lookup?lang={lang}", data=data)


def test_the_form_asks_for_an_address_and_nothing_else(client: FlaskClient) -> None:
    page = client.get("/lookup?lang=zh-CN").text
    fields = re.findall(r'<(?:input|textarea|select)[^>]*name="([^"]+)"', page)
    assert fields == ["csrf_token", "stage", "stage", "address", "blocks"]
    assert 'autocomplete="off"' in page
    assert POLICY in page
    refuse_outside_urls(page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_page_asks_for_an_address_before_all_else(client: FlaskClient, lang: str) -> None:
    response = client.get(f"/?lang={lang}", headers={"Accept-Encoding": "gzip"})
    # a page with the token of a form is neither kept nor compressed
    assert response.headers["Cache-Control"] == "no-store"
    assert "Content-Encoding" not in response.headers
    page = response.text
    main = page.partition("<main")[2]
    own = re.search(r'<form class="card ask-form".*?</form>', main, re.DOTALL)
    assert own is not None
    # the form of the look-up itself, but for its token
    other = client.get(f"/lookup?lang={lang}").text
    assert re.sub(r'value="[^"]{60,}"', "", own[0]) in re.sub(r'value="[^"]{60,}"', "", other)
    places = [main.index(mark) for mark in ("<form", 'href="/zones', 'href="/notices', "<article")]
    assert places == sorted(places)
    assert main.index("<table") > main.index('<details class="figures"')
    (sent,) = re.findall(r'name="csrf_token" value="([^"]+)"', own[0])
    data = {"csrf_token": sent, "stage": "primary", "address": "月亮湾"}
    (action,) = re.findall(r'action="([^"]+)"', own[0])
    assert "A校" in client.post(action, data=data).text
    refuse_outside_urls(page)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("kind", "asked"), ASKED.items())
def test_every_kind_has_a_page_and_words_of_its_own(
    client: FlaskClient, kind: str, asked: str, lang: str
) -> None:
    response = ask(client, asked, lang=lang)
    assert response.status_code == 200
    page = html.unescape(response.text)
    assert f'data-kind="{kind}"' in page
    assert f'<html lang="{lang}">' in page
    schools = {"one_school": "A校", "seats_exhausted": "B校", "near_boundary": "A校"}
    own = {
        name: text(f"lookup.SAY_{name}", lang, {"schools": schools.get(name, "")}) for name in ASKED
    }
    own["near_boundary"] = text("lookup.SAY_near_listed", lang, {"schools": "A校"})
    own["outside"] = text("lookup.SAY_outside_county", lang, {"county": "海淀区"})
    assert [name for name, words in own.items() if words in page] == [kind]
    assert POLICY in page
    assert REPORT in page
    assert "primary-2027-" in page
    assert not PROMISES.search(page)
    refuse_outside_urls(page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_stage_without_a_plan(client: FlaskClient, lang: str) -> None:
    page = ask(client, "阳光花园", lang=lang, stage="junior_middle").text
    assert 'data-kind="no_plan"' in page
    assert text("lookup.SAY_no_plan", lang) in page
    assert POLICY in page


def test_a_building_at_a_boundary_is_left_to_a_call(client: FlaskClient) -> None:
    page = ask(client, "边界花园3幢").text
    assert text("lookup.SAY_near_boundary", "zh-CN") in page
    assert "以名单为准" not in page
    assert 'class="school"' not in page
    assert "B校" in page


def test_the_schools_name_is_the_first_heading_of_the_answer(client: FlaskClient) -> None:
    page = ask(client, "月亮湾").text
    headings = re.findall(r"<h2[^>]*>([^<]+)</h2>", page)
    assert headings[0] == "A校"
    assert "步行约 4 分钟" in page
    assert "9 个学位" in page
    assert "现行学区：A校" in page


def test_the_road_to_boarding_schools_stands_on_the_page_and_their_places_on_their_own(
    client: FlaskClient,
) -> None:
    page = ask(client, "牧场新村").text
    assert "E校：0.2 千米；每年寄宿名额 40 个" in page
    assert "A校：1.8 千米；每年寄宿名额 20 个" in page
    assert text("boarding.TITLE", "zh-CN") not in ask(client, "东方名城").text
    assert "每年寄宿名额：40 个" in client.get("/schools/E?lang=zh-CN").text
    assert "寄宿" not in client.get("/schools/C?lang=zh-CN").text


def test_choosing_is_a_post_and_leads_to_one_school(client: FlaskClient) -> None:
    page = ask(client, "清泉山庄").text
    choices = re.findall(r'<button name="choice" value="([^"]+)">([^<]+)</button>', page)
    assert [words for _, words in choices] == [
        "清泉山庄（城关镇文三社区文三路6号）",
        "清泉山庄（城关镇文三社区文三路86号）",
    ]
    chosen = ask(client, "", choice=choices[1][0])
    assert 'data-kind="one_school"' in chosen.text
    assert "E校" in chosen.text


def test_the_longest_id_of_the_list_can_be_chosen_as_a_whole(client: FlaskClient) -> None:
    def chosen(sent: str) -> str:
        page = ask(client, ASKED["one_school"], choice=sent).text
        found = re.search('data-kind="([^"]+)"', page)
        assert found is not None
        return found[1]

    assert chosen("x" * 80 + "**") == "not_found"
    # what is no id at all is left out, and the address is asked
    assert chosen("x" * 83) == "one_school"


def test_a_position_is_answered_by_its_block(client: FlaskClient) -> None:
    page = ask(client, "", blocks="b00").text
    assert 'data-kind="one_school"' in page
    assert "按地图上的位置（b00一带）回答" in page


@pytest.mark.parametrize(
    ("asked", "said"), [("", "请先写下住址"), (" \u200b\x00", "请先写下住址"), ("长" * 121, "120")]
)
def test_what_cannot_be_asked_is_told_beside_the_form(
    client: FlaskClient, asked: str, said: str
) -> None:
    response = ask(client, asked)
    assert response.status_code == 422
    assert said in response.text
    assert 'role="alert"' in response.text


def test_an_unknown_stage_is_the_first_of_the_study(client: FlaskClient) -> None:
    assert 'data-kind="one_school"' in ask(client, "阳光花园", stage="x").text


def test_without_its_token_nothing_is_answered(client: FlaskClient) -> None:
    token(client)
    for data in ({"address": MARK}, {"address": MARK, "csrf_token": "x"}):
        response = client.post("/lookup", data=data)
        assert response.status_code == 400
        assert "Cookie" in response.text
        assert MARK not in response.text


def test_the_token_of_one_reader_is_of_no_use_to_another(app: Flask) -> None:
    data = {"csrf_token": token(app.test_client()), "address": "阳光花园"}
    other = app.test_client()
    token(other)
    assert other.post("/lookup", data=data).status_code == 400


def test_behind_https_a_reader_without_a_referrer_is_answered(client: FlaskClient) -> None:
    page = client.get("/lookup", base_url="https://zoning.example").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found is not None
    data = {"csrf_token": found[1], "address": "阳光花园"}
    answer = client.post("/lookup", data=data, base_url="https://zoning.example")
    assert answer.status_code == 200


@pytest.mark.parametrize("kind", ["one_school", "not_found"])
def test_nobody_keeps_a_page_or_hears_where_it_came_from(client: FlaskClient, kind: str) -> None:
    for response in (client.get("/lookup"), ask(client, ASKED[kind])):
        assert response.headers["Cache-Control"] == "no-store"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert "geolocation=(self)" in response.headers["Permissions-Policy"]


def test_an_address_is_in_no_link_title_header_cookie_or_log(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for asked in (MARK, f"阳光花园{MARK}"):
        response = ask(client, asked)
        page = response.text
        title = re.search("<title>(.*)</title>", page)
        assert title is not None
        links = "".join(re.findall(r'(?:href|src|action|formaction)="([^"]*)"', page))
        headers = str(response.headers)
        for place in (title[1], links, headers, caplog.text):
            assert MARK not in place
    cookie = client.get_cookie("zoning")
    assert cookie is not None
    assert MARK not in cookie.value


def test_a_fault_of_the_program_is_logged_without_what_was_asked(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Desk, text: str, about: object) -> None:
        raise RuntimeError(text)

    monkeypatch.setattr(Desk, "ask", fail)
    response = ask(app.test_client(), MARK)
    assert response.status_code == 500
    assert MARK not in response.text
    assert "RuntimeError on POST /lookup" in caplog.text
    assert "test_lookup_pages.py" in caplog.text
    assert MARK not in caplog.text


def test_a_plan_that_cannot_be_opened_closes_the_look_up_alone(
    app: Flask, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Desk, text: str, about: object) -> None:
        raise MissingStepError("lookup.NOT_READY", steps=text)

    monkeypatch.setattr(Desk, "ask", fail)
    client = app.test_client()
    response = ask(client, MARK)
    assert response.status_code == 503
    assert POLICY in response.text
    assert "lookup.NOT_READY" in caplog.text
    assert MARK not in response.text + caplog.text
    assert client.get("/").status_code == 200


def test_the_other_language_and_large_type_answer_the_same_question(client: FlaskClient) -> None:
    page = ask(client, "月亮湾").text
    form = re.search(r'<form method="post" class="page-switch">.*?</form>', page, re.DOTALL)
    assert form is not None
    data = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form[0]))
    large, english = re.findall(r'formaction="([^"]+)"', form[0])
    bigger = client.post(large.replace("&amp;", "&"), data=data)
    assert '<html lang="zh-CN" class="large">' in bigger.text
    assert "A校" in bigger.text
    other = client.post(english, data=data)
    # the cookie remembers the size, and nothing else
    assert '<html lang="en" class="large">' in other.text
    assert "A校" in other.text
    cookie = client.get_cookie("type")
    assert cookie is not None
    assert cookie.value == "large"
    assert 'class="large"' not in client.get("/lookup?type=normal").text
    assert 'class="large"' not in client.get("/lookup").text


def test_a_body_that_no_form_sends_is_not_read(client: FlaskClient) -> None:
    response = client.post(
        "/lookup", data={"csrf_token": token(client), "address": "a" * 1_000_000}
    )
    assert response.status_code == 413
    assert "aaaa" not in response.text


def suggest(client: FlaskClient, typed: object) -> TestResponse:
    headers = {"X-CSRFToken": token(client)}
    return client.post("/lookup/suggest", json={"text": typed}, headers=headers)


def test_names_are_suggested_by_post_and_never_kept(client: FlaskClient) -> None:
    response = suggest(client, "yangg")
    assert response.json == {"names": ["阳光花园"]}
    assert response.headers["Cache-Control"] == "no-store"
    assert client.get("/lookup/suggest?text=yangg").status_code == 405
    assert client.post("/lookup/suggest", json={"text": "yangg"}).status_code == 400


@pytest.mark.parametrize("typed", [None, 5, ["x"], "", "<script>", "\x00"])
def test_what_is_no_text_has_no_names(client: FlaskClient, typed: object) -> None:
    assert suggest(client, typed).json == {"names": []}


def test_the_outlines_of_the_blocks_are_kept_for_an_hour(client: FlaskClient) -> None:
    response = client.get("/lookup/blocks.json")
    assert response.json is not None
    assert sorted(block for block, _ in response.json["blocks"]) == [f"b0{at}" for at in range(10)]
    assert "max-age=3600" in response.headers["Cache-Control"]
    again = client.get("/lookup/blocks.json", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


def test_a_study_that_is_not_ready_says_so_before_anybody_writes(
    town: Path, tmp_path: Path
) -> None:
    (tmp_path / "study.toml").write_text((town / "study.toml").read_text("utf-8"), "utf-8")
    client = create_app(Config(study=tmp_path)).test_client()
    response = client.get("/lookup")
    assert response.status_code == 503
    assert POLICY in response.text
    first = client.get("/?lang=en")
    assert first.status_code == 200
    # without the form, but with a way to the page that says why
    assert "ask-form" not in first.text
    assert 'href="/lookup?lang=en"' in first.text
