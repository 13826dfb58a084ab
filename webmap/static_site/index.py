"""The index of addresses in parts: a request for a part may be meant for thousands of them."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webmap.maps.facts import Texts
from webmap.public.proposed import is_for_a_place
from webmap.public.wording import Wording
from webmap.static_site.answers import Part, Told
from zoning.errors import ZoningError
from zoning.lookup.answers import Choose, served_of
from zoning.lookup.plain_keys import forms_of, key_of, letters, shard_of
from zoning.study.places import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from webmap.services.lookup import Lookup
    from webmap.services.on_notice import Proposal
    from zoning.lookup.answers import About, Answer
    from zoning.lookup.desk import Desk

# a request for a part may be meant for as many addresses as that, at least
LEAST_ADDRESSES = 2000
MOST_BITS = 8
_LOG = logging.getLogger(__name__)


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
    answers: Mapping[str, Told]
    choices: Mapping[str, Told]

    def parts(self, language: str) -> list[bytes]:
        """Return the parts in their order, in one language.

        Parameters
        ----------
        language
            Language of the texts.
        """
        wording = Wording(Texts(language))
        made = [Part(wording, self.choices) for _ in range(2**self.bits)]
        for key, told in sorted(self.answers.items(), key=lambda pair: pair[0]):
            made[shard_of(key, self.bits)].add(key, told)
        return [part.written() for part in made]


def make_index(
    lookup: Lookup,
    stage: str,
    *,
    on_notice: Sequence[Proposal] = (),
    least: int = LEAST_ADDRESSES,
) -> Index:
    """Ask the desk for every way in which an address of the list is written.

    Parameters
    ----------
    lookup
        The look-up.
    stage
        Value of `zoning.settings.Stage`.
    on_notice
        What is on notice for the stage.
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

    def asked(desk: Desk, about: About) -> list[Answer]:
        return [desk.told(found, about) for found in desk.places.find_all(texts)]

    answers = _by_key(
        texts,
        _told(lookup.ask_all(stage, texts), [_under(lookup, one, asked) for one in on_notice]),
    )
    chosen = {
        place.address_id
        for told in answers.values()
        if isinstance(told.answer, Choose)
        for place in told.answer.places
    }
    ids = sorted(chosen)

    def picked(desk: Desk, about: About) -> list[Answer]:
        return [desk.choose(name, about) for name in ids]

    proposed = [_under(lookup, one, picked) for one in on_notice]
    choices = dict(zip(ids, _told(lookup.choose_all(stage, ids), proposed), strict=True))
    return Index(bits_for(min(map(len, lists)), least=least), answers, choices)


def _under(
    lookup: Lookup, proposal: Proposal, put: Callable[[Desk, About], list[Answer]]
) -> tuple[Proposal, list[Answer] | None]:
    """Ask a plan that is on notice; None where it cannot be told, which the page then says."""
    try:
        return proposal, lookup.all_under(proposal.plan, put)
    except ZoningError as error:
        # what holds today is written all the same
        _LOG.warning("proposed plan not asked: %s", error.key)
        return proposal, None


def _told(
    answers: Sequence[Answer], proposed: Sequence[tuple[Proposal, list[Answer] | None]]
) -> list[Told]:
    """Put each answer together with what is proposed for its place."""
    found = []
    for at, answer in enumerate(answers):
        then = ((one, None if every is None else every[at]) for one, every in proposed)
        known = served_of(answer) is not None
        found.append(Told(answer, tuple(item for item in then if known or is_for_a_place(item[1]))))
    return found


def _by_key(texts: Sequence[str], answers: Iterable[Told]) -> dict[str, Told]:
    """Give each key its answer; one that two texts with two answers share has none."""
    found: dict[str, Told] = {}
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
