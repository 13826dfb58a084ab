"""The index finds what a question may mean, compares it, and judges."""

from __future__ import annotations

import numpy as np
import pytest
from tiny_gazetteer import gazetteer, places

from zoning.geocode.admin import Divisions
from zoning.geocode.encode import encode, hashed
from zoning.geocode.gazetteer import Gazetteer, build_gazetteer
from zoning.geocode.kernels import (
    ADDRESS_PAIR,
    CHOICES,
    CHOSEN,
    DISTRICT,
    FEATURES,
    IN_ZONE,
    KEY,
    KIND_BITS,
    METRES,
    NAME_PAIR,
    NO_ZONE,
    NUMBER,
    OTHER_ZONE,
    PLACE,
    POINT,
    RIVAL,
    RIVAL_POINT,
    ROAD,
    ROAD_NUMBER,
    SAID,
    SPREAD,
    WIDTH,
    hash_code,
    judge,
    number_code,
    pair_code,
)
from zoning.geocode.model import Kind
from zoning.geocode.search import find

TOWN = gazetteer(
    """
    a | 阳光花园     | 西湖区文三路12号      | 0, 0       | 杭州市
    b | 月亮湾       | 西湖区文三路40号      | 600, 0     | 杭州市
    c | 星河苑二期   | 西湖区学院路8号附1号  | 0, 900     | 杭州市 | 天河苑
    d | 星河苑一期   | 上城区学院路8号       | 100, 900   | 杭州市
    e | 阳光花园     | 上城区解放路3号       | 5000, 5000 | 绍兴市
    f |              | 上城区红旗村三组      | 9000, 0    |
    g | 长安府3幢    | 上城区解放路15号      | 5300, 5000 | 绍兴市
    h | 和平里       | 上城区解放路90号      | 6000, 5000 | 绍兴市
    """
)


def found(name: str, address: str = "", city: str = "", *, table: Gazetteer = TOWN) -> list[str]:
    """Return the ids of the candidates, the most alike first."""
    asked = encode([table.question(name, address, city=city)])
    rows = table.index.row[find(asked, table.index).entries]
    return [table.ids.at(row) for row in dict.fromkeys(rows.tolist())]


def compared(
    name: str, address: str, row: str, city: str = "", *, table: Gazetteer = TOWN
) -> dict[str, float]:
    """Return what is not zero in the comparison with one row."""
    asked = encode([table.question(name, address, city=city)])
    all_found = find(asked, table.index)
    ids = [table.ids.at(int(at)) for at in table.index.row[all_found.entries]]
    features = all_found.features[ids.index(row)]
    return {name: float(value) for name, value in zip(FEATURES, features, strict=True) if value}


# ---- index


def pairs(text: str) -> set[str]:
    return {text[k : k + 2] for k in range(len(text) - 1)}


def test_postings_are_those_of_a_naive_count() -> None:
    names = ["阳光花园", "阳光", "花园阳光花园", "", "园"]
    table = build_gazetteer(places("\n".join(f"{k}|{n}|文三路|0,0" for k, n in enumerate(names))))
    index = table.index
    kinds = (index.token >> np.uint64(KIND_BITS)).astype(int)
    told = 0
    for token in np.flatnonzero(kinds == NAME_PAIR):
        code = int(index.token[token])
        pair = chr(code >> 29 & 0x1FFFFFFF) + chr(code & 0x1FFFFFFF)
        entries = index.entry[index.token_ptr[token] : index.token_ptr[token + 1]]
        rows = sorted(index.row[entries].tolist())
        assert rows == [k for k, name in enumerate(names) if pair in pairs(name)]
        weight = np.log((len(names) + 1) / (len(rows) + 0.5))
        assert index.weight[token] == pytest.approx(max(weight, 0.01))
        told += 1
    assert told == len(set().union(*map(pairs, names)))
    assert np.all(index.token[1:] > index.token[:-1])


def test_every_part_of_a_row_is_a_token() -> None:
    table = gazetteer(
        """
        a | 阳光 | 西湖区文三路12号 | 0, 0
        b | 月亮 | 西湖区文三路1号  | 0, 0
        c |      | 西湖区           | 1, 1
        """
    )
    tokens = set(table.index.token.tolist())
    for code in (
        pair_code(NAME_PAIR, ord("阳"), ord("光")),
        pair_code(ADDRESS_PAIR, ord("三"), ord("路")),
        hash_code(ROAD, np.uint64(hashed("文3路"))),
        hash_code(ROAD_NUMBER, np.uint64(hashed("文3路\t12"))),
        number_code(12),
        hash_code(DISTRICT, np.uint64(hashed("西湖"))),
        hash_code(KEY, np.uint64(hashed("西湖区文三路12号阳光"))),
    ):
        assert int(code) in tokens
    assert int(number_code(12)) >> KIND_BITS == NUMBER


def test_neighbours_tell_the_district_but_not_a_rows_own_aliases() -> None:
    lines = [f"{k} | 楼{k} | 东区路{k}号 | {k}, 0" for k in range(3)]
    table = gazetteer(
        "a | 甲 | 西湖区文三路1号 | 0, 0 || 乙, 丙, 丁, 戊\n"
        "b | 己 | 上城区文三路2号 | 1, 0\n c | 庚 | 上城区文三路3号 | 2, 0\n"
        "d | 辛 | 西湖区文三路5号 | 9, 0\n e | 壬 | 西湖区文三路6号 | 9, 0\n" + "\n".join(lines)
    )
    own = int(table.point[0])
    # the others beside it: two of 上城, two of 西湖
    assert table.index.near_share[own] == pytest.approx(0.5)


# ---- candidates


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("阳光花园", ""),
        ("阳光花圆", ""),  # homophone
        ("洋光花园", ""),
        ("阳光花", ""),  # a letter dropped
        ("阳花园", ""),
        ("阳光化院小区", ""),
        ("", "文三路12号"),
        ("", "西湖区文三路十二号"),
        ("陽光花園", ""),
        ("ｙａｎｇｇｕａｎｇ　ｈｕａｙｕａｎ", ""),
        ("yangguang huayuan", ""),
        ("", "wensan lu 12 hao"),
    ],
)
def test_the_place_comes_first(name: str, address: str) -> None:
    assert found(name, address, "杭州")[0] == "a"


def test_a_row_is_found_by_its_alias() -> None:
    assert found("天河苑")[0] == "c"


def test_only_the_citys_rows_and_those_of_none() -> None:
    assert set(found("阳光花园", "文三路红旗村三组", "绍兴市")) == {"e", "f"}
    assert set(found("阳光花园")) == {"a", "e"}
    assert found("阳光花园", city="宁波") == []


def test_what_is_the_same_is_found_however_short_it_is() -> None:
    table = gazetteer("a | 园 | | 0, 0\n b | 苑 | | 9, 9\n c | 7 | | 5, 5")
    assert [found(name, table=table) for name in ("园", "苑", "7", "家")] == [
        ["a"],
        ["b"],
        ["c"],
        [],
    ]


def test_the_very_number_is_found_whatever_the_names() -> None:
    lines = [f"n{k} | 清荷里 | 松林路{k}号 | {k}, 0" for k in range(1, 80)]
    table = gazetteer("\n".join([*lines, "door | 湖光苑 | 银杏路36号 | 9000, 0"]))
    assert found("清荷里", "银杏路36号", table=table)[0] == "door"
    asked = encode([table.question("清荷里", "银杏路36号")])
    likeness = find(asked, table.index).features[:, FEATURES.index("likeness")]
    assert likeness[0] < likeness[1]  # that it is kept does not make it more alike


def test_of_equal_names_those_in_the_town_and_of_the_building_are_found() -> None:
    lines = [f"n{k:02} | 纱厂宿舍{k}栋 | 白马镇松林路{k}号 | {k}, 0" for k in range(1, 80)]
    table = gazetteer("\n".join([*lines, "z | 纱厂宿舍7栋 | 青石镇银杏路36号 | 9000, 0"]))
    assert set(found("纱厂宿舍7栋", table=table)[:2]) == {"n07", "z"}
    divisions = Divisions({Kind.TOWN: ("青石镇", "白马镇")})
    lines = [f"n{k:02} | 纱厂宿舍 | 白马镇松林路{k}号 | {k}, 0" for k in range(1, 80)]
    lines.append("z | 纱厂宿舍 | 青石镇银杏路36号 | 9000, 0")
    table = gazetteer("\n".join(lines), divisions=divisions)
    assert found("纱厂宿舍", "青石镇", table=table)[0] == "z"


def test_nothing_asked_finds_nothing() -> None:
    assert found("", "") == []


def test_entries_that_are_as_good_come_in_the_order_of_the_index() -> None:
    lines = [f"{k} | 阳光花园 | 文三路{k % 3}号 | {k}, {k}" for k in range(100)]
    table = gazetteer("\n".join(lines))
    asked = encode([table.question("阳光花园", "")])
    told = find(asked, table.index)
    assert told.entries.tolist() == list(range(40))


def test_the_order_of_the_rows_decides_nothing() -> None:
    lines = [f"{k} | 阳光花园{k % 7}期 | 文三路{k % 9}号 | {k}, {k % 5}" for k in range(90)]
    one = gazetteer("\n".join(lines))
    other = gazetteer("\n".join(reversed(lines)))
    for name in ("阳光花园", "阳光花园3期"):
        assert found(name, "文三路2号", table=one) == found(name, "文三路2号", table=other)


# ---- compare


@pytest.mark.parametrize(
    ("name", "address", "row", "said", "unsaid"),
    [
        ("阳光花园", "", "a", "name_equal name_contained name_found", "name_missing no_name"),
        ("阳光花圆", "", "a", "name_in_order", "name_equal name_missing name_surplus"),
        ("阳光花城", "", "a", "name_missing name_surplus", "name_equal name_contained"),
        ("阳光", "", "a", "name_contained name_surplus name_found", "name_missing"),
        ("", "文三路12号", "a", "no_name number_equal road_equal", "suffix_conflict"),
        ("星河苑二期", "", "c", "part_equal", "part_conflict part_one_sided"),
        ("星河苑二期", "", "d", "part_conflict name_equal", "part_equal part_one_sided"),
        ("星河苑", "", "c", "part_one_sided", "part_equal part_conflict"),
        ("", "学院路8号", "c", "suffix_conflict number_equal", ""),
        ("", "学院路8号", "d", "number_equal", "suffix_conflict"),
        ("", "文三路14号", "a", "number_near", "number_equal number_far number_missing"),
        ("", "文三路140号", "a", "number_far", "number_equal number_near number_missing"),
        ("", "文三路", "a", "number_missing road_equal", "number_far number_equal"),
        ("阳光花园", "北京路1号", "a", "road_conflict", "road_equal"),
        ("月亮湾", "文三路阳光花园", "b", "address_found road_equal", "address_in_name"),
        ("阳光花园", "", "a", "", "address_found road_equal road_conflict"),
        ("文三", "", "a", "name_in_address", ""),
        ("", "阳光花园文三路12号", "a", "name_equal number_equal", "no_name"),
        ("长安府3幢", "", "g", "building_equal", ""),
        ("长安府5幢", "", "g", "building_conflict name_equal", "building_equal"),
        ("", "红旗村3组", "f", "group_equal place_equal", "group_conflict"),
        ("", "红旗村5组", "f", "group_conflict place_equal", "group_equal"),
        ("红旗村", "东风村3组", "f", "place_conflict", "group_equal group_conflict"),
        ("阳光花园", "西湖区", "a", "district_equal", "district_conflict"),
        ("阳光花园", "上城区", "a", "district_conflict", "district_equal"),
        ("阳光花园", "东山区", "a", "", "district_equal district_conflict near_conflict"),
        ("阳光花园", "西湖区文三路12号", "a", "text_equal", ""),
        ("陽光花園", "西湖區文三路１２號", "a", "text_equal", ""),
        ("阳光花园", "文三路12号", "a", "", "text_equal"),
        ("阳光花园", "", "a", "rivals_equal alike", ""),
        ("月亮湾", "", "b", "", "rivals_equal"),
    ],
)
def test_features(name: str, address: str, row: str, said: str, unsaid: str) -> None:
    told = compared(name, address, row)
    assert [feature for feature in said.split() if feature not in told] == []
    assert [feature for feature in unsaid.split() if feature in told] == []


def test_likeness_is_the_order_of_the_candidates() -> None:
    asked = encode([TOWN.question("星河苑二期", "学院路8号")])
    likeness = find(asked, TOWN.index).features[:, FEATURES.index("likeness")]
    assert likeness.tolist() == sorted(likeness.tolist(), reverse=True)


def test_letters_of_an_address_that_is_a_name() -> None:
    told = compared("北京城", "学院路星河苑9号楼", "c")
    assert told["address_found"] < 1
    table = gazetteer("a | 阳光花园 | 学院路 | 0, 0\n b | 月亮 | 文三路 | 0, 9")
    assert compared("学院路小学", "阳光花园旁", "a", table=table)["address_in_name"] == 1


def test_the_nearest_row_on_the_road_and_of_the_number() -> None:
    told = compared("月亮湾", "文三路14号", "b")
    assert told["road_away"] == pytest.approx(np.log1p(6), rel=1e-3)
    assert told["number_known"] == 1
    assert told["number_away"] == pytest.approx(np.log1p(6), rel=1e-3)
    alone = compared("月亮湾", "文三路99号", "b")
    assert alone["road_known"] == 1
    assert "number_known" not in alone


def test_neighbours_support_and_rivals_lie_elsewhere() -> None:
    told = compared("星河苑", "", "c")
    assert told["support"] == pytest.approx(1.0)
    assert told["supporters"] == 1
    assert compared("阳光花园", "文三路12号", "e")["rival"] > 0
    assert compared("阳光花园", "文三路12号", "a")["rival"] < 0
    far = compared("阳光花园", "", "e")
    assert "support" not in far
    assert far["rivals_equal"] == pytest.approx(np.log1p(1))


def test_the_share_of_neighbours_that_name_the_district() -> None:
    near = [f"{k} | 楼{k} | 上城区解放路{k}号 | {k}, 0" for k in range(20)]
    far = [f"{k} | 月{k} | 西湖区 | 99, 0" for k in range(20, 23)]
    table = gazetteer("\n".join([*near, *far, "x | 阳光花园 | 解放路99号 | 5, 5"]))
    assert compared("阳光花园", "上城区", "x", table=table)["near_equal"] == 1
    assert compared("阳光花园", "西湖区", "x", table=table)["near_conflict"] == 1


# ---- judge


def judged(
    metres: list[float],
    scores: list[float],
    *,
    places_: list[float] | None = None,
    zones: list[int] | None = None,
) -> tuple[list[int], dict[str, float]]:
    """Judge candidates in a line at some metres, whose points and places have some scores."""
    lines = [f"{k:02} | 楼 | 路{k:02}号 | {east}, 0" for k, east in enumerate(metres)]
    index = gazetteer("\n".join(lines)).index
    assert index.row.tolist() == list(range(len(metres)))
    features = np.zeros((len(metres), WIDTH), dtype=np.float32)
    features[:, 0], features[:, 1] = scores, scores if places_ is None else places_
    weights = np.zeros((2, WIDTH + 1))
    weights[0, 0] = weights[1, 1] = 1.0
    which, said = np.zeros(CHOICES, dtype=np.int32), np.zeros(SAID)
    zone = np.array(zones or [], dtype=np.int32)
    best = np.arange(len(metres), dtype=np.int32)
    judge(index, best, len(metres), features, weights, zone, which, said)
    names = {
        "point": POINT,
        "place": PLACE,
        "rival": RIVAL_POINT,
        "spread": SPREAD,
        "zone": IN_ZONE,
    }
    return which[:OTHER_ZONE].tolist(), {
        name: float(said[column]) for name, column in names.items()
    }


def test_chances_are_shared_with_none_of_them() -> None:
    (chosen, rival), said = judged([0.0], [0.0])
    assert (chosen, rival) == (0, -1)
    assert said["point"] == said["place"] == pytest.approx(0.5)


def test_candidates_near_each_other_are_one_answer() -> None:
    # two of 2 beside each other beat one of 2.5 elsewhere
    (chosen, rival), said = judged([0.0, 200.0, 3000.0], [2.0, 2.0, 2.5])
    whole = 1 + 2 * np.e**2 + np.e**2.5
    assert (chosen, rival) == (0, 2)
    assert said["point"] == pytest.approx(2 * np.e**2 / whole)
    assert said["rival"] == pytest.approx(np.e**2.5 / whole)
    assert said["spread"] == pytest.approx(200, rel=1e-3)


def test_the_spread_leaves_out_what_has_little_chance() -> None:
    _, said = judged([0.0, 400.0], [6.0, 0.0])
    assert said["spread"] == 0


def test_of_one_answer_the_row_about_the_very_place_is_chosen() -> None:
    (chosen, _), _ = judged([0.0, 100.0], [3.0, 3.0], places_=[-2.0, 3.0])
    assert chosen == 1


def test_the_row_that_is_most_probably_meant_is_the_answer() -> None:
    # most chance lies around the row between the others, but the first one is meant
    (chosen, _), _ = judged([0.0, 400.0, 800.0], [3.0, 3.0, 3.0], places_=[4.0, -3.0, 0.0])
    assert chosen == 0
    (chosen, _), _ = judged([0.0, 400.0, 800.0], [3.0, 3.0, 3.0], places_=[0.0, -3.0, 0.0])
    assert chosen == 1


def test_buildings_of_one_compound_count_as_one_place() -> None:
    lines = [f"a{k:02} | 楼 | 银杏路36号{k}栋 | {k}, 0" for k in range(9)]
    lines += [f"b{k:02} | 楼{'院' * (k % 2)} | 松林路1号{k}栋 | {3000 + k}, 0" for k in range(2)]
    lines.append("c | 楼 | 松林路2号 | 6000, 0")
    index = gazetteer("\n".join(lines)).index
    best = np.argsort(index.row).astype(np.int32)
    features, weights = np.zeros((12, WIDTH), dtype=np.float32), np.zeros((2, WIDTH + 1))
    which, said = np.zeros(CHOICES, dtype=np.int32), np.zeros(SAID)
    judge(index, best, 12, features, weights, np.zeros(0, dtype=np.int32), which, said)
    # twelve rows are as probable together as they were, and shared among three places
    assert said[POINT] == pytest.approx(12 / 13 / 3)
    assert said[RIVAL_POINT] == pytest.approx(12 / 13 / 3)


def test_what_is_too_improbable_for_a_number_has_no_chance() -> None:
    _, said = judged([0.0, 900.0], [-2000.0, -2000.0])
    assert said["point"] == 0


def test_the_chance_of_a_zone_is_that_of_its_places() -> None:
    (_, rival), said = judged([0.0, 2000.0, 4000.0], [3.0, 2.0, 0.0], zones=[7, 7, 8])
    whole = 1 + np.e**3 + np.e**2 + 1
    assert rival == 1
    assert said["zone"] == pytest.approx((np.e**3 + np.e**2) / whole)
    # a row that is only nearby may lie across the boundary
    _, said = judged([0.0], [6.0], places_=[-6.0], zones=[7])
    assert said["point"] > 0.99
    assert said["zone"] < 0.01


def test_the_best_row_of_another_zone_is_told_however_near() -> None:
    # 0 and 1 lie in zone 7, the others in zone 8; 3 is likelier than 2
    lines = [f"{k} | 楼 | 路{k}号 | {k * 50}, 0" for k in range(4)]
    index = gazetteer("\n".join(lines)).index
    features, weights = np.zeros((4, WIDTH), dtype=np.float32), np.zeros((2, WIDTH + 1))
    weights[:, 0] = 1.0
    best, which, said = np.arange(4, dtype=np.int32), np.zeros(CHOICES, np.int32), np.zeros(SAID)
    zone = np.array([7, 7, 8, 8], dtype=np.int32)
    for scores, across in (([5.0, 4.0, 3.0, 3.5], 3), ([5.0, 4.0, 0.0, 0.0], -1)):
        features[:, 0] = scores
        judge(index, best, 4, features, weights, zone, which, said)
        assert which[[CHOSEN, RIVAL, OTHER_ZONE]].tolist() == [0, -1, across]
    judge(index, best, 4, features, weights, np.zeros(0, dtype=np.int32), which, said)
    assert which[OTHER_ZONE] == -1


def test_rows_without_a_zone_are_in_no_zone_together() -> None:
    _, said = judged([0.0, 900.0], [3.0, 2.0], zones=[NO_ZONE, NO_ZONE])
    assert said["zone"] == 0


def test_metres_are_metres() -> None:
    assert pytest.approx(6_371_000 * np.pi / 180, rel=1e-3) == METRES
    assert (CHOSEN, RIVAL) == (0, 1)
