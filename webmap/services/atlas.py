"""Editions of a stage's zones, for pages: what was published, else the newest draft."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import geopandas as gpd
import pandas as pd
from pyarrow.lib import ArrowException

from webmap.errors import PlanNotFoundError, PlanUnreadableError, VersionNotFoundError
from webmap.services.plans import load_plan
from webmap.services.shelf import Kept
from zoning.crs import LONLAT
from zoning.lookup.archived import kept_table
from zoning.publish.version import ends_before, in_force, next_after
from zoning.settings import Stage
from zoning.study import open_study

if TYPE_CHECKING:
    import datetime
    from collections.abc import Callable
    from pathlib import Path

    from webmap.services.archive import Archive
    from webmap.services.in_force import NewestPlans
    from webmap.services.plans import PlanData
    from webmap.services.published import PublishedPlans
    from webmap.services.shelf import Shelf
    from zoning.publish.version import Version
    from zoning.settings import StudySettings
    from zoning.study.folder import Study

# one of a large city takes some tens of megabytes
PLANS_KEPT = 6
# what the pages read of an address; what a study has not is empty
WORDS = ("name", "division", "community", "road", "number")


class State(StrEnum):
    """What an edition is on a day."""

    IN_FORCE = "in_force"
    COMING = "coming"
    EARLIER = "earlier"
    NEVER = "never"
    DRAFT = "draft"


@dataclass(frozen=True)
class Edition:
    """Zones of a stage as pages name them; no file is opened for it.

    Parameters
    ----------
    edition_id
        Id of the version, or of the plan where it is a draft.
    stage
        Value of `zoning.settings.Stage`.
    state
        What it is today.
    school_year
        The year in whose September it begins; 0 where a draft does not say it.
    plan_id
        Id of the plan.
    ends
        First day on which it is no longer in force; None while nothing follows.
    version
        What was published; None for a draft.
    """

    edition_id: str
    stage: str
    state: State
    school_year: int
    plan_id: str
    ends: datetime.date | None = None
    version: Version | None = None


class Atlas:
    """The editions of one study.

    Parameters
    ----------
    study
        Folder of the study.
    published, archive
        What was published, and what is kept of it.
    drafts
        The newest plan of each stage; None where drafts are not shown.
    shelf
        The plan files of the study.
    today
        Returns the day where the bureau is.
    """

    def __init__(
        self,
        study: Path,
        published: PublishedPlans,
        archive: Archive,
        *,
        drafts: NewestPlans | None,
        shelf: Shelf,
        today: Callable[[], datetime.date],
    ) -> None:
        self._study = open_study(study)
        self._published = published
        self._archive = archive
        self._drafts = drafts
        self._shelf = shelf
        self._today = today
        self._plans: Kept[PlanData] = Kept(PLANS_KEPT)
        self._tables: Kept[gpd.GeoDataFrame] = Kept(PLANS_KEPT)

    def without_drafts(self) -> Atlas:
        """Return the same, which knows what was published and nothing else."""
        return Atlas(
            self._study.root,
            self._published,
            self._archive,
            drafts=None,
            shelf=self._shelf,
            today=self._today,
        )

    @property
    def archive(self) -> Archive:
        """What is kept of what was published."""
        return self._archive

    @property
    def folder(self) -> Path:
        """Folder of the study."""
        return self._study.root

    @property
    def settings(self) -> StudySettings:
        """Settings of the study."""
        return self._study.settings

    @property
    def stages(self) -> tuple[str, ...]:
        """Stages of the study."""
        return tuple(stage.value for stage in self.settings.study.stages)

    def class_size(self, stage: str) -> int:
        """Return how many children a class of a stage has by the study's rule set."""
        return int(self._study.rules.class_size[Stage(stage).value].value)

    def zone_texts(self) -> Path | None:
        """Return the table of the bureau's words for the zones; None where there is none."""
        return texts_file(self._study)

    def editions(self, stage: str) -> tuple[Edition, ...]:
        """Return the versions of a stage, the newest first; the newest draft where there is none.

        Raises
        ------
        StorageError
            The database or the newest plan file cannot be read.
        """
        published = self._versions(stage)
        if published:
            return published
        draft = None if self._drafts is None else self._drafts.plan_on(stage, self._today())
        if draft is None:
            return ()
        told = draft.version
        return (Edition(told.plan_id, stage, State.DRAFT, told.school_year, told.plan_id),)

    def shown(self, stage: str) -> Edition | None:
        """Return the edition in force; before the first one is, the coming one, or a draft.

        Raises
        ------
        StorageError
            The database or the newest plan file cannot be read.
        """
        found = self.editions(stage)
        wanted = (State.IN_FORCE, State.COMING, State.DRAFT)
        ranked = [one for state in wanted for one in found if one.state is state]
        return ranked[0] if ranked else None

    def coming(self, stage: str) -> Edition | None:
        """Return the edition that is the next to come into force.

        Raises
        ------
        DatabaseError
            The database cannot be read.
        """
        known = self._published.entered(stage)
        following = next_after(known, self._today())
        return None if following is None else self._edition(following, known)

    def of_year(self, stage: str, school_year: int) -> Edition:
        """Return the edition of a school year: the one in force, else coming, else earlier.

        Raises
        ------
        VersionNotFoundError
            There is none.
        StorageError
            The database or the newest plan file cannot be read.
        """
        found = [one for one in self.editions(stage) if one.school_year == school_year]
        if not found:
            raise VersionNotFoundError("publish.NO_VERSION", version=f"{stage} {school_year}")
        # of several that are alike, the latest decision
        return min(found, key=_rank)

    def by_id(self, edition_id: str) -> Edition:
        """Return an edition by its id, whether or not it is or was ever in force.

        Parameters
        ----------
        edition_id
            Id of a version, or of a plan of the study.

        Raises
        ------
        VersionNotFoundError
            There is none.
        StorageError
            The database or the plan file cannot be read.
        """
        every = [one for stage in self.stages for one in self.editions(stage)]
        found = [one for one in every if one.edition_id == edition_id]
        if found:
            return found[0]
        # a plan that was published is no draft any more, by whatever id it is asked for
        published = self.of_plan(edition_id)
        if published is not None:
            return published
        try:
            plan = self._shelf.plan(edition_id)
        except PlanNotFoundError as error:
            raise VersionNotFoundError("publish.NO_VERSION", version=edition_id[:80]) from error
        stage, first = plan.summary.about.get("stage", ""), min(plan.years, default=0)
        return Edition(edition_id, stage, State.DRAFT, first, edition_id)

    def of_plan(self, plan_id: str) -> Edition | None:
        """Return the version as which a plan was published; None for a plan for discussion.

        Parameters
        ----------
        plan_id
            Id of the plan; of several versions of it the one in force, else coming, else earlier.

        Raises
        ------
        DatabaseError
            The database cannot be read.
        """
        return self.published_plans().get(plan_id)

    def published_plans(self) -> dict[str, Edition]:
        """Return what `of_plan` does for every plan that was published, by the id of the plan.

        No plan file is looked at, so that a damaged one says nothing of the others.

        Raises
        ------
        DatabaseError
            The database cannot be read.
        """
        every = [one for stage in self.stages for one in self._versions(stage)]
        found: dict[str, Edition] = {}
        # of several that are alike, the latest decision, which stands first
        for one in sorted(every, key=_rank):
            found.setdefault(one.plan_id, one)
        return found

    def plan(self, edition: Edition) -> PlanData:
        """Return the plan of an edition.

        Raises
        ------
        StorageError
            Its file is damaged, or not what was published: no other is passed off as it.
        """
        version = edition.version
        if version is None:
            return self._shelf.plan(edition.plan_id)
        # it is kept under its digest, and is not used where it has another one
        file = self._published.file(version.plan_file)
        key = (file, file.stat().st_mtime_ns)
        found = self._plans.get(key, lambda: load_plan(file, known=True))
        return replace(found, summary=replace(found.summary, plan_id=version.plan_id))

    def addresses(self, edition: Edition) -> gpd.GeoDataFrame:
        """Return the bureau's addresses as they were when the edition was published, or are now.

        Returns
        -------
        geopandas.GeoDataFrame
            address_id, `WORDS` and points; empty where the study has no addresses yet.

        Raises
        ------
        StorageError
            They are damaged, or not what was published.
        """
        version = edition.version
        if version is not None:
            # all of an index is digested to open it, which takes a while for a large city
            return self._tables.get(
                version.index,
                lambda: read_addresses(kept_table(self._archive.index(version.index))),
            )
        file = self._study.build / "intake" / "addresses.parquet"
        state = file.stat().st_mtime_ns if file.is_file() else 0
        return self._tables.get((file, state), lambda: read_addresses(file))

    def _versions(self, stage: str) -> tuple[Edition, ...]:
        """Return the versions of a stage, the newest first."""
        known = self._published.entered(stage)
        return tuple(self._edition(version, known) for version in reversed(known))

    def _edition(self, version: Version, known: tuple[Version, ...]) -> Edition:
        today = self._today()
        ends = ends_before(version, known)
        if version == in_force(known, today):
            state = State.IN_FORCE
        elif ends is not None and ends <= version.effective_from:
            state = State.NEVER
        else:
            state = State.COMING if version.effective_from > today else State.EARLIER
        return Edition(
            edition_id=version.version_id,
            stage=version.stage,
            state=state,
            school_year=version.school_year,
            plan_id=version.plan_id,
            ends=ends,
            version=version,
        )


def _rank(edition: Edition) -> int:
    """Return how much an edition counts today, the most for the smallest."""
    return tuple(State).index(edition.state)


def texts_file(study: Study) -> Path | None:
    """Return the table of the bureau's words for the zones of a study; None where there is none."""
    name = study.settings.map.zone_texts
    return study.inputs / name if name else None


def read_addresses(file: Path) -> gpd.GeoDataFrame:
    """Return the addresses of a table with points, see `Atlas.addresses`; none where it is not.

    Raises
    ------
    PlanUnreadableError
        It is damaged.
    """
    if not file.is_file():
        empty = pd.DataFrame({name: pd.Series(dtype=object) for name in ("address_id", *WORDS)})
        return gpd.GeoDataFrame(empty, geometry=gpd.GeoSeries([], crs=LONLAT))
    try:
        return _with_points(file)
    except (ArrowException, ValueError, KeyError, OSError) as error:
        detail = {"file": file.name, "detail": str(error)}
        raise PlanUnreadableError("webmap.BUILD_UNREADABLE", **detail) from error


def _with_points(file: Path) -> gpd.GeoDataFrame:
    frame = pd.read_parquet(file)
    if "lon" in frame.columns:
        points = gpd.points_from_xy(frame["lon"], frame["lat"], crs=LONLAT)
    else:
        points = gpd.read_parquet(file).geometry
    words = {
        name: frame[name].fillna("").astype(str) if name in frame.columns else ""
        for name in ("address_id", *WORDS)
    }
    return gpd.GeoDataFrame(words, index=frame.index, geometry=points)
