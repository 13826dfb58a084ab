"""The inbox of opinions: its deadline, letters with their scans, and what was erased."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from case_site import CASE, ok, written
from notice_story import ADMINISTRATOR, at
from participating import ZH

from zoning.messages import text

if TYPE_CHECKING:
    from case_site import Site

pytestmark = pytest.mark.integration


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
