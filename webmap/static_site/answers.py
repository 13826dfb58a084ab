"""Answers of the desk as texts, each text once: what a part of the index holds."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from webmap.public.proposed import said_of
from webmap.static_site.links import NOTICE_FILE, SCHOOL_FILE, named_file
from zoning.lookup.answers import (
    Choose,
    NearBoundary,
    SeatsExhausted,
    TheseSchools,
    served_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webmap.public.wording import OtherWords, Wording
    from webmap.services.on_notice import Proposal
    from zoning.lookup.answers import Answer, School, Served

# between what is said beside each other on one line
_BESIDE = " · "


@dataclass(frozen=True)
class Told:
    """An answer of today, and what is on notice for the same place.

    Parameters
    ----------
    answer
        What the desk says.
    proposed
        Each notice with its answer, None where that cannot be told.
    """

    answer: Answer
    proposed: tuple[tuple[Proposal, Answer | None], ...] = ()


@dataclass
class Part:
    """One part of the index while it is put together.

    Parameters
    ----------
    wording
        Puts answers into words.
    choices
        Answers for the addresses that a reader may have to choose from, by their ids.
    """

    wording: Wording
    choices: Mapping[str, Told]
    _texts: dict[str, int] = field(default_factory=dict)
    _answers: list[list[Any]] = field(default_factory=list)
    _known: dict[str, int] = field(default_factory=dict)
    _keys: dict[str, int] = field(default_factory=dict)
    _others: dict[tuple[int, int, tuple[int, ...]], int] = field(default_factory=dict)

    def add(self, key: str, told: Told) -> None:
        """Take in the answer for a key.

        Parameters
        ----------
        key
            What `key_of` returns.
        told
            What the desk says.
        """
        self._keys[key] = self._numbered(told)

    def written(self) -> bytes:
        """Return the part as JSON: texts; what points to texts; keys that point to answers.

        An answer is [kind, over, head, said, place, [[school, way, page]], notes, versions,
        [[address, answer]], [other school], [[title, said, until, page, last day]]]; another school
        is [name, way, [why not]]; the last are notices. Kind and all else but answers and other
        schools are positions of texts.
        """
        keys = dict(sorted(self._keys.items()))
        others = [[name, way, list(why)] for name, way, why in self._others]
        document = {
            "texts": list(self._texts),
            "others": others,
            "answers": self._answers,
            "keys": keys,
        }
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    def _text(self, words: str) -> int:
        return self._texts.setdefault(words, len(self._texts))

    def _numbered(self, told: Told) -> int:
        record = self._record(told.answer)
        record.append(self._proposed(told))
        said = json.dumps(record)
        if said not in self._known:
            self._known[said] = len(self._answers)
            self._answers.append(record)
        return self._known[said]

    def _record(self, answer: Answer) -> list[Any]:
        wording, served = self.wording, served_of(answer)
        return [
            self._text(answer.kind.value),
            self._text(wording.over(answer)),
            self._text(wording.kind(answer.kind.value)),
            self._text(wording.said(answer)),
            self._text(wording.place(served) if served is not None else ""),
            [[self._text(said) for said in school] for school in _schools(answer, wording)],
            [self._text(line) for line in _notes(answer, wording)],
            [self._text(line) for line in wording.versions(answer)],
            self._chosen(answer),
            [] if served is None else self._not(served),
        ]

    def _proposed(self, told: Told) -> list[list[int]]:
        """Return what is on notice for the place of an answer."""
        texts = self.wording.texts
        said = [
            (
                proposal.title,
                said_of(told.answer, answer, self.wording),
                texts("proposed.UNTIL", date=self.wording.day(proposal.last_day)),
                named_file(NOTICE_FILE, {"case_id": proposal.case_id}),
                proposal.last_day.isoformat(),
            )
            for proposal, answer in told.proposed
        ]
        return [[self._text(words) for words in one] for one in said]

    def _not(self, served: Served) -> list[int]:
        """Return the other schools, each kept once: many addresses have the same."""
        said = [
            (
                self._text(other.name),
                self._text(_far(other, self.wording)),
                tuple(self._text(line) for line in other.why),
            )
            for other in self.wording.others(served)
        ]
        return [self._others.setdefault(other, len(self._others)) for other in said]

    def _chosen(self, answer: Answer) -> list[list[int]]:
        if not isinstance(answer, Choose):
            return []
        return [
            [self._text(place.text), self._numbered(self.choices[place.address_id])]
            for place in answer.places
        ]


def _schools(answer: Answer, wording: Wording) -> list[tuple[str, str, str]]:
    """Return name, way and page of each school; the page as others of its language link to it."""
    served, version = served_of(answer), answer.about.version
    edition = version.version_id if version is not None else ""

    def page(school: School) -> str:
        ids = {"edition_id": edition, "school_id": school.school_id}
        return named_file(SCHOOL_FILE, ids) if edition else ""

    if served is None:
        named = answer.schools if isinstance(answer, NearBoundary) else ()
        return [(school.name, "", page(school)) for school in named]
    ways = zip(served.schools, wording.ways(served), strict=True)
    return [(school.name, _BESIDE.join(lines), page(school)) for school, lines in ways]


def _far(other: OtherWords, wording: Wording) -> str:
    """Say how far another school is, and that it is nearer where it is."""
    return _BESIDE.join([other.way, *[wording.texts("lookup.NEARER")] * other.nearer])


def _notes(answer: Answer, wording: Wording) -> list[str]:
    """Return what else the page of the server says below the answer."""
    texts, served = wording.texts, served_of(answer)
    notes = []
    if isinstance(answer, Choose) and answer.more:
        notes.append(texts("lookup.CHOOSE_MORE", count=answer.more))
    if isinstance(answer, SeatsExhausted):
        notes.append(texts("lookup.OVERFLOW"))
    if served is None:
        return notes
    if served.neighbours:
        notes.append(texts("lookup.NEAR_SCHOOLS", schools=wording.names(served.neighbours)))
    if isinstance(answer, TheseSchools):
        notes += [texts("lookup.DRAW"), *wording.shares(served)]
    notes += wording.boarding(served)
    return notes + _seats(answer, served, wording)


def _seats(answer: Answer, served: Served, wording: Wording) -> list[str]:
    version = answer.about.version
    if version is None:
        return []
    said = [wording.seats(item, version.school_year) for item in served.seats]
    if served.short_years:
        said.append(wording.texts("lookup.WARNING", years=wording.years(served.short_years)))
    return said
