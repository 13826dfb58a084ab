"""The judge of the geocoder: what is asked, what is right, and what is counted apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from geocode_bench.demo import places_of, read_demo, read_truth, written
from geocode_bench.found_again import (
    Asked,
    Found,
    Truth,
    found_again_lines,
    judge,
    questions,
)
from geocode_bench.judged import away, by_chance, calibration_lines, equally_many, judged_lines
from geocode_bench.left_out import left_out_lines
from geocode_bench.slips import SLIPS, dropped, numerals, pinyin
from geocode_training.dice import Dice

from zoning.geocode.answer import Answer, MatchCode
from zoning.geocode.gazetteer import build_gazetteer
from zoning.geocode.match import geocoder

METRE = 1 / 111_195
TRUTH = """\
kind,name,road,number,building,division,address_id,names,lng,lat
door,银杏路5号,银杏路,5号,0,白马镇,1,银杏路5号|白马镇银杏路5号|老粮站,100,0
compound,月湖花园,银杏路,36号,1,白马镇,2,月湖花园1栋|白马镇银杏路36号月湖花园1栋|纱厂宿舍1栋,100.005,0
compound,月湖花园,银杏路,36号,2,白马镇,3,月湖花园2栋|白马镇银杏路36号月湖花园2栋|纱厂宿舍2栋,100.007,0
door,银杏路5号,银杏路,5号,0,青石镇,4,银杏路5号|青石镇银杏路5号|老粮站,100.1,0
door,松林街7号,松林街,7号,0,青石镇,5,松林街7号|青石镇松林街7号|戏台,100.1,0.01
"""
INPUTS = """\
地址编号,小区或村,乡镇街道,社区村,道路,门牌号,别名,户数,经度,纬度
2,月湖花园,白马镇,,银杏路,36号1栋,纱厂宿舍,9,100.005,0
1,银杏路5号,白马镇,,银杏路,5号,老粮站,9,100,0
3,月湖花园,白马镇,,银杏路,36号2栋,,9,100.007,0
4,银杏路5号,青石镇,,银杏路,5号,老粮站,9,100.1,0
5,松林街7号,青石镇,,松林街,7号,,9,100.1,0.01
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    for name, text in (("truth", TRUTH), ("inputs", INPUTS)):
        (folder / name).mkdir()
        (folder / name / "addresses.csv").write_text(text, encoding="utf-8-sig")
    return folder


@pytest.fixture(scope="module")
def asked(demo) -> dict[str, list[Asked]]:
    made = questions(read_truth(demo), read_demo(demo), rng=np.random.default_rng(1))
    return dict(made)


# ---- slips


@pytest.mark.parametrize(
    ("text", "kept"),
    [("160号9栋", "160号9"), ("八十一号", "八十一"), ("12", "12"), ("", "")],
)
def test_no_figure_is_left_out_and_none_runs_into_another(text: str, kept: str) -> None:
    for seed in range(20):
        assert dropped(text, dice=Dice(np.random.default_rng(seed))) == kept


def test_slips_of_writing() -> None:
    assert numerals("银杏路105号3栋") == "银杏路一百零五号三栋"
    assert pinyin("银杏路105号") == "yinxinglu105hao"
    dice = Dice(np.random.default_rng(1))
    assert SLIPS["full width"]("5号", dice) == "５号"
    assert SLIPS["as written"]("5号", dice) == "5号"
    typed = SLIPS["typo"]("银杏路5号", dice)
    assert sum(a != b for a, b in zip(typed, "银杏路5号", strict=True)) == 1


# ---- the demo


def test_the_truth_is_in_the_order_of_the_table(demo) -> None:
    truth, table = read_truth(demo), read_demo(demo)
    assert truth["lng"].tolist() == table["lon"].tolist()
    assert truth["compound"].tolist()[:2] == ["白马镇|银杏路|36号|月湖花园", ""]
    assert [place.aliases for place in places_of(table)][:3] == [("纱厂宿舍",), ("老粮站",), ()]


def test_an_address_says_its_name_once(demo) -> None:
    rows = read_demo(demo).rename(columns={"name": "name_"}).itertuples(index=False)
    assert [written(row) for row in rows][:2] == ["白马镇银杏路36号1栋月湖花园", "白马镇银杏路5号"]


# ---- what is asked


def test_all_kinds_are_asked(asked) -> None:
    assert list(asked) == [*SLIPS, "no town", "alias", "alias with building"]


def test_an_address_without_its_town_may_be_in_two(asked) -> None:
    several = {item.text: item.several for item in asked["no town"]}
    assert several["银杏路5号"]
    assert not several["松林街7号"]
    assert not any(item.several for item in asked["as written"])


def test_an_alias_is_asked_with_its_town_where_two_places_bear_it(asked) -> None:
    found = {item.text: item for item in asked["alias"]}
    assert set(found) == {"纱厂宿舍", "白马镇老粮站", "青石镇老粮站"}  # no row is called 戏台
    assert not any(item.several for item in found.values())
    assert found["纱厂宿舍"].question.name == "纱厂宿舍"
    assert found["白马镇老粮站"].question.address == "白马镇老粮站"


def test_a_compound_is_all_of_its_buildings_unless_one_is_named(asked) -> None:
    whole = next(item for item in asked["alias"] if item.text == "纱厂宿舍")
    assert sorted(whole.spots[:, 0].tolist()) == [100.005, 100.007]
    named = {item.text: item.spots[:, 0].tolist() for item in asked["alias with building"]}
    assert named == {"纱厂宿舍1栋": [100.005], "纱厂宿舍2栋": [100.007]}


def test_one_place_is_one_compound_or_near(demo) -> None:
    known = Truth(read_truth(demo))
    assert known.one_place([0, 2])
    assert not known.one_place([1, 3])
    assert known.one_place([1])


# ---- what is right


@pytest.fixture(scope="module")
def ask(demo):
    return geocoder(build_gazetteer(places_of(read_demo(demo))))


def said(metres: float, *, accepted: bool = False, others: tuple[int, ...] = ()) -> Answer:
    return Answer(
        MatchCode.FUZZY, 0, 100 + metres * METRE, 0.0, 0.9, 50.0,
        accepted=accepted, alternatives=others,
    )  # fmt: skip


NOWHERE = Answer(MatchCode.REFUSED, None, None, None, 0.0, None, accepted=False)
HERE = Asked("x", np.array([[100.0, 0.0]]))


@pytest.mark.parametrize(("metres", "right"), [(0, True), (49, True), (-49, True), (51, False)])
def test_right_is_within_fifty_metres(ask, metres: float, *, right: bool) -> None:
    assert judge([HERE], [said(metres)], ask).right.tolist() == [right]


def test_any_of_the_buildings_is_right(ask) -> None:
    compound = Asked("x", np.array([[100.5, 0.0], [100.0, 0.0]]))
    assert judge([compound], [said(10)], ask).right.all()


def test_no_point_is_not_right(ask) -> None:
    assert not judge([HERE], [NOWHERE], ask).right.any()


def test_an_alternative_names_the_right_one(ask) -> None:
    found = judge([HERE, HERE], [said(9_000, others=(1,)), said(9_000, others=(3,))], ask)
    assert found.right.tolist() == [False, False]
    assert found.among.tolist() == [True, False]


def test_wrong_counts_what_is_told_without_asking(ask) -> None:
    answers = [said(0, accepted=True), said(99, accepted=True), said(99), NOWHERE]
    assert judge([HERE] * 4, answers, ask).wrong == 0.5
    nothing = np.zeros(2, dtype=bool)
    assert Found(nothing, nothing, nothing).wrong == 0.0


def test_lines_of_a_demo(demo, ask) -> None:
    lines = list(
        found_again_lines(read_truth(demo), read_demo(demo), ask, rng=np.random.default_rng(1))
    )
    assert lines[0] == "  as written (5): 100.0% right; accepted 100.0%, wrong of these 0.00%"
    apart = next(at for at, line in enumerate(lines) if line.startswith("  no town"))
    assert lines[apart].startswith("  no town (3)")
    assert lines[apart + 1].startswith("    what several places bear (2): 100.0% asked back")
    assert lines[-1].startswith("with slips, mean over 9 kinds: ")


# ---- real compounds


def test_results_against_the_truth() -> None:
    truth = pd.DataFrame(
        {
            "id": ["1", "2", "3", "4"], "lng_wgs84": 100.0, "lat_wgs84": 0.0,
            "answerable": [True, True, True, False],
            "exact_name_in_index": [True, False, False, False],
        }
    )  # fmt: skip
    result = pd.DataFrame(
        {
            "query_id": ["4", "1", "2", "3"], "lng_wgs84": [100.0, 100.0, 101.0, np.nan],
            "lat_wgs84": [0.0, 0.0, 0.0, np.nan],
            "match_code": ["refused", "exact", "fuzzy", "tied"],
            "accepted": ["false", "true", "true", "false"], "probability": [0.1, 0.9, 0.8, 0.2],
        }
    )  # fmt: skip
    lines = judged_lines(result, truth)
    assert lines[:4] == [
        "answers within 500 m, answerable (3): 33.3%",
        "  no row of that very name (2): 0.0%",
        "accepted (2): 50.0% within 500 m, 66.7% of the answerable",
        "no true match (1): 100.0% not accepted, 100.0% with the code refused",
    ]
    metres = away(result, truth.set_index("id").loc[result["query_id"]].reset_index())
    assert metres[2] == pytest.approx(111_195)
    assert np.isinf(metres[3])


def test_worst_bin_is_told_of_all_tenths_and_of_those_with_enough() -> None:
    # 200 say 0.9 and 9 of 10 are right; 4 say 0.5 and all are right
    said = np.r_[np.full(200, 0.9), np.full(4, 0.5)]
    right = np.r_[np.arange(200) % 10 > 0, np.ones(4, dtype=bool)]
    _, worst, many, _, *tenths = calibration_lines(said, right)
    assert worst.startswith("  worst of ten bins: 0.500;")
    assert many.startswith("  of those with 100 answers: 0.000;")
    assert tenths == [
        "  said 0.50: right 1.00 ± 0.25 (4)",
        "  said 0.90: right 0.90 ± 0.02 (200)",
    ]


def test_answers_of_one_probability_are_judged_together() -> None:
    said = np.r_[np.full(25, 0.4), np.linspace(0.9, 0.99, 75)]
    found = equally_many(np.random.default_rng(0).permutation(said))
    assert [len(part) for part in found] == [30, *[10] * 7]
    assert sorted(np.concatenate(found).tolist()) == list(range(100))
    assert [len(part) for part in equally_many(np.full(30, 0.5))] == [30]
    assert [len(part) for part in equally_many(said[-10:])] == [1] * 10
    assert equally_many(np.zeros(0)) == []


def test_chance_alone_moves_a_bin_of_few_answers() -> None:
    said, bins = np.full(104, 0.5), [np.arange(4), np.arange(4, 104)]
    few, many = (by_chance(said, [these]) for these in bins)
    # of four tosses of a coin: 2 heads in 6 of 16 cases, 1 or 3 in 8, none or 4 in 2
    assert few.mean() == pytest.approx(8 / 16 * 0.25 + 2 / 16 * 0.5, abs=0.01)
    assert (few <= 0.05).mean() == pytest.approx(6 / 16, abs=0.03)
    # the mean of a normal error is sqrt(2 / pi) of its standard deviation
    assert many.mean() == pytest.approx(0.05 * np.sqrt(2 / np.pi), abs=0.002)
    assert by_chance(said, bins).mean() > few.mean()
    assert by_chance(said, []).tolist() == [0.0] * 2000


def test_rows_of_a_site_are_asked_of_the_other_sites_alone() -> None:
    table = pd.DataFrame(
        {
            "id": ["a1", "b1", "b2"], "city": "c", "src": ["a", "b", "b"],
            "name": ["月湖花园", "月湖花园", "松林苑"], "address": "",
            "lng_wgs84": [100.0, 100.0 + 400 * METRE, 100.1], "lat_wgs84": 0.0,
        }
    )  # fmt: skip
    seen: list[tuple[list[str], list[str]]] = []

    def first_row_answers(rows: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
        seen.append((list(rows["id"]), list(asked["id"])))
        assert list(asked.columns) == ["id", "city", "name", "address"]
        return pd.DataFrame(
            {
                "query_id": list(asked["id"]),
                "lng_wgs84": rows["lng_wgs84"].iloc[0],
                "lat_wgs84": 0.0,
                "probability": 0.9,
                "accepted": "true",
            }
        )

    lines = left_out_lines(table, first_row_answers)
    assert seen == [(["b1", "b2"], ["a1"]), (["a1"], ["b1", "b2"])]
    # a1 and b1 lie 400 m apart; b2 is elsewhere
    assert lines[0] == (
        "rows of a site asked of the others (3): accepted 100.0%, 66.7% within 500 m"
    )
