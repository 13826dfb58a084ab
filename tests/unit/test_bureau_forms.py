"""Forms made of acts: what stands in a form is read back as the same act."""

from __future__ import annotations

import dataclasses
import io
from datetime import date
from typing import Any

import pytest
from notice_story import PAPER, PUBLIC, S0, Story, assessment, content, opening, opinion, version
from werkzeug.datastructures import FileStorage, MultiDict

from webmap.access import ACCESS, BUREAU
from webmap.bureau.charts import Bar, bars
from webmap.bureau.forms import Sent, controls, read_form
from webmap.bureau.gatherings import FORMS, PaperSignUp
from webmap.bureau.steps import ACTS, FirstDay, PaperOpinion, PlanChoice
from webmap.public.case_words import CaseWords
from zoning.messages import languages, text
from zoning.notice import acts as a
from zoning.notice import model as m
from zoning.notice.agenda import step_due
from zoning.notice.content import Moved, Seats, ZoneText
from zoning.notice.table import TABLE

OBJECTS = m.DepartmentOpinion("公安局", agrees=False, text="反对", answer="已答")
SAMPLES: list[tuple[Any, dict[str, Any]]] = [
    (a.HearDepartments((OBJECTS,)), {}),
    (a.HearExperts(("甲", "乙"), "意见", "答复"), {}),
    (a.AnnounceHearing(date(2026, 5, 20), "县教育局"), {}),
    (a.ReportError("学位数有误", 3), {}),
    (a.ReportError("学位数有误"), {}),
    (a.GroupOpinions(((1, 4), (2,))), {}),
    (a.ReplyToGroup(1, m.Outcome.PARTLY, "已核实\n将落实", "基础教育科"), {}),
    (a.FileUpward(m.Filing("备1", date(2026, 7, 2))), {}),
    (a.AssessRisk(assessment()), {}),
    (a.CloseNotice(), {}),
]  # fmt: skip


COMPUTED = (
    "case_id", "rule_set", "rules_digest", "data", "version.digest", "version.plan_id", "table",
    "version.substance", "version.content.old_map", "version.content.new_map", "report",
)  # fmt: skip


def sent(fields: dict[str, str], files: dict[str, bytes] | None = None) -> Sent:
    stored = [
        (name, FileStorage(io.BytesIO(body), filename=f"C:\\x\\{name}.pdf"))
        for name, body in (files or {}).items()
    ]
    return Sent(MultiDict(fields), MultiDict(stored), "Asia/Shanghai")


def in_form(value: Any, given: dict[str, Any]) -> dict[str, str]:
    made = controls(type(value), given=given, start=value, choices={})
    return {item.name: item.value for item in made if item.kind not in {"heading", "file"}}


@pytest.mark.parametrize(("value", "given"), SAMPLES)
def test_what_stands_in_a_form_is_read_back(value: Any, given: dict[str, Any]) -> None:
    read = read_form(type(value), sent(in_form(value, given)), given=given)
    assert read.faults == ()
    assert read.value == value


def test_a_whole_notice_is_read_back() -> None:
    said = content(
        moved=(Moved("阳光花园", "A校", "B校"), Moved("月亮湾", "A校", "B校")),
        seats=(Seats("A校", 2026, 90, 2),),
        old_zones=(ZoneText("A校", "东至东环路，南至南河"),),
    )
    act = a.PublishNotice(dataclasses.replace(version(), content=said), m.DataVersion("i", "g"))
    given = {"version.digest": act.version.digest, "version.plan_id": act.version.plan_id,
             "version.substance": act.version.substance, "data": act.data,
             "version.content.old_map": PAPER, "version.content.new_map": PAPER}  # fmt: skip
    assert read_form(a.PublishNotice, sent(in_form(act, given)), given=given).value == act


def test_files_become_evidence_by_their_digest() -> None:
    given = {"case_id": "", "current_version": "v0", "rule_set": S0.name, "rules_digest": "d"}
    fields = {"title": "调整", "trigger.reason": "law", "trigger.text": "新规定"}
    read = read_form(a.OpenCase, sent(fields, {"trigger.evidence": b"paper"}), given=given)
    (file,) = read.files
    assert read.value.trigger.evidence == (file.evidence,)
    assert file.name == "trigger.evidence.pdf"
    assert len(file.evidence.digest) == 64
    without = read_form(a.ApproveDecision, sent({}), given={})
    assert without.value.minutes == m.Evidence("", "")


@pytest.mark.parametrize(
    ("kind", "fields", "faults"),
    [
        (a.FileUpward, {"filing.number": "1", "filing.day": "gestern"}, {"day"}),
        (a.ReplyToGroup, {"group": "x", "outcome": "maybe"}, {"group", "outcome"}),
        (a.HearDepartments, {"heard": "公安局\n住建局 | 是 | 无"}, {"heard"}),
    ],
)
def test_all_faults_are_told_at_once(
    kind: type[Any], fields: dict[str, str], faults: set[str]
) -> None:
    found = read_form(kind, sent(fields), given={}).faults
    assert {item.field for item in found} == faults
    for language in languages():
        assert all(text(item.key, language, {"field": "x"}) for item in found)


@pytest.mark.parametrize("language", languages())
def test_every_step_and_every_field_has_words(language: str) -> None:
    from webmap.maps.facts import Texts

    words = CaseWords(Texts(language))
    for step in TABLE:
        assert words.act(step.act.__name__)
    # these have forms of their own
    others = {a.AddPlan: PlanChoice, a.ScheduleVersion: FirstDay, a.ReceiveOpinion: PaperOpinion}
    gathered = (a.AnnounceMeeting, a.DrawPlaces, a.HoldMeeting, a.CancelMeeting, a.CloseQuestions,
                a.SignUp, a.EraseEntry)  # fmt: skip
    kinds = (others.get(kind, kind) for kind in ACTS.values() if kind not in gathered)
    for kind in (*kinds, *FORMS, PaperSignUp):
        for item in controls(kind, given=dict.fromkeys(COMPUTED), choices={}):
            assert words.field(item.field)
            assert all(words.field(column) for column in item.columns)
            assert all(words.option(*option) for option in item.options)


def test_moments_are_those_of_the_bureau() -> None:
    fields = {"channel": "post", "received_at": "2026-05-27T09:30", "text": "远", "place": "x"}
    found = read_form(PaperOpinion, sent(fields), given={}).value
    assert found.received_at.isoformat() == "2026-05-27T09:30:00+08:00"


def test_by_when_the_next_step_is_due() -> None:
    story = Story()
    story.draft()
    assert step_due(story.case, S0, date(2026, 4, 1)) == date(2026, 5, 10)
    assert step_due(story.case, S0, date(2026, 5, 11)) == date(2027, 5, 10)
    story.heard()
    story.publish("2026-05-01 09:00")
    assert step_due(story.case, S0, date(2026, 5, 2)) == date(2026, 5, 31)
    story.close()
    assert step_due(story.case, S0, date(2026, 6, 1)) == date(2026, 6, 10)


def test_bars_are_as_long_as_their_counts() -> None:
    assert bars([]) == ()
    first, second = bars([Bar("a", 40), Bar("b", 10)])
    assert (first.length, second.length) == (240, 60)
    assert second.top > first.top


def test_the_public_and_the_system_are_named_in_the_readers_language() -> None:
    from webmap.maps.facts import Texts

    story = Story()
    story.up_to_notice("2026-05-26 09:00")
    story.does(opinion("太远了"), PUBLIC)
    words = CaseWords(Texts("zh-CN"))
    named = [words.actor(event) for event in story.events]
    assert named[-1] == "公众"
    assert "drafter-1" in named


def test_the_bureau_is_behind_a_login() -> None:
    for endpoint, needed in ACCESS.items():
        inside = endpoint.startswith(("bureau.", "papers.", "gathering."))
        assert (needed is None) != inside, endpoint
        assert needed is None or needed <= BUREAU
    assert opening().trigger.evidence == (PAPER,)
