"""Draw a plan of one stage from what the road has prepared, measure it, and keep it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from zoning.network.graph import load_network
from zoning.network.travel import TRAVEL_FILE, AddressTimes, load_tables, load_travel
from zoning.partition import build_problem, solve, to_plan
from zoning.plan.facts import Facts
from zoning.plan.homes import school_homes
from zoning.plan.measure import WHOLE, measure
from zoning.plan.model import provenance
from zoning.plan.residences import NO_SCHOOL
from zoning.plan.store import PRICE_COLUMNS, plan_file
from zoning.study.cache import Step, digest_of, ensure, read_stamp
from zoning.study.digests import input_digests
from zoning.study.plan_files import keep, set_aside_if_damaged
from zoning.study.road import ready, residences_of, travel_from
from zoning.units import MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from zoning.intake.model import Inputs
    from zoning.partition import Problem, Solution
    from zoning.plan.measure import Measured
    from zoning.plan.model import Provenance
    from zoning.progress import Progress
    from zoning.settings import DrawSection, Stage
    from zoning.study.folder import Study

PER_CENT = 100


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
        objective, lower_bound (child-minutes), gap (share), stopped_by, and sums.
    overload
        School, year and children over its seats.
    least_overload
        Year and children that no plan has seats for.
    unassigned, detached, stray
        Names of blocks that reach no school, of those cut off from every school by barriers, and
        of those that do not hang together with a school of their zone all the same.
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
    unassigned: tuple[str, ...] = ()
    detached: tuple[str, ...] = ()
    stray: tuple[str, ...] = ()
    terms: tuple[Mapping[str, Any], ...] = ()
    notes: tuple[Mapping[str, Any], ...] = ()
    reasons: tuple[Mapping[str, Any], ...] = ()


def stage_facts(study: Study, stage: Stage, *, inputs: Inputs) -> Facts:
    """Put together everything about a stage that does not depend on a plan.

    Parameters
    ----------
    study
        A study whose travel times have been computed.
    stage
        The stage.
    inputs
        Checked inputs.
    """
    build = study.build
    blocks = gpd.read_parquet(build / "blocks" / "blocks.parquet")
    where = pd.read_parquet(build / "blocks" / "address_block.parquet")
    schools = inputs.schools[inputs.schools["stage"] == stage.value]
    residences = residences_of(study, stage, inputs=inputs, blocks=blocks, where=where)
    network = load_network(build / "roads" / stage.value)
    tables = load_tables(build / "travel" / stage.value)
    # children counted by block live nowhere in particular: the block's mean stands for them
    by_address = inputs.addresses is not None
    times_to = AddressTimes.on(network, tables, addresses=residences) if by_address else None
    return Facts(
        stage=stage.value,
        years=study.settings.study.years,
        blocks=blocks,
        schools=schools,
        seats=inputs.seats[inputs.seats["school_id"].isin(schools["school_id"])],
        homes=school_homes(schools, blocks, gates=inputs.gates),
        residences=residences,
        adjacency=pd.read_parquet(build / "blocks" / "adjacency.parquet"),
        travel=load_travel(build / "travel" / stage.value / TRAVEL_FILE),
        radius_m=study.rules.service_radius_m[stage.value].value,
        times_to=times_to,
    )


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
    reads = {"travel": travel.stamp.digest, "draw": settings.model_dump(mode="json")}

    def write(folder: Path, progress: Progress) -> Mapping[str, Any]:
        facts = stage_facts(study, stage, inputs=at_hand.inputs)
        told = _search(study, facts, settings=settings, progress=progress)
        (folder / "plan.txt").write_text(told["plan_id"], encoding="utf-8")
        return told

    step = Step(f"draw-{stage.value}", 2, reads, write)
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


def stage_problem(facts: Facts, settings: DrawSection) -> Problem:
    """Put the partition problem of a stage.

    Parameters
    ----------
    facts
        Everything about the stage that does not depend on a plan.
    settings
        What counts how much; for a plan that was drawn before, those it was drawn with.
    """
    return build_problem(
        facts.travel,
        schools=facts.schools,
        seats=facts.seats,
        homes=facts.homes,
        residences=facts.residences,
        adjacency=facts.adjacency,
        years=facts.years,
        weights=settings.weights,
    )


def _search(
    study: Study, facts: Facts, *, settings: DrawSection, progress: Progress
) -> dict[str, Any]:
    """Search for a plan, measure and keep it, and return what the screen says of it."""
    problem = stage_problem(facts, settings)
    solution = solve(
        problem,
        settings=settings,
        progress=lambda share: progress("search", round(share * PER_CENT), PER_CENT),
    )
    progress("measure")
    plan = to_plan(problem, solution, stage=facts.stage, source=plan_source(study, settings))
    measured = measure(plan, facts)
    told = {
        "study": study.settings.study.name,
        "data_date": study.settings.study.data_date or "",
        "objective": solution.objective,
        "lower_bound": solution.lower_bound,
        "gap": solution.gap,
        "stopped_by": solution.stopped_by,
        **{f"term_{name}": amount for name, amount in solution.terms.items()},
    }
    content = plan_file(plan, measured, seat_prices=_seat_prices(problem, solution), facts=told)
    sha256 = keep(content, study.plans, tell=study.tell)
    telling = _telling(problem, solution, measured, facts=facts)
    return {"plan_id": plan.plan_id, "plan_sha256": sha256, **telling}


def plan_source(study: Study, draw: DrawSection) -> Provenance:
    """Return what a plan is made from: all of it goes into its id, except the emergency stop.

    Parameters
    ----------
    study
        The study.
    draw
        Settings of the search.
    """
    settings = study.settings.model_dump(mode="json")
    settings["draw"] = draw.model_dump(mode="json", exclude={"time_limit_s", "seed"})
    return provenance(
        input_digests(study),
        rule_set=f"{study.rules.name} {digest_of(repr(study.rules))}",
        settings=settings,
        seed=draw.seed,
    )


def _seat_prices(problem: Problem, solution: Solution) -> pd.DataFrame:
    rows = [
        (zone.zone_id, year, float(solution.prices[at, column]))
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
    names |= {zone.zone_id: zone.name for zone in problem.zones}
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
        "overload": over,
        "least_overload": least,
        "unassigned": sorted(block_names[solution.unassigned]),
        "detached": sorted(block_names[solution.detached]),
        "stray": sorted(block_names[solution.stray]),
        "terms": [
            {"name": term.name, "unit": term.unit, "amount": solution.terms[term.name]}
            for term in problem.terms
        ],
        "notes": [
            {
                "code": note.code,
                "zones": "、".join(names[zone] for zone in note.zone_ids),
                "blocks": "、".join(note.block_ids),
            }
            for note in problem.notes
        ],
        "reasons": [
            {
                "code": reason.code,
                "year": reason.year,
                "zones": "、".join(names[zone] for zone in reason.zone_ids),
                "children": reason.children,
                "seats": reason.seats,
                "overload": reason.overload,
            }
            for reason in solution.reasons
        ],
    }
