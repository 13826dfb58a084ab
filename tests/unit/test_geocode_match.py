"""Tables are made ready and asked: the one interface to the geocoder."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tiny_gazetteer import gazetteer, places

from zoning.geocode.admin import Divisions
from zoning.geocode.answer import Answer, MatchCode
from zoning.geocode.gazetteer import Place, build_gazetteer
from zoning.geocode.kernels import METRES, NO_ZONE, answer_some
from zoning.geocode.match import Geocoder, Question, geocoder
from zoning.geocode.model import Kind
from zoning.geocode.search import side_by_side

TOWN = gazetteer(
    """
    a | 阳光花园   | 西湖区文三路12号 | 0, 0
    b | 月亮湾     | 西湖区文三路40号 | 600, 0
    c | 星河苑二期 | 西湖区学院路8号  | 0, 900 || 天河苑
    d | 长安府     | 上城区解放路15号 | 5300, 5000
    """
)
ASKED = geocoder(TOWN)


def told(name: str, address: str = "", city: str = "") -> tuple[MatchCode, str | None]:
    said = ASKED.answer(Question(name, address, city))
    return said.code, None if said.row is None else TOWN.ids.at(said.row)


# ---- the table


def test_a_table_keeps_what_it_was_given() -> None:
    assert len(TOWN) == 4
    assert [TOWN.names.at(row) for row in range(4)][2] == "星河苑二期"
    assert TOWN.addresses.at(3) == "上城区解放路15号"
    assert TOWN.roads == ("学院路", "文3路", "解放路")
    assert TOWN.index.row[TOWN.point].tolist() == [0, 1, 2, 3]


def test_a_row_has_an_entry_for_each_of_its_names() -> None:
    assert sorted(TOWN.index.row.tolist()) == [0, 1, 2, 2, 3]
    twice = gazetteer("a | 阳光 | 文三路 | 0, 0 || 阳光, 月亮, 月亮")
    assert len(twice.index.row) == 2


def test_the_table_tells_how_far_rows_about_one_place_lie_apart() -> None:
    assert TOWN.accuracy_m == 0
    lines = [f"{k} | 楼{k // 2} | 路{k}号 | {9000 * (k // 2) + 50 * (k % 2)}, 0" for k in range(60)]
    assert gazetteer("\n".join(lines)).accuracy_m == pytest.approx(50, rel=0.01)


def test_divisions_of_the_bureau_go_before_those_of_the_table() -> None:
    own = Divisions({Kind.DISTRICT: ("西湖区",)})
    assert gazetteer("a | 阳光 | 西湖区文三路1号 | 0, 0", divisions=own).divisions is own


def test_an_empty_table_answers() -> None:
    none = build_gazetteer([])
    assert len(none) == 0
    said = geocoder(none).answer(Question("阳光花园", "文三路12号"))
    assert (said.code, said.row) == (MatchCode.REFUSED, None)


def test_a_table_of_one_row_answers() -> None:
    one = geocoder(gazetteer("a | 阳光花园 | 文三路12号 | 0, 0"))
    assert one.answer(Question("阳光花园", "文三路12号")).code is MatchCode.EXACT
    assert one.answer(Question("月亮湾")).row is None


FAR_APART = geocoder(
    gazetteer("a | 阳光花园 | 文三路12号 | 0, 0\nb | 月亮湾 | 文三路140号 | 2400, 0")
)


@pytest.mark.parametrize(
    ("town", "asked", "code"),
    [
        (ASKED, Question("月光花园", "文三路30号"), MatchCode.REFUSED),
        (FAR_APART, Question("", "文三路76号"), MatchCode.TIED),
    ],
)
def test_a_point_by_its_row_or_its_road_is_told_in_the_same_steps(
    town: Geocoder, asked: Question, code: MatchCode
) -> None:
    finely = replace(town, matching=replace(town.matching, steps=np.zeros((2, 0))))
    ends, told = town.matching.steps
    fine, said = finely.answer(asked), town.answer(asked)
    assert fine.code is code
    assert fine.probability < ends[-1]
    assert fine.probability not in told
    assert said.probability == told[np.searchsorted(ends, fine.probability)]
    # it is decided with the finer figure
    assert (said.code, said.row, said.accepted) == (fine.code, fine.row, fine.accepted)


def test_progress_goes_from_nothing_to_all() -> None:
    shares: list[float] = []
    build_gazetteer(places("a | 阳光 | 文三路 | 0, 0"), progress=shares.append)
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_text_of_any_kind_is_kept_or_replaced() -> None:
    odd = build_gazetteer([Place("\ud800", "\0阳光\ud800", "👍", 100.0, 0.0, "\udfff城")])
    assert odd.ids.at(0) == "?"
    assert geocoder(odd).answer(Question("阳光", "👍")).row == 0


# ---- questions


@pytest.mark.parametrize(
    ("name", "address", "code", "row"),
    [
        ("阳光花园", "西湖区文三路12号", MatchCode.EXACT, "a"),
        ("陽光花園", "西湖區文三路１２號", MatchCode.EXACT, "a"),
        ("阳光花园", "西湖区文三路十二号", MatchCode.EXACT, "a"),
        ("阳光花园", "", MatchCode.NORMALISED, "a"),
        ("天河苑", "", MatchCode.NORMALISED, "c"),
        ("", "文三路12号", MatchCode.NORMALISED, "a"),
        ("", "wensan lu 12 hao", MatchCode.NORMALISED, "a"),
        ("阳光花圆", "文三路12号", MatchCode.FUZZY, "a"),
        ("阳光花园3幢", "文三路12号", MatchCode.BUILDING, "a"),
        ("文二小学", "", MatchCode.REFUSED, None),
        ("", "", MatchCode.REFUSED, None),
    ],
)
def test_answers(name: str, address: str, code: MatchCode, row: str | None) -> None:
    assert told(name, address) == (code, row)


def test_an_answer_has_the_point_of_its_row() -> None:
    said = ASKED.answer(Question("月亮湾", "西湖区文三路40号"))
    assert said.row == 1
    assert said.lon == pytest.approx(100 + 600 / METRES)
    assert said.lat == 0.0


def test_no_questions_no_answers() -> None:
    assert ASKED.answer_all([]) == []


def test_a_question_is_answered_alike_alone_and_among_others() -> None:
    asked = [Question("阳光花园"), Question("", "学院路8号"), Question("天河苑"), Question("")]
    assert ASKED.answer_all(asked) == [ASKED.answer(item) for item in asked]


def test_threads_change_nothing() -> None:
    asked = [Question(name) for name in ("阳光花园", "月亮弯", "", "长安") * 40]
    assert ASKED.answer_all(asked, threads=2) == ASKED.answer_all(asked, threads=1)


def test_shares_hold_every_question_once() -> None:
    for count, threads in ((0, 2), (5, 4), (64, 2), (65, 2), (1000, 3)):
        done: list[int] = []
        side_by_side(lambda a, b, done=done: done.extend(range(a, b)), count, threads=threads)
        assert sorted(done) == list(range(count))


# ---- zones

TWINS = gazetteer(
    """
    a | 阳光花园 | | 0, 0
    b | 阳光花园 | | 3000, 0
    c | 月亮湾   | | 9000, 0
    """
)


def twins(zones: list[int] | None) -> Answer:
    array = None if zones is None else np.array(zones, dtype=np.int32)
    return geocoder(TWINS, zones=array).answer(Question("阳光花园"))


def test_two_places_of_one_name_are_asked() -> None:
    said = twins(None)
    assert not said.accepted
    assert said.code in {MatchCode.TIED, MatchCode.REFUSED}
    assert {said.row, *said.alternatives} == {0, 1}
    assert said.zone_probability is None


def test_the_zone_is_surer_than_the_point_where_both_places_lie_in_it() -> None:
    same, apart = twins([5, 5, 6]), twins([5, 6, 6])
    assert same.zone_probability is not None
    assert apart.zone_probability is not None
    assert same.zone_probability > 0.6 > apart.zone_probability
    assert not apart.accepted


def test_the_phase_across_the_boundary_is_offered_however_near() -> None:
    table = gazetteer(
        """
        a | 东方红小区一期 | 团结路10号 | 0, 0
        b | 东方红小区二期 | 团结路10号 | 250, 0
        """
    )
    for zones, alternatives in (([1, 2], 1), ([1, 1], 0)):
        asked = geocoder(table, zones=np.array(zones, dtype=np.int32))
        said = asked.answer(Question("东方红小区", "团结路10号"))
        assert len(said.alternatives) == alternatives, zones


def test_places_without_a_zone_have_no_chance_of_one() -> None:
    assert twins([NO_ZONE, NO_ZONE, 1]).zone_probability is None


def test_one_compiled_form_for_tables_of_every_kind() -> None:
    for table, zones in ((TOWN, None), (TWINS, np.zeros(3, dtype=np.int64))):
        Geocoder(table, ASKED.streets, zones=zones).answer(Question("阳光"))
    geocoder(build_gazetteer([])).answer(Question("阳光"))
    assert len(answer_some.signatures) == 1
