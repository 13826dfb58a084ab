"""How the command line speaks: in which language, to a person or to another program."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click
from tqdm import tqdm

from zoning.cli.asked import asked_for
from zoning.cli.interruption import current
from zoning.cli.output import finding_record, put_json
from zoning.messages import choose_language, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from zoning.findings import Finding


@dataclass
class Console:
    """How to speak to whoever called.

    Parameters
    ----------
    language
        Language of all messages.
    json
        Whether standard output is for another program.
    answered
        Whether that program has had its answer: it gets exactly one.
    notices
        What was found damaged and mended on the way; part of the answer.
    """

    language: str
    json: bool = False
    answered: bool = field(default=False, init=False)
    notices: list[Finding] = field(default_factory=list, init=False)

    def say(self, key: str, /, **params: object) -> None:
        """Print a message for a person; on standard error where output is JSON."""
        click.echo(text(key, self.language, params), err=self.json)

    def text(self, key: str, /, **params: object) -> str:
        """Return a message of the catalogue."""
        return text(key, self.language, params)

    def answer(self, record: Mapping[str, Any], *, error: Mapping[str, Any] | None = None) -> None:
        """Give another program its answer: one JSON document with `ok` and `error`.

        Parameters
        ----------
        record
            Everything else.
        error
            `code` and `message` of what went wrong; None where nothing did.
        """
        if self.answered:
            return
        interruption = current()
        if interruption is not None:
            interruption.finish()  # half a document would be worse than a late Ctrl-C
        self.answered = True
        notices = [finding_record(item, self.language) for item in self.notices]
        put_json({"ok": error is None, "error": error, "notices": notices, **record})

    def notice(self, finding: Finding) -> None:
        """Tell at once of what was found damaged and mended, above any bar."""
        self.notices.append(finding)
        said = f"{finding.message(self.language)} {finding.fix(self.language)}"
        tqdm.write(said, file=sys.stderr)

    def error(self, key: str, /, **params: object) -> dict[str, str]:
        """Return the `error` of an answer."""
        return {"code": key, "message": self.text(key, **params)}


def console_of(context: click.Context | None) -> Console:
    """Return the console of a command, or one for the system's language."""
    found = context.find_object(Console) if context is not None else None
    return found or Console(choose_language())


def console_for(words: Sequence[str]) -> Console:
    """Return the console that the words of a command line ask for, before they are understood.

    Help and faults of the command line itself are told in that language and form, too.
    """
    language, as_json = asked_for(words)
    return Console(language, json=as_json)
