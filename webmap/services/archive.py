"""What was published, kept by digest: plan files, answers, addresses ready to be asked, drawings.

`published/` in the study's folder. A file is brought there whole, under the digest of its bytes,
and never written to again; so a version names exactly what it was, and a file that was damaged or
exchanged is noticed when it is read.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from zoning.errors import StorageError
from zoning.messages import os_reason
from zoning.notice.canonical import digest_of
from zoning.plan.store import SUFFIX
from zoning.study.cache import file_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

FOLDER = "published"
PLANS, ANSWERS, INDEXES, DRAWN = "plans", "answers", "indexes", "drawn"
# what was worked out of the others: a file, and its digest
MADE, MADE_FILE, DIGEST_FILE = "made", "made.bin", "made.sha256"
READ_ONLY = 0o444


class Archive:
    """The folder of all that was published.

    Parameters
    ----------
    study
        Folder of the study.
    digest
        Returns the SHA-256 of a file that is asked in.
    """

    def __init__(self, study: Path, *, digest: Callable[[Path], str] = file_digest) -> None:
        self._root = study / FOLDER
        self._digest = digest

    @property
    def folder(self) -> Path:
        """Where everything is kept."""
        return self._root

    def keep_plan(self, file: Path) -> str:
        """Keep a plan file and return the SHA-256 of its bytes.

        Raises
        ------
        StorageError
            It cannot be kept; what is kept already is untouched.
        """
        with _told(file):
            digest = file_digest(file)
            self._keep(
                self._root / PLANS / f"{digest}{SUFFIX}",
                lambda partial: _copy(file, partial),
                is_whole=lambda kept: file_digest(kept) == digest,
            )
        return digest

    def keep_answers(self, table: bytes) -> str:
        """Keep a table of answers and return the SHA-256 of its bytes.

        Raises
        ------
        StorageError
            It cannot be kept.
        """
        digest = hashlib.sha256(table).hexdigest()
        final = self._root / ANSWERS / f"{digest}.csv"
        with _told(final):
            self._keep(
                final,
                lambda partial: _write(table, partial),
                is_whole=lambda kept: file_digest(kept) == digest,
            )
        return digest

    def keep_index(self, files: Mapping[str, Path]) -> str:
        """Keep the files that a look-up needs, and return one SHA-256 for all of them.

        Parameters
        ----------
        files
            By the paths that they are to have.

        Raises
        ------
        StorageError
            They cannot be kept, or were written anew at the same time.
        """
        folder = self._root / INDEXES
        with _told(folder):
            digest = _of_files(files)

            def copy(partial: Path) -> None:
                for name, file in files.items():
                    (partial / name).parent.mkdir(parents=True, exist_ok=True)
                    _copy(file, partial / name)
                for made in (*(found for found in partial.rglob("*") if found.is_dir()), partial):
                    _sync(made)
                if _of_folder(partial) != digest:
                    raise StorageError("publish.BUILT_MEANWHILE")

            self._keep(folder / digest, copy, is_whole=lambda kept: _of_folder(kept) == digest)
        return digest

    def keep_drawn(self, name: str, content: bytes) -> None:
        """Keep what would be drawn anew where it is not there: its digest stands before it.

        Parameters
        ----------
        name
            Digest of all that it is drawn from.
        content
            What was drawn.

        Raises
        ------
        StorageError
            It cannot be kept.
        """
        final = self._drawn(name)
        whole = hashlib.sha256(content).hexdigest().encode() + b"\n" + content
        with _told(final):
            self._keep(
                final,
                lambda partial: _write(whole, partial),
                is_whole=lambda kept: kept.read_bytes() == whole,
            )

    def drawn(self, name: str) -> bytes | None:
        """Return what was drawn; None where it is not there or damaged: it is drawn anew then."""
        file = self._drawn(name)
        if not file.is_file():
            return None
        with _told(file, "publish.NOT_READ"):
            digest, _, content = file.read_bytes().partition(b"\n")
        return content if hashlib.sha256(content).hexdigest().encode() == digest else None

    def keep_made(self, name: str, write: Callable[[Path], None]) -> None:
        """Keep a file that would be worked out anew where it is not there, and its digest.

        Parameters
        ----------
        name
            Digest of all that it is worked out of.
        write
            Writes it.

        Raises
        ------
        StorageError
            It cannot be kept.
        """
        final = self._root / MADE / name

        def both(partial: Path) -> None:
            partial.mkdir()
            write(partial / MADE_FILE)
            _seal(partial / MADE_FILE)
            _write(file_digest(partial / MADE_FILE).encode(), partial / DIGEST_FILE)
            _sync(partial)

        with _told(final):
            self._keep(final, both, is_whole=_is_as_made)

    def made(self, name: str) -> Path | None:
        """Return a file that was worked out; None where it is not there or damaged."""
        kept = self._root / MADE / name
        if not kept.is_dir():
            return None
        with _told(kept, "publish.NOT_READ"):
            return kept / MADE_FILE if _is_as_made(kept, self._digest) else None

    def asked_files(self) -> tuple[Path, ...]:
        """Return the files that versions are asked in, the newest first.

        A server that begins opens those of the versions in force.

        Raises
        ------
        OSError
            They cannot be listed.
        """
        every = (
            (file.stat().st_mtime_ns, file)
            for folder in (PLANS, INDEXES, MADE)
            for kept in (self._root / folder).glob("[!.]*")
            for file in (kept.rglob("*") if kept.is_dir() else (kept,))
            if file.is_file()
        )
        return tuple(file for _, file in sorted(every, reverse=True))

    def _drawn(self, name: str) -> Path:
        return self._root / DRAWN / f"{name}.json"

    def plan(self, digest: str) -> Path:
        """Return the file of a plan that was published.

        Raises
        ------
        StorageError
            It is not there, or not what it was.
        """
        return self._sound(self._root / PLANS / f"{digest}{SUFFIX}", digest, self._digest)

    def has_plan(self, digest: str) -> bool:
        """Tell whether a plan of this digest was ever kept."""
        return (self._root / PLANS / f"{digest}{SUFFIX}").exists()

    def holds_plans(self) -> bool:
        """Tell whether a plan was ever kept, if only by a publication that was cut short."""
        return any((self._root / PLANS).glob(f"*{SUFFIX}"))

    def answers(self, digest: str) -> bytes:
        """Return a table of answers.

        Raises
        ------
        StorageError
            It is not there, or not what it was.
        """
        file = self._sound(self._root / ANSWERS / f"{digest}.csv", digest, file_digest)
        with _told(file, "publish.NOT_READ"):
            return file.read_bytes()

    def index(self, digest: str) -> Path:
        """Return the folder with the addresses ready to be asked, and what else was kept with them.

        Raises
        ------
        StorageError
            It is not there, or not what it was.
        """
        folder = self._root / INDEXES / digest
        return self._sound(folder, digest, lambda kept: _of_folder(kept, self._digest))

    def _sound(self, kept: Path, digest: str, digest_of_kept: Callable[[Path], str]) -> Path:
        name = kept.relative_to(self._root.parent).as_posix()
        if not kept.exists():
            raise StorageError("publish.KEPT_MISSING", file=name)
        with _told(kept, "publish.NOT_READ"):
            found = digest_of_kept(kept)
        if found != digest:
            raise StorageError("publish.KEPT_CHANGED", file=name)
        return kept

    def _keep(
        self, final: Path, write: Callable[[Path], None], *, is_whole: Callable[[Path], bool]
    ) -> None:
        """Bring something to its name in one step; a damaged one that stands there is set aside."""
        final.parent.mkdir(parents=True, exist_ok=True)
        if final.exists():
            if is_whole(final):
                return
            final.rename(Path(tempfile.mkdtemp(dir=final.parent, prefix=".damaged-")) / final.name)
        with tempfile.TemporaryDirectory(dir=final.parent, prefix=".writing-") as hidden:
            partial = Path(hidden) / final.name
            write(partial)
            if not final.exists():  # another process may have been as quick, with the same bytes
                partial.rename(final)
        _sync(final.parent)


@contextmanager
def _told(path: Path, key: str = "publish.NOT_KEPT") -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(key, file=path.name, detail=os_reason(error)) from error


def _copy(file: Path, to: Path) -> None:
    shutil.copyfile(file, to)
    _seal(to)


def _write(content: bytes, to: Path) -> None:
    to.write_bytes(content)
    _seal(to)


def _seal(file: Path) -> None:
    """Bring a file to the disk, and let nobody write to it by mistake."""
    file.chmod(READ_ONLY)
    _sync(file)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_as_made(kept: Path, digest_of_file: Callable[[Path], str] = file_digest) -> bool:
    file, digest = kept / MADE_FILE, kept / DIGEST_FILE
    there = file.is_file() and digest.is_file()
    return there and digest_of_file(file) == digest.read_text(encoding="ascii")


def _of_folder(folder: Path, digest: Callable[[Path], str] = file_digest) -> str:
    every = (file for file in folder.rglob("*") if file.is_file())
    return _of_files({file.relative_to(folder).as_posix(): file for file in every}, digest)


def _of_files(files: Mapping[str, Path], digest: Callable[[Path], str] = file_digest) -> str:
    # hundreds of megabytes of a city: the processors share them
    with ThreadPoolExecutor(os.cpu_count()) as several:
        digests = several.map(digest, files.values())
        return digest_of(dict(zip(files, digests, strict=True)))
