"""Whether a version is answered today as it was when it was published.

Its addresses and its plan are kept; the program that reads an address is not. Another geocoder than
the one that was recorded is asked every address of the version in its own words first: where an
answer differs, the look-up stays closed until somebody has said yes to just these differences.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webmap.errors import NotAcceptedError
from zoning.plan.store import read_plan
from zoning.publish.answers import read_answers
from zoning.publish.changes import Change, changes, digest_of_changes
from zoning.study.place_addresses import geocoder_version
from zoning.study.publish import answered
from zoning.study.whose_school import zones_on_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from webmap.services.archive import Archive
    from webmap.services.yeses import Yeses
    from zoning.lookup.opening import Kept as KeptStudy
    from zoning.publish.version import Version

# a yes is heard by every worker this much later at most
KEPT_S = 5.0


@dataclass(frozen=True)
class Differences:
    """What the geocoder of now answers otherwise than was recorded with a version.

    Parameters
    ----------
    version_id
        The version.
    geocoder
        The geocoder of now.
    asked
        How many addresses were asked.
    changes
        Address by address.
    school_names
        Name by school id.
    """

    version_id: str
    geocoder: str
    asked: int
    changes: tuple[Change, ...]
    school_names: Mapping[str, str]

    @property
    def to_accept(self) -> str:
        """Digest by which somebody says yes to just these; empty where there are none."""
        if not self.changes:
            return ""
        return digest_of_changes(self.changes, base=f"{self.version_id} {self.geocoder}")


class Agreement:
    """Compares recorded answers with those of now, once for each version.

    Parameters
    ----------
    archive
        What was kept of each version.
    yeses
        What somebody has said yes to.
    geocoder
        What tells the geocoder of now from another; None takes that of this program.
    ticks
        Returns seconds that never go back; what is read is kept for `KEPT_S` of them.
    """

    def __init__(
        self,
        archive: Archive,
        yeses: Yeses,
        *,
        geocoder: str | None = None,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._archive = archive
        self._yeses = yeses
        self._geocoder = geocoder_version() if geocoder is None else geocoder
        self._ticks = ticks
        self._lock = threading.Lock()
        self._found: dict[str, Differences] = {}
        self._said: dict[str, tuple[float, frozenset[str]]] = {}

    def differences(self, version: Version, file: Path, kept: KeptStudy) -> Differences:
        """Ask for every address of a version, and return what differs from its record.

        Parameters
        ----------
        version
            The version.
        file
            Its plan file.
        kept
            Its addresses.

        Raises
        ------
        StorageError
            The recorded answers are missing or damaged.
        """
        with self._lock:
            if version.version_id not in self._found:
                recorded = read_answers(self._archive.answers(version.answers))
                zones = zones_on_file(read_plan(file), kept.places)
                now = answered(kept.places, zones)[0].answers
                self._found[version.version_id] = Differences(
                    version.version_id,
                    self._geocoder,
                    len(now.of),
                    changes(recorded, now),
                    zones.school_names,
                )
            return self._found[version.version_id]

    def make_sure(self, version: Version, file: Path, kept: KeptStudy) -> None:
        """Return where a version is answered as was recorded, or somebody has said yes.

        Parameters
        ----------
        version, file, kept
            See `differences`.

        Raises
        ------
        NotAcceptedError
            Some answer differs, and nobody has said yes to that.
        DatabaseError
            The database cannot be read.
        """
        if version.geocoder == self._geocoder:
            return
        found = self.differences(version, file, kept)
        if not found.changes or found.to_accept in self._accepted(version.stage):
            return
        raise NotAcceptedError(
            "accept.CLOSED", version=version.version_id, count=len(found.changes)
        )

    def _accepted(self, stage: str) -> frozenset[str]:
        with self._lock:
            now = self._ticks()
            said = self._said.get(stage)
            if said is None or now - said[0] >= KEPT_S:
                said = (now, self._yeses.digests(stage))
                self._said[stage] = said
            return said[1]
