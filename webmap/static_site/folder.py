"""Files brought into a folder whole: what was there stays until all is ready, or for good."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from zoning.errors import StorageError
from zoning.messages import os_reason
from zoning.study.cache import file_digest
from zoning.study.files import READABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFEST = "zoning-static.json"
SHOWN = 5
_FOLDER = 0o755


def replace_folder(out: Path, files: Mapping[str, bytes]) -> str:
    """Put files in the place of those that were written there before.

    Parameters
    ----------
    out
        The folder; new, empty, or written by this function and unchanged since.
    files
        Content by path.

    Returns
    -------
    The SHA-256 of the manifest, which holds that of each file.

    Raises
    ------
    StorageError
        Something in the folder is not ours, or the disk refuses; nothing was changed.
    """
    out = out.resolve()
    spare = out.with_name(f".{out.name}.last")
    try:
        if spare.exists() and not out.exists():
            spare.rename(out)  # cut off between two steps the last time
        refuse_foreign(out)
        refuse_foreign(spare)
        manifest = manifest_of(files)
        out.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
        try:
            draft.chmod(_FOLDER)
            for name, content in {**files, MANIFEST: manifest}.items():
                _write(draft / name, content)
            _swap(draft, out, spare=spare)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError as error:
        raise StorageError("site.NOT_WRITTEN", folder=str(out), detail=os_reason(error)) from error
    return hashlib.sha256(manifest).hexdigest()


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    """Return the list of files with the SHA-256 of each, as JSON; it marks the folder as ours.

    Parameters
    ----------
    files
        Content by path.
    """
    listed = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    document = {"made_by": "school-zoning", "form": 1, "files": listed}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def refuse_foreign(folder: Path) -> None:
    """Refuse a folder that holds anything but what a manifest in it says, byte for byte.

    Parameters
    ----------
    folder
        The folder; one that is not there is fine.

    Raises
    ------
    StorageError
        Something in it is not ours.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise StorageError("site.NOT_A_FOLDER", folder=str(folder))
    found = {item.relative_to(folder).as_posix() for item in folder.rglob("*") if not item.is_dir()}
    if not found:
        return
    ours = _files_of(folder / MANIFEST)
    if ours is None:
        raise StorageError("site.NOT_OURS", folder=str(folder))
    foreign = sorted(
        name for name in found - {MANIFEST} if ours.get(name) != file_digest(folder / name)
    )
    if foreign:
        named = ", ".join(foreign[:SHOWN])
        raise StorageError(
            "site.FOREIGN_FILES", folder=str(folder), count=len(foreign), files=named
        )


def _files_of(manifest: Path) -> Mapping[str, str] | None:
    try:
        files = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return files if isinstance(files, dict) else None


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    file.chmod(READABLE)


def _swap(draft: Path, out: Path, *, spare: Path) -> None:
    """Exchange the folders; if the second step fails, the first is taken back."""
    shutil.rmtree(spare, ignore_errors=True)
    if out.exists():
        out.rename(spare)
    try:
        draft.rename(out)
    except OSError:
        with suppress(OSError):
            spare.rename(out)
        raise
    shutil.rmtree(spare, ignore_errors=True)
