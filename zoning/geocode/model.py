"""What an address consists of: components with their place in the raw text."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """Kinds of components, roughly from the largest to the smallest."""

    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    DEVZONE = "devzone"
    TOWN = "town"
    COMMUNITY = "community"
    GROUP = "group"
    ROAD = "road"
    LANE = "lane"
    NUMBER = "number"
    COMPOUND = "compound"
    PHASE = "phase"
    BUILDING = "building"
    UNIT = "unit"
    FLOOR = "floor"
    ROOM = "room"
    CROSSING = "crossing"
    NEAR = "near"
    BRACKET = "bracket"
    OTHER = "other"


class Component(NamedTuple):
    """One component of an address.

    Parameters
    ----------
    kind
        What it is.
    text
        Its words in plain form.
    start, end
        Its place in the raw text.
    confidence
        How sure the kind is, from 0 to 1: what is written with its suffix is nearly sure, what only
        its place in the order tells is not.
    """

    kind: Kind
    text: str
    start: int
    end: int
    confidence: float


class Address(NamedTuple):
    """An address in its components.

    Parameters
    ----------
    raw
        The text as it was given.
    text
        The same in plain form.
    components
        Its components, in the order of the text.
    """

    raw: str
    text: str
    components: tuple[Component, ...]

    def first(self, kind: Kind) -> str:
        """Return the words of the first component of a kind, or nothing."""
        for item in self.components:
            if item.kind is kind:
                return item.text
        return ""

    def all(self, kind: Kind) -> tuple[Component, ...]:
        """Return the components of a kind."""
        return tuple(item for item in self.components if item.kind is kind)

    @property
    def road(self) -> str:
        """The road, or nothing."""
        return self.first(Kind.ROAD)

    @property
    def lane(self) -> str:
        """The lane, or nothing."""
        return self.first(Kind.LANE)

    @property
    def number(self) -> str:
        """The door number, or nothing."""
        return self.first(Kind.NUMBER)

    @property
    def compound(self) -> str:
        """The compound, or nothing."""
        return self.first(Kind.COMPOUND)

    @property
    def phase(self) -> str:
        """The part of the compound, or nothing."""
        return self.first(Kind.PHASE)

    @property
    def building(self) -> str:
        """The building, or nothing."""
        return self.first(Kind.BUILDING)
