"""A case from its opening to the version in force on the pages alone, on both databases."""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC, date, timedelta
from shutil import copytree
from typing import TYPE_CHECKING

import pytest
from case_site import (
    CASE,
    PASSWORD,
    STAFF,
    decided,
    drafted,
    fields,
    heard,
    ok,
    on_notice,
    token,
    written,
)
from click.testing import CliRunner
from notice_story import at
from werkzeug.serving import make_server

from webmap.access import ACCESS
from webmap.heartbeat import beat_once
from webmap.services.watch import Watch
from zoning.cli import main
from zoning.lookup.opening import prepare
from zoning.messages import languages, text
from zoning.notice import State
from zoning.notice.log import events_of
from zoning.notice.replay import replay
from zoning.notice.verify import verify
from zoning.progress import silent
from zoning.study import exclusive

if TYPE_CHECKING:
    from pathlib import Path

    from case_site import Site


pytestmark = pytest.mark.integration

TwoPlans = tuple["Path", str, str, str]


@pytest.fixture(scope="module")
def ready(two_plans: TwoPlans, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copytree(two_plans[0], tmp_path_factory.mktemp("site") / "方格县")
    with exclusive(folder) as study:
        prepare(study, silent)
    return folder


def test_a_case_runs_from_its_opening_to_the_version_in_force(
    site: Site, two_plans: TwoPlans
) -> None:
    drafted(site, two_plans[2])
    heard(site)
    assert site.get(f"/notices/{CASE}").status_code == 404
    on_notice(site)
    page = site.get(f"/notices/{CASE}?lang=zh-CN").text
    assert "还有 30 天" in page
    assert site.office.cases.head(CASE).digest in page
    answer = written(site, "电话13912345678，学校太远")
    code = re.search(r"<code>([A-Z0-9-]{19})</code>", answer.text)
    assert code is not None
    period = site.office.cases.load(CASE).period
    site.watched(CASE, period.ends_at - timedelta(days=1))
    early = site.step(CASE, "CloseNotice", "publisher-1")
    assert early.status_code == 422
    assert text("notice.NOT_OVER", "zh-CN", {"last": period.last_day}) in early.text
    site.watched(CASE, period.ends_at)
    ok(site.step(CASE, "CloseNotice", "publisher-1"))
    inbox = f"/bureau/cases/{CASE}/inbox?lang=zh-CN"
    shown = fields(site.get(inbox, "moderator-1").text)["text"]
    assert "13912345678" not in shown
    ok(site.post(inbox, f"/bureau/cases/{CASE}/inbox/1", "moderator-1", text=shown))
    told = site.post(inbox, f"/bureau/cases/{CASE}/inbox/1", "moderator-1", text=shown)
    assert told.status_code == 409
    assert text("notice.OPINION_DECIDED", "zh-CN", {"opinion": 1}) in told.text
    silent_case = site.step(CASE, "PublishReplies", "publisher-1")
    assert silent_case.status_code == 422
    groups = fields(site.get(f"/bureau/cases/{CASE}/steps/GroupOpinions", "moderator-1").text)
    assert groups["groups"] == "1"
    ok(site.step(CASE, "GroupOpinions", "moderator-1", groups="1"))
    reply = {"group": "1", "outcome": "not_adopted", "reason": "相对就近", "office": "基础教育科"}
    replies = f"/bureau/cases/{CASE}/replies"
    ok(site.post(replies, f"/bureau/cases/{CASE}/steps/ReplyToGroup", "moderator-1", **reply))
    ok(site.step(CASE, "PublishReplies", "publisher-1"))
    decided(site)
    (_, second) = site.office.versions.every("primary")
    assert (second.plan_id, second.effective_from) == (two_plans[2], date(2027, 9, 1))
    site.now = at("2027-09-01 00:10")
    Watch(site.office.cases).tick(site.now)
    assert site.office.cases.load(CASE).state == State.IN_FORCE
    # what it would change is still told by the zones of that time
    url = f"/notices/{CASE}?lang=zh-CN"
    told = site.post(url, f"/notices/{CASE}/address?lang=zh-CN", address=f"小区{two_plans[3][1:]}")
    assert 'data-concerns="yes"' in told.text
    followed = site.post("/notices/follow?lang=zh-CN", "/notices/follow?lang=zh-CN", code=code[1])
    assert "相对就近" in followed.text
    register = site.get(f"/notices/{CASE}/register?lang=zh-CN").text
    assert shown in register
    assert "基础教育科" in register
    lines = site.get(f"/notices/{CASE}/log.jsonl").data.splitlines()
    assert verify(lines).fault is None
    assert replay(events_of(lines), rules=site.office.cases.rules).unlawful is None
    assert "13912345678" not in b"".join(lines).decode()
    table = site.office.cases.load(CASE).concluded.replies_table
    file = site.get(f"/notices/{CASE}/files/{table.digest}")
    assert json.loads(file.data)[0]["reason"] == "相对就近"
    for lang in languages():
        for name in STAFF:
            for url in (f"/bureau/cases/{CASE}", "/bureau/", f"/bureau/cases/{CASE}/numbers"):
                assert site.get(f"{url}?lang={lang}", name).status_code == 200


def test_what_is_missing_is_said_in_words_and_what_was_written_stays(
    site: Site, two_plans: TwoPlans
) -> None:
    drafted(site, two_plans[2])
    said = "公安局 | 是 | 无意见\n住建局 | 否 | 新区未交付"
    heard(site)
    refused = site.step(CASE, "HearDepartments", "drafter-1", heard=said)
    assert refused.status_code == 422
    assert text("notice.OBJECTION_UNANSWERED", "zh-CN", {"names": "住建局"}) in refused.text
    assert "新区未交付" in fields(refused.text)["heard"]
    url = f"/bureau/cases/{CASE}/steps/PublishNotice?lang=zh-CN"
    told = fields(site.get(url, "publisher-1").text)
    for name in ("csrf_token", "seen"):
        del told[name]
    page = site.step(CASE, "PublishNotice", "publisher-1", **told).text
    for part in ("ISSUER", "DOCUMENT_NUMBER", "TRANSITION", "CONTACT"):
        assert text(f"notice.PART_{part}", "zh-CN") in page
    wrong = site.step(CASE, "HearDepartments", "drafter-1", heard="公安局")
    assert text("bureau.FAULT_COLUMNS", "zh-CN", {"field": "部门意见"}) in wrong.text
    by_other = site.step(CASE, "HearDepartments", "auditor-1", heard="公安局 | 是 | 无")
    assert by_other.status_code == 422
    assert text("notice.ROLE_drafter", "zh-CN") in by_other.text


def test_whether_a_change_concerns_an_address(site: Site, two_plans: TwoPlans) -> None:
    drafted(site, two_plans[2])
    heard(site)
    on_notice(site)
    site.now = at("2027-09-02 10:00")
    block = two_plans[3]
    changed, same = f"小区{block[1:]}", "小区00"
    url = f"/notices/{CASE}?lang=zh-CN"
    ask = f"/notices/{CASE}/address?lang=zh-CN"
    page = site.post(url, ask, address=changed).text
    assert 'data-concerns="yes"' in page
    assert {"A校", "B校"} <= set(re.findall(r"<dd>([AB]校)</dd>", page))
    assert 'data-concerns="no"' in site.post(url, ask, address=same).text
    assert site.post(url, ask, address="").status_code == 422
    assert changed not in site.get(url).request.path


def test_an_opinion_needs_a_place_that_is_no_home_and_a_token(
    site: Site, two_plans: TwoPlans
) -> None:
    drafted(site, two_plans[2])
    heard(site)
    on_notice(site)
    assert written(site, "太远", place="小区11 3号楼2单元501").status_code == 422
    assert written(site, "太远" * 2501).status_code == 422
    kept = written(site, "x")
    assert kept.status_code == 422
    assert text("notice.OPINION_LENGTH", "zh-CN", {"least": 2, "most": 5000}) in kept.text
    url = f"/notices/{CASE}/opinion"
    assert site.client().post(url, data={"text": "太远"}).status_code == 400
    assert len(site.office.cases.load(CASE).opinions) == 0
    for _ in range(3):
        assert written(site, "太远了").status_code == 200
    case = site.office.cases.load(CASE)
    assert len({item.participant for item in case.opinions}) == 1


def test_every_route_is_in_the_access_list_and_no_other(site: Site) -> None:
    routes = {rule.endpoint for rule in site.app.url_map.iter_rules()}
    # those of the plain files are rendered by `publish --static`, and served by no server
    files = {endpoint for endpoint in ACCESS if endpoint.startswith("site.")}
    assert routes == ACCESS.keys() - files
    assert all(ACCESS[endpoint] is None for endpoint in files)


def test_pages_of_the_bureau_are_for_those_who_are_named(site: Site, two_plans: TwoPlans) -> None:
    drafted(site, two_plans[2])
    for name, roles in [("", set()), *STAFF.items()]:
        for rule in site.app.url_map.iter_rules():
            needed = ACCESS[rule.endpoint]
            if needed is None or "GET" not in (rule.methods or ()):
                continue
            url = rule.rule.replace("<case_id>", CASE).replace("<act>", "Withdraw")
            status = site.get(url.replace("<digest>", "0" * 64), name).status_code
            if not name:
                assert status == 302, url
            else:
                assert (status == 403) == (not needed & roles), (name, url)
    assert site.client().post(f"/bureau/cases/{CASE}/steps/Withdraw").status_code in {400, 403}


def test_a_route_that_nobody_has_listed_is_refused(site: Site) -> None:
    site.app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    assert site.get("/forgotten").status_code == 403


def test_a_session_ends_with_the_day_and_with_the_account(site: Site) -> None:
    assert site.get("/bureau/", "drafter-1").status_code == 200
    site.app.extensions["zoning-accounts"].disable("drafter-1", now=site.now)
    assert site.get("/bureau/", "drafter-1").status_code == 302
    assert site.get("/bureau/", "auditor-1").status_code == 200
    client = site.client("auditor-1")
    site.now += timedelta(hours=11)
    assert client.get("/bureau/").status_code == 302


def test_the_way_on_leads_to_no_other_machine(site: Site) -> None:
    client = site.app.test_client()
    sent = {"name": "drafter-1", "password": PASSWORD}
    for wanted in ("//evil.example/bureau/", "https://evil.example", "/bureau//evil", "/lookup"):
        sent["csrf_token"] = token(client.get("/login").text)
        answer = client.post(f"/login?to={wanted}", data=sent)
        assert answer.location.startswith("/bureau/")
        assert "evil" not in answer.location


def test_a_server_that_answers_is_recorded_and_its_log_verified_by_address(
    site: Site, two_plans: TwoPlans
) -> None:
    drafted(site, two_plans[2])
    heard(site)
    on_notice(site)
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    before = site.office.cases.load(CASE).reach_until
    site.now += timedelta(minutes=40)
    beat_once(site.office, address)
    for words in ((), ("--rules", "changji-2026")):
        said = ["--lang", "en", "log", "verify", f"{address}/notices/{CASE}", *words, "--json"]
        answer = json.loads(CliRunner().invoke(main, said).stdout)
        assert (answer["ok"], answer["head"]) == (True, site.office.cases.head(CASE).digest)
    missing = ["--lang", "en", "log", "verify", f"{address}/notices/2020-009"]
    assert CliRunner().invoke(main, missing).exit_code == 5
    server.shutdown()
    thread.join()
    server.server_close()
    reached = site.now
    # nobody answers any more: that is no heartbeat
    site.now += timedelta(hours=20)
    beat_once(site.office, address)
    assert Watch(site.office.cases).enter(CASE, now=site.now) is False
    after = site.office.cases.load(CASE)
    assert before is not None
    assert after.reach_until == reached.astimezone(UTC)
    assert after.outages == ()
    Watch(site.office.cases).record(CASE, site.now)
    Watch(site.office.cases).enter(CASE, now=site.now)
    found = site.office.cases.load(CASE)
    assert len(found.outages) == 1
    assert found.period is not None
    assert found.period.lost_days != ()
    assert "1 天不计入" in site.get(f"/notices/{CASE}?lang=zh-CN").text
