"""Names and addresses become records, records become arrays."""

from __future__ import annotations

import numpy as np
import pytest

from zoning.geocode.admin import Divisions
from zoning.geocode.encode import encode, hashed
from zoning.geocode.kernels import FIRST, SYLLABLE
from zoning.geocode.latin import Sounding, from_latin, sounds_of, unaccented
from zoning.geocode.model import Kind
from zoning.geocode.readings import make_readings, toneless
from zoning.geocode.record import Door, Record
from zoning.geocode.recording import city_name, learn_divisions, make_record

READINGS, SYLLABLES = make_readings()


# ---- encode


def test_texts_have_hashes_and_nothing_has_none() -> None:
    assert hashed("") == 0
    assert hashed("文三路") != hashed("文二路") != 0
    assert 0 < hashed("\ud800") < 2**64


def test_records_stand_side_by_side() -> None:
    one = Record(name="阳光", parts=("2期",), doors=(Door("文3路", 12, "附1"),), group=3, key="a")
    two = Record(address="无路", doors=(Door("经1路"), Door("经2路", 4)), city="甲", building="b")
    coded = encode([one, two])
    assert coded.name_ptr.tolist() == [0, 2, 2]
    assert coded.name.tolist() == [ord("阳"), ord("光")]
    assert coded.address_ptr.tolist() == [0, 0, 2]
    assert coded.door_ptr.tolist() == [0, 1, 3]
    assert coded.number.tolist() == [12, -1, 4]
    assert coded.road.tolist() == [hashed("文3路"), hashed("经1路"), hashed("经2路")]
    assert coded.road_number.tolist() == [hashed("文3路\t12附1"), 0, hashed("经2路\t4")]
    assert coded.suffix.tolist() == [hashed("附1"), 0, 0]
    assert coded.part.tolist() == [hashed("2期")]
    assert coded.group.tolist() == [3, -1]
    assert coded.city.tolist() == [0, hashed("甲")]
    assert coded.building.tolist() == [0, hashed("b")]
    assert coded.key.tolist() == [hashed("a"), 0]


def test_no_records_are_arrays_of_the_same_kind() -> None:
    none, some = encode([]), encode([Record(name="阳光", doors=(Door("文3路"),), parts=("1期",))])
    assert [array.dtype for array in none] == [array.dtype for array in some]
    assert len(none.key) == 0


# ---- readings


@pytest.mark.parametrize(
    ("character", "said"),
    [("重", {"zhong", "chong"}), ("绿", {"lv", "lu"}), ("女", {"nv"}), ("厦", {"xia", "sha"})],
)
def test_characters_have_all_their_readings(character: str, said: set[str]) -> None:
    found = {SYLLABLES[k] for k in READINGS.table[ord(character) - FIRST] if k}
    assert said <= found


@pytest.mark.parametrize(
    ("marked", "bare"), [("lǜ", "lv"), ("zhòng", "zhong"), ("Nǚ", "nv"), ("ḿ", "m"), (" ér", "er")]
)
def test_tones_are_dropped(marked: str, bare: str) -> None:
    assert toneless(marked) == bare


# ---- latin


def sounding(*names: str) -> Sounding:
    return Sounding(names, readings=READINGS.table, syllables=SYLLABLES)


def latin(text: str, *names: str) -> str:
    return "".join(
        f"<{SYLLABLES[ord(letter) - SYLLABLE]}>" if ord(letter) >= SYLLABLE else letter
        for letter in from_latin(text, sounding(*names))
    )


@pytest.mark.parametrize(
    ("letters", "cut"),
    [
        ("lvdi", "<lv><di>"),
        ("zhuangyuan", "<zhuang><yuan>"),  # as few as possible, not zhu ang yu an
        ("brown", "brown"),
        ("a" * 500, "a" * 500),
    ],
)
def test_letters_are_cut_into_syllables(letters: str, cut: str) -> None:
    assert latin(letters) == cut


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("wen san lu 12 hao", "文三路 12 号"),
        ("Wénsān Lù 12hào", "文三路 12号"),
        ("ｗｅｎｓａｎｌｕ１２", "文三路12"),
        ("wensanlu12hao3zhuang501shi", "文三路12号3幢501室"),
        ("chongqing lu", "重庆路"),
        ("zhongqing lu", "重庆路"),
        ("lǜdì lù", "绿地路"),
        ("yangguang huayuan", "<yang><guang><hua><yuan>"),
        ("A qu", "<a><qu>"),
        ("A", "A"),
        ("文三路wensanlu", "文三路wensanlu"),
        ("Block 12 hao", "Block 12 号"),
        ("", ""),
        ("12-3", "12-3"),
    ],
)
def test_pinyin_becomes_characters_where_they_are_known(asked: str, said: str) -> None:
    assert latin(asked, "文3路", "重庆路", "绿地路") == said


def test_letters_that_can_be_cut_in_two_ways_are_cut_by_what_is_known() -> None:
    assert latin("xinganyixiang5hao", "星岸1巷") == "星岸一巷5号"
    assert latin("xinganyixiang5hao") == "<xin><gan><yi><xiang>5号"
    assert latin("dongshanzhenhongqicun2zu", "东山镇", "红旗村") == "东山镇红旗村2组"


def test_names_that_sound_alike_are_told() -> None:
    known = sounding("星园路", "兴园路", "文3路")
    assert known.homophones("兴园路") == ("星园路", "兴园路")
    assert known.homophones("文三路") == ()


def test_of_many_readings_only_the_usual_are_kept() -> None:
    assert len(sounds_of("重重重重重", readings=READINGS.table)) == 1
    assert sounds_of("a路", readings=READINGS.table) == []


def test_accents_and_width_are_dropped() -> None:
    assert unaccented("Ｗén lǜ Ǚ") == "Wen lv v"


# ---- recording


def test_divisions_that_are_named_often_are_learned() -> None:
    table = ["西湖区文三路1号"] * 3 + ["上城区解放路2号"] * 2 + ["西湖花园3号"] * 5
    learned = learn_divisions(table, cities=["杭州", "杭州市", "", "绍兴市"])
    assert learned.names[Kind.DISTRICT] == ("西湖区",)
    assert learned.names[Kind.CITY] == ("杭州市", "绍兴市")
    assert learned.kind_of("西湖") is Kind.DISTRICT


def test_every_address_of_a_field_gives_its_doors() -> None:
    said = make_record("阳光花园", "文三路12号附1号，学院路8号")
    assert said.doors == (Door("文3路", 12, "附1"), Door("学院路", 8))
    assert [door.said for door in said.doors] == ["文三路", "学院路"]


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("红旗村三组", "东山镇"),
        ("", "东山镇红旗村第三村民小组"),
        ("东山镇红旗村3组", ""),
    ],
)
def test_a_villagers_group_is_read_wherever_it_stands(name: str, address: str) -> None:
    said = make_record(name, address)
    assert (said.name, said.town, said.village, said.group) == ("", "东山", "红旗村", 3)


def test_a_name_beside_an_address_is_a_name() -> None:
    assert make_record("阳光花园", "东山镇").name == "阳光花园"
    assert make_record("红旗村三组", "东山镇文三路5号").village == ""


def test_a_service_road_has_the_doors_beside_its_road() -> None:
    assert make_record("", "松林大道辅路6号").doors == (Door("松林大道辅路", 6),)
    assert make_record("", "城西街道和平街45号").doors == (Door("和平街", 45),)


def test_a_courtyard_is_part_of_a_name_and_an_estate_is_none() -> None:
    assert make_record("月湖小区", "").name == make_record("月湖", "").name == "月湖"
    assert make_record("月湖大院", "").name == "月湖大院"


def test_a_number_belongs_to_the_road_before_it() -> None:
    said = make_record("", "文三路与学院路交叉口").doors
    assert {door.number for door in said} <= {-1}
    assert make_record("", "建设路5弄12号").doors == (Door("建设路"), Door("建设路5弄", 12))


@pytest.mark.parametrize(
    ("name", "core", "parts", "doors"),
    [
        ("阳光花园(文三路12号)", "阳光花园", (), (Door("文3路", 12),)),
        ("阳光花园（二期）", "阳光花园", ("2期",), ()),
        ("阳光花园东区", "阳光花园", ("东区",), ()),
        ("阳光花园(西湖区)", "阳光花园", (), ()),
        ("文三路12号", "", (), (Door("文3路", 12),)),
    ],
)
def test_brackets_and_parts_are_taken_off_a_name(
    name: str, core: str, parts: tuple[str, ...], doors: tuple[Door, ...]
) -> None:
    said = make_record(name, "", divisions=Divisions({Kind.DISTRICT: ("西湖区",)}))
    assert (said.name, said.parts, said.doors) == (core, parts, doors)
    assert said.district == ("西湖" if "西湖" in name else "")


@pytest.mark.parametrize("name", ["阳光花园3幢", "阳光花园三幢2单元501室", "阳光花园3号楼501"])
def test_a_building_is_no_part_of_a_name(name: str) -> None:
    said = make_record(name, "")
    assert (said.name, said.building) == ("阳光花园", "3")


def test_names_that_end_like_a_building_stay() -> None:
    assert make_record("红楼", "").name == "红楼"
    assert make_record("东方座", "").name == "东方座"


def test_a_group_has_one_number_in_either_numeral() -> None:
    one, other = make_record("", "红旗村三组"), make_record("", "红旗村3组")
    assert (one.village, one.group) == (other.village, other.group) == ("红旗村", 3)
    assert one.key == other.key


@pytest.mark.parametrize("figures", ["99999999999", "9" * 400, "9" * 5000])
def test_numbers_without_end_are_none(figures: str) -> None:
    assert make_record("", f"红旗村{figures}组").group == -1
    encode([make_record(f"阳光{figures}期", f"红旗村{figures}组文三路{figures}号{figures}幢")])


def test_a_city_has_one_form() -> None:
    one = make_record("杭州阳光花园", "", city="杭州市")
    other = make_record("阳光花园", "", city="杭州")
    assert (one.city, one.name) == (other.city, other.name) == ("杭州", "阳光花园")


def test_nothing_said_is_nothing() -> None:
    assert make_record("", " ") == Record()


def test_levels_of_divisions_do_not_matter() -> None:
    own = Divisions({Kind.DISTRICT: ("鼓楼区",), Kind.TOWN: ("中央门街道",)})
    long = make_record("", "鼓楼区中央门街道中山路1号", divisions=own)
    assert (long.district, long.town) == ("鼓楼", "中央门")
    assert np.array_equal(encode([long]).district, [hashed("鼓楼")])


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("红旗村3组", "红旗村"),
        ("红旗村三组", "白马镇红旗村"),
        ("第三村民小组", "红旗村"),
        ("", "红旗村第三村民小组"),
        ("红旗村3组", "白马镇"),
        ("红旗村3组", ""),
    ],
)
def test_a_group_is_read_wherever_it_stands(name: str, address: str) -> None:
    record = make_record(name, address)
    assert (record.village, record.group, record.name) == ("红旗村", 3, "")


def test_what_name_and_address_both_say_is_said_once() -> None:
    assert make_record("红旗村3组", "红旗村").key == make_record("", "红旗村3组").key


@pytest.mark.parametrize(
    "written", ["杭州", "杭州市", "浙江省杭州市", "浙江杭州市西湖区", " 杭 州 市 "]
)
def test_a_city_is_one_however_it_is_written(written: str) -> None:
    assert city_name(written) == "杭州"
