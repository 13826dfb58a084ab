"""What a case has to know of a plan: digests, what needs a reason, and the draft of its notice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zoning.messages import text
from zoning.notice.canonical import digest_of
from zoning.notice.content import OpenChannel
from zoning.notice.digests import rules_digest
from zoning.notice.model import CandidatePlan, Channel, DataVersion, Evidence
from zoning.notice.record import record_of
from zoning.notice.substance import Proposal, substance_of
from zoning.study.digests import input_digests
from zoning.study.place_addresses import geocoder_version
from zoning.study.risk_text import gap_text
from zoning.study.to_justify import to_justify

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webmap.services.archive import Archive
    from webmap.services.computed import Computed
    from webmap.services.publishing import Draft
    from zoning.notice import Case
    from zoning.notice.content import NoticeContent
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


def candidate_plan(
    study: Study, draft: Draft, *, archive: Archive, computed: Computed
) -> CandidatePlan:
    """Return a plan as it enters a case; its file is kept by digest from now on.

    What needs a reason, and the gap, are computed anew: what a file states of itself is not asked.

    Parameters
    ----------
    study
        The study.
    draft
        What its publication would change, from `publishing.prepare`.
    archive
        Where its file is kept.
    computed
        What is computed of it.

    Raises
    ------
    StorageError
        The file cannot be kept.
    ZoningError
        What a case has to know of it cannot be computed.
    """
    content = draft.plan.content
    told = substance_of(_proposal(draft.review.answers, content, {}))
    kept = archive.keep_plan(draft.plan.file)
    risk = computed.risk(kept)
    gap = risk.facts.gap if risk.facts.certified else None
    return CandidatePlan(
        plan_id=content.plan.plan_id,
        file_digest=kept,
        data=data_version(study),
        answers=told.answers,
        seats=told.seats,
        gap="" if gap is None else gap_text(gap),
        to_justify=to_justify(risk),
    )


def drafted_notice(study: Study, case: Case, *, computed: Computed, language: str) -> NoticeContent:
    """Return what of a notice can be written beforehand: people write the rest.

    Its maps are named by the files of the plans that they are drawn from.

    Parameters
    ----------
    study, case
        The study and the case, whose risk was assessed.
    computed
        What is computed of its plan.
    language
        Language of the words that are written.
    """
    risk = case.prepared.risk
    plan = None if risk is None else case.plan(risk.plan_id)
    assert plan is not None, "the risk of one of the plans was assessed"
    assert risk is not None, "the risk was assessed"
    told = computed.content(plan, language=language)
    where = {item.channel: item.where for item in told.channels}
    here = where.get(Channel.ONLINE) or text("bureau.THIS_PAGE", language)
    names = {part.kind: text(f"notice.RISK_{part.kind}", language) for part in risk.parts}
    colon, maps = text("risk.COLON", language), study.settings.map
    return replace(
        told,
        title=case.title,
        basis=study.rules.notice.days.source,
        reason=case.trigger.text if case.trigger is not None else "",
        old_map=computed.old_map(plan),
        new_map=Evidence(plan.plan_id, plan.file_digest),
        risk_summary="\n".join(f"{names[part.kind]}{colon}{part.findings}" for part in risk.parts),
        period=text("bureau.PERIOD", language, {"days": study.rules.notice.days.value}),
        channels=(
            OpenChannel(Channel.ONLINE, here),
            OpenChannel(Channel.PHONE, where.get(Channel.PHONE, "")),
        ),
        valid_opinion=text("bureau.VALID_OPINION", language),
        answers_published=text("bureau.ANSWERS_PUBLISHED", language),
        privacy=text("bureau.PRIVACY", language),
        map_approval=maps.approval_number,
        map_exemption=maps.approval_exemption,
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
