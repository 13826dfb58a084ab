"""What a stage of a study is about: its facts, its problem, and what its plans are made from."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd

from zoning.errors import MissingStepError
from zoning.network.crossing_counts import CrossingCounts
from zoning.network.graph import load_network
from zoning.network.travel import TRAVEL_FILE, AddressTimes, load_tables, load_travel
from zoning.partition import build_problem
from zoning.partition.policy import policy_of
from zoning.plan.facts import Facts
from zoning.plan.homes import school_homes
from zoning.plan.model import provenance
from zoning.plan.store import read_plan
from zoning.settings import Feeder, Stage
from zoning.study.boarding import boarding_of
from zoning.study.cache import digest_of, read_stamp
from zoning.study.decide import block_towns, stage_rules
from zoning.study.digests import input_digests
from zoning.study.feeders import feeds, today_primary
from zoning.study.road import residences_of

if TYPE_CHECKING:
    from zoning.intake.model import Inputs
    from zoning.network.snap import Placement
    from zoning.partition import Problem
    from zoning.plan.model import Plan, Provenance
    from zoning.settings import DrawSection
    from zoning.study.folder import Study

UPSTREAM = "upstream"


@dataclass(frozen=True, eq=False)
class HomesAtHand:
    """Where the children of a stage live, as it was worked out before.

    Parameters
    ----------
    residences
        `zoning.plan.residences.build_residences`.
    places
        The same on the network of the stage; None where children are counted by block.
    boarding
        The same on the roads to its boarding schools; None where there are none, too.
    """

    residences: gpd.GeoDataFrame
    places: Placement | None
    boarding: Placement | None


def stage_facts(
    study: Study, stage: Stage, *, inputs: Inputs, homes: HomesAtHand | None = None
) -> Facts:
    """Put together everything about a stage that does not depend on a plan.

    Parameters
    ----------
    study
        A study whose travel times have been computed.
    stage
        The stage.
    inputs
        Checked inputs.
    homes
        Where its children live, if that has been worked out before.
    """
    build = study.build
    blocks = gpd.read_parquet(build / "blocks" / "blocks.parquet")
    where = pd.read_parquet(build / "blocks" / "address_block.parquet")
    schools = inputs.schools[inputs.schools["stage"] == stage.value]
    if homes is None:
        residences = residences_of(study, stage, inputs=inputs, blocks=blocks, where=where)
    else:
        residences = homes.residences
    network = load_network(build / "roads" / stage.value)
    tables = load_tables(build / "travel" / stage.value)
    # children counted by block live nowhere in particular: the block's mean stands for them
    by_address = inputs.addresses is not None
    places = None if homes is None else homes.places
    times_to = (
        AddressTimes.on(network, tables, addresses=residences, places=places)
        if by_address
        else None
    )
    gates = inputs.gates[inputs.gates["school_id"].isin(schools["school_id"])]
    crossings_to = CrossingCounts(network, tables, residences, gates) if by_address else None
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
        crossings_to=crossings_to,
        boarding=boarding_of(
            study, stage, inputs=inputs, residences=residences,
            places=None if homes is None else homes.boarding,
        ),
    )  # fmt: skip


def stage_problem(
    study: Study,
    facts: Facts,
    *,
    inputs: Inputs,
    settings: DrawSection,
    primary: Plan | None = None,
) -> Problem:
    """Put the problem of a stage: what the decisions rule and the settings want.

    Parameters
    ----------
    study
        A study whose travel times have been computed.
    facts
        Everything about the stage that does not depend on a plan.
    inputs
        Checked inputs.
    settings
        The section `[draw]`; for a plan that was drawn before, the one it was drawn with.
    primary
        Primary zones that stay whole (对口直升); None draws block by block.

    Raises
    ------
    InputError
        Decisions contradict each other; the error carries all findings.
    """
    # whatever reads the section takes the one that is given
    study = replace(study, settings=study.settings.model_copy(update={"draw": settings}))
    rules = stage_rules(study, facts, inputs=inputs, primary=primary)
    towns = block_towns(study, facts, inputs=inputs)
    return build_problem(
        facts.travel,
        schools=facts.schools,
        seats=facts.seats,
        homes=facts.homes,
        residences=facts.residences,
        adjacency=facts.adjacency,
        years=facts.years,
        weights=settings.weights,
        rules=rules,
        policy=policy_of(settings, Stage(facts.stage), towns=towns),
    )


def primary_of(
    study: Study,
    stage: Stage,
    *,
    inputs: Inputs,
    settings: DrawSection,
    plan: Plan | None = None,
) -> tuple[Plan | None, str]:
    """Return the primary zones that a stage's zones are put together from (对口直升).

    Parameters
    ----------
    study
        A study whose travel times have been computed.
    stage
        The stage.
    inputs
        Checked inputs.
    settings
        The section `[draw]`.
    plan
        A plan of the stage, which names the one that it was put together from; None takes the
        primary plan that was drawn last.

    Returns
    -------
    The primary plan, and its id where it is a drawn one; None and "" where there is none.

    Raises
    ------
    MissingStepError
        The primary plan is not there, or none has been drawn.
    """
    feeding = feeds(study, stage, settings=settings)
    if feeding is Feeder.OFF:
        return None, ""
    if feeding is Feeder.TODAY:
        facts = partial(stage_facts, study, Stage.PRIMARY, inputs=inputs)
        return today_primary(inputs, primary_facts=facts), ""
    made_from = {} if plan is None else dict(plan.source.settings)
    if UPSTREAM in made_from:
        upstream = str(json.loads(made_from[UPSTREAM]))
    else:
        last = read_stamp(study.build / f"draw-{Stage.PRIMARY.value}")
        upstream = str(last.facts.get("plan_id", "")) if last else ""
    file = study.plans / f"{upstream}.gpkg"
    if not upstream or not file.is_file():
        raise MissingStepError("study.NO_PRIMARY_PLAN", plan=upstream or "–")
    return read_plan(file).plan, upstream


def source_of(study: Study, draw: DrawSection, *, upstream: str) -> Provenance:
    """Return what a plan is made from: all of it goes into its id, except the emergency stop.

    Parameters
    ----------
    study
        The study.
    draw
        The section `[draw]`.
    upstream
        Id of the plan whose zones this one is put together from, "" for none.
    """
    # what pages and maps say decides no plan
    away = {"lookup", "map", "web"}
    settings = study.settings.model_dump(mode="json", exclude=away)
    settings["draw"] = draw.model_dump(mode="json", exclude={"time_limit_s", "seed"})
    if upstream:
        settings[UPSTREAM] = upstream
    return provenance(
        input_digests(study),
        rule_set=f"{study.rules.name} {digest_of(repr(study.rules))}",
        settings=settings,
        seed=draw.seed,
    )
