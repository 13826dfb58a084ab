"""Questionnaires and meetings, by the pages of the server."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from case_site import CASE, TICKET, drafted, ok, paper, token
from notice_story import at
from participating import MEETING, ZH, asked

from webmap.limits.tickets import work
from webmap.services.office import consultation_report
from zoning.messages import text
from zoning.notice.log import events_of
from zoning.notice.replay import replay
from zoning.notice.verify import verify

if TYPE_CHECKING:
    from case_site import Site
    from werkzeug.test import TestResponse

TwoPlans = tuple[Path, str, str, str]

pytestmark = pytest.mark.integration
PARTICIPATION = f"/bureau/cases/{CASE}/participation{ZH}"


def from_device(site: Site, url: str, device: str, /, **said: object) -> TestResponse:
    """Send a form from a browser of its own."""
    public = site.clients[""]
    site.clients[""] = site.clients.setdefault(f"device {device}", site.app.test_client())
    answer = site.post(url, url, **said)
    site.clients[""] = public
    return answer


class TestQuestionnaire:
    URL = f"/notices/{CASE}/questionnaires/q1{ZH}"

    def test_from_its_questions_to_the_report(self, running: Site) -> None:
        site = running
        more = asked(site, more="1")
        assert 'name="text6"' in more.text
        assert "您是否赞成？" in more.text
        ok(asked(site))
        page = site.get(self.URL).text
        assert all(words in page for words in ("您是否赞成？", "距离", "其他建议"))
        for device, said in (
            ("d1", {"q1": "0", "q2": ["0", "2"], "w3": "请增设校车"}),
            ("d2", {"q1": "1", "q2": ["0"]}),
            ("d2", {"q1": "1", "q2": ["1"]}),
        ):
            assert from_device(site, self.URL, device, **said).status_code == 200
        url = f"/bureau/cases/{CASE}/participation/q1/paper{ZH}"
        ok(site.post(url, url, "moderator-1", q1="0", q2="0"))
        # counts stand on no public page while others can still answer
        assert text("consulting.RESULTS", "zh-CN") not in site.get(self.URL).text
        bureau = site.get(PARTICIPATION, "moderator-1").text
        assert "请增设校车" in bureau
        assert "请增设校车" not in site.get(PARTICIPATION, "auditor-1").text
        site.now = at("2027-03-20 23:59")
        opened = site.get(self.URL).text
        site.now = at("2027-03-21 00:00")
        ticket = TICKET.search(opened)[1]  # type: ignore[index]
        sent = {"csrf_token": token(opened), "ticket": ticket, "work": work(ticket, bits=16)}
        late = site.client().post(self.URL, data={**sent, "q1": "0"})
        assert late.status_code == 422
        assert text("participation.OVER", "zh-CN", {"day": "2027-03-20"}) in late.text
        for url in (self.URL, f"/notices/{CASE}{ZH}"):
            shown = site.get(url).text
            assert '<th scope="row">赞成</th><td>2</td><td>67</td>' in shown
            assert '<th scope="row">不赞成</th><td>1</td><td>33</td>' in shown
            assert text("consulting.FORMS", "zh-CN", {"raw": 4, "participants": 3}) in shown
            assert "请增设校车" not in shown
        report = json.loads(consultation_report(site.office.cases.load(CASE)).content)
        (told,) = report["questionnaires"]
        assert told["participants"] == 3
        assert told["questions"][1]["options"][0] == {"option": "距离", "participants": 2}
        lines = site.get(f"/notices/{CASE}/log.jsonl").data
        assert "请增设校车" not in lines.decode()
        assert verify(lines.splitlines()).fault is None

    def test_all_faults_are_said_and_nothing_is_lost(self, running: Site) -> None:
        wrong = asked(running, until="2027-02-01", options1="赞成", title=" ")
        assert wrong.status_code == 422
        told = [
            text("participation.QUESTION", "zh-CN", {"number": 1, "least": 2}),
            text("participation.UNTIL_PAST", "zh-CN", {"day": "2027-02-01"}),
            text("notice.NO_TITLE", "zh-CN"),
        ]
        assert all(one in wrong.text for one in told)
        assert "您最看重什么？" in wrong.text
        assert asked(running, until="x").status_code == 422
        assert running.office.cases.load(CASE).questionnaires == ()
        ok(asked(running))
        refused = running.post(self.URL, self.URL, q1="7", w3="很" * 1001)
        assert text("participation.WORDS", "zh-CN", {"number": 3, "most": 1000}) in refused.text
        refused = running.post(self.URL, self.URL, q1="7", w3="很好")
        assert text("participation.CHOICES", "zh-CN", {"numbers": "1"}) in refused.text
        assert "很好" in refused.text

    def test_it_is_closed_early_with_a_reason(self, running: Site) -> None:
        ok(asked(running))
        closing = {"questionnaire": "q1 学区调整调查问卷", "reason": ""}
        refused = running.step(CASE, "CloseQuestions", "publisher-1", **closing)
        assert text("notice.NO_REASON", "zh-CN") in refused.text
        closing["reason"] = "题目有误"
        ok(running.step(CASE, "CloseQuestions", "publisher-1", **closing))
        page = running.get(self.URL).text
        assert "题目有误" in page
        assert "<form class" not in page
        assert running.post("/notices/follow", self.URL, q1="0").status_code == 422
        assert len(running.office.cases.load(CASE).questionnaires[0].forms) == 0


def test_every_public_page_of_a_case_shows_the_end_of_its_log(running: Site) -> None:
    site = running
    ok(asked(site))
    url = f"/bureau/cases/{CASE}/steps/AnnounceMeeting{ZH}"
    ok(site.post(url, url, "publisher-1", **MEETING))
    own = [CASE, f"{CASE}/opinion", f"{CASE}/register", f"{CASE}/questionnaires/q1",
           f"{CASE}/meetings/m1"]  # fmt: skip
    for page in ("", *own):
        head = site.office.cases.head(CASE)
        assert f"{head.number}:{head.digest}" in site.get(f"/notices/{page}{ZH}").text, page
    taken = site.post(TestQuestionnaire.URL, TestQuestionnaire.URL, q1="0").text
    head = site.office.cases.head(CASE)
    # with what was just sent in it
    assert f"{head.number}:{head.digest}" in taken


class TestMeeting:
    URL = f"/notices/{CASE}/meetings/m1{ZH}"

    def announced(self, site: Site, **changes: str) -> None:
        ok(site.step(CASE, "AnnounceMeeting", "publisher-1", **{**MEETING, **changes}))

    def test_from_its_announcement_to_its_minutes(self, running: Site) -> None:
        site = running
        self.announced(site)
        for number in range(1, 5):
            said = {"name": f"家长{number}", "contact": f"1390000000{number}"}
            answer = from_device(site, self.URL, f"d{number}", **said)
            assert text("consulting.NUMBER", "zh-CN", {"number": number}) in answer.text
        again = from_device(site, self.URL, "d1", name="家长1", contact="x")
        assert text("participation.SIGNED_UP_TWICE", "zh-CN") in again.text
        said = {"name": "记者", "contact": "报社", "observer": "1"}
        assert from_device(site, self.URL, "d9", **said).status_code == 200
        phoned = {"meeting": "m1 家长座谈会", "person": "老张", "reach": "13911111111"}
        ok(site.step(CASE, "SignUp", "moderator-1", **phoned))
        # names are for those who invite, and nowhere else
        assert "家长3" in site.get(PARTICIPATION, "publisher-1").text
        assert "家长3" not in site.get(PARTICIPATION, "drafter-1").text
        site.now = at("2027-03-16 09:00")
        page = site.get(self.URL).text
        assert text("consulting.TO_BE_DRAWN", "zh-CN") in page
        frozen = re.search(r"<code>([0-9a-f]{64})</code>", page)
        assert frozen is not None
        seed = {"meeting": "m1 家长座谈会", "seed": "03 11 17 20 25 30 | 08"}
        ok(site.step(CASE, "DrawPlaces", "publisher-1", **seed))
        drawn = site.office.cases.load(CASE).meetings[0].drawn
        # done again from what is public alone
        digests = {
            number: hashlib.sha256(f"{frozen[1]}:{seed['seed']}:{number}".encode()).hexdigest()
            for number in (1, 2, 3, 4, 6)
        }
        assert drawn.chosen == tuple(sorted(digests, key=digests.__getitem__)[:2])
        assert drawn.observers == (5,)
        page = site.get(self.URL).text
        assert f"<dd>{drawn.chosen[0]} {drawn.chosen[1]}</dd>" in page
        order = site.get(f"/notices/{CASE}/meetings/m1/order.txt").text
        assert f"LIST {frozen[1]}\nSEED {seed['seed']}\n" in order
        assert f"{digests[drawn.chosen[0]]} {drawn.chosen[0]} part drawn" in order
        site.now = at("2027-03-20 17:00")
        held = {"meeting": "m1 家长座谈会", "attended": "2", "observers": "1"}
        refused = site.step(CASE, "HoldMeeting", "drafter-1", **held)
        assert text("notice.HEARING_NO_MINUTES", "zh-CN") in refused.text
        ok(site.step(CASE, "HoldMeeting", "drafter-1", **held, minutes=paper()))
        page = site.get(self.URL).text
        assert hashlib.sha256(b"evidence").hexdigest() in page
        assert text("consulting.HELD", "zh-CN", {"attended": 2, "observers": 1}) in page
        assert site.get(f"/notices/{CASE}/meetings/m1/minutes").data == b"evidence"
        lines = site.get(f"/notices/{CASE}/log.jsonl").data.splitlines()
        log = b"".join(lines).decode()
        assert not any(word in log for word in ("家长1", "13900000001", "老张", "13911111111"))
        assert replay(events_of(lines), rules=site.office.cases.rules).unlawful is None
        report = json.loads(consultation_report(site.office.cases.load(CASE)).content)
        (told,) = report["meetings"]
        assert (told["signed_up"], told["observers"], told["list"]) == (5, 1, frozen[1])
        assert told["held"]["attended"] == 2

    def test_a_hearing_too_soon_is_refused_with_the_days_in_words(self, running: Site) -> None:
        near = {**MEETING, "meeting_kind": "hearing", "day": "2027-03-08",
                "sign_up_until": "2027-03-05"}  # fmt: skip
        refused = running.step(CASE, "AnnounceMeeting", "publisher-1", **near)
        assert refused.status_code == 422
        params = {"days": 10, "day": "2027-03-11"}
        assert text("notice.HEARING_TOO_SOON", "zh-CN", params) in refused.text
        assert "家长座谈会" in refused.text
        wrong = running.step(
            CASE, "AnnounceMeeting", "publisher-1", **MEETING | {"begins": "25:00"}
        )
        assert text("participation.MEETING_TIME", "zh-CN") in wrong.text

    def test_it_is_called_off_and_nobody_signs_up_any_more(self, running: Site) -> None:
        self.announced(running)
        empty = running.post(self.URL, self.URL, name=" ", contact="x")
        assert text("participation.NAME_NEEDED", "zh-CN", {"most": 120}) in empty.text
        called_off = {"meeting": "m1 家长座谈会", "reason": "场地检修"}
        ok(running.step(CASE, "CancelMeeting", "publisher-1", **called_off))
        page = running.get(self.URL).text
        assert "场地检修" in page
        assert 'name="contact"' not in page

    def test_before_a_notice_the_public_finds_it_in_the_list(
        self, site: Site, two_plans: TwoPlans
    ) -> None:
        drafted(site, two_plans[2])
        assert text("consulting.BEFORE_NOTICE", "zh-CN") not in site.get(f"/notices/{ZH}").text
        self.announced(site)
        assert "家长座谈会" in site.get(f"/notices/{ZH}").text
        assert site.get(self.URL).status_code == 200
        assert site.get(f"/notices/{CASE}").status_code == 404
        for missing in ("meetings/m9", "questionnaires/q1"):
            told = site.get(f"/notices/{CASE}/{missing}{ZH}")
            assert told.status_code == 404
            assert text("webmap.ERROR_404", "zh-CN") in told.text
