"""An answer of a look-up as words for its page; no count of children is among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from zoning.lookup.answers import Choose, Kind, NearBoundary, NoPlan, NotFound, Outside, served_of
from zoning.settings import Mode
from zoning.units import KILOMETRE_M

if TYPE_CHECKING:
    import datetime
    from collections.abc import Iterable, Sequence

    from webmap.maps.facts import Texts
    from zoning.lookup.answers import (
        Answer,
        Coming,
        Minutes,
        Other,
        Place,
        School,
        Seats,
        Served,
        Version,
        Why,
    )

WHY_AT_MOST = 2
# what rules out a school says more than what makes it dearer
_SAID_FIRST = (
    "locked", "forbidden", "home", "full", "barrier", "cut", "apart", "out_of_reach",
    "change_limit", "together", "dearer", "same", "cheaper",
)  # fmt: skip


@dataclass(frozen=True)
class OtherWords:
    """Another school in words."""

    name: str
    way: str
    nearer: bool
    why: tuple[str, ...]


@dataclass(frozen=True)
class Wording:
    """Puts answers into words.

    Parameters
    ----------
    texts
        The catalogue in the language of the page.
    """

    texts: Texts

    def list_of(self, parts: Iterable[object]) -> str:
        """Join words as a list in a sentence."""
        return self.texts("webmap.SEPARATOR").join(str(part) for part in parts)

    def names(self, schools: Iterable[School]) -> str:
        """Name schools in a sentence."""
        return self.list_of(school.name for school in schools)

    def stage(self, stage: str) -> str:
        """Name a stage."""
        return self.texts(f"plan.VALUE_stage_{stage}")

    def kind(self, kind: str) -> str:
        """Say in a few words which answer it is."""
        return self.texts(f"lookup.KIND_{kind}")

    def said(self, answer: Answer) -> str:
        """Say the answer in one sentence, which holds on a page and alone."""
        served = served_of(answer)
        if isinstance(answer, NearBoundary) and served is not None:
            return self.near(served)
        if isinstance(answer, Outside) and answer.county:
            return self.texts("lookup.SAY_outside_county", county=answer.county)
        if isinstance(answer, NotFound) and answer.several:
            return self.texts("lookup.SAY_not_found_several")
        if isinstance(answer, Choose) and answer.is_one:
            return self.texts("lookup.SAY_choose_one")
        other = answer.about.not_today
        if isinstance(answer, NoPlan) and other is not None and other.day is not None:
            return self.texts("otherday.SAY_NO_PLAN", date=self.day(other.day))
        if isinstance(answer, NoPlan) and answer.about.coming is not None:
            return self.texts("lookup.SAY_no_plan_yet")
        schools = self.names(served.schools) if served is not None else ""
        return self.texts(f"lookup.SAY_{answer.kind.value}", schools=schools)

    def near(self, served: Served) -> str:
        """Say where the bureau's list puts an address that is near a boundary."""
        if not served.schools:
            return self.texts("lookup.SAY_near_no_school")
        return self.texts("lookup.SAY_near_listed", schools=self.names(served.schools))

    def over(self, answer: Answer) -> str:
        """Return school year and stage, which stand above the answer."""
        stage, version = self.stage(answer.about.stage), answer.about.version
        if version is None:
            return stage
        return self.texts("lookup.YEAR_STAGE", year=version.school_year, stage=stage)

    def place(self, served: Served) -> str:
        """Say for which address it is the answer."""
        place = served.place
        if place is None or not place.address_id:
            return self.texts("lookup.BY_BLOCK", place=place.text if place else "–")
        if place.count > 1:
            return self.texts("lookup.BY_WHOLE", place=place.text, count=place.count)
        return self.by_list(place) if served.listed else self.by_nearest(place)

    def by_list(self, place: Place) -> str:
        """Say that an address is one of the list."""
        return self.texts("lookup.BY_LIST", place=place.text)

    def by_nearest(self, place: Place) -> str:
        """Say that an address of the list stands for one that is not in it."""
        return self.texts("lookup.BY_NEAREST", place=place.text)

    def way(self, minutes: Minutes | None, mode: str) -> str:
        """Say how long the way takes, in whole minutes."""
        if minutes is None:
            return self.texts("lookup.NO_WAY")
        low, high = (max(1, round(value)) for value in (minutes.low, minutes.high))
        span = str(low) if low == high else self.texts("lookup.RANGE", low=low, high=high)
        key = f"lookup.{Mode(mode).name}"
        return self.texts(key, minutes=span)

    def ways(self, served: Served) -> tuple[tuple[str, ...], ...]:
        """Say for each school how long the way takes, then on foot where children do not walk."""
        own = [(self.way(minutes, served.mode),) for minutes in served.ways]
        if not served.on_foot:
            return tuple(own)
        walked = (self._on_foot(minutes) for minutes in served.on_foot)
        return tuple((*way, on_foot) for way, on_foot in zip(own, walked, strict=True))

    def _on_foot(self, minutes: Minutes | None) -> str:
        if minutes is None:
            # alone it would be read as if there were no way at all
            return self.texts("lookup.NO_WAY_ON_FOOT")
        return self.way(minutes, Mode.WALK.value)

    def others(self, served: Served) -> tuple[OtherWords, ...]:
        """Say of other schools how far they are, and why not."""
        return tuple(self._other(other, served.mode) for other in served.others)

    def _other(self, other: Other, mode: str) -> OtherWords:
        ranked = sorted(other.why, key=lambda why: _SAID_FIRST.index(why.kind))
        return OtherWords(
            name=self.names(other.schools),
            way=self.way(other.minutes, mode),
            nearer=other.nearer,
            why=tuple(
                self.why(why, together=any(one.kind == "together" for one in other.why))
                for why in ranked[:WHY_AT_MOST]
            ),
        )

    def why(self, why: Why, *, together: bool = False) -> str:
        """Say what stands against another school.

        Parameters
        ----------
        why
            One of the things that do.
        together
            Whether the area would not come alone: the seats are counted for all that comes.
        """
        key = "full_together" if together and why.kind == "full" else why.kind
        return self.texts(f"lookup.WHY_{key}", years=self.list_of(why.years))

    def boarding(self, served: Served) -> tuple[str, ...]:
        """Say how far the boarding schools are by road; nothing where none is the answer."""
        if not served.boarding or served.day_m is None:
            return ()
        said = [self.texts("boarding.OWN" if served.schools else "boarding.NEAREST")]
        for one in served.boarding:
            named = {"school": one.school.name, "places": one.places}
            if one.metres is None:
                said.append(self.texts("boarding.NO_ROAD", **named))
                continue
            km = f"{one.metres / KILOMETRE_M:.1f}"
            said.append(self.texts("boarding.ROAD", km=km, **named))
        nearest = served.boarding[0].metres
        if nearest is None or nearest > served.day_m:
            day = f"{served.day_m / KILOMETRE_M:.2f}"
            said.append(self.texts("boarding.BEYOND", day=day))
        return (*said, self.texts("boarding.NOTE"))

    def shares(self, served: Served) -> tuple[str, ...]:
        """Say which part each school has: as a shared area is divided, else of the seats."""
        if served.shares:
            parts = zip(served.schools, served.shares, strict=True)
            return tuple(
                self.texts("lookup.SHARED_PART", school=school.name, share=f"{part:.0%}")
                for school, part in parts
            )
        total = sum(item.seats for item in served.seats)
        if not total:
            return ()
        return tuple(
            self.texts(
                "lookup.DRAW_PART", school=item.school.name, share=f"{item.seats / total:.0%}"
            )
            for item in served.seats
        )

    def seats(self, item: Seats, year: int) -> str:
        """Say how many seats a school has, and whether they are published as taken.

        Parameters
        ----------
        item
            The school with its seats.
        year
            School year that they are for.
        """
        key = "lookup.SEATS_FULL" if item.full else "lookup.SEATS"
        return self.texts(key, school=item.school.name, seats=item.seats, year=year)

    def day(self, day: datetime.date) -> str:
        """Write a day as it is said: 1 September 2027."""
        month = self.texts("lookup.MONTHS").split()[day.month - 1]
        return self.texts("lookup.DAY", year=day.year, month=month, day=day.day)

    def versions(self, answer: Answer) -> tuple[str, ...]:
        """Say what holds today, or today and under a plan for discussion; and what comes after."""
        served, about = served_of(answer), answer.about
        said = []
        # where a version is in force, the zones that the study calls today's hold no longer
        in_force = about.version is not None and not about.version.draft
        if served is not None and served.listed and not in_force:
            key = "lookup.NOW" if served.today else "lookup.NOW_UNKNOWN"
            said.append(self.texts(key, schools=self.names(served.today)))
        if served is not None and about.version is not None:
            schools = self.names(served.schools) or self.kind(answer.kind)
            if about.not_today is not None:
                said.append(self._term(about.version, schools))
            else:
                said.append(self._version(about.version, schools, from_key="lookup.IN_FORCE"))
        if about.not_today is not None and about.coming is None:
            return tuple(said)
        return (*said, self._coming(about.coming))

    def not_today(self, answer: Answer) -> str:
        """Say that an answer is not the one of today; empty where it is."""
        about = answer.about
        other = about.not_today
        if other is None:
            return ""
        if other.day is not None:
            key = "otherday.ON_AHEAD" if other.ahead else "otherday.ON_PAST"
            return self.texts(key, date=self.day(other.day))
        version = about.version.version_id if about.version else ""
        return self.texts("otherday.BY_VERSION", version=version)

    def option(self, version: Version) -> str:
        """Name a version among others."""
        stage, begins, end = self.stage(version.stage), version.effective_from, version.ends_before
        assert begins is not None
        said = {"stage": stage, "version": version.version_id, "date": self.day(begins)}
        if end is None:
            return self.texts("otherday.OPTION", **said)
        return self.texts("otherday.OPTION_ENDED", **said, end=self.day(end))

    def _term(self, version: Version, schools: str) -> str:
        """Say when a version that is not the one of today was or will be in force."""
        begins, end = version.effective_from, version.ends_before
        assert begins is not None
        said = {"version": version.version_id, "schools": schools}
        if end is None:
            return self.texts("otherday.FROM_ON", date=self.day(begins), **said)
        if end <= begins:
            return self.texts("otherday.NEVER", **said)
        return self.texts("otherday.FROM_UNTIL", date=self.day(begins), end=self.day(end), **said)

    def _version(
        self, version: Version, schools: str, *, from_key: str = "lookup.PLAN_FROM"
    ) -> str:
        if version.effective_from is not None:
            return self.texts(from_key, date=self.day(version.effective_from), schools=schools)
        return self.texts("lookup.PLAN_SAYS", year=version.school_year, schools=schools)

    def _coming(self, coming: Coming | None) -> str:
        if coming is None:
            return self.texts("lookup.COMING_NONE")
        return self._version(coming.version, self.elsewhere(coming.schools, coming.kind))

    def elsewhere(self, schools: Sequence[School], kind: Kind) -> str:
        """Name the schools that another plan has for the place of an answer, or say what it has."""
        if kind is Kind.CHOOSE:
            # one place of today's plan, several of the other: there is nothing to choose from here
            return self.texts("lookup.PARTED")
        return self.names(schools) or self.kind(kind)

    def years(self, years: Sequence[int]) -> str:
        """Name years in a sentence."""
        return self.list_of(years)
