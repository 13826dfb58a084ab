"""The register of a large notice comes in pages: opinions and replies each in their own."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

import bench_notice_pages as bench
import pytest
from bench_notice import opinions_of
from tiny_study import tiny_study

from webmap.app import create_app
from webmap.config import Config
from webmap.database import open_database
from webmap.notices.views import SHOWN
from webmap.services.archive import Archive
from webmap.services.case_files import brought_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

pytestmark = pytest.mark.integration
MANY = SHOWN + 20


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    folder: Path = tmp_path_factory.mktemp("register") / "方格县"
    tiny_study(folder, "A.\n.B", seats={"A": 12, "B": 12})
    texts = opinions_of(random.Random(5), MANY)
    case = bench.Written("2026-001")
    case.published()
    case.says(texts)
    case.moderated(texts, MANY)
    case.answered(tuple((number,) for number in range(1, MANY + 1)))
    database = open_database(folder)
    brought_in(database, Archive(folder), case.file(), now=bench.AFTER, source="test")
    database.close()
    app = create_app(Config(study=folder), clock=lambda: bench.AFTER)
    yield app.test_client()
    app.extensions["zoning-database"].close()


def told(reader: FlaskClient, query: str = "") -> tuple[list[int], list[int]]:
    """Return the numbers of the opinions on a page, and of the groups in its table."""
    page = reader.get(f"/notices/2026-001/register?lang=en{query}")
    assert page.status_code == 200
    opinions = [int(found) for found in re.findall(r'<h2 id="o(\d+)"', page.text)]
    groups = [int(found) for found in re.findall(r'<th scope="row">(\d+) ', page.text)]
    return opinions, groups


def test_the_first_page_has_the_first_of_both(reader: FlaskClient) -> None:
    first = list(range(1, SHOWN + 1))
    assert told(reader) == (first, first)


def test_each_goes_on_by_itself(reader: FlaskClient) -> None:
    first, rest = list(range(1, SHOWN + 1)), list(range(SHOWN + 1, MANY + 1))
    assert told(reader, f"&row={SHOWN}") == (first, rest)
    assert told(reader, f"&at={SHOWN}") == (rest, first)
    page = reader.get("/notices/2026-001/register?lang=en").text
    assert f"?at=0&amp;row={SHOWN}&amp;lang=en#replies" in page
    assert f"?at={SHOWN}&amp;row=0&amp;lang=en" in page


@pytest.mark.parametrize("query", ["&at=x", "&row=-1", "&at=99999", "&row=²"])
def test_an_odd_place_is_no_fault(reader: FlaskClient, query: str) -> None:
    assert reader.get(f"/notices/2026-001/register?lang=en{query}").status_code == 200
