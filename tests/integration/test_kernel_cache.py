"""Compiled kernels find a place even where the program's own folders are read-only."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

import pytest

from zoning.cli import kernels
from zoning.cli.kernels import kernel_cache

if TYPE_CHECKING:
    from pathlib import Path


pytestmark = pytest.mark.integration


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder in which nothing can be written, whoever asks."""
    folder = tmp_path / "installed"
    folder.mkdir()
    make = kernels.tempfile.TemporaryFile

    def temporary_file(*, dir: Path) -> object:  # noqa: A002
        if dir.is_relative_to(folder):
            raise OSError(errno.EROFS, "Read-only file system", str(dir))
        return make(dir=dir)

    monkeypatch.setattr(kernels.tempfile, "TemporaryFile", temporary_file)
    return folder


def test_numba_finds_a_place_beside_the_source(tmp_path: Path) -> None:
    assert kernel_cache({"HOME": "/proc/none"}, package=tmp_path, temporary=tmp_path) is None


def test_numba_finds_a_place_at_home(read_only: Path, tmp_path: Path) -> None:
    home = {"HOME": str(tmp_path)}
    assert kernel_cache(home, package=read_only, temporary=tmp_path) is None


def test_without_either_a_private_temporary_folder_is_kept(read_only: Path, tmp_path: Path) -> None:
    nowhere = {"HOME": str(read_only)}
    place = kernel_cache(nowhere, package=read_only, temporary=tmp_path)
    assert place is not None
    assert place.parent == tmp_path
    assert place.stat().st_mode & 0o077 == 0
    assert kernel_cache(nowhere, package=read_only, temporary=tmp_path) == place


def test_a_folder_that_others_can_write_to_is_not_trusted(read_only: Path, tmp_path: Path) -> None:
    nowhere = {"HOME": str(read_only)}
    place = kernel_cache(nowhere, package=read_only, temporary=tmp_path)
    assert place is not None
    place.chmod(0o777)
    other = kernel_cache(nowhere, package=read_only, temporary=tmp_path)
    assert other is not None
    assert other != place
    assert other.stat().st_mode & 0o077 == 0
