"""What a notice's lists of door numbers say: one line for each form that notices have."""

from __future__ import annotations

import pytest

from zoning.geocode.numbers import parse_number
from zoning.geocode.ranges import Answer, read_ranges
from zoning.messages import languages

# text, road, numbers that are meant, numbers that are not, numbers that it does not tell
SAID = [
    ("1-15（单号）", "", "1 7 15", "2 17 16", ""),
    ("２－３０（雙號）", "", "2 30", "3 32", ""),
    ("1～15号", "", "1 8 15", "16", ""),
    ("1–5号", "", "3", "6", ""),
    ("1--5号", "", "3", "6", ""),
    ("2、4、6", "", "2 4 6", "3 5", "4号之一"),
    ("1、3、5-11(单)", "", "1 3 7", "2 6 13", ""),
    ("101号至199号单号", "", "101 199", "102 201", ""),
    ("十一号至十五号", "", "12", "16", ""),
    ("三、五号", "", "3 5", "4", ""),
    ("奇数1-9，偶数2-4", "", "9 4", "6", ""),
    ("单号：1–33号；双号：2-48号", "", "33 48", "35 50", ""),
    ("虹桥路（单）:953-971弄、981号", "虹桥路", "955 981", "954", ""),
    ("虹桥路：640号（双号）-652弄3号", "虹桥路", "650", "641 654", ""),
    ("人民路双号全段", "人民路", "2 800", "3", ""),
    ("人民路双号", "人民路", "2 800", "3", ""),
    ("人民路（单号）、建设路", "人民路", "3", "4", ""),
    ("锦屏路全部；建设路全路段", "建设路", "1 900", "", ""),
    ("体育路单号（37号以下）、天河路双号", "体育路", "35 37", "36 39", ""),
    ("体育路单号（9—91号）双号（20—50号）", "体育路", "11 22", "10 93 52", ""),
    ("201号至275号的单号", "", "201 203", "202", ""),
    ("242号（含此号）后的双数门牌", "", "242 244", "243 240", ""),
    ("143号起单号", "", "143 145", "144 141", ""),
    ("11号之一至四", "", "11号之三", "11 11号之五", ""),
    ("1号大院之24-41号", "", "1号之30", "1 41 2", ""),
    ("31—33号大院", "", "32 33号之一", "34", ""),
    ("天河路双号450号—910号和单号559号—725号", "天河路", "452 561", "451 727", ""),
    ("安全路12号", "安全路", "12", "13", ""),
    ("广雅前街；光明巷", "光明巷", "1", "", ""),
    ("1-99号，62号除外", "", "61 63", "62 100", "62号之一"),
    ("1-99号、62号、64号除外", "", "63", "62 64", ""),
    ("1-99号（不含62号）", "", "61", "62", ""),
    ("1-99号，除62、64号外", "", "63", "62 64", ""),
    ("人民路除14号外全段", "人民路", "13", "14", ""),
    ("人民路（除14号外）1-30号", "人民路", "13", "14 31", ""),
    (
        "人民路1-15（单号）、2-30（双号，14号除外）；建设巷全段",
        "人民路",
        "1 12 30",
        "14 17 32",
        "",
    ),
    ("新后街一巷（后街一巷17号、17号之一除外）", "新后街一巷", "16 19", "17 17号之一", ""),
    ("88号大院", "", "88 88号之一 88号院3号", "89", ""),
    ("88号", "", "88 88号附2号", "89", "88号之一 88甲号"),
    ("12号之一至之五", "", "12号之一 12号之三", "12 12号之六", "12号附1号 12甲号"),
    ("21号之一之二之三", "", "21号之二", "21 21号之四", ""),
    ("21号之一、之二", "", "21号之二", "21 21号之四", ""),
    ("34号附1号-附30号", "", "34号附7号", "34号附31号 35", ""),
    ("5-4号", "", "5-4号", "4 5", ""),
    ("48-2号（双号）", "", "2 40", "3 50", ""),
    ("“12-14号”", "", "12-14号", "13", ""),
    ("258/259号", "", "258 259", "260", ""),
    ("120号以上", "", "120 500", "119", ""),
    ("120号以下", "", "120 1", "121", ""),
    ("120号及以后", "", "120 500", "119", ""),
    ("63号以后", "", "64", "62", "63"),
    ("63号以后（含）", "", "63", "62", ""),
    ("63号以后（含63号）", "", "63", "62", ""),
    ("12号至末", "", "12 900", "11", ""),
    ("至48号", "", "1 48", "49", ""),
    ("东湖路三、四横路", "东湖路4横路", "1", "", ""),
    ("东湖路1-6横路", "东湖路五横路", "1", "", ""),
    ("长喜一、二、三横巷2号", "长喜三横巷", "2", "3", ""),
    ("锦汇一街至锦汇三街", "锦汇二街", "1", "", ""),
    ("永丰村1组1号-41号，2组5号", "永丰村2组", "5", "6", ""),
    ("沫江社区：33幢1号-16号", "沫江社区33幢", "16", "17", ""),
    ("天山路1726弄1-11号", "天山路", "1726弄3号", "1726弄12号 1728", ""),
    ("222弄1-51号（弄内单号）", "", "222弄3号", "222弄4号 223", ""),
    ("680弄、700弄-740弄（双号）", "", "680 720弄5号", "690 721", ""),
    ("青石江路555弄（长河花园）", "青石江路", "555", "556", ""),
    ("（怡福花园）怡福街1-55号", "怡福街", "55", "56", ""),
    ("龙溪路1-5号（中路以北）", "龙溪路", "", "6", "3"),
    ("人民路1-15号以南", "人民路", "", "16", "3"),
    ("1.人民路3号；2.建设路5号", "建设路", "5", "2 3", ""),
    ("1-9号、11-33号（单号）", "", "3 33", "12", "4"),
    ("人民路1-15（双号）", "人民路", "", "17", "2 3"),
    ("2-30（双号，31号除外）", "", "", "31", "2"),
    ("人民路1-15号附近", "人民路", "", "", "3 16"),
    ("人民路1-15号、符合条件的儿童", "人民路", "3", "", "16"),
    ("员村路（员村路1号、某苑）", "员村路", "1", "", "2"),
    ("林和路253号B栋", "林和路", "", "", "253 255"),
    ("天平架1巷—45号", "天平架1巷", "45", "", "3"),
    ("某某社区（人民路3号除外）", "人民路", "", "3", "5"),
]
UNREAD = {
    "人民路1-15号附近": "附近",
    "人民路1-15号、按实际居住": "按实际居住",
    "人民路2-": "-",
    "人民路3号（除门牌含甲字样外）": "门牌含甲字样",
    "人民路3号）": "）",
    "62号除外": "除外",
}


@pytest.mark.parametrize(("text", "road", "yes", "no", "unsure"), SAID, ids=lambda part: str(part))
def test_a_form_is_understood(text: str, road: str, yes: str, no: str, unsure: str) -> None:
    read = read_ranges(text)
    wanted = {Answer.YES: yes, Answer.NO: no, Answer.UNSURE: unsure}
    for answer, numbers in wanted.items():
        for said in numbers.split():
            number = parse_number(said)
            assert number is not None
            assert read.contains(number, road=road) is answer, said


@pytest.mark.parametrize("text", UNREAD)
def test_what_is_not_understood_is_told_with_its_place(text: str) -> None:
    read = read_ranges(text)
    assert UNREAD[text] in [fault.text for fault in read.faults]
    for fault in read.faults:
        assert text[fault.start : fault.end] == fault.text
        for language in languages():
            assert fault.text in fault.message(language)


@pytest.mark.parametrize("text", [row[0] for row in SAID[:59]])
def test_a_form_that_is_understood_has_no_fault(text: str) -> None:
    assert read_ranges(text).faults == ()


def test_places_are_those_of_the_text_as_given() -> None:
    text = "　人民路１－１５號（單號）、\n建设路：2号"
    spans = [text[segment.start : segment.end] for segment in read_ranges(text).segments]
    assert spans == ["１－１５號", "2号"]


def test_without_a_road_roads_that_differ_leave_it_open() -> None:
    read = read_ranges("人民路1-15号；建设路3号")
    three, five = parse_number("3"), parse_number("5")
    assert three is not None
    assert five is not None
    assert read.contains(three) is Answer.YES
    assert read.contains(five) is Answer.UNSURE
    assert read.roads == ("人民路", "建设路")


@pytest.mark.parametrize(
    "piece",
    ["1、", "一、", "(", "1-", "除", "（1号", "1号除外", "1号（双号）", "路1-3号（1号除外）、"],
)
def test_a_long_text_is_read_in_passable_time(piece: str) -> None:
    assert read_ranges(piece * 1000) is not None


def test_brackets_within_brackets_do_not_exhaust_the_stack() -> None:
    assert read_ranges("(" * 3000 + ")" * 3000).faults != ()
