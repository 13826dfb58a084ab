"""How one source, or one person, writes the name of a compound."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from geocode_training import characters, words

if TYPE_CHECKING:
    from geocode_training.dice import Dice
    from geocode_training.divisions import Divisions
    from geocode_training.places import Name, Place
    from geocode_training.settings import SourceRates

LONG_UNITS = {short: long for long, short in words.SHORT_UNITS.items()}
ROMAN = {"一": "Ⅰ", "二": "Ⅱ", "三": "Ⅲ", "四": "Ⅳ", "五": "Ⅴ", "六": "Ⅵ"}
DIGIT = {"一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6"}
DORMS = frozenset(words.DORMS)


def is_dorm(name: Name) -> bool:
    """Say whether a name is that of a unit's housing."""
    return bool(name.level) or name.suffix in DORMS - {"小区", "住宅小区", "住宅"}


def shorten_unit(stem: str) -> str:
    """Exchange a unit's long name for its short one, or the other way round."""
    for long, short in words.SHORT_UNITS.items():
        if long in stem:
            return stem.replace(long, short)
    for short, long in LONG_UNITS.items():
        if stem.endswith(short):
            return stem.removesuffix(short) + long
    if stem.endswith("总厂"):
        return stem.removesuffix("总厂") + "厂"
    return stem.removesuffix("厂") if len(stem) > 3 and stem.endswith("厂") else stem


def _dorm(name: Name, *, rates: SourceRates, city: str, dice: Dice) -> Name:
    if dice.chance(rates.unit_shortened):
        name = replace(name, stem=shorten_unit(name.stem))
    if dice.chance(rates.level_changed):
        name = replace(name, level="" if name.level else dice.pick(("省", "市", "区", city)))
    if dice.chance(rates.dorm_changed):
        name = replace(name, suffix=dice.pick(words.DORMS))
    return name


def _estate(name: Name, *, rates: SourceRates, dice: Dice) -> Name:
    if name.brand and dice.chance(rates.brand_dropped) and len(name.stem + name.suffix) > 2:
        name = replace(name, brand="")
    kin = words.SUFFIX_KIN.get(name.suffix)
    if kin and dice.chance(rates.suffix_changed):
        return replace(name, suffix=dice.pick(kin))
    if kin and dice.chance(rates.suffix_dropped) and len(name.brand + name.stem) > 2:
        return replace(name, suffix="")
    if dice.chance(rates.suffix_added):
        tail = dice.pick(words.GENERIC_TAILS)
        if not name.suffix.endswith(tail):
            return replace(name, suffix=name.suffix + tail)
    return name


def write_part(part: str, *, dice: Dice) -> str:
    """Write a phase in one of its ways: 二期, 2期, Ⅱ期, B区 or 二区."""
    if not part or part[0] not in DIGIT:
        return part
    style = dice.weighted({"": 0.6, "digit": 0.33, "roman": 0.03, "第": 0.04})
    if style == "digit":
        return DIGIT[part[0]] + part[1:]
    if style == "roman":
        return ROMAN[part[0]] + part[1:]
    return style + part


def _with_part(text: str, part: str, *, rates: SourceRates, dice: Dice) -> str:
    if not part or dice.chance(rates.part_dropped):
        return text
    part = write_part(part, dice=dice)
    if dice.chance(rates.part_bracket):
        return text + dice.weighted({f"({part})": 0.7, f"（{part}）": 0.3})
    return text + part


def write_name(
    place: Place, *, rates: SourceRates, divisions: Divisions, district: str, dice: Dice
) -> str:
    """Write the name of a compound as one source does.

    Parameters
    ----------
    place
        The compound.
    rates
        Habits of the source.
    divisions, district
        For names that begin with the city or the district.
    dice
        Chance.
    """
    name = place.name
    if place.aliases and dice.chance(rates.alias):
        name = dice.pick(place.aliases)
    dorm = is_dorm(name)
    if dorm:
        name = _dorm(name, rates=rates, city=divisions.city, dice=dice)
    elif place.kind not in {"numbered", "villages"}:
        name = _estate(name, rates=rates, dice=dice)
    dot = "·" if name.brand and dice.chance(rates.dot) else ""
    text = name.brand + dot + name.level + name.stem + name.suffix
    text = _with_part(text, name.part, rates=rates, dice=dice)
    street = dice.pick(place.gates).street.name
    if place.town and dice.chance(rates.town_prefix * (1.0 if dorm else 0.4)):
        text = place.town + text
    elif dorm and street not in text and dice.chance(rates.road_prefix):
        text = street + text if dice.chance(0.8) else f"{text}({street})"
    elif dice.chance(rates.place_prefix):
        text = dice.pick((district, divisions.city, street if street not in text else "")) + text
    elif dice.chance(rates.city_added):
        text = divisions.city + text
    if dice.chance(rates.bracket):
        text += _bracket(place, district=district, dice=dice)
    if dice.chance(rates.tail):
        text += dice.pick(words.TAIL_NOISE)
    if dice.chance(rates.building):
        text += f"{dice.whole(1, 30)}{dice.pick(('号楼', '栋', '幢', '座'))}"
    return misspell(text, rates=rates, dice=dice)


def _bracket(place: Place, *, district: str, dice: Dice) -> str:
    gate = dice.pick(place.gates)
    inside = dice.weighted(
        {
            gate.street.name: 0.4,
            f"{gate.street.name}{gate.number}号": 0.2,
            district: 0.15,
            dice.pick(words.TAIL_NOISE): 0.25,
        }
    )
    return f"({inside})" if dice.chance(0.7) else f"（{inside}）"


def misspell(text: str, *, rates: SourceRates, dice: Dice) -> str:
    """Make the faults of one who copies by hand, most often none."""
    if dice.chance(rates.typo):
        text = characters.typo(text, dice=dice)
    if dice.chance(rates.dropped):
        text = characters.dropped(text, dice=dice)
    if dice.chance(rates.added):
        text = characters.added(text, dice=dice)
    if dice.chance(rates.odd_form):
        text = characters.odd_form(text, dice=dice)
    return text
