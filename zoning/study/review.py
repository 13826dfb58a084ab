"""The review queue of a study: addresses that have no point yet, those that matter most first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from zoning.errors import MissingStepError, StorageError
from zoning.geocode.aliases import record_decisions
from zoning.geocode.kernels import NO_ZONE
from zoning.geocode.queue import MOST_CHOICES, Asked, Queue, is_queued, review_queue
from zoning.geocode.queue_book import queue_book
from zoning.geocode.queue_reading import QueueRead, read_queue
from zoning.geocode.rows import Rows
from zoning.messages import os_reason, text
from zoning.plan.store import SUFFIX, read_plan
from zoning.study.compare import TODAY, find_plan
from zoning.study.digests import decisions_file
from zoning.study.geocode import geocode, study_places
from zoning.study.geocode_text import explanation
from zoning.study.said import question_about, row_text
from zoning.study.taking_in import take_in
from zoning.study.whose_school import (
    BY_ROAD,
    along,
    other_zone,
    zones_drawn_today,
    zones_on_file,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from zoning.geocode.answer import Answer
    from zoning.geocode.match import Question
    from zoning.intake.model import Inputs
    from zoning.progress import Progress
    from zoning.settings import Stage
    from zoning.study.folder import Study
    from zoning.study.places import Found, Places
    from zoning.study.whose_school import Zones


@dataclass(frozen=True, eq=False)
class Review:
    """What is to be decided about the addresses of a study.

    Parameters
    ----------
    queue
        Texts, those with the most children × chance of another zone first.
    places
        The addresses that have a point.
    zones
        Zones by which they are sorted, of one stage each; none where there is no plan: a wrong
        point then stands for a wrong zone.
    """

    queue: Queue
    places: Places
    zones: tuple[Zones, ...]

    def book(self, language: str) -> bytes:
        """Return the workbook that an officer fills in."""

        def zone_of(row: int) -> str:
            said = [_zone_name(zones, row, language) for zones in self.zones]
            return text("study_geocode.STAGE_SIGN", language).join(said)

        return queue_book(
            self.queue,
            Rows.of(self.places.geocoder.gazetteer),
            explain=lambda answer: _explained(answer, language),
            language=language,
            zone_of=zone_of if self.zones else None,
        )


def _zone_name(zones: Zones, row: int, language: str) -> str:
    zone = int(zones.of_row[row])
    names = [] if zone == NO_ZONE else [zones.school_names[key] for key in zones.schools[zone]]
    sign = text("study_geocode.LIST_SIGN", language)
    schools = sign.join(names) or text("queue.NO_ZONE", language)
    stage = text(f"cli.STAGE_{zones.stage}", language)
    return text("queue.ZONE_OF_STAGE", language, {"stage": stage, "schools": schools})


def _explained(answer: Answer, language: str) -> str:
    said = [{"key": reason.key, "params": reason.params} for reason in answer.reasons]
    return explanation(said, language)


def review(study: Study, *, plan: str | None, progress: Progress) -> Review:
    """Return what is to be decided about the addresses of a study.

    The zones are read from the plan's own file: a study that is refused because children live at
    these very addresses has its queue all the same.

    Parameters
    ----------
    study
        The study.
    plan
        Name of a plan, or "today"; None for the newest plan of each stage.
    progress
        Told how far it is.

    Raises
    ------
    InputError
        The addresses cannot be read; the error carries all findings.
    MissingStepError
        The plan is not there, the study has no zones of today, or no address has a point.
    """
    records = geocode(study, progress).records
    places = study_places(study, progress)
    intake = take_in(study, progress).intake
    inputs = intake.inputs or intake.draft
    zones = _zones(study, plan, places=places, inputs=inputs)
    found = _found(records, places)
    left = [at for at, item in enumerate(found) if is_queued(item.answer)]
    rows = [records[at] for at in left]
    chances = {item.stage: _found(rows, places.in_zones(item.of_row)) for item in zones}
    children = _children(study, inputs)
    asked = [
        _asked(
            record,
            children.get(str(record["address_id"]), {}),
            {item.stage: other_zone(chances[item.stage][at], item) for item in zones},
        )
        for at, record in enumerate(rows)
    ]
    answers = [_with_choices(found[at], places) for at in left]
    return Review(review_queue(asked, answers), places, tuple(zones))


def _found(records: Sequence[Mapping[str, Any]], places: Places) -> list[Found]:
    return places.find_rows(pd.DataFrame(list(records))) if records else []


def _question(record: Mapping[str, Any]) -> Question:
    return question_about(row_text(record, name=record["name"]))


def _zones(study: Study, plan: str | None, *, places: Places, inputs: Inputs | None) -> list[Zones]:
    stages = study.settings.study.stages
    if plan == TODAY:
        if inputs is None or inputs.current_zones is None:
            raise MissingStepError("study.NO_TODAY")
        return [zones_drawn_today(inputs, stage, places=places) for stage in stages]
    if plan is not None:
        files = [find_plan(study, plan)]
    else:
        files = [file for stage in stages for file in _newest(study, stage)]
    return [zones_on_file(read_plan(file), places) for file in files]


def _newest(study: Study, stage: Stage) -> list[Path]:
    """Return the file of the stage's newest plan, if there is one."""
    files = sorted(study.plans.glob(f"{stage.value}-*{SUFFIX}"))
    return [max(files, key=lambda file: file.stat().st_mtime_ns)] if files else []


def _children(study: Study, inputs: Inputs | None) -> dict[str, dict[str, float]]:
    """Return the children of all years by address, then stage; only where they were counted."""
    if inputs is None or "address_id" not in inputs.demand:
        return {}
    demand = inputs.demand[inputs.demand["year"].isin(study.settings.study.years)]
    counted = demand.groupby(["address_id", "stage"])["children"].sum()
    found: dict[str, dict[str, float]] = {}
    for (address, stage), count in counted.items():
        found.setdefault(str(address), {})[str(stage)] = float(count)
    return found


def _asked(
    record: Mapping[str, Any], children: Mapping[str, float], chances: Mapping[str, float]
) -> Asked:
    """Return an address as a question.

    Parameters
    ----------
    record
        Its words.
    children
        Its children by stage; empty where nobody counted them.
    chances
        How often it lies in another zone, by stage; their mean is weighted by the children.
    """
    chance = max(chances.values()) if chances else None
    counted = sum(children.get(stage, 0.0) for stage in chances)
    if counted:
        shares = (children.get(stage, 0.0) * share for stage, share in chances.items())
        chance = sum(shares) / counted
    total = sum(children.values()) if children else None
    return Asked(str(record["address_id"]), _question(record), total, other_zone=chance)


def _with_choices(found: Found, places: Places) -> Answer:
    """Return an answer with as many choices as the workbook shows, where it rests on a road."""
    answer = found.answer
    if found.rows or answer.lon is None or answer.code not in BY_ROAD:
        return answer
    near = [row for row in along(answer, places) if row != answer.row]
    others = dict.fromkeys((*answer.alternatives, *near))
    return replace(answer, alternatives=tuple(others)[: MOST_CHOICES - 1])


def take_decisions(study: Study, file: Path, *, when: datetime, progress: Progress) -> QueueRead:
    """Read what an officer has decided about addresses of a study, and keep it there.

    Parameters
    ----------
    study
        The study.
    file
        The workbook.
    when
        Time of the decisions.
    progress
        Told how far it is.

    Raises
    ------
    StorageError
        The workbook cannot be read, or the decisions cannot be kept.
    """
    records = geocode(study, progress).records
    places = study_places(study, progress)
    questions = {str(item["address_id"]): _question(item) for item in records}
    asked = [Asked(key, question) for key, question in questions.items()]
    queue = review_queue(asked, [item.answer for item in _found(records, places)])
    read = read_queue(
        file,
        questions=questions,
        queued=[item.id for item in queue.items],
        rows=Rows.of(places.geocoder.gazetteer),
        when=when,
    )
    kept = decisions_file(study)
    try:
        kept.parent.mkdir(exist_ok=True)
    except OSError as error:
        raise StorageError("queue.NOT_WRITTEN", file=kept, reason=os_reason(error)) from error
    record_decisions(kept, read.decisions)
    return read
