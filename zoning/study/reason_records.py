"""Why children are over the seats, as plain values with names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from zoning.partition import Problem
    from zoning.partition.reasons import Reason


def reason_records(problem: Problem, reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """Return what `partition.WHY_<code>` says of each reason; changes are means over the years.

    Parameters
    ----------
    problem
        What the reasons are about.
    reasons
        Of its solution, or of another plan.
    """
    names = {zone.zone_id: zone.name for zone in problem.zones}
    years = len(problem.years)
    return [
        {
            "code": reason.code,
            "year": reason.year,
            "zones": "、".join(names[zone] for zone in reason.zone_ids),
            "children": reason.children,
            "seats": reason.seats,
            "overload": reason.overload,
            "least": reason.least,
            "fewest": at_least(reason.fewest / years),
            "limit": reason.limit / years,
        }
        for reason in reasons
    ]


def at_least(count: float) -> float:
    """Round down as it is shown, so that it is no more than was proved."""
    return math.floor(10 * count) / 10
