"""What the page says: small counts are withheld, nothing is ranked or promised."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest
from tiny_plan import tiny_data

from webmap.maps.facts import (
    Intake,
    Texts,
    ZoneFacts,
    minutes,
    school_facts,
    zone_facts,
    zone_name,
    zone_popup,
    zone_title,
)
from zoning.messages import languages

PROMISES = (
    "保证",
    "确保",
    "一定能",
    "承诺",
    "最好",
    "名校",
    "重点学校",
    "排名",
    "排行",
    "guarante",
    "best school",
    "ranking",
    "nearest",
)


def test_zones_are_told_with_their_schools_and_years() -> None:
    zone = zone_facts(tiny_data())[0]
    assert (zone.zone_id, zone.name, zone.schools) == ("zA", "红旗小学学区", ("红旗小学",))
    assert zone.intakes == (Intake(2027, 118, 120), Intake(2028, 131, 120))
    assert minutes(zone.mean_s) == "7.0"


def test_one_to_four_children_are_withheld_with_all_that_tells_them() -> None:
    zone = zone_facts(tiny_data())[3]
    assert [one.children for one in zone.intakes] == [None, None]
    assert zone.intakes[0].cells(Texts("zh-CN")) == ("0", "少于 5", "—")
    assert "3" not in str(zone_popup(zone, Texts("zh-CN"))["rows"][0][1:])


@pytest.mark.parametrize(
    ("children", "shown"), [(0, "0"), (4, "under 5"), (5, "5"), (1200, "1,200")]
)
def test_where_withholding_begins_and_ends(children: int, shown: str) -> None:
    data = tiny_data()
    data.zones["children_2027"] = children
    assert zone_facts(data)[0].intakes[0].cells(Texts("en"))[1] == shown


def test_fill_over_the_seats_is_said() -> None:
    assert Intake(2027, 140, 120).cells(Texts("zh-CN"))[2] == "117%"


def zone(name: str, *schools: str) -> ZoneFacts:
    return ZoneFacts("z1", name, "multi_school", schools, (), None, None, None, None)


def test_a_zone_is_told_apart_from_its_school() -> None:
    assert zone_title(zone("第一小学", "第一小学"), Texts("zh-CN")) == "第一小学学区"
    assert zone_title(zone("东片区", "第一小学"), Texts("zh-CN")) == "东片区"


def test_names_that_were_put_together_are_said_in_the_readers_language() -> None:
    assert (
        zone_name(zone("A School、B School", "A School", "B School"), Texts("en"))
        == "A School, B School"
    )
    assert zone_name(zone("z1"), Texts("en")) == "Area without a school"


@pytest.mark.parametrize(
    ("children", "fill"), [(269, "99%"), (270, "100%"), (271, "101%"), (0, "0%")]
)
def test_only_a_full_school_shows_a_hundred_per_cent(children: int, fill: str) -> None:
    assert Intake(2027, children, 270).cells(Texts("en"))[2] == fill


def test_a_school_names_its_zone() -> None:
    school = school_facts(tiny_data())[1]
    assert (school.name, school.zone_name) == ("青山<实验>小学", "青山<实验>小学学区")


@pytest.mark.parametrize("language", languages())
def test_no_text_ranks_or_promises(language: str) -> None:
    file = resources.files("zoning").joinpath("catalog", language, "webmap.toml")
    words = str(tomllib.loads(file.read_text(encoding="utf-8"))).lower()
    assert [word for word in PROMISES if word in words] == []
