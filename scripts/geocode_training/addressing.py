"""How one source, or one person, writes the address of a compound."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from geocode_training import words
from geocode_training.divisions import Area, Divisions, nearest
from geocode_training.places import Gate

if TYPE_CHECKING:
    from geocode_training.dice import Dice
    from geocode_training.places import Place
    from geocode_training.settings import SourceRates
    from geocode_training.streets import StreetMap

# Before the street: nothing, 鼓楼, 鼓楼区, 福州市鼓楼区, 鼓楼福州市鼓楼区, 鼓楼-湖前-, (鼓楼区)
Front = Literal["none", "short", "full", "city", "doubled", "dashes", "bracket"]


@dataclass(frozen=True)
class Style:
    """How a source begins its addresses.

    Parameters
    ----------
    fronts
        Share of each beginning.
    """

    fronts: dict[Front, float]


def draw_style(*, dice: Dice) -> Style:
    """Draw the style of a source: dashes everywhere, bare streets, or a mixture."""
    kind = dice.weighted({"bare": 0.3, "dashes": 0.25, "mixed": 0.45})
    if kind == "bare":
        return Style({"none": 1.0, "short": dice.between(0, 0.05), "full": dice.between(0, 0.03)})
    if kind == "dashes":
        return Style({"dashes": 1.0})
    return Style(
        {
            "none": dice.between(0.1, 0.6),
            "short": dice.between(0.1, 0.6),
            "full": dice.between(0, 0.2),
            "city": dice.between(0, 0.15),
            "doubled": dice.between(0, 0.2),
            "dashes": dice.between(0, 0.04),
        }
    )


class Writer:
    """Writes addresses by the habits of one source.

    Parameters
    ----------
    rates
        Its habits.
    style
        How it begins addresses.
    divisions, streets
        Of the city.
    dice
        Chance.
    """

    def __init__(
        self,
        rates: SourceRates,
        *,
        style: Style,
        divisions: Divisions,
        streets: StreetMap,
        dice: Dice,
    ) -> None:
        self._rates, self._style, self._dice = rates, style, dice
        self._divisions, self._streets = divisions, streets
        # one source speaks of development zones, another only of districts
        self._zones = dice.chance(rates.dev_zone)

    def district(self, place: Place) -> str:
        """Name the district of a compound: its own, a neighbour's, or the zone it lies in."""
        dice, divisions = self._dice, self._divisions
        zone = divisions.zone(place.point)
        if zone and self._zones and dice.chance(0.7):
            return zone
        wrong = dice.chance(self._rates.wrong_district)
        return nearest(divisions.districts, place.point, rank=1 if wrong else 0).full

    def gate(self, place: Place) -> Gate:
        """Choose the gate whose street the address names."""
        if self._dice.chance(self._rates.other_street):
            other = self._streets.near(place.point, besides=place.gates[0].street, within=900.0)
            if other is not None:
                return Gate(other, self._dice.whole(1, max(int(other.length / other.step), 1)))
        if len(place.gates) > 1 and self._dice.chance(self._rates.other_gate):
            return place.gates[1]
        return place.gates[0]

    def front(self, place: Place, *, district: str) -> str:
        """Write what stands before the street."""
        dice, divisions = self._dice, self._divisions
        kind = dice.weighted(self._style.fronts)
        short = district.removesuffix("区").removesuffix("县") if len(district) > 2 else district
        city = divisions.city + "市"
        if kind == "dashes":
            quarter = nearest(divisions.quarters, place.point, rank=1 if dice.chance(0.15) else 0)
            return f"{short if dice.chance(0.8) else district}-{quarter.name}-"
        return {
            "none": "",
            "short": short,
            "full": district,
            "city": city + district,
            "doubled": short + dice.pick((city + district, district, city)),
            "bracket": f"({district})",
        }[kind]

    def number(self, gate: Gate) -> str:
        """Write a door number, or what became of it."""
        dice, rates = self._dice, self._rates
        number = gate.number
        if dice.chance(rates.other_number):
            near = dice.chance(0.6)
            number = max(
                1, number + (2 * dice.whole(-8, 8) if near else dice.whole(-number // 2, 150))
            )
        if dice.chance(rates.bare_sign):
            return "号"
        if dice.chance(rates.garbled):
            return f"{number}{number + 2 * dice.whole(1, 20)}号"
        tail = dice.weighted(
            {"号": 0.9, "": 0.06, f"-{dice.whole(1, 9)}号": 0.03, f"号附{dice.whole(1, 9)}号": 0.01}
        )
        text = f"{number}{tail}"
        if dice.chance(rates.old_number):
            form = dice.pick(("(旧:{}{}号)", "(原{}{}号)", "（原{}{}号）"))
            text += form.format(gate.street.name, max(1, number + dice.whole(-60, 60)))
        return text

    def _landmark(self, gate: Gate) -> str:
        dice = self._dice
        near = dice.pick(words.LANDMARKS)
        if dice.chance(0.35):
            near = dice.pick((self._divisions.city, gate.street.word)) + near
        street = gate.street.name if dice.chance(0.75) else ""
        if dice.chance(0.25):
            street += self.number(gate)
        return f"{street}{near}{dice.pick(words.SIDES)}"

    def _crossing(self, place: Place, gate: Gate) -> str:
        dice = self._dice
        other = self._streets.near(place.point, besides=gate.street, within=900.0)
        if other is None:
            return gate.street.name
        first, second = gate.street.name, other.name
        if dice.chance(0.3):
            first, second = second, first
        if dice.chance(0.1):
            return f"{first},近{second}"
        return first + dice.pick("与和") + second + dice.pick(words.CORNERS)

    def _middle(self, place: Place, *, name: str) -> str:
        dice, rates = self._dice, self._rates
        gate = self.gate(place)
        form = dice.weighted(
            {
                "number": rates.number,
                "road": rates.road_only,
                "crossing": rates.crossing,
                "landmark": rates.landmark,
                "name": rates.name_in_address,
            }
        )
        if form == "number":
            return gate.street.name + self.number(gate)
        if form == "road":
            return gate.street.name
        if form == "crossing":
            return self._crossing(place, gate)
        if form == "landmark":
            return self._landmark(gate)
        return (gate.street.name if dice.chance(0.6) else "") + name

    def write(self, place: Place, *, name: str, district: str) -> str:
        """Write the address of a compound.

        Parameters
        ----------
        place
            The compound.
        name
            As this source writes it: some repeat it in the address.
        district
            As this source names it.
        """
        dice, rates = self._dice, self._rates
        fate = dice.roll()
        if fate < rates.nothing:
            return dice.pick(words.EMPTY)
        if fate < rates.nothing + rates.town_only:
            town = nearest(self._divisions.towns, place.point).full
            return dice.pick(
                (self._divisions.province + self._divisions.city, town, district + town)
            )
        if place.kind == "villages" and dice.chance(0.7):
            town = nearest(self._divisions.towns, place.point).full
            return self.front(place, district=district) + town + name
        text = self._middle(place, name=name)
        if dice.chance(rates.several):
            joint = dice.pick((",", "，", "、", ";"))
            text += joint + self._middle(replace(place, gates=place.gates[::-1]), name=name)
        if dice.chance(rates.remark):
            text += self._remark(place)
        if dice.chance(rates.town_prefix if place.town else 0.03):
            area = nearest(self._divisions.towns, place.point)
            text = (area.full if dice.chance(0.6) else area.name) + text
        return self.front(place, district=district) + text

    def _remark(self, place: Place) -> str:
        dice = self._dice
        inside = dice.weighted(
            {
                dice.pick(words.LANDMARKS) + dice.pick(words.SIDES): 0.5,
                self._crossing(place, place.gates[0]): 0.3,
                f"{dice.pick('东西南北')}门": 0.1,
                dice.pick(words.LANDMARKS): 0.1,
            }
        )
        return f"({inside})" if dice.chance(0.6) else f"（{inside}）"


def areas_of(divisions: Divisions) -> tuple[Area, ...]:
    """Return every division whose name may stand in an address."""
    return (*divisions.districts, *divisions.towns, *(area for area, _ in divisions.zones))
