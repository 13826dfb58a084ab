"""A made-up case in the database of a demo county, run through everything by a moved clock."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from webmap.casework import database_of
from zoning.cli.console import console_of
from zoning.cli.group import ZoningCommand
from zoning.cli.options import json_option, opened, study_argument
from zoning.cli.output import progress_bar
from zoning.errors import SettingsError
from zoning.messages import DEFAULT_LANGUAGE

if TYPE_CHECKING:
    from webmap.services.office import Office
    from zoning.notice import Actor
    from zoning.notice.acts import Act
    from zoning.notice.model import Evidence
    from zoning.progress import Progress
    from zoning.study.folder import Study

# the folder in which the generator keeps what it knows: a bureau's study has none
TRUTH = "truth"
BEFORE_NOW = timedelta(days=60)
BEAT = timedelta(minutes=50)
OPINIONS = (
    ("调整后上学要多走一公里，希望维持现状。", "distance", "against"),
    ("调整后上学要多走一公里，希望维持现状！", "distance", "against"),
    ("路口没有红绿灯，请先设置斑马线。我的电话是13900000000。", "safety", "change"),
    ("新校条件好，支持调整。", "quality", "for"),
    ("老大在原校就读，老二能否随读？", "siblings", "question"),
)


@click.command("demo-case", cls=ZoningCommand, help="help.DEMO_CASE")
@study_argument
@json_option
@click.pass_context
def demo_case_command(ctx: click.Context, directory: Path) -> None:
    """Run a made-up case of a demo county from its trigger to the version in force."""
    from webmap.services.archive import Archive
    from webmap.services.office import open_office

    console = console_of(ctx)
    study = opened(directory)
    if not (directory / TRUTH).is_dir():
        raise SettingsError("bureau.NO_DEMO", folder=str(directory))
    database = database_of(ctx, directory)
    clock = Clock(datetime.now(UTC) - BEFORE_NOW)
    office = open_office(directory, database=database, archive=Archive(directory), clock=clock.now)
    if office.versions.every() or office.cases.every():
        if console.json:
            console.answer({"case": None})
        else:
            console.say("bureau.DEMO_THERE")
        return
    with progress_bar(console.text("bureau.DEMO_STEP")) as bar:
        case_id = run_case(study, office, clock, progress=bar)
    if console.json:
        console.answer({"case": case_id})
    else:
        console.say("bureau.DEMO_DONE", case=case_id)


class Clock:
    """A clock that the demo moves."""

    def __init__(self, begun: datetime) -> None:
        self._now = begun

    def now(self) -> datetime:
        """Return the time."""
        return self._now

    def on(self, span: timedelta) -> None:
        """Let time pass."""
        self._now += span


def run_case(study: Study, office: Office, clock: Clock, *, progress: Progress) -> str:
    """Publish today's zones as the first version, run a case for the newest plan; return its id.

    Parameters
    ----------
    study, office
        The demo county and its database.
    clock
        Begins in the past, and is moved up to the end of the case.
    progress
        Told how far it is.
    """
    plan = next(name for name in office.plan_names() if name.startswith("primary-"))
    year = office.first_year(study.plans / f"{plan}.gpkg")
    _load_today(study, office, year, progress=progress)
    clock.on(timedelta(days=1))
    case_id = _draft(study, office, plan, year)
    clock.on(timedelta(days=3))
    _on_notice(study, office, case_id, clock)
    _answered(office, case_id)
    clock.on(timedelta(days=2))
    _decided(study, office, case_id, clock)
    return case_id


def _who(name: str) -> Actor:
    from zoning.notice import Actor, Role

    return Actor(f"{name}-demo", frozenset({Role(name)}))


def _do(office: Office, case_id: str, name: str, act: Act) -> str:
    """Do a step as somebody with a role, and return the case."""
    from webmap.services.attachments import Attachment

    paper = Attachment("demo.txt", "text/plain", "演示材料".encode())
    done = office.do(case_id, act, actor=_who(name), files=(paper,))
    return done.case.case_id


def _load_today(study: Study, office: Office, year: int, *, progress: Progress) -> None:
    """Publish the zones of today as the first version of the stage."""
    from webmap.services.publishing import Order, commit, prepare
    from zoning.study.today_file import write_today

    with tempfile.TemporaryDirectory() as folder:
        first = study.settings.study.stages[0]
        file = write_today(study, Path(folder), stage=first, progress=progress)
        day = office.today()
        order = Order(str(file), year, "（演示）现行学区", day, day)
        now = office.now()
        kept = prepare(study, order, versions=office.versions, archive=office.archive,
                       now=now, progress=progress)  # fmt: skip
        accepted = kept.review.to_accept
        commit(study, kept, versions=office.versions, archive=office.archive, now=now,
               accepted=accepted)  # fmt: skip


def _draft(study: Study, office: Office, plan: str, year: int) -> str:
    from webmap.services.candidates import candidate_plan
    from zoning.notice import acts
    from zoning.notice.digests import rules_digest
    from zoning.notice.model import (
        DepartmentOpinion,
        Fact,
        Level,
        Reason,
        RiskAssessment,
        RiskKind,
        RiskPart,
        Trigger,
    )
    from zoning.study.risk_text import case_facts
    from zoning.study.to_justify import justified

    rules = study.rules.notice
    trigger = Trigger(Reason.POPULATION, "新建小区交付，学位供需变化（演示）", (_paper(),))
    act = acts.OpenCase(
        "", "小学学区调整（演示）", trigger, "primary-1", rules.name, rules_digest(rules)
    )
    case_id = _do(office, "", "drafter", act)
    draft, computed = office.draft(plan, year), office.computed
    entered = candidate_plan(study, draft, archive=office.archive, computed=computed)
    _do(office, case_id, "drafter", acts.AddPlan(entered))
    parts = tuple(
        RiskPart(kind, "风险可控（演示）", Level.LOW, "提前告知、设置过渡期", "基础教育科")
        for kind in RiskKind
    )
    risk = computed.risk(entered.file_digest)
    known = {fact.name: fact.value for fact in justified(risk, DEFAULT_LANGUAGE)}
    reasons = tuple(
        Fact(name, known.get(name, "空洞内为另一学区（演示）")) for name in entered.to_justify
    )
    told = RiskAssessment(plan, parts, case_facts(risk, DEFAULT_LANGUAGE), reasons)
    _do(office, case_id, "drafter", acts.AssessRisk(told))
    heard = (DepartmentOpinion("公安局", agrees=True, text="无意见"),)
    _do(office, case_id, "drafter", acts.HearDepartments(heard))
    return case_id


def _paper() -> Evidence:
    from webmap.services.attachments import Attachment

    return Attachment("demo.txt", "text/plain", "演示材料".encode()).evidence


def _on_notice(study: Study, office: Office, case_id: str, clock: Clock) -> None:
    """Put the plan on notice, let people write, and watch the page to the end."""
    from webmap.bureau.steps import completed
    from webmap.demo_participation import take_part
    from webmap.services.candidates import data_version, drafted_notice
    from webmap.services.watch import SYSTEM
    from zoning.notice import Actor, Role, acts
    from zoning.notice.content import NoticeVersion, OpenChannel
    from zoning.notice.model import Channel, Substance

    case = office.cases.load(case_id)
    assert case.prepared.risk is not None, "the case has a plan that was assessed"
    content = replace(
        drafted_notice(study, case, computed=office.computed, language=DEFAULT_LANGUAGE),
        issuer=f"{study.settings.study.name}教育局",
        document_number="（演示）公示〔2026〕1号",
        transition="在读学生不变",
        siblings="可随兄姐就读",
        channels=(
            OpenChannel(Channel.ONLINE, "本网页"),
            OpenChannel(Channel.PHONE, "0000-0000000", "工作日 10:00-19:00"),
        ),
        map_exemption="演示数据，非公开地图",
        contact="基础教育科",
    )
    version = NoticeVersion(content, "", case.prepared.risk.plan_id, Substance("", "", ""))
    act = acts.PublishNotice(version, data_version(study))
    _do(office, case_id, "publisher", completed(act, case, office))
    _written(office, case_id, clock)
    _moderated(office, case_id)
    take_part(
        office,
        case_id,
        does=lambda name, act: _do(office, case_id, name, act),
        passes=clock.on,
        public=Actor("public", frozenset({Role.PUBLIC})),
    )
    running = office.cases.load(case_id)
    assert running.period is not None, "a notice that runs has a period"
    assert running.reach_until is not None, "a notice that runs is watched"
    beats = [running.reach_until]
    while beats[-1] < running.period.ends_at:
        beats.append(min(beats[-1] + BEAT, running.period.ends_at))
    clock.on(running.period.ends_at - office.now())
    office.do(case_id, acts.RecordReach(tuple(beats[1:])), actor=SYSTEM)
    _do(office, case_id, "publisher", acts.CloseNotice())


def _written(office: Office, case_id: str, clock: Clock) -> None:
    from zoning.notice import Actor, Role
    from zoning.notice.opinions import Draft

    notice = office.cases.load(case_id).on_notice
    assert notice is not None, "the case is on notice"
    named = (item.place.partition("（")[0] for item in notice.version.content.moved)
    # a door number may be a home
    places = [name for name in named if not name.endswith("号")] or ["县城"]
    public = Actor("public", frozenset({Role.PUBLIC}))
    for number, (text, kind, stance) in enumerate(OPINIONS):
        clock.on(timedelta(hours=7))
        place = places[number % len(places)][:80]
        draft = Draft(text=text, place=place, kind=kind, stance=stance, device=f"demo-{number}")
        office.opinions.receive(case_id, draft, actor=public, now=office.now())


def _moderated(office: Office, case_id: str) -> None:
    from webmap.services.opinions import proposed_text

    numbers = [item.number for item in office.cases.load(case_id).opinions]
    for number, original in sorted(office.opinions.originals(case_id, numbers).items()):
        text = proposed_text(original)
        office.opinions.show(case_id, number, text, actor=_who("moderator"), now=office.now())


def _answered(office: Office, case_id: str) -> None:
    from webmap.services.office import replies_table
    from zoning.notice import acts
    from zoning.notice.model import Outcome

    groups = acts.GroupOpinions(office.opinions.proposed_groups(case_id))
    _do(office, case_id, "moderator", groups)
    for group in office.cases.load(case_id).groups:
        said = "已核实并在实施中落实（演示）"
        act = acts.ReplyToGroup(group.name, Outcome.PARTLY, said, "基础教育科")
        _do(office, case_id, "moderator", act)
    table = replies_table(office.cases.load(case_id))
    act_ = acts.PublishReplies(table.evidence)
    office.do(case_id, act_, actor=_who("publisher"), files=(table,))


def _decided(study: Study, office: Office, case_id: str, clock: Clock) -> None:
    from webmap.services.adoption import adopt, order_of
    from webmap.services.office import consultation_report
    from webmap.services.watch import Watch
    from zoning.notice import acts
    from zoning.notice.model import Filing

    report = consultation_report(office.cases.load(case_id))
    act = acts.ProposeDecision(report.evidence, "按公示方案执行（演示）")
    office.do(case_id, act, actor=_who("drafter"), files=(report,))
    _do(office, case_id, "reviewer", acts.ApproveDecision(_paper()))
    filing = Filing("（演示）备案1号", office.today())
    _do(office, case_id, "publisher", acts.FileUpward(filing))
    case, effective = office.cases.load(case_id), office.today() + timedelta(days=7)
    draft = office.case_draft(case, effective=effective)
    assert draft is not None, "the case has a plan"
    draft = replace(draft, order=order_of(case, draft.order, office.cases))
    adopt(study, draft, case_id=case_id, cases=office.cases, archive=office.archive,
          versions=office.versions, actor=_who("publisher"), now=office.now(),
          accepted=draft.review.to_accept)  # fmt: skip
    clock.on(timedelta(days=7))
    Watch(office.cases).tick(office.now())
