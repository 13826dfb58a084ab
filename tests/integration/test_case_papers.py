"""What a case computes and the papers that are made of it: what they say, to whom, and when."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from shutil import copytree
from typing import TYPE_CHECKING

import openpyxl
import pytest
from case_site import (
    CASE,
    Site,
    drafted,
    fields,
    heard,
    notice_told,
    ok,
    on_notice,
    paper,
    written,
)
from notice_story import ADMINISTRATOR, DRAFTER, MODERATOR, PAPER, PUBLISHER, REVIEWER
from published import moved
from tiny_study import run

from webmap.services.office import replies_table
from zoning.messages import text
from zoning.notice import acts as a
from zoning.notice.adoption import adoption_table, table_record
from zoning.notice.canonical import digest_of
from zoning.notice.model import Outcome
from zoning.plan.store import read_plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.integration

TwoPlans = tuple["Path", str, str, str]
SAID = "学校太远，希望维持现状"


@pytest.fixture
def site(ready: Path, two_plans: TwoPlans, tmp_path: Path) -> Iterator[Site]:
    url = f"sqlite:///{tmp_path / 'one.sqlite'}"
    made = Site(copytree(ready, tmp_path / "方格县"), two_plans[1], url)
    drafted(made, two_plans[2])
    yield made
    made.close()


def words_of(book: bytes) -> str:
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row)


def test_facts_are_recorded_as_computed_whatever_a_form_sends(site: Site) -> None:
    page = site.get(f"/bureau/cases/{CASE}/steps/AssessRisk?lang=zh-CN", "drafter-1").text
    assert "9 个地址中有 1 个换校" in page
    sent = fields(page)
    assert not [name for name in sent if name.startswith("assessment.facts")]
    for name in sent:
        if name.endswith((".findings", ".measures", ".owner")):
            sent[name] = "结论"
    del sent["csrf_token"]
    forged = {"assessment.facts": "无变化 | 0", "assessment.plan_id": "primary-2027-other"}
    ok(site.step(CASE, "AssessRisk", "drafter-1", **{**sent, **forged}))
    risk = site.office.cases.load(CASE).prepared.risk
    assert risk is not None
    assert risk.plan_id == site.office.cases.load(CASE).plans[0].plan_id
    told = {fact.name: fact.value for fact in risk.facts}
    assert told["换校的地址和儿童"].startswith("9 个地址中有 1 个换校")
    assert "无变化" not in told
    assert len(told) >= 11
    assert "9 个地址中有 1 个换校" in site.get(f"/bureau/cases/{CASE}?lang=zh-CN", "auditor-1").text


def test_what_needs_a_reason_is_computed_whatever_the_file_of_a_plan_says(
    ready: Path, two_plans: TwoPlans, tmp_path: Path
) -> None:
    folder = copytree(ready, tmp_path / "方格县")
    # whoever lives beside one school goes to the other; the file goes on saying that nobody does
    file = folder / "plans" / f"{two_plans[1]}.gpkg"
    crossed = moved(file, {"b01": "B", "b21": "A"})
    assert read_plan(crossed).farther_admitted.empty
    site = Site(folder, two_plans[1], f"sqlite:///{tmp_path / 'one.sqlite'}")
    drafted(site, crossed.stem)
    (plan,) = site.office.cases.load(CASE).plans
    told = run("risk", folder, crossed.stem, "--before", two_plans[1], "--lang", "zh-CN")
    assert list(plan.to_justify) == told["to_justify"]
    assert {"A校 → B校", "B校 → A校"} <= set(plan.to_justify)
    computed = {fact["name"]: fact["value"] for fact in told["justified"]}
    page = site.get(f"/bureau/cases/{CASE}/steps/AssessRisk?lang=zh-CN", "drafter-1").text
    form = fields(page)
    for at, name in enumerate(plan.to_justify):
        assert form[f"assessment.justified.{at}.name"] == name
        assert form[f"assessment.justified.{at}.value"] == computed.get(name, "")
    for part in ("policy", "acceptance", "public_opinion"):
        for word in ("findings", "measures", "owner"):
            form[f"assessment.parts.{part}.{word}"] = "结论"
    del form["csrf_token"]
    silent = {**form, "assessment.justified.0.value": " "}
    refused = site.step(CASE, "AssessRisk", "drafter-1", **silent)
    assert refused.status_code == 422
    assert plan.to_justify[0] in refused.text
    filled = {name: said or "隔着铁路" for name, said in form.items()}
    ok(site.step(CASE, "AssessRisk", "drafter-1", **filled))
    site.close()


def test_a_case_against_a_version_of_one_stage_takes_no_plan_of_another(
    site: Site, two_plans: TwoPlans
) -> None:
    page = site.get("/bureau/cases/new/steps/OpenCase?lang=zh-CN", "drafter-1").text
    # what is refused without a file says so beforehand
    assert re.search(r"佐证材料[^<]*<span class=\"needed\">", page)
    opening = {"title": "初中学区调整", "trigger.reason": "population", "trigger.text": "人口变化",
               "trigger.evidence": paper(), "current_version": "junior_middle-1"}  # fmt: skip
    ok(site.step("new", "OpenCase", "drafter-1", **opening))
    chosen = {"plan_id": two_plans[2], "school_year": "2027"}
    refused = site.step("2027-002", "AddPlan", "drafter-1", **chosen)
    assert refused.status_code == 422
    assert "不是同一学段" in refused.text
    assert site.office.cases.load("2027-002").plans == ()


def test_every_version_of_a_notice_keeps_its_papers_and_a_draft_has_none(site: Site) -> None:
    heard(site)
    first_pdf = f"/notices/{CASE}/papers/1/notice.pdf"
    assert site.get(first_pdf).status_code == 404
    on_notice(site)
    first = site.get(first_pdf)
    assert first.data.startswith(b"%PDF")
    case = site.office.cases.load(CASE)
    assert case.on_notice is not None
    version = case.on_notice.version
    manifest = json.loads(site.get(f"/notices/{CASE}/papers/1/manifest.json").data)
    assert manifest["content_digest"] == version.digest
    assert manifest["draft"] is False
    ok(site.step(CASE, "ReportError", "drafter-1", text="联系人有误"))
    url = f"/bureau/cases/{CASE}/steps/PublishErratum?lang=zh-CN"
    told = {name: said for name, said in fields(site.get(url, "publisher-1").text).items()
            if name not in {"csrf_token", "seen"}}  # fmt: skip
    told |= {"version.content.contact": "招生办", "text": "联系人应为招生办", "more_days": "0"}
    told["version.content.moved"] += "\n某小区 | A校 | B校"
    ok(site.step(CASE, "PublishErratum", "publisher-1", **told))
    assert site.get(first_pdf).data == first.data
    second = site.get(f"/notices/{CASE}/papers/2/notice.pdf")
    assert second.data.startswith(b"%PDF")
    assert second.data != first.data
    page = site.get(f"/notices/{CASE}?lang=zh-CN").text
    assert f"/notices/{CASE}/papers/2/long-picture.png" in page
    assert version.digest in page
    # what was written by hand stays in a correction until what is computed is asked for anew
    again = f"/bureau/cases/{CASE}/steps/RestartNotice?lang=zh-CN"
    assert "某小区" in fields(site.get(again, "publisher-1").text)["version.content.moved"]
    fresh = fields(site.get(f"{again}&anew=1", "publisher-1").text)
    assert fresh["version.content.moved"] == "小区11 | A校 | B校"
    assert fresh["version.content.contact"] == "招生办"
    for wrong in ("papers/3/notice.pdf", "papers/1/other.pdf", "reports/ledger.xlsx"):
        assert site.get(f"/notices/{CASE}/{wrong}").status_code == 404
    assert site.get(f"/bureau/cases/{CASE}/papers/other.xlsx", "auditor-1").status_code == 404


def test_what_is_incomplete_can_be_looked_at_as_a_draft_and_publishes_nothing(site: Site) -> None:
    heard(site)
    url = f"/bureau/cases/{CASE}/steps/PublishNotice?lang=zh-CN"
    told = fields(site.get(url, "publisher-1").text)
    sent = {name: said for name, said in told.items() if name not in {"csrf_token", "seen"}}
    look = f"/bureau/cases/{CASE}/steps/PublishNotice/preview?lang=zh-CN"
    draft = site.post(url, f"{look}&name=notice.pdf", "publisher-1", **sent)
    assert "draft" in draft.headers["Content-Disposition"]
    assert draft.data.startswith(b"%PDF")
    checked = site.post(url, look, "publisher-1", **sent).text
    assert "过渡" in checked[checked.index('id="checked"') :].partition("</div>")[0]
    assert site.post(url, f"{look}&name=ledger.xlsx", "publisher-1", **sent).status_code == 404
    other = look.replace("PublishNotice", "Withdraw")
    assert site.post(url, other, "publisher-1", **sent).status_code == 404
    assert site.office.cases.load(CASE).on_notice is None


def test_a_notice_that_leaves_out_a_place_or_tells_other_seats_is_not_published(site: Site) -> None:
    """What is computed of the plan can be edited in the form, and has to be told all the same."""
    heard(site)
    told = notice_told(site)
    name, seats = "version.content.moved", "version.content.seats"
    place, *_ = told[name].partition(" | ")
    school, year, number, classes = told[seats].split("\n")[0].split(" | ")
    other = f"{school} | {year} | {int(number) + 1} | {classes}"
    wrong = told | {
        name: "别处 | 甲校 | 乙校",
        seats: told[seats].replace(f"{school} | {year} | {number} | {classes}", other),
    }
    refused = site.step(CASE, "PublishNotice", "publisher-1", **wrong)
    assert refused.status_code == 422
    reasons = (
        text("notice.PLACES_UNTOLD", "zh-CN", {"count": 1, "names": place}),
        text("notice.OTHER_SEATS", "zh-CN", {"names": f"{school} {year}"}),
    )
    url = f"/bureau/cases/{CASE}/steps/PublishNotice?lang=zh-CN"
    look = f"/bureau/cases/{CASE}/steps/PublishNotice/preview?lang=zh-CN"
    looked_at = site.post(url, look, "publisher-1", **wrong).text
    for said in reasons:
        assert said in refused.text
        assert said in looked_at
    assert site.office.cases.load(CASE).on_notice is None
    more = told | {name: f"{told[name]}\n别处 | 甲校 | 乙校"}
    ok(site.step(CASE, "PublishNotice", "publisher-1", **more))


def answered(site: Site) -> None:
    """Let one write, close, show, group and answer: as the pages do, without them."""
    assert written(site, SAID).status_code == 200
    period = site.office.cases.load(CASE).period
    assert period is not None
    site.watched(CASE, period.ends_at)
    office = site.office
    ok(site.step(CASE, "CloseNotice", "publisher-1"))
    office.opinions.show(CASE, 1, SAID, actor=MODERATOR, now=office.now())
    office.do(CASE, a.GroupOpinions(((1,),)), actor=MODERATOR)
    reply = a.ReplyToGroup(1, Outcome.NOT_ADOPTED, "相对就近", "基础教育科")
    office.do(CASE, reply, actor=MODERATOR)
    table = replies_table(office.cases.load(CASE))
    office.do(CASE, a.PublishReplies(table.evidence), actor=PUBLISHER, files=(table,))


def test_an_erased_opinion_stands_in_no_paper_and_the_log_names_none_that_quotes_it(
    site: Site,
) -> None:
    heard(site)
    on_notice(site)
    answered(site)
    office = site.office
    url = f"/notices/{CASE}/reports/opinions-and-replies.xlsx?lang=zh-CN"
    assert SAID in words_of(site.get(url).data)
    case = office.cases.load(CASE)
    table = case.concluded.replies_table
    assert table is not None
    # the digest that the report prints is that of the file that the log names
    assert table.digest == digest_of(table_record(adoption_table(case)))
    record = site.get(f"/notices/{CASE}/files/{table.digest}").data
    assert SAID not in record.decode()
    office.opinions.erase(CASE, 1, "本人申请", actor=ADMINISTRATOR, now=office.now())
    told = words_of(site.get(url).data)
    assert SAID not in told
    assert "相对就近" in told
    assert site.get(f"/notices/{CASE}/files/{table.digest}").data == record
    ledger = site.get(f"/bureau/cases/{CASE}/papers/ledger.xlsx?lang=zh-CN", "auditor-1")
    assert SAID not in words_of(ledger.data)


def test_the_public_reads_the_report_as_it_was_when_the_decision_was_proposed(site: Site) -> None:
    heard(site)
    on_notice(site)
    answered(site)
    office, url = site.office, f"/notices/{CASE}/reports/consultation-report.docx?lang=zh-CN"
    proposed = site.get(
        f"/bureau/cases/{CASE}/papers/consultation-report.docx?lang=zh-CN", "drafter-1"
    )
    office.do(CASE, a.ProposeDecision(PAPER, "按公示方案执行"), actor=DRAFTER)
    assert site.get(url).status_code == 404
    by_other = replace(REVIEWER, account="reviewer-2")
    office.do(CASE, a.ApproveDecision(PAPER), actor=by_other)
    assert site.get(url).data == proposed.data
    now = site.get(f"/bureau/cases/{CASE}/papers/consultation-report.docx?lang=zh-CN", "drafter-1")
    assert now.data != proposed.data
