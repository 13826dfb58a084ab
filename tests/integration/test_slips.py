"""The slip: what was answered, signed; anyone can verify it, and nothing of it is kept."""

from __future__ import annotations

import base64
import html
import json
import re
import zlib
from dataclasses import replace
from shutil import copytree
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from lookup_town import ASKED, POLICY

from webmap.app import create_app
from webmap.config import Config
from webmap.services.slips import Slips
from zoning.lookup.answers import School
from zoning.messages import text as message

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

pytestmark = pytest.mark.integration
PLACE = "月亮湾（城关镇文三社区文三路12号）"
# signed with a key of forty k by the program as it was before a slip was compared by a look-up
ISSUED_BEFORE = (
    ".eJw9il0KgzAQhO-yzwlsEkn00XOEIJs_Fdqm6JO3aS_Xc3RFEGZgvpnx0F5l2tPS2gMEvLf1SdsBwns"
    "Ymcff5wshCI3a3as8SVJMfLg0s7m0EgeJioHHXOq8cDSYkdBRUjkqE7HPtSbrCK3prC4dhD84-yU5.CG"
    "oe7CvuL8Y1YDkFxIWP1srtb1lvlqrfXkco-8V2zaQ"
)


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


def slip_of(client: FlaskClient, text: str) -> TestResponse:
    data = {"csrf_token": token(client), "stage": "primary", "address": text}
    return client.post("/slip?lang=zh-CN", data=data)


def code_of(page: str) -> str:
    found = re.search(r"<p><code>([A-Za-z0-9_.-]+)</code></p>", page)
    assert found is not None
    return found[1]


def verify(client: FlaskClient, code: str, *, address: str = "") -> str:
    data = {"csrf_token": token(client), "code": code, "address": address}
    response = client.post("/slip/verify?lang=zh-CN", data=data)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    return response.text


def test_a_slip_says_what_the_answer_said(client: FlaskClient) -> None:
    response = slip_of(client, "月亮湾")
    page = response.text
    assert response.status_code == 200
    for words in ("A校", PLACE, "primary-2027-", "2027 学年", POLICY, "<svg"):
        assert words in page
    assert response.headers["Cache-Control"] == "no-store"


def test_it_verifies_by_its_letters_by_its_link_and_from_paper(client: FlaskClient) -> None:
    code = code_of(slip_of(client, "月亮湾").text)
    link = f"http://localhost/slip/verify?s={code}"
    on_paper = " ".join(code[at : at + 8] for at in range(0, len(code), 8))
    for sent in (code, link, on_paper):
        page = verify(client, sent)
        assert 'data-verified="yes"' in page
        assert "A校" in page
    scanned = client.get(f"/slip/verify?s={code}").text
    assert 'data-verified="yes"' in scanned


def test_the_code_holds_no_address(client: FlaskClient) -> None:
    code = code_of(slip_of(client, "月亮湾").text)
    payload, _, _ = code.rpartition(".")
    body = payload.removeprefix(".")
    raw = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    said = (zlib.decompress(raw) if payload.startswith(".") else raw).decode()
    assert "A校" in json.dumps(json.loads(said), ensure_ascii=False)
    for part in ("月亮湾", "文三", "D01"):
        assert part not in json.dumps(json.loads(said), ensure_ascii=False)


def test_the_picture_is_scaled_on_a_narrow_page_and_not_cut_off(client: FlaskClient) -> None:
    picture = re.search(r"<svg[^>]*>", slip_of(client, "月亮湾").text)
    assert picture is not None
    assert "viewBox=" in picture[0]
    assert not re.search(r"\s(width|height)=", picture[0])


def test_two_slips_of_one_address_cannot_be_told_to_be_of_one(client: FlaskClient) -> None:
    first, second = (code_of(slip_of(client, "月亮湾").text) for _ in range(2))
    assert first != second


def test_an_address_is_compared_as_it_is_written_on_the_slip(client: FlaskClient) -> None:
    code = code_of(slip_of(client, "月亮湾").text)
    assert 'data-fits="yes"' in verify(client, code, address=PLACE)
    assert 'data-fits="yes"' in verify(client, code, address="月亮灣 (城关镇文三社区 文三路１２号)")
    assert 'data-fits="no"' in verify(client, code, address=PLACE.replace("12", "13"))
    assert "data-fits" not in verify(client, code)


@pytest.mark.parametrize(
    "written", ["月亮湾", "文三路12号", "月亮湾小区", "城关镇 文三路12号月亮湾"]
)
def test_an_address_is_compared_as_a_look_up_reads_it(client: FlaskClient, written: str) -> None:
    code = code_of(slip_of(client, "月亮湾").text)
    assert 'data-fits="yes"' in verify(client, code, address=written)


@pytest.mark.parametrize(
    "written", ["阳光花园", "月亮湾3幢", "清泉山庄", "飞来峰度假村", "文三路13号"]
)
def test_another_address_cannot_be_confirmed(client: FlaskClient, written: str) -> None:
    code = code_of(slip_of(client, "月亮湾").text)
    assert 'data-fits="no"' in verify(client, code, address=written)


def test_a_slip_that_was_issued_before_still_verifies(client: FlaskClient) -> None:
    slips = Slips("k" * 40)
    found = slips.verify(ISSUED_BEFORE)
    assert found is not None
    assert found.schools == (School("A", "A校"),)
    assert slips.is_for(found, PLACE)


def test_a_changed_letter_is_noticed(client: FlaskClient) -> None:
    code = code_of(slip_of(client, "月亮湾").text)
    for at in range(0, len(code) - 1, 7):
        other = "A" if code[at] != "A" else "B"
        page = verify(client, code[:at] + other + code[at + 1 :])
        assert 'data-verified="no"' in page, at
        assert "A校" not in page


@pytest.mark.parametrize("sent", ["", "x", "." * 50, "a.b", "<script>", "é" * 40, "A" * 5000])
def test_what_is_no_code_is_refused(client: FlaskClient, sent: str) -> None:
    page = verify(client, sent)
    assert 'data-verified="yes"' not in page
    assert ('data-verified="no"' in page) == bool(sent)
    assert client.get(f"/slip/verify?s={quote(sent)}").status_code == 200


def test_another_servers_slip_is_refused(town: Path, client: FlaskClient) -> None:
    other = create_app(Config(study=town, secret="k" * 40)).test_client()
    code = code_of(slip_of(other, "月亮湾").text)
    assert 'data-verified="no"' in verify(client, code)


def test_a_session_cannot_be_passed_off_as_a_slip(client: FlaskClient) -> None:
    token(client)
    cookie = client.get_cookie("zoning")
    assert cookie is not None
    assert 'data-verified="no"' in verify(client, cookie.value)


@pytest.mark.parametrize("kind", ["no_school", "choose", "outside", "not_found"])
def test_there_is_no_slip_without_a_school(client: FlaskClient, kind: str) -> None:
    assert slip_of(client, ASKED[kind]).status_code == 422


@pytest.mark.parametrize("kind", ["one_school", "these_schools", "seats_exhausted"])
def test_every_answer_with_a_school_has_a_slip(client: FlaskClient, kind: str) -> None:
    assert 'data-verified="yes"' in verify(client, code_of(slip_of(client, ASKED[kind]).text))


def test_what_the_list_does_not_have_gets_no_slip(client: FlaskClient) -> None:
    assert slip_of(client, "阳光花园3幢").status_code == 422
    why = message("lookup.NO_SLIP", "zh-CN")
    for address, listed in (("阳光花园3幢", False), ("阳光花园", True)):
        data = {"csrf_token": token(client), "stage": "primary", "address": address}
        page = client.post("/lookup?lang=zh-CN", data=data).text
        assert ('action="/slip?lang=zh-CN"' in page) == listed
        assert (why in page) != listed


def test_the_link_of_the_picture_is_the_one_that_people_reach(town: Path, tmp_path: Path) -> None:
    study = copytree(town, tmp_path / "town")
    settings = study / "study.toml"
    words = settings.read_text("utf-8")
    settings.write_text(
        words.replace("[lookup]", '[lookup]\nsite = "https://xq.example.gov.cn"'), "utf-8"
    )
    page = slip_of_https(create_app(Config(study=study)).test_client())
    assert "https://xq.example.gov.cn/slip/verify" in page


def slip_of_https(client: FlaskClient) -> str:
    base = "https://10.0.0.1"
    found = re.search(
        r'name="csrf_token" value="([^"]+)"', client.get("/lookup", base_url=base).text
    )
    assert found is not None
    data = {"csrf_token": found[1], "stage": "primary", "address": "月亮湾"}
    return html.unescape(client.post("/slip", data=data, base_url=base).text)


def test_a_slip_of_an_earlier_plan_says_so(town: Path, client: FlaskClient) -> None:
    slips = client.application.extensions["zoning-slips"]
    now = slips.verify(code_of(slip_of(client, "月亮湾").text))
    page = verify(client, slips.sign(replace(now, plan_id="primary-2026-000000000000")))
    assert 'data-verified="yes"' in page
    assert "现在已经不是可查询的方案" in page


def test_a_look_up_of_today_says_nothing_to_a_slip_of_an_earlier_plan(client: FlaskClient) -> None:
    slips = client.application.extensions["zoning-slips"]
    now = slips.verify(code_of(slip_of(client, "月亮湾").text))
    before = slips.sign(replace(now, plan_id="primary-2026-000000000000"))
    for address, today, then in ((PLACE, "yes", "yes"), ("月亮湾", "yes", "no")):
        assert f'data-fits="{today}"' in verify(client, slips.sign(now), address=address)
        assert f'data-fits="{then}"' in verify(client, before, address=address)


def test_making_slips_leaves_nothing_in_the_study(town: Path, client: FlaskClient) -> None:
    before = {file: file.stat().st_mtime_ns for file in town.rglob("*") if file.is_file()}
    verify(client, code_of(slip_of(client, "月亮湾").text), address=PLACE)
    assert {file: file.stat().st_mtime_ns for file in town.rglob("*") if file.is_file()} == before
