"""Names of the bureau's list that go on as somebody types: compounds, roads, villages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from zoning.geocode.readings import toneless
from zoning.geocode.text import plain
from zoning.study.by_parts import aliases

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

AT_MOST = 8
LONGEST = 40


@dataclass(frozen=True)
class Names:
    """Names to suggest, each once.

    Parameters
    ----------
    shown
        As the list writes them.
    plain
        The same in the one form of all texts, and in pinyin: syllables, and their first letters.
    """

    shown: tuple[str, ...]
    plain: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, table: pd.DataFrame) -> Names:
        """Collect the names of a table of addresses.

        Parameters
        ----------
        table
            name, community, road and alias; see `zoning.study.places.WORDS`.
        """
        words = table[["name", "community", "road", "alias"]].fillna("").astype(str)
        listed = chain(
            words["community"], words["road"], words["name"],
            chain.from_iterable(aliases(said) for said in words["alias"]),
        )  # fmt: skip
        shown = tuple(sorted({name for name in listed if name}, key=lambda name: (len(name), name)))
        return cls(shown, tuple(_forms(name) for name in shown))

    def like(self, text: str) -> tuple[str, ...]:
        """Return the names that begin as a text does, then those that contain it, short ones first.

        Parameters
        ----------
        text
            What has been typed: characters, pinyin or first letters.
        """
        typed = plain(text[:LONGEST]).text.replace(" ", "")
        if not typed:
            return ()
        first: list[str] = []
        second: list[str] = []
        for name, forms in zip(self.shown, self.plain, strict=True):
            if any(form.startswith(typed) for form in forms):
                first.append(name)
                if len(first) == AT_MOST:
                    break
            elif len(second) < AT_MOST and typed in forms[0]:
                second.append(name)
        return tuple(first + second)[:AT_MOST]


def _forms(name: str) -> tuple[str, ...]:
    from pypinyin import lazy_pinyin

    spoken = [toneless(syllable) or syllable for syllable in lazy_pinyin(name)]
    return (plain(name).text.replace(" ", ""), "".join(spoken), _letters(spoken))


def _letters(spoken: Iterable[str]) -> str:
    return "".join(syllable[:1] for syllable in spoken)
