"""The signing key of a server: made once, for its owner alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from webmap.services.secret import SECRET_FILE, signing_key
from zoning.errors import StorageError

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


def test_a_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    key = signing_key(tmp_path)
    assert len(key) >= 48
    assert signing_key(tmp_path) == key
    assert (tmp_path / SECRET_FILE).stat().st_mode & 0o777 == 0o600
    assert [file.name for file in tmp_path.iterdir()] == [SECRET_FILE]


def test_every_study_has_another_key(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    assert signing_key(tmp_path / "a") != signing_key(tmp_path / "b")


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    signing_key(tmp_path)
    (tmp_path / SECRET_FILE).chmod(0o640)
    with pytest.raises(StorageError, match="SECRET_OPEN"):
        signing_key(tmp_path)


@pytest.mark.parametrize("content", [b"", b"short", b"\xff" * 60])
def test_a_damaged_key_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / SECRET_FILE).write_bytes(content)
    (tmp_path / SECRET_FILE).chmod(0o600)
    with pytest.raises(StorageError):
        signing_key(tmp_path)


def test_a_key_from_the_environment_leaves_no_file(tmp_path: Path) -> None:
    assert signing_key(tmp_path, given="k" * 40) == "k" * 40
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(StorageError, match="SECRET_SHORT"):
        signing_key(tmp_path, given="short")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="SECRET_FILE"):
        signing_key(tmp_path / "nowhere")
