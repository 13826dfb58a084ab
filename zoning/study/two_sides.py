"""A plan beside what it is compared with: both read over the inputs that the study has now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.errors import MissingStepError, SettingsError
from zoning.plan.facts import served, served_today
from zoning.plan.store import read_plan
from zoning.settings import Stage
from zoning.study.compare import TODAY, find_plan
from zoning.study.road import ready, travel_from
from zoning.study.stage import stage_facts

if TYPE_CHECKING:
    from zoning.intake.model import Inputs
    from zoning.plan.facts import Facts, Served
    from zoning.plan.store import PlanFile
    from zoning.progress import Progress
    from zoning.study.folder import Study

CURRENT = "current"


@dataclass(frozen=True, eq=False)
class TwoSides:
    """A plan, and what holds before it.

    Parameters
    ----------
    new
        File of the plan.
    old
        File of the plan before; None for the bureau's zones of today.
    inputs
        The bureau's files.
    facts
        What both are measured against.
    before, after
        Which school serves each residence.
    """

    new: PlanFile
    old: PlanFile | None
    inputs: Inputs
    facts: Facts
    before: Served
    after: Served

    @property
    def before_name(self) -> str:
        """Id of the plan before, or "today"."""
        return TODAY if self.old is None else self.old.plan.plan_id


def two_sides(
    study: Study, name: str, *, before: str = TODAY, of_today: str, progress: Progress
) -> TwoSides:
    """Read a plan and what it is compared with.

    Parameters
    ----------
    study
        The study; its travel times are brought up to date.
    name
        Name of the plan, or its file.
    before
        Name of another plan, or "today" (also "current"): the bureau's zones of today.
    of_today
        What is said where the plan itself is "today": a key of the catalogue.
    progress
        Told how far it is.

    Raises
    ------
    MissingStepError
        A plan is not there or is one of other blocks, or the study has no zones of today.
    SettingsError
        The plan is "today", or the plans are of two stages.
    """
    before = TODAY if before == CURRENT else before
    if name in {TODAY, CURRENT}:
        raise SettingsError(of_today)
    if before == TODAY and study.settings.inputs.current_zones is None:
        raise MissingStepError("study.NO_TODAY")
    new = read_plan(find_plan(study, name))
    old = None if before == TODAY else read_plan(find_plan(study, before))
    if old is not None and old.plan.stage != new.plan.stage:
        raise SettingsError("study.TWO_STAGES", before=old.plan.stage, after=new.plan.stage)
    at_hand = ready(study, progress)
    travel_from(study, at_hand, progress)
    facts = stage_facts(study, Stage(new.plan.stage), inputs=at_hand.inputs)
    for file in filter(None, (old, new)):
        if set(file.plan.block_ids) != set(facts.blocks["block_id"]):
            raise MissingStepError("study.OTHER_BLOCKS", plan=file.plan.plan_id)
    held = served_today(facts) if old is None else served(old.plan, facts)
    return TwoSides(new, old, at_hand.inputs, facts, held, served(new.plan, facts))
