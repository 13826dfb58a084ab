"""Steps that are redone only when something that they read has changed.

A step writes into a folder of its own. The folder is swapped in whole, with a digest of all that
the step read, so that an interrupted step leaves the last good state.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from zoning.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

STAMP = "step.json"


class Progress(Protocol):
    """What a long step calls to show how far it is."""

    def __call__(self, label: str, done: int = 0, total: int = 0) -> None:
        """Show `done` of `total`; total 0 means that the end is not known."""


@dataclass(frozen=True)
class Stamp:
    """What is known of a finished step.

    Parameters
    ----------
    digest
        SHA-256 over everything that the step read.
    seconds
        How long it took.
    facts
        Figures worth telling again without opening the outputs.
    """

    digest: str
    seconds: float
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One step of the road.

    Parameters
    ----------
    name
        Name of its folder in `build/`.
    version
        Raised when the step's code changes what it writes.
    reads
        Everything that decides the output: digests of files and of earlier steps, settings.
    write
        Does the work: writes into the given empty folder and returns facts to remember.
    """

    name: str
    version: int
    reads: Mapping[str, Any]
    write: Callable[[Path, Progress], Mapping[str, Any]]

    @property
    def digest(self) -> str:
        """SHA-256 over name, version and all that the step reads."""
        return digest_of({"step": self.name, "version": self.version, "reads": self.reads})


def digest_of(value: object) -> str:
    """Return the SHA-256 of a value as canonical JSON."""
    document = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(document.encode()).hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_stamp(folder: Path) -> Stamp | None:
    """Return the stamp of a step's folder, or None if there is no finished step in it."""
    try:
        raw = json.loads((folder / STAMP).read_text(encoding="utf-8"))
        return Stamp(**raw)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (ValueError, TypeError):
        # a stamp that cannot be read is a step that did not finish
        return None


def ensure(step: Step, *, build: Path, progress: Progress) -> tuple[Stamp, bool]:
    """Make sure that a step's outputs are there and fit what it reads.

    Parameters
    ----------
    step
        The step.
    build
        The study's `build/` folder.
    progress
        Told how far the step is.

    Returns
    -------
    stamp, fresh
        The stamp, and whether the step had to be done now.

    Raises
    ------
    StorageError
        The outputs could not be written; those of the last good run are still there.
    """
    folder = build / step.name
    spare = build / f".{step.name}.last"
    partial = build / f".{step.name}.partial"
    try:
        if spare.exists() and not folder.exists():
            spare.rename(folder)
        stamp = read_stamp(folder)
        if stamp is not None and stamp.digest == step.digest:
            return stamp, False
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        started = time.perf_counter()
        facts = step.write(partial, progress)
        stamp = Stamp(step.digest, round(time.perf_counter() - started, 3), dict(facts))
        (partial / STAMP).write_text(
            json.dumps(stamp.__dict__, ensure_ascii=False, indent=1), encoding="utf-8"
        )
        _swap_in(partial, folder, spare=spare)
    except OSError as error:
        raise StorageError(
            "study.CANNOT_WRITE", file=str(error.filename or folder), detail=str(error.strerror)
        ) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return stamp, True


def _swap_in(partial: Path, folder: Path, *, spare: Path) -> None:
    """Put the new folder in the place of the old one, which survives until that is done."""
    shutil.rmtree(spare, ignore_errors=True)
    if folder.exists():
        folder.rename(spare)
    partial.rename(folder)
    shutil.rmtree(spare, ignore_errors=True)
