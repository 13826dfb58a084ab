"""The index of addresses in parts: a request for a part may be meant for thousands of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webmap.maps.facts import Texts
from webmap.public.wording import Wording
from webmap.static_site.answers import Part
from zoning.lookup.answers import Choose
from zoning.lookup.plain_keys import forms_of, key_of, letters, shard_of
from zoning.study.places import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from webmap.services.lookup import Lookup
    from zoning.lookup.answers import Answer

# a request for a part may be meant for as many addresses as that, at least
LEAST_ADDRESSES = 2000
MOST_BITS = 8


@dataclass(frozen=True)
class Index:
    """Everything that can be asked for of one stage.

    Parameters
    ----------
    bits
        It has 2 to the power of this many parts.
    answers
        Answer by key.
    choices
        Answer by the id of an address that a reader may have to choose.
    """

    bits: int
    answers: Mapping[str, Answer]
    choices: Mapping[str, Answer]

    def parts(self, language: str) -> list[bytes]:
        """Return the parts in their order, in one language.

        Parameters
        ----------
        language
            Language of the texts.
        """
        wording = Wording(Texts(language))
        made = [Part(wording, self.choices) for _ in range(2**self.bits)]
        for key, answer in sorted(self.answers.items(), key=lambda pair: pair[0]):
            made[shard_of(key, self.bits)].add(key, answer)
        return [part.written() for part in made]


def make_index(lookup: Lookup, stage: str, *, least: int = LEAST_ADDRESSES) -> Index:
    """Ask the desk for every way in which an address of the list is written.

    Parameters
    ----------
    lookup
        The look-up.
    stage
        Value of `zoning.settings.Stage`.
    least
        Addresses that a part has at least, unless there are fewer in all.

    Raises
    ------
    ZoningError
        A plan cannot be opened.
    """
    # the next version may have been published with other addresses
    lists = [words_of(lookup.addresses(plan)) for plan in lookup.plans(stage)]
    texts = sorted({form for rows in lists for words in rows for form in forms_of(words)})
    answers = _by_key(texts, lookup.ask_all(stage, texts))
    chosen = {
        place.address_id
        for answer in answers.values()
        if isinstance(answer, Choose)
        for place in answer.places
    }
    ids = sorted(chosen)
    choices = dict(zip(ids, lookup.choose_all(stage, ids), strict=True))
    return Index(bits_for(min(map(len, lists)), least=least), answers, choices)


def _by_key(texts: Sequence[str], answers: Iterable[Answer]) -> dict[str, Answer]:
    """Give each key its answer; one that two texts with two answers share has none."""
    found: dict[str, Answer] = {}
    torn: set[str] = set()
    for text, answer in zip(texts, answers, strict=True):
        key = key_of(text)
        if found.setdefault(key, answer) != answer:
            torn.add(key)
    return {key: answer for key, answer in found.items() if key and key not in torn}


def bits_for(addresses: int, *, least: int) -> int:
    """Return how many bits tell the parts apart, so that each has enough addresses.

    Parameters
    ----------
    addresses
        How many there are.
    least
        How many a part has at least.
    """
    return min(MOST_BITS, max(0, (addresses // max(1, least)).bit_length() - 1))


def letters_file() -> bytes:
    """Return what `keys.js` has to know of characters, as JSON."""
    known = letters()
    pairs = sorted(known.become.items())
    document = {
        "from": "".join(before for before, _ in pairs),
        "to": "".join(after for _, after in pairs),
        "gone": "".join(sorted(known.gone)),
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
