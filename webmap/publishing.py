"""Commands about versions of the zones: `publish` and `versions`."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import click

from webmap.casework import CaseStep
from zoning.cli.console import console_of
from zoning.cli.group import ZoningCommand
from zoning.cli.help import argument, option
from zoning.cli.kinds import Day, InFile, NewFolder, OutFile, Whole
from zoning.cli.options import json_option, opened, stage_option, study_argument
from zoning.cli.output import finding_record, findings_table, progress_bar, table
from zoning.messages import explain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from webmap.services.archive import Archive
    from webmap.services.publishing import Draft
    from webmap.services.versions import Versions
    from zoning.cli.console import Console
    from zoning.publish.changes import Change
    from zoning.publish.review import Review
    from zoning.publish.version import Version
    from zoning.study import Study

FIRST_YEAR, LAST_YEAR = 2000, 2100
SHOWN = 20
BAD_LOG_EXIT = 10
# the word for the bureau's own zones in place of a plan
TODAY = "today"


def kept_of(ctx: click.Context, study: Path) -> tuple[Versions, Archive]:
    """Return the versions of a study and what they name, until the command ends.

    The environment may name the database.
    """
    from webmap.config import DATABASE_URL
    from webmap.database import open_database
    from webmap.services.archive import Archive
    from webmap.services.versions import Versions

    database = open_database(study, url=os.environ.get(DATABASE_URL) or None)
    ctx.call_on_close(database.close)
    return Versions(database), Archive(study)


@click.command("publish", cls=ZoningCommand, help="help.PUBLISH")
@study_argument
@argument("plan", metavar="[PLAN]", required=False, help="help.ARGUMENT_PUBLISH_PLAN")
@option(
    "--school-year",
    type=Whole(FIRST_YEAR, LAST_YEAR),
    metavar="YEAR",
    help="help.OPTION_SCHOOL_YEAR",
)
@stage_option
@option("--effective-from", type=Day(), metavar="DATE", help="help.OPTION_EFFECTIVE_FROM")
@option("--decision", metavar="TEXT", help="help.OPTION_DECISION")
@option("--decision-date", type=Day(), metavar="DATE", help="help.OPTION_DECISION_DATE")
@option("--commit", is_flag=True, help="help.OPTION_COMMIT")
@option("--case", "case_id", metavar="ID", help="help.OPTION_CASE")
@option("--account", metavar="NAME", help="help.OPTION_ACCOUNT")
@option("--accept-changes", metavar="DIGEST", default="", help="help.OPTION_ACCEPT_CHANGES")
@option("--list", "listed", type=InFile(), metavar="FILE", help="help.OPTION_ZONE_LIST")
@option("--texts", type=InFile(), metavar="FILE", help="help.OPTION_ZONE_TEXTS")
@option("--out", type=OutFile(suffix=".xlsx"), metavar="FILE.xlsx", help="help.OPTION_OUT_PUBLISH")
@option("--static", type=NewFolder(), metavar="OUT", help="help.OPTION_STATIC")
@json_option
@click.pass_context
def publish_command(
    ctx: click.Context,
    directory: Path,
    plan: str | None,
    school_year: int | None,
    stage: str | None,
    effective_from: date | None,
    decision: str | None,
    decision_date: date | None,
    accept_changes: str,
    listed: Path | None,
    texts: Path | None,
    out: Path | None,
    case_id: str | None,
    account: str | None,
    static: Path | None,
    *,
    commit: bool,
) -> None:
    """Say what a plan would change, with `--commit` make it a version; or write what is public."""
    from webmap.services import publishing
    from zoning.study.zone_sources import SourceFiles

    console = console_of(ctx)
    if static is not None:
        others = (plan, school_year, effective_from, decision, decision_date, listed, texts, out)
        _static(ctx, directory, static, others=(*others, commit or None, accept_changes or None))
        return
    if plan is None or school_year is None:
        missing = "plan" if plan is None else "school_year"
        param = next(item for item in ctx.command.params if item.name == missing)
        raise click.MissingParameter(ctx=ctx, param=param)
    said = (decision or "").strip()
    if commit and case_id is None and not (said and decision_date):
        raise click.UsageError(console.text("publish.NO_DECISION"), ctx)
    versions, archive = kept_of(ctx, directory)
    study = opened(directory)
    step = _step(ctx, directory, study, case_id=case_id, account=account) if commit else None
    sources = SourceFiles(listed, texts)
    plan = _file_of_today(ctx, study, stage) if plan == TODAY else plan
    order = publishing.Order(plan, school_year, said, decision_date, effective_from, sources)
    if step is not None:
        order = step.order(order)
    now = datetime.now(UTC)
    with progress_bar(console.text("publish.STEP")) as bar:
        draft = publishing.prepare(
            study, order, versions=versions, archive=archive, now=now, progress=bar
        )
    if out is not None:
        _write(draft.review, out, language=console.language)
    if not console.json:
        _tell(console, draft, out=out)
    published = None
    if step is not None:
        published = step.adopt(
            study, draft, versions=versions, archive=archive, now=now, accepted=accept_changes
        )
    elif commit:
        published = publishing.commit(
            study, draft, versions=versions, archive=archive, now=now, accepted=accept_changes
        )
    if published is not None:
        _make_ahead(console, directory, published, archive)
    if console.json:
        _answer(console, draft, published, out=out)
    else:
        _tell_done(console, study, published)


def _make_ahead(console: Console, directory: Path, published: Version, archive: Archive) -> None:
    """Make what servers would make at their start; it is published, whether or not that goes."""
    from webmap.maps.ahead import draw_ahead
    from webmap.services.desks import keep_desk
    from zoning.errors import ZoningError

    try:
        with progress_bar(console.text("publish.STEP_AHEAD")) as bar:
            for done, make in enumerate((keep_desk, draw_ahead)):
                bar(published.version_id, done, 2)
                make(directory, published, archive)
    except ZoningError as error:
        console.say("publish.NOT_AHEAD", reason=explain(error, console.language))


def _file_of_today(ctx: click.Context, study: Study, stage: str | None) -> str:
    """Write today's zones as a plan file that is there until the command ends."""
    import tempfile
    from pathlib import Path

    from zoning.settings import Stage
    from zoning.study.today_file import write_today

    folder = ctx.with_resource(tempfile.TemporaryDirectory())
    wanted = None if stage is None else Stage(stage)
    with progress_bar(console_of(ctx).text("publish.STEP")) as bar:
        return str(write_today(study, Path(folder), stage=wanted, progress=bar))


def _step(
    ctx: click.Context, directory: Path, study: Study, *, case_id: str | None, account: str | None
) -> CaseStep | None:
    """Return the step of a case by which a version is published; None for the first of a stage."""
    from webmap.services import publishing

    publishing.require_review(study)
    if case_id is None:
        return None
    return CaseStep.asked(ctx, directory, study, case_id=case_id, account=account)


def _tell_done(console: Console, study: Study, published: Version | None) -> None:
    """Say what was published, or that nothing was."""
    if published is not None:
        console.say("publish.PUBLISHED", version=published.version_id, plan=published.plan_id,
                    begins=published.effective_from)  # fmt: skip
        return
    console.say("publish.DRY_RUN")
    if not study.settings.map.is_recorded:
        console.say("ground.NO_REVIEW_YET")


def _static(ctx: click.Context, directory: Path, out: Path, *, others: tuple[object, ...]) -> None:
    """Write what is published already; nothing else is done in the same run."""
    from webmap.static_site.command import write_static

    console = console_of(ctx)
    if any(given is not None for given in others):
        raise click.UsageError(console.text("site.STATIC_ALONE"), ctx)
    write_static(console, directory, out)


def _answer(console: Console, draft: Draft, published: Version | None, *, out: Path | None) -> None:
    """Tell another program what a plan would change, and whether it was published."""
    from zoning.publish.report import record, version_record

    closed = draft.closed
    done = {
        "version": version_record(published) if published else None,
        "look_up_closed": explain(closed, console.language) if closed else None,
    }
    found = [finding_record(item, console.language) for item in draft.review.sources.findings]
    file = None if out is None else str(out)
    told = {**done, **record(draft.review), "findings": found, "file": file}
    console.answer({"committed": published is not None, **told})


def _write(review: Review, out: Path, *, language: str) -> None:
    from zoning.publish.report import sheets
    from zoning.study.workbook import write_book

    write_book(sheets(review, language), out)


def _tell(console: Console, draft: Draft, *, out: Path | None) -> None:
    review = draft.review
    stage = console.text(f"cli.STAGE_{review.stage}")
    console.say("publish.HEAD", plan=review.plan_id, stage=stage, year=review.school_year,
                begins=review.effective_from)  # fmt: skip
    _tell_before(console, review)
    for version in review.displaced:
        console.say("publish.DISPLACES", version=version.version_id, plan=version.plan_id,
                    begins=version.effective_from)  # fmt: skip
    if draft.closed is not None:
        console.say("publish.NOT_ASKED", reason=explain(draft.closed, console.language))
    if not draft.plan.content.facts.get("data_date"):
        console.say("publish.NO_DATA_DATE")
    for name, count in review.counts.items():
        title = console.text(f"publish.COUNT_{name}")
        click.echo(f"  {title}: {count:,}")
    _tell_changes(console, review, review.by_plan)
    if review.by_data:
        console.say("publish.BY_DATA", count=len(review.by_data))
        _tell_changes(console, review, review.by_data, one_by_one=True)
        console.say("publish.ACCEPT", digest=review.to_accept)
    _tell_open(console, review)
    _tell_sources(console, review)
    if out is not None:
        console.say("publish.WRITTEN", file=out)


def _tell_before(console: Console, review: Review) -> None:
    if not review.before:
        console.say("publish.BEFORE_NOTHING")
    elif review.before == "today":
        console.say("publish.BEFORE_TODAY")
    else:
        console.say("publish.BEFORE", version=review.before)


def _tell_changes(
    console: Console, review: Review, found: Sequence[Change], *, one_by_one: bool = False
) -> None:
    """Say how many addresses get which other answer, or which address gets which."""
    from zoning.publish.report import answer_text, pair_rows

    if not found:
        return
    names, language = review.school_names, console.language
    if not one_by_one:
        head = [console.text(f"publish.COLUMN_{name}") for name in ("before", "after", "count")]
        click.echo(table(pair_rows(found, names, language)[:SHOWN], head=head))
        return
    columns = ("address_id", "text", "before", "after")
    head = [console.text(f"publish.COLUMN_{name}") for name in columns]
    rows = [
        (item.address_id, item.text, answer_text(item.before, names, language),
         answer_text(item.after, names, language))
        for item in found
    ]  # fmt: skip
    click.echo(table(rows, head=head))


def _tell_open(console: Console, review: Review) -> None:
    """Name the addresses without a school, and those for which several are possible."""
    from zoning.publish.report import answer_text

    listed = (*review.nobody, *review.several)
    if not listed:
        return
    head = [console.text(f"publish.COLUMN_{name}") for name in ("address_id", "text", "answer")]
    rows = [
        (name, review.answers.texts[name],
         answer_text(review.answers.of[name], review.school_names, console.language))
        for name in listed[:SHOWN]
    ]  # fmt: skip
    console.say("publish.OPEN", count=len(listed))
    click.echo(table(rows, head=head))
    if len(listed) > SHOWN:
        console.say("publish.MORE", count=len(listed) - SHOWN)


def _tell_sources(console: Console, review: Review) -> None:
    """Name the addresses for which list or zone text disagree with the polygon."""
    from zoning.publish.report import school_names

    sources, names, language = review.sources, review.school_names, console.language
    if sources.findings:
        click.echo(findings_table(sources.findings, language))
    if not sources.differences:
        return
    columns = ("address_id", "text", "source", "said", "drawn")
    head = [console.text(f"publish.COLUMN_{name}") for name in columns]
    rows = [
        (item.address_id, item.text, console.text(f"publish.SOURCE_{item.source}"),
         school_names(item.said, names, language), school_names(item.drawn, names, language))
        for item in sources.differences[:SHOWN]
    ]  # fmt: skip
    console.say("publish.DIFFER", count=len(sources.differences))
    click.echo(table(rows, head=head))
    if len(sources.differences) > SHOWN:
        console.say("publish.MORE", count=len(sources.differences) - SHOWN)


@click.command("versions", cls=ZoningCommand, help="help.VERSIONS")
@study_argument
@stage_option
@option("--on", type=Day(), metavar="DATE", help="help.OPTION_ON")
@option("--id", "wanted", metavar="ID", help="help.OPTION_VERSION_ID")
@option("--check", is_flag=True, help="help.OPTION_CHECK_VERSIONS")
@option("--accept-changes", metavar="DIGEST", default="", help="help.OPTION_ACCEPT_CHANGES")
@json_option
@click.pass_context
def versions_command(
    ctx: click.Context,
    directory: Path,
    stage: str | None,
    on: date | None,
    wanted: str | None,
    accept_changes: str,
    *,
    check: bool,
) -> None:
    """List the versions of the zones, and say which is in force on a date and which comes next."""
    from webmap.services.cases import Cases
    from webmap.services.lawful import without_case
    from webmap.services.publishing import today_in
    from zoning.study import open_study

    console = console_of(ctx)
    if accept_changes and not check:
        raise click.UsageError(console.text("accept.NEEDS_CHECK"), ctx)
    study = open_study(directory)
    versions, archive = kept_of(ctx, directory)
    day = on or today_in(study, datetime.now(UTC))
    stages = [stage] if stage else [str(item) for item in study.settings.study.stages]
    if check:
        from webmap.checking import check_versions
        from webmap.services.checking import Checking, to_check
        from webmap.services.yeses import Yeses

        own = [versions.by_id(wanted)] if wanted else to_check(versions, stages, on=day)
        checking = Checking(study, archive, Yeses(versions.database))
        code = check_versions(
            console, own, checking=checking, folder=directory, accepted=accept_changes
        )
        ctx.exit(code)
    if wanted is not None:
        _one(console, versions.by_id(wanted))
        return
    told = [(name, versions.every(name)) for name in stages]
    damaged = [name for name in stages if not versions.whole(name)]
    error = console.error("publish.DAMAGED", stages=", ".join(damaged)) if damaged else None
    cases = Cases(versions.database, study.rules.notice)
    forged = [item for name in stages for item in without_case(versions, cases, name)]
    if forged and error is None:
        error = console.error("publish.WITHOUT_CASE", versions=", ".join(forged))
    if console.json:
        records = [_stage_record(name, known, on=day) for name, known in told]
        console.answer({"on": day.isoformat(), "stages": records}, error=error)
    else:
        for name, known in told:
            _tell_stage(console, name, known, on=day)
        if error is not None:
            click.echo(error["message"], err=True)
    if error is not None:
        ctx.exit(BAD_LOG_EXIT)


def _stage_record(stage: str, known: tuple[Version, ...], *, on: date) -> dict[str, Any]:
    from zoning.publish.report import version_record
    from zoning.publish.version import ends_before, in_force, next_after

    now, coming = in_force(known, on), next_after(known, on)
    listed = [
        {
            **version_record(item),
            "ends_before": None if (end := ends_before(item, known)) is None else end.isoformat(),
        }
        for item in known
    ]
    return {
        "stage": stage,
        "in_force": now.version_id if now else None,
        "next": coming.version_id if coming else None,
        "versions": listed,
    }


def _tell_stage(console: Console, stage: str, known: tuple[Version, ...], *, on: date) -> None:
    from zoning.publish.version import ends_before, in_force, next_after

    now, coming = in_force(known, on), next_after(known, on)
    title = console.text(f"cli.STAGE_{stage}")
    if now is None:
        console.say("publish.NOTHING_IN_FORCE", stage=title, on=on)
    else:
        console.say("publish.IN_FORCE", stage=title, on=on, version=now.version_id,
                    plan=now.plan_id, decision=now.decision, decided=now.decided_on)  # fmt: skip
    if coming is not None:
        console.say("publish.NEXT", version=coming.version_id, plan=coming.plan_id,
                    begins=coming.effective_from)  # fmt: skip
    if not known:
        return
    columns = ("version", "school_year", "begins", "ends", "plan", "decision", "decided")
    head = [console.text(f"publish.COLUMN_{name}") for name in columns]
    rows = [
        (item.version_id, item.school_year, item.effective_from, ends_before(item, known) or "",
         item.plan_id, item.decision, item.decided_on)
        for item in known
    ]  # fmt: skip
    click.echo(table(rows, head=head))


def _one(console: Console, version: Version) -> None:
    from zoning.publish.report import version_record

    told = version_record(version)
    if console.json:
        console.answer({"version": told})
        return
    for name, value in told.items():
        title = console.text(f"publish.FIELD_{name}")
        click.echo(f"{title}: {'' if value is None else value}")
