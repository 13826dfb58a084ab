"""Write a set of door numbers as a notice would, so that reading it gives the same set again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from zoning.errors import InputError
from zoning.geocode.numbers import DoorNumber, Parity, SuffixKind
from zoning.geocode.ranges.model import Answer, End, Segment
from zoning.geocode.ranges.reader import read_ranges

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SIDES = {Parity.ODD: "单号", Parity.EVEN: "双号"}
_MOST_EXCEPTIONS = 6
_LONGEST_LISTED = 3
_LARGEST_PLAIN = 999_999
_AMBIGUOUS = frozenset({SuffixKind.SUB, SuffixKind.FRACTION})


def write_range(
    numbers: Iterable[DoorNumber], existing: Iterable[DoorNumber], *, road: str = ""
) -> str:
    """Write door numbers of one road as the shortest text that says no more and no less.

    Parameters
    ----------
    numbers
        What is meant.
    existing
        All numbers that the road has. A range may run over numbers that do not exist, but never
        over one that exists and is not meant. 680弄 and 680号 are one place.
    road
        Its name.

    Returns
    -------
    Such as "人民路1-15号（单号）、2-30号（双号，14号除外）"; empty where no number is meant.

    Raises
    ------
    InputError
        The name of the road cannot be told from numbers, so that no text would be read rightly.
    """
    meant = frozenset(numbers)
    all_of_them = sorted(meant.union(existing))
    if not meant:
        return ""
    drafts = [_both_sides(all_of_them, meant), _by_side(all_of_them, meant)]
    plain = "、".join(_one(number, all_of_them, meant) for number in sorted(meant))
    for body in (*sorted(drafts, key=len), plain):
        for text in (f"{road}{body}", f"{road}：{body}"):
            if says(text, meant, all_of_them, road=road):
                return text
    raise InputError("doors.NOT_WRITABLE", road=road)


def says(
    text: str, meant: frozenset[DoorNumber], existing: Iterable[DoorNumber], *, road: str
) -> bool:
    """Tell whether a text, read, means these numbers and none of the others."""
    read = read_ranges(text)
    wanted = {True: Answer.YES, False: Answer.NO}
    return not read.faults and all(
        read.contains(number, road=road) is wanted[number in meant] for number in existing
    )


def _both_sides(existing: Sequence[DoorNumber], meant: frozenset[DoorNumber]) -> str:
    """Write ranges that run over both sides of the road."""
    if len(meant) == len(existing):
        return "全段"
    return _shortest(existing, existing, meant, Parity.ANY)


def _by_side(existing: Sequence[DoorNumber], meant: frozenset[DoorNumber]) -> str:
    """Write each side of the road for itself."""
    said = []
    for parity, name in SIDES.items():
        side = [number for number in existing if number.parity is parity]
        own = [number for number in side if number in meant]
        if own:
            whole = len(own) == len(side)
            said.append(f"{name}全段" if whole else _shortest(side, existing, meant, parity))
    return "、".join(said)


def _shortest(
    sequence: Sequence[DoorNumber],
    existing: Sequence[DoorNumber],
    meant: frozenset[DoorNumber],
    parity: Parity,
) -> str:
    """Cut a sequence into ranges with few enough exceptions that the text is shortest."""
    runs = _runs(sequence, meant)
    # leaving out 14号 would cast doubt on a 14号之一 that is meant
    inseparable = {
        other
        for other in sequence
        if other not in meant and any(number.is_under(other) for number in meant)
    }
    best: list[str] = [""]
    for stop in range(1, len(runs) + 1):
        choices = []
        for start in range(stop - 1, -1, -1):
            first, last = runs[start][0], runs[stop - 1][1]
            inside = sequence[first : last + 1]
            gaps = sum(number not in meant for number in inside)
            if gaps > _MOST_EXCEPTIONS or any(number in inseparable for number in inside):
                break
            text = _range(inside, existing, meant, parity)
            choices.append(f"{best[start]}、{text}" if best[start] else text)
        best.append(min(choices, key=len))
    return best[-1]


def _runs(sequence: Sequence[DoorNumber], meant: frozenset[DoorNumber]) -> list[tuple[int, int]]:
    """Return first and last place of each unbroken run of numbers that are meant."""
    runs: list[tuple[int, int]] = []
    for at, number in enumerate(sequence):
        if number not in meant:
            continue
        if runs and runs[-1][1] == at - 1:
            runs[-1] = (runs[-1][0], at)
        else:
            runs.append((at, at))
    return runs


def _range(
    inside: Sequence[DoorNumber],
    existing: Sequence[DoorNumber],
    meant: frozenset[DoorNumber],
    parity: Parity,
) -> str:
    """Write all numbers from the first to the last of a sequence, except those not meant."""
    listed = "、".join(_one(number, existing, meant) for number in inside if number in meant)
    if len(inside) == 1:
        return listed
    first, last = inside[0], inside[-1]
    covering = Segment("", End(first), End(last), parity=parity)
    left_out = [
        number
        for number in existing
        if number not in meant and covering.covers(number) is not Answer.NO
    ]
    bracket = [SIDES[parity]] if parity in SIDES else []
    if left_out:
        bracket.append("、".join(map(_text, left_out)) + "除外")
    plain = not first.suffixes and not last.suffixes and not first.lane and not last.lane
    span = f"{first.base}-{last.base}号" if plain else f"{_text(first)}至{_text(last)}"
    ranged = span + (f"（{'，'.join(bracket)}）" if bracket else "")
    short = len(inside) <= _LONGEST_LISTED and len(listed) < len(ranged)
    return listed if short else ranged


def _one(number: DoorNumber, existing: Sequence[DoorNumber], meant: frozenset[DoorNumber]) -> str:
    """Write one number, without those of its additions that are not meant."""
    left_out = [other for other in existing if other not in meant and other.is_under(number)]
    bracket = f"（{'、'.join(map(_text, left_out))}除外）" if left_out else ""
    return _text(number) + bracket


def _text(number: DoorNumber) -> str:
    """Write a number; in quotation marks where it would be read as a range or as several."""
    kinds = {suffix.kind for suffix in number.suffixes}
    unclear = len(number.suffixes) > 1 or kinds & _AMBIGUOUS or number.base > _LARGEST_PLAIN
    return f"“{number}”" if unclear else str(number)
