"""Where compiled kernels are kept when the program's own folders cannot be written to."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

VARIABLE = "NUMBA_CACHE_DIR"
PRIVATE = 0o700


def kernel_cache(environ: Mapping[str, str], *, package: Path, temporary: Path) -> Path | None:
    """Return where numba has to keep compiled kernels, or None where it finds a place itself.

    numba refuses to compile at all where it finds none: the program installed by another user, say,
    and no home to write to.

    Parameters
    ----------
    environ
        The environment.
    package
        Folder of the compiled modules' source.
    temporary
        Where temporary files are.
    """
    home = Path(environ.get("XDG_CACHE_HOME") or Path(environ.get("HOME") or "/") / ".cache")
    places = [package / "__pycache__", home / "numba"]
    if environ.get(VARIABLE):
        places.insert(0, Path(environ[VARIABLE]))
    if any(_can_write(place) for place in places):
        return None
    own = temporary / f"zoning-kernels-{os.getuid()}"
    if _is_private(own) and _can_write(own):
        return own
    # compiled code of another user is never run: better compile again
    return Path(tempfile.mkdtemp(prefix="zoning-kernels-", dir=temporary))


def _can_write(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _is_private(folder: Path) -> bool:
    try:
        folder.mkdir(mode=PRIVATE, exist_ok=True)
        state = folder.lstat()
    except OSError:
        return False
    return state.st_uid == os.getuid() and state.st_mode & 0o077 == 0 and not folder.is_symlink()


def keep_kernels() -> None:
    """Choose the place before numba is loaded; it is read only once."""
    package = Path(__file__).parents[1] / "partition"
    place = kernel_cache(os.environ, package=package, temporary=Path(tempfile.gettempdir()))
    if place is not None:
        os.environ[VARIABLE] = str(place)
