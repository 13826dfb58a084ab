"""What a reader has sent with the form of the look-up."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, request

from webmap.services.lookup import Lookup
from webmap.services.when import When

if TYPE_CHECKING:
    from collections.abc import Callable

    from zoning.lookup.answers import About, Answer
    from zoning.lookup.desk import Desk

LONGEST = 120
BLOCKS_AT_MOST = 8
_NOT_WRITTEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
# an id of the list, and the mark of a whole compound or building
_ID = re.compile(r"[^\s,;<>\"']{1,82}")


@dataclass(frozen=True)
class Asked:
    """What a reader has sent.

    Parameters
    ----------
    stage
        Value of `zoning.settings.Stage`; one of the study's.
    text
        What was written, without what cannot be seen.
    choice
        Address that was chosen; empty where none was.
    blocks
        Blocks around the reader; none where no position was used.
    day, version
        For which day, or of which version; both empty for today's answer.
    """

    stage: str
    text: str
    choice: str
    blocks: tuple[str, ...]
    day: str = ""
    version: str = ""

    def fields(self) -> tuple[tuple[str, str], ...]:
        """Return what has to be sent again to ask the same."""
        return (
            ("stage", self.stage),
            ("address", self.text),
            ("choice", self.choice),
            ("blocks", ",".join(self.blocks)),
            *self.time_fields(),
        )

    def time_fields(self) -> tuple[tuple[str, str], ...]:
        """Return what of it says for when it is asked; nothing for today."""
        said = (("day", self.day), ("version", self.version))
        return tuple((name, value) for name, value in said if value)

    def when(self) -> When | None:
        """Return for when it is asked; None for today.

        Raises
        ------
        ValueError
            The day is none.
        """
        if self.version:
            return When(version_id=self.version)
        return When(day=datetime.date.fromisoformat(self.day)) if self.day else None

    def fault(self) -> str:
        """Return the key of what keeps it from being asked; empty where nothing does."""
        if not (self.text or self.choice or self.blocks):
            return "lookup.EMPTY"
        if len(self.text) > LONGEST:
            return "lookup.TOO_LONG"
        if self.day and self.version:
            return "otherday.BOTH"
        try:
            when = self.when()
        except ValueError:
            return "otherday.BAD_DAY"
        # blocks are those of today's data; another version may have others of the same name
        return "otherday.NO_POSITION" if when is not None and self.blocks else ""

    def put(self) -> Callable[[Desk, About], Answer]:
        """Return what puts the question to a desk."""
        if self.choice:
            return lambda desk, about: desk.choose(self.choice, about)
        if self.blocks:
            return lambda desk, about: desk.at_blocks(self.blocks, about)
        return lambda desk, about: desk.ask(self.text, about)


def service() -> Lookup:
    """Return the look-ups of this application."""
    found = current_app.extensions["zoning-lookup"]
    assert isinstance(found, Lookup)
    return found


def written(sent: str) -> str:
    """Return a text without what cannot be seen."""
    return _NOT_WRITTEN.sub(" ", sent).strip()


def asked() -> Asked:
    """Read the form of this request; whatever is not understood is left out."""
    stages = [stage.value for stage in service().study.stages]
    # of each name the first; what is not there costs `request.form` an exception each time
    form = request.form.to_dict()
    stage = form.get("stage", "")
    text = written(form.get("address", ""))
    choice = form.get("choice", "")
    blocks = form.get("blocks", "").split(",")[:BLOCKS_AT_MOST]
    return Asked(
        stage=stage if stage in stages else stages[0],
        text=text[: LONGEST + 1],
        choice=choice if _ID.fullmatch(choice) else "",
        blocks=tuple(block for block in blocks if _ID.fullmatch(block)),
        day=form.get("day", "").strip()[:LONGEST],
        version=form.get("version", "").strip()[:LONGEST],
    )
