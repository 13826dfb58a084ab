"""What a case asks the public, as forms of the bureau: a questionnaire and a meeting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from case_site import CASE

if TYPE_CHECKING:
    from case_site import Site
    from werkzeug.test import TestResponse

ZH = "?lang=zh-CN"
QUESTIONS = {
    "title": "学区调整调查问卷", "until": "2027-03-20", "rows": "3",
    "text1": "您是否赞成？", "kind1": "one", "options1": "赞成\n不赞成",
    "text2": "您最看重什么？", "kind2": "several", "options2": "距离\n安全\n学位",
    "text3": "其他建议", "kind3": "text", "options3": "",
}  # fmt: skip
MEETING = {
    "title": "家长座谈会", "meeting_kind": "symposium", "day": "2027-03-20", "begins": "14:30",
    "meeting_place": "县教育局", "sign_up_until": "2027-03-15", "places": "2",
    "observer_places": "1", "seed_source": "3月16日双色球开奖号码",
}  # fmt: skip


def asked(site: Site, **changes: str) -> TestResponse:
    url = f"/bureau/cases/{CASE}/questionnaires/new{ZH}"
    return site.post(url, url, "publisher-1", **{**QUESTIONS, **changes})
