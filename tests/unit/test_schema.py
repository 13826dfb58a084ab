"""Headers, words and forbidden columns, as bureaus write them."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pandera.errors
import pytest
import shapely

from zoning.schema import (
    FRAMES,
    Ban,
    StageWord,
    YearHeader,
    banned,
    check_frame,
    contract,
    contracts,
    frame_columns,
    level_of,
    match_headers,
    not_needed,
    stage_of,
    year_of,
)
from zoning.settings import InputsSection, Stage


def test_every_input_but_roads_has_a_contract() -> None:
    named = set(InputsSection.model_fields) - {"roads", "road_points", "railways", "rivers"}
    assert {item.name for item in contracts()} == named


@pytest.mark.parametrize("name", [item.name for item in contracts()])
def test_every_alias_leads_to_its_column(name: str) -> None:
    columns = contract(name)
    for column in columns.columns:
        if column.name in {"lng", "lat"}:
            continue
        for header in (column.name, column.header, *column.aliases):
            match = match_headers([header], columns)
            meant = set(match.columns)
            # 编号 alone may be an address or a block: the first of them is taken.
            assert meant == {column.name} or header in {"编号", "id"}, header


@pytest.mark.parametrize(
    "header",
    ["学校名称", " 学校 名称 ", "学校名称（全称）", "校名", "School Name", "SCHOOL_NAME", "name"],
)
def test_headers_of_a_school_name(header: str) -> None:
    assert match_headers([header], contract("schools")).columns == {"name": 0}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("2027年学位", YearHeader("seats", 2027)),
        ("２０２７年学位数（个）", YearHeader("seats", 2027)),
        ("seats_2027", YearHeader("seats", 2027)),
        ("2027年秋季招生计划", YearHeader("seats", 2027)),
        ("2027-2028学年学位", YearHeader("seats", 2027)),
        ("2027班数", YearHeader("classes", 2027)),
        ("classes_2027", YearHeader("classes", 2027)),
        ("2027年小学学位", YearHeader("seats", 2027, Stage.PRIMARY)),
        ("初中2028年班级数", YearHeader("classes", 2028, Stage.JUNIOR_MIDDLE)),
    ],
)
def test_years_in_headers_of_schools(header: str, expected: YearHeader) -> None:
    assert match_headers([header], contract("schools")).yearly == {expected: 0}


@pytest.mark.parametrize(
    "header",
    [
        "2027",
        "2027年",
        "2027年适龄儿童",
        "children_2027",
        "2027年人数",
        "2027年秋季适龄儿童数（人）",
        "2027-09-01",
    ],
)
def test_years_in_headers_of_demand(header: str) -> None:
    assert match_headers([header], contract("demand")).yearly == {YearHeader("children", 2027): 0}


@pytest.mark.parametrize(
    "header", ["2027年", "2027年教师", "学位", "27年学位", "12027年学位数量级"]
)
def test_no_year_is_guessed_for_schools(header: str) -> None:
    assert not match_headers([header], contract("schools")).yearly


@pytest.mark.parametrize(
    ("lon", "lat", "system"),
    [
        ("经度", "纬度", ""),
        ("lng", "lat", ""),
        ("X", "Y", ""),
        ("横坐标", "纵坐标", ""),
        ("经度（°）", "纬度（°）", ""),
        ("lng_wgs84", "lat_wgs84", "WGS 84"),
        ("lng_gcj02", "lat_gcj02", "GCJ-02"),
        ("gcj02_lng", "gcj02_lat", "GCJ-02"),
        ("高德经度", "高德纬度", "GCJ-02"),
        ("经度(百度)", "纬度(百度)", "BD-09"),
        ("bd09_lng", "bd09_lat", "BD-09"),
        ("经度CGCS2000", "纬度CGCS2000", "CGCS2000"),
    ],
)
def test_coordinate_headers(lon: str, lat: str, system: str) -> None:
    match = match_headers(["编号", lat, lon], contract("addresses"))
    assert match.points == {system: (2, 1)}
    assert not match.unknown


def test_half_a_pair_of_coordinates_is_none() -> None:
    assert match_headers(["lng_gcj02", "lat_wgs84"], contract("addresses")).points == {}


def test_an_exact_name_wins_over_an_alias() -> None:
    match = match_headers(["编号", "学校编号", "名称", "学校名称"], contract("schools"))
    assert match.columns == {"school_id": 1, "name": 3}
    assert match.twice == (0, 2)


def test_what_is_not_understood_is_told() -> None:
    match = match_headers(["学校编号", "备注", "", "传真"], contract("schools"))
    assert match.unknown == (1, 3)


def test_the_long_form_of_demand() -> None:
    match = match_headers(["地址编号", "学段", "年度", "人数"], contract("demand"))
    assert match.columns == {"address_id": 0, "stage": 1, "year": 2, "children": 3}


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("小学", Stage.PRIMARY),
        ("小　学", Stage.PRIMARY),
        ("完全小学", Stage.PRIMARY),
        ("Primary School", Stage.PRIMARY),
        ("初中", Stage.JUNIOR_MIDDLE),
        ("初级中学", Stage.JUNIOR_MIDDLE),
        ("junior_middle", Stage.JUNIOR_MIDDLE),
        ("九年一贯制学校", StageWord.BOTH),
        ("完全中学", StageWord.BOTH),
        ("幼儿园", StageWord.OTHER),
        ("高级中学", StageWord.OTHER),
        ("中学", StageWord.UNKNOWN),
        ("", StageWord.UNKNOWN),
    ],
)
def test_stage_words(word: str, meaning: Stage | StageWord) -> None:
    assert stage_of(word) == meaning


@pytest.mark.parametrize(
    ("words", "year"),
    [
        ("2027", 2027),
        ("２０２７年", 2027),
        ("2027-09-01", 2027),
        ("2027-2028学年", 2027),
        ("20270901", 2027),
        ("2027年9月", 2027),
        ("27", None),
        ("1999", None),
        ("20275", None),
        ("", None),
        ("明年", None),
    ],
)
def test_years_in_cells(words: str, year: int | None) -> None:
    assert year_of(words) == year


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("", "county"),
        ("区县", "county"),
        ("街道", "town"),
        ("Town", "town"),
        ("村", "community"),
        ("片区", None),
    ],
)
def test_levels(word: str, level: str | None) -> None:
    assert level_of(word) == level


@pytest.mark.parametrize(
    ("header", "ban"),
    [
        ("父亲职业", Ban.WORK),
        ("母亲工作单位", Ban.WORK),
        ("工作单位", Ban.WORK),
        ("监护人职务", Ban.WORK),
        ("家长 职 称", Ban.WORK),
        ("Father's occupation", Ban.WORK),
        ("parent_job", Ban.WORK),
        ("Employer", Ban.WORK),
        ("就业单位", Ban.WORK),
        ("父亲任职单位", Ban.WORK),
        ("务工单位", Ban.WORK),
        ("从事职业", Ban.WORK),
        ("行业", Ban.WORK),
        ("月工资", Ban.INCOME),
        ("薪资水平", Ban.INCOME),
        ("贫困户", Ban.INCOME),
        ("经济状况", Ban.INCOME),
        ("sfz", Ban.IDENTITY),
        ("家长收入", Ban.INCOME),
        ("家庭年收入（万元）", Ban.INCOME),
        ("household income", Ban.INCOME),
        ("父母月薪", Ban.INCOME),
        ("Salary", Ban.INCOME),
        ("身份证号", Ban.IDENTITY),
        ("公民身份号码", Ban.IDENTITY),
        ("证件号码", Ban.IDENTITY),
        ("全国学籍号", Ban.IDENTITY),
        ("ID card no.", Ban.IDENTITY),
        ("passport", Ban.IDENTITY),
        ("学生姓名", Ban.CHILD),
        ("儿童姓名", Ban.CHILD),
        ("姓名", Ban.CHILD),
        ("出生日期", Ban.CHILD),
        ("孩子的名字", Ban.CHILD),
        ("Child name", Ban.CHILD),
        ("student_name", Ban.CHILD),
        ("date of birth", Ban.CHILD),
    ],
)
def test_forbidden_headers(header: str, ban: Ban) -> None:
    assert banned(header) is ban


@pytest.mark.parametrize(
    "header",
    [
        "学校名称",
        "适龄儿童",
        "2027年适龄儿童",
        "户数",
        "举办单位",
        "主管单位",
        "单元编号",
        "学生数",
        "新生数",
        "职业学校",
        "households",
        "household_name",
        "name",
        "school_name",
        "street_name",
        "number of children",
        "owner",
        "position",
        "title",
        "id",
        "工作日",
        "父母官路",
    ],
)
def test_ordinary_headers_are_allowed(header: str) -> None:
    assert banned(header) is None


def test_no_known_header_is_forbidden() -> None:
    for item in contracts():
        for column in (*item.columns, *item.yearly):
            for header in (column.name, column.header, *column.aliases):
                assert banned(header) is None, header
                assert not not_needed(header), header


@pytest.mark.parametrize("header", ["家长姓名", "联系电话", "户主", "手机号", "Parent name"])
def test_personal_but_not_forbidden(header: str) -> None:
    assert banned(header) is None
    assert not_needed(header)


def test_a_frame_keeps_its_contract() -> None:
    frame = gpd.GeoDataFrame(
        {"school_id": ["a"], "gate": [""], "campus": [""]}, geometry=[shapely.Point(1, 2)], crs=4538
    )
    assert check_frame("gates", frame) is not None
    assert frame_columns("gates") == ("school_id", "gate", "campus", "geometry")


@pytest.mark.parametrize(
    "broken",
    [
        {"school_id": [""], "year": [2027], "seats": [1]},
        {"school_id": ["a"], "year": [27], "seats": [1]},
        {"school_id": ["a"], "year": [2027], "seats": [-1]},
        {"school_id": ["a"], "year": [2027], "seats": [1.5]},
        {"school_id": ["a"], "year": [2027]},
        {"school_id": ["a"], "year": [2027], "seats": [1], "more": [1]},
    ],
)
def test_a_broken_frame_is_a_fault_of_the_program(broken: dict[str, list[object]]) -> None:
    assert "seats" in FRAMES
    with pytest.raises(pandera.errors.SchemaErrors):
        check_frame("seats", pd.DataFrame(broken))


@pytest.mark.parametrize(
    "header",
    [
        "SFZH", "sfzhm", "身份證號", "护照", "家长职级", "家长身份", "是否公务员",
        "家庭经济情况", "经济困难", "建档立卡", "低保户", "房产价值", "资产",
    ],
)  # fmt: skip
def test_headers_of_bureau_exports_that_are_refused_too(header: str) -> None:
    assert banned(header) is not None
