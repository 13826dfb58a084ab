"""Look-ups of programs: the same answers as the page's, one form of faults, nothing kept."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from lookup_town import ASKED, POLICY

from webmap.api.canned import ADDRESSES
from webmap.app import create_app
from webmap.config import Config
from zoning.errors import MissingStepError
from zoning.lookup.answers import Kind
from zoning.lookup.desk import Desk
from zoning.messages import text

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

pytestmark = pytest.mark.integration
API = "/api/v1/lookup"
MARK = "查验路七三零一九号"


@pytest.fixture(scope="module")
def app(town: Path) -> Flask:
    return create_app(Config(study=town))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def ask(client: FlaskClient, way: str, lang: str = "zh-CN", /, **sent: object) -> TestResponse:
    body = {"stage": "primary", **sent}
    return client.post(f"{API}/{way}", json=body, headers={"Accept-Language": lang})


def told(response: TestResponse) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.get_json()["answer"]
    return answer


def details(response: TestResponse) -> list[tuple[str, str]]:
    return [(one["field"], one["code"]) for one in response.get_json()["details"]]


@pytest.mark.parametrize(("kind", "asked"), ASKED.items())
def test_every_kind_by_text(client: FlaskClient, kind: str, asked: str) -> None:
    answer = told(ask(client, "text", text=asked))
    assert answer["kind"] == kind
    about = answer["about"]
    assert about["policy_hotline"] == POLICY
    assert about["version"]["plan_id"].startswith("primary-2027-")
    assert about["version"]["draft"] is True
    assert about["geocoder"]


def test_an_answer_holds_what_the_page_says(client: FlaskClient) -> None:
    answer = told(ask(client, "text", text="月亮湾"))
    served = answer["served"]
    assert served["schools"] == [{"school_id": "A", "name": "A校"}]
    assert served["place"]["address_id"] == "D01"
    assert served["ways"][0]["low"] == pytest.approx(3.7, abs=0.5)
    assert served["seats"] == [{"school": served["schools"][0], "seats": 9, "full": False}]
    assert served["today"] == served["schools"]


def test_the_sentence_is_the_pages_in_the_language_asked_for(client: FlaskClient) -> None:
    for lang, key in (("zh-CN", "zh-CN"), ("en-GB,en;q=0.8", "en"), ("fr", "zh-CN")):
        response = ask(client, "text", lang, text="飞来峰度假村")
        assert response.get_json()["said"] == text("lookup.SAY_not_found", key)
        assert response.headers["Content-Language"] == key
        assert "Accept-Language" in response.headers["Vary"]


def test_a_stage_without_a_plan(client: FlaskClient) -> None:
    assert told(ask(client, "text", stage="junior_middle", text="阳光花园"))["kind"] == "no_plan"


def test_after_choose_comes_one_school(client: FlaskClient) -> None:
    places = told(ask(client, "text", text="清泉山庄"))["places"]
    chosen = [told(ask(client, "address", address_id=one["address_id"])) for one in places]
    assert [one["served"]["schools"][0]["name"] for one in chosen] == ["A校", "E校"]
    assert told(ask(client, "address", address_id="X99"))["kind"] == "not_found"


def test_blocks_around_a_device(client: FlaskClient) -> None:
    one = told(ask(client, "blocks", block_ids=["b00"]))
    assert one["kind"] == "one_school"
    assert one["served"]["place"]["text"] == "b00"
    two = told(ask(client, "blocks", block_ids=["b01", "b02"]))
    assert two["kind"] == "near_boundary"
    assert [school["name"] for school in two["schools"]] == ["A校", "B校"]
    assert told(ask(client, "blocks", block_ids=["nowhere"]))["kind"] == "outside"


def corner(client: FlaskClient, block: str) -> tuple[float, float, float, float]:
    """Return west, south, east and north of a block, degrees."""
    blocks = client.get("/lookup/blocks.json").get_json()["blocks"]
    (rings,) = [rings for name, rings in blocks if name == block]
    lon, lat = zip(*rings[0], strict=True)
    return min(lon), min(lat), max(lon), max(lat)


def test_a_point_is_answered_by_its_block_and_near_a_boundary_by_none(client: FlaskClient) -> None:
    west, south, east, north = corner(client, "b01")
    middle = (south + north) / 2
    inside = told(ask(client, "point", lon=(west + east) / 2, lat=middle))
    assert inside["kind"] == "one_school"
    assert inside["served"]["schools"][0]["name"] == "A校"
    # A metre from the zone of B, which is nearer than the 20 m of the study
    edge = told(ask(client, "point", lon=east - 0.00001, lat=middle))
    assert edge["kind"] == "near_boundary"
    assert [school["name"] for school in edge["schools"]] == ["A校", "B校"]


@pytest.mark.parametrize(("lon", "lat"), [(0, 0), (180, 90), (-180, -90), (121.5, 31)])
def test_a_point_elsewhere_is_outside(client: FlaskClient, lon: float, lat: float) -> None:
    assert told(ask(client, "point", lon=lon, lat=lat))["kind"] == "outside"


def test_all_faults_of_a_body_are_told_at_once(client: FlaskClient) -> None:
    response = client.post(f"{API}/point", json={"stage": "kindergarten", "lon": "x", "lat": 91})
    assert response.status_code == 422
    assert response.get_json()["code"] == "invalid"
    assert details(response) == [("stage", "choice"), ("lon", "number"), ("lat", "most")]
    english = client.post(f"{API}/text", json={"txet": "x"}, headers={"Accept-Language": "en"})
    assert [one["message"] for one in english.get_json()["details"]] == [
        "It is missing.",
        "It is missing.",
        "There is no such field; check its spelling.",
    ]
    assert details(english) == [("stage", "missing"), ("text", "missing"), ("txet", "unknown")]


def test_the_longest_id_of_the_list_can_be_chosen_as_a_whole(client: FlaskClient) -> None:
    assert told(ask(client, "address", address_id="x" * 80 + "**"))["kind"] == "not_found"


@pytest.mark.parametrize(
    ("way", "sent", "fault"),
    [
        ("text", {"text": ""}, ("text", "empty")),
        ("text", {"text": "长" * 121}, ("text", "long")),
        ("text", {"text": 5}, ("text", "text")),
        ("point", {"lon": True, "lat": 0}, ("lon", "number")),
        ("point", {"lon": 1, "lat": float("inf")}, ("lat", "number")),
        ("blocks", {"block_ids": []}, ("block_ids", "empty")),
        ("blocks", {"block_ids": ["b00"] * 9}, ("block_ids", "long")),
        ("blocks", {"block_ids": "b00"}, ("block_ids", "list")),
        ("blocks", {"block_ids": ["b00", 1]}, ("block_ids.1", "text")),
        ("address", {"address_id": "x" * 83}, ("address_id", "long")),
    ],
)
def test_each_fault_of_a_field(
    client: FlaskClient, way: str, sent: dict[str, object], fault: tuple[str, str]
) -> None:
    response = ask(client, way, **sent)
    assert response.status_code == 422
    assert details(response) == [fault]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 15_000, b'{"a":' * 3_000])
def test_what_is_no_json(client: FlaskClient, body: bytes) -> None:
    response = client.post(f"{API}/text", data=body, content_type="application/json")
    assert (response.status_code, response.get_json()["code"]) == (400, "not_json")


def test_half_a_letter_is_no_text(client: FlaskClient) -> None:
    body = b'{"stage": "primary", "text": "\\ud800"}'
    response = client.post(f"{API}/text", data=body, content_type="application/json")
    assert response.status_code == 422
    assert details(response) == [("text", "text")]


@pytest.mark.parametrize("body", [b"null", b"[]", b'"x"', b"5"])
def test_json_that_is_no_object(client: FlaskClient, body: bytes) -> None:
    response = client.post(f"{API}/text", data=body, content_type="application/json")
    assert (response.status_code, response.get_json()["code"]) == (422, "invalid")


def test_a_form_is_no_json(client: FlaskClient) -> None:
    # another site can send a form in a reader's name, and no JSON without being asked first
    response = client.post(f"{API}/text", data={"stage": "primary", "text": "阳光花园"})
    assert (response.status_code, response.get_json()["code"]) == (415, "unsupported_media_type")


def test_an_address_is_never_asked_for_in_a_url(client: FlaskClient) -> None:
    for way in ("text", "address", "point", "blocks"):
        response = client.get(f"{API}/{way}?text=x")
        assert response.status_code == 405
        assert set(response.headers["Allow"].split(", ")) == {"POST", "OPTIONS"}
        assert response.get_json()["code"] == "method_not_allowed"


def test_what_is_not_there(client: FlaskClient) -> None:
    for path in ("/api/v1/nothing", "/api/v1/lookup", "/api/v1/lookup/text/x"):
        response = client.post(path, json={})
        assert (response.status_code, response.get_json()["code"]) == (404, "not_found")
        assert response.headers["Cache-Control"] == "no-store"


def test_too_much(client: FlaskClient) -> None:
    response = ask(client, "text", text="a" * 1_000_000)
    assert (response.status_code, response.get_json()["code"]) == (413, "too_large")
    assert len(response.data) < 1000


def test_no_cookie_is_read_or_set_and_nobody_else_may_ask(client: FlaskClient) -> None:
    response = client.post(
        f"{API}/text",
        json={"stage": "primary", "text": "阳光花园"},
        headers={"Origin": "https://elsewhere.example", "Accept-Encoding": "br, gzip"},
    )
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers["Vary"]
    assert "Access-Control-Allow-Origin" not in response.headers
    # what was asked and what is told are in one answer: its length must not tell
    assert "Content-Encoding" not in response.headers
    assert response.headers["Cache-Control"] == "no-store"
    preflight = client.options(f"{API}/text", headers={"Origin": "https://elsewhere.example"})
    assert "Access-Control-Allow-Origin" not in preflight.headers


def test_closed_says_so_without_what_was_asked(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Desk, asked: str, about: object) -> None:
        raise MissingStepError("lookup.NOT_READY", steps=asked)

    monkeypatch.setattr(Desk, "ask", fail)
    response = ask(client, "text", text=MARK)
    assert (response.status_code, response.get_json()["code"]) == (503, "closed")
    assert int(response.headers["Retry-After"]) > 0
    assert "lookup.NOT_READY" in caplog.text
    assert MARK not in response.text + caplog.text


def test_a_fault_of_the_program_has_the_same_form(
    client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: Desk, asked: str, about: object) -> None:
        raise RuntimeError(asked)

    monkeypatch.setattr(Desk, "ask", fail)
    response = ask(client, "text", text=MARK)
    assert (response.status_code, response.get_json()["code"]) == (500, "internal")
    assert MARK not in response.text + caplog.text


def test_nothing_that_was_asked_is_logged(
    client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for sent in ({"text": MARK}, {"text": MARK * 20}, {MARK: MARK}):
        response = ask(client, "text", **sent)
        assert MARK not in str(response.headers)
        assert MARK not in response.text
    assert MARK not in caplog.text


@pytest.mark.parametrize(("asked", "kind"), ADDRESSES.items())
def test_the_sandbox_has_every_kind(client: FlaskClient, asked: str, kind: Kind) -> None:
    body = {"stage": "junior_middle", "text": asked}
    response = client.post("/api/v1/sandbox/lookup", json=body)
    answer = told(response)
    assert answer["kind"] == kind
    assert answer["about"]["stage"] == "junior_middle"
    assert response.headers["Cache-Control"] == "no-store"


def test_the_sandbox_leaves_no_kind_out(client: FlaskClient) -> None:
    assert set(ADDRESSES.values()) == set(Kind)
    body = {"stage": "primary", "text": "别的地方"}
    assert told(client.post("/api/v1/sandbox/lookup", json=body))["kind"] == "not_found"


@pytest.mark.parametrize(
    ("status", "code"), [(429, "too_many"), (500, "internal"), (503, "closed")]
)
def test_the_sandbox_has_faults(client: FlaskClient, status: int, code: str) -> None:
    body = {"stage": "primary", "text": str(status)}
    response = client.post("/api/v1/sandbox/lookup", json=body)
    assert (response.status_code, response.get_json()["code"]) == (status, code)
    assert ("Retry-After" in response.headers) == (status != 500)
