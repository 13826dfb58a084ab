"""Versions asked again with the program of now, and the yes of an officer to what differs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webmap.services.agreement import Agreement
from zoning.errors import SettingsError
from zoning.lookup.archived import is_state, open_state
from zoning.publish.version import in_force, next_after

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from webmap.services.agreement import Differences
    from webmap.services.archive import Archive
    from webmap.services.versions import Versions
    from webmap.services.yeses import Yeses
    from zoning.publish.version import Version
    from zoning.study.folder import Study


class Checking:
    """Asks versions again.

    Parameters
    ----------
    study
        The study.
    archive
        What was kept of each version.
    yeses
        What somebody has said yes to.
    """

    def __init__(self, study: Study, archive: Archive, yeses: Yeses) -> None:
        self._study = study
        self._archive = archive
        self._yeses = yeses
        self._agreement = Agreement(archive, yeses)

    def differences(self, version: Version) -> Differences | None:
        """Return what this program answers otherwise than was recorded with a version.

        None where the version was published without its addresses and ways.

        Raises
        ------
        StorageError
            What was kept is missing or damaged.
        """
        folder = self._archive.index(version.index)
        if not is_state(folder):
            return None
        kept = open_state(folder, page=self._study.settings.lookup)
        return self._agreement.differences(version, self._archive.plan(version.plan_file), kept)

    def is_accepted(self, version: Version, found: Differences) -> bool:
        """Tell whether somebody has said yes to what differs.

        Raises
        ------
        DatabaseError
            The database cannot be read.
        """
        return found.to_accept in self._yeses.digests(version.stage)

    def accept(self, version: Version, found: Differences, *, at: datetime) -> None:
        """Say yes to what differs.

        Parameters
        ----------
        version, found
            The version, and what differs.
        at
            The moment.

        Raises
        ------
        ZoningError
            It could not be entered; nothing was.
        """
        self._yeses.add(version.stage, found, at=at)


def said_yes(accepted: str, found: Sequence[Differences]) -> Differences:
    """Return the differences to which a digest says yes.

    Parameters
    ----------
    accepted
        The digest.
    found
        What differs, version by version.

    Raises
    ------
    SettingsError
        It is the digest of none of them.
    """
    for item in found:
        if item.changes and item.to_accept == accepted.lower():
            return item
    raise SettingsError("accept.NO_SUCH", digest=accepted[:80])


def to_check(versions: Versions, stages: Sequence[str], *, on: date) -> list[Version]:
    """Return the versions that are in force on a day or come next.

    Parameters
    ----------
    versions
        All versions.
    stages
        Which stages.
    on
        The day.

    Raises
    ------
    DatabaseError
        The database cannot be read.
    """
    every = [versions.every(stage) for stage in stages]
    pairs = [(in_force(known, on), next_after(known, on)) for known in every]
    return [version for pair in pairs for version in pair if version is not None]
