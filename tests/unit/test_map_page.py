"""The page: one template for the file and the server, light, safe and complete."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from tiny_plan import BUREAU, PLAN_ID, tiny_data

from webmap.maps.export import zones_geojson
from webmap.maps.page import Frame, coded, json_for_script, render_map, render_map_file
from webmap.maps.zone_map import build_zone_map
from webmap.services.surroundings import Surroundings
from zoning.messages import text
from zoning.plan.colours import PALETTE

if TYPE_CHECKING:
    from webmap.maps.parts import ZoneMap


@pytest.fixture(scope="module")
def zone_map() -> ZoneMap:
    return build_zone_map(tiny_data(), Surroundings(), language="zh-CN")


@pytest.fixture(scope="module")
def page(zone_map: ZoneMap) -> str:
    return render_map_file(zone_map, language="zh-CN")


def test_page_is_light(page: str) -> None:
    assert len(page.encode()) < 400_000


def test_page_says_what_it_shows(page: str) -> None:
    for words in (
        "红旗小学学区",
        "118",
        "98%",
        "7.0",
        "13.4",
        "图例",
        PLAN_ID,
        tiny_data().digest,
        BUREAU,
    ):
        assert words in page
    assert '<html lang="zh-CN">' in page
    assert f"<title>{BUREAU} 小学划片方案</title>" in page


def test_the_seats_of_an_area_that_schools_share_are_explained(zone_map: ZoneMap) -> None:
    note = text("webmap.SHARED_SEATS", "zh-CN")
    assert note not in render_map_file(zone_map, language="zh-CN")
    first, *others = zone_map.zones
    with_area = replace(zone_map, zones=(replace(first, zone_type="shared"), *others))
    assert note in render_map_file(with_area, language="zh-CN")


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_a_file_leaves_it_to_the_bureau_what_the_plan_is(lang: str) -> None:
    drawn = build_zone_map(tiny_data(), Surroundings(), language=lang)
    of_file, draft = text("webmap.FILE_NOTE", lang), text("webmap.DRAFT_NOTE", lang)
    page = render_map_file(drawn, language=lang)
    assert of_file in page
    assert draft not in page
    # the server knows
    page = render_map(drawn, Frame(language=lang, nonce="abc", home="/"))
    assert of_file not in page
    assert draft in page


def test_page_may_be_zoomed(page: str) -> None:
    assert 'content="width=device-width, initial-scale=1"' in page
    assert "user-scalable" not in page


def test_backticks_of_a_text_are_code_and_its_markup_is_none() -> None:
    said = coded("after `choose`, a<b & `x<y` and one ` alone")
    assert said == ("after <code>choose</code>, a&lt;b &amp; <code>x&lt;y</code> and one ` alone")


def test_names_are_never_markup(page: str) -> None:
    assert "<实验>" not in page
    assert "青山&lt;实验&gt;小学" in page
    assert "\\u003c实验\\u003e" in page


def test_the_file_forbids_every_request(page: str) -> None:
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert "default-src &#39;none&#39;" in policy[1]
    assert "unsafe" not in policy[1]
    mark = re.search(r"script-src &#39;nonce-([0-9a-f]+)&#39;", policy[1])
    assert mark is not None
    runs = re.findall(r"<script(?![^>]*json)([^>]*)>", page)
    assert runs
    assert all(f'nonce="{mark[1]}"' in attributes for attributes in runs)
    assert " style=" not in page
    assert not re.search(r"\son\w+=", re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL))


def test_the_same_plan_gives_the_same_file(page: str) -> None:
    again = build_zone_map(tiny_data(), Surroundings(), language="zh-CN")
    assert render_map_file(again, language="zh-CN") == page


def test_the_server_page_links_what_the_file_holds(zone_map: ZoneMap, page: str) -> None:
    served = render_map(zone_map, Frame(language="zh-CN", nonce="abc", home="/"))
    assert '<script nonce="abc" src="/assets/leaflet/leaflet.js"></script>' in served
    assert len(served) < len(page) / 2
    tables = [
        re.search(r"<table class=\"zones\">.*?</table>", text, re.DOTALL) for text in (page, served)
    ]
    assert tables[0] is not None
    assert tables[1] is not None
    assert tables[0][0] == tables[1][0]


def test_small_counts_are_in_no_part_of_the_file(zone_map: ZoneMap) -> None:
    assert zone_map.data["zones"][3]["rows"][0] == ["2027", "0", "少于 5", "—"]
    assert all(len(block) == 3 for block in zone_map.data["blocks"])
    properties = zones_geojson(tiny_data())["features"][3]["properties"]
    assert properties["children_2027"] is None
    assert properties["seats_2027"] == 0


def test_zones_have_the_colours_of_the_plan_file(zone_map: ZoneMap) -> None:
    script = zone_map.parts.script
    for colour in tiny_data().zones["colour"]:
        assert f'"fillColor": "{PALETTE[colour]}"' in script


def test_attribution_follows_the_roads() -> None:
    ours = build_zone_map(tiny_data(), Surroundings(), language="en")
    theirs = build_zone_map(tiny_data(), Surroundings(osm=True), language="en")
    assert ours.attribution == f"Source: {BUREAU}"
    assert theirs.attribution == "© OpenStreetMap contributors"


def test_english_page_has_no_chinese_of_ours() -> None:
    english = build_zone_map(tiny_data(), Surroundings(), language="en")
    page = render_map_file(english, language="en")
    for words in ("图例", "学位", "打印", "到校"):
        assert words not in page
    assert "Legend" in page


def test_json_in_a_script_cannot_leave_it() -> None:
    value = {"name": "</script><b>&\u2028"}
    document = json_for_script(value)
    assert "<" not in document
    assert "\u2028" not in document
    assert json.loads(document) == value
