"""What a map page says about zones and schools, as words and short numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from zoning.messages import text
from zoning.units import MINUTE_S

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from webmap.services.plans import PlanData

# Counts of one to four children are withheld on everything that may be handed out: in a small
# zone they would tell of single families.
WITHHELD_BELOW = 5
NOT_KNOWN = "—"


@dataclass(frozen=True)
class Texts:
    """The catalogue of the web side in one language."""

    language: str

    def __call__(self, key: str, /, **params: object) -> str:
        """Return a text of the catalogue."""
        return text(key, self.language, params)

    def raw(self, key: str, *names: str) -> str:
        """Return a text whose placeholders `names` stay, for a script to fill."""
        return self(key, **{name: f"{{{name}}}" for name in names})


@dataclass(frozen=True)
class Intake:
    """Children and seats of one year.

    Parameters
    ----------
    year
        Year of enrolment.
    children
        None where the count is withheld or not known.
    withheld
        Whether there is a count that is not shown.
    seats
        None where not known.
    """

    year: int
    children: int | None
    seats: int | None
    withheld: bool = False

    def cells(self, texts: Texts) -> tuple[str, str, str]:
        """Return seats, children and fill rate as they are shown."""
        seats = NOT_KNOWN if self.seats is None else f"{self.seats:,}"
        if self.withheld:
            return seats, texts("webmap.UNDER", count=WITHHELD_BELOW), NOT_KNOWN
        if self.children is None:
            return seats, NOT_KNOWN, NOT_KNOWN
        fill = _percent(self.children, self.seats) if self.seats else NOT_KNOWN
        return seats, f"{self.children:,}", fill


@dataclass(frozen=True)
class ZoneFacts:
    """One zone as the page tells it.

    Parameters
    ----------
    zone_id, name, zone_type
        From the plan.
    schools
        Names of its schools.
    shares
        Parts of the children that each school of a shared area gets; empty for other zones.
    intakes
        One a year.
    mean_s, median_s, p95_s, max_s
        Travel times in seconds, weighted by children; None where there is none.
    """

    zone_id: str
    name: str
    zone_type: str
    schools: tuple[str, ...]
    intakes: tuple[Intake, ...]
    mean_s: float | None
    median_s: float | None
    p95_s: float | None
    max_s: float | None
    shares: tuple[str, ...] = ()


@dataclass(frozen=True)
class SchoolFacts:
    """One school as the page tells it."""

    school_id: str
    name: str
    zone_id: str
    zone_name: str
    intakes: tuple[Intake, ...]


def zone_facts(plan: PlanData) -> tuple[ZoneFacts, ...]:
    """Return the facts of every zone, in the order of the plan's zones."""
    names = dict(zip(plan.schools["school_id"], plan.schools["name"], strict=True))
    found = []
    for row in plan.zones.drop(columns="geometry").to_dict("records"):
        ids = [part for part in _word(row["school_ids"]).split(";") if part]
        found.append(
            ZoneFacts(
                zone_id=str(row["zone_id"]),
                name=_word(row["name"]) or str(row["zone_id"]),
                zone_type=str(row["zone_type"]),
                schools=tuple(_word(names.get(one)) or one for one in ids),
                intakes=_intakes(row, plan.years),
                mean_s=_number(row.get("mean_time_s")),
                median_s=_number(row.get("median_time_s")),
                p95_s=_number(row.get("p95_time_s")),
                max_s=_number(row.get("max_time_s")),
                shares=tuple(part for part in _word(row.get("shares")).split(";") if part),
            )
        )
    return tuple(found)


def school_facts(plan: PlanData) -> tuple[SchoolFacts, ...]:
    """Return the facts of every school, in the order of the plan's schools."""
    zones = dict(zip(plan.zones["zone_id"], plan.zones["name"], strict=True))
    return tuple(
        SchoolFacts(
            school_id=str(row["school_id"]),
            name=_word(row["name"]) or str(row["school_id"]),
            zone_id=_word(row["zone_id"]),
            zone_name=_word(zones.get(row["zone_id"])),
            intakes=_intakes(row, plan.years),
        )
        for row in plan.schools.drop(columns="geometry").to_dict("records")
    )


def minutes(seconds: float | None) -> str:
    """Return a time in minutes with one decimal."""
    return NOT_KNOWN if seconds is None else f"{seconds / MINUTE_S:.1f}"


def zone_name(zone: ZoneFacts, texts: Texts) -> str:
    """Return the zone's name; one that was only put together is said in the reader's language."""
    if zone.name == zone.zone_id and not zone.schools:
        return texts("webmap.ZONE_NONE")
    if len(zone.schools) > 1 and zone.name == "、".join(zone.schools):
        return texts("webmap.SEPARATOR").join(zone.schools)
    return zone.name


def zone_title(zone: ZoneFacts, texts: Texts) -> str:
    """Return the zone's name, told apart from a school of the same name."""
    name = zone_name(zone, texts)
    return texts("plan.ZONE_LABEL", name=name) if name in zone.schools else name


def zone_popup(zone: ZoneFacts, texts: Texts) -> dict[str, Any]:
    """Return what the page shows when a zone is chosen."""
    times = texts(
        "webmap.ZONE_TIMES",
        mean=minutes(zone.mean_s),
        median=minutes(zone.median_s),
        p95=minutes(zone.p95_s),
        max=minutes(zone.max_s),
    )
    lines = [texts(f"plan.VALUE_zone_type_{zone.zone_type}")]
    if zone.schools:
        lines.append(
            texts("webmap.ZONE_SCHOOLS", names=texts("webmap.SEPARATOR").join(zone.schools))
        )
    if zone.shares:
        lines.append(texts("webmap.ZONE_SHARES", shares=" : ".join(zone.shares)))
    if zone.mean_s is not None:
        lines.append(times)
    return {"title": zone_title(zone, texts), "lines": lines, **_table(zone.intakes, texts)}


def school_popup(school: SchoolFacts, texts: Texts) -> dict[str, Any]:
    """Return what the page shows when a school is chosen."""
    lines = [texts("webmap.SCHOOL_ZONE", name=school.zone_name)] if school.zone_name else []
    return {"title": school.name, "lines": lines, **_table(school.intakes, texts)}


def _table(intakes: Iterable[Intake], texts: Texts) -> dict[str, Any]:
    head = [texts(f"webmap.HEAD_{name}") for name in ("YEAR", "SEATS", "CHILDREN", "FILL")]
    return {"head": head, "rows": [[str(one.year), *one.cells(texts)] for one in intakes]}


def _intakes(row: dict[str, Any], years: Sequence[int]) -> tuple[Intake, ...]:
    return tuple(
        _intake(year, _number(row.get(f"children_{year}")), _number(row.get(f"seats_{year}")))
        for year in years
    )


def _intake(year: int, children: float | None, seats: float | None) -> Intake:
    whole = None if seats is None else round(seats)
    if children is not None and 0 < round(children) < WITHHELD_BELOW:
        return Intake(year, None, whole, withheld=True)
    return Intake(year, None if children is None else round(children), whole)


def _percent(children: int, seats: int) -> str:
    """Return the fill rate; only a school that is exactly full shows 100 %."""
    exact = 100 * children / seats
    return f"{math.floor(exact) if children < seats else math.ceil(exact)}%"


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not pd.isna(value) else None


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""
