"""The page of a case: steps stay in sight, who must act by when, any number in an address."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from case_site import CASE, ok, written
from notice_story import PUBLIC, at
from participating import MEETING, QUESTIONS, ZH, asked

from zoning.messages import text
from zoning.notice.opinions import Draft

if TYPE_CHECKING:
    from case_site import Site

pytestmark = pytest.mark.integration


def test_numbers_in_addresses_and_forms_may_be_anything(running: Site) -> None:
    site, case = running, f"/bureau/cases/{CASE}"
    asked(site)
    form = f"/notices/{CASE}/questionnaires/q1{ZH}"
    new, step = f"{case}/questionnaires/new{ZH}", f"{case}/steps/ReportError{ZH}"
    for number in ("²", "9" * 5000, "-1", "x"):
        register = f"/notices/{CASE}/register{ZH}&at={number}&row={number}"
        assert site.get(register).status_code == 200
        for page in (f"{case}{ZH}&before={number}", f"{case}/replies{ZH}&at={number}"):
            assert site.get(page, "moderator-1").status_code == 200
        assert site.post(form, form, q1=number, q2=number).status_code == 422
        told = {**QUESTIONS, "rows": number}
        assert site.post(new, new, "publisher-1", **told).status_code == 422
        ok(site.post(step, step, "auditor-1", text="电话有误", seen=number))


def test_what_the_public_sends_does_not_push_steps_off_the_page(running: Site) -> None:
    site = running
    by = {"actor": PUBLIC, "now": site.now}
    for number in range(25):
        draft = Draft(f"意见{number}", "小区11", "distance", "against", device=f"d{number}")
        site.office.opinions.receive(CASE, draft, **by)
    page = site.get(f"/bureau/cases/{CASE}{ZH}", "drafter-1").text
    steps = re.findall(r'<li value="(\d+)"><time>[^<]+</time> (\S+)', page)
    assert [name for _, name in steps[:2]] == ["发布公示", "记录部门意见"]
    assert int(steps[0][0]) == site.office.cases.load(CASE).events - 25
    # all steps can be reached, however many there are
    for number in range(20):
        ok(site.step(CASE, "RecordProof", "publisher-1", channel="网站", what=f"第{number}次",
                     day="2027-03-01", proof=(io.BytesIO(b"x%d" % number), "x.png")))  # fmt: skip
    page = site.get(f"/bureau/cases/{CASE}{ZH}", "drafter-1").text
    assert page.count('<li value="') == 20
    (earlier,) = re.findall(r'href="\?before=(\d+)&amp;lang=zh-CN#log"', page)
    page = site.get(f"/bureau/cases/{CASE}{ZH}&before={earlier}", "drafter-1").text
    assert f'<li value="{steps[0][0]}">' in page
    assert "发布公示" in page


def test_the_case_page_says_who_must_act_by_when(running: Site) -> None:
    site = running
    ok(site.step(CASE, "AnnounceMeeting", "publisher-1", **MEETING))
    written(site, "学校太远")
    page = site.get(f"/bureau/cases/{CASE}{ZH}", "auditor-1").text
    rows = dict(re.findall(r'<tr><th scope="row">([^<]+)</th><td>[^<]+</td><td>([^<]+)</td>', page))
    assert rows == {
        "公开意见 (1)": "2027-03-04",
        "记录会议 · 家长座谈会": "2027-03-20",
        "截止公示": "2027-03-31",
    }
    site.now = at("2027-03-22 10:00")
    page = site.get(f"/bureau/cases/{CASE}{ZH}", "auditor-1").text
    assert page.count(text("gathering.LATE", "zh-CN")) == 2


@pytest.mark.parametrize("way", ["", "/opinion", "/register", "/meetings/m1"])
def test_headings_and_terms_of_a_notice_begin_with_a_capital(running: Site, way: str) -> None:
    site = running
    ok(site.step(CASE, "AnnounceMeeting", "publisher-1", **MEETING))
    page = site.get(f"/notices/{CASE}{way}?lang=en").text
    # the words of a box that can be ticked stand after it
    found = re.findall(
        r"<(?:h2|h3|dt|th|label|option)\b[^>]*>\s*(?:<input\b[^>]*>\s*)?([^<]+)<", page
    )
    assert found
    if way.startswith("/meetings"):
        assert "To observe only" in [words.strip() for words in found]
    assert [words for words in found if re.match("[a-z]", words)] == []
