"""A server waits for nothing that it does not show: what draws, changes or writes comes later."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# what `zoning serve` imports before its workers begin
SERVED = "webmap.app, webmap.cli, webmap.heartbeat, webmap.public.warming, webmap.server"
LATER = (
    "alembic", "docx", "folium", "highspy", "networkx", "openpyxl", "ortools", "osmnx", "requests",
    "scipy.spatial", "typst", "zoning.partition.solve",
)  # fmt: skip


def test_what_only_draws_changes_or_writes_is_not_loaded() -> None:
    code = f"import sys, {SERVED}, zoning.study.tiles\nprint(*sys.modules)"
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert set(said.stdout.split()) & set(LATER) == set()
