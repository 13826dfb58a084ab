"""From chances to match codes; roads and villages; the explanation."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from tiny_gazetteer import LAT, LON, gazetteer, places

from zoning.geocode.answer import Answer, MatchCode, Reason
from zoning.geocode.decide import LEAST_RADIUS_M, Limits, decide
from zoning.geocode.explain import code_name, explain
from zoning.geocode.fallback import Fallback, Streets
from zoning.geocode.gazetteer import build_gazetteer
from zoning.geocode.judged import Judged
from zoning.geocode.kernels import FEATURES, METRES
from zoning.geocode.matching import EDGE
from zoning.geocode.record import Door, Record
from zoning.messages import languages

NAMED = Record(name="阳光花园")
ON_ROAD = Record(doors=(Door("文3路", 26, said="文三路"),))
BETWEEN = Fallback(MatchCode.INTERPOLATED, 100.0, 0.0, 80.0, Reason("INTERPOLATED", {}))


def answer(
    features: str = "name_equal",
    *,
    asked: Record = NAMED,
    fallback: Fallback | None = None,
    accuracy_m: float = 0.0,
    **known: Any,
) -> Answer:
    """Decide about a row that is sure but for what is said otherwise."""
    values: dict[str, Any] = {
        "row": 0, "lon": 100.0, "lat": 0.0, "point": 0.99, "place": 0.99,
        "probability": known.get("point", 0.99), "rival": None,
        "rival_point": 0.0, "raw_point": 0.99, "spread_m": 0.0, "zone": None,
        "rival_in_zone": False,
    } | known  # fmt: skip
    values["features"] = [float(name in features.split()) for name in FEATURES]
    limits = Limits(accept=0.95, likely=0.5, accuracy_m=accuracy_m)
    return decide(asked, Judged(**values), limits=limits, fallback=fallback)


# ---- decide


@pytest.mark.parametrize(
    ("code", "features", "asked"),
    [
        (MatchCode.EXACT, "text_equal name_equal", NAMED),
        (MatchCode.NORMALISED, "name_equal", NAMED),
        (MatchCode.NORMALISED, "no_name number_equal", ON_ROAD),
        (MatchCode.NORMALISED, "name_equal building_equal", Record(name="阳光", building="3")),
        (MatchCode.FUZZY, "name_in_order", NAMED),
        (MatchCode.FUZZY, "name_equal part_conflict", NAMED),
        (MatchCode.FUZZY, "name_equal part_one_sided", NAMED),
        (MatchCode.FUZZY, "name_equal number_far", NAMED),
        (MatchCode.FUZZY, "name_equal number_near", NAMED),
        (MatchCode.FUZZY, "name_equal road_conflict", NAMED),
        (MatchCode.FUZZY, "name_equal district_conflict", NAMED),
        (MatchCode.FUZZY, "no_name number_equal suffix_conflict", ON_ROAD),
        (MatchCode.BUILDING, "name_equal", Record(name="阳光花园", building="3")),
        (
            MatchCode.NORMALISED,
            "no_name number_equal place_equal",
            Record(village="翠苑社区", doors=(Door("文3路", 1),)),
        ),
    ],
)
def test_match_codes_of_rows(code: MatchCode, features: str, asked: Record) -> None:
    said = answer(features, asked=asked)
    assert said.code is code
    # 5号附1 is another door than 5号
    assert said.accepted is ("suffix_conflict" not in features)


def test_what_is_not_sure_is_not_accepted() -> None:
    assert not answer(point=0.94).accepted
    assert not answer(place=0.94).accepted
    assert answer(point=0.94).code is MatchCode.NORMALISED


@pytest.mark.parametrize("weak", ["point", "place"])
def test_what_is_unlikely_is_refused(weak: str) -> None:
    said = answer(**{weak: 0.49})
    assert said.code is MatchCode.REFUSED
    assert not said.accepted
    assert [reason.key for reason in said.reasons] == ["NOT_SURE", "NAME_EQUAL"]
    assert said.reasons[0].params == {"point": 0.99, "place": 0.99} | {weak: 0.49}
    assert said.row == 0


def test_nothing_near_is_refused() -> None:
    said = answer("", row=None, point=0.0, place=0.0)
    assert (said.code, said.row, said.lon, said.radius_m) == (MatchCode.REFUSED, None, None, None)
    assert [reason.key for reason in said.reasons] == ["NOTHING"]


def test_a_tie_is_asked() -> None:
    said = answer(point=0.6, rival=4, rival_point=0.35, raw_point=0.6)
    assert (said.code, said.accepted, said.alternatives) == (MatchCode.TIED, False, (4,))
    assert said.reasons[-1].key == "TIED"


def test_a_tie_in_two_zones_is_asked() -> None:
    said = answer(point=0.6, rival=4, rival_point=0.35, raw_point=0.6, zone=0.6)
    assert (said.code, said.accepted) == (MatchCode.TIED, False)


def test_a_tie_in_one_zone_is_answered() -> None:
    said = answer(
        point=0.6,
        place=0.6,
        rival=4,
        rival_point=0.35,
        raw_point=0.6,
        zone=0.97,
        rival_in_zone=True,
    )
    assert (said.code, said.accepted) == (MatchCode.NORMALISED, True)
    assert said.alternatives == (4,)
    assert said.reasons[-1] == Reason("ONE_ZONE", {"chance": 0.97})
    assert said.zone_probability == 0.97


def test_many_unsure_places_in_one_zone_are_answered() -> None:
    said = answer(
        point=0.3, place=0.3, rival=4, rival_point=0.3, raw_point=0.3, zone=0.96, rival_in_zone=True
    )
    assert said.accepted
    assert said.probability == 0.3


def test_a_row_nearby_in_another_zone_makes_no_tie_where_the_zone_is_sure() -> None:
    said = answer(point=0.4, place=0.96, rival=4, rival_point=0.35, raw_point=0.4, zone=0.96)
    assert (said.code, said.accepted) == (MatchCode.NORMALISED, True)


def test_a_zone_that_is_not_sure_changes_nothing() -> None:
    assert not answer(point=0.6, place=0.6, zone=0.9).accepted


def test_the_radius_holds_what_is_known_of_the_table() -> None:
    assert answer().radius_m == LEAST_RADIUS_M
    assert answer(accuracy_m=120.0).radius_m == 120.0
    assert answer(accuracy_m=120.0, spread_m=300.0).radius_m == 300.0


def test_a_number_between_known_ones_is_answered() -> None:
    said = answer("", asked=ON_ROAD, point=0.2, fallback=BETWEEN)
    assert (said.code, said.accepted, said.radius_m) == (MatchCode.INTERPOLATED, True, 80.0)
    assert said.probability >= 0.95
    wide = Fallback(MatchCode.INTERPOLATED, 100.0, 0.0, 480.0, Reason("INTERPOLATED", {}))
    assert not answer("", asked=ON_ROAD, point=0.2, fallback=wide).accepted


def test_a_number_between_known_ones_is_asked_where_the_comparison_points_elsewhere() -> None:
    def at(lon: float) -> Answer:
        return answer("", asked=ON_ROAD, point=0.2, lon=lon, fallback=BETWEEN)

    assert at(100.004).accepted
    assert (at(100.006).code, at(100.006).accepted) == (MatchCode.INTERPOLATED, False)
    assert at(100.006).probability < at(100.004).probability < 1 - EDGE


@pytest.mark.parametrize("code", [MatchCode.ROAD, MatchCode.VILLAGE])
def test_a_road_or_village_alone_is_asked(code: MatchCode) -> None:
    known = Fallback(code, 100.0, 0.0, 80.0, Reason("ON_ROAD", {}))
    said = answer("", asked=ON_ROAD, point=0.2, fallback=known)
    assert (said.code, said.accepted) == (code, False)


def test_a_name_is_not_answered_with_its_road() -> None:
    said = answer(asked=NAMED, place=0.2, fallback=BETWEEN)
    assert said.code is MatchCode.REFUSED
    assert BETWEEN.reason not in said.reasons


def test_another_building_is_told_only_where_the_zone_is_sure() -> None:
    asked = Record(name="阳光花园", building="3")
    said = answer("name_equal building_conflict", asked=asked)
    assert (said.code, said.accepted) == (MatchCode.BUILDING, False)
    assert Reason("BUILDING", {"building": "3"}) in said.reasons
    assert answer("name_equal building_conflict", asked=asked, zone=0.99).accepted
    assert answer("name_equal", asked=asked).accepted  # the row is the whole compound


def test_a_number_on_a_road_of_another_town_is_asked() -> None:
    elsewhere = replace(BETWEEN, inside=False)
    said = answer("", asked=ON_ROAD, point=0.2, fallback=elsewhere)
    assert (said.code, said.accepted) == (MatchCode.INTERPOLATED, False)


def test_a_number_with_an_addition_that_no_row_has_is_asked() -> None:
    added = replace(ON_ROAD, doors=(replace(ON_ROAD.doors[0], suffix="附1"),))
    known = "no_name number_equal"
    for features, accepted in ((known, True), (f"{known} suffix_conflict", False), ("", False)):
        said = answer(features, asked=added, place=0.2, fallback=BETWEEN)
        assert said.accepted is accepted, features
    assert answer("", asked=ON_ROAD, place=0.2, fallback=BETWEEN).accepted


def test_a_number_that_other_towns_had_to_tell_is_asked_and_says_why() -> None:
    beyond = replace(BETWEEN, beyond=True)
    said = answer("", asked=ON_ROAD, place=0.2, fallback=beyond)
    assert (said.code, said.accepted, said.doubted) == (MatchCode.INTERPOLATED, False, True)
    assert said.reasons[-1].key == "BEYOND_TOWN"


IN_GROUP = Fallback(MatchCode.NORMALISED, 101.0, 0.0, 30.0, Reason("IN_GROUP", {}), row=7)
GROUP = Record(village="红旗村", group=3)


def test_a_group_that_the_table_has_is_told() -> None:
    said = answer("no_name", asked=GROUP, place=0.2, fallback=IN_GROUP)
    assert (said.code, said.row, said.lon, said.accepted) == (MatchCode.NORMALISED, 7, 101.0, True)


@pytest.mark.parametrize(
    ("fallback", "asked"),
    [
        (replace(IN_GROUP, inside=False), GROUP),
        (IN_GROUP, replace(GROUP, respelt=True)),
        (replace(IN_GROUP, agree=0.9), GROUP),
        (replace(IN_GROUP, in_one_zone=False), GROUP),
    ],
)
def test_a_group_is_asked_about_where_it_may_be_another(fallback: Fallback, asked: Record) -> None:
    said = answer("no_name", asked=asked, place=0.2, fallback=fallback)
    assert (said.row, said.accepted, said.zone_probability) == (7, False, None)
    assert said.doubted is not fallback.inside


@pytest.mark.parametrize("code", [MatchCode.INTERPOLATED, MatchCode.ROAD, MatchCode.VILLAGE])
def test_a_road_or_village_that_was_put_right_is_asked_about_and_says_so(code: MatchCode) -> None:
    respelt = replace(BETWEEN, code=code)
    said = answer("", asked=replace(ON_ROAD, respelt=True), point=0.2, fallback=respelt)
    assert not said.accepted
    wanted = "VILLAGE_RESPELT" if code is MatchCode.VILLAGE else "ROAD_RESPELT"
    assert wanted in {reason.key for reason in said.reasons}


@pytest.mark.parametrize(("one_zone", "accepted"), [(None, True), (True, True), (False, False)])
def test_a_number_between_two_zones_is_asked(one_zone: bool | None, accepted: bool) -> None:
    near = replace(BETWEEN, in_one_zone=one_zone)
    said = answer("", asked=ON_ROAD, point=0.2, fallback=near)
    assert (said.code, said.accepted) == (MatchCode.INTERPOLATED, accepted)
    assert (said.zone_probability is not None) is (one_zone is True)
    assert ("SEVERAL_ZONES" in {reason.key for reason in said.reasons}) is (one_zone is False)


def test_a_village_is_answered_with_its_middle() -> None:
    known = Fallback(MatchCode.VILLAGE, 101.0, 0.0, 700.0, Reason("IN_VILLAGE", {}))
    said = answer("no_name place_equal", asked=Record(village="红旗村"), fallback=known)
    assert (said.code, said.lon, said.radius_m) == (MatchCode.VILLAGE, 101.0, 700.0)
    assert not said.accepted
    nowhere = answer("no_name place_equal", asked=Record(village="红旗村"))
    assert (nowhere.code, nowhere.accepted) == (MatchCode.VILLAGE, False)


@pytest.mark.parametrize(
    ("radius", "chance"), [(500.0, 0.9), (50.0, 1 - EDGE), (250.0, 1 - EDGE), (5000.0, 0.206)]
)
def test_the_chance_of_a_point_follows_from_its_radius(radius: float, chance: float) -> None:
    known = Fallback(MatchCode.ROAD, 0.0, 0.0, radius, Reason("ON_ROAD", {}))
    assert known.probability == pytest.approx(chance, abs=1e-3)
    assert Fallback(MatchCode.ROAD, 0.0, 0.0, 0.0, known.reason).probability <= 1 - EDGE


def test_refused_and_tied_are_never_accepted() -> None:
    rng = np.random.default_rng(1)
    seen = set()
    for _ in range(2000):
        point, place, rival, zone = rng.random(4) ** 0.3
        said = answer(
            " ".join(rng.choice(FEATURES, 5)),
            point=point, place=place, raw_point=point, rival_point=rival * (1 - point), rival=1,
            zone=zone if rng.random() < 0.5 else None, rival_in_zone=bool(rng.random() < 0.5),
            fallback=BETWEEN if rng.random() < 0.5 else None,
        )  # fmt: skip
        seen.add(said.code)
        assert not (said.accepted and said.code in {MatchCode.REFUSED, MatchCode.TIED})
        assert 0 <= said.probability <= 1
    assert {MatchCode.REFUSED, MatchCode.TIED, MatchCode.FUZZY} <= seen


# ---- fallback

ROADS = gazetteer(
    """
    a | 甲楼 | 文三路2号   | 0, 0
    b | 乙楼 | 文三路10号  | 100, 0
    c | 丙楼 | 文三路20号  | 200, 0
    d | 丁楼 | 文三路30号  | 300, 0
    e |      | 红旗村一组  | 5000, 0
    f |      | 红旗村二组  | 5200, 0
    g |      | 红旗村三组  | 5400, 0
    h | 戊楼 | 学院路1号   | 9000, 0   | 杭州市
    i | 己楼 | 学院路3号   | 9100, 0   | 杭州市
    j | 庚楼 | 学院路9号   | 9400, 0   | 杭州市
    k | 辛楼 | 长路1号     | 0, 0
    l | 壬楼 | 长路3号     | 9000, 0
    m | 癸楼 | 长路5号     | 18000, 0
    """
)


def located(address: str, city: str = "", **options: Any) -> Fallback | None:
    return Streets(ROADS, **options).locate(ROADS.question("", address, city=city))


def east(found: Fallback | None) -> float:
    assert found is not None
    return (found.lon - LON) * METRES


def test_a_missing_number_lies_between_its_neighbours() -> None:
    found = located("文三路16号")
    assert found is not None
    assert found.code is MatchCode.INTERPOLATED
    assert east(found) == pytest.approx(160, abs=15)
    assert found.reason.params["road"] == "文三路"
    assert found.reason.params["number"] == 16


def test_a_number_beyond_the_known_ones_is_on_the_road_only() -> None:
    found = located("文三路900号")
    assert found is not None
    assert found.code is MatchCode.ROAD
    assert east(found) == pytest.approx(150)
    # how far out it is nobody knows
    assert found.radius_m > 1000
    assert found.probability < 0.5
    near = located("文三路")
    assert near is not None
    assert 150 <= near.radius_m <= 300


def test_lines_of_a_road_are_asked_for_by_its_name() -> None:
    asked = []

    def lines(road: str) -> list[shapely.Geometry]:
        asked.append(road)
        return [shapely.LineString([(LON, LAT), (LON + 400 / METRES, LAT)])]

    assert east(located("文三路16号", lines=lines)) == pytest.approx(160, abs=15)
    assert asked == ["文3路"]


def test_a_road_that_no_row_is_on_is_known_by_its_line() -> None:
    def lines(_road: str) -> list[shapely.Geometry]:
        ends = ((0, 300), (320, 600))
        return [
            shapely.LineString([(LON + a / METRES, LAT), (LON + b / METRES, LAT)]) for a, b in ends
        ]

    found = located("新桥路16号", lines=lines)
    assert found is not None
    assert found.code is MatchCode.ROAD
    assert east(found) == pytest.approx(300, abs=20)
    assert found.radius_m == pytest.approx(300, abs=20)
    assert located("新桥路16号", lines=lambda _road: []) is None


def test_a_known_road_is_no_slip_of_another() -> None:
    rows = places("a | 甲楼 | 文山路1号 | 0, 0")
    assert build_gazetteer(rows).question("", "文化路1号").respelt
    known = build_gazetteer(rows, roads=["文化路"])
    assert not known.question("", "文化路1号").respelt


def test_a_village_and_its_groups() -> None:
    for address in ("红旗村", "红旗村9组"):
        found = located(address)
        assert found is not None
        assert found.code is MatchCode.VILLAGE
        assert east(found) == pytest.approx(5200)
        assert found.reason == Reason("IN_VILLAGE", {"village": "红旗村"})


def test_a_road_of_another_city_is_none() -> None:
    assert located("学院路5号", "杭州") is not None
    assert located("学院路5号", "绍兴") is None


def test_a_road_is_looked_for_in_its_town_first() -> None:
    lines = [f"{k} | | 青石镇银杏路{k}号 | {k * 10}, 0" for k in (2, 4, 6, 8)]
    lines += [f"{k}x | | 白马镇银杏路{k}号 | {9000 + k * 10}, 0" for k in (2, 4, 8, 10)]
    lines += [f"{k}y | | 白马镇松林路{k}号 | {k * 10}, 900" for k in (2, 4, 8, 10)]
    lines += ["z | | 青石镇1号 | 0, 0"]
    table = gazetteer("\n".join(lines))

    def where(address: str) -> Fallback:
        found = Streets(table).locate(table.question("", address))
        assert found is not None
        return found

    assert east(where("白马镇银杏路6号")) == pytest.approx(9060, abs=5)
    assert where("白马镇银杏路6号").inside
    assert where("松林路6号").inside
    assert not where("青石镇松林路6号").inside


def test_where_a_town_has_too_few_numbers_the_whole_road_says_more() -> None:
    lines = [f"{k} | | 青石镇银杏路{k}号 | {k * 10}, 0" for k in (2, 4)]
    lines += [f"{k} | | 白马镇幸福社区银杏路{k}号 | {k * 10}, 0" for k in (10, 12, 14)]
    lines += [f"{k}x | | 青石镇松林社区{k}号 | {k * 10}, 900" for k in (1, 2, 3, 4)]
    table = gazetteer("\n".join(lines))

    def where(address: str) -> Fallback | None:
        return Streets(table).locate(table.question("", address))

    found = where("青石镇松林社区银杏路6号")
    assert found is not None
    assert (found.code, found.beyond) == (MatchCode.INTERPOLATED, True)
    assert east(found) == pytest.approx(60, abs=10)
    whole = where("青石镇松林社区银杏路")
    assert whole is not None
    assert (whole.code, whole.beyond) == (MatchCode.ROAD, True)
    own = where("白马镇银杏路13号")
    assert own is not None
    assert not own.beyond
    # a road that the table does not know says nothing: the community does
    village = where("青石镇松林社区无名路6号")
    assert village is not None
    assert village.code is MatchCode.VILLAGE


@pytest.mark.parametrize("address", ["无名路1号", "无名村", "", "阳光花园"])
def test_what_is_unknown_or_too_wide_is_nowhere(address: str) -> None:
    assert located(address) is None


# ---- explain


def explained(said: Answer, language: str = "zh-CN") -> str:
    return explain(said, language=language, gazetteer=ROADS)


def test_an_answer_in_one_line() -> None:
    assert explained(answer("text_equal name_equal", point=0.999)) == (
        "原文相同：甲楼（文三路2号），把握 99% 以上，误差多在 50 米以内。"
        "名称和地址与表中所写完全相同。"
    )
    assert explained(answer("", row=None, point=0.0, place=0.0), "en") == (
        "not found. the table has nothing like it; to be checked by hand."
    )
    assert explained(answer(point=0.94, place=0.08)) == (
        "未予认定：最接近的是甲楼（文三路2号）。该处在所问地点 500 米以内的把握为 94%，"
        "正是所问地点的把握为 8%，不足以作为结果；名称相同；须人工核对。"
    )


def test_a_reason_that_somebody_wrote_ends_once() -> None:
    said = replace(answer(), reasons=(Reason("queue.ALIAS", {
        "who": "王", "day": "2027-03-01", "basis": "现场核实。"
    }),))  # fmt: skip
    assert explained(said).endswith("现场核实。")
    assert not explained(said).endswith("。。")


def test_an_answer_that_rests_on_a_road_names_no_row() -> None:
    found = located("文三路16号")
    said = explained(answer("", asked=ON_ROAD, point=0.2, fallback=found))
    assert "甲楼" not in said
    assert "按文三路上已知的门牌号推算 16 号的位置" in said


def test_every_code_and_every_reason_is_said_in_every_language() -> None:
    folder = Path(explain.__code__.co_filename).parent
    code = "".join(
        (folder / name).read_text(encoding="utf-8")
        for name in ("decide.py", "fallback.py", "reasons.py")
    )
    keys = set(re.findall(r'(?:Reason\(|: )"([A-Z_]+)"', code)) | {"RIVALS_EQUAL", "TEXT_EQUAL"}
    assert len(keys) > 25
    params = {
        "share": 0.5, "chance": 0.5, "point": 0.5, "place": 0.5, "radius": 80.0,
        "number": 3, "road": "文三路", "group": 3, "house": "5号",
        "village": "红旗村", "building": "3",
    }  # fmt: skip
    for language in languages():
        assert len({code_name(code_, language) for code_ in MatchCode}) == len(MatchCode)
        for key in keys:
            said = Answer(
                MatchCode.FUZZY, 0, 1.0, 1.0, 0.5, 9.0, True, reasons=(Reason(key, params),)
            )
            line = explained(said, language)
            assert "\n" not in line
            assert "{" not in line
