"""The documents show the five main pages, by pictures that a clone does not have to wait for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
MAIN = {f"{name}.jpg" for name in ("lookup-answer", "zone-map", "school", "before-after", "notice")}
SHOWN = re.compile(r"!\[(?P<said>[^\]]*)\]\((?P<file>[^)]+)\)")
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
KILOBYTE = 1000


def shown(document: Path) -> list[tuple[str, Path]]:
    """Return what a document shows: words for who cannot see it, and the file."""
    found = SHOWN.finditer(document.read_text(encoding="utf-8"))
    return [(one["said"], (document.parent / one["file"]).resolve()) for one in found]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_both_languages_show_the_five_main_pages(name: str) -> None:
    assert {file.name for _, file in shown(ROOT / name)} >= MAIN


def test_every_picture_is_there_is_shown_and_has_words() -> None:
    every = [one for document in DOCUMENTS for one in shown(document)]
    assert {file for _, file in every} == set(PICTURES.iterdir())
    assert all(said.strip() for said, _ in every)


def test_pictures_are_small() -> None:
    sizes = [file.stat().st_size for file in PICTURES.iterdir()]
    assert max(sizes) < 200 * KILOBYTE
    assert sum(sizes) < 1000 * KILOBYTE
