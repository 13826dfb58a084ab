"""The way from an address to the gate of its school: its line, its streets, what it crosses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from zoning.intake.basemap import MILLIMETRES
from zoning.lookup.answers import served_of
from zoning.units import MINUTE_S, SECOND_MS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import shapely

    from zoning.lookup.answers import Answer, School
    from zoning.lookup.served import ZoneTeller
    from zoning.network.routes import Router, Walk
    from zoning.network.travel import AddressTimes


@dataclass(frozen=True)
class Street:
    """A run along one street.

    Parameters
    ----------
    name
        Its name; empty where it has none.
    metres
        How far.
    """

    name: str
    metres: int


@dataclass(frozen=True)
class Crossed:
    """What is crossed or waited for.

    Parameters
    ----------
    kind
        As in `zoning.network.crossings.Crossing`.
    name
        Its name; empty where it has none.
    turn
        Whether it is a turn into the road, or out of it, rather than a crossing.
    x, y
        Where, working CRS.
    """

    kind: str
    name: str
    turn: bool
    x: float
    y: float


@dataclass(frozen=True)
class Route:
    """The fastest way from an address to the nearest gate of a school.

    Parameters
    ----------
    school
        The school.
    start
        The address from which it is drawn, for a reader.
    minutes, metres
        How long it takes, and how far it is.
    streets, crossings
        In the order in which they are met.
    line
        From door to gate, working CRS.
    """

    school: School
    start: str
    minutes: float
    metres: int
    streets: tuple[Street, ...]
    crossings: tuple[Crossed, ...]
    line: shapely.LineString


@dataclass(frozen=True, eq=False)
class Ways:
    """The ways of the addresses of one stage.

    Parameters
    ----------
    router
        Finds them.
    times
        The addresses on its network, in the order of the residences.
    teller
        Knows the residences.
    """

    router: Router
    times: AddressTimes
    teller: ZoneTeller

    def drawn(self, answer: Answer, *, text_of: Callable[[str], str]) -> Answer:
        """Return an answer with the way to each of its schools; others stay as they are.

        Parameters
        ----------
        answer
            The answer.
        text_of
            Returns what an address of the list is called, by its id.
        """
        served = served_of(answer)
        if served is None or not served.schools:
            return answer
        home = next((home for home in served.homes if home in self.teller.residence_row), None)
        if home is None:
            return answer
        start = text_of(home)
        routes = tuple(self._route(home, school, start) for school in served.schools)
        return replace(answer, served=replace(served, routes=routes))  # type: ignore[arg-type]

    def _route(self, home: str, school: School, start: str) -> Route | None:
        row = self.teller.residence_row[home]
        door = self.teller.doors[row]
        walk = self.router.walk(self.times, row, door=door, school_id=school.school_id)
        if walk is None:
            return None
        return _route_of(school, start, walk)


def _route_of(school: School, start: str, walk: Walk) -> Route:
    return Route(
        school=school,
        start=start,
        minutes=round(walk.time_ms / (MINUTE_S * SECOND_MS), 4),
        metres=round(walk.length_mm / MILLIMETRES),
        streets=tuple(_streets(walk)),
        crossings=tuple(
            # half a crossing is a turn into the road, or out of it
            Crossed(item.kind, item.name, item.times < 1, item.x, item.y)
            for item in walk.crossings
        ),
        line=walk.line,
    )


def _streets(walk: Walk) -> Iterator[Street]:
    """Yield the streets of a way; a step of less than a metre is none."""
    for part in walk.stretches:
        metres = round(part.length_mm / MILLIMETRES)
        if metres:
            yield Street(part.name, metres)
