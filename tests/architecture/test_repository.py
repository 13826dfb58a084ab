"""The checkout itself: nothing large, nothing of one machine, nothing generated."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LARGEST = 1_000_000


def tracked() -> list[Path]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so there is no list of its files")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    files = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [file for file in files if file.is_file()]


def test_no_file_is_large() -> None:
    assert [file.name for file in tracked() if file.stat().st_size > LARGEST] == []


def test_no_third_party_script_or_style() -> None:
    pattern = re.compile(r"\.min\.(js|css)$|^(leaflet|jquery|bootstrap)[^/]*\.(js|css)$")
    assert [file.name for file in tracked() if pattern.search(file.name)] == []


def test_no_path_of_one_machine() -> None:
    pattern = re.compile(r"(?<![\w.])/(?:home|root|Users|work)/\w")
    for file in tracked():
        if file.suffix in {".py", ".md", ".toml", ".sh", ".html", ".js", ".css", ""}:
            found = pattern.search(file.read_text(encoding="utf-8"))
            assert found is None, f"{file.name}: {found}"


def test_no_merge_is_left_half_done() -> None:
    pattern = re.compile(r"^(<{7} |={7}$|>{7} )", flags=re.MULTILINE)
    for file in tracked():
        if file.suffix in {".py", ".md", ".toml", ".sh", ".html", ".js", ".css", ".lock", ""}:
            found = pattern.search(file.read_text(encoding="utf-8"))
            assert found is None, f"{file.name}: {found}"


def test_lock_files_name_no_host_and_pin_every_package() -> None:
    for name in ("requirements.lock", "requirements-test.lock"):
        lock = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in lock
        packages = re.findall(r"^[A-Za-z0-9][^\n]*?\\$", lock, flags=re.MULTILINE)
        assert len(packages) > 20
        assert all("==" in package for package in packages)
        assert lock.count("--hash=sha256:") >= len(packages)


def test_modules_stay_small() -> None:
    for package in ("zoning", "webmap", "scripts"):
        for file in (ROOT / package).rglob("*.py"):
            lines = len(file.read_text(encoding="utf-8").splitlines())
            assert lines <= 500, f"{file.name} has {lines} lines: does it hold two things?"
