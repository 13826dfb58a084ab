"""A notice in all its forms: the same content, the same digest, the same bytes."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET
import zipfile
from dataclasses import replace
from functools import cache

import docx
import pytest
import shapely
from notice_story import content, version

from zoning.errors import InputError, StorageError
from zoning.messages import languages, text
from zoning.notice.content import Moved, NoticeVersion, with_digest
from zoning.notice.model import Evidence
from zoning.report.compose import DOCX, LONG, MANIFEST, PDF, POSTER, compose, sha256
from zoning.report.document import Document, Paragraph, Picture, Table
from zoning.report.docx import docx_of
from zoning.report.fonts import chinese_font
from zoning.report.map_picture import Area, Spot, Words, dense_part, map_svg
from zoning.report.notice_document import Printed, notice_document

WORDS = Words("变动的地方", "公里", "米", "上北下南", "示意图")
EXTENT = (0.0, 0.0, 4000.0, 3000.0)
URL = "https://example.gov.cn/notices/1"


def drawn(name: str, *, changed: bool = False) -> bytes:
    areas = [
        Area(name, shapely.box(0, 0, 2000, 3000), "#77aadd", 1),
        Area("乙<学区>&", shapely.box(2000, 0, 4000, 3000), "#ee8866", 7),
    ]
    hatched = shapely.box(1500, 0, 2000, 3000) if changed else None
    spots = [Spot("甲校", shapely.Point(1000, 1500))]
    return map_svg(areas, spots, changed=hatched, extent=EXTENT, words=WORDS)


@cache
def maps() -> dict[str, bytes]:
    return {"old_map": drawn("甲学区"), "new_map": drawn("甲学区", changed=True)}


def whole(**changes: object) -> NoticeVersion:
    told = content(
        old_map=Evidence("old_map.svg", sha256(maps()["old_map"])),
        new_map=Evidence("new_map.svg", sha256(maps()["new_map"])),
    )
    return with_digest(replace(version(), content=replace(told, **changes)))  # type: ignore[arg-type]


@cache
def made() -> dict[str, bytes]:
    return compose(whole(), Printed(maps=maps(), url=URL))


def words_of(document: bytes) -> str:
    read = docx.Document(io.BytesIO(document))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    foot = [line.text for line in read.sections[0].footer.paragraphs]
    return "\n".join([*(line.text for line in read.paragraphs), *cells, *foot])


def test_every_form_is_there_and_is_what_it_says() -> None:
    files = made()
    assert set(files) == {PDF, DOCX, POSTER, LONG, MANIFEST, "old_map.svg", "new_map.svg"}
    for name in (PDF, POSTER):
        assert files[name].startswith(b"%PDF-")
        assert b"/FontFile" in files[name]  # fonts are in it
    assert files[LONG].startswith(b"\x89PNG")
    width, height = (int.from_bytes(files[LONG][at : at + 4]) for at in (16, 20))
    assert 1000 <= width <= 1100
    assert height > 2 * width
    assert zipfile.ZipFile(io.BytesIO(files[DOCX])).testzip() is None


def test_the_same_bytes_every_time() -> None:
    assert compose(whole(), Printed(maps=maps(), url=URL)) == made()


def test_another_content_is_another_digest_in_every_form() -> None:
    other = compose(whole(contact="别人"), Printed(maps=maps(), url=URL))
    for name in (PDF, DOCX, POSTER, LONG):
        assert other[name] != made()[name]


def test_the_list_names_every_file_with_its_digest() -> None:
    listed = json.loads(made()[MANIFEST])
    assert listed["content_digest"] == whole().digest
    assert {item["name"]: item["sha256"] for item in listed["files"]} == {
        name: sha256(data) for name, data in made().items() if name != MANIFEST
    }


def test_all_that_the_content_says_stands_in_the_document() -> None:
    said = words_of(made()[DOCX])
    told = content()
    for words in (
        told.title, told.issuer, told.document_number, told.basis, told.reason, told.risk_summary,
        told.transition, told.siblings, told.period, told.valid_opinion, told.answers_published,
        told.privacy, told.contact, told.map_approval, "阳光花园", "第三小学", "东至中山路",
        "东至东环路", "0994-0000000", "工作日10:00-19:00", "90", "2026", URL, whole().digest,
    ):  # fmt: skip
        assert words in said, words


def test_headings_in_every_language() -> None:
    for language in languages():
        document = notice_document(whole(), Printed(maps=maps(), language=language))
        assert text("report.WHAT_CHANGES", language) in words_of(docx_of(document))


def test_an_incomplete_notice_is_refused_with_all_that_is_missing() -> None:
    with pytest.raises(InputError) as refused:
        compose(whole(basis="", map_approval=""), Printed(maps=maps()))
    assert refused.value.key == "report.INCOMPLETE"
    assert "依据" in str(refused.value.params["parts"])
    assert "审图号" in str(refused.value.params["parts"])


def test_a_draft_is_marked_as_one() -> None:
    document = notice_document(whole(basis=""), Printed(maps=maps(), draft=True))
    assert document.mark == text("report.DRAFT", "zh-CN")
    assert document.mark in words_of(docx_of(document))
    assert notice_document(whole(), Printed(maps=maps())).mark == ""


def test_a_map_that_is_not_the_one_of_the_content_is_refused() -> None:
    for other in ({**maps(), "new_map": drawn("丙学区")}, {"old_map": maps()["old_map"]}):
        with pytest.raises(InputError) as refused:
            compose(whole(), Printed(maps=other))
        assert refused.value.key == "report.OTHER_MAP"


def test_a_map_may_be_known_by_the_plan_that_it_was_drawn_from() -> None:
    plan = Evidence("p1", "a" * 64)
    printed = Printed(maps=maps(), drawn_from=frozenset({plan.digest}))
    assert PDF in compose(whole(old_map=plan, new_map=plan), printed)


def changes_of(document: Document) -> list[tuple[str, ...]]:
    head = text("report.HEAD_PLACE", "zh-CN")
    (table,) = (p for p in document.parts if isinstance(p, Table) and p.head[0] == head)
    return list(table.rows)


def test_places_with_the_same_change_share_a_row() -> None:
    moved = (
        Moved("小区1", "第一小学", "第三小学"),
        Moved("小区2", "第二小学", "第三小学"),
        Moved("小区3", "第一小学", "第三小学"),
    )
    assert changes_of(notice_document(whole(moved=moved), Printed(maps=maps()))) == [
        ("小区1；小区3", "第一小学", "第三小学"),
        ("小区2", "第二小学", "第三小学"),
    ]


def test_a_long_list_is_shortened_where_asked_and_says_so() -> None:
    many = whole(moved=tuple(Moved(f"小区{n}", "第一小学", "第三小学") for n in range(7)))
    short = notice_document(many, Printed(maps=maps()), most=5)
    assert changes_of(short)[0][0] == "小区0；小区1；小区2；小区3；小区4"
    assert Paragraph(text("report.MORE_MOVED", "zh-CN", {"shown": 5, "count": 7})) in short.parts
    full = notice_document(many, Printed(maps=maps()))
    assert changes_of(full)[0][0].endswith("小区5；小区6")


def test_zones_too_long_for_the_long_picture_are_left_out_there_and_it_says_so() -> None:
    elsewhere = Paragraph(text("report.ZONES_ELSEWHERE", "zh-CN"))
    short = notice_document(whole(), Printed(maps=maps()), letters=10)
    assert list(short.parts).count(elsewhere) == 2
    assert elsewhere not in notice_document(whole(), Printed(maps=maps()), letters=99).parts


def test_what_is_written_is_never_read_as_markup() -> None:
    nasty = '#import "x": * $a$ @b <c> *d* \\ `e` {{f}} =1+1 \u0007'
    files = compose(whole(title=nasty, reason=nasty), Printed(maps=maps()))
    assert nasty.replace("\u0007", "") in words_of(files[DOCX])


def test_a_picture_has_words_for_those_who_cannot_see_it() -> None:
    document = notice_document(whole(), Printed(maps=maps()))
    pictures = [part for part in document.parts if isinstance(part, Picture)]
    assert [part.name for part in pictures] == ["old_map", "new_map"]
    assert all("新S(2026)001号" in part.said for part in pictures)
    exempt = notice_document(whole(map_approval="", map_exemption="街区图"), Printed(maps=maps()))
    assert any(isinstance(p, Picture) and "街区图" in p.said for p in exempt.parts)
    archive = zipfile.ZipFile(io.BytesIO(made()[DOCX])).read("word/document.xml").decode()
    assert 'descr="现行学区图' in archive


def test_the_code_leads_to_the_page_or_holds_the_digest() -> None:
    codes = [
        notice_document(whole(), Printed(maps=maps(), url=url)).code for url in (URL, "", URL + "2")
    ]
    assert len(set(codes)) == 3
    assert all(code is not None and ET.fromstring(code).tag.endswith("svg") for code in codes)


def test_a_machine_without_chinese_fonts_is_told_so() -> None:
    with pytest.raises(StorageError) as refused:
        chinese_font(frozenset({"DejaVu Sans"}))
    assert refused.value.key == "report.NO_FONT"
    assert "fonts-noto-cjk" in text("report.NO_FONT", "en", refused.value.params)
    assert chinese_font(frozenset({"SimSun", "DejaVu Sans"})) == "SimSun"


class TestMap:
    def test_it_is_a_picture_with_numbers_names_and_hatching(self) -> None:
        picture = ET.fromstring(maps()["new_map"])
        said = [item.text for item in picture.iter("{http://www.w3.org/2000/svg}text")]
        # each number stands in its area and in the list
        assert said.count("1") == 2
        assert said.count("7") == 2
        assert {"甲学区", "乙<学区>&", "变动的地方", "上北下南", "1 公里", "示意图"} <= set(said)
        assert b"url(#hatch)" in maps()["new_map"]

    def test_without_changes_there_is_no_hatching(self) -> None:
        assert b"url(#hatch)" not in maps()["old_map"]
        assert "变动的地方".encode() not in maps()["old_map"]

    def test_holes_and_parts_are_drawn_each(self) -> None:
        ring = shapely.box(0, 0, 3000, 3000).difference(shapely.box(1000, 1000, 2000, 2000))
        both = shapely.MultiPolygon([*shapely.get_parts(ring), shapely.box(3500, 0, 4000, 500)])
        areas = [Area("环", both, "#77aadd", 1)]
        picture = map_svg(areas, [], changed=None, extent=EXTENT, words=WORDS).decode()
        (path,) = re.findall(r'<path d="([^"]*)" fill="#77aadd"', picture)
        assert path.count("M") == path.count("Z") == 3

    def test_where_numbers_would_overlap_the_map_is_drawn_once_more_larger(self) -> None:
        # two small zones in the corner of a large one, 20 m apart
        small = [shapely.box(10, 10, 40, 40), shapely.box(45, 10, 75, 40)]
        large = shapely.box(0, 0, 4000, 3000).difference(shapely.union_all(small))
        shapes = [large, *small]
        areas = [Area(f"区{n}", shape, "#77aadd", n) for n, shape in enumerate(shapes, start=1)]
        closer = dense_part(areas, EXTENT)
        assert closer is not None
        west, south, east, north = closer
        assert west < 10
        assert south < 10
        assert 75 < east < 400
        assert 40 < north < 400
        plain = map_svg(areas, [], changed=None, extent=EXTENT, words=WORDS)
        twice = map_svg(areas, [], changed=None, extent=EXTENT, words=WORDS, closer=closer)
        assert plain.count(b"<circle") == 3
        # each small zone is numbered in the larger drawing only, the large one in both
        assert twice.count(b"<circle") == 4
        assert twice.count(b"stroke-dasharray") == 2

    def test_a_map_with_room_for_all_numbers_is_drawn_once(self) -> None:
        areas = [
            Area("甲", shapely.box(0, 0, 2000, 3000), "#77aadd", 1),
            Area("乙", shapely.box(2000, 0, 4000, 3000), "#ee8866", 2),
        ]
        assert dense_part(areas, EXTENT) is None
        assert dense_part([], EXTENT) is None

    def test_north_is_up_and_shapes_keep_theirs(self) -> None:
        tall = (0.0, 0.0, 1000.0, 4000.0)
        areas = [Area("高", shapely.box(0, 0, 1000, 4000), "#77aadd", 1)]
        spots = [Spot("北校", shapely.Point(500, 3900)), Spot("南校", shapely.Point(500, 100))]
        picture = map_svg(areas, spots, changed=None, extent=tall, words=WORDS).decode()
        (path,) = re.findall(r'<path d="M([^"]*)Z" fill="#77aadd"', picture)
        points = [tuple(map(float, item.split())) for item in path.split("L")]
        wide = max(x for x, _ in points) - min(x for x, _ in points)
        high = max(y for _, y in points) - min(y for _, y in points)
        assert high / wide == pytest.approx(4.0, rel=0.01)
        north, south = re.findall(r'<path d="M[\d.]+ ([\d.]+)l7 13', picture)
        assert float(north) < float(south)
