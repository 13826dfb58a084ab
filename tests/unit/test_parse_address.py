"""Addresses in their components: what is said with a suffix, and what only its place tells."""

from __future__ import annotations

import pytest

from zoning.geocode.model import Kind
from zoning.geocode.parse import addresses, parse

# components as "text/kind"; kinds by their first letters as far as needed to tell them apart
CASES = [
    "浙江省/prov 杭州市/city 西湖区/dist 古荡街道/town 文三路/road 12号/num",
    "上海市/city 中山东路/road 市场路/road 口/cross",
    "江东区/dist 金家一路/road",
    "二七区/dist 五一路/road 三里屯小区/comp 三十二号楼/buil 1单元/unit",
    "北京市/city 朝阳区/dist 三里屯路/road 19号院/num 3号楼/buil 2单元/unit 501/room",
    "重庆南路/road 101号/num",
    "乌鲁木齐市/city 人民路/road 5号/num",
    "宁波/city 余姚市/dist 人民路/road 5号/num",
    "人民东路辅路/road 6号/num",
    "城西街道/town 和平街/road 45号/num",
    "重庆市/city 忠县/dist 石子乡/town 民主村/comm 2组/group 15号/num",
    "广西壮族自治区/prov 南宁市/city 青秀区/dist",
    "新疆/prov 库尔勒市/city 人民东路/road",
    "浙江大学/comp",
    "义乌市/dist 佛堂镇/town 双林路/road",
    "宁波/city 江北区/dist 文汇路/road 553弄/lane 8号/num",
    "金华/city 义乌/dist 福田街道/town",
    "五一路街道办事处/town",
    "建国门外大街/road 甲6号/num",
    "红旗街道/town 建设路/road 12号附3号/num",
    "远山映湖国际街区/comp 西区/phase 3栋/buil",
    "阳光花园/comp 二期/phase A座/buil 1201室/room",
    "红岭六区/comp 12栋/buil",
    "锦绣家园/comp 47/buil - 6/unit - 746室/room",
    "滨康路/road 34-2号/num",
    "中山路/road 2、4、6号/num",
    "解放西路/road 339支路/lane 59号/num",
    "东湖路/road 三横路/lane 5号/num",
    "东湖路/road 3横路/lane 5号/num",
    "东湖三横路/road 5号/num",
    "12号大街/road 和达城/comp 3幢/buil",
    "天童北路/road 与/cross 鄞县大道/road 交叉口/cross",
    "文二路/road 实验小学/comp 对面/near",
    "二环路/road 东段/near 6号/num",
    "二环路/road 北四段/near 6号/num",
    "二环路/road 北4段/near 6号/num",
    "人民南路/road 四段/near 12号/num",
    "中心街道/town 东段/near 6号/num",
    "东四十条/road 甲22号/num",
    "东四10条/road 甲22号/num",
    "朝阳区/dist 工人体育场北路/road 4号院/num",
    "南昌/city 市民中心南路/road 5号/num",
    "南开区/dist 三马路/road 12号/num",
    "三墩镇/town 国道/comp 旁/near",
    "下沙街道/town 松合社区/comm 三组/group",
    "气象公司宿舍/comp (金磐路237号)/brack",
    "北京/other 北京市/city 朝阳区/dist",
    "余杭区/dist 余杭区/other 五常大道/road",
    "湖南省/other 岳阳市/other 云溪区/other 湖北省/prov 孝感市/city 大悟县/dist",
    "化章街/road 往南800米/near",
    "江干区/dist 下沙/town 8号路/road 5号/num",
    "新塘镇/town 教育西4巷/road 6号/num",
    "河南省/prov 商城县/dist 南大街/road 5号/num",
    "上城区/dist 紫花苑/comp 147/buil - 5/unit - 891室/room",
    "湖州市/city 市辖区/other 人民路/road 5号/num",
    "文三路/road 12#/num",
    "文三路/road 12#楼/buil",
    "阳光花园/comp 12#/buil",
    "文三路/road 壹拾贰号/num",
    "阳光花园/comp 叁幢/buil",
    "文三路/road 12甲号/num",
    "西湖区/dist 第3小区/comp 5幢/buil",
    "西湖区/dist 第三小区/comp 5幢/buil",
    "育才路/road 第3小学/comp",
    "102团/town 3连/comm 5号/num",
    "102团/town 三连/comm",
    "三连小区/comp 5号/num",
    "大连路/road 5号/num",
]


def expected(case: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the address of a case, and its components; a word without a kind is only text."""
    parts = [word.partition("/") for word in case.split(" ")]
    return "".join(text for text, _, _ in parts), [(t, kind) for t, _, kind in parts if kind]


@pytest.mark.parametrize("case", CASES)
def test_components(case: str) -> None:
    raw, wanted = expected(case)
    told = parse(raw).components
    assert [raw[item.start : item.end] for item in told] == [text for text, _ in wanted]
    for item, (_, kind) in zip(told, wanted, strict=True):
        assert str(item.kind).startswith(kind), f"{item.text} is {item.kind}"


def test_spans_are_those_of_the_raw_text() -> None:
    raw = "（ 浙江省 ）西湖區 文三路１２號"
    for item in parse(raw).components:
        if item.kind is Kind.ROAD:
            assert raw[item.start : item.end] == "文三路"
        if item.kind is Kind.NUMBER:
            assert (item.text, raw[item.start : item.end]) == ("12号", "１２號")


def test_what_a_suffix_says_is_surer_than_what_the_order_tells() -> None:
    city, district = parse("宁波江北区").components
    assert (city.kind, district.kind) == (Kind.CITY, Kind.DISTRICT)
    assert city.confidence < 0.5 < district.confidence


def test_views() -> None:
    address = parse("文三路553弄8号阳光花园二期3幢")
    assert address.road == "文三路"
    assert address.lane == "553弄"
    assert address.number == "8号"
    assert address.compound == "阳光花园"
    assert address.phase == "二期"
    assert address.building == "3幢"
    assert [item.text for item in address.all(Kind.ROAD)] == ["文三路"]
    assert address.first(Kind.CITY) == ""


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("文三路1号,学院路2号", ["文三路1号", "学院路2号"]),
        ("莱茵二街芙蓉苑，康桥三路芙蓉苑", ["莱茵二街芙蓉苑", "康桥三路芙蓉苑"]),
        ("中山路2、4、6号", ["中山路2、4、6号"]),
        ("中山路2号、4号、人民路6号", ["中山路2号4号", "人民路6号"]),
        ("文三路1号", ["文三路1号"]),
        ("", [""]),
    ],
)
def test_several_addresses_in_one_field(text: str, several: list[str]) -> None:
    found = addresses(text)
    assert ["".join(item.text for item in address.components) for address in found] == several
