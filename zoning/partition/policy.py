"""What the bureau wants of a plan beyond its weights: limits, prices, lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from zoning.settings import AdminLines, Limit, Overload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zoning.settings import DrawSection, Stage


@dataclass(frozen=True)
class Policy:
    """Limits and prices of one stage.

    Parameters
    ----------
    overload_min
        Minutes that one child over the seats counts for; None forbids more than no plan can avoid.
    change_limit
        Most children a year, on the average of the years, who may change school; None is no limit.
    walking_limit
        Whether the service radius binds.
    admin_lines
        Whether lines of townships bind.
    towns
        Township by block id; a block that is not there lies in none that is known.
    """

    overload_min: float | None = None
    change_limit: int | None = None
    walking_limit: Limit = Limit.SOFT
    admin_lines: AdminLines = AdminLines.IGNORE
    towns: Mapping[str, str] = field(default_factory=dict)


NO_LIMITS = Policy()


def policy_of(settings: DrawSection, stage: Stage, *, towns: Mapping[str, str]) -> Policy:
    """Return what the settings want of a stage.

    Parameters
    ----------
    settings
        The section `[draw]`.
    stage
        The stage.
    towns
        Township by block id.
    """
    priced = settings.overload is Overload.PRICED
    return Policy(
        overload_min=settings.overload_min if priced else None,
        change_limit=settings.change_limit,
        walking_limit=settings.walking_limit[stage],
        admin_lines=settings.admin_lines,
        towns=towns,
    )
