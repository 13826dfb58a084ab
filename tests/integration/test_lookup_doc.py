"""The examples of `docs/lookup.md` are answered as it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lookup_town import ASKED

from webmap.services.in_force import NewestPlans
from webmap.services.lookup import Lookup
from zoning.lookup.answers import Kind, NearBoundary, served_of
from zoning.settings import LookupSection

pytestmark = pytest.mark.integration
DOCUMENT = (Path(__file__).parents[2] / "docs" / "lookup.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| `(\w+)` \| (\S+) \| (.*) \|$", DOCUMENT, re.MULTILINE)


@pytest.fixture(scope="module")
def lookup(town: Path) -> Lookup:
    return Lookup(town, NewestPlans(town))


def test_every_kind_has_an_example() -> None:
    assert {kind for kind, _, _ in ROWS} | {"no_plan"} == {kind.value for kind in Kind}
    assert {text for _, text, _ in ROWS} >= set(ASKED.values())


@pytest.mark.parametrize(("kind", "text", "said"), ROWS)
def test_every_example_is_answered_so(lookup: Lookup, kind: str, text: str, said: str) -> None:
    answer = lookup.ask("primary", lambda desk, about: desk.ask(text, about))
    assert answer.kind == kind
    served = served_of(answer)
    named = {} if served is None else dict.fromkeys(school.name for school in served.schools)
    assert [f"{mark}校" for mark in "ABCDE" if f"{mark}校" in said] == list(named)
    if isinstance(answer, NearBoundary):
        assert (served is None) == said.startswith("no school")


def test_every_setting_is_documented() -> None:
    for name in LookupSection.model_fields:
        assert re.search(rf"^{name} = ", DOCUMENT, re.MULTILINE), name
