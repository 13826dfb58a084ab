"""Writes the answers for all addresses of a list, as their pages are when somebody asks."""

from __future__ import annotations

import os
from functools import cached_property, partial
from itertools import chain
from typing import TYPE_CHECKING

from webmap.public.answer_page import main_part
from webmap.public.answers_ahead import EXTENSION, marked
from webmap.public.marks import Mark, is_clean
from webmap.services.answers_file import AnswersFile, Packed, dictionary_of, packed, write_answers
from webmap.services.asked_ahead import answer_of, meanings
from zoning.errors import StorageError
from zoning.forked import share_out
from zoning.messages import languages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from flask import Flask

    from webmap.services.answers_ahead import AnswersAhead
    from webmap.services.asked_ahead import Meaning
    from webmap.services.in_force import PlanInForce
    from webmap.services.when import Desks
    from zoning.lookup.answers import Answer
    from zoning.progress import Progress

# pages of which a language has its words in common
SAMPLES = 16
AT_A_TIME = 200


def write_ahead(
    app: Flask, plan: PlanInForce, coming: PlanInForce | None, *, progress: Progress
) -> Path | None:
    """Write the answers for all addresses of a list under a plan, unless they are there.

    Parameters
    ----------
    app
        The application whose pages they are.
    plan, coming
        The plan, and the one after it; None for none.
    progress
        Told how far it is.

    Returns
    -------
    Where they are; None for a plan that was not published with its data.

    Raises
    ------
    ZoningError
        The plan cannot be asked, or the answers cannot be kept.
    """
    ahead: AnswersAhead = app.extensions[EXTENSION]
    file = ahead.file(plan, coming)
    if file is None or _is_whole(file):
        return file
    desks = app.extensions["zoning-lookup"].desks(plan, coming)
    processes = os.cpu_count() or 1
    keys, found = meanings(desks, processes=processes, progress=progress)
    write_answers(file, *_Writer(app, desks, found).written(keys, processes, progress))
    return file


def _is_whole(file: Path) -> bool:
    try:
        return file.is_file() and len(AnswersFile(file)) >= 0
    except StorageError:
        return False


class _Writer:
    """Writes the pages of answers.

    Parameters
    ----------
    app
        The application whose pages they are.
    desks
        What answers.
    found
        What texts mean.
    """

    def __init__(self, app: Flask, desks: Desks, found: Sequence[Meaning]) -> None:
        self._app, self._desks, self._found = app, desks, found

    def written(
        self, keys: Mapping[bytes, int], processes: int, progress: Progress
    ) -> tuple[dict[bytes, int], dict[str, Packed]]:
        """Return the keys of the answers that can be kept, and the answers by language."""
        shares = [range(at, min(at + AT_A_TIME, len(self._found)))
                  for at in range(0, len(self._found), AT_A_TIME)]  # fmt: skip
        assert self.dictionaries
        done = 0

        def tell(at: int) -> None:
            nonlocal done
            done += len(shares[at])
            progress("", done, len(self._found))

        some = share_out(self._some, shares, processes=processes, tell=tell)
        every = list(chain.from_iterable(some))
        whole = [number for number, page in enumerate(every) if page is not None]
        place = {number: at for at, number in enumerate(whole)}
        told = {
            language: Packed(
                self.dictionaries[language], [page[at] for page in every if page is not None]
            )
            for at, language in enumerate(languages())
        }
        return {key: place[number] for key, number in keys.items() if number in place}, told

    @cached_property
    def dictionaries(self) -> dict[str, bytes]:
        """What the pages of each language have in common."""
        step = max(1, len(self._found) // SAMPLES)
        some = [answer_of(self._desks, meaning) for meaning in self._found[::step][:SAMPLES]]
        return {language: dictionary_of(self._pages(some, language)) for language in languages()}

    def _some(self, share: range) -> list[tuple[bytes, ...] | None]:
        """Return the packed pages of some answers; None for one that cannot be kept."""
        some = self._found[share.start : share.stop]
        answers = [answer_of(self._desks, meaning) for meaning in some]
        told = [self._pages(answers, language) for language in languages()]
        return [
            tuple(map(packed, pages, (self.dictionaries[name] for name in languages())))
            if all(map(is_clean, pages))
            else None
            for pages in zip(*told, strict=True)
        ]

    def _pages(self, some: Sequence[Answer], language: str) -> list[str]:
        """Return the main parts of pages, with marks."""
        asked = marked(self._desks.about.stage)
        tell = partial(main_part, asked, csrf=Mark.TOKEN)
        query = {"lang": language}
        with self._app.test_request_context("/lookup", method="POST", query_string=query):
            return [tell(answer) for answer in some]
