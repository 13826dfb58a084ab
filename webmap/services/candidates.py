"""What a case has to know of a plan: digests, what needs a reason, and the draft of its notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.messages import text
from zoning.notice.canonical import digest_of
from zoning.notice.content import Moved, NoticeContent, OpenChannel, Seats, ZoneText
from zoning.notice.digests import rules_digest
from zoning.notice.model import CandidatePlan, Channel, DataVersion, Evidence
from zoning.notice.record import record_of
from zoning.notice.substance import Proposal, substance_of
from zoning.plan.store import read_plan
from zoning.publish.report import answer_text
from zoning.study.digests import input_digests
from zoning.study.place_addresses import geocoder_version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webmap.services.archive import Archive
    from webmap.services.publishing import Draft
    from zoning.notice import Case
    from zoning.notice.model import Substance, Transition
    from zoning.plan.store import PlanFile
    from zoning.publish.answers import Answers
    from zoning.rules import NoticeRules
    from zoning.study.folder import Study


@dataclass(frozen=True)
class Terms:
    """What of a notice decides who goes where, besides answers and seats.

    Parameters
    ----------
    transition, siblings
        As the notice says it in words.
    rules
        Rules of the jurisdiction.
    holds
        Rules of transition that the version will have.
    """

    transition: str
    siblings: str
    rules: NoticeRules
    holds: Transition

    def texts(self) -> Mapping[str, str]:
        """Return each rule by its name."""
        return {
            "rule_set": rules_digest(self.rules),
            "transition": self.transition.strip(),
            "siblings": self.siblings.strip(),
            "terms": digest_of(record_of(self.holds)),
        }


def data_version(study: Study) -> DataVersion:
    """Return what answers about addresses rest on now."""
    return DataVersion(inputs=digest_of(input_digests(study)), geocoder=geocoder_version())


def substance(answers: Answers, plan: PlanFile, terms: Terms) -> Substance:
    """Return the digests of all answers, seats and rules: a change of one is substantial."""
    return substance_of(_proposal(answers, plan, terms.texts()))


def candidate_plan(study: Study, draft: Draft, *, archive: Archive) -> CandidatePlan:
    """Return a plan as it enters a case; its file is kept by digest from now on.

    Parameters
    ----------
    study
        The study.
    draft
        What its publication would change, from `publishing.prepare`.
    archive
        Where its file is kept.

    Raises
    ------
    StorageError
        The file cannot be kept.
    """
    content = draft.plan.content
    told = substance_of(_proposal(draft.review.answers, content, {}))
    gap = content.facts.get("gap", "")
    return CandidatePlan(
        plan_id=content.plan.plan_id,
        file_digest=archive.keep_plan(draft.plan.file),
        data=data_version(study),
        answers=told.answers,
        seats=told.seats,
        gap=f"{100 * float(gap):.2f}" if gap else "",
        to_justify=_to_justify(content),
    )


def drafted_notice(
    study: Study, case: Case, draft: Draft, *, archive: Archive, language: str
) -> NoticeContent:
    """Return what of a notice can be written from the plan: people write the rest.

    Parameters
    ----------
    study, case
        The study and the case.
    draft
        What the publication of the plan would change.
    archive
        Files of the plan and of the version in force.
    language
        Language of the words that are written.
    """
    content, review = draft.plan.content, draft.review
    before = draft.known[-1] if draft.known else None
    old = None if before is None else archive.plan(before.plan_file)
    plan = case.plan(content.plan.plan_id)
    moved = sorted(
        {
            Moved(
                item.text,
                answer_text(item.before, review.school_names, language),
                answer_text(item.after, review.school_names, language),
            )
            for item in review.by_plan
        },
        key=lambda item: (item.place, item.before, item.after),
    )
    days = study.rules.notice.days.value
    risk = case.prepared.risk
    parts = () if risk is None else risk.parts
    lookup = study.settings.lookup
    return NoticeContent(
        title=case.title,
        basis=study.rules.notice.days.source,
        reason=case.trigger.text if case.trigger is not None else "",
        old_map=None if before is None or old is None else Evidence(before.plan_id, old.stem),
        new_map=None if plan is None else Evidence(plan.plan_id, plan.file_digest),
        old_zones=() if old is None else _zone_texts(read_plan(old)),
        new_zones=_zone_texts(content),
        moved=tuple(moved),
        nothing_moves="" if moved else text("bureau.NOTHING_MOVES", language),
        seats=_seats(study, content, draft.order.school_year),
        risk_summary="\n".join(part.findings for part in parts),
        period=text("bureau.PERIOD", language, {"days": days}),
        channels=(
            OpenChannel(Channel.ONLINE, lookup.site or text("bureau.THIS_PAGE", language)),
            OpenChannel(Channel.PHONE, lookup.policy_hotline),
        ),
        valid_opinion=text("bureau.VALID_OPINION", language),
        answers_published=text("bureau.ANSWERS_PUBLISHED", language),
        privacy=text("bureau.PRIVACY", language),
    )


def _proposal(answers: Answers, content: PlanFile, rules: Mapping[str, str]) -> Proposal:
    schools = content.schools
    seats = {
        (str(school), year): int(value)
        for year in content.plan.years
        if f"seats_{year}" in schools
        for school, value in zip(
            schools["school_id"], schools[f"seats_{year}"].fillna(0), strict=True
        )
    }
    return Proposal({name: item.schools for name, item in answers.of.items()}, seats, rules)


def _to_justify(content: PlanFile) -> tuple[str, ...]:
    """Name blocks that are sent past a nearer school (舍近求远), and zones with a hole."""
    pairs = content.farther_admitted
    farther = {
        f"{block} × {school}"
        for block, school in zip(pairs["refused_block"], pairs["school_id"], strict=True)
    }
    zones = content.zones
    holes = set(zones.loc[zones["holes"].fillna(0) > 0, "zone_id"]) if "holes" in zones else set()
    return (*sorted(farther), *sorted(map(str, holes)))


def _zone_texts(content: PlanFile) -> tuple[ZoneText, ...]:
    """Name the blocks of each zone, which have the names of compounds and streets."""
    blocks = content.blocks
    found = []
    for zone in content.plan.zones:
        names = blocks.loc[blocks["zone_id"] == zone.zone_id, "name"].dropna().astype(str)
        said = "、".join(dict.fromkeys(name for name in names if name))
        found.append(ZoneText(zone.name, said or zone.zone_id))
    return tuple(found)


def _seats(study: Study, content: PlanFile, year: int) -> tuple[Seats, ...]:
    size = study.rules.class_size[content.plan.stage].value
    schools = content.schools
    if f"seats_{year}" not in schools:
        return ()
    return tuple(
        Seats(str(name), year, int(seats), max(1, -(-int(seats) // int(size))))
        for name, seats in zip(schools["name"], schools[f"seats_{year}"].fillna(0), strict=True)
        if seats > 0
    )
