"""For when a look-up is asked, and what answers it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime

    from webmap.services.in_force import PlanInForce
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
