"""`docs/data-contracts.md` names every column, every frame and every finding of intake."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from zoning.geocode import tables, zone_layer
from zoning.schema import FRAMES, contract, contracts
from zoning.schema.columns import TABLES

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "data-contracts.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """Return the text under a heading, up to the next heading of its level or above."""
    lines = DOCUMENT.splitlines()
    start = next(at for at, line in enumerate(lines) if line.lstrip("#") == f" {title}")
    level = len(lines[start]) - len(lines[start].lstrip("#"))
    taken = [lines[start]]
    for line in lines[start + 1 :]:
        if line.startswith("#") and len(line) - len(line.lstrip("#")) <= level:
            break
        taken.append(line)
    return "\n".join(taken)


ALL = (*contracts(), *map(contract, TABLES))


@pytest.mark.parametrize("contract", ALL, ids=lambda item: item.name)
def test_every_column_and_alias_is_documented(contract) -> None:  # type: ignore[no-untyped-def]
    text = section(contract.name)
    for column in (*contract.columns, *contract.yearly):
        starts = (f"| `{column.name}` |", f"| `{column.name}_2027` |")
        row = next(line for line in text.splitlines() if line.startswith(starts))
        for word in (column.header, *column.aliases):
            if column.name not in {"lng", "lat"}:
                assert word in row, f"{contract.name}.{column.name}: {word}"
        assert column.unit in row


@pytest.mark.parametrize("word", ["横坐标", "northing", "lng_gcj02"])
def test_coordinate_headers_are_documented(word: str) -> None:
    assert word in section("Coordinates")


@pytest.mark.parametrize("name", FRAMES)
def test_every_frame_is_documented(name: str) -> None:
    (row,) = [line for line in section("Frames").splitlines() if line.startswith(f"| {name} |")]
    for column in FRAMES[name]:
        assert f"`{column}`" in row


@pytest.mark.parametrize("area", ["intake", "crs"])
def test_every_finding_is_documented(area: str) -> None:
    raw = tomllib.loads((ROOT / f"zoning/catalog/en/{area}.toml").read_text(encoding="utf-8"))
    text = section("Findings")
    for code, entry in raw.items():
        if isinstance(entry, dict):
            assert f"| `{area}.{code}` |" in text, code


def test_every_finding_of_tables_alone_is_documented() -> None:
    text = section("Any table in another")
    for code in (*tables.OWN_WORDS, "CRS_NOT_CHECKED", "NO_PLACES", "ZONES_ELSEWHERE"):
        assert f"| `geocode.{code}` |" in text, code
    for code in zone_layer.OWN_WORDS.values():
        assert f"| `{code}` |" in text, code


def test_no_finding_is_documented_that_does_not_exist() -> None:
    known = {
        f"{area}.{code}"
        for area in ("intake", "crs")
        for code in tomllib.loads((ROOT / f"zoning/catalog/en/{area}.toml").read_text("utf-8"))
    }
    said = {
        line.split("`")[1] for line in section("Findings").splitlines() if line.startswith("| `")
    }
    assert said <= known
