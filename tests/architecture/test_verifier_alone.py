"""Whoever doubts a log needs one file and Python: nothing of this product, no database."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

from notice_story import Story

from zoning.notice.log import chain, exported

ROOT = Path(__file__).parents[2]
VERIFIER = ROOT / "zoning" / "notice" / "verify.py"


def test_it_needs_the_standard_library_only() -> None:
    needed: set[str] = set()
    for node in ast.walk(ast.parse(VERIFIER.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            needed |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            needed.add((node.module or "").split(".")[0])
    assert needed
    assert needed <= set(sys.stdlib_module_names)


def test_it_runs_alone(tmp_path: Path) -> None:
    alone = Path(shutil.copy(VERIFIER, tmp_path / "verify.py"))
    story = Story()
    story.draft()
    log = tmp_path / "log.jsonl"
    log.write_bytes(exported(chain(story.events, log="c1")))
    command = [sys.executable, "-I", "-S", str(alone), str(log)]
    whole = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (whole.returncode, "fault=None" in whole.stdout) == (0, True)
    log.write_bytes(log.read_bytes().replace(b"drafter-1", b"drafter-2", 1))
    edited = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (edited.returncode, "number=1, code='DIGEST'" in edited.stdout) == (1, True)


def test_what_is_lawful_reads_no_clock_no_disk_and_no_chance() -> None:
    clock = {"now", "today", "utcnow", "time_ns", "urandom", "random"}
    disk = {"open", "read_bytes", "read_text", "write_bytes", "write_text"}
    for file in (ROOT / "zoning" / "notice").rglob("*.py"):
        # the verifier reads the file that it is run with, and nothing else
        forbidden = clock if file == VERIFIER else clock | disk
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                assert name not in forbidden, f"{file.name} calls {name}"
