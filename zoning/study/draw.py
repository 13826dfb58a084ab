"""Draw a plan of one stage from what the road has prepared, measure it, and keep it."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from zoning.partition import to_plan
from zoning.partition.problem import OverloadTerm
from zoning.partition.proof import proof_of
from zoning.partition.reasons import too_many_change
from zoning.partition.seat_prices import prices_of_seats
from zoning.partition.solve import solve
from zoning.plan.measure import WHOLE, measure
from zoning.plan.residences import NO_SCHOOL
from zoning.plan.store import PRICE_COLUMNS, plan_file
from zoning.settings import Feeder, Stage
from zoning.study.boarding import boarding_told
from zoning.study.cache import Step, ensure, read_stamp
from zoning.study.feeders import feeds
from zoning.study.plan_files import keep, set_aside_if_damaged
from zoning.study.reason_records import at_least, reason_records
from zoning.study.road import ready, travel_from
from zoning.study.stage import primary_of, source_of, stage_facts, stage_problem
from zoning.units import MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zoning.partition import Problem
    from zoning.partition.solve import Solution
    from zoning.plan.facts import Facts
    from zoning.plan.measure import Measured
    from zoning.plan.model import Provenance
    from zoning.progress import Progress
    from zoning.settings import DrawSection
    from zoning.study.folder import Study

PER_CENT = 100
TOO_FEW_SEATS = "TOO_FEW_SEATS"


@dataclass(frozen=True)
class Drawn:
    """A drawn plan, as far as it is told on the screen.

    Parameters
    ----------
    stage, plan_id, file
        Which plan, and where it is.
    fresh, seconds
        Whether it was drawn now, and how long it took when it was.
    facts
        objective, lower_bound (child-minutes), gap (share), stopped_by, and sums; overload_min:
        child-minutes that a child over the seats counts for, None where overload has no price.
    overload
        School, year and children over its seats.
    least_overload
        Year and children that no plan has seats for.
    too_many_change
        Children a year who change school, and how many may, with what is known of the reason;
        empty where the limit is kept.
    unassigned, detached, stray, torn
        Names of blocks that reach no school, of those cut off from every school by barriers, of
        those that do not hang together with a school of their zone all the same, and of those
        among them that decisions and hard limits leave no other choice.
    terms
        Name, unit and amount of each term of the objective.
    notes, reasons
        What to know about how the problem was put, and why children are over the seats.
    """

    stage: str
    plan_id: str
    file: Path
    fresh: bool
    seconds: float
    facts: Mapping[str, Any]
    overload: tuple[Mapping[str, Any], ...] = ()
    least_overload: tuple[Mapping[str, Any], ...] = ()
    too_many_change: tuple[Mapping[str, Any], ...] = ()
    unassigned: tuple[str, ...] = ()
    detached: tuple[str, ...] = ()
    stray: tuple[str, ...] = ()
    torn: tuple[str, ...] = ()
    terms: tuple[Mapping[str, Any], ...] = ()
    notes: tuple[Mapping[str, Any], ...] = ()
    reasons: tuple[Mapping[str, Any], ...] = ()

    @property
    def priced(self) -> bool:
        """Whether overload has a price: then it is a cost like others and breaks no rule."""
        return self.facts["overload_min"] is not None

    @property
    def lacks_seats(self) -> bool:
        """Whether children have no seat who should have one."""
        return bool(self.overload) and not self.priced

    @property
    def breaks_a_rule(self) -> bool:
        """Whether it breaks a rule that is not proved to be beyond keeping.

        Its bound is then one of other plans, and its gap proves nothing.
        """
        over: Counter[int] = Counter()
        for item in self.overload:
            over[item["year"]] += item["children"]
        least = {item["year"]: item["children"] for item in self.least_overload}
        avoidable = any(count > least.get(year, 0) for year, count in over.items())
        return bool(self.stray or self.too_many_change) or (avoidable and not self.priced)


def draw(
    study: Study,
    stage: Stage,
    *,
    time_limit_s: float | None = None,
    seed: int | None = None,
    progress: Progress,
) -> Drawn:
    """Draw a plan, or return the one drawn before from the very same things.

    Parameters
    ----------
    study
        The study; whatever comes before drawing is brought up to date.
    stage
        For which stage.
    time_limit_s, seed
        Instead of `study.toml`'s.
    progress
        Told how far the search is.

    Raises
    ------
    InfeasibleError
        No plan can exist under the rules.
    StorageError
        The plan could not be written; no plan is lost.
    """
    changes = {"time_limit_s": time_limit_s, "seed": seed}
    given = {name: value for name, value in changes.items() if value is not None}
    settings = study.settings.draw.model_copy(update=given)
    at_hand = ready(study, progress)
    travel = travel_from(study, at_hand, progress)
    feeding = feeds(study, stage, settings=settings)
    first = None
    if feeding is Feeder.PLAN:
        first = draw(study, Stage.PRIMARY, time_limit_s=time_limit_s, seed=seed, progress=progress)
        if first.facts["stopped_by"] == "interrupted":
            raise KeyboardInterrupt
    reads = {
        "primary": first.plan_id if first else feeding.value,
        "travel": travel.stamp.digest,
        # a plan names the inputs that it was made from, whatever of them it needed
        "intake": at_hand.intake.digest,
        "draw": settings.model_dump(mode="json"),
    }

    def write(folder: Path, progress: Progress) -> Mapping[str, Any]:
        facts = stage_facts(study, stage, inputs=at_hand.inputs)
        primary, upstream = primary_of(study, stage, inputs=at_hand.inputs, settings=settings)
        problem = stage_problem(
            study, facts, inputs=at_hand.inputs, settings=settings, primary=primary
        )
        source = source_of(study, settings, upstream=upstream)
        told = _search(
            study, facts, problem=problem, settings=settings, source=source, progress=progress
        )
        (folder / "plan.txt").write_text(told["plan_id"], encoding="utf-8")
        return told

    step = Step(f"draw-{stage.value}", 8, reads, write)
    last = read_stamp(study.build / step.name)
    if last is not None:
        file = study.plans / f"{last.facts.get('plan_id')}.gpkg"
        set_aside_if_damaged(file, sha256=last.facts.get("plan_sha256"), tell=study.tell)
        if not file.is_file():
            shutil.rmtree(study.build / step.name)
    stamp, fresh = ensure(step, build=study.build, progress=progress, tell=study.tell)
    told = {name: value for name, value in stamp.facts.items() if name != "plan_sha256"}
    if told["stopped_by"] == "interrupted":
        # half a search is kept as a plan, but the next run searches to the end
        shutil.rmtree(study.build / step.name)
    plan_id = told.pop("plan_id")
    lists = [name for name in told if isinstance(told[name], list)]
    return Drawn(
        stage=stage.value,
        plan_id=plan_id,
        file=study.plans / f"{plan_id}.gpkg",
        fresh=fresh,
        seconds=stamp.seconds,
        **{name: tuple(told.pop(name)) for name in lists},
        facts=told,
    )


def _search(
    study: Study,
    facts: Facts,
    *,
    problem: Problem,
    settings: DrawSection,
    source: Provenance,
    progress: Progress,
) -> dict[str, Any]:
    """Search for a plan, measure and keep it, and return what the screen says of it."""
    solution = solve(
        problem,
        settings=settings,
        progress=lambda share: progress("search", round(share * PER_CENT), PER_CENT),
    )
    progress("measure")
    plan = to_plan(problem, solution, stage=facts.stage, source=source)
    measured = measure(plan, facts, together=problem.groups)
    told = {
        "study": study.settings.study.name,
        "data_date": study.settings.study.data_date or "",
        "objective": solution.objective,
        "lower_bound": solution.lower_bound,
        "gap": solution.gap,
        "stopped_by": solution.stopped_by,
        **{f"term_{name}": amount for name, amount in solution.terms.items()},
    }
    content = plan_file(
        plan,
        measured,
        seat_prices=_seat_prices(problem, solution),
        facts=told,
        proof=_proof(problem, solution),
    )
    sha256 = keep(content, study.plans, tell=study.tell)
    telling = _telling(problem, solution, measured, facts=facts)
    return {"plan_id": plan.plan_id, "plan_sha256": sha256, **telling}


def _proof(problem: Problem, solution: Solution) -> dict[str, pd.DataFrame]:
    """Return the prices that prove the bound, and the zones that are short of seats."""
    short = {
        (zone, reason.year)
        for reason in solution.reasons
        if reason.code == TOO_FEW_SEATS
        for zone in reason.zone_ids
    }
    return proof_of(problem, solution.dual, assignment=solution.assignment, short=short)


def _seat_prices(problem: Problem, solution: Solution) -> pd.DataFrame:
    prices = prices_of_seats(problem, solution.dual)
    rows = [
        (zone.zone_id, year, float(prices[at, column]))
        for at, zone in enumerate(problem.zones)
        for column, year in enumerate(problem.years)
    ]
    return pd.DataFrame(rows, columns=list(PRICE_COLUMNS))


def _telling(
    problem: Problem, solution: Solution, measured: Measured, *, facts: Facts
) -> dict[str, Any]:
    """Return what the screen says of a plan; sums are those of the first year."""
    year = problem.years[0]
    whole = measured.metrics[measured.metrics["scope"] == WHOLE]
    value = whole.set_index(["metric", "year"])["value"]
    zone_names = [zone.name for zone in problem.zones]
    block_names = facts.blocks.set_index("block_id")["name"].reindex(list(problem.block_ids))
    over = [
        {"school": zone_names[at], "year": problem.years[column], "children": int(count)}
        for (at, column), count in np.ndenumerate(solution.overload)
        if count > 0
    ]
    least = [
        {"year": problem.years[column], "children": int(count)}
        for column, count in enumerate(solution.least_overload)
        if count > 0
    ]
    has_today = bool((facts.residences["today_school_id"] != NO_SCHOOL).any())
    names = dict(zip(facts.schools["school_id"], facts.schools["name"], strict=True))
    shared = [zone for zone, _ in problem.apart]
    names |= {zone.zone_id: zone.name for zone in (*problem.zones, *shared)}
    return {
        "objective": solution.objective,
        "lower_bound": solution.lower_bound,
        "gap": solution.gap,
        "stopped_by": solution.stopped_by,
        "year": year,
        "children": int(value["children", year]),
        "seats": int(value["seats", year]),
        "mean_min": float(value["mean_time", year]) / MINUTE_S,
        "p95_min": float(value["p95_time", year]) / MINUTE_S,
        "within": float(value["share_within_radius", year]),
        "radius_m": facts.radius_m,
        "moved": int(value["changes_school", year]) if has_today else None,
        "farther_pairs": measured.farther.total,
        "boarding": boarding_told(measured.metrics, year),
        "overload_min": _overload_min(problem),
        "overload": over,
        "least_overload": least,
        "too_many_change": _too_many_change(problem, solution),
        "unassigned": sorted(block_names[solution.unassigned]),
        "detached": sorted(block_names[solution.detached]),
        "stray": sorted(block_names[solution.stray]),
        "torn": sorted(block_names[solution.torn]),
        "terms": [
            {"name": term.name, "unit": term.unit, "amount": solution.terms[term.name]}
            for term in problem.all_terms
        ],
        "notes": [
            {
                "code": note.code,
                "zones": "、".join(names[zone] for zone in note.zone_ids),
                "blocks": "、".join(block_names[block] for block in note.block_ids),
            }
            for note in problem.notes
        ],
        "reasons": reason_records(problem, solution.reasons),
    }


def _overload_min(problem: Problem) -> float | None:
    """Return the child-minutes that a child over the seats counts for; None without a price."""
    priced = [term.weight for term in problem.all_terms if isinstance(term, OverloadTerm)]
    return priced[0] if priced else None


def _too_many_change(problem: Problem, solution: Solution) -> list[dict[str, Any]]:
    """Tell of a broken limit of changes, as means over the years, which the limit is about."""
    found = too_many_change(problem, solution.assignment)
    if found is None:
        return []
    years = len(problem.years)
    return [
        {
            "code": found.code,
            "children": found.children / years,
            "limit": found.limit / years,
            "over": (found.children - found.limit) / years,
            "fewest": at_least(found.fewest / years),
            "overload": 0.0 if problem.overload_price is not None else found.overload / years,
        }
    ]
