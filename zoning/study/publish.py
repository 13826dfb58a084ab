"""What a plan would answer to every address of a study, and what that changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.errors import SettingsError, StorageError
from zoning.geocode.kernels import NO_ZONE
from zoning.intake.basemap import WAYS_FILE
from zoning.plan.seal import whole
from zoning.plan.store import read_plan
from zoning.progress import silent
from zoning.publish.answers import Answer, Answers
from zoning.publish.review import TODAY, Before, Review, review
from zoning.publish.sources import Place
from zoning.study.cache import read_stamp
from zoning.study.compare import find_plan
from zoning.study.geocode import study_places
from zoning.study.lookup import shown_text
from zoning.study.map_names import MAP_NAMES_FILE
from zoning.study.place_addresses import STEP
from zoning.study.places import (
    GAZETTEER_FILE,
    PARTS_FILE,
    TABLE_FILE,
    WORDS,
    texts_of,
    words_of,
)
from zoning.study.whose_school import Zones, judge, zones_of, zones_on_file
from zoning.study.zone_sources import compare_sources

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from pathlib import Path

    import pandas as pd

    from zoning.plan.store import PlanFile
    from zoning.progress import Progress
    from zoning.publish.version import Version
    from zoning.study.folder import Study
    from zoning.study.places import Found, Places
    from zoning.study.zone_sources import SourceFiles

Drawn = dict[str, tuple[str, ...]]
# what addresses say is kept for so many, and not for a city
AT_ONCE = 5_000


@dataclass(frozen=True, eq=False)
class Candidate:
    """A plan that may be published.

    Parameters
    ----------
    file
        Its file.
    content
        What the file holds.
    """

    file: Path
    content: PlanFile

    @property
    def digest(self) -> str:
        """SHA-256 of all that the file says, which `zoning certify` prints."""
        return whole(self.content.found)


@dataclass(frozen=True, eq=False)
class Answered:
    """What is answered to the addresses of a study under a plan.

    Parameters
    ----------
    answers
        What the look-up says to the words of each address.
    drawn
        Schools of the zone that the point of each address lies in; empty outside all zones.
    """

    answers: Answers
    drawn: Drawn


def candidate(study: Study, name: str, *, school_year: int) -> Candidate:
    """Read a plan that is to be published.

    Parameters
    ----------
    study
        The study.
    name
        Id of the plan, the beginning of it, or a file.
    school_year
        The year from which it is to hold.

    Raises
    ------
    MissingStepError
        There is no such plan.
    StorageError
        The file is damaged, was changed, or holds no digests by which a change would be noticed.
    SettingsError
        The plan is not for that year.
    """
    file = find_plan(study, name)
    content = read_plan(file)
    if not content.stated:
        raise StorageError("publish.NOT_SEALED", file=file.name)
    years = content.plan.years
    if school_year not in years:
        said = ", ".join(map(str, years))
        raise SettingsError("publish.OTHER_YEAR", plan=content.plan.plan_id, years=said)
    return Candidate(file, content)


def index_files(study: Study) -> dict[str, Path]:
    """Return the addresses ready to be asked, roads and names of the map, by their names.

    `study_places` has to be called first.
    """
    folder = study.build / STEP
    roads = study.build / "basemap" / WAYS_FILE
    own = tuple(folder / name for name in (GAZETTEER_FILE, TABLE_FILE, PARTS_FILE))
    more = (file for file in (folder / MAP_NAMES_FILE, roads) if file.is_file())
    return {file.name: file for file in (*own, *more)}


def answered(places: Places, *zonings: Zones, progress: Progress = silent) -> tuple[Answered, ...]:
    """Ask for every address of the table in its own words, in one or several states of the zones.

    What an address says is read once for all of them.

    Parameters
    ----------
    places
        The addresses.
    zonings
        Whose schools are meant.
    progress
        Told how many addresses were asked.
    """
    table = places.table
    ids = [str(address) for address in table["address_id"]]
    inside = [places.in_zones(zones.of_row) for zones in zonings]
    known: dict[Answer, Answer] = {}
    given: list[dict[str, Answer]] = [{} for _ in zonings]
    for first in range(0, len(ids), AT_ONCE):
        progress("answers", first, len(ids))
        rows = table.iloc[first : first + AT_ONCE][list(WORDS)]
        read = places.read_all(texts_of(words_of(rows)))
        for own, zones, answers in zip(inside, zonings, given, strict=True):
            found = own.find_rows(rows, read=read)
            said = (_said(item, own, zones) for item in found)
            answers.update(
                (name, known.setdefault(answer, answer))
                for name, answer in zip(ids[first : first + AT_ONCE], said, strict=True)
            )
    texts = _texts(ids, table)
    return tuple(
        Answered(Answers(answers, texts), _drawn(ids, zones))
        for answers, zones in zip(given, zonings, strict=True)
    )


def _said(found: Found, places: Places, zones: Zones) -> Answer:
    """Return what is answered where something was found."""
    verdict = judge(found, places, zones)
    meant = verdict.zones or tuple(
        int(zones.of_row[row]) for row in verdict.rows if zones.of_row[row] != NO_ZONE
    )
    schools = {school for zone in meant for school in zones.schools[zone]}
    return Answer(verdict.outcome.value, tuple(sorted(schools)))


def _drawn(ids: Sequence[str], zones: Zones) -> Drawn:
    return {
        name: zones.schools[zone] if zone != NO_ZONE else ()
        for name, zone in zip(ids, zones.of_row.tolist(), strict=True)
    }


def _texts(ids: Sequence[str], table: pd.DataFrame) -> dict[str, str]:
    rows = table[list(WORDS)].fillna("").astype(str).itertuples(index=False)
    return {
        name: shown_text(
            name=row.name,
            division=row.division,
            community=row.community,
            door=f"{row.road}{row.number}",
        )
        for name, row in zip(ids, rows, strict=True)
    }


def review_plan(
    study: Study,
    plan: Candidate,
    *,
    term: tuple[int, date],
    before: tuple[Version, PlanFile, Answers] | None,
    displaced: tuple[Version, ...] = (),
    sources: SourceFiles,
    progress: Progress,
) -> Review:
    """Say what the publication of a plan would change.

    Parameters
    ----------
    study
        The study; its addresses are made ready to be asked.
    plan
        The plan.
    term
        School year, and the first day.
    before
        The version that would be in force on that day, its plan, and its answers when it was
        published; None where there is none, and then the zones of today are compared.
    displaced
        Versions that would then never come into force.
    sources
        Files that are to say the same as the polygons.
    progress
        Told how far it is.

    Raises
    ------
    MissingStepError
        The study has no addresses with a point.
    InputError
        Its inputs or one of the files are refused.
    """
    places = study_places(study, progress)
    zones = zones_on_file(plan.content, places)
    stage = plan.content.plan.stage
    former = _former_zones(study, before, stage=stage, places=places, progress=progress)
    now, *again = answered(places, zones, *former, progress=progress)
    until_now = _until_now(before, again[0].answers if again else None)
    stamp = read_stamp(study.build / STEP)
    return review(
        now.answers,
        until_now,
        plan=(stage, plan.content.plan.plan_id),
        term=term,
        displaced=displaced,
        sources=compare_sources(
            sources,
            stage=stage,
            school_names=zones.school_names,
            places=_named(places, now.answers),
            drawn=now.drawn,
        ),
        unplaced=0 if stamp is None else int(stamp.facts["missing"]),
        school_names={**_names(before), **zones.school_names},
    )


def _named(places: Places, answers: Answers) -> list[Place]:
    """Return the addresses as zone texts name them."""
    table = places.table
    words = table[["name", "road", "number"]].fillna("").astype(str).to_numpy()
    ids = [str(address) for address in table["address_id"]]
    return [Place(name, answers.texts[name], *row) for name, row in zip(ids, words, strict=True)]


def _names(before: tuple[Version, PlanFile, Answers] | None) -> Mapping[str, str]:
    if before is None:
        return {}
    schools = before[1].schools
    return dict(zip(schools["school_id"], schools["name"], strict=True))


def _former_zones(
    study: Study,
    before: tuple[Version, PlanFile, Answers] | None,
    *,
    stage: str,
    places: Places,
    progress: Progress,
) -> tuple[Zones, ...]:
    """Return the zones until now: of a version, else the bureau's of today; none where none are."""
    if before is not None:
        return (zones_on_file(before[1], places),)
    if study.settings.inputs.current_zones is None:
        return ()
    every = zones_of(study, TODAY, places=places, progress=progress)
    return tuple(zones for zones in every if zones.stage == stage)[:1]


def _until_now(before: tuple[Version, PlanFile, Answers] | None, again: Answers | None) -> Before:
    """Return what was answered until now, and what is answered in the same zones today."""
    if before is not None:
        return Before(before[0].version_id, before[2], again)
    return Before() if again is None else Before(TODAY, None, again)
