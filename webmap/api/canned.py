"""Answers of an invented town, one of each kind, for whoever writes a program against the API."""

from __future__ import annotations

import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from zoning.lookup.answers import (
    About,
    Choose,
    Coming,
    Kind,
    Minutes,
    NearBoundary,
    NoPlan,
    NoSchool,
    NotFound,
    OneSchool,
    Other,
    Outside,
    Place,
    School,
    Seats,
    SeatsExhausted,
    Served,
    TheseSchools,
    Version,
    Why,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zoning.lookup.answers import Answer

# what is written to get each of them; nothing else of the sandbox is known
ADDRESSES: Mapping[str, Kind] = MappingProxyType(
    {
        "阳光花园": Kind.ONE_SCHOOL,
        "东方名城": Kind.THESE_SCHOOLS,
        "牧场新村": Kind.NO_SCHOOL,
        "翠竹小区": Kind.SEATS_EXHAUSTED,
        "边界花园": Kind.NEAR_BOUNDARY,
        "清泉山庄": Kind.CHOOSE,
        "北京市海淀区中关村大街1号": Kind.OUTSIDE,
        "飞来峰度假村": Kind.NOT_FOUND,
        "没有方案的学段": Kind.NO_PLAN,
    }
)
# what is written to get a fault, by its status
FAULTS: Mapping[str, int] = MappingProxyType({"429": 429, "500": 500, "503": 503})

_A, _B, _C, _D = (School(f"S{number}", f"{letter}校") for number, letter in enumerate("ABCD", 1))


def canned_answer(kind: Kind, stage: str) -> Answer:
    """Return the answer of a kind.

    Parameters
    ----------
    kind
        Which one.
    stage
        Value of `zoning.settings.Stage`, as it was asked for.
    """
    if kind is Kind.NO_PLAN:
        return NoPlan(_about(stage, in_force=False))
    about = _about(stage)
    answers: dict[Kind, Answer] = {
        Kind.ONE_SCHOOL: OneSchool(about, _served("阳光花园", _A)),
        Kind.THESE_SCHOOLS: TheseSchools(about, _served("东方名城", _C, _D)),
        Kind.NO_SCHOOL: NoSchool(about, _served("牧场新村")),
        Kind.SEATS_EXHAUSTED: SeatsExhausted(about, _served("翠竹小区", _B, full=True)),
        Kind.NEAR_BOUNDARY: NearBoundary(
            about, _served("边界花园", _A, neighbours=(_B,)), (_A, _B)
        ),
        Kind.CHOOSE: Choose(about, (_place("清泉山庄", 6), _place("清泉山庄", 86))),
        Kind.OUTSIDE: Outside(about, "海淀区"),
        Kind.NOT_FOUND: NotFound(about),
    }
    return answers[kind]


def _about(stage: str, *, in_force: bool = True) -> About:
    first, second = (
        Version(
            plan_id=f"sandbox-{number}",
            stage=stage,
            school_year=year,
            effective_from=datetime.date(year, 9, 1),
            draft=False,
            version_id=f"{stage}-{number}",
            data_date=datetime.date(year, 3, 1),
            ends_before=ends,
        )
        for number, year, ends in ((1, 2026, datetime.date(2027, 9, 1)), (2, 2027, None))
    )
    return About(
        stage=stage,
        version=first if in_force else None,
        coming=Coming(second, Kind.ONE_SCHOOL, (_A,)),
        policy_hotline="000-0000 0001",
        report_hotline="000-0000 0002",
        data_date=datetime.date(2026, 3, 1),
        geocoder="sandbox",
    )


def _place(name: str, number: int) -> Place:
    return Place(f"X{number}", name, f"{name}（城关镇文三社区文三路{number}号）")


def _served(
    name: str, *schools: School, full: bool = False, neighbours: tuple[School, ...] = ()
) -> Served:
    near = Other((_B,), Minutes(9.5, 9.5), nearer=False, why=(Why("full", (2026,)),))
    return Served(
        place=_place(name, 2),
        listed=True,
        schools=schools,
        ways=tuple(Minutes(4.0, 6.5) for _ in schools),
        mode="walk",
        others=() if full else (near,),
        seats=tuple(Seats(school, 90, full=full) for school in schools),
        today=schools,
        neighbours=neighbours,
    )
