"""What a row of a table, or a question, says about a place: its parts, ready to be compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoning.geocode.model import Address

NO_NUMBER = -1


@dataclass(frozen=True, slots=True)
class Door:
    """A road that an address names, with a number on it if there is one.

    Parameters
    ----------
    road
        The road with its lane, plain: 文三路, 建设路5弄.
    number
        Whole number on the road; `NO_NUMBER` where none is written.
    suffix
        What follows the number: 附1, 甲, -4; empty for none.
    said
        The road as it was written.
    """

    road: str
    number: int = NO_NUMBER
    suffix: str = ""
    said: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Record:
    """The parts of one name and address.

    Parameters
    ----------
    name
        Core of the name: no division, no bracket, no part; empty where only a road is named.
    parts
        What tells the parts of a compound apart, plain: 2期, 东区, a区.
    doors
        Roads and numbers, those of the address before those of the name.
    address
        The address without names of divisions, brackets and punctuation: for comparing letters.
    district, town, village
        As the text says; empty where it does not.
    group
        Number of a villagers' group; `NO_NUMBER` where none is written.
    building
        Number or letter of a building; empty where none is written.
    city
        City that the row belongs to; empty where the table has none.
    respelt
        Whether some of the doors are on known roads that differ from what was written by a letter.
    written
        Of a question whose roads were put right: its doors as they were written; not compared.
    said
        The addresses in their components; not compared.
    doubts
        Of a question: why no place may be given without asking; see `doubts`.
    key
        The whole text, plain: what must be the same for two rows to say the same.
    """

    name: str = ""
    parts: tuple[str, ...] = ()
    doors: tuple[Door, ...] = ()
    address: str = ""
    district: str = ""
    town: str = ""
    village: str = ""
    group: int = NO_NUMBER
    building: str = ""
    city: str = ""
    respelt: bool = False
    key: str = ""
    written: tuple[Door, ...] = field(default=(), compare=False, repr=False)
    said: tuple[Address, ...] = field(default=(), compare=False, repr=False)
    doubts: tuple[str, ...] = ()
