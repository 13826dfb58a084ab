"""The key with which a server signs: made once, readable by its owner alone."""

from __future__ import annotations

import os
import secrets
import stat
from typing import TYPE_CHECKING

from zoning.errors import StorageError
from zoning.messages import os_reason

if TYPE_CHECKING:
    from pathlib import Path

SECRET_FILE = "web-secret.key"  # noqa: S105  # its name, not what is in it
LEAST_LETTERS = 32
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def signing_key(study: Path, *, given: str | None = None) -> str:
    """Return the key of a study's server, made now if there is none.

    Parameters
    ----------
    study
        Folder of the study.
    given
        A key from the environment, for a folder that cannot be written to; None takes the file.

    Raises
    ------
    StorageError
        The file cannot be made or read, is open to others, or the key is too short.
    """
    if given is not None:
        if len(given) < LEAST_LETTERS:
            raise StorageError("lookup.SECRET_SHORT", least=LEAST_LETTERS)
        return given
    file = study / SECRET_FILE
    try:
        _make(file)
        if file.stat().st_mode & _OTHERS:
            raise StorageError("lookup.SECRET_OPEN", file=str(file))
        key = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        detail = os_reason(error) if isinstance(error, OSError) else "–"
        raise StorageError("lookup.SECRET_FILE", file=str(file), detail=detail) from error
    if len(key) < LEAST_LETTERS:
        raise StorageError("lookup.SECRET_SHORT", least=LEAST_LETTERS)
    return key


def _make(file: Path) -> None:
    """Write a new key unless there is a file; of two processes at once, one makes it."""
    if file.exists():
        return
    draft = file.with_name(f".{SECRET_FILE}.{os.getpid()}")
    with open(draft, "x", opener=_owner_alone, encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(48) + "\n")
    try:
        # a link never takes the place of a file that another process has made meanwhile
        os.link(draft, file)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _owner_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
