"""`docs/api.md` says what there is: texts of the sandbox, ways, faults and settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from webmap.api.canned import ADDRESSES, FAULTS
from webmap.api.faults import CODES
from webmap.api.openapi import document
from zoning.settings import WebSection

DOCUMENT = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("asked", "kind"), ADDRESSES.items())
def test_every_text_of_the_sandbox_is_documented(asked: str, kind: str) -> None:
    assert re.search(rf"^\| {asked}.*\| `{kind}` \|$", DOCUMENT, re.MULTILINE)


def test_every_fault_is_documented() -> None:
    assert all(f"`{asked}`" in DOCUMENT for asked in FAULTS)
    rows = re.findall(r"^\| (\d{3}) \| `([a-z_]+)` \|", DOCUMENT, re.MULTILINE)
    assert {int(status): code for status, code in rows} == dict(CODES)


def test_every_setting_is_documented_with_its_default() -> None:
    for name, field in WebSection.model_fields.items():
        assert re.search(
            rf"^{name} = {field.default} +#|^{name} = {field.default}$", DOCUMENT, re.MULTILINE
        )


def test_every_path_of_the_examples_is_there() -> None:
    paths = document("en")["paths"]
    for path in re.findall(r"\$API(/[a-z./-]+[a-z])", DOCUMENT):
        assert f"/api/v1{path}" in paths, path
