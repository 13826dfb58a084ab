"""What must never be given without asking, found by trying to be given it."""

from __future__ import annotations

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
