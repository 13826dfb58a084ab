"""Explain a plan: why a block, an address or a school stands where it does."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pydantic

from zoning.errors import MissingStepError, SettingsError, StorageError
from zoning.partition.explain import Explainer
from zoning.partition.problem import UNASSIGNED
from zoning.partition.proof import zone_positions
from zoning.partition.standing import Standing
from zoning.plan.store import read_plan
from zoning.plan.today import today_plan
from zoning.plan.zone_times import zone_times
from zoning.settings import DrawSection, Stage
from zoning.study.compare import TODAY, find_plan
from zoning.study.explain_records import Teller, Upstream
from zoning.study.locate import is_decided, locate_address
from zoning.study.lookup import find_one, find_place
from zoning.study.road import ready, travel_from
from zoning.study.stage import primary_of, source_of, stage_facts, stage_problem
from zoning.study.ways import study_router, way_records

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from numpy.typing import NDArray

    from zoning.intake.model import Inputs
    from zoning.network.routes import Router
    from zoning.partition import Problem
    from zoning.plan.facts import Facts
    from zoning.plan.model import Plan
    from zoning.plan.store import PlanFile
    from zoning.progress import Progress
    from zoning.study.folder import Study
    from zoning.study.lookup import Located, Place

_DRAW = "draw."


@dataclass(frozen=True, eq=False)
class Explained:
    """A plan that answers questions, each with a record of plain values for JSON.

    Parameters
    ----------
    plan_id
        The plan, or "today".
    stage
        Its stage.
    changed
        Input files and settings that are others now than when the plan was drawn; the answers
        are from those of now, except for what counts how much.
    teller
        Puts answers into records.
    addresses
        The bureau's addresses; None where children are counted by block.
    locate
        Asks the geocoder of the study; None where there is none.
    is_decided
        Tells whether officers have decided about a text.
    router
        Makes the ways of the stage ready; None where children are counted by block and live
        nowhere in particular.
    """

    plan_id: str
    stage: str
    changed: tuple[str, ...]
    teller: Teller
    addresses: pd.DataFrame | None
    locate: Callable[[str], Located] | None = None
    is_decided: Callable[[str], bool] | None = None
    router: Callable[[], Router] | None = None

    def about(self) -> dict[str, Any]:
        """Return which plan is explained, and what is to know about all of it."""
        return {
            "plan_id": self.plan_id,
            "stage": self.stage,
            "changed": list(self.changed),
            "too_many_change": self.teller.too_many_change(),
        }

    def address(self, words: str) -> dict[str, Any]:
        """Explain an address, or a compound or village that lies in one block.

        Raises
        ------
        MissingStepError
            There is no such address, or it lies in no block.
        AmbiguousError
            There are several.
        """
        place = find_place(
            words,
            residences=self.teller.facts.residences,
            addresses=self.addresses,
            locate=self.locate,
            is_decided=self.is_decided,
        )
        if place.block_id not in self.teller.position:
            raise MissingStepError("study.ADDRESS_OUTSIDE", name=place.text)
        told = self.teller.place(place, self.addresses)
        return {**told, "ways": self._ways(place, told), "found": place.how}

    def _ways(self, place: Place, told: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the way of each home to each school that serves it."""
        if self.router is None:
            return []
        homes = self.teller.facts.residences.iloc[list(place.rows)]
        schools = [
            home["today_schools"] if told["is_today"] else told["block"]["schools"]
            for home in told["households"]
        ]
        return way_records(self.router(), homes, schools=schools)

    def block(self, words: str) -> dict[str, Any]:
        """Explain a block.

        Raises
        ------
        MissingStepError
            There is no such block.
        AmbiguousError
            There are several.
        """
        return self.teller.block(find_one(words, self.teller.block_names, kind="block"))

    def school(self, words: str) -> dict[str, Any]:
        """Explain a school.

        Raises
        ------
        MissingStepError
            There is no such school.
        AmbiguousError
            There are several.
        """
        names = {school: self.teller.school_names[school] for school in self.teller.zone_of_school}
        return self.teller.school(find_one(words, names, kind="school"))

    def blocks(self) -> list[dict[str, Any]]:
        """Explain all blocks."""
        return [self.teller.block(block) for block in self.teller.position]

    def schools(self) -> list[dict[str, Any]]:
        """Explain all schools."""
        return [self.teller.school(school) for school in sorted(self.teller.zone_of_school)]


def explain_plan(
    study: Study, name: str, *, stage: Stage | None = None, progress: Progress
) -> Explained:
    """Make a plan ready for questions.

    Parameters
    ----------
    study
        The study; whatever comes before drawing is brought up to date.
    name
        Name of a plan, or "today".
    stage
        Whose zones of today; may be left out where the study has one stage.
    progress
        Told how far it is.

    Raises
    ------
    MissingStepError
        The plan is not there or not of these blocks or schools, or there are no zones of today.
    SettingsError
        It is not said which stage of today is meant, or the plan is of another one.
    """
    file = None if name == TODAY else read_plan(find_plan(study, name))
    if file is not None and stage is not None and file.plan.stage != stage.value:
        raise SettingsError("study.OTHER_STAGE", plan=file.plan.plan_id, stage=file.plan.stage)
    wanted = _stage_of_today(study, stage) if file is None else Stage(file.plan.stage)
    at_hand = ready(study, progress)
    travel_from(study, at_hand, progress)
    locate = partial(locate_address, study, name, wanted, progress=progress)
    return explain_kept(
        study,
        file,
        stage=wanted,
        inputs=at_hand.inputs,
        locate=None if at_hand.inputs.addresses is None else locate,
    )


def explain_kept(
    study: Study,
    file: PlanFile | None,
    *,
    stage: Stage,
    inputs: Inputs,
    locate: Callable[[str], Located] | None = None,
) -> Explained:
    """Make a plan ready for questions from what the steps before it have left in `build/`.

    Nothing is computed anew there: a server answers from the last good state.

    Parameters
    ----------
    study
        A study whose travel times have been computed.
    file
        The plan; None for the zones of today.
    stage
        Its stage.
    inputs
        Checked inputs.
    locate
        Asks the geocoder of the study; None where there is none.

    Raises
    ------
    MissingStepError
        The plan is not of these blocks or schools.
    """
    facts = stage_facts(study, stage, inputs=inputs)
    if file is None:
        assert inputs.current_zones is not None
        plan = today_plan(facts, current_zones=inputs.current_zones)
        settings = study.settings.draw
    else:
        plan, settings = file.plan, _settings_of(file.plan)
    primary, upstream = primary_of(
        study, stage, inputs=inputs, settings=settings, plan=None if file is None else plan
    )
    problem = stage_problem(study, facts, inputs=inputs, settings=settings, primary=primary)
    return Explained(
        plan_id=TODAY if file is None else plan.plan_id,
        stage=stage.value,
        changed=() if file is None else _changed(study, plan, upstream=upstream),
        teller=Teller(
            Explainer(_standing(plan, file, problem=problem, facts=facts)),
            facts,
            today=file is None,
            kept_exactly=frozenset() if file is None else _kept_exactly(file.proof),
            upstream=_upstream(primary, upstream),
        ),
        addresses=inputs.addresses,
        locate=locate,
        is_decided=partial(is_decided, study),
        router=None
        if inputs.addresses is None
        else partial(study_router, study, stage, inputs=inputs),
    )


def _standing(plan: Plan, file: PlanFile | None, *, problem: Problem, facts: Facts) -> Standing:
    """Return a plan as it stands in a problem; without a file it is that of today."""
    assignment = _assignment(
        plan, problem, today=file is None, proof={} if file is None else file.proof
    )
    return Standing(
        problem=_as_decided(problem, assignment),
        assignment=assignment,
        time_s=zone_times(problem.zones, facts)[0],
        barriers=_barriers(facts, problem),
        prices=None if file is None else _prices(file.seat_prices, problem),
    )


def _stage_of_today(study: Study, stage: Stage | None) -> Stage:
    if study.settings.inputs.current_zones is None:
        raise MissingStepError("study.NO_TODAY")
    stages = study.settings.study.stages
    if stage is None and len(stages) > 1:
        raise SettingsError("study.WHICH_STAGE")
    return stage or stages[0]


def _settings_of(plan: Plan) -> DrawSection:
    """Return what counted how much when a plan was drawn."""
    tree: dict[str, Any] = {}
    for key, value in plan.source.settings:
        if key.startswith(_DRAW):
            *above, last = key.removeprefix(_DRAW).split(".")
            branch = tree
            for part in above:
                branch = branch.setdefault(part, {})
            branch[last] = json.loads(value)
    try:
        return DrawSection.model_validate(tree)
    except pydantic.ValidationError as error:
        # a setting that only a later version of the program knows
        raise StorageError("study.UNKNOWN_SETTINGS", plan=plan.plan_id) from error


def _assignment(
    plan: Plan,
    problem: Problem,
    *,
    today: bool,
    proof: Mapping[str, pd.DataFrame] = MappingProxyType({}),
) -> NDArray[np.int32]:
    """Return the zone of each block.

    Today's zones go by their schools; so do those of a plan that no search drew, such as today's
    zones that were published: which schools are to share a zone was decided for other years.
    """
    if plan.block_ids != problem.block_ids:
        raise MissingStepError("study.OTHER_BLOCKS", plan=plan.plan_id)
    known = {zone.zone_id for zone in problem.zones} | {zone.zone_id for zone, _ in problem.apart}
    of_school = {
        school: at
        for at, zone in enumerate(problem.zones)
        if problem.homes[at]
        for school in zone.school_ids
    }
    for zone in plan.zones:
        strange = zone.zone_id not in known and zone.school_ids and not today
        if strange and (proof or not set(zone.school_ids) <= set(of_school)):
            raise MissingStepError("study.OTHER_ZONES", plan=plan.plan_id, zone=zone.name)
    place = zone_positions(problem, plan, proof)
    for block in np.flatnonzero(place == UNASSIGNED).tolist():
        schools = plan.zone_of(plan.block_ids[block]).school_ids
        place[block] = of_school.get(schools[0], UNASSIGNED) if schools else UNASSIGNED
    return place.astype(np.int32)


def _as_decided(problem: Problem, assignment: NDArray[np.int32]) -> Problem:
    """Hold the blocks of shared areas where they are: nobody moves them."""
    locks = problem.locks.copy()
    for _, blocks in problem.apart:
        locks[list(blocks)] = assignment[list(blocks)]
    return replace(problem, locks=locks)


def _upstream(primary: Plan | None, plan_id: str) -> Upstream:
    """Name the primary zone of each block; areas without a school do not stay whole."""
    if primary is None:
        return Upstream()
    names = {zone.zone_id: zone.name for zone in primary.zones if zone.school_ids}
    of_block = zip(primary.block_ids, primary.zone_ids, strict=True)
    return Upstream(plan_id, {block: names[zone] for block, zone in of_block if zone in names})


def _barriers(facts: Facts, problem: Problem) -> NDArray[np.int64]:
    place = {block: at for at, block in enumerate(problem.block_ids)}
    hard = facts.adjacency[facts.adjacency["barrier"].astype(bool)]
    return np.column_stack(
        [hard[side].map(place).to_numpy(dtype=np.int64) for side in ("block_a", "block_b")]
    )


def _prices(table: pd.DataFrame, problem: Problem) -> NDArray[np.float64] | None:
    """Return prices by zone and year; None for a plan that has none, such as one made by hand."""
    if table.empty:
        return None
    wide = table.pivot_table(index="zone_id", columns="year", values="price_min")
    ids = [zone.zone_id for zone in problem.zones]
    prices: NDArray[np.float64] = (
        wide.reindex(index=ids, columns=list(problem.years)).fillna(0.0).to_numpy(np.float64)
    )
    return prices


def _kept_exactly(proof: Mapping[str, pd.DataFrame]) -> frozenset[tuple[str, int]]:
    """Return the zones and years whose seats the proof keeps exactly, without a price."""
    if "proof_seats" not in proof:
        return frozenset()
    seats = proof["proof_seats"]
    rows = seats.loc[seats["kept"] == 1, ["zone_id", "year"]].itertuples(index=False)
    return frozenset((str(zone), int(year)) for zone, year in rows)


def _changed(study: Study, plan: Plan, *, upstream: str) -> tuple[str, ...]:
    """Name input files and settings that are others now than when a plan was drawn."""
    now = source_of(study, study.settings.draw, upstream=upstream)
    files = dict(plan.source.inputs).items() ^ dict(now.inputs).items()
    settings = dict(plan.source.settings).items() ^ dict(now.settings).items()
    keys = {key for key, _ in settings if not key.startswith(_DRAW)}
    if plan.source.rule_set != now.rule_set:
        keys.add("study.rule_set")
    return (*sorted({name for name, _ in files}), *sorted(keys))
