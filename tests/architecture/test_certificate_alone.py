"""The certificate is short and stands alone: whoever checks a bound has to read nothing else."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from zoning.messages import languages, text

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "zoning" / "partition"
LONGEST = 150
FOR_TYPES_ONLY = {"zoning.partition.certificate_input"}


def imported(nodes: list[ast.stmt]) -> set[str]:
    """Return the modules that statements import, without what only a type checker reads."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        for inner in ast.walk(node):
            if isinstance(inner, ast.Import):
                found |= {alias.name for alias in inner.names}
            elif isinstance(inner, ast.ImportFrom):
                found.add(inner.module or "")
    return found


@pytest.mark.parametrize("name", ["certificate.py", "certificate_input.py"])
def test_it_needs_numpy_and_nothing_else(name: str) -> None:
    tree = ast.parse((FOLDER / name).read_text(encoding="utf-8"))
    needed = {module.split(".")[0] for module in imported(tree.body)}
    assert needed <= {"numpy", *sys.stdlib_module_names}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("zoning"):
            assert node.module in FOR_TYPES_ONLY


def test_it_can_be_read_in_one_go() -> None:
    lines = (FOLDER / "certificate.py").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST
    assert max(map(len, lines)) <= 100


@pytest.mark.parametrize("language", languages())
def test_the_document_says_what_the_command_says(language: str) -> None:
    document = (ROOT / "docs" / "certificate.md").read_text(encoding="utf-8")
    assert text("certificate.ABOUT", language).strip() in document
