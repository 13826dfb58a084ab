"""The way from an address to the gate of its school: its line, its streets, what it crosses."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from zoning.lookup.answers import served_of
from zoning.study.ways import way_record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from zoning.lookup.answers import Answer, School
    from zoning.lookup.served import ZoneTeller
    from zoning.network.routes import Router
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
    lon, lat
        Where, WGS 84 degrees.
    """

    kind: str
    name: str
    turn: bool
    lon: float
    lat: float


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
        From door to gate: (longitude, latitude), WGS 84 degrees.
    """

    school: School
    start: str
    minutes: float
    metres: int
    streets: tuple[Street, ...]
    crossings: tuple[Crossed, ...]
    line: tuple[tuple[float, float], ...]


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
        return _route_of(school, start, way_record(walk, self.router.network.system))


def _route_of(school: School, start: str, record: dict[str, Any]) -> Route:
    return Route(
        school=school,
        start=start,
        minutes=record["time_min"],
        metres=record["distance_m"],
        streets=_streets(record["streets"]),
        crossings=tuple(
            # half a crossing is a turn into the road, or out of it
            Crossed(item["kind"], item["name"], item["times"] < 1, item["lng"], item["lat"])
            for item in record["crossings"]
        ),
        line=tuple((lng, lat) for lng, lat in record["line"]),
    )


def _streets(records: Sequence[dict[str, Any]]) -> tuple[Street, ...]:
    """Return the streets of a way; a step of less than a metre is none."""
    return tuple(Street(item["name"], item["distance_m"]) for item in records if item["distance_m"])
