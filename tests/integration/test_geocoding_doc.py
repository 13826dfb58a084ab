"""Every example of `docs/geocoding.md` is really answered so, and every match code has one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from zoning.geocode.answer import MatchCode
from zoning.geocode.explain import code_name, explain
from zoning.geocode.gazetteer import Gazetteer, build_gazetteer
from zoning.geocode.match import Geocoder, Question, geocoder
from zoning.geocode.tables import read_places

pytestmark = pytest.mark.integration
DOCUMENT = (Path(__file__).parents[2] / "docs" / "geocoding.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in DOCUMENT.splitlines()]
# code, name, address, row, used without asking
EXAMPLES = [row for row in ROWS if len(row) == 5 and row[0].startswith("`")]
WORDS = {row[0].strip("`"): row[1] for row in ROWS if len(row) == 4 and row[0].startswith("`")}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    found = re.search(r"```csv\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found is not None
    file = tmp_path_factory.mktemp("doc") / "places.csv"
    file.write_text(found[1], encoding="utf-8")
    places, findings = read_places(file)
    assert [item.code for item in findings] == ["geocode.CRS_NOT_CHECKED"]
    return build_gazetteer(places)


@pytest.fixture(scope="module")
def asked(table: Gazetteer) -> Geocoder:
    return geocoder(table)


def test_every_code_has_its_words_and_an_example() -> None:
    assert {code.value: code_name(code, "zh-CN") for code in MatchCode} == WORDS
    assert {row[0].strip("`") for row in EXAMPLES} == {code.value for code in MatchCode}
    for code in MatchCode:
        section = DOCUMENT.partition(f"**`{code.value}`**")[2].partition("**`")[0]
        assert "*To do:*" in section
        assert f"| `{code.value}` |" in section


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda row: " ".join(row).strip("`"))
def test_the_example_is_answered_so(example: list[str], asked: Geocoder, table: Gazetteer) -> None:
    code, name, address, row, used = example
    said = asked.answer(Question(name, address))
    found = "" if said.row is None else table.ids.at(said.row)
    assert (said.code.value, found, "yes" if said.accepted else "no") == (
        code.strip("`"), row, used,
    )  # fmt: skip
    for language in ("en", "zh-CN"):
        assert explain(said, language=language, gazetteer=table)
