"""Everything that can be done to a case, as values. An act that is allowed becomes an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from zoning.notice.content import NoticeVersion
from zoning.notice.model import (
    CandidatePlan,
    Channel,
    DataVersion,
    DepartmentOpinion,
    Evidence,
    Filing,
    Kind,
    Outcome,
    RiskAssessment,
    Scheduled,
    Stance,
    Trigger,
    Withheld,
)
from zoning.notice.participation import Meeting, Questionnaire


@dataclass(frozen=True)
class OpenCase:
    """Open a case under a rule set, against the version in force."""

    case_id: str
    title: str
    trigger: Trigger
    current_version: str
    rule_set: str
    rules_digest: str


@dataclass(frozen=True)
class ChangeRules:
    """Go on under another rule set, or another state of the same."""

    rule_set: str
    rules_digest: str
    reason: str


@dataclass(frozen=True)
class AddPlan:
    """Add a plan that may come into force."""

    plan: CandidatePlan


@dataclass(frozen=True)
class AssessRisk:
    """Assess the risk of one of the plans: it is the one that goes on."""

    assessment: RiskAssessment


@dataclass(frozen=True)
class HearDepartments:
    """Record what the departments that were asked have said."""

    heard: tuple[DepartmentOpinion, ...]


@dataclass(frozen=True)
class HearExperts:
    """Record what experts have said, and the bureau's answer."""

    experts: tuple[str, ...]
    text: str
    answer: str


@dataclass(frozen=True)
class AnnounceHearing:
    """Announce a hearing (听证会)."""

    day: date
    place: str


@dataclass(frozen=True)
class HoldHearing:
    """Record a hearing that was held."""

    attended: int
    observers: int
    minutes: Evidence


@dataclass(frozen=True)
class AcknowledgeDrift:
    """Take note of the addresses whose answer a new geocoder has changed."""

    before: str
    after: str
    changed: tuple[str, ...]


@dataclass(frozen=True)
class PublishNotice:
    """Publish the notice: the clock starts."""

    version: NoticeVersion
    data: DataVersion


@dataclass(frozen=True)
class RecordReach:
    """Record the heartbeats of the page since the last record."""

    beats: tuple[datetime, ...]


@dataclass(frozen=True)
class RecordProof:
    """Record a proof of the notice on a channel, or of a meeting or questionnaire."""

    channel: str
    what: str
    day: date
    proof: Evidence
    attended: int | None = None


@dataclass(frozen=True)
class ReportError:
    """Report an error in the notice; every one has to be dealt with."""

    text: str
    opinion: int | None = None


@dataclass(frozen=True)
class RestartNotice:
    """Correct errors, or change the substance: a new version with a new full period."""

    errors: tuple[int, ...]
    version: NoticeVersion
    data: DataVersion
    reason: str


@dataclass(frozen=True)
class PublishErratum:
    """Correct an error that changes nothing of substance, with or without more days."""

    error: int
    version: NoticeVersion
    more_days: int
    text: str


@dataclass(frozen=True)
class DismissError:
    """Leave the notice as it is, with the reason."""

    error: int
    reason: str


@dataclass(frozen=True)
class ReceiveOpinion:
    """Take in an opinion; what it says is sealed apart, and here is only its digest.

    Parameters
    ----------
    sealed
        Salted digest of the original with its contact.
    participant
        Salted digest of the device, or of the contact on paper.
    place
        Block or compound, never a home.
    kind, stance
        What it is about and wants.
    channel
        How it came.
    length
        Characters of its text.
    received_at
        When it came, where a member of staff enters it; None on line.
    scan
        Scan of the paper.
    """

    sealed: str
    participant: str
    place: str
    kind: Kind
    stance: Stance
    channel: Channel
    length: int
    received_at: datetime | None = None
    scan: Evidence | None = None


@dataclass(frozen=True)
class ShowOpinion:
    """Show an opinion, masked: the digest is that of the text that is shown."""

    opinion: int
    shown: str


@dataclass(frozen=True)
class WithholdOpinion:
    """Withhold an opinion with a reason code; it stays counted."""

    opinion: int
    reason: Withheld


@dataclass(frozen=True)
class EraseOpinion:
    """Erase the sealed content of an opinion as the law asks; its digest and counts stay."""

    opinion: int
    basis: str


@dataclass(frozen=True)
class GroupOpinions:
    """Put all opinions that are shown into groups; answered groups may only grow."""

    groups: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class ReplyToGroup:
    """Answer a group of opinions; it is named by its first opinion."""

    group: int
    outcome: Outcome
    reason: str
    office: str


@dataclass(frozen=True)
class AskQuestions:
    """Publish a questionnaire (调查问卷)."""

    questionnaire: Questionnaire


@dataclass(frozen=True)
class FillIn:
    """Fill in a questionnaire; what is written in words is sealed apart, as in opinions.

    Parameters
    ----------
    questionnaire
        Its name.
    participant, sealed
        Salted digests of the device, and of all that was written in words.
    choices
        For each question the options that were chosen, from 0 on.
    """

    questionnaire: str
    participant: str
    sealed: str
    choices: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class CloseQuestions:
    """Close a questionnaire before its last day, with the reason; its forms stay counted."""

    questionnaire: str
    reason: str


@dataclass(frozen=True)
class AnnounceMeeting:
    """Announce a meeting (座谈会, 听证会) with its sign-up."""

    meeting: Meeting


@dataclass(frozen=True)
class SignUp:
    """Sign up for a meeting; name and contact are sealed apart."""

    meeting: str
    participant: str
    sealed: str
    observer: bool = False


@dataclass(frozen=True)
class EraseEntry:
    """Erase the words of a form, or name and contact of a sign-up, as the law asks.

    Parameters
    ----------
    sealed
        Salted digest by which the log names what is erased; it stays, and so do the counts.
    basis
        What the law says.
    """

    sealed: str
    basis: str


@dataclass(frozen=True)
class DrawPlaces:
    """Draw who may come, where too many signed up; anybody can do it again.

    Parameters
    ----------
    meeting
        Its name.
    seed
        The seed, from the source that was announced.
    chosen, observers
        Numbers of the sign-up list, as `places_draw.draw_places` gives them.
    """

    meeting: str
    seed: str
    chosen: tuple[int, ...]
    observers: tuple[int, ...]


@dataclass(frozen=True)
class HoldMeeting:
    """Record a meeting that was held: how many came and looked on, and the minutes."""

    meeting: str
    attended: int
    observers: int
    minutes: Evidence


@dataclass(frozen=True)
class CancelMeeting:
    """Call off a meeting that was announced, with the reason."""

    meeting: str
    reason: str


@dataclass(frozen=True)
class CloseNotice:
    """Close the notice after its whole period."""


@dataclass(frozen=True)
class PublishReplies:
    """Publish the table of opinions and replies (意见采纳情况)."""

    table: Evidence


@dataclass(frozen=True)
class ProposeDecision:
    """Propose to adopt the plan as it was on notice."""

    report: Evidence
    reason: str


@dataclass(frozen=True)
class ApproveDecision:
    """Approve the decision: somebody else than those who drafted."""

    minutes: Evidence


@dataclass(frozen=True)
class FileUpward:
    """File the decision with the level above (备案)."""

    filing: Filing


@dataclass(frozen=True)
class ScheduleVersion:
    """Set the day from which the version holds."""

    version: Scheduled


@dataclass(frozen=True)
class BringIntoForce:
    """Bring the version into force on its day."""


@dataclass(frozen=True)
class Supersede:
    """Note that a later version holds."""

    by_version: str


@dataclass(frozen=True)
class ReturnToDraft:
    """Go back to the draft; risk, hearings and notice have to be done anew."""

    reason: str


@dataclass(frozen=True)
class Withdraw:
    """End the case without a change."""

    reason: str


Act = (
    OpenCase
    | ChangeRules
    | AddPlan
    | AssessRisk
    | HearDepartments
    | HearExperts
    | AnnounceHearing
    | HoldHearing
    | AcknowledgeDrift
    | PublishNotice
    | RecordReach
    | RecordProof
    | ReportError
    | RestartNotice
    | PublishErratum
    | DismissError
    | ReceiveOpinion
    | ShowOpinion
    | WithholdOpinion
    | EraseOpinion
    | GroupOpinions
    | ReplyToGroup
    | AskQuestions
    | FillIn
    | CloseQuestions
    | AnnounceMeeting
    | SignUp
    | EraseEntry
    | DrawPlaces
    | HoldMeeting
    | CancelMeeting
    | CloseNotice
    | PublishReplies
    | ProposeDecision
    | ApproveDecision
    | FileUpward
    | ScheduleVersion
    | BringIntoForce
    | Supersede
    | ReturnToDraft
    | Withdraw
)
