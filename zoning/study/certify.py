"""Certify a plan: put its problem again from the study's inputs, and check rules and bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from zoning.errors import MissingStepError, SettingsError
from zoning.messages import Phrase
from zoning.partition.certificate import certify, exempt
from zoning.partition.proof import prices_from, rules_of, unavoidable_overload, zone_positions
from zoning.partition.reasons import limit_reasons
from zoning.plan.seal import whole
from zoning.plan.store import altered, is_genuine, read_as_it_is
from zoning.plan.today import today_plan
from zoning.settings import Stage
from zoning.study.compare import TODAY, find_plan
from zoning.study.faults import Fault, Teller
from zoning.study.reason_records import reason_records
from zoning.study.road import ready, travel_from
from zoning.study.stage import primary_of, source_of, stage_facts, stage_problem
from zoning.study.stated import OF_INPUTS, restated, stated_figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    import pandas as pd
    from numpy.typing import NDArray

    from zoning.partition import Problem
    from zoning.partition.certificate_input import Prices
    from zoning.plan.facts import Facts
    from zoning.plan.model import Plan, Provenance
    from zoning.plan.store import PlanFile
    from zoning.progress import Progress
    from zoning.study.folder import Study

# how long the search works decides nothing about what a plan has to keep
SEARCH_SETTINGS = frozenset({"draw.rounds", "draw.enough_gap"})


@dataclass(frozen=True)
class Certified:
    """What the certificate says of one plan; amounts are child-minutes.

    Parameters
    ----------
    plan, stage
        Id of the plan, or "today", and its stage.
    objective
        Recomputed.
    bound
        Lower bound that the stored prices prove; None where they prove nothing.
    claimed
        Higher bound that the search states beyond its prices; None where it states none.
    overload, unavoidable
        Children over the seats by year, and how many of them no plan can avoid.
    priced
        Whether overload has a price: then it is a cost like others and breaks no rule.
    broken, unproved
        Rules that the plan breaks; why its bound, or its file, does not hold.
    exempt
        Names by id of the blocks that need not hang together with a school, because the ground
        leaves them no way to any.
    reasons
        Years in which the limit of changes leaves children without seats, with values of
        `partition.WHY_CHANGE_LIMIT`. They are no part of the certificate.
    digest
        SHA-256 of all layers and tables of its file, as they are; "" of the zones of today.
    """

    plan: str
    stage: str
    objective: float
    bound: float | None
    claimed: float | None
    overload: Mapping[int, int]
    unavoidable: Mapping[int, int]
    priced: bool
    broken: tuple[Fault, ...]
    unproved: tuple[Fault, ...]
    exempt: Mapping[str, str] = field(default_factory=dict)
    reasons: tuple[Mapping[str, Any], ...] = ()
    digest: str = ""

    @property
    def certified(self) -> bool:
        """Whether every rule is kept that can be and the bound is proved."""
        return not self.broken and not self.unproved

    @property
    def lacks_seats(self) -> bool:
        """Whether children have no seat who should have one."""
        return bool(self.overload) and not self.priced

    @property
    def gap(self) -> float | None:
        """Share by which a plan could be better at most, as far as prices prove it.

        None for a plan that breaks a rule: the bound is one of plans that keep them.
        """
        return None if self.bound is None or self.broken else self._share_above(self.bound)

    @property
    def claimed_gap(self) -> float | None:
        """The same, as far as the search states it."""
        return None if self.claimed is None or self.broken else self._share_above(self.claimed)

    def _share_above(self, bound: float) -> float:
        return max(self.objective - bound, 0.0) / self.objective if self.objective > 0 else 0.0


def certify_plan(
    study: Study, name: str, *, stage: Stage | None = None, progress: Progress
) -> tuple[Certified, ...]:
    """Check a plan against the inputs that the study has now.

    Parameters
    ----------
    study
        The study; travel times are brought up to date.
    name
        Name of a plan, or "today".
    stage
        Stage of "today"; None takes all of the study. Of a plan it has to be the plan's own.
    progress
        Told how far it is.

    Raises
    ------
    MissingStepError
        The plan is not there, or is one of other blocks; or there are no zones of today.
    SettingsError
        The plan is of another stage.
    StorageError
        The plan file cannot be read.
    """
    content = None if name == TODAY else read_as_it_is(find_plan(study, name))
    if content is None and study.settings.inputs.current_zones is None:
        raise MissingStepError("study.NO_TODAY")
    stages: Sequence[Stage] = study.settings.study.stages if stage is None else (stage,)
    if content is not None:
        own = Stage(content.plan.stage)
        if stage not in {None, own}:
            raise SettingsError("certificate.OTHER_STAGE", plan=content.facts["plan_id"], stage=own)
        stages = (own,)
    at_hand = ready(study, progress)
    travel_from(study, at_hand, progress)
    certified = []
    for one in stages:
        facts = stage_facts(study, one, inputs=at_hand.inputs)
        primary, upstream = primary_of(
            study,
            one,
            inputs=at_hand.inputs,
            settings=study.settings.draw,
            plan=None if content is None else content.plan,
        )
        problem = stage_problem(
            study, facts, inputs=at_hand.inputs, settings=study.settings.draw, primary=primary
        )
        names = dict(zip(facts.blocks["block_id"], facts.blocks["name"], strict=True))
        progress("certify")
        if content is None:
            assert at_hand.inputs.current_zones is not None, "asked for before"
            today = today_plan(facts, current_zones=at_hand.inputs.current_zones)
            certified.append(check_plan(problem, today, names=names))
            continue
        if set(content.plan.block_ids) != set(names):
            raise MissingStepError("study.OTHER_BLOCKS", plan=content.facts["plan_id"])
        now = source_of(study, study.settings.draw, upstream=upstream)
        certified.append(
            check_plan(
                problem,
                content.plan,
                names=names,
                file=content,
                changed=changes(content.plan.source, now),
                facts=facts,
            )
        )
    return tuple(certified)


def changes(then: Provenance, now: Provenance) -> tuple[str, ...]:
    """Name what a plan was made from that is different now.

    Parameters
    ----------
    then, now
        What the plan was made from, and what it would be made from now.
    """
    names = []
    for old, new in ((then.inputs, now.inputs), (then.settings, now.settings)):
        before, after = dict(old), dict(new)
        keys = sorted((before.keys() | after.keys()) - SEARCH_SETTINGS)
        names += [key for key in keys if before.get(key) != after.get(key)]
    return (*names, *([then.rule_set] if then.rule_set != now.rule_set else []))


def check_plan(
    problem: Problem,
    plan: Plan,
    *,
    names: Mapping[str, str],
    file: PlanFile | None = None,
    changed: tuple[str, ...] = (),
    facts: Facts | None = None,
) -> Certified:
    """Check a plan of a problem.

    Parameters
    ----------
    problem
        Put from inputs and settings, not taken from the search.
    plan
        The plan.
    names
        Name by block id.
    file
        Its file, which holds the prices; None for the zones of today.
    changed
        What the plan was made from that is different now.
    facts
        What the figures of the file are measured against, where they are to be measured again.
    """
    proof = {} if file is None else file.proof
    zone = zone_positions(problem, plan, proof)
    prices, unproved = _prices(problem, proof)
    broken, faults, objective, bound = certify(rules_of(problem), zone, prices)
    over = problem.overload(zone.astype(np.int32)).sum(axis=0)
    least = np.minimum(unavoidable_overload(problem, proof), over)
    if prices is None:
        # without prices nobody stated how many children may be over the seats
        broken = [
            item for item in broken if item[0] != "OVER_SEATS" or over[item[2]] > least[item[2]]
        ]
    teller = Teller(problem, zone, names)
    unproved += teller.tell(faults)
    cost, claimed = objective * problem.unit, None
    if file is not None:
        by_prices = None if bound is None else bound * problem.unit
        claimed, wrong = stated_figures(
            file.facts, prices, cost=cost, bound=by_prices, unit=problem.unit
        )
        unproved += wrong
        # a plan that is not the one of its id, or is of other inputs, has other figures
        if facts is not None and not changed and is_genuine(file):
            unproved += restated(file, problem, zone, facts)
        unproved = _causes_first(unproved, changed=changed, file=file)
    return Certified(
        plan=TODAY if file is None else file.facts["plan_id"],
        stage=plan.stage,
        objective=cost,
        bound=None if bound is None else bound * problem.unit,
        claimed=claimed,
        overload=_by_year(problem, over),
        unavoidable=_by_year(problem, least),
        priced=problem.overload_price is not None,
        broken=(*teller.tell(broken), *_avoidable(problem, over, least, said=broken)),
        unproved=tuple(unproved),
        exempt={
            block: names.get(block) or block
            for block, free in zip(problem.block_ids, exempt(rules_of(problem)), strict=True)
            if free
        },
        reasons=tuple(reason_records(problem, limit_reasons(problem, zone.astype(np.int32)))),
        digest="" if file is None else whole(file.found),
    )


def _prices(
    problem: Problem, proof: Mapping[str, pd.DataFrame]
) -> tuple[Prices | None, list[Fault]]:
    if not proof:
        return None, [Fault("NO_PRICES", {})]
    try:
        return prices_from(problem, proof), []
    except ValueError:
        return None, [Fault("PRICES_UNFIT", {})]


def _avoidable(
    problem: Problem,
    over: NDArray[np.int64],
    least: NDArray[np.int64],
    *,
    said: list[tuple[object, ...]],
) -> list[Fault]:
    """Tell of children over the seats who are not shown to be so in every plan."""
    if problem.overload_price is not None:
        return []
    named = {item[2] for item in said if item[0] == "OVER_SEATS"}
    return [
        Fault(
            "OVER_AVOIDABLE",
            {"year": problem.years[at], "count": int(over[at]), "least": int(least[at])},
        )
        for at in np.flatnonzero(over > least)
        if at not in named
    ]


def _causes_first(
    unproved: list[Fault], *, changed: tuple[str, ...], file: PlanFile
) -> list[Fault]:
    """Put first what the rest may follow from; figures of other inputs are other figures."""
    if changed:
        rest = [item for item in unproved if item.code not in OF_INPUTS]
        unproved = [Fault("INPUTS", {"names": "、".join(changed)}), *rest]
    first = [] if is_genuine(file) else [Fault("CHANGED", {})]
    first += [Fault("ALTERED", {"table": Phrase(f"plan.TABLE_{name}")}) for name in altered(file)]
    if not file.stated:
        first.append(Fault("UNSEALED", {}))
    return [*first, *unproved]


def _by_year(problem: Problem, amount: NDArray[np.int64]) -> dict[int, int]:
    return {
        year: int(count) for year, count in zip(problem.years, amount, strict=True) if count > 0
    }
