"""The drawn way of an answer: from the address to the gate, in a picture and in words."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pytest
from lookup_town import ASKED

from webmap.app import create_app
from webmap.assets import refuse_outside_urls
from webmap.config import Config
from webmap.services.in_force import NewestPlans
from webmap.services.lookup import Lookup
from zoning.lookup.answers import served_of

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from zoning.lookup.answers import Served

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def lookup(town: Path) -> Lookup:
    return Lookup(town, NewestPlans(town))


@pytest.fixture(scope="module")
def client(town: Path) -> FlaskClient:
    return create_app(Config(study=town)).test_client()


def ask(lookup: Lookup, text: str, *, drawn: bool = True) -> Served:
    answer = lookup.ask("primary", lambda desk, about: desk.ask(text, about), drawn=drawn)
    served = served_of(answer)
    assert served is not None
    return served


def page(client: FlaskClient, *, lang: str = "en", **fields: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/lookup").text)
    assert found is not None
    data = {"csrf_token": found[1], "stage": "primary", **fields}
    return html.unescape(client.post(f"/lookup?lang={lang}", data=data).text)


def test_the_way_takes_as_long_as_the_answer_says_and_ends_at_the_gate(lookup: Lookup) -> None:
    served = ask(lookup, "月亮湾")
    (route,), (way,) = served.routes, served.ways
    assert route is not None
    assert way is not None
    assert route.minutes == pytest.approx(way.low, abs=1e-3)
    assert (route.school.school_id, route.metres) == ("A", 200)
    assert route.start == "月亮湾（城关镇文三社区文三路12号）"
    home, gate = ask(lookup, "阳光花园").routes[0], route
    assert home is not None
    # A stands where 阳光花园 does: the way of the one ends where that of the other begins
    assert home.line.coords[0] == pytest.approx(gate.line.coords[-1], abs=0.01)


def test_every_school_of_a_shared_zone_has_its_way(lookup: Lookup) -> None:
    routes = ask(lookup, "东方名城").routes
    assert [route and route.school.school_id for route in routes] == ["C", "D"]
    assert [route and route.metres for route in routes] == [0, 400]


def test_nothing_is_drawn_unless_it_is_asked_for(lookup: Lookup) -> None:
    assert ask(lookup, "月亮湾", drawn=False).routes == ()


def test_from_a_block_no_way_is_drawn(lookup: Lookup) -> None:
    answer = lookup.ask("primary", lambda desk, about: desk.at_blocks(["b01"], about), drawn=True)
    served = served_of(answer)
    assert served is not None
    assert served.routes == ()


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_page_shows_picture_and_words_and_asks_for_nothing(
    client: FlaskClient, lang: str
) -> None:
    shown = page(client, lang=lang, address="月亮湾")
    assert "<svg" in shown
    head = {"en": "200 m, about 4 min", "zh-CN": "到校门 200 米，约 4 分钟"}
    for word in ('role="img"', head[lang], "月亮湾（城关镇文三社区文三路12号）"):
        assert word in shown
    # the address is told within the page alone: no link, no picture, no script of its own
    for link in re.findall(r'(?:href|src|action|formaction)="([^"]*)"', shown):
        assert "月亮湾" not in link
        assert "87." not in link
    assert "<img" not in shown
    assert "<script" not in shown
    refuse_outside_urls(shown)


@pytest.mark.parametrize(
    ("kind", "pictures"),
    [
        ("one_school", 1), ("these_schools", 2), ("seats_exhausted", 1), ("near_boundary", 1),
        ("no_school", 0), ("choose", 0), ("outside", 0), ("not_found", 0),
    ],
)  # fmt: skip
def test_answers_without_a_school_have_no_way(
    client: FlaskClient, kind: str, pictures: int
) -> None:
    assert page(client, address=ASKED[kind]).count('class="way-picture"') == pictures
