"""Real events that the papers of a case have to get right, by name (requirements, 5.1).

What the procedure itself does in these cases is in `test_notice_acceptance`; 舍近求远 and holes
(cases 3 and 4) as they are computed are in `test_plan_risk`.
"""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
from case_files import TEXTS, told
from notice_story import DATA, MODERATOR, PUBLIC, PUBLISHER, S0, Story, at, opinion, version

from zoning.notice import acts as a
from zoning.notice import model as m
from zoning.notice.canonical import digest_of
from zoning.report.consultation_report import consultation_report
from zoning.report.document import Document, Paragraph, Table
from zoning.report.ledger import adoption_book


def said(document: Document) -> str:
    lines = []
    for part in document.parts:
        if isinstance(part, Table):
            lines += ["|".join(row) for row in part.rows]
        elif isinstance(part, Paragraph):
            lines.append(part.text)
    return "\n".join(lines)


def report(story: Story, language: str = "zh-CN", **more: object) -> Document:
    given = {"head": "f" * 64, **more}
    return consultation_report(story.case, rules=S0, language=language, **given)  # type: ignore[arg-type]


def test_case_02_the_report_says_the_thirty_days_with_both_ends() -> None:
    story = Story()
    story.up_to_notice("2026-05-26 09:00")
    story.close()
    assert "自 2026-05-26 公布（当日不计）至 2026-06-25（当日全天有效），共 30 日" in said(
        report(story)
    )


def test_case_09_two_thousand_from_one_device_are_one_participant_in_the_report() -> None:
    story = Story()
    story.up_to_notice()
    for number in range(2000):
        story.does(opinion(f"太远了{number}", device="one"), PUBLIC)
    story.does(opinion("太远了", device="another"), PUBLIC)
    words = said(report(story))
    assert "收到意见 2001 条" in words
    assert "来自 2 个参与者" in words
    assert "不作为投票" in words


class TestCase12Scotland:
    """Each way of dealing with an error is told with its reason and its days."""

    def told(self, act: a.Act) -> str:
        story = Story()
        story.up_to_notice("2026-05-26 09:00")
        story.now = at("2026-06-05 12:00")
        story.does(a.ReportError("阳光花园的电话写错"), PUBLISHER)
        story.does(act, PUBLISHER)
        return said(report(story))

    def corrected(self) -> object:
        return version(content=replace(version().content, contact="基础教育科 2332780"))

    def test_a_restarted(self) -> None:
        words = self.told(a.RestartNotice((1,), version(), DATA, "学位数有误"))
        assert "1|阳光花园的电话写错|更正并重新公示|学位数有误|0" in words
        assert "至 2026-07-05" in words
        assert words.count("重新计算") == 2  # of both versions

    def test_b_erratum_with_more_days(self) -> None:
        words = self.told(a.PublishErratum(1, self.corrected(), 5, "电话有误"))  # type: ignore[arg-type]
        assert "1|阳光花园的电话写错|发布更正|电话有误|5" in words
        assert "至 2026-06-30" in words
        assert "更正，不重新计算" in words

    def test_c_no_action(self) -> None:
        words = self.told(a.DismissError(1, "经核对无误"))
        assert "1|阳光花园的电话写错|不作更正|经核对无误|0" in words
        assert "至 2026-06-25" in words


def test_case_18_luhe_one_opinion_is_a_table_of_one_row() -> None:
    story = Story(now="2024-06-01 09:00")
    story.up_to_notice("2024-06-13 09:00")
    story.does(opinion("建议增设校车"), PUBLIC)
    story.close()
    story.does(a.ShowOpinion(1, digest_of("建议增设校车")), MODERATOR)
    story.does(a.GroupOpinions(((1,),)), MODERATOR)
    story.does(a.ReplyToGroup(1, m.Outcome.ADOPTED, "下学期增设", "安全科"), MODERATOR)
    book = adoption_book(story.case, shown_texts={1: "建议增设校车"}, language="zh-CN")
    page = openpyxl.load_workbook(io.BytesIO(book)).active
    assert page is not None
    rows = list(page.iter_rows(min_row=3, values_only=True))
    assert rows == [(1, "建议增设校车", "阳光花园", "距离", 1, 1, "采纳", "下学期增设", "安全科")]


def test_the_report_tells_channels_questionnaire_meeting_and_replies() -> None:
    story, shown, _ = told()
    document = report(story, summary="意见集中在路程。", shown_texts=shown)
    words = said(document)
    for part in (
        "公告栏|张贴公示|2026-05-26",
        "收回 3 份，来自 2 个参与者",
        "您是否赞成？|赞成|2",
        "您最看重什么？|学位|0",
        "家长座谈会  座谈会|2026-06-20 14:30|2|1|0|报名过多，已抽签；种子 03 11 17（来源：",
        "收到意见 4 条，其中不同的意见 3 种，来自 3 个参与者",
        "含个人信息|1",
        "意见集中在路程。",
        f"1|{TEXTS[0]}|阳光花园|距离|2|2|未采纳|相对就近，不跨主干道|基础教育科",
        "1|电话写错|不作更正|经核对无误|0",
        "公安局|同意|无意见|",
    ):
        assert part in words, part
    assert "f" * 64 in document.footer
    assert TEXTS[3] not in words  # withheld


def test_the_report_in_english() -> None:
    story, shown, _ = told()
    words = said(report(story, "en", shown_texts=shown))
    assert "4 opinions came in, 3 of them distinct, from 3 participants." in words
    assert "too many signed up" in words
