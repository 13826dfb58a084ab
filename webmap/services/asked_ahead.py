"""What parents write for the addresses of a list, asked before they do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from webmap.services.answers_file import choice_key, text_key
from zoning.forked import share_out
from zoning.lookup.desk import is_listed, with_coming
from zoning.study.by_parts import aliases
from zoning.study.places import WORDS
from zoning.study.said import row_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pandas as pd

    from webmap.services.when import Desks
    from zoning.lookup.answers import Answer, Coming
    from zoning.progress import Progress

AT_A_TIME = 500


@dataclass(frozen=True)
class Meaning:
    """What some texts mean alike.

    Parameters
    ----------
    rows
        Positions of the addresses that are meant.
    listed
        Whether the texts are in the list.
    coming
        What the plan after the one in force says of it; None without one.
    """

    rows: tuple[int, ...]
    listed: bool
    coming: Coming | None


def texts_of(table: pd.DataFrame) -> list[str]:
    """Return what may be written for the addresses of a list, each text once.

    Its names, its road and number, and both with its township; of a village all that is said of it.

    Parameters
    ----------
    table
        `zoning.study.places.WORDS`.
    """
    words = table[list(WORDS)].fillna("").astype(str)
    found: dict[str, None] = {}
    for row in words.to_dict("records"):
        found.update(dict.fromkeys(_written(row)))
    found.pop("", None)
    return list(found)


def _written(row: Mapping[str, str]) -> Iterator[str]:
    name, town, street = row["name"], row["division"], row["road"] + row["number"]
    own = "" if street and name.startswith(street) else name
    yield from (name, street, street + own, *aliases(row["alias"]))
    yield from (town + street + own, town + name)
    if not street:
        yield row_text(row, name=name)


def meanings(
    desks: Desks, *, processes: int, progress: Progress
) -> tuple[dict[bytes, int], list[Meaning]]:
    """Ask all that may be written or chosen, and put together what means the same.

    What no address of the list is equal to in all its parts is left to be asked when somebody does.

    Parameters
    ----------
    desks
        What answers.
    processes
        How many work side by side.
    progress
        Told how far it is.

    Returns
    -------
    Number of its meaning by key, and the meanings.
    """
    table = desks.desk.places.table
    texts = texts_of(table)
    shares = [texts[at : at + AT_A_TIME] for at in range(0, len(texts), AT_A_TIME)]
    done = 0

    def tell(at: int) -> None:
        nonlocal done
        done += len(shares[at])
        progress("", done, len(texts))

    found = share_out(partial(_asked, desks), shares, processes=processes, tell=tell)
    keys: dict[bytes, int] = {}
    numbers: dict[Meaning, int] = {}
    for key, meaning in chain.from_iterable(found):
        keys[key] = numbers.setdefault(meaning, len(numbers))
    for address_id, meaning in _chosen(desks):
        keys[choice_key(address_id)] = numbers.setdefault(meaning, len(numbers))
    return keys, list(numbers)


def _asked(desks: Desks, texts: Sequence[str]) -> list[tuple[bytes, Meaning]]:
    """Return key and meaning of the texts that name addresses in all their parts."""
    found = desks.desk.places.find_all(texts)
    coming: list[Coming | None] = [None] * len(texts)
    if desks.then is not None:
        desk, about = desks.then
        later = desk.places.find_all(texts)
        coming = [_coming(desks, desk.told(one, about)) for one in later]
    named = zip(map(text_key, texts), found, coming, strict=True)
    return [
        (key, Meaning(one.rows, is_listed(one), then))
        for key, one, then in named
        if key is not None and one.rows
    ]


def _chosen(desks: Desks) -> Iterator[tuple[str, Meaning]]:
    for row, address in enumerate(desks.desk.places.table["address_id"]):
        then = None
        if desks.then is not None:
            desk, about = desks.then
            then = _coming(desks, desk.choose(str(address), about))
        yield str(address), Meaning((row,), listed=True, coming=then)


def _coming(desks: Desks, later: Answer) -> Coming | None:
    return with_coming(desks.about, later).coming


def answer_of(desks: Desks, meaning: Meaning) -> Answer:
    """Return the answer for what texts mean, with the drawn ways, as `Lookup.ask` gives it.

    Parameters
    ----------
    desks
        What answers.
    meaning
        What is meant.
    """
    about = replace(desks.about, coming=meaning.coming)
    answer = desks.desk.meant(meaning.rows, about, listed=meaning.listed)
    return desks.desk.drawn(answer)
