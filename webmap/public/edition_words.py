"""Editions of the zones in words: what each is, when it holds, and by which decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from webmap.public.wording import Wording
from webmap.services.atlas import Edition, State

if TYPE_CHECKING:
    from webmap.maps.facts import Texts


@dataclass(frozen=True)
class EditionWords:
    """An edition as pages name it.

    Parameters
    ----------
    edition
        The edition.
    name
        School year and stage.
    state
        What it is, and since or until when.
    decision
        By which decision; empty for a draft.
    url
        Its zone map, for good.
    draft
        Whether it is only a plan for discussion.
    """

    edition: Edition
    name: str
    state: str
    decision: str
    url: str
    draft: bool


@dataclass(frozen=True)
class Standing:
    """What a plan is.

    Parameters
    ----------
    words
        The version as which it was published; None for a plan for discussion.
    known
        Whether it can be told at all: a plan without versions may be one whose versions are out of
        reach.
    """

    words: EditionWords | None
    known: bool = True


def edition_words(edition: Edition, texts: Texts) -> EditionWords:
    """Put an edition into words.

    Parameters
    ----------
    edition
        The edition.
    texts
        The language.
    """
    said = Wording(texts)
    version = edition.version
    decision = ""
    if version is not None:
        day = said.day(version.decided_on)
        decision = texts("maps.DECISION", decision=version.decision, date=day)
    stage = said.stage(edition.stage)
    return EditionWords(
        edition=edition,
        name=texts("lookup.YEAR_STAGE", year=edition.school_year, stage=stage),
        state=_state(edition, texts),
        decision=decision,
        url=url_for("zones.by_id", edition_id=edition.edition_id, lang=texts.language),
        draft=edition.state is State.DRAFT,
    )


def _state(edition: Edition, texts: Texts) -> str:
    said, version = Wording(texts), edition.version
    if version is None:
        return texts("maps.STATE_draft")
    begins = said.day(version.effective_from)
    if edition.state is State.NEVER:
        return texts("maps.STATE_never", begins=begins)
    if edition.ends is None:
        return texts(f"maps.STATE_{edition.state}", begins=begins)
    return texts(f"maps.STATE_{edition.state}_until", begins=begins, ends=said.day(edition.ends))
