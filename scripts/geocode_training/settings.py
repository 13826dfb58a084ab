"""What a city, its sources and its queries are like: each rate with its range and the reason.

Every city draws its own rates, because the next real city is not like the last. The ranges are
wide around what address lists of Chinese cities show; no range is fitted to one of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar

if TYPE_CHECKING:
    from geocode_training.dice import Dice

T = TypeVar("T")
Style = Literal["listings", "bureau"]
# no fault is made more often than this
MOST = 0.75


@dataclass(frozen=True)
class CitySettings:
    """What is chosen for a city; all else is drawn.

    Parameters
    ----------
    style
        "listings": several sources, each with habits, one more that asks. "bureau": the one
        table of an office with exact points, asked by people who spell as they like.
    rows
        About how many rows the table has.
    queries
        How many queries there are.
    name
        Of the city, invented; empty: drawn.
    """

    style: Style = "listings"
    rows: int = 5000
    queries: int = 3000
    name: str = ""


def _drawn(low: float, high: float) -> Any:
    return field(metadata={"low": low, "high": high})


def _fault(low: float, high: float) -> Any:
    """Declare a rate that is higher for all sources of a careless city."""
    return field(metadata={"low": low, "high": high, "fault": True})


def draw_rates(kind: type[T], *, dice: Dice) -> T:
    """Draw one value of each range."""
    return kind(
        **{
            each.name: dice.between(each.metadata["low"], each.metadata["high"])
            for each in fields(kind)  # type: ignore[arg-type]
        }
    )


@dataclass(frozen=True, kw_only=True)
class CityRates:
    """What all sources of a city have in common, and what makes cities differ from one another.

    Rates that every source draws for itself are much the same on average; one table is kept with
    care and another is not.
    """

    # compounds that nobody lists
    unlisted: float = _drawn(0.08, 0.45)
    # by how much the rates of all faults are multiplied, and the errors of points
    careless: float = _drawn(0.3, 1.9)
    scattered: float = _drawn(0.5, 1.8)
    # uses of a name's first word that are of the few words which the city is fond of: many 阳光
    fond: float = _drawn(0.0, 0.5)


@dataclass(frozen=True, kw_only=True)
class WorldRates:
    """How a city is built."""

    # metres; cities 10 to 30 km across
    radius: float = _drawn(4000, 16000)
    # uses of a local word beside the hill or hamlet it names; the others are anywhere
    at_home: float = _drawn(0.3, 0.75)
    # share of the radius within which half of all compounds lie: an old town is dense
    dense: float = _drawn(0.2, 0.6)
    # metres between arterials in the old town; they widen outwards
    block: float = _drawn(500, 1000)
    # arterials cut into 东/中/西 or 南/中/北, each with numbers of its own
    sectioned: float = _drawn(0.2, 0.6)
    # metres by one door number (odd and even face each other)
    number_step: float = _drawn(5, 16)
    # compounds in county towns and on the edge, tens of kilometres away
    outlying: float = _drawn(0.03, 0.2)
    # kinds of compounds; they are shares of their sum
    estates: float = _drawn(0.28, 0.5)
    dorms: float = _drawn(0.15, 0.4)
    quarters: float = _drawn(0.06, 0.15)
    new_villages: float = _drawn(0.02, 0.1)
    numbered: float = _drawn(0.04, 0.12)
    lanes: float = _drawn(0.02, 0.06)
    business: float = _drawn(0.03, 0.08)
    villas: float = _drawn(0.005, 0.02)
    resettled: float = _drawn(0.01, 0.05)
    villages: float = _drawn(0.01, 0.05)
    # estates and quarters that have parts (phases, areas, gardens)
    parted: float = _drawn(0.03, 0.3)
    # mean number of places of one unit that share its name
    same_unit: float = _drawn(1.03, 1.6)
    # estates that take the name of another, or differ from it by one character
    namesakes: float = _drawn(0.002, 0.05)
    # estates and quarters that take the first word of one nearby: a developer builds on, a
    # neighbourhood lends its name to all that is built there
    kin: float = _drawn(0.0, 0.4)
    # estates of a developer who builds several
    branded: float = _drawn(0.2, 0.6)
    # compounds with a gate on a second road, by which others write their address
    two_gates: float = _drawn(0.35, 0.65)
    # compounds with another name in use: an old one, a colloquial one
    aliased: float = _drawn(0.03, 0.3)


@dataclass(frozen=True, kw_only=True)
class SourceRates:
    """Habits of one source of a table."""

    # share of all compounds that it lists
    coverage: float = _drawn(0.35, 0.85)
    # lists parts of an estate rather than the whole
    by_part: float = _drawn(0.2, 0.9)
    # an estate listed by part is listed as a whole as well
    whole_too: float = _drawn(0.2, 0.8)
    # points taken over from a source before it: real lists copy from each other
    copied: float = _drawn(0.0, 0.7)
    # metres; half of the points lie nearer to the true one
    error: float = _drawn(8, 50)
    error_sigma: float = _drawn(0.5, 0.9)
    # a point anywhere on the road
    at_road: float = _fault(0.002, 0.02)
    # at the centre of its town or district
    at_town: float = _fault(0.0, 0.006)
    # at a namesake, or anywhere
    astray: float = _fault(0.002, 0.014)
    # a second row of the same compound under another name
    repeated: float = _fault(0.0, 0.05)
    # a name is listed once; its namesake is told apart by its road, or left out
    unique_names: float = _drawn(0.6, 1.0)
    # of a name, see `naming.py`
    alias: float = _fault(0.1, 0.5)
    brand_dropped: float = _fault(0.02, 0.12)
    city_added: float = _drawn(0.0, 0.04)
    suffix_changed: float = _fault(0.01, 0.06)
    suffix_dropped: float = _fault(0.01, 0.06)
    suffix_added: float = _fault(0.01, 0.07)
    dorm_changed: float = _fault(0.03, 0.2)
    unit_shortened: float = _fault(0.03, 0.3)
    level_changed: float = _fault(0.02, 0.18)
    road_prefix: float = _fault(0.02, 0.25)
    # in a county town, its name before that of the compound, and before the street
    town_prefix: float = _drawn(0.05, 0.4)
    place_prefix: float = _drawn(0.0, 0.06)
    bracket: float = _drawn(0.0, 0.08)
    part_dropped: float = _fault(0.05, 0.35)
    part_bracket: float = _drawn(0.0, 0.25)
    dot: float = _drawn(0.0, 0.1)
    tail: float = _drawn(0.0, 0.015)
    building: float = _drawn(0.0, 0.015)
    # of characters: a homophone, a similar shape, one too few, one too many
    typo: float = _fault(0.002, 0.015)
    dropped: float = _fault(0.002, 0.015)
    added: float = _fault(0.001, 0.008)
    odd_form: float = _drawn(0.0, 0.01)
    # of an address, see `addressing.py`; these are shares of their sum
    number: float = _drawn(0.5, 0.8)
    road_only: float = _drawn(0.1, 0.35)
    crossing: float = _drawn(0.0, 0.2)
    landmark: float = _drawn(0.0, 0.18)
    nothing: float = _fault(0.0, 0.03)
    town_only: float = _fault(0.0, 0.03)
    name_in_address: float = _drawn(0.0, 0.15)
    # a street nearby on which it has no gate
    other_street: float = _fault(0.01, 0.1)
    # another gate, another number of the same road, a number cut off or run together
    other_gate: float = _drawn(0.25, 0.65)
    other_number: float = _fault(0.03, 0.18)
    bare_sign: float = _fault(0.0, 0.05)
    garbled: float = _fault(0.0, 0.01)
    old_number: float = _fault(0.0, 0.03)
    several: float = _drawn(0.0, 0.05)
    remark: float = _drawn(0.0, 0.15)
    wrong_district: float = _fault(0.005, 0.03)
    dev_zone: float = _drawn(0.0, 0.6)


def draw_habits(city: CityRates, *, dice: Dice) -> SourceRates:
    """Draw the habits of one source of a city: no rate of a fault above `MOST`."""
    drawn = draw_rates(SourceRates, dice=dice)
    faults = {
        each.name: min(getattr(drawn, each.name) * city.careless, MOST)
        for each in fields(SourceRates)
        if "fault" in each.metadata
    }
    return replace(drawn, error=drawn.error * city.scattered, **faults)


@dataclass(frozen=True, kw_only=True)
class QueryRates:
    """What the one who asks does beyond the habits of a source."""

    # compounds that nobody lists: one asks for what is known, another for whatever there is; rather
    # many than few, because too much doubt is cheaper than too little
    absent: float = _drawn(0.12, 0.52)
    # a part of which only the whole, or another part, is listed, is asked for on purpose
    part_wanted: float = _drawn(0.0, 0.5)
    # the name in place of the number, or behind it
    name_for_number: float = _drawn(0.05, 0.5)
    # two addresses, joined with a comma
    two_addresses: float = _drawn(0.005, 0.03)
    # queries of a road and a number alone
    door: float = _drawn(0.01, 0.06)
    # queries that a person misspells: one kind of fault each
    perturbed: float = _drawn(0.0, 0.08)
