"""Every text exists in every language, with the same placeholders, and is used."""

from __future__ import annotations

import re
import string
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from zoning.messages import languages

ROOT = Path(__file__).parents[2]
CATALOGUE = ROOT / "zoning" / "catalog"
AREAS = sorted(file.stem for file in (CATALOGUE / "zh-CN").glob("*.toml"))


def entries(language: str, area: str) -> dict[str, str]:
    """Return the texts of an area, the parts of a table entry under "CODE.part"."""
    raw = tomllib.loads((CATALOGUE / language / f"{area}.toml").read_text(encoding="utf-8"))
    found = {}
    for code, entry in raw.items():
        parts = {"text": entry} if isinstance(entry, str) else entry
        found |= {f"{code}.{part}": words for part, words in parts.items()}
    return found


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


def test_every_language_has_every_area() -> None:
    assert len(languages()) >= 2
    for language in languages():
        assert sorted(file.stem for file in (CATALOGUE / language).glob("*.toml")) == AREAS


@pytest.mark.parametrize("area", AREAS)
def test_languages_say_the_same(area: str) -> None:
    for one, other in pairwise(languages()):
        first, second = entries(one, area), entries(other, area)
        assert first.keys() == second.keys()
        for key, words in first.items():
            assert placeholders(words) == placeholders(second[key]), f"{area}.{key}"


def test_every_key_in_the_code_is_in_the_catalogue() -> None:
    known = {f"{area}.{key.split('.')[0]}" for area in AREAS for key in entries("zh-CN", area)}
    pattern = re.compile(rf'"((?:{"|".join(AREAS)})\.[A-Z][A-Za-z0-9_]*[A-Za-z0-9])"')
    for package in ("zoning", "webmap"):
        for file in (ROOT / package).rglob("*.py"):
            for key in pattern.findall(file.read_text(encoding="utf-8")):
                assert key in known, f"{file.name} says {key}, the catalogue does not"


def test_every_text_is_used() -> None:
    code = "\n".join(
        file.read_text(encoding="utf-8")
        for package in ("zoning", "webmap")
        for file in (ROOT / package).rglob("*")
        if file.suffix in {".py", ".html"}
    )
    built = [
        re.escape(prefix) for prefix in re.findall(r'f"(\w+\.[A-Z]+_)\{', code)
    ]  # keys made of a prefix and a value, such as f"cli.STEP_{name}"
    for area in AREAS:
        for key in entries("zh-CN", area):
            name = f"{area}.{key.split('.')[0]}"
            used = name in code or key.split(".")[0] in code
            used = used or any(re.match(prefix, name) for prefix in built)
            assert used, f"{name} is said nowhere"
