"""Look-ups in the plans in force: the only way from a page to the geocoder and the zones."""

from __future__ import annotations

import datetime
import threading
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from webmap.services.shelf import Kept
from zoning.geocode.kernels import NO_ZONE
from zoning.lookup.answers import About, NoPlan
from zoning.lookup.desk import Desk, with_coming
from zoning.lookup.opening import open_desk, open_kept
from zoning.lookup.outlines import block_outlines
from zoning.lookup.suggest import Names
from zoning.study import open_study
from zoning.study.place_addresses import geocoder_version

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import pandas as pd

    from webmap.services.in_force import InForce, PlanInForce
    from zoning.lookup.answers import Answer
    from zoning.lookup.opening import Kept as KeptStudy
    from zoning.settings import LookupSection, StudySection, WebSection

DESKS_KEPT = 6


def now_utc() -> datetime.datetime:
    """Return the time of this machine, UTC."""
    return datetime.datetime.now(datetime.UTC)


class Lookup:
    """Answers look-ups of one study; what it opens stays open.

    Parameters
    ----------
    root
        Folder of the study.
    in_force
        Says which plan answers.
    clock
        Returns the time now, with its zone.
    """

    def __init__(
        self,
        root: Path,
        in_force: InForce,
        *,
        clock: Callable[[], datetime.datetime] = now_utc,
    ) -> None:
        self._study = open_study(root)
        self._in_force = in_force
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: KeptStudy | None = None
        self._names: Names | None = None
        self._known: frozenset[str] = frozenset()
        self._outlines: tuple[str | None] | None = None
        self._desks: Kept[Desk] = Kept(DESKS_KEPT)

    @property
    def study(self) -> StudySection:
        """What the study is about."""
        return self._study.settings.study

    @property
    def settings(self) -> LookupSection:
        """Settings of the look-up."""
        return self._study.settings.lookup

    @property
    def web(self) -> WebSection:
        """Settings of the server."""
        return self._study.settings.web

    def today(self) -> datetime.date:
        """Return the day where the bureau is."""
        return self._clock().astimezone(ZoneInfo(self._study.rules.notice.time_zone)).date()

    def about(self, stage: str) -> About:
        """Return what every answer for a stage carries today."""
        now = self._in_force.plan_on(stage, self.today())
        return self._about(stage, now)

    def open_all(self) -> None:
        """Open the plans in force now and the coming ones, rather than in the first look-up.

        Raises
        ------
        ZoningError
            They cannot be opened.
        """
        today = self.today()
        for stage in self.study.stages:
            now = self._in_force.plan_on(stage.value, today)
            coming = self._in_force.next_after(stage.value, today)
            for plan in (now, coming):
                if plan is not None:
                    self._desk(plan)

    def ask(self, stage: str, put: Callable[[Desk, About], Answer]) -> Answer:
        """Answer a question by the plan in force, and by the next one.

        Parameters
        ----------
        stage
            Value of `zoning.settings.Stage`.
        put
            Puts the question to a desk.

        Raises
        ------
        ZoningError
            The plan in force cannot be opened.
        """
        today = self.today()
        now = self._in_force.plan_on(stage, today)
        about = self._about(stage, now)
        coming = self._in_force.next_after(stage, today)
        if coming is not None:
            later = put(self._desk(coming), self._about(stage, coming))
            about = with_coming(about, later)
        return NoPlan(about) if now is None else put(self._desk(now), about)

    def under(self, plan: PlanInForce, put: Callable[[Desk, About], Answer]) -> Answer:
        """Answer a question by one plan, such as one on notice.

        Parameters
        ----------
        plan
            The plan.
        put
            Puts the question to a desk.

        Raises
        ------
        ZoningError
            The plan cannot be opened.
        """
        return put(self._desk(plan), self._about(plan.version.stage, plan))

    def ask_all(self, stage: str, texts: Sequence[str]) -> list[Answer]:
        """Answer many texts as `ask` answers each of them, without a word on other schools.

        Parameters
        ----------
        stage
            Value of `zoning.settings.Stage`.
        texts
            Addresses.

        Raises
        ------
        ZoningError
            The plan in force cannot be opened.
        """

        def told(desk: Desk, about: About) -> list[Answer]:
            return [desk.told(found, about) for found in desk.places.find_all(texts)]

        return self._every(stage, told, count=len(texts))

    def choose_all(self, stage: str, address_ids: Sequence[str]) -> list[Answer]:
        """Answer for many addresses of the list that somebody may choose; see `ask_all`.

        Parameters
        ----------
        stage
            Value of `zoning.settings.Stage`.
        address_ids
            As the list has them.
        """

        def told(desk: Desk, about: About) -> list[Answer]:
            return [desk.choose(name, about) for name in address_ids]

        return self._every(stage, told, count=len(address_ids))

    def _every(
        self, stage: str, put: Callable[[Desk, About], list[Answer]], *, count: int
    ) -> list[Answer]:
        """Put many questions to the plan in force, and to the next one."""
        today = self.today()
        now = self._in_force.plan_on(stage, today)
        coming = self._in_force.next_after(stage, today)
        about = self._about(stage, now)
        given: list[Answer] = [NoPlan(about)] * count
        if now is not None:
            given = put(self._quiet(now), about)
        if coming is None:
            return given
        later = put(self._quiet(coming), self._about(stage, coming))
        return [
            replace(answer, about=with_coming(about, then))
            for answer, then in zip(given, later, strict=True)
        ]

    def _quiet(self, plan: PlanInForce) -> Desk:
        desk = self._desk(plan)
        return replace(desk, teller=replace(desk.teller, tells_others=False))

    def addresses(self) -> pd.DataFrame:
        """Return the addresses that can be asked for: address_id, `WORDS`, lon and lat."""
        return self._open().places.table

    def schools_of(self, plan: PlanInForce) -> list[tuple[str, ...]]:
        """Return the names of the schools of each address under a plan; none in no zone.

        Parameters
        ----------
        plan
            The plan.
        """
        zones = self._desk(plan).zones
        names = [
            tuple(zones.school_names.get(school, school) for school in schools)
            for schools in zones.schools
        ]
        return [names[zone] if zone != NO_ZONE else () for zone in zones.of_row.tolist()]

    def plans(self, stage: str) -> tuple[PlanInForce, ...]:
        """Return the plan in force today and the next one, as far as there are any.

        Parameters
        ----------
        stage
            Value of `zoning.settings.Stage`.
        """
        today = self.today()
        both = (self._in_force.plan_on(stage, today), self._in_force.next_after(stage, today))
        return tuple(plan for plan in both if plan is not None)

    def suggest(self, text: str) -> tuple[str, ...]:
        """Return names of the bureau's list that go on as the text does."""
        self._open()
        assert self._names is not None
        return self._names.like(text)

    def knows(self, name: str) -> bool:
        """Tell whether the bureau's list has a compound, a community or a road of this name."""
        self._open()
        assert self._names is not None
        if not self._known:
            self._known = frozenset(self._names.shown)
        return name in self._known

    def outlines(self) -> str | None:
        """Return the blocks for a device that knows where it is; None where they are too many."""
        kept = self._open()
        with self._lock:
            if self._outlines is None:
                self._outlines = (block_outlines(kept.blocks),)
            return self._outlines[0]

    def _open(self) -> KeptStudy:
        with self._lock:
            if self._kept is None:
                kept = open_kept(self._study)
                self._names = Names.of(kept.places.table)
                self._kept = kept
            return self._kept

    def _desk(self, plan: PlanInForce) -> Desk:
        key = (plan.file, plan.file.stat().st_mtime_ns)
        return self._desks.get(key, lambda: open_desk(self._open(), plan.file))

    def _about(self, stage: str, plan: PlanInForce | None) -> About:
        settings = self.settings
        version = None if plan is None else plan.version
        data_date = self.study.data_date
        if version is not None and not version.draft:
            data_date = version.data_date
        return About(
            stage=stage,
            version=version,
            coming=None,
            policy_hotline=settings.policy_hotline,
            report_hotline=settings.report_hotline,
            data_date=data_date,
            geocoder=geocoder_version(),
        )
