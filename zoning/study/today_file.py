"""Today's zones as a plan file, so that they can be the first version of a stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.errors import MissingStepError, SettingsError
from zoning.plan.measure import measure
from zoning.plan.store import plan_file, write_plan
from zoning.plan.today import today_plan
from zoning.study.road import ready, travel_from
from zoning.study.stage import source_of, stage_facts

if TYPE_CHECKING:
    from pathlib import Path

    from zoning.progress import Progress
    from zoning.settings import Stage
    from zoning.study.folder import Study


def write_today(
    study: Study, folder: Path, *, stage: Stage | None = None, progress: Progress
) -> Path:
    """Write the zones of today of a stage as a plan file.

    Parameters
    ----------
    study
        The study.
    folder
        Where to; a folder that is there.
    stage
        Which stage; may be left out where the study has one only.
    progress
        Told how far it is.

    Raises
    ------
    MissingStepError
        The study has no zones of today.
    SettingsError
        The study has several stages and none is named, or not the one that is named.
    """
    stages = study.settings.study.stages
    if stage not in stages and (stage is not None or len(stages) > 1):
        raise SettingsError("publish.WHICH_STAGE", stages=", ".join(stages))
    chosen = stages[0] if stage is None else stage
    at_hand = ready(study, progress)
    travel_from(study, at_hand, progress)
    zones = at_hand.inputs.current_zones
    if zones is None:
        raise MissingStepError("study.NO_TODAY")
    facts = stage_facts(study, chosen, inputs=at_hand.inputs)
    source = source_of(study, study.settings.draw, upstream="")
    plan = today_plan(facts, current_zones=zones, source=source, shared=True)
    told = {
        "study": study.settings.study.name,
        "data_date": study.settings.study.data_date or "",
    }
    return write_plan(plan_file(plan, measure(plan, facts), facts=told), folder)
