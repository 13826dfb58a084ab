"""Write a file whole or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from zoning.errors import StorageError
from zoning.messages import os_reason

READABLE = 0o644


def write_whole(path: Path, content: bytes) -> None:
    """Write a file; what was there before stays until the new one is done.

    Parameters
    ----------
    path
        The file, in a folder that exists.
    content
        All of it. Workbooks are made in memory first: the archive that is their file would try to
        finish itself once more, and fail aloud, after the disk was found full.

    Raises
    ------
    OSError
        The disk is full, or the folder may not be written to; nothing is left behind.
    """
    partial = ""
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as stream:
            partial = stream.name
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(partial).chmod(READABLE)
        Path(partial).replace(path)
    finally:
        if partial:
            with suppress(FileNotFoundError):
                Path(partial).unlink()


def write_out(path: Path, content: bytes) -> None:
    """Write a file that somebody asked for, whole or not at all.

    Parameters
    ----------
    path, content
        As in `write_whole`.

    Raises
    ------
    StorageError
        It could not be written; told in words.
    """
    try:
        write_whole(path, content)
    except OSError as error:
        raise StorageError("study.CANNOT_WRITE", file=path, detail=os_reason(error)) from error
