"""Steps that are redone only when something that they read has changed.

A step writes into a folder of its own. The folder is swapped in whole, with a digest of all that
the step read, so that an interrupted step leaves the last good state. The stamp lists the files
that were written: one that was damaged or exchanged since then is made again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from dataclasses import dataclass, field
from importlib import metadata
from typing import TYPE_CHECKING, Any

from zoning.errors import StorageError
from zoning.findings import Finding, Severity
from zoning.messages import os_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from zoning.progress import Progress

STAMP = "step.json"


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
    files
        Size, time of change (ns) and SHA-256 of each file by its path inside the folder.
    """

    digest: str
    seconds: float
    facts: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def contents(self, names: Iterable[str]) -> dict[str, str]:
        """Return the SHA-256 of those of the files that the step wrote."""
        return {name: self.files[name][2] for name in names if name in self.files}


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
        """SHA-256 over name, versions of step and program, and all that the step reads."""
        program = metadata.version("school-zoning")
        return digest_of(
            {"step": self.name, "version": self.version, "program": program, "reads": self.reads}
        )


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


def damaged_file(folder: Path, stamp: Stamp) -> str | None:
    """Return the first file of a step that is not as the step wrote it, if there is one.

    Size and time of change are enough where they are the same; a copied study has other times, so
    there the content decides.
    """
    for name, (size, changed, digest) in stamp.files.items():
        file = folder / name
        if not file.is_file():
            return name
        state = file.stat()
        if (state.st_size, state.st_mtime_ns) == (size, changed):
            continue
        if state.st_size != size or file_digest(file) != digest:
            return name
    return None


def _listed(folder: Path) -> dict[str, tuple[int, int, str]]:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    states = {file: file.stat() for file in files}
    return {
        file.relative_to(folder).as_posix(): (state.st_size, state.st_mtime_ns, file_digest(file))
        for file, state in states.items()
    }


def ensure(
    step: Step, *, build: Path, progress: Progress, tell: Callable[[Finding], None]
) -> tuple[Stamp, bool]:
    """Make sure that a step's outputs are there and fit what it reads.

    Parameters
    ----------
    step
        The step.
    build
        The study's `build/` folder.
    progress
        Told how far the step is.
    tell
        Told of a file that was damaged and is made again.

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
        build.mkdir(parents=True, exist_ok=True)
        if spare.exists() and not folder.exists():
            spare.rename(folder)
        stamp = read_stamp(folder)
        if stamp is not None and stamp.digest == step.digest:
            damaged = damaged_file(folder, stamp)
            if damaged is None:
                return stamp, False
            tell(_rebuilt(build, folder / damaged))
        elif stamp is None and folder.exists():
            tell(_rebuilt(build, folder / STAMP))
        _remove(partial)
        partial.mkdir()
        started = time.perf_counter()
        facts = step.write(partial, progress)
        took = round(time.perf_counter() - started, 3)
        stamp = Stamp(step.digest, took, dict(facts), _listed(partial))
        (partial / STAMP).write_text(
            json.dumps(stamp.__dict__, ensure_ascii=False, indent=1), encoding="utf-8"
        )
        _swap_in(partial, folder, spare=spare)
    except OSError as error:
        raise storage_error(error, folder) from error
    finally:
        _remove(partial)
    return stamp, True


def storage_error(error: OSError, path: Path) -> StorageError:
    """Return the error in words.

    Parameters
    ----------
    error
        What the system said.
    path
        What was being written, for errors that name no file.
    """
    return StorageError(
        "study.CANNOT_WRITE", file=str(error.filename or path), detail=os_reason(error)
    )


def _rebuilt(build: Path, file: Path) -> Finding:
    name = file.relative_to(build.parent).as_posix()
    return Finding("study.REBUILT", Severity.WARNING, file=name, params={"file": name})


def _remove(path: Path) -> None:
    """Remove a folder, or a file that stands in its place."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    elif path.exists() or path.is_symlink():
        path.unlink()


def _swap_in(partial: Path, folder: Path, *, spare: Path) -> None:
    """Put the new folder in the place of the old one, which survives until that is done."""
    _remove(spare)
    if folder.exists():
        folder.rename(spare)
    partial.rename(folder)
    _remove(spare)
