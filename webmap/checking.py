"""`zoning versions --check`: what this program answers otherwise than a version's record says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from zoning.cli.output import progress_bar, table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from webmap.services.agreement import Differences
    from webmap.services.checking import Checking
    from zoning.cli.console import Console
    from zoning.publish.version import Version

NOT_ACCEPTED_EXIT = 11


def check_versions(
    console: Console,
    wanted: Sequence[Version],
    *,
    checking: Checking,
    folder: Path,
    accepted: str,
) -> int:
    """Ask for every address of some versions, tell what differs, and enter a yes to it.

    Parameters
    ----------
    console
        Where it is told.
    wanted
        The versions.
    checking
        Asks them.
    folder
        The study, as the user named it.
    accepted
        Digest of the differences to which the officer says yes; empty for none.

    Returns
    -------
    Exit code: 11 where something differs to which nobody has said yes.
    """
    from webmap.services.checking import said_yes

    found: list[tuple[Version, Differences | None]] = []
    with progress_bar(console.text("accept.STEP")) as bar:
        for done, version in enumerate(wanted):
            bar("accept", done, len(wanted))
            found.append((version, checking.differences(version)))
    if accepted:
        every = [item for _, item in found if item is not None]
        chosen = said_yes(accepted, every)
        version = next(version for version, item in found if item is chosen)
        if not checking.is_accepted(version, chosen):
            checking.accept(version, chosen, at=datetime.now(UTC))
    open_ = [
        version
        for version, item in found
        if item is not None and item.changes and not checking.is_accepted(version, item)
    ]
    if console.json:
        console.answer({"checked": [_record(*one, checking=checking) for one in found]})
    else:
        _tell(console, found, checking=checking, folder=folder, accepted=accepted)
    return NOT_ACCEPTED_EXIT if open_ else 0


def _record(version: Version, found: Differences | None, *, checking: Checking) -> dict[str, Any]:
    from zoning.publish.report import change_record

    told: dict[str, Any] = {"version": version.version_id, "geocoder": version.geocoder}
    if found is None:
        return {**told, "compared": False, "changes": []}
    return {
        **told,
        "compared": True,
        "geocoder_now": found.geocoder,
        "changes": [change_record(change) for change in found.changes],
        "to_accept": found.to_accept or None,
        "accepted": bool(found.changes) and checking.is_accepted(version, found),
    }


def _tell(
    console: Console,
    found: Sequence[tuple[Version, Differences | None]],
    *,
    checking: Checking,
    folder: Path,
    accepted: str,
) -> None:
    if not found:
        console.say("accept.NOTHING")
    for version, item in found:
        name = version.version_id
        if item is None:
            console.say("accept.NOT_KEPT", version=name)
        elif not item.changes:
            console.say("accept.ALIKE", version=name, count=item.asked)
        else:
            console.say("accept.DIFFERENT", version=name, count=len(item.changes))
            _table(console, item)
            if accepted and item.to_accept == accepted.lower():
                console.say("accept.ENTERED", version=name)
            elif checking.is_accepted(version, item):
                console.say("accept.YES_ALREADY")
            else:
                console.say("accept.SAY_YES", folder=folder, digest=item.to_accept)


def _table(console: Console, found: Differences) -> None:
    from zoning.publish.report import answer_text

    names, language = found.school_names, console.language
    columns = ("address_id", "text", "before", "after")
    head = [console.text(f"publish.COLUMN_{name}") for name in columns]
    rows = [
        (item.address_id, item.text, answer_text(item.before, names, language),
         answer_text(item.after, names, language))
        for item in found.changes
    ]  # fmt: skip
    click.echo(table(rows, head=head))
