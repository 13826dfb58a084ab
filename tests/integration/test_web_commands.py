"""`zoning map` and `zoning serve` as a user calls them."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from tiny_plan import PLAN_ID, write_surroundings, write_tiny_plan

from webmap.cli import map_command, write_whole
from zoning.cli import main
from zoning.errors import StorageError
from zoning.messages import explain
from zoning.study import files

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration


@pytest.fixture
def study(tmp_path: Path) -> Path:
    folder = tmp_path / "县"
    write_tiny_plan(folder)
    write_surroundings(folder)
    return folder


def test_the_map_of_the_newest_plan_lies_in_the_build(study: Path) -> None:
    result = CliRunner().invoke(main, ["--lang", "zh-CN", "map", str(study)])
    assert result.exit_code == 0, result.output
    out = study / "build" / f"map-{PLAN_ID}.html"
    assert str(out) in result.output
    assert "红旗小学学区" in out.read_text(encoding="utf-8")


def test_out_plan_and_language_are_heeded(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "map.html"
    result = CliRunner().invoke(
        map_command, [str(study), PLAN_ID[:10], "--out", str(out), "--lang", "en"]
    )
    assert result.exit_code == 0, result.output
    assert '<html lang="en">' in out.read_text(encoding="utf-8")


def test_a_mistyped_folder_is_named_and_not_made(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "map.html"
    result = CliRunner().invoke(main, ["--lang", "zh", "map", str(study), "--out", str(out)])
    assert result.exit_code == 2
    assert f"文件夹 {out.parent} 不存在" in result.output
    assert not out.parent.exists()


def test_the_map_answers_as_json(study: Path) -> None:
    result = CliRunner().invoke(main, ["map", str(study), "--json", "--lang", "en"])
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert (answer["ok"], answer["error"], answer["plan"]) == (True, None, PLAN_ID)
    assert answer["file"] == str(study / "build" / f"map-{PLAN_ID}.html")


def test_an_unknown_plan_has_an_exit_code_and_words(study: Path) -> None:
    result = CliRunner().invoke(main, ["--lang", "en", "map", str(study), "nothing"])
    assert result.exit_code == 4
    assert "nothing" in result.output
    assert "Traceback" not in result.output


def test_the_last_good_map_stays_when_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "map.html"
    write_whole(path, "good")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(StorageError) as caught:
        write_whole(path, "bad")
    assert "磁盘已满" in explain(caught.value, "zh-CN")
    assert path.read_text(encoding="utf-8") == "good"
    assert [file.name for file in tmp_path.iterdir()] == ["map.html"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(url: str, seconds: float = 90.0) -> str:
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return answer.read().decode("utf-8")
        except urllib.error.URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


def test_the_server_answers_and_stops_when_told(study: Path) -> None:
    port = free_port()
    command = [
        sys.executable,
        "-c",
        "from zoning.cli import main; main()",
        "serve",
        str(study),
        "--port",
        str(port),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as server:
        try:
            assert ask(f"http://127.0.0.1:{port}/healthz") == "ok\n"
            assert re.search(
                r"<table class=.zones.", ask(f"http://127.0.0.1:{port}/plans/{PLAN_ID}")
            )
        finally:
            server.send_signal(signal.SIGTERM)
            said, _ = server.communicate(timeout=20)
    assert server.returncode == 0
    assert f"http://127.0.0.1:{port}" in said
    assert "Traceback" not in said
    # this study has plans and no addresses: the maps are shown, and it is said what is not
    assert "地址查询不能使用" in said or "cannot be looked up" in said


def test_a_taken_port_is_said_before_anything_starts(study: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = CliRunner().invoke(
            main, ["--lang", "en", "serve", str(study), "--port", str(port)]
        )
    assert result.exit_code == 5
    assert "another port" in result.output
