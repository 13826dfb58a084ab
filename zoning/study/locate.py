"""What the geocoder of a study makes of an address that nobody named exactly so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from zoning.errors import MissingStepError
from zoning.geocode.aliases import read_aliases
from zoning.study.digests import decisions_file
from zoning.study.geocode import study_places
from zoning.study.lookup import Located
from zoning.study.map_names import is_of_map
from zoning.study.place_addresses import found_record
from zoning.study.places import distances
from zoning.study.said import question_about
from zoning.study.whose_school import LISTED_AT_MOST, Outcome, judge, zones_of

if TYPE_CHECKING:
    from zoning.progress import Progress
    from zoning.settings import Stage
    from zoning.study.folder import Study
    from zoning.study.places import Found, Places
    from zoning.study.whose_school import Zones

_SERVED = frozenset({Outcome.ONE_SCHOOL, Outcome.THESE_SCHOOLS, Outcome.NO_SCHOOL})


def locate_address(
    study: Study, plan: str, stage: Stage, words: str, *, progress: Progress
) -> Located:
    """Ask the geocoder for an address.

    Parameters
    ----------
    study
        The study.
    plan, stage
        Whose zones decide whether several candidates come to the same.
    words
        What somebody wrote.
    progress
        Told how far it is.
    """
    try:
        places = study_places(study, progress)
    except MissingStepError:
        return Located((), sure=False, how={})
    every = zones_of(study, plan, places=places, progress=progress)
    (zones,) = [item for item in every if item.stage == stage.value]
    inside = places.in_zones(zones.of_row)
    found = inside.find(words)
    verdict = judge(found, inside, zones)
    sure = verdict.outcome in _SERVED
    rows = found.rows
    if not rows:
        answer = found.answer
        meant = (answer.row, *answer.alternatives)
        rows = verdict.rows or tuple(row for row in meant if row is not None)
    how: dict[str, Any] = {"asked": words, **found_record(found, places)}
    if sure and not found.rows:
        rows, how = _nearest(found, inside, zones, verdict.zones[0], how)
    if verdict.outcome is Outcome.NOT_FOUND or (not sure and is_of_map(found.answer)):
        rows = ()
    ids = tuple(str(places.table["address_id"].iloc[row]) for row in rows[:LISTED_AT_MOST])
    return Located(ids, sure=sure, how=how)


def is_decided(study: Study, words: str) -> bool:
    """Tell whether officers have decided about a text; the geocoder then says what."""
    return read_aliases(decisions_file(study)).of(question_about(words)) is not None


def _nearest(
    found: Found, places: Places, zones: Zones, zone: int, how: dict[str, Any]
) -> tuple[tuple[int, ...], dict[str, Any]]:
    """Return the address of the zone that lies nearest to a point, and say that it stands for it.

    A row that itself is meant is the nearest of all.
    """
    answer = found.answer
    assert answer.lon is not None
    assert answer.lat is not None
    table = places.table
    away = distances(table["lon"].to_numpy(), table["lat"].to_numpy(), answer.lon, answer.lat)
    row = min(
        (row for row in range(len(table)) if zones.of_row[row] == zone),
        key=lambda row: (row != answer.row or away[row] > 0, away[row]),
        default=None,
    )
    if row is None:
        return (), how
    if away[row] > 0:
        how = {
            **how,
            "reasons": [*how["reasons"], {"key": "study_geocode.NEAREST_LISTED", "params": {}}],
        }
    return (row,), how
