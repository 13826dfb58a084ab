"""Look-ups in the plans in force: the only way from a page to the geocoder and the zones."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from webmap.errors import VersionNotFoundError
from webmap.services.named_places import middles
from webmap.services.shelf import Kept
from webmap.services.when import Asked, Desks, taking_its_place
from zoning.errors import ZoningError
from zoning.geocode.kernels import NO_ZONE
from zoning.lookup.answers import About, NoPlan, NotToday
from zoning.lookup.archived import open_state
from zoning.lookup.desk import Desk, with_coming
from zoning.lookup.desk_file import open_saved_desk
from zoning.lookup.opening import NEEDED, open_desk, open_kept, unknown_schools
from zoning.lookup.outlines import block_outlines
from zoning.lookup.suggest import Names
from zoning.notice.canonical import digest_of
from zoning.study import open_study
from zoning.study.cache import STAMP
from zoning.study.place_addresses import geocoder_version

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Sequence
    from pathlib import Path

    import pandas as pd

    from webmap.services.in_force import InForce, PlanInForce
    from webmap.services.when import Pair, When
    from zoning.lookup.answers import Answer, Version
    from zoning.lookup.opening import Kept as KeptStudy
    from zoning.settings import LookupSection, StudySection, WebSection

DESKS_KEPT = 6
# data of versions: now, next, one that somebody looks back at, and those of the study
STATES_KEPT = 4


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
        self._states: Kept[KeptStudy] = Kept(STATES_KEPT)
        self._names: Kept[Names] = Kept(STATES_KEPT)
        self._outlines: Kept[str | None] = Kept(STATES_KEPT)
        self._known: Kept[frozenset[str]] = Kept(STATES_KEPT)
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

    def versions(self) -> tuple[Version, ...]:
        """Return all versions that were published, stage by stage in their order."""
        stages = self.study.stages
        return tuple(item for stage in stages for item in self._in_force.every(stage.value))

    def asks_build(self) -> bool:
        """Tell whether some stage is answered from `build/`, not from what versions have kept.

        Raises
        ------
        ZoningError
            It cannot be told which version is in force.
        """
        every = [self._now_and_next(stage.value) for stage in self.study.stages]
        return any(not plans or any(plan.kept is None for plan in plans) for plans in every)

    def open_all(self) -> tuple[str, ...]:
        """Open the plans in force now and the coming ones, rather than in the first look-up.

        Returns
        -------
        Ids of full schools that no data know, sorted.

        Raises
        ------
        ZoningError
            Some of them cannot be opened; the others are.
        """
        faults: list[ZoningError] = []
        states: list[KeptStudy] = []
        for stage in self.study.stages:
            try:
                for plan in self._now_and_next(stage.value):
                    self._desk(plan)
                    states.append(self._state(plan))
            except ZoningError as error:
                faults.append(error)
        if faults:
            raise faults[0]
        return tuple(unknown_schools(self.settings.full_schools, states)) if states else ()

    def ask(
        self,
        stage: str,
        put: Callable[[Desk, About], Answer],
        *,
        when: When | None = None,
        drawn: bool | Callable[[Answer], bool] = False,
    ) -> Answer:
        """Answer a question by the plan in force, and by the next one.

        Parameters
        ----------
        stage
            Value of `zoning.settings.Stage`; a version has its own.
        put
            Puts the question to a desk.
        when
            Another day or version than that of today; None for today's.
        drawn
            Whether the way to each school comes with its line, or what says so of an answer.

        Raises
        ------
        VersionNotFoundError
            There is no such version.
        ZoningError
            The plan cannot be opened.
        """
        asked = self._today(stage) if when is None else self._at(stage, when)
        about = replace(self._about(asked.stage, asked.plan), not_today=asked.not_today)
        if asked.coming is not None:
            later = put(self._desk(asked.coming), self._about(asked.stage, asked.coming))
            about = with_coming(about, later)
        if asked.plan is None:
            return NoPlan(about)
        desk = self._desk(asked.plan)
        answer = put(desk, about)
        draws = drawn(answer) if callable(drawn) else drawn
        return desk.drawn(answer) if draws else answer

    def suggest(self, text: str, stage: str = "") -> tuple[str, ...]:
        """Return names of the bureau's list that go on as the text does."""
        return self.names(stage).like(text)

    def names(self, stage: str = "") -> Names:
        """Return the names of the bureau's list."""
        state = self._state(self._shown(stage))
        return self._names.get(_key(state), lambda: Names.of(state.places.table))

    def outlines(self, stage: str = "") -> str | None:
        """Return the blocks for a device that knows where it is; None where they are too many."""
        state = self._state(self._shown(stage))
        return self._outlines.get(_key(state), lambda: block_outlines(state.blocks))

    def ground(self, stage: str = "", version_id: str = "") -> tuple[Hashable, Path]:
        """Return the folder with the data that answer, and what tells it from another.

        Parameters
        ----------
        stage
            Whose data of today; empty for the first stage.
        version_id
            The version; empty for the one of today.

        Raises
        ------
        ZoningError
            They cannot be opened.
        """
        plan = self._in_force.by_id(version_id) if version_id else self._shown(stage)
        state = self._state(plan)
        return _key(state), state.study.root

    def mark(self) -> str:
        """Return what tells the data of today from others, without opening them.

        Raises
        ------
        ZoningError
            It cannot be told which version is in force.
        """
        shown = [self._shown(stage.value) for stage in self.study.stages]
        kept = [str(plan.kept) for plan in shown if plan is not None and plan.kept is not None]
        stamps = [self._study.build / step / STAMP for step in NEEDED]
        built = [str(file.stat().st_mtime_ns) for file in stamps if file.is_file()]
        return digest_of([kept, built])[:12]

    def _now_and_next(self, stage: str) -> tuple[PlanInForce, ...]:
        return tuple(plan for plan in self.pair(stage) if plan is not None)

    def pair(self, stage: str) -> Pair:
        """Return the plan in force today and the next one; None for none."""
        asked = self._today(stage)
        return asked.plan, asked.coming

    def desks(self, plan: PlanInForce, coming: PlanInForce | None) -> Desks:
        """Return the desks that answer under a plan, and what its answers carry.

        Parameters
        ----------
        plan, coming
            The plan, and the one after it; None for none.

        Raises
        ------
        ZoningError
            One of them cannot be opened.
        """
        stage = plan.version.stage
        then = None if coming is None else (self._quiet(coming), self._about(stage, coming))
        return Desks(self._desk(plan), self._about(stage, plan), then)

    def _today(self, stage: str) -> Asked:
        today = self.today()
        now = self._in_force.plan_on(stage, today)
        return Asked(stage, now, self._in_force.next_after(stage, today))

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

    def all_under(
        self, plan: PlanInForce, put: Callable[[Desk, About], list[Answer]]
    ) -> list[Answer]:
        """Answer many questions by one plan, such as one on notice, with no word on other schools.

        Parameters
        ----------
        plan
            The plan.
        put
            Puts the questions to a desk.

        Raises
        ------
        ZoningError
            The plan cannot be opened.
        """
        return put(self._quiet(plan), self._about(plan.version.stage, plan))

    def ask_all(self, stage: str, texts: Sequence[str]) -> list[Answer]:
        """Answer many texts as `ask` answers each of them.

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
        asked = self._today(stage)
        about = self._about(stage, asked.plan)
        given: list[Answer] = [NoPlan(about)] * count
        if asked.plan is not None:
            given = put(self._desk(asked.plan), about)
        if asked.coming is None:
            return given
        later = put(self._quiet(asked.coming), self._about(stage, asked.coming))
        return [
            replace(answer, about=with_coming(about, then))
            for answer, then in zip(given, later, strict=True)
        ]

    def _quiet(self, plan: PlanInForce) -> Desk:
        """Return a desk that says no word on other schools, which takes the longest."""
        desk = self._desk(plan)
        return replace(desk, teller=replace(desk.teller, tells_others=False))

    def addresses(self, plan: PlanInForce) -> pd.DataFrame:
        """Return the addresses that can be asked for under a plan, in the order of `schools_of`.

        Parameters
        ----------
        plan
            The plan.

        Returns
        -------
        pandas.DataFrame
            address_id, `WORDS`, lon and lat.
        """
        return self._state(plan).places.table

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
        return self._now_and_next(stage)

    def knows(self, name: str) -> bool:
        """Tell whether the bureau's list has a compound, community or road of this name.

        The list of now; while the study has not been made ready, that of a version in force.

        Raises
        ------
        ZoningError
            There is no list to ask.
        """
        state = self._listing()
        names = self._names.get(_key(state), lambda: Names.of(state.places.table))
        return name in self._known.get(_key(state), lambda: frozenset(names.shown))

    def middles(self, names: Collection[str]) -> dict[str, tuple[float, float]]:
        """Return where names of the bureau's list of now lie; see `named_places.middles`."""
        return middles(self._state(None).places.table, names)

    def _at(self, stage: str, when: When) -> Asked:
        """Return what holds at another time; the version of today is today's, however named."""
        today = self.today()
        if when.version_id:
            plan = self._in_force.by_id(when.version_id)
            if plan is None:
                raise VersionNotFoundError("publish.NO_VERSION", version=when.version_id)
            own = plan.version.stage
            now = self._in_force.plan_on(own, today)
            if now is not None and now.version.version_id == when.version_id:
                return self._today(own)
            return Asked(own, plan, taking_its_place(plan, self._in_force), NotToday(None))
        if when.day is None or when.day == today:
            return self._today(stage)
        told = NotToday(when.day, ahead=when.day > today)
        then = self._in_force.plan_on(stage, when.day)
        if then is not None and then.version.draft:
            # a plan for discussion is in force on no day
            return Asked(stage, None, None, told)
        return Asked(stage, then, self._in_force.next_after(stage, when.day), told)

    def _shown(self, stage: str) -> PlanInForce | None:
        """Return a plan with whose data a reader of today is helped; None for those of now."""
        first = self.study.stages[0].value
        found = self._now_and_next(stage if stage in set(self.study.stages) else first)
        return found[0] if found else None

    def _state(self, plan: PlanInForce | None) -> KeptStudy:
        """Return the data that answer under a plan."""
        folder = None if plan is None else plan.kept
        if folder is None:
            return self._states.get(None, lambda: open_kept(self._study))
        return self._states.get(folder, lambda: open_state(folder, page=self.settings))

    def _listing(self) -> KeptStudy:
        """Return the data whose names are known: those of now, else those of a version in force."""
        try:
            return self._state(None)
        except ZoningError:
            shown = (self._shown(stage.value) for stage in self.study.stages)
            kept = next((plan for plan in shown if plan is not None and plan.kept), None)
            if kept is None:
                raise
            return self._state(kept)

    def _desk(self, plan: PlanInForce) -> Desk:
        state = self._state(plan)
        plan.agreed(state)
        key = (plan.file, plan.file.stat().st_mtime_ns, plan.kept)
        return self._desks.get(key, lambda: _opened(state, plan))

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


def _opened(state: KeptStudy, plan: PlanInForce) -> Desk:
    """Open a desk: as it was kept when the plan was published, else from all that it needs."""
    saved = None if plan.made is None else open_saved_desk(state, plan.made)
    return saved or open_desk(state, plan.file)


def _key(state: KeptStudy) -> Hashable:
    """Return what tells data from others."""
    return state.study.root, state.state
