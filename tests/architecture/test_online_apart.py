"""On-line geocoders are for officers: no page imports them, and nothing loads them unasked."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
ONLINE = (
    "zoning.geocode.providers",
    "zoning.geocode.tianditu",
    "zoning.geocode.online_cache",
    "geopy",
)


def imported(file: Path) -> set[str]:
    """Return every module that a file imports anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def online(modules: set[str]) -> set[str]:
    return {
        name for name in modules if any(name == one or name.startswith(f"{one}.") for one in ONLINE)
    }


def test_no_page_imports_them() -> None:
    files = sorted((ROOT / "webmap").rglob("*.py"))
    assert files
    assert {file.name: online(imported(file)) for file in files if online(imported(file))} == {}


def test_only_the_modules_that_speak_with_them_import_geopy() -> None:
    importing = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "zoning").rglob("*.py")
        if any(name.split(".")[0] == "geopy" for name in imported(file))
    }
    assert importing == {"zoning/geocode/providers.py", "zoning/geocode/tianditu.py"}


def test_the_extra_is_pinned_as_the_tests_have_it() -> None:
    pins = [
        set(re.findall(r"^\S+==\S+", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))
        for name in ("requirements-online.lock", "requirements-test.lock", "requirements.lock")
    ]
    extra, test, base = pins
    assert {pin.split("==")[0] for pin in extra} == {"geopy", "geographiclib"}
    assert extra <= test
    assert not extra & base


def test_the_geocoder_and_the_pages_load_none_of_them() -> None:
    code = (
        "import sys; import webmap.app, webmap.cli\n"
        "import zoning.geocode.reviewed, zoning.geocode.queue_reading\n"
        f"print([name for name in sys.modules if name.startswith({ONLINE!r})])"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"
