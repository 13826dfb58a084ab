"""What the table of figures in a plan file states, held against what is counted and proved."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from zoning.messages import Phrase
from zoning.partition.certificate import TOLERANCE
from zoning.plan.geopackage import column_phrase
from zoning.plan.remeasure import GEOMETRY, differences
from zoning.study.faults import NAMES_SHOWN, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from zoning.partition import Problem
    from zoning.partition.certificate_input import Prices
    from zoning.plan.facts import Facts
    from zoning.plan.remeasure import Difference
    from zoning.plan.store import PlanFile

PROVED, TOTAL = "proved", "farther_admitted_total"
# the sum that the search made in floating point, against the one that the certificate makes
FAR_BELOW = 1e-6
# faults that other inputs explain
OF_INPUTS = frozenset(
    {"STATED", "OBJECTIVE", "CLAIM", "CLAIM_BEYOND", "CLAIM_BELOW", "PRICES_BELOW", "GAP"}
)


def stated_figures(
    facts: Mapping[str, str],
    prices: Prices | None,
    *,
    cost: float,
    bound: float | None,
    unit: float,
) -> tuple[float | None, list[Fault]]:
    """Check objective, lower bound, gap, and why the search stopped.

    Parameters
    ----------
    facts
        The table `plan`.
    prices
        Stored prices; None where there are none.
    cost, bound
        What the certificate counts and proves, child-minutes.
    unit
        Child-minutes of one step of the cost.

    Returns
    -------
    The bound that the search states beyond its prices, None where it states none; and faults.
    """
    room = TOLERANCE * max(abs(cost), 1.0)
    objective, stated, gap = (_number(facts, key) for key in ("objective", "lower_bound", "gap"))
    found = [
        Fault("NO_FIGURE", {"name": Phrase(f"certificate.FIGURE_{key}")})
        for key, value in (("objective", objective), ("lower_bound", stated), ("gap", gap))
        if not math.isfinite(value)
    ]
    if abs(objective - cost) > room:
        found.append(Fault("OBJECTIVE", {"stated": objective, "objective": cost}))
    claimed, wrong = _claimed(
        facts, prices, stated=stated, cost=cost, bound=bound, unit=unit, room=room
    )
    share = max(objective - stated, 0.0) / objective if objective > 0 else 0.0
    if abs(gap - share) > TOLERANCE:
        found.append(Fault("GAP", {"stated": gap, "gap": share}))
    if facts.get("stopped_by") == PROVED and not stated >= objective - room:
        found.append(Fault("NOT_PROVED", {"gap": share}))
    return claimed, [*found, *wrong]


def _claimed(
    facts: Mapping[str, str],
    prices: Prices | None,
    *,
    stated: float,
    cost: float,
    bound: float | None,
    unit: float,
    room: float,
) -> tuple[float | None, list[Fault]]:
    """Return the bound beyond the prices; a search states one only where it has proved its plan."""
    if stated > cost + room:
        return None, [Fault("CLAIM", {"claimed": stated, "objective": cost})]
    if prices is None:
        return (stated if math.isfinite(stated) else None), []
    of_prices = prices.stated * unit
    far = max(FAR_BELOW * abs(cost), unit)
    found = []
    if bound is not None and of_prices < bound - far:
        found.append(Fault("PRICES_BELOW", {"stated": of_prices, "bound": bound}))
    if stated < of_prices - room:
        found.append(Fault("CLAIM_BELOW", {"claimed": stated, "bound": of_prices}))
    # costs are whole numbers of units, and so is a bound on them
    beyond = stated > of_prices + unit + room
    if beyond and (facts.get("stopped_by") != PROVED or stated < cost - room):
        return None, [*found, Fault("CLAIM_BEYOND", {"claimed": stated, "bound": of_prices})]
    return (stated if stated > of_prices + room else None), found


def restated(
    file: PlanFile, problem: Problem, zone: NDArray[np.int64], facts: Facts
) -> list[Fault]:
    """Measure a plan again, and tell of every figure of its file that the inputs do not give.

    Parameters
    ----------
    file
        A plan file of the inputs as they are now.
    problem
        Put from them.
    zone
        Position of each block's zone in the problem; -1 for none.
    facts
        What the plan is measured against.
    """
    plan = file.plan
    known = {item.zone_id: item for item in (*problem.zones, *(area for area, _ in problem.apart))}
    there = {item.zone_id: item for item in plan.zones if item.school_ids or item.zone_id in known}
    strange = [key for key in sorted(known.keys() | there) if known.get(key) != there.get(key)]
    if plan.years != facts.years or strange:
        return [Fault("ZONES", {"zones": "、".join(strange)})]
    found = [_told(item) for item in differences(file, facts, together=problem.groups)]
    rows = sorted((item.zone_id, year) for item in problem.zones for year in problem.years)
    prices = file.seat_prices
    if sorted(zip(prices["zone_id"], prices["year"], strict=True)) != rows:
        found.append(Fault("ROWS", {"table": Phrase("plan.TABLE_seat_prices")}))
    elif not (np.isfinite(prices["price_min"]) & (prices["price_min"] >= 0)).all():
        found.append(_told_of_prices(file))
    return [*found, *_total(file), *_terms(file, problem, zone)]


def _told(item: Difference) -> Fault:
    table = Phrase(f"plan.TABLE_{item.table}")
    if not item.column:
        return Fault("ROWS", {"table": table})
    column = Phrase("certificate.SHAPE") if item.column == GEOMETRY else column_phrase(item.column)
    shown = "、".join([*item.rows[:NAMES_SHOWN], *(["…"] if len(item.rows) > NAMES_SHOWN else [])])
    return Fault(
        "FIGURES", {"table": table, "column": column, "count": len(item.rows), "rows": shown}
    )


def _told_of_prices(file: PlanFile) -> Fault:
    wrong = file.seat_prices[~(file.seat_prices["price_min"] >= 0)]
    column = column_phrase("price_min")
    table = Phrase("plan.TABLE_seat_prices")
    rows = "、".join(wrong["zone_id"].unique())
    return Fault("FIGURES", {"table": table, "column": column, "count": len(wrong), "rows": rows})


def _total(file: PlanFile) -> list[Fault]:
    """See that the number of pairs is the one of the metrics, which have been measured again."""
    metrics = file.metrics.set_index("metric")["value"]
    stated, found = _number(file.facts, TOTAL), metrics.get("farther_admitted_pairs", np.nan)
    return [] if stated == found else [Fault("TOTAL", {"stated": stated, "found": float(found)})]


def _terms(file: PlanFile, problem: Problem, zone: NDArray[np.int64]) -> list[Fault]:
    """Count the parts of the cost again, as the table of figures states them."""
    return [
        Fault("TERM", {"name": Phrase(f"partition.TERM_{name}"), "stated": stated, "found": amount})
        for name, amount in problem.amounts(zone.astype(np.int32)).items()
        for stated in (_number(file.facts, f"term_{name}"),)
        if not abs(stated - amount) <= TOLERANCE * max(abs(amount), 1.0)
    ]


def _number(facts: Mapping[str, str], key: str) -> float:
    try:
        return float(facts[key])
    except (KeyError, ValueError):
        return float("nan")
