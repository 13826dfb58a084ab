"""From which primary zones junior middle zones are put together: a plan, or those of today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.errors import InputError
from zoning.plan.today import today_plan
from zoning.settings import Feeder, Stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from zoning.intake.model import Inputs
    from zoning.plan.facts import Facts
    from zoning.plan.model import Plan
    from zoning.settings import DrawSection
    from zoning.study.folder import Study


def feeds(study: Study, stage: Stage, *, settings: DrawSection) -> Feeder:
    """Return where the primary zones of a stage come from; a primary plan has none.

    Parameters
    ----------
    study
        The study.
    stage
        The stage.
    settings
        The section `[draw]`.

    Raises
    ------
    InputError
        The settings want primary zones that the study has not.
    """
    wanted = settings.feeder
    if stage is not Stage.JUNIOR_MIDDLE or wanted is Feeder.OFF:
        return Feeder.OFF
    if Stage.PRIMARY not in study.settings.study.stages:
        raise InputError("partition.FEEDER_NO_PRIMARY")
    if wanted is Feeder.TODAY and study.settings.inputs.current_zones is None:
        raise InputError("partition.FEEDER_NO_TODAY")
    return wanted


def today_primary(inputs: Inputs, *, primary_facts: Callable[[], Facts]) -> Plan:
    """Return today's primary zones as a plan over the blocks.

    Parameters
    ----------
    inputs
        Checked inputs with zones of today.
    primary_facts
        Gives everything about the primary stage.

    Raises
    ------
    InputError
        There are no zones of today for primary schools.
    """
    zones = inputs.current_zones
    if zones is None or not (zones["stage"] == Stage.PRIMARY.value).any():
        raise InputError("partition.FEEDER_NO_TODAY")
    return today_plan(primary_facts(), current_zones=zones)
