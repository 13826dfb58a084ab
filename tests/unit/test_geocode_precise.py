"""What must never be given without asking, found by trying to be given it."""

from __future__ import annotations

import numpy as np
import pytest
from tiny_gazetteer import gazetteer

from zoning.geocode.match import Question, geocoder

TABLE = gazetteer(
    """
    a | 水岸花都 | 河滨路22号 | 0, 0
    b | 书香门第 | 书院路8号 | 5000, 0
    c | 白杨小区 |  | 10000, 0
    d | 白杨小区 | 白杨路7号 | 15000, 0
    e |  | 柏树村 | 20000, 0
    f |  | 柏树村1组 | 20500, 0
    g |  | 柏树村2组 | 21000, 0
    h |  | 松树村3组 | 30000, 0
    i |  | 淮河路5号 | 40000, 0
    j |  | 淮河路7号 | 40050, 0
    k |  | 淮河路205号 | 44000, 0
    l |  | 长江路2-30号（双号，2号除外） | 50000, 0
    m |  | 石桥路2、4、6号 | 60000, 0
    n |  | 石桥路8、10、12号 | 60200, 0
    o |  | 云海路 | 70000, 0
    """
)
ASK = geocoder(TABLE)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("", "白杨小区"), ("", "柏树村"), ("", "云海路"), ("", "柏树村1组（松树村3组）"),
        ("", "柏树村1组淮河路205号"), ("", "淮河路5号（现205号）"), ("", "淮河路5号(205号)"),
        ("", "淮河路5号和7号"), ("", "长江路2号"), ("", "长江路3号"), ("", "石桥路7号"),
        ("", "石桥路14号"), ("水岸花都西边", "河滨路22号"), ("水岸花都后面", "河滨路22号"),
        ("水岸花都斜对门", "河滨路22号"), ("水岸花都", "河滨路22号往东"), ("", "不是河滨路22号"),
        ("水岸花都与书香门第之间", "河滨路22号"), ("水岸花都和书香门第", "河滨路22号"),
    ],
)  # fmt: skip
def test_it_is_asked(name: str, address: str) -> None:
    assert not ASK.answer(Question(name, address)).accepted


@pytest.mark.parametrize(
    ("name", "address", "row"),
    [
        ("水岸花都", "河滨路22号", "a"), ("", "柏树村1组", "f"), ("", "柏树村一组", "f"),
        ("", "淮河路5号", "i"), ("", "淮河路205号", "k"), ("白杨小区", "白杨路7号", "d"),
        ("", "长江路4号", "l"), ("", "石桥路6号", "m"), ("", "石桥路8号", "n"),
    ],
)  # fmt: skip
def test_it_is_given(name: str, address: str, row: str) -> None:
    said = ASK.answer(Question(name, address))
    assert said.accepted
    assert said.row is not None
    assert TABLE.ids.at(said.row) == row


CITY = gazetteer(
    """
    a | 阳光花园 | 杭州市滨江区文三路12号 | 0, 0
    b | 月亮湾   | 杭州市滨江区滨江路1号 | 8000, 0
    c |          | 杭州市滨江区五一路 | 3000, 3000
    d |          | 胜利镇八一村 | 9000, 9000
    e |          | 建设路4号 | 30000, 0
    f |          | 建设路6号 | 30030, 0
    g |          | 建设路8号 | 30060, 0
    odd1 |       | 建设路3号 | 29985, 20
    odd2 |       | 建设路7号 | 30045, 20
    h | 星河苑一期 | 杭州市滨江区学院路5号 | 40000, 0
    i | 翠竹小区 | 古墩路10号 | 60000, 0
    j |          | 测试路1号 | 70000, 0
    k |          | 测试路3号 | 70010, 0
    l |          | 测试路5号 | 70020, 0
    m |          | 测试路7号 | 70030, 0
    n |          | 测试路300号 | 72500, 0
    """
)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        # a road or a village is no place, whatever numeral is in its name
        ("", "杭州市滨江区五一路"), ("", "胜利镇八一村"), ("", "测试路"), ("", "测试路310号"),
        # another addition is another door
        ("", "建设路6-1号"), ("", "建设路6号附1"), ("", "建设路甲6号"), ("", "建设路新6号"),
        ("", "建设路临5号"),
        # another name, which is that of a place elsewhere
        ("阳光花园、月亮湾", "文三路12号"), ("阳光花园 月亮湾", "文三路12号"),
        ("阳光花园（原月亮湾）", "文三路12号"), ("阳光花园【月亮湾】", "文三路12号"),
        ("阳光花园（翠竹小区、月亮湾）", "文三路12号"), ("阳光花园（近月亮湾）", "文三路12号"),
        ("星河苑一期和二期", "学院路5号"),
        # another address, which the table has elsewhere
        ("阳光花园", "文三路12号或滨江路1号"), ("阳光花园", "文三路12号（已搬至滨江路1号）"),
        # not the place itself
        ("阳光花园东三百米", "文三路12号"), ("阳光花园背后", "文三路12号"),
        ("非阳光花园", "文三路12号"), ("阳光花园", "文三路12号再走三百米"),
        # another city or district than the table's
        ("", "宁波市滨江区滨江路1号"), ("", "上海滨江路1号"), ("阳光花园", "萧山区文三路12号"),
        ("阳光花园", "上海市静安区文三路12号"),
    ],
)  # fmt: skip
def test_however_well_a_row_fits_it_is_asked(name: str, address: str) -> None:
    assert not geocoder(CITY).answer(Question(name, address)).accepted


@pytest.mark.parametrize(
    ("name", "address", "row"),
    [
        ("阳光花园", "文三路12号", "a"), ("阳光花园", "杭州市滨江区文三路12号", "a"),
        ("阳光花园（正门）", "文三路12号", "a"), ("", "建设路6号", "f"), ("", "建设路5号", "f"),
    ],
)  # fmt: skip
def test_what_says_no_more_is_given(name: str, address: str, row: str) -> None:
    said = geocoder(CITY).answer(Question(name, address))
    assert said.accepted
    assert CITY.ids.at(said.row) == row


def test_a_place_that_stands_in_two_zones_is_asked_about() -> None:
    houses = gazetteer(
        """
        a | 东方花园1幢 | 明珠路1号 | 0, 0
        b | 东方花园2幢 | 明珠路1号 | 60, 0
        c | 月亮湾 | 滨江路1号 | 8000, 0
        """
    )
    asked = Question("东方花园", "明珠路1号")
    one_zone, two_zones = (
        geocoder(houses, zones=np.array(zones, dtype=np.int32)).answer(asked)
        for zones in ((0, 0, 1), (0, 1, 1))
    )
    assert one_zone.accepted
    assert not two_zones.accepted
