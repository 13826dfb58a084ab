"""Keep plans on the disk: a damaged file is set aside, never deleted, and figures are kept true."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from zoning.errors import StorageError
from zoning.findings import Finding, Severity
from zoning.plan.store import SUFFIX, read_plan, write_plan
from zoning.study.cache import file_digest, storage_error

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from zoning.plan.store import PlanFile

DAMAGED = ".damaged"


def set_aside_if_damaged(
    file: Path, *, sha256: str | None = None, tell: Callable[[Finding], None]
) -> None:
    """Give a plan file that cannot be used another name, so that the plan can be drawn again.

    Parameters
    ----------
    file
        The file; it need not be there.
    sha256
        What it was when it was written. Other bytes need not be damage: QGIS keeps its own notes in
        the file.
    tell
        Told what was set aside, and under which name.

    Raises
    ------
    StorageError
        The file cannot be read or renamed at all.
    """
    try:
        if not file.exists() or (file.is_file() and file_digest(file) == sha256):
            return
        try:
            read_plan(file)
        except StorageError:
            kept = _free_name(file)
            file.rename(kept)
            names = {"file": file.name, "kept": kept.name}
            tell(Finding("study.PLAN_SET_ASIDE", Severity.WARNING, file=file.name, params=names))
    except OSError as error:
        raise storage_error(error, file) from error


def _free_name(file: Path) -> Path:
    number, kept = 1, file.with_name(file.name + DAMAGED)
    while kept.exists():
        number += 1
        kept = file.with_name(f"{file.name}{DAMAGED}-{number}")
    return kept


def keep(content: PlanFile, folder: Path, *, tell: Callable[[Finding], None]) -> str:
    """Write a plan and return the SHA-256 of its file.

    Parameters
    ----------
    content
        The plan.
    folder
        `plans/` of the study, which this process alone is at work on.
    tell
        Told of a damaged file that was in the way, and of figures that were measured anew.

    Raises
    ------
    StorageError
        It could not be written; nothing is lost.
    """
    for left in folder.glob(".writing-*"):
        shutil.rmtree(left, ignore_errors=True)  # of a process that was killed
    file = folder / f"{content.plan.plan_id}{SUFFIX}"
    set_aside_if_damaged(file, tell=tell)
    try:
        before = file_digest(file) if file.exists() else None
        write_plan(content, folder)
        after = file_digest(file)
    except OSError as error:
        raise storage_error(error, file) from error
    if before not in {None, after}:
        names = {"file": file.name}
        tell(Finding("study.PLAN_FIGURES", Severity.WARNING, file=file.name, params=names))
    return after
