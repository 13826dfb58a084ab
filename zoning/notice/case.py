"""A case: what its events add up to."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import date, datetime

from zoning.notice.acts import Act
from zoning.notice.book import OpinionBook
from zoning.notice.clock import Outage, Period
from zoning.notice.content import NoticeVersion
from zoning.notice.model import (
    CandidatePlan,
    DepartmentOpinion,
    ErrorEnd,
    Evidence,
    Filing,
    Outcome,
    RiskAssessment,
    Role,
    Scheduled,
    State,
    Trigger,
)
from zoning.notice.participation import Announced, Asked


@dataclass(frozen=True)
class Actor:
    """Somebody who acts: the name of an account, never of a person, and its roles."""

    account: str
    roles: frozenset[Role]


@dataclass(frozen=True)
class Facts:
    """What an act has brought about besides itself, computed when it was allowed.

    Parameters
    ----------
    number
        Number of the opinion, error or version of the notice that it made.
    period
        Period of the notice from now on.
    outages
        Outages that were found.
    """

    number: int | None = None
    period: Period | None = None
    outages: tuple[Outage, ...] = ()


@dataclass(frozen=True)
class Event:
    """An act that was allowed.

    Parameters
    ----------
    act
        What was done.
    at
        When, in UTC; never before the event before it.
    actor
        Account that did it.
    role
        Role that allowed it.
    facts
        What it has brought about.
    """

    act: Act
    at: datetime
    actor: str
    role: Role
    facts: Facts = field(default_factory=Facts)


@dataclass(frozen=True)
class Published:
    """A version of the notice, as it was published.

    Parameters
    ----------
    number
        Its number, from 1 on.
    version
        What it says.
    at
        When.
    restarts
        Whether a new period began with it; False for an erratum.
    """

    number: int
    version: NoticeVersion
    at: datetime
    restarts: bool


@dataclass(frozen=True)
class FoundError:
    """An error in the notice, and how it was dealt with; `end` is None as long as it is open."""

    number: int
    text: str
    opinion: int | None
    end: ErrorEnd | None = None
    reason: str = ""
    more_days: int = 0


@dataclass(frozen=True)
class Reply:
    """The answer to a group of opinions."""

    outcome: Outcome
    reason: str
    office: str


@dataclass(frozen=True)
class Group:
    """Opinions that say the same, and the answer to them; named by the first of them."""

    members: tuple[int, ...]
    reply: Reply | None = None

    @property
    def name(self) -> int:
        """Number of its first opinion."""
        return self.members[0]


@dataclass(frozen=True)
class Proof:
    """A proof of a channel, a meeting (座谈会) or a questionnaire."""

    channel: str
    what: str
    day: date
    proof: Evidence
    attended: int | None


@dataclass(frozen=True)
class Prepared:
    """What was done before the notice; a return to the draft forgets it."""

    risk: RiskAssessment | None = None
    departments: tuple[DepartmentOpinion, ...] = ()
    experts: tuple[str, ...] = ()
    hearing_day: date | None = None
    hearing_minutes: Evidence | None = None


@dataclass(frozen=True)
class Concluded:
    """What was done after the notice; a return to the draft forgets it."""

    closed_at: datetime | None = None
    replies_table: Evidence | None = None
    report: Evidence | None = None
    proposed_by: str = ""
    approved_by: str = ""
    decided_at: datetime | None = None
    filing: Filing | None = None
    scheduled: Scheduled | None = None


@dataclass(frozen=True)
class Case:
    """What the events of a case add up to.

    Parameters
    ----------
    state
        Where it stands.
    case_id, title, trigger, current_version
        What it is about.
    rule_set, rules_digest
        Rule set that it is under.
    drafters
        Accounts that drafted anything: none of them may approve.
    plans
        Plans that may come into force.
    acknowledged
        Changes of the geocoder (before, after) that were noted.
    prepared, concluded
        What was done before and after the notice.
    notices
        All versions of the notice, from first to last.
    period
        Period of the running or closed notice.
    reach_until
        Up to when it is known whether the page could be reached.
    outages
        Outages of the running or closed notice.
    errors, proofs
        Errors found and proofs kept, of all notices.
    opinions, groups
        Opinions of all notices, with their answers.
    questionnaires, meetings
        Questionnaires with what came back, and meetings, of all notices.
    erased
        Digests of forms and sign-ups whose sealed content was erased.
    ended
        Why it was withdrawn or superseded.
    events
        How many events it has.
    last_at
        When the last one was.
    """

    state: State = State.NEW
    case_id: str = ""
    title: str = ""
    trigger: Trigger | None = None
    current_version: str = ""
    rule_set: str = ""
    rules_digest: str = ""
    drafters: frozenset[str] = frozenset()
    plans: tuple[CandidatePlan, ...] = ()
    acknowledged: frozenset[tuple[str, str]] = frozenset()
    prepared: Prepared = field(default_factory=Prepared)
    notices: tuple[Published, ...] = ()
    period: Period | None = None
    reach_until: datetime | None = None
    outages: tuple[Outage, ...] = ()
    errors: tuple[FoundError, ...] = ()
    proofs: tuple[Proof, ...] = ()
    opinions: OpinionBook = field(default_factory=OpinionBook)
    groups: tuple[Group, ...] = ()
    questionnaires: tuple[Asked, ...] = ()
    meetings: tuple[Announced, ...] = ()
    erased: frozenset[str] = frozenset()
    concluded: Concluded = field(default_factory=Concluded)
    ended: str = ""
    events: int = 0
    last_at: datetime | None = None

    def plan(self, plan_id: str) -> CandidatePlan | None:
        """Return one of its plans."""
        return next((plan for plan in self.plans if plan.plan_id == plan_id), None)

    def entries(self) -> frozenset[str]:
        """Return the digests of all that was sealed of forms and sign-ups."""
        forms = (form.sealed for asked in self.questionnaires for form in asked.forms)
        names = (one.sealed for meeting in self.meetings for one in meeting.signed_up)
        return frozenset((*forms, *names))

    def asked(self, name: str) -> Asked | None:
        """Return one of its questionnaires."""
        return next((item for item in self.questionnaires if item.questionnaire.name == name), None)

    def meeting(self, name: str) -> Announced | None:
        """Return one of its meetings."""
        return next((item for item in self.meetings if item.meeting.name == name), None)

    def place_of_group(self, name: int) -> int | None:
        """Return where among the groups, which are in the order of their names, one stands."""
        place = bisect_left(self.groups, name, key=lambda group: group.name)
        found = place < len(self.groups) and self.groups[place].name == name
        return place if found else None

    @property
    def on_notice(self) -> Published | None:
        """The last version of the notice."""
        return self.notices[-1] if self.notices else None

    @property
    def open_errors(self) -> tuple[int, ...]:
        """Numbers of the errors that nobody has dealt with yet."""
        return tuple(error.number for error in self.errors if error.end is None)


NO_CASE = Case()
