"""Addresses with a slip before the number, put right by what the table has.

A letter is typed wrong, left out or one too many in a road, a village or a town: 东山镇向洋路5号.
Often the suffix is hit (向阳陆), and then nothing says any more that there is a road. So the whole
text before the number is compared with known names, not only what was read as a road.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from zoning.geocode.keys import STREET, road_key
from zoning.geocode.numbers import chinese
from zoning.geocode.numerals import digits
from zoning.geocode.record import Door
from zoning.geocode.spelling import Spelling
from zoning.geocode.text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from zoning.geocode.admin import Divisions

# roads that a slip may have meant before town, number and sound choose among them
MANY = 64
_LONGEST_NAME, _SHORTEST_NAME = 12, 3
# 3巷 is 三巷 in a name; 弄141 is a number
_COUNTED = re.compile(rf"(?<!\d)\d{{1,2}}(?={STREET}|段)")
_NUMBER = re.compile(r"(?<!^)\d")
# what follows the number of a door, and of a villagers' group; 3期 and 3栋 are of a compound
_DOOR = re.compile(r"\d+(?:$|[-号弄院附之]|(?![期区栋幢座单室层楼排组队社村])[\u4e00-\u9fff])")
_BARE_DOOR = re.compile(r"(\d{1,9})号(?![附之甲乙丙丁-]|大?院)")
_GROUP = re.compile(r"\d+(?:村民)?(?:小?组|大?队|社)")
_COMMUNITY = re.compile(r"^.*?(?:社区|居委会)(?=..)")
# a letter alone after figures that ends a text or stands before other figures was meant for a unit
_LONE = re.compile(r"(?<=\d)(?![东南西北中])[\u4e00-\u9fff](?=\d|$)")
_UNITS = "号弄栋幢室组"
# 解放街 is another road than 解放路
_SUFFIXES = "路街道巷弄里坊条村"


class Mended(NamedTuple):
    """A text with a slip put right.

    Parameters
    ----------
    text
        The text, plain.
    sounds
        Whether it sounds the same as what was written.
    plain
        Whether the slip makes no other name of it: a letter is missing or too many, or its suffix
        is hit; with another letter in its place 玉康巷 is 阳康巷, which may be a road as well.
    door
        Road and number; None where more is said about the number, or it is no door.
    """

    text: str
    sounds: bool
    plain: bool
    door: Door | None = None


class Mender:
    """Puts slips right by known names.

    Parameters
    ----------
    roads, villages
        Those of the table.
    divisions
        Divisions of the area.
    same_sound
        Tells whether two characters may be read alike.
    """

    def __init__(
        self,
        roads: Iterable[str],
        villages: Iterable[str],
        *,
        divisions: Divisions,
        same_sound: Callable[[str, str], bool],
    ) -> None:
        self.roads = Spelling(map(spoken, roads))
        self.villages = Spelling(villages)
        self.towns = Spelling(
            plain(name).text for some in divisions.names.values() for name in some
        )
        self.divisions, self.same_sound = divisions, same_sound

    def units(self, text: str) -> str:
        """Return a text in which a unit after figures that is typed as it sounds is put right.

        Parameters
        ----------
        text
            As it was written: 12好.
        """
        return _LONE.sub(lambda match: self._unit(match[0]), text)

    def _unit(self, letter: str) -> str:
        if letter in _UNITS:
            return letter
        return next((unit for unit in _UNITS if self.same_sound(letter, unit)), letter)

    def mended(self, text: str, *, anew: bool = False) -> list[Mended]:
        """Return what a text may have meant, with one slip before its number put right.

        Parameters
        ----------
        text
            As it was written; one without a number is none of these.
        anew
            Whether a known name may have been meant for another.
        """
        ready = spoken(digits(plain(text).text))
        number = _NUMBER.search(ready)
        if number is None:
            return []
        stem, rest = ready[: number.start()], ready[number.start() :]
        known = [
            names
            for names, follows in ((self.roads, _DOOR), (self.villages, _GROUP))
            if follows.match(rest)
        ]
        found = {
            before: name
            for names in known
            for before, name in (
                *self._by_name(stem, names, anew=anew),
                *self._by_town(stem, names),
            )
        }
        bare = _BARE_DOOR.match(rest)
        return [
            Mended(
                before + rest,
                self._sound_alike(before, stem),
                self.is_plain(stem, before),
                Door(road_key(name), int(bare[1])) if bare and name in self.roads.known else None,
            )
            for before, name in found.items()
        ]

    def is_plain(self, written: str, meant: str) -> bool:
        """Tell whether a slip makes no other name of what was meant.

        Parameters
        ----------
        written, meant
            Texts that differ by one letter, or by two that have changed places.
        """
        if len(written) != len(meant) or self._sound_alike(written, meant):
            return True
        return written[:-1] == meant[:-1] and written[-1] not in _SUFFIXES

    def _by_name(self, stem: str, names: Spelling, *, anew: bool) -> Iterator[tuple[str, str]]:
        """Go through stems and their names where divisions are fine and the name has a slip."""
        found = self.divisions.head(stem)
        at = found[-1][2] if found else 0
        community = _COMMUNITY.match(stem[at:])
        at += community.end() if community else 0
        for name in names.near(stem[at:], most=MANY, anew=anew):
            yield stem[:at] + name, name

    def _by_town(self, stem: str, names: Spelling) -> Iterator[tuple[str, str]]:
        """Go through stems and their known names, the longest, where the town has a slip."""
        found = self.divisions.head(stem)
        at = found[-1][2] if found else 0
        for size in range(min(len(stem) - 1, _LONGEST_NAME), _SHORTEST_NAME - 1, -1):
            name, before = stem[-size:], stem[:-size]
            if name not in names.known:
                continue
            towns = self.towns.near(before) or self.towns.near(before[at:])
            yield from ((town + name, name) for town in towns)
            if towns:
                return

    def _sound_alike(self, one: str, other: str) -> bool:
        return len(one) == len(other) and all(
            a == b or self.same_sound(a, b) for a, b in zip(one, other, strict=True)
        )


def spoken(text: str) -> str:
    """Return a text with the figures of its roads' names as they are spoken: 金家三巷.

    Parameters
    ----------
    text
        Plain text, or the key of a road.
    """
    return _COUNTED.sub(lambda match: chinese(int(match[0])), text)
