"""Desks of versions: opened when a version is published, and kept for servers to open again."""

from __future__ import annotations

from functools import partial
from importlib import metadata
from typing import TYPE_CHECKING

from zoning.lookup.archived import is_state, open_state
from zoning.lookup.desk_file import FORMAT, save_desk
from zoning.lookup.opening import open_desk
from zoning.notice.canonical import digest_of
from zoning.study import open_study

if TYPE_CHECKING:
    from pathlib import Path

    from webmap.services.archive import Archive
    from zoning.publish.version import Version


def desk_name(version: Version) -> str:
    """Return under what the desk of a version is kept: what it is worked out of, and by what."""
    program = metadata.version("school-zoning")
    return digest_of(["desk", FORMAT, program, version.plan_file, version.index])


def keep_desk(study: Path, version: Version, archive: Archive) -> None:
    """Open a version for look-ups as a server does, and keep what took long.

    Parameters
    ----------
    study
        Folder of the study.
    version
        The version.
    archive
        What is kept of it.

    Raises
    ------
    ZoningError
        It cannot be opened or kept: a server opens it without, as far as it can.
    """
    folder = archive.index(version.index)
    if not is_state(folder):
        return
    kept = open_state(folder, page=open_study(study).settings.lookup)
    desk = open_desk(kept, archive.plan(version.plan_file))
    archive.keep_made(desk_name(version), partial(save_desk, desk))
