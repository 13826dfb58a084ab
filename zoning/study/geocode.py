"""The geocoder of a study: what every other part asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from zoning.errors import InputError, MissingStepError
from zoning.findings import has_errors
from zoning.geocode.aliases import read_aliases
from zoning.geocode.reviewed import ALIAS, DECIDED_NONE
from zoning.study.digests import decisions_file
from zoning.study.named_roads import NamedRoads
from zoning.study.place_addresses import STEP, read_answers, valid_stamp
from zoning.study.places import open_places
from zoning.study.taking_in import take_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from zoning.progress import Progress
    from zoning.study.cache import Stamp
    from zoning.study.folder import Study
    from zoning.study.places import Places


@dataclass(frozen=True)
class Geocoded:
    """Where the addresses lie that have no coordinates.

    Parameters
    ----------
    stamp
        When it was found out, and how many there are.
    records
        One record an address.
    """

    stamp: Stamp
    records: tuple[Mapping[str, Any], ...]

    @property
    def counts(self) -> dict[str, tuple[int, int]]:
        """Addresses by match code, and how many of them were accepted."""
        counts: dict[str, tuple[int, int]] = {}
        for item in self.records:
            every, taken = counts.get(item["match_code"], (0, 0))
            counts[item["match_code"]] = (every + 1, taken + int(item["accepted"]))
        return counts

    @property
    def decided(self) -> int:
        """How many of them officers have decided about."""
        keys = [{reason["key"] for reason in item["reasons"]} for item in self.records]
        return sum(not said.isdisjoint({ALIAS, DECIDED_NONE}) for said in keys)


def geocode(study: Study, progress: Progress) -> Geocoded:
    """Find out where the addresses lie that have no coordinates.

    It does so even where the check refuses the inputs, since that may be for want of these points.

    Raises
    ------
    InputError
        The addresses cannot be read; the error carries all findings.
    MissingStepError
        No address has a point, or children are counted by block.
    """
    stamp = _ensure(study, progress)
    return Geocoded(stamp, tuple(read_answers(study.build / STEP)))


def study_places(study: Study, progress: Progress) -> Places:
    """Return the addresses of a study, ready to be asked.

    Raises
    ------
    InputError
        The addresses cannot be read; the error carries all findings.
    MissingStepError
        No address has a point, or children are counted by block.
    """
    _ensure(study, progress)
    return open_places(
        study.build / STEP,
        lines=NamedRoads(study.build / "basemap").lines,
        aliases=read_aliases(decisions_file(study)),
    )


def _ensure(study: Study, progress: Progress) -> Stamp:
    if study.settings.inputs.addresses is None:
        raise MissingStepError("study_geocode.NO_ADDRESSES")
    stamp = valid_stamp(study)
    if stamp is not None:
        return stamp
    taken = take_in(study, progress, geocoder=True)
    if taken.placer.stamp is not None:
        return taken.placer.stamp
    if has_errors(taken.findings):
        raise InputError("study_geocode.NOT_READ", findings=taken.findings)
    raise MissingStepError("study_geocode.NO_POINTS")
