"""The approval number (审图号) of maps: what counts as recorded, and what every map says."""

from __future__ import annotations

import pytest
from tiny_plan import tiny_data

from webmap.maps.approval import approval_text
from webmap.maps.facts import Texts
from webmap.maps.page import render_map_file
from webmap.maps.zone_map import build_zone_map
from webmap.security import content_policy
from webmap.services.surroundings import Surroundings
from zoning.errors import SettingsError
from zoning.settings import MapSection, SettingsFault, parse_settings

NUMBER = "新S(2027)012号"
WHY = "内部会议用图，张某，2027-03-01"


def settings(lines: str) -> MapSection:
    return parse_settings(
        '[study]\nname = "县"\nyears = [2027]\n[inputs]\nschools = {file = "a"}\n'
        'demand = {file = "b"}\nroads = {file = "c"}\naddresses = {file = "d"}\n[map]\n' + lines
    ).map


@pytest.mark.parametrize(
    ("lines", "recorded"),
    [
        ("", False),
        ('approval_number = ""', False),
        ('approval_number = "  "', False),
        (f'approval_number = "{NUMBER}"', True),
        (f'approval_exemption = "{WHY}"', True),
    ],
)
def test_a_number_or_a_reason_is_a_record(lines: str, recorded: bool) -> None:
    assert settings(lines).is_recorded is recorded


@pytest.mark.parametrize(
    "lines",
    [
        'approval_number = "有"',
        'approval_exemption = "不需要"',
        'approval_exemption = "reason <b>2027</b>"',
        'tianditu_key = "a key"',
    ],
)
def test_a_word_alone_is_refused_with_what_to_write(lines: str) -> None:
    with pytest.raises(SettingsError) as caught:
        settings(lines)
    (fault,) = caught.value.faults
    assert isinstance(fault, SettingsFault)
    assert fault.key == "map." + lines.split(" ", maxsplit=1)[0]
    assert fault.kind in {"approval_number", "approval_exemption", "value"}


def test_the_number_goes_before_the_reason_and_nothing_is_said_to_be_nothing() -> None:
    texts = Texts("zh-CN")
    assert approval_text(
        MapSection(approval_number=NUMBER, approval_exemption=WHY), texts
    ) == f"审图号：{NUMBER}"  # fmt: skip
    assert WHY in approval_text(MapSection(approval_exemption=WHY), texts)
    assert "未登记" in approval_text(MapSection(), texts)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_it_stands_on_the_map_and_below_it(language: str) -> None:
    around = Surroundings(review=MapSection(approval_number=NUMBER))
    page = render_map_file(
        build_zone_map(tiny_data(), around, language=language), language=language
    )
    assert page.count(NUMBER) >= 2
    bare = build_zone_map(tiny_data(), Surroundings(review=MapSection()), language=language)
    assert Texts(language)("ground.NO_APPROVAL") in bare.attribution


def test_images_from_elsewhere_only_where_asked_for() -> None:
    assert "img-src 'self' data:;" in content_policy("x")
    assert "img-src 'self' data: https://*.tianditu.gov.cn;" in content_policy(
        "x", images="https://*.tianditu.gov.cn"
    )
