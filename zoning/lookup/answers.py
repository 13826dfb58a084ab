"""The closed set of answers of a look-up: nothing else is ever said, and nothing is guessed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    import datetime

    from zoning.lookup.route import Route


class Kind(StrEnum):
    """Which answer it is; its page is `webmap.lookup`'s part of that name."""

    ONE_SCHOOL = "one_school"
    THESE_SCHOOLS = "these_schools"
    NO_SCHOOL = "no_school"
    SEATS_EXHAUSTED = "seats_exhausted"
    NEAR_BOUNDARY = "near_boundary"
    CHOOSE = "choose"
    OUTSIDE = "outside"
    NOT_FOUND = "not_found"
    NO_PLAN = "no_plan"


@dataclass(frozen=True)
class School:
    """A school by its id and its name."""

    school_id: str
    name: str


@dataclass(frozen=True)
class Place:
    """An address of the bureau's list.

    Parameters
    ----------
    address_id
        As the list has it; `zoning.lookup.whole` has what stands behind it where a reader is asked
        whether all of a compound, a door or a building is meant.
    name
        What it is called.
    text
        Name and where it is, for a reader.
    count
        How many addresses of the list are meant alike, such as the buildings of a compound.
    """

    address_id: str
    name: str
    text: str
    count: int = 1


@dataclass(frozen=True)
class Minutes:
    """How long the way takes.

    Parameters
    ----------
    low, high
        The shortest and the longest way of the homes that are meant, minutes.
    """

    low: float
    high: float


@dataclass(frozen=True)
class Why:
    """What stands against another school.

    Parameters
    ----------
    kind
        `zoning.partition.explain.Kind`.
    years
        FULL: the years without room.
    """

    kind: str
    years: tuple[int, ...] = ()


@dataclass(frozen=True)
class Other:
    """Another school near by, and why it is not the school of this address.

    Parameters
    ----------
    schools
        Schools of its zone.
    minutes
        The way there; None without one.
    nearer
        Whether it is nearer than the address's own.
    why
        All that stands against it.
    """

    schools: tuple[School, ...]
    minutes: Minutes | None
    nearer: bool
    why: tuple[Why, ...]


@dataclass(frozen=True)
class Seats:
    """Seats of a school in the school year of the plan.

    Parameters
    ----------
    school
        The school.
    seats
        Places that it may fill.
    full
        Whether the bureau has published that they are taken (学位已满).
    """

    school: School
    seats: int
    full: bool


@dataclass(frozen=True)
class BoardingSchool:
    """A school with places for boarders, and the road to it for a child without a bus.

    Parameters
    ----------
    school
        The school.
    places
        Places for boarders each year.
    metres
        The longest road of the homes that are meant; None where no road leads there.
    """

    school: School
    places: int
    metres: float | None


@dataclass(frozen=True)
class Version:
    """A plan as people meet it.

    Parameters
    ----------
    plan_id
        Digest of the plan.
    stage
        Value of `zoning.settings.Stage`.
    school_year
        First school year that it is for.
    effective_from
        First day; None where none has been decided.
    draft
        Whether it is still a plan for discussion.
    version_id
        By which it was published; empty for a draft.
    data_date
        As of when the data of a published plan are; None where it does not say, and for a draft.
    ends_before
        From when another version takes its place; None while none does.
    """

    plan_id: str
    stage: str
    school_year: int
    effective_from: datetime.date | None
    draft: bool
    version_id: str = ""
    data_date: datetime.date | None = None
    ends_before: datetime.date | None = None


@dataclass(frozen=True)
class NotToday:
    """That an answer is not the one of today.

    Parameters
    ----------
    day
        For which day it was asked; None where a version was asked by its id.
    ahead
        Whether that day is still to come.
    """

    day: datetime.date | None
    ahead: bool = False


@dataclass(frozen=True)
class Coming:
    """What the next version says of the same address.

    Parameters
    ----------
    version
        The version.
    kind
        Its answer.
    schools
        Schools of that answer, where it names any.
    """

    version: Version
    kind: Kind
    schools: tuple[School, ...]


@dataclass(frozen=True)
class About:
    """What every answer carries.

    Parameters
    ----------
    stage
        Value of `zoning.settings.Stage`.
    version
        The version that was asked; None where none is in force.
    coming
        The next one; None where there is none.
    policy_hotline, report_hotline
        Telephones (政策咨询, 问题线索); empty where there are none.
    data_date
        As of when the data of the plan are; without a version in force, those of the study.
    geocoder
        What tells this geocoder from another.
    not_today
        Set where another day or version was asked for than that of today.
    """

    stage: str
    version: Version | None
    coming: Coming | None
    policy_hotline: str
    report_hotline: str
    data_date: datetime.date | None
    geocoder: str
    not_today: NotToday | None = None


@dataclass(frozen=True)
class Served:
    """An address that lies in one zone.

    Parameters
    ----------
    place
        The address, or the one of the list that stands for it; a place on the map has no id but
        the name of its block, or is None.
    listed
        Whether the bureau's list has the address itself.
    schools
        Schools of the zone; none in an area without a school.
    ways
        The way to each of them; None without one.
    mode
        Value of `zoning.settings.Mode`.
    others
        The next-nearest schools, nearest first.
    seats
        By school.
    short_years
        Years in which the plan counts more children than seats in the zone (学位预警).
    today
        Schools of today's zones for a listed address; empty where they are not known.
    shares
        Share of each school as a decision divides a shared area (共享区); empty where seats do.
    neighbours
        Schools of other zones so near that the address is on or near a boundary.
    homes
        Ids of the addresses of the list that are meant.
    routes
        The way to each of the schools with its line, where it was asked for; None without one.
    boarding
        Those of the schools that have boarding places; in an area without a school the nearest ones
        by road.
    day_m
        Road up to which a child without a bus can be a day pupil, metres; None without boarding.
    on_foot
        The way on foot to each of the schools where `mode` is another, None without one; empty
        where children walk anyway, and where it is not known.
    """

    place: Place | None
    listed: bool
    schools: tuple[School, ...]
    ways: tuple[Minutes | None, ...]
    mode: str
    others: tuple[Other, ...] = ()
    seats: tuple[Seats, ...] = ()
    short_years: tuple[int, ...] = ()
    today: tuple[School, ...] = ()
    shares: tuple[float, ...] = ()
    neighbours: tuple[School, ...] = ()
    homes: tuple[str, ...] = ()
    routes: tuple[Route | None, ...] = ()
    boarding: tuple[BoardingSchool, ...] = ()
    day_m: float | None = None
    on_foot: tuple[Minutes | None, ...] = ()


@dataclass(frozen=True)
class OneSchool:
    """One school serves the address (单校划片)."""

    kind: ClassVar[Kind] = Kind.ONE_SCHOOL
    about: About
    served: Served


@dataclass(frozen=True)
class TheseSchools:
    """Several schools serve it; a draw decides (多校划片, 共享区)."""

    kind: ClassVar[Kind] = Kind.THESE_SCHOOLS
    about: About
    served: Served


@dataclass(frozen=True)
class NoSchool:
    """Its area has no school of its own: boarding or choice, as the bureau arranges."""

    kind: ClassVar[Kind] = Kind.NO_SCHOOL
    about: About
    served: Served


@dataclass(frozen=True)
class SeatsExhausted:
    """The seats of its school or schools are taken; the rule of overflow applies."""

    kind: ClassVar[Kind] = Kind.SEATS_EXHAUSTED
    about: About
    served: Served


@dataclass(frozen=True)
class NearBoundary:
    """On or near a boundary: decided by the bureau's list, or to be asked by telephone.

    Parameters
    ----------
    about
        What every answer carries.
    served
        What the list says; None where the list has not the address itself.
    schools
        All schools that come into question.
    """

    kind: ClassVar[Kind] = Kind.NEAR_BOUNDARY
    about: About
    served: Served | None
    schools: tuple[School, ...]


@dataclass(frozen=True)
class Choose:
    """Several addresses may be meant.

    Parameters
    ----------
    about
        What every answer carries.
    places
        The addresses to choose from, one at least.
    more
        How many others there are.
    """

    kind: ClassVar[Kind] = Kind.CHOOSE
    about: About
    places: tuple[Place, ...]
    more: int = 0

    @property
    def is_one(self) -> bool:
        """Whether a reader has nothing to choose between, but has to say that it is meant."""
        return len(self.places) == 1 and not self.more


@dataclass(frozen=True)
class Outside:
    """The place lies in no zone; `county` names another county where the words did."""

    kind: ClassVar[Kind] = Kind.OUTSIDE
    about: About
    county: str = ""


@dataclass(frozen=True)
class NotFound:
    """The bureau's list has nothing like it; `several` where two places were written at once."""

    kind: ClassVar[Kind] = Kind.NOT_FOUND
    about: About
    several: bool = False


@dataclass(frozen=True)
class NoPlan:
    """No plan is in force for the stage on that day."""

    kind: ClassVar[Kind] = Kind.NO_PLAN
    about: About


Answer = (
    OneSchool
    | TheseSchools
    | NoSchool
    | SeatsExhausted
    | NearBoundary
    | Choose
    | Outside
    | NotFound
    | NoPlan
)


def served_of(answer: Answer) -> Served | None:
    """Return what an answer says of the school of the address; None where it names none."""
    if isinstance(answer, (OneSchool, TheseSchools, NoSchool, SeatsExhausted, NearBoundary)):
        return answer.served
    return None
