"""Questionnaires, meetings and the guard of public forms, by the pages of the server."""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pyotp
import pytest
from case_site import (
    BEGUN,
    CASE,
    PASSWORD,
    TICKET,
    Site,
    drafted,
    heard,
    ok,
    on_notice,
    paper,
    token,
    written,
)
from notice_story import ADMINISTRATOR, PUBLIC, at

from webmap.limits.tickets import work
from webmap.services.accounts import FAILURES_ALLOWED
from webmap.services.office import consultation_report
from zoning.messages import text
from zoning.notice import Role
from zoning.notice.log import events_of
from zoning.notice.opinions import Draft
from zoning.notice.replay import replay
from zoning.notice.verify import verify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import TestResponse

TwoPlans = tuple[Path, str, str, str]

pytestmark = pytest.mark.integration
ZH = "?lang=zh-CN"
PARTICIPATION = f"/bureau/cases/{CASE}/participation{ZH}"
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


@pytest.fixture
def site(ready: Path, two_plans: TwoPlans, tmp_path: Path, database_url: str) -> Iterator[Site]:
    folder = shutil.copytree(ready, tmp_path / "方格县")
    made = Site(folder, two_plans[1], database_url)
    yield made
    made.close()


@pytest.fixture
def running(site: Site, two_plans: TwoPlans) -> Site:
    drafted(site, two_plans[2])
    heard(site)
    on_notice(site)
    return site


def asked(site: Site, **changes: str) -> TestResponse:
    url = f"/bureau/cases/{CASE}/questionnaires/new{ZH}"
    return site.post(url, url, "publisher-1", **{**QUESTIONS, **changes})


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


SAID = {"text": "学校太远", "place": "小区11", "kind": "distance", "stance": "against"}


class TestForms:
    URL = f"/notices/{CASE}/opinion{ZH}"

    def sent(self, site: Site, page: str, **more: str) -> TestResponse:
        """Send the form of a page as a browser without scripts does."""
        ticket = TICKET.search(page)
        assert ticket is not None
        data = {"csrf_token": token(page), "ticket": ticket[1], "work": "", **SAID, **more}
        return site.client().post(self.URL, data=data)

    def test_without_scripts_one_waits_and_loses_nothing(self, running: Site) -> None:
        page = running.get(self.URL).text
        early = self.sent(running, page)
        assert early.status_code == 422
        assert text("participation.WAIT", "zh-CN", {"seconds": 20}) in early.text
        assert "学校太远" in early.text
        running.now += timedelta(seconds=20)
        # the same ticket: who was refused has not waited in vain
        assert self.sent(running, early.text).status_code == 200
        assert len(running.office.cases.load(CASE).opinions) == 1

    def test_a_ticket_is_taken_once_for_one_form_and_not_forged(self, running: Site) -> None:
        page = running.get(self.URL).text
        running.now += timedelta(minutes=5)
        assert self.sent(running, page).status_code == 200
        again = self.sent(running, page)
        assert again.status_code == 422
        assert text("participation.TICKET_USED", "zh-CN") in again.text
        assert TICKET.search(again.text)[1] != TICKET.search(page)[1]  # type: ignore[index]
        forged = self.sent(running, page, ticket="x.y")
        assert text("participation.NO_TICKET", "zh-CN") in forged.text
        running.now += timedelta(hours=13)
        old = self.sent(running, page)
        assert text("participation.TICKET_OLD", "zh-CN") in old.text
        ok(asked(running))
        other = TICKET.search(running.get(f"/notices/{CASE}/questionnaires/q1").text)
        assert other is not None
        elsewhere = self.sent(running, page, ticket=other[1], work=work(other[1], bits=16))
        assert text("participation.NO_TICKET", "zh-CN") in elsewhere.text
        assert len(running.office.cases.load(CASE).opinions) == 1

    def test_a_refused_opinion_does_not_use_the_ticket_up(self, running: Site) -> None:
        page = running.get(self.URL).text
        running.now += timedelta(minutes=5)
        assert self.sent(running, page, text="x").status_code == 422
        assert self.sent(running, page).status_code == 200

    def test_without_work_only_so_many_an_hour(
        self, ready: Path, two_plans: TwoPlans, tmp_path: Path, database_url: str
    ) -> None:
        folder = shutil.copytree(ready, tmp_path / "限县")
        with (folder / "study.toml").open("a", encoding="utf-8") as stream:
            stream.write("\n[web]\nwait_s = 0\nunworked_per_hour = 2\n")
        site = Site(folder, two_plans[1], database_url)
        drafted(site, two_plans[2])
        heard(site)
        on_notice(site)
        found = [self.sent(site, site.get(self.URL).text).status_code for _ in range(3)]
        assert found == [200, 200, 429]
        assert written(site, "做了运算的仍可提交").status_code == 200
        site.close()


def test_two_thousand_entries_from_one_device_are_one_participant(
    ready: Path, two_plans: TwoPlans, tmp_path: Path
) -> None:
    folder = shutil.copytree(ready, tmp_path / "刷县")
    with (folder / "study.toml").open("a", encoding="utf-8") as stream:
        limits = ("reader_per_minute", "network_per_minute", "network_per_hour", "work_bits")
        stream.write("\n[web]\n" + "".join(f"{name} = 0\n" for name in limits))
    site = Site(folder, two_plans[1], f"sqlite:///{tmp_path / 'kept.sqlite'}")
    drafted(site, two_plans[2])
    heard(site)
    on_notice(site)
    url = TestForms.URL
    form = {"csrf_token": token(site.get(url).text), **SAID}
    for number in range(2000):
        form["text"] = f"第{number}次：希望维持现状"
        assert site.client().post(url, data=form).status_code == 200
    page = site.get(f"/notices/{CASE}/register{ZH}").text
    counts = {"raw": 2000, "distinct": 2000, "participants": 1}
    assert text("bureau.TOTALS", "zh-CN", counts) in page
    numbers = site.get(f"/bureau/cases/{CASE}/places{ZH}", "auditor-1").text
    assert '<th scope="row">小区11</th><td>2000</td><td>2000</td><td>1</td>' in numbers
    site.close()


def test_the_inbox_says_how_long_is_left_and_lateness_stays_known(running: Site) -> None:
    site = running
    assert written(site, "学校太远").status_code == 200
    inbox = f"/bureau/cases/{CASE}/inbox{ZH}"
    # came on 1 March at 10:00: three whole days after that day
    assert (
        text("gathering.HOURS_LEFT", "zh-CN", {"hours": 86}) in site.get(inbox, "moderator-1").text
    )
    site.now = at("2027-03-05 02:00")
    late = site.get(inbox, "moderator-1").text
    assert text("gathering.HOURS_LATE", "zh-CN", {"hours": 2}) in late
    for url, name in ((f"/bureau/cases/{CASE}{ZH}", "drafter-1"), (f"/bureau/{ZH}", "auditor-1")):
        assert text("gathering.OVERDUE", "zh-CN", {"count": 1}) in site.get(url, name).text
    register = f"/notices/{CASE}/register{ZH}"
    told = {"days": 3, "overdue": 1, "late": 0}
    assert text("consulting.MODERATION", "zh-CN", told) in site.get(register).text
    url = f"/bureau/cases/{CASE}/inbox/1"
    ok(site.post(inbox, url, "moderator-1", reason="off_topic"))
    told = {"days": 3, "overdue": 0, "late": 1}
    assert text("consulting.MODERATION", "zh-CN", told) in site.get(register).text
    followed = site.get(f"/bureau/cases/{CASE}{ZH}", "drafter-1").text
    assert text("gathering.OVERDUE", "zh-CN", {"count": 1}) not in followed


def test_opinions_on_paper_are_entered_with_their_scan(running: Site) -> None:
    site = running
    site.now += timedelta(days=2)
    said = {"channel": "post", "received_at": "2027-03-02T09:30", "text": "来信：请维持现状",
            "place": "小区11", "kind": "distance", "stance": "against",
            "contact": "王女士 13900000000"}  # fmt: skip
    ok(
        site.step(
            CASE,
            "ReceiveOpinion",
            "moderator-1",
            **said,
            scan=(io.BytesIO(b"letter"), "王女士 13900000000.jpg"),
        )
    )
    (opinion,) = site.office.cases.load(CASE).opinions
    assert (str(opinion.channel), opinion.received_at) == ("post", at("2027-03-02 09:30"))
    inbox = site.get(f"/bureau/cases/{CASE}/inbox{ZH}", "moderator-1").text
    assert "王女士 13900000000" in inbox
    log = site.get(f"/notices/{CASE}/log.jsonl").text
    (kept,) = [e.act.scan for e in site.office.cases.events(CASE) if hasattr(e.act, "scan")]
    scan = f"/bureau/files/{kept.digest}"
    assert site.get(scan, "moderator-1").data == b"letter"
    assert site.get(scan, "drafter-1").status_code == 403
    # the log is public: no name of a file that names somebody, no digest of what others have, too
    assert kept.name == "scan.jpg"
    assert kept.digest in log
    for word in ("13900000000", "王女士", hashlib.sha256(b"letter").hexdigest()):
        assert word not in log


def test_an_opinion_on_paper_names_a_place_of_the_list(running: Site) -> None:
    """The place goes into the public log: it must not be a home, whoever writes it down."""
    site = running
    said = {"channel": "phone", "received_at": "2027-03-01T09:50", "text": "来电：太远",
            "place": "小区11三单元201 王女士", "kind": "distance", "stance": "against"}  # fmt: skip
    refused = site.step(CASE, "ReceiveOpinion", "moderator-1", **said)
    assert refused.status_code == 422
    assert text("notice.OPINION_PLACE", "zh-CN", {"most": 80}) in refused.text
    assert "王女士" not in site.get(f"/notices/{CASE}/log.jsonl").text


def test_one_scan_with_two_letters_is_erased_with_its_own_alone(running: Site) -> None:
    site = running
    site.now += timedelta(days=2)
    for place in ("小区11", "小区12"):
        said = {"channel": "post", "received_at": "2027-03-02T09:30", "text": f"来信：{place}太远",
                "place": place, "kind": "distance", "stance": "against",
                "scan": (io.BytesIO(b"two letters"), "x.pdf")}  # fmt: skip
        ok(site.step(CASE, "ReceiveOpinion", "moderator-1", **said))
    scans = [e.act.scan for e in site.office.cases.events(CASE) if hasattr(e.act, "scan")]
    one, other = (f"/bureau/files/{scan.digest}" for scan in scans)
    by = {"actor": ADMINISTRATOR, "now": site.now}
    site.office.opinions.erase(CASE, 1, "本人申请", **by)
    assert site.get(one, "moderator-1").status_code == 404
    assert site.get(other, "moderator-1").data == b"two letters"


def test_an_opinion_that_was_erased_unseen_is_in_the_inbox(running: Site) -> None:
    site = running
    written(site, "学校太远")
    site.office.opinions.erase(CASE, 1, "本人申请", actor=ADMINISTRATOR, now=site.now)
    inbox = f"/bureau/cases/{CASE}/inbox{ZH}"
    page = site.get(inbox, "moderator-1").text
    assert text("bureau.ERASED_UNSEEN", "zh-CN") in page
    assert "data-show" not in page
    assert '<option value="personal_data" selected>' in page
    ok(site.post(inbox, f"/bureau/cases/{CASE}/inbox/1", "moderator-1", reason="personal_data"))
    assert "o1" not in re.findall(r'id="(o\d+)"', site.get(inbox, "moderator-1").text)


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


class TestLogIn:
    def entered(self, site: Site, name: str, password: str, code: str = "") -> TestResponse:
        client = site.app.test_client()
        form = {"csrf_token": token(client.get("/login").text), "name": name, "code": code}
        return client.post("/login?lang=zh-CN", data={**form, "password": password})

    def test_an_account_is_locked_after_failures(self, site: Site) -> None:
        for _ in range(FAILURES_ALLOWED):
            assert self.entered(site, "drafter-1", "wrong").status_code == 403
        locked = self.entered(site, "drafter-1", PASSWORD)
        assert locked.status_code == 403
        assert text("bureau.LOGIN_locked", "zh-CN") in locked.text
        assert self.entered(site, "auditor-1", PASSWORD).status_code == 302
        site.now = BEGUN + timedelta(minutes=15)
        assert self.entered(site, "drafter-1", PASSWORD).status_code == 302

    def test_a_one_time_code_is_asked_for_where_the_account_has_them(self, site: Site) -> None:
        accounts = site.app.extensions["zoning-accounts"]
        roles = {Role.REVIEWER}
        secret = accounts.add("two-1", PASSWORD, roles=roles, now=site.now, one_time_codes=True)
        assert self.entered(site, "two-1", PASSWORD).status_code == 403
        code = pyotp.TOTP(secret).at(site.now)
        assert self.entered(site, "two-1", PASSWORD, code).status_code == 302
        assert self.entered(site, "two-1", PASSWORD, code).status_code == 403
