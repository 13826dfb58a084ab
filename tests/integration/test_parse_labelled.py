"""Real addresses with labels: what the parser reads of them does not get less."""

from __future__ import annotations

from typing import TYPE_CHECKING

import bench_parse
import pytest

from zoning.geocode.model import Kind
from zoning.geocode.parse import parse

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.shared, pytest.mark.integration]


def test_f1_of_labelled_addresses(shared_data: Path) -> None:
    file = shared_data / "address_parsing" / "dev.txt"
    right = found = wanted = 0
    for tokens in bench_parse.read(file):
        text, labelled = bench_parse.spans(tokens)
        gold, left_out = bench_parse.ours(text, labelled)
        told = {
            (str(item.kind), item.start, item.end)
            for item in parse(text).components
            if item.kind not in {Kind.OTHER, Kind.BRACKET}
            and not any(item.start >= a and item.end <= b for a, b in left_out)
        }
        right, found, wanted = right + len(gold & told), found + len(told), wanted + len(gold)
    assert bench_parse.f1(right, found, wanted) > 0.86
