"""What a case is made of: words and values that never change. The case itself is in `case`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class State(StrEnum):
    """Where a case stands."""

    NEW = "new"
    DRAFT = "draft"
    RISK_ASSESSED = "risk_assessed"
    DEPARTMENTS_HEARD = "departments_heard"
    EXPERTS_HEARD = "experts_heard"
    HEARING_HELD = "hearing_held"
    RUNNING = "running"
    CLOSED = "closed"
    ANSWERED = "answered"
    DECIDED = "decided"
    FILED = "filed"
    SCHEDULED = "scheduled"
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Role(StrEnum):
    """What somebody may do."""

    PUBLIC = "public"
    DRAFTER = "drafter"
    REVIEWER = "reviewer"
    MODERATOR = "moderator"
    PUBLISHER = "publisher"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class Reason(StrEnum):
    """Why zones may change at all.

    Source: 昌州教办发〔2026〕5号 一（一）2 and 白教基字〔2024〕14号 （二）.
    """

    SCHOOL_BUILT = "school_built"
    SCHOOL_CLOSED = "school_closed"
    SCHOOL_CHANGED = "school_changed"
    POPULATION = "population"
    NEW_COMPOUNDS = "new_compounds"
    LAW = "law"


class Level(StrEnum):
    """How high a risk is."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class RiskKind(StrEnum):
    """The three parts of a risk assessment (政策可行性、群众接受度、舆情风险).

    Source: 昌州教办发〔2026〕5号 一（一）2.
    """

    POLICY = "policy"
    ACCEPTANCE = "acceptance"
    PUBLIC_OPINION = "public_opinion"


class Channel(StrEnum):
    """How an opinion reaches the bureau."""

    ONLINE = "online"
    PHONE = "phone"
    POST = "post"
    DESK = "desk"
    MEETING = "meeting"


class Kind(StrEnum):
    """What an opinion is about."""

    DISTANCE = "distance"
    SAFETY = "safety"
    SEATS = "seats"
    SIBLINGS = "siblings"
    TRANSITION = "transition"
    QUALITY = "quality"
    PROCEDURE = "procedure"
    ERROR = "error"
    OTHER = "other"


class Stance(StrEnum):
    """What an opinion wants."""

    FOR = "for"
    AGAINST = "against"
    CHANGE = "change"
    QUESTION = "question"


class Withheld(StrEnum):
    """Why an opinion is not shown; it counts all the same."""

    INSULT = "insult"
    PERSONAL_DATA = "personal_data"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"
    ILLEGAL = "illegal"


class Outcome(StrEnum):
    """What becomes of an opinion."""

    ADOPTED = "adopted"
    PARTLY = "partly"
    NOT_ADOPTED = "not_adopted"


class ErrorEnd(StrEnum):
    """How an error in a notice was dealt with."""

    RESTARTED = "restarted"
    ERRATUM = "erratum"
    NO_ACTION = "no_action"


@dataclass(frozen=True)
class Evidence:
    """A file that shows something, by its digest."""

    name: str
    digest: str


@dataclass(frozen=True)
class Trigger:
    """Why the case was opened.

    Parameters
    ----------
    reason
        Code of the reason.
    text
        The reason in words.
    evidence
        What shows it; at least one.
    """

    reason: Reason
    text: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class Substance:
    """Digests of what a change of which is substantial; see `substance`.

    Parameters
    ----------
    answers
        The school or schools of each address.
    seats
        Seats of each school and year.
    rules
        Rules that decide who goes where: rule set, transition, siblings.
    """

    answers: str
    seats: str
    rules: str


@dataclass(frozen=True)
class DataVersion:
    """What answers about addresses rest on.

    Parameters
    ----------
    inputs
        Digest of the bureau's files.
    geocoder
        Version of the geocoder and its table.
    """

    inputs: str
    geocoder: str


@dataclass(frozen=True)
class CandidatePlan:
    """A plan that the case may bring into force.

    Parameters
    ----------
    plan_id
        Id of the plan.
    file_digest
        Digest of the plan's file.
    data
        What the plan was drawn from.
    answers, seats
        Digests of the answers and seats under the plan, as in `Substance`.
    gap
        Certified gap in per cent, as text; empty where the plan is not certified.
    to_justify
        Names of what needs a reason: addresses sent past a nearer school (舍近求远), holes.
    """

    plan_id: str
    file_digest: str
    data: DataVersion
    answers: str
    seats: str
    gap: str = ""
    to_justify: tuple[str, ...] = ()


@dataclass(frozen=True)
class RiskPart:
    """One of the three parts of a risk assessment."""

    kind: RiskKind
    findings: str
    level: Level
    measures: str
    owner: str


@dataclass(frozen=True)
class Fact:
    """A computed fact: its name in the catalogue or the report, and its value as text."""

    name: str
    value: str


@dataclass(frozen=True)
class RiskAssessment:
    """What may go wrong, and what is done about it.

    Parameters
    ----------
    plan_id
        Plan that was assessed; it is the one that goes on notice.
    parts
        The three parts.
    facts
        What was computed: addresses and children that change, longer ways, crossings, families
        split, fill rates, the effect of more or fewer children, the plan's gap.
    justified
        Reason for each name that the plan lists in `to_justify`.
    """

    plan_id: str
    parts: tuple[RiskPart, ...]
    facts: tuple[Fact, ...] = ()
    justified: tuple[Fact, ...] = ()


@dataclass(frozen=True)
class DepartmentOpinion:
    """What another department said, and the bureau's answer where it objects."""

    department: str
    agrees: bool
    text: str
    answer: str = ""


@dataclass(frozen=True)
class Transition:
    """What holds for those whom a change meets half-way.

    Parameters
    ----------
    dual_years
        School years in which the old and the new school may be chosen.
    enrolled_stay
        Whether children stay at the school where they are.
    siblings_follow
        Whether a child may go where a brother or sister is.
    """

    dual_years: tuple[int, ...] = ()
    enrolled_stay: bool = True
    siblings_follow: bool = True


@dataclass(frozen=True)
class Filing:
    """The filing upward (备案)."""

    number: str
    day: date


@dataclass(frozen=True)
class Scheduled:
    """The version that is to come into force.

    Parameters
    ----------
    version_id
        Its name.
    plan_id
        Plan of the version.
    substance
        What it would answer; the same as was on notice.
    effective
        First day on which it holds.
    transition
        Rules of transition.
    """

    version_id: str
    plan_id: str
    substance: Substance
    effective: date
    transition: Transition
