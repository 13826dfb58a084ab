"""Whether addresses of a demo are found again when they are asked with a slip.

* **Asked** is the table that a user has (`inputs/addresses.csv`, with all its faults). What is
  asked, and where that is, comes from `truth/`, which no part of the program reads.
* **A question** is a whole address as people write it, with the slip of its kind: a character
  typed wrong or left out, traditional characters, full width, pinyin without blanks, Chinese
  numerals, no town. Figures stay the same: another number is another door. "alias" asks for
  another name by which people call a place, alone, and if that is a compound once as a whole and
  once with the building. Only names that some row of that place bears are asked: nobody can know
  the others.
* **Right** is a point within 50 m of the true one. Where a compound is named and no building in
  it, a point within 50 m of any of its buildings is right.
* **What several places bear** has no one answer: two streets of one name in two towns, two
  compounds that people call alike, a slip that makes another true address. An alias is then asked
  with its town, as people do. What is still not one place is no question of its kind; it is
  counted and judged by itself: was it asked back, and is the right one among what the answer names?
* **Wrong among accepted** counts answers that the program would use without asking, and that are
  not right. An answer that is not accepted is right or wrong by its point all the same.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from geocode_training.dice import Dice

from geocode_bench.judged import METRES_PER_DEGREE
from geocode_bench.slips import SLIPS
from zoning.geocode.match import Question

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from zoning.geocode.answer import Answer
    from zoning.geocode.match import Geocoder

ASKED = 600
NEAR_M = 50.0
# of the names in the truth: what it is called, the whole address, and only then the others
OTHER_NAMES = 2
_BUILDING = re.compile(r"\d+栋$")
AS_WRITTEN, NO_TOWN = "as written", "no town"
ALIAS, ALIAS_BUILDING = "alias", "alias with building"
# kinds that change every text in one way: two texts may become one
ALWAYS = ("pinyin",)


@dataclass(frozen=True)
class Asked:
    """A question and where it is.

    Parameters
    ----------
    text
        What is asked.
    spots
        [k, 2] degrees: all points that are right.
    named
        Whether it asks for a name alone.
    several
        Whether several places bear that text.
    """

    text: str
    spots: NDArray[np.float64]
    named: bool = False
    several: bool = False

    @property
    def question(self) -> Question:
        """The question as the geocoder takes it."""
        return Question(self.text, "") if self.named else Question("", self.text)


@dataclass(frozen=True)
class Found:
    """How the questions of one kind were answered."""

    right: NDArray[np.bool_]
    accepted: NDArray[np.bool_]
    among: NDArray[np.bool_]

    @property
    def wrong(self) -> float:
        """Share of those accepted that are not right."""
        return float((~self.right[self.accepted]).mean()) if self.accepted.any() else 0.0


class Truth:
    """The truth of a demo, and which places bear a text.

    Parameters
    ----------
    truth
        As `read_truth` returns it.
    """

    def __init__(self, truth: pd.DataFrame) -> None:
        self.points: NDArray[np.float64] = truth[["lng", "lat"]].to_numpy(float)
        self.names: list[list[str]] = [text.split("|") for text in truth["names"]]
        self.compound: list[str] = truth["compound"].tolist()
        self.town: list[str] = truth["division"].tolist()
        self.buildings = _groups(self.compound)

    def __len__(self) -> int:
        return len(self.names)

    def whole(self, row: int) -> str:
        """Return the whole address of a row."""
        return str(self.names[row][1])

    def without_town(self, row: int) -> str:
        """Return the whole address of a row without its town."""
        return self.whole(row).removeprefix(self.town[row])

    def spots(self, rows: Iterable[int]) -> NDArray[np.float64]:
        """Return the points of rows."""
        chosen: NDArray[np.float64] = self.points[sorted(rows)]
        return chosen

    def one_place(self, rows: Iterable[int]) -> bool:
        """Tell whether rows are one place: one compound, or no farther apart than `NEAR_M`."""
        rows = list(rows)
        compounds = {self.compound[row] for row in rows}
        if len(compounds) == 1 and "" not in compounds:
            return True
        return bool((_metres(self.points[rows], self.points[rows[0]]) <= NEAR_M).all())


def _groups(keys: Iterable[str]) -> dict[str, list[int]]:
    """Return the positions of each key."""
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for at, key in enumerate(keys):
        groups[key].append(at)
    return groups


def _metres(points: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    scale = (np.cos(np.radians(other[1])), 1.0)
    away: NDArray[np.float64] = METRES_PER_DEGREE * np.hypot(*((points - other) * scale).T)
    return away


def found_again_lines(
    truth: pd.DataFrame, addresses: pd.DataFrame, ask: Geocoder, *, rng: np.random.Generator
) -> Iterator[str]:
    """Say how many addresses are found again, by kind of slip, and how many answers are wrong.

    Parameters
    ----------
    truth, addresses
        As `read_truth` and `read_demo` return them.
    ask
        A geocoder of the addresses.
    rng
        Chooses addresses and slips.
    """
    shares: list[float] = []
    for kind, asked in questions(truth, addresses, rng=rng):
        for several in (False, True):
            chosen = [item for item in asked if item.several is several]
            if not chosen:
                continue
            found = judge(chosen, ask.answer_all([item.question for item in chosen]), ask)
            yield _several_line(found) if several else _kind_line(kind, found)
            if not several and kind != AS_WRITTEN:
                shares.append(float(found.right.mean()))
    yield f"with slips, mean over {len(shares)} kinds: {np.mean(shares):.1%} right"


def _kind_line(kind: str, found: Found) -> str:
    accepted = f"accepted {found.accepted.mean():.1%}, wrong of these {found.wrong:.2%}"
    return f"  {kind} ({len(found.right)}): {found.right.mean():.1%} right; {accepted}"


def _several_line(found: Found) -> str:
    asked = f"{(~found.accepted).mean():.1%} asked back"
    named = f"the right one named in {found.among.mean():.1%}"
    return f"    what several places bear ({len(found.right)}): {asked}, {named}"


def judge(asked: Sequence[Asked], answers: Sequence[Answer], ask: Geocoder) -> Found:
    """Judge answers by where their points are.

    Parameters
    ----------
    asked, answers
        Questions and answers, in one order.
    ask
        Who answered: its table says where the alternatives are.
    """
    index, point = ask.gazetteer.index, ask.gazetteer.point
    right = np.zeros(len(asked), dtype=bool)
    among = np.zeros(len(asked), dtype=bool)
    for at, (item, answer) in enumerate(zip(asked, answers, strict=True)):
        if answer.lon is not None and answer.lat is not None:
            right[at] = _is_right(item, answer.lon, answer.lat)
        others = point[list(answer.alternatives)] if answer.alternatives else ()
        among[at] = right[at] or any(
            _is_right(item, float(index.lon[entry]), float(index.lat[entry])) for entry in others
        )
    accepted = np.array([answer.accepted for answer in answers], dtype=bool)
    return Found(right, accepted, among)


def _is_right(asked: Asked, lon: float, lat: float) -> bool:
    return bool(_metres(asked.spots, np.array([lon, lat])).min() <= NEAR_M)


def questions(
    truth: pd.DataFrame, addresses: pd.DataFrame, *, rng: np.random.Generator
) -> Iterator[tuple[str, list[Asked]]]:
    """Go through the kinds of slips with their questions.

    Parameters
    ----------
    truth, addresses
        As `read_truth` and `read_demo` return them.
    rng
        Chooses addresses and slips.
    """
    known = Truth(truth)
    dice = Dice(rng)
    wholes = [known.whole(row) for row in range(len(known))]
    bearers = _groups(wholes)
    for kind, slip in SLIPS.items():
        rows = _some(len(known), rng)
        always = kind in ALWAYS
        same = _groups(slip(text, dice) for text in wholes) if always else bearers
        yield kind, [_with_slip(known, row, slip, same, dice) for row in rows]
    without = [known.without_town(row) for row in range(len(known))]
    same = _groups(without)
    yield NO_TOWN, [_asked(known, row, without[row], same) for row in _some(len(known), rng)]
    yield from _alias_questions(known, addresses, rng=rng)


def _some(count: int, rng: np.random.Generator) -> list[int]:
    return [int(row) for row in rng.choice(count, min(ASKED, count), replace=False)]


def _with_slip(
    known: Truth,
    row: int,
    slip: Callable[[str, Dice], str],
    same: dict[str, list[int]],
    dice: Dice,
) -> Asked:
    return _asked(known, row, slip(known.whole(row), dice), same)


def _asked(known: Truth, row: int, text: str, same: dict[str, list[int]]) -> Asked:
    """Return a question for a row; `same`: the rows that bear a text."""
    bearers = {row, *same.get(text, ())}
    return Asked(text, known.spots([row]), several=not known.one_place(bearers))


def _alias_questions(
    known: Truth, addresses: pd.DataFrame, *, rng: np.random.Generator
) -> Iterator[tuple[str, list[Asked]]]:
    """Go through the questions for other names, with and without the building."""
    borne = _borne(known, addresses)
    pairs = [
        (row, name)
        for row, names in enumerate(known.names)
        for name in names[OTHER_NAMES:]
        if _BUILDING.sub("", name) in borne[_place(known, row)]
    ]
    whole = _names(known, pairs, building=False)
    yield ALIAS, [_called(known, pairs[at], whole, building=False) for at in _some(len(pairs), rng)]
    pairs = [(row, name) for row, name in pairs if _BUILDING.search(name)]
    with_building = _names(known, pairs, building=True)
    yield (
        ALIAS_BUILDING,
        [_called(known, pairs[at], with_building, building=True) for at in _some(len(pairs), rng)],
    )


def _place(known: Truth, row: int) -> str:
    """Return what the rows of one place share."""
    return known.compound[row] or known.whole(row)


def _borne(known: Truth, addresses: pd.DataFrame) -> defaultdict[str, set[str]]:
    """Return the other names that the rows of each place bear in the user's table."""
    borne: defaultdict[str, set[str]] = defaultdict(set)
    for row, names in enumerate(addresses["alias"]):
        borne[_place(known, row)].update(part for part in names.split("|") if part)
    return borne


Names = dict[str, list[int]]


def _names(known: Truth, pairs: Sequence[tuple[int, str]], *, building: bool) -> Names:
    """Return the rows that bear each name, alone and after their town."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    every = [(row, name) for row, names in enumerate(known.names) for name in names[:1] + names[2:]]
    wanted = {_text(name, building=building) for _, name in pairs}
    for row, name in every:
        text = _text(name, building=building)
        # 小区 is said or left out as one likes
        for said in wanted & {text, text.replace("小区", "")}:
            found[said].append(row)
            found[known.town[row] + said].append(row)
    return found


def _text(name: str, *, building: bool) -> str:
    return name if building else _BUILDING.sub("", name)


def _called(known: Truth, pair: tuple[int, str], same: Names, *, building: bool) -> Asked:
    """Ask for a row by one of its names: alone, or with its town if several places bear it."""
    row, name = pair
    text = _text(name, building=building)
    rows = known.buildings[known.compound[row]] if known.compound[row] and not building else [row]
    asked = Asked(text, known.spots(rows), named=True)
    if known.one_place(same[text]):
        return asked
    text = known.town[row] + text
    several = not known.one_place(same[text])
    return replace(asked, text=text, named=False, several=several)
