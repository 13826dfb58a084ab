"""What a program is told: the closed set of answers, versions, zones, schools and faults.

Field by field what `zoning.lookup.answers` holds, so that an answer is read by its attributes.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

from zoning.lookup.answers import Kind


class _Told(BaseModel):
    """Frozen, and read from the attributes of what the look-up returned."""

    model_config = ConfigDict(frozen=True, from_attributes=True)


class School(_Told):
    """A school by its id and its name."""

    school_id: str = Field(description="api.FIELD_SCHOOL_ID")
    name: str = Field(description="api.FIELD_NAME")


class Place(_Told):
    """An address of the bureau's list, or a place on the map by the name of its block."""

    address_id: str = Field(description="api.FIELD_ADDRESS_ID")
    name: str = Field(description="api.FIELD_NAME")
    text: str = Field(description="api.FIELD_PLACE_TEXT")
    count: int = Field(description="api.FIELD_PLACE_COUNT")


class Minutes(_Told):
    """How long the way takes, minutes."""

    low: float = Field(description="api.FIELD_LOW")
    high: float = Field(description="api.FIELD_HIGH")


class Why(_Told):
    """What stands against another school."""

    kind: str = Field(description="api.FIELD_WHY")
    years: list[int] = Field(description="api.FIELD_WHY_YEARS")


class Other(_Told):
    """Another school near by, and why it is not the one."""

    schools: list[School] = Field(description="api.FIELD_SCHOOLS")
    minutes: Minutes | None = Field(description="api.FIELD_MINUTES")
    nearer: bool = Field(description="api.FIELD_NEARER")
    why: list[Why] = Field(description="api.FIELD_WHY_ALL")


class Seats(_Told):
    """Seats of a school in the school year of the plan."""

    school: School = Field(description="api.FIELD_SCHOOL")
    seats: int = Field(description="api.FIELD_SEATS")
    full: bool = Field(description="api.FIELD_FULL")


class Plan(_Told):
    """The plan that answered."""

    plan_id: str = Field(description="api.FIELD_PLAN_ID")
    stage: str = Field(description="api.FIELD_STAGE")
    school_year: int = Field(description="api.FIELD_SCHOOL_YEAR")
    effective_from: datetime.date | None = Field(description="api.FIELD_FROM")
    draft: bool = Field(description="api.FIELD_DRAFT")
    version_id: str = Field(description="api.FIELD_VERSION_ID")
    data_date: datetime.date | None = Field(description="api.FIELD_DATA_DATE")
    ends_before: datetime.date | None = Field(description="api.FIELD_ENDS")


class NotToday(_Told):
    """That an answer is not the one of today."""

    day: datetime.date | None = Field(description="api.FIELD_OTHER_DAY")
    ahead: bool = Field(description="api.FIELD_AHEAD")


class Coming(_Told):
    """What the next version says of the same place."""

    version: Plan = Field(description="api.FIELD_PLAN")
    kind: Kind = Field(description="api.FIELD_KIND")
    schools: list[School] = Field(description="api.FIELD_SCHOOLS")


class About(_Told):
    """What every answer carries."""

    stage: str = Field(description="api.FIELD_STAGE")
    version: Plan | None = Field(description="api.FIELD_PLAN")
    coming: Coming | None = Field(description="api.FIELD_COMING")
    policy_hotline: str = Field(description="api.FIELD_POLICY")
    report_hotline: str = Field(description="api.FIELD_REPORT")
    data_date: datetime.date | None = Field(description="api.FIELD_DATA_DATE")
    geocoder: str = Field(description="api.FIELD_GEOCODER")
    not_today: NotToday | None = Field(description="api.FIELD_NOT_TODAY")


class BoardingSchool(_Told):
    """A school with places for boarders, and the road to it."""

    school: School = Field(description="api.FIELD_SCHOOL")
    places: int = Field(description="api.FIELD_BOARDING_PLACES")
    metres: float | None = Field(description="api.FIELD_BOARDING_METRES")


class Served(_Told):
    """What is said of a place in one zone."""

    place: Place | None = Field(description="api.FIELD_PLACE")
    listed: bool = Field(description="api.FIELD_LISTED")
    schools: list[School] = Field(description="api.FIELD_SCHOOLS")
    ways: list[Minutes | None] = Field(description="api.FIELD_WAYS")
    on_foot: list[Minutes | None] = Field(description="api.FIELD_ON_FOOT")
    mode: str = Field(description="api.FIELD_MODE")
    others: list[Other] = Field(description="api.FIELD_OTHERS")
    seats: list[Seats] = Field(description="api.FIELD_SEATS_ALL")
    short_years: list[int] = Field(description="api.FIELD_SHORT_YEARS")
    today: list[School] = Field(description="api.FIELD_TODAY")
    shares: list[float] = Field(description="api.FIELD_SHARES")
    neighbours: list[School] = Field(description="api.FIELD_NEIGHBOURS")
    boarding: list[BoardingSchool] = Field(description="api.FIELD_BOARDING")
    day_m: float | None = Field(description="api.FIELD_DAY_M")


class _Answer(_Told):
    about: About = Field(description="api.FIELD_ABOUT")


class OneSchool(_Answer):
    """One school serves the place."""

    kind: Literal[Kind.ONE_SCHOOL] = Field(description="api.FIELD_KIND")
    served: Served = Field(description="api.FIELD_SERVED")


class TheseSchools(_Answer):
    """Several schools serve it; a draw decides."""

    kind: Literal[Kind.THESE_SCHOOLS] = Field(description="api.FIELD_KIND")
    served: Served = Field(description="api.FIELD_SERVED")


class NoSchool(_Answer):
    """Its area has no school of its own."""

    kind: Literal[Kind.NO_SCHOOL] = Field(description="api.FIELD_KIND")
    served: Served = Field(description="api.FIELD_SERVED")


class SeatsExhausted(_Answer):
    """The seats of its schools are taken; the rule of overflow applies."""

    kind: Literal[Kind.SEATS_EXHAUSTED] = Field(description="api.FIELD_KIND")
    served: Served = Field(description="api.FIELD_SERVED")


class NearBoundary(_Answer):
    """On or near a boundary."""

    kind: Literal[Kind.NEAR_BOUNDARY] = Field(description="api.FIELD_KIND")
    served: Served | None = Field(description="api.FIELD_SERVED_LISTED")
    schools: list[School] = Field(description="api.FIELD_IN_QUESTION")


class Choose(_Answer):
    """Several addresses may be meant."""

    kind: Literal[Kind.CHOOSE] = Field(description="api.FIELD_KIND")
    places: list[Place] = Field(description="api.FIELD_PLACES")
    more: int = Field(description="api.FIELD_MORE")


class Outside(_Answer):
    """The place lies in no zone."""

    kind: Literal[Kind.OUTSIDE] = Field(description="api.FIELD_KIND")
    county: str = Field(description="api.FIELD_COUNTY")


class NotFound(_Answer):
    """The bureau's list has nothing like it."""

    kind: Literal[Kind.NOT_FOUND] = Field(description="api.FIELD_KIND")
    several: bool = Field(description="api.FIELD_SEVERAL")


class NoPlan(_Answer):
    """No plan is in force for the stage."""

    kind: Literal[Kind.NO_PLAN] = Field(description="api.FIELD_KIND")


class Given(
    RootModel[
        Annotated[
            OneSchool
            | TheseSchools
            | NoSchool
            | SeatsExhausted
            | NearBoundary
            | Choose
            | Outside
            | NotFound
            | NoPlan,
            Field(discriminator="kind"),
        ]
    ]
):
    """One of the nine answers."""

    model_config = ConfigDict(from_attributes=True)


class OnNotice(_Told):
    """A notice that runs now, and what it proposes for the place."""

    case_id: str = Field(description="api.FIELD_CASE_ID")
    title: str = Field(description="api.FIELD_TITLE")
    last_day: datetime.date = Field(description="api.FIELD_LAST_DAY")
    kind: Kind | None = Field(description="api.FIELD_PROPOSED_KIND")
    schools: list[School] = Field(description="api.FIELD_PROPOSED")
    notice: str = Field(description="api.FIELD_NOTICE")


class Answered(_Told):
    """An answer, the same in one sentence, and what is on notice."""

    answer: Given = Field(description="api.FIELD_ANSWER")
    said: str = Field(description="api.FIELD_SAID")
    on_notice: list[OnNotice] = Field(description="api.FIELD_ON_NOTICE")


class Version(_Told):
    """A version of a stage's zones."""

    version_id: str = Field(description="api.FIELD_VERSION_ID")
    stage: str = Field(description="api.FIELD_STAGE")
    number: int = Field(description="api.FIELD_NUMBER")
    school_year: int = Field(description="api.FIELD_SCHOOL_YEAR")
    effective_from: datetime.date = Field(description="api.FIELD_FROM")
    ends_before: datetime.date | None = Field(description="api.FIELD_ENDS")
    plan_id: str = Field(description="api.FIELD_PLAN_ID")
    plan_digest: str = Field(description="api.FIELD_PLAN_DIGEST")
    decision: str = Field(description="api.FIELD_DECISION")
    decided_on: datetime.date = Field(description="api.FIELD_DECIDED")
    supersedes: str = Field(description="api.FIELD_SUPERSEDES")
    data_date: datetime.date | None = Field(description="api.FIELD_DATA_DATE")
    geocoder: str = Field(description="api.FIELD_GEOCODER")
    published_on: datetime.date = Field(description="api.FIELD_PUBLISHED")


class VersionList(_Told):
    """Versions, by stage and number."""

    versions: list[Version] = Field(description="api.FIELD_VERSIONS")


class Intake(_Told):
    """Children and seats of one year."""

    year: int = Field(description="api.FIELD_YEAR")
    children: int | None = Field(description="api.FIELD_CHILDREN")
    withheld: bool = Field(description="api.FIELD_WITHHELD")
    seats: int | None = Field(description="api.FIELD_SEATS_YEAR")


class Zone(_Told):
    """A zone of a plan."""

    zone_id: str = Field(description="api.FIELD_ZONE_ID")
    name: str = Field(description="api.FIELD_NAME")
    zone_type: str = Field(description="api.FIELD_ZONE_TYPE")
    schools: list[School] = Field(description="api.FIELD_SCHOOLS")
    shares: list[str] = Field(description="api.FIELD_ZONE_SHARES")
    intakes: list[Intake] = Field(description="api.FIELD_INTAKES")
    mean_time_s: float | None = Field(description="api.FIELD_MEAN")
    p95_time_s: float | None = Field(description="api.FIELD_P95")


class ZoneList(_Told):
    """The zones of a plan."""

    plan: Plan = Field(description="api.FIELD_PLAN")
    zones: list[Zone] = Field(description="api.FIELD_ZONES")


class PlanSchool(_Told):
    """A school of a plan."""

    school_id: str = Field(description="api.FIELD_SCHOOL_ID")
    name: str = Field(description="api.FIELD_NAME")
    zone_id: str = Field(description="api.FIELD_ZONE_OF_SCHOOL")
    lon: float = Field(description="api.FIELD_LON")
    lat: float = Field(description="api.FIELD_LAT")
    intakes: list[Intake] = Field(description="api.FIELD_INTAKES")


class SchoolList(_Told):
    """The schools of a plan."""

    plan: Plan = Field(description="api.FIELD_PLAN")
    schools: list[PlanSchool] = Field(description="api.FIELD_SCHOOLS_OF_PLAN")


class Feature(_Told):
    """A shape with what is said of it."""

    type: Literal["Feature"]
    id: str
    properties: dict[str, Any]
    geometry: dict[str, Any]


class FeatureCollection(_Told):
    """Shapes, as GeoJSON (RFC 7946)."""

    type: Literal["FeatureCollection"]
    name: str
    features: list[Feature]


class FaultDetail(_Told):
    """One fault of what was sent."""

    field: str = Field(description="api.FIELD_FAULT_FIELD")
    code: str = Field(description="api.FIELD_FAULT_CODE")
    message: str = Field(description="api.FIELD_FAULT_MESSAGE")


class Fault(_Told):
    """The one form of all faults."""

    code: str = Field(description="api.FIELD_CODE")
    message: str = Field(description="api.FIELD_MESSAGE")
    details: list[FaultDetail] = Field(description="api.FIELD_DETAILS")
