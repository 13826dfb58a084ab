"""Open data: versions, zones and schools, as answers and files; kept, compressed, and for all."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import shutil
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import brotli
import pyogrio
import pytest
import shapely
from published import NOW, Publisher, study_with_two_plans
from tiny_plan import write_tiny_plan

from webmap.api.exports import zone_file, zones_of
from webmap.app import create_app
from webmap.assets import refuse_outside_urls
from webmap.config import Config
from webmap.services.plans import load_plan

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

pytestmark = pytest.mark.integration
FILES = [
    f"{name}.{suffix}" for name in ("zones", "schools") for suffix in ("geojson", "csv", "gpkg")
]
LISTS = ["versions", "zones", "schools"]
TODAY = datetime(2027, 10, 1, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A study with a version from 2027 and one from 2028, and the ids of their plans."""
    folder = tmp_path_factory.mktemp("data") / "方格县"
    first, second, _ = study_with_two_plans(folder)
    officer = Publisher(folder, f"sqlite:///{folder / 'zoning.sqlite'}")
    officer.commit(officer.draft(first))
    officer.commit(officer.draft(second, begins=date(2028, 9, 1)))
    officer.database.close()
    return folder, first, second


@pytest.fixture(scope="module")
def client(published: tuple[Path, str, str]) -> FlaskClient:
    return create_app(Config(study=published[0]), clock=lambda: TODAY).test_client()


def get(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    return client.get(f"/api/v1/{path}", headers=headers)


def read(client: FlaskClient, path: str) -> dict[str, Any]:
    response = get(client, path)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.get_json()
    return found


def test_versions_with_their_terms(client: FlaskClient, published: tuple[Path, str, str]) -> None:
    _, first, second = published
    versions = read(client, "versions")["versions"]
    assert [
        (one["version_id"], one["plan_id"], one["effective_from"], one["ends_before"])
        for one in versions
    ] == [
        ("primary-1", first, "2027-09-01", "2028-09-01"),
        ("primary-2", second, "2028-09-01", None),
    ]
    assert versions[0]["decision"] == "〔2027〕12号"
    assert versions[1]["supersedes"] == "primary-1"
    assert versions[0]["published_on"] == NOW.date().isoformat()
    assert read(client, "versions/primary-2") == versions[1]
    assert read(client, "versions?stage=junior_middle") == {"versions": []}


@pytest.mark.parametrize(
    ("on", "version"), [("", "primary-1"), ("2028-08-31", "primary-1"), ("2028-09-01", "primary-2")]
)
def test_the_version_in_force_on_a_date(client: FlaskClient, on: str, version: str) -> None:
    asked = f"versions/in-force?stage=primary{'&on=' + on if on else ''}"
    assert read(client, asked)["version_id"] == version


def test_nothing_was_in_force_before_the_first(client: FlaskClient) -> None:
    for path in ("versions/in-force?stage=primary&on=2027-08-31", "zones?on=2027-08-31"):
        response = get(client, path, **{"Accept-Language": "en"})
        assert (response.status_code, response.get_json()["code"]) == (404, "not_found")
        assert "2027-08-31" in response.get_json()["message"]


@pytest.mark.parametrize(
    "path", ["versions/primary-3", "zones?version=%3Cb%3E", "schools.csv?version=x"]
)
def test_a_version_that_is_not_there(client: FlaskClient, path: str) -> None:
    response = get(client, path)
    assert (response.status_code, response.get_json()["code"]) == (404, "not_found")
    assert "<b>" not in response.text


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("on=yesterday", "on", "date"),
        ("on=2027-02-30", "on", "date"),
        ("stage=x", "stage", "choice"),
        ("versoin=primary-1", "versoin", "unknown"),
    ],
)
def test_a_wrong_question_is_not_answered_as_another(
    client: FlaskClient, query: str, field: str, code: str
) -> None:
    response = get(client, f"zones?{query}")
    assert response.status_code == 422
    (fault,) = response.get_json()["details"]
    assert (fault["field"], fault["code"]) == (field, code)


def test_zones_of_today_of_a_date_and_of_a_version(
    client: FlaskClient, published: tuple[Path, str, str]
) -> None:
    _, first, second = published
    assert read(client, "zones")["plan"]["plan_id"] == first
    assert read(client, "zones?on=2029-01-01")["plan"]["plan_id"] == second
    of_version = read(client, "zones?version=primary-2&on=2027-10-01")
    assert of_version["plan"]["plan_id"] == second
    zones = of_version["zones"]
    assert [zone["zone_id"] for zone in zones] == ["A", "B"]
    assert zones[0]["schools"] == [{"school_id": "A", "name": "A校"}]
    assert {one["seats"] for one in zones[0]["intakes"]} == {12}


def test_schools_have_a_place_and_a_zone(client: FlaskClient) -> None:
    schools = read(client, "schools")["schools"]
    assert [(one["school_id"], one["zone_id"]) for one in schools] == [("A", "A"), ("B", "B")]
    shapes = read(client, "zones.geojson")["features"]
    for school, zone in zip(schools, shapes, strict=True):
        ground = shapely.geometry.shape(zone["geometry"])
        assert ground.contains(shapely.Point(school["lon"], school["lat"]))


def test_the_files_hold_the_same_zones(client: FlaskClient, tmp_path: Path) -> None:
    listed = read(client, "zones")["zones"]
    file = tmp_path / "zones.gpkg"
    file.write_bytes(get(client, "zones.gpkg").data)
    layer = pyogrio.read_dataframe(file, layer="zones")
    sent = get(client, "zones.csv").data
    assert sent.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(sent.decode("utf-8-sig"))))
    features = read(client, "zones.geojson")["features"]
    for zone, row, feature, (_, drawn) in zip(
        listed, rows, features, layer.iterrows(), strict=True
    ):
        assert {row["zone_id"], feature["id"], drawn["zone_id"]} == {zone["zone_id"]}
        names = ";".join(one["name"] for one in zone["schools"])
        assert (row["school_names"], drawn["school_names"]) == (names, names)
        for one in zone["intakes"]:
            counted = {row[f"children_{one['year']}"], str(drawn[f"children_{one['year']}"])}
            assert counted == {str(one["children"])}
    assert layer.crs.is_projected
    assert layer.is_valid.all()


def test_the_same_plan_is_the_same_bytes(published: tuple[Path, str, str]) -> None:
    made = [create_app(Config(study=published[0]), clock=lambda: TODAY) for _ in range(2)]
    for path in FILES:
        one, other = (get(app.test_client(), path) for app in made)
        assert one.data == other.data
        assert one.headers["ETag"] == other.headers["ETag"]


@pytest.mark.parametrize("path", [*LISTS, *FILES, "versions/primary-1", "openapi.json"])
def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, path: str) -> None:
    first = get(client, path)
    assert "max-age=" in first.headers["Cache-Control"]
    again = get(client, path, **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert get(client, path, **{"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("br, gzip", "br"),
        ("gzip", "gzip"),
        ("gzip;q=1, br;q=0.5", "gzip"),
        ("identity", None),
        ("", None),
        ("zstd", None),
    ],
)
def test_answers_are_compressed_as_a_reader_accepts(
    client: FlaskClient, accepted: str, chosen: str | None
) -> None:
    plain = get(client, "zones.geojson").data
    response = get(client, "zones.geojson", **{"Accept-Encoding": accepted})
    assert response.headers.get("Content-Encoding") == chosen
    assert "Accept-Encoding" in response.headers["Vary"]
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[chosen]
    assert unpack(response.data) == plain
    # each form has a digest of its own, which is known again
    kept = {"If-None-Match": response.headers["ETag"], "Accept-Encoding": accepted}
    assert get(client, "zones.geojson", **kept).status_code == 304


def test_maps_and_assets_are_compressed_and_forms_are_not(client: FlaskClient) -> None:
    accepted = {"Accept-Encoding": "br"}
    plan = re.search(r'href="(/plans/[^"?]+)', client.get("/").text)
    assert plan is not None
    for path in ("/zones", plan[1], "/assets/leaflet/leaflet.js", "/api/v1/"):
        assert client.get(path, headers=accepted).headers["Content-Encoding"] == "br", path
    form = client.get("/lookup", headers=accepted)
    assert "csrf_token" in form.text
    for response in (
        form, client.get("/", headers=accepted), client.get("/slip/verify?s=x", headers=accepted),
    ):  # fmt: skip
        assert "Content-Encoding" not in response.headers


@pytest.mark.parametrize("path", [*LISTS, *FILES, "openapi.json"])
def test_any_site_may_read_open_data(client: FlaskClient, path: str) -> None:
    response = get(client, path, Origin="https://elsewhere.example")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" in response.headers["Access-Control-Expose-Headers"]
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "Set-Cookie" not in response.headers


def test_a_page_may_ask_whether_data_have_changed(client: FlaskClient) -> None:
    asked = {
        "Origin": "https://elsewhere.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match",
    }
    response = client.options("/api/v1/zones", headers=asked)
    assert response.status_code == 200
    assert "GET" in response.headers["Access-Control-Allow-Methods"]
    assert "If-None-Match" in response.headers["Access-Control-Allow-Headers"]


def test_faults_of_open_data_can_be_read_by_any_site_too(client: FlaskClient) -> None:
    for path in ("zones?on=x", "versions/none"):
        response = get(client, path)
        assert response.status_code in {404, 422}
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert response.headers["Cache-Control"] == "no-store"


def test_pages_are_read_by_no_other_site(client: FlaskClient) -> None:
    for path in ("/", "/lookup", "/plans/x", "/lookup/blocks.json"):
        response = client.get(path, headers={"Origin": "https://elsewhere.example"})
        assert "Access-Control-Allow-Origin" not in response.headers


def test_data_are_fetched_and_never_sent(client: FlaskClient) -> None:
    response = client.post("/api/v1/zones", json={})
    assert (response.status_code, response.get_json()["code"]) == (405, "method_not_allowed")


def test_a_name_that_looks_like_a_formula_stays_a_name_and_few_children_are_withheld(
    tmp_path: Path,
) -> None:
    write_tiny_plan(tmp_path)
    (file,) = (tmp_path / "plans").glob("*.gpkg")
    plan = load_plan(file)
    plan.zones["name"] = ["=1+1", "@x", *plan.zones["name"].iloc[2:]]
    plan.zones["children_2027"] = [3, 0, *plan.zones["children_2027"].iloc[2:]]
    rows = list(csv.DictReader(io.StringIO(zone_file(plan, "csv").decode("utf-8-sig"))))
    assert [row["name"] for row in rows[:2]] == ["'=1+1", "'@x"]
    assert [row["children_2027"] for row in rows[:2]] == ["", "0"]
    first = zones_of(plan)[0].intakes[0]
    assert (first.children, first.withheld) == (None, True)
    assert json.loads(zone_file(plan, "geojson"))["features"][0]["properties"]["name"] == "=1+1"


def test_before_anything_was_published_the_draft_says_that_it_is_one(town: Path) -> None:
    client = create_app(Config(study=town)).test_client()
    assert read(client, "versions") == {"versions": []}
    plan = read(client, "zones")["plan"]
    assert plan["draft"] is True
    assert plan["version_id"] == ""
    assert get(client, "zones?stage=junior_middle").status_code == 404


def test_a_plan_that_was_changed_is_not_handed_out(
    published: tuple[Path, str, str], tmp_path: Path
) -> None:
    folder = shutil.copytree(published[0], tmp_path / "方格县")
    for file in (folder / "published" / "plans").glob("*.gpkg"):
        file.chmod(0o644)
        file.write_bytes(file.read_bytes()[:-1] + b"x")
    client = create_app(Config(study=folder), clock=lambda: TODAY).test_client()
    for path in ("zones", "zones?version=primary-1"):
        response = get(client, path)
        assert (response.status_code, response.get_json()["code"]) == (503, "closed")
        assert str(folder) not in response.text


def test_the_page_of_the_api_asks_no_other_machine(client: FlaskClient) -> None:
    for lang, word in (("zh-CN", "沙箱"), ("en", "sandbox")):
        page = client.get(f"/api/v1/?lang={lang}").text
        refuse_outside_urls(page)
        assert f'<html lang="{lang}">' in page
        assert word in page
        for path in json.loads(get(client, "openapi.json").data)["paths"]:
            assert f"<code>{path}</code>" in page
        assert "<script" not in page
