"""Open data: versions, and the plans that they name, as anybody may have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webmap.errors import PlanNotFoundError
from webmap.services.plans import load_plan
from webmap.services.published import as_told
from webmap.services.shelf import Kept
from zoning.publish.version import ends_before

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable

    from webmap.services.archive import Archive
    from webmap.services.in_force import InForce, PlanInForce
    from webmap.services.plans import PlanData
    from webmap.services.versions import Versions
    from zoning.lookup.answers import Version as Told
    from zoning.publish.version import Version

PLANS_KEPT = 4
FILES_KEPT = 24


class OpenData:
    """What was published, and what is in force.

    Parameters
    ----------
    versions, archive
        What was published, and what is kept of it.
    in_force
        Says which plan is in force; a draft where nothing was published.
    """

    def __init__(self, versions: Versions, archive: Archive, *, in_force: InForce) -> None:
        self.versions = versions
        self._archive = archive
        self._in_force = in_force
        self._plans: Kept[PlanData] = Kept(PLANS_KEPT)
        self._files: Kept[bytes] = Kept(FILES_KEPT)

    def of_version(self, version_id: str) -> tuple[Told, PlanData]:
        """Return the plan of a version, whether or not it is or was ever in force.

        Raises
        ------
        VersionNotFoundError
            There is none of that id.
        StorageError
            The plan is not what was published.
        """
        version = self.versions.by_id(version_id)
        plan = self._plans.get(
            version.plan_file, lambda: load_plan(self._archive.plan(version.plan_file))
        )
        return as_told(version, self.versions.every(version.stage)), plan

    def in_force(self, stage: str, on: datetime.date) -> tuple[Told, PlanData]:
        """Return the plan that is in force for a stage on a date.

        Raises
        ------
        PlanNotFoundError
            There is none.
        StorageError
            The plan is not what was published.
        """
        found: PlanInForce | None = self._in_force.plan_on(stage, on)
        if found is None:
            raise PlanNotFoundError("api.NO_PLAN_ON", date=on.isoformat())
        key = (found.file, found.file.stat().st_mtime_ns)
        return found.version, self._plans.get(key, lambda: load_plan(found.file))

    def file(self, plan: PlanData, kind: str, make: Callable[[PlanData], bytes]) -> bytes:
        """Return a plan as a file of some kind, made once.

        Parameters
        ----------
        plan
            The plan.
        kind
            Which file.
        make
            Makes it.
        """
        return self._files.get((plan.digest, kind), lambda: make(plan))


def known_ends(every: tuple[Version, ...]) -> dict[str, datetime.date | None]:
    """Return by version the day from which it is no longer in force; None while nothing follows.

    Parameters
    ----------
    every
        All versions of all stages.
    """
    return {
        version.version_id: ends_before(
            version, [item for item in every if item.stage == version.stage]
        )
        for version in every
    }
