"""For when a look-up is asked, and what answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime

    from webmap.services.in_force import InForce, PlanInForce
    from zoning.lookup.answers import About, NotToday
    from zoning.lookup.desk import Desk

    Pair = tuple[PlanInForce | None, PlanInForce | None]


@dataclass(frozen=True)
class When:
    """Another time than today, for which an answer is wanted.

    Parameters
    ----------
    day
        The day; None where a version is named.
    version_id
        The version; empty where a day is.
    """

    day: datetime.date | None = None
    version_id: str = ""


@dataclass(frozen=True)
class Asked:
    """Which plans answer: the one that holds, and the one after it."""

    stage: str
    plan: PlanInForce | None
    coming: PlanInForce | None
    not_today: NotToday | None = None


@dataclass(frozen=True, eq=False)
class Desks:
    """What answers under a plan.

    Parameters
    ----------
    desk, about
        Of the plan, and what its answers carry; the plan after it is not among that yet.
    then
        The same of the plan after it; None for none.
    """

    desk: Desk
    about: About
    then: tuple[Desk, About] | None


def taking_its_place(plan: PlanInForce, in_force: InForce) -> PlanInForce | None:
    """Return what took a version's place or will; None for one that never was in force.

    Parameters
    ----------
    plan
        The plan of the version.
    in_force
        Says which plan is in force on a day.

    Raises
    ------
    ZoningError
        It cannot be told.
    """
    version = plan.version
    stage, begins = version.stage, version.effective_from
    first = None if begins is None else in_force.plan_on(stage, begins)
    if begins is None or first is None or first.version.version_id != version.version_id:
        return None
    return in_force.next_after(stage, begins)
