"""The command line as it is mistyped, asked for JSON, and stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner, Result

from zoning.cli import main
from zoning.cli.console import Console
from zoning.cli.group import ZoningGroup
from zoning.study import downloads

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.integration

WRONG = [
    (["rnu"], "NEAR_COMMAND", "run"),
    (["nonsense"], "NO_COMMAND", "nonsense"),
    (["run"], "MISSING_ARGUMENT", "DIR"),
    (["run", "nowhere"], "BAD_VALUE", "nowhere"),
    (["run", "{here}/study.toml"], "BAD_VALUE", "study.toml"),
    (["run", "{here}", "more", "words"], "TOO_MANY", "more words"),
    (["run", "{here}", "--strct"], "NEAR_OPTION", "--strict"),
    (["draw", "{here}", "--stage"], "VALUE_NEEDED", "--stage"),
    (["draw", "{here}", "--stage", "kindergarten"], "BAD_VALUE", "junior_middle"),
    (["draw", "{here}", "--time-limit", "0"], "BAD_VALUE", "--time-limit"),
    (["draw", "{here}", "--time-limit", "-1"], "BAD_VALUE", "--time-limit"),
    (["draw", "{here}", "--time-limit", "nan"], "BAD_VALUE", "nan"),
    (["draw", "{here}", "--seed", "-1"], "BAD_VALUE", "-1"),
    (["demo", "{here}/new", "--seed", "-1"], "BAD_VALUE", "-1"),
    (["demo", "{here}/new", "--size", "huge"], "BAD_VALUE", "county"),
    (["init", "{here}/new", "--first-year", "-7"], "BAD_VALUE", "2000"),
    (["init", ""], "BAD_VALUE", "DIR"),
    (["run", "{here}", "--lang", "fr"], "BAD_VALUE", "zh-CN"),
    (["compare", "{here}", "today", "x", "--out", "{here}/no/x.xlsx"], "BAD_VALUE", "no"),
    (["compare", "{here}", "today", "x", "--out", "{here}/x.csv"], "BAD_VALUE", ".xlsx"),
    (["map", "{here}", "--out", "{here}"], "BAD_VALUE", "--out"),
    (["nearest", "{here}", "--out", "{here}/inputs/a.csv"], "BAD_VALUE", "published"),
    (["walkshed", "{here}", "--out", "{here}/plans/p.gpkg"], "BAD_VALUE", "published"),
    (["compare", "{here}", "a", "b", "--out", "{here}/inputs/s.xlsx"], "BAD_VALUE", "published"),
    (["map", "{here}", "--out", "{here}/study.toml"], "BAD_VALUE", "published"),
    (["serve", "{here}", "--port", "70000"], "BAD_VALUE", "65535"),
]


def call(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), catch_exceptions=False)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """A folder with a study.toml; nothing in these tests gets as far as reading it."""
    (tmp_path / "study.toml").write_text("", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("words", "code", "named"), WRONG)
def test_wrong_use_is_said_in_the_language_and_as_json(
    here: Path, words: list[str], code: str, named: str
) -> None:
    given = [word.format(here=here) for word in words]
    for language in ("zh-CN", "en"):
        said = call("--lang", language, *given)
        assert (said.exit_code, said.stdout) == (2, "")
        assert named in said.stderr
        assert "Error:" not in said.stderr
        chinese = any("\u4e00" <= letter <= "\u9fff" for letter in said.stderr)
        assert chinese == (language == "zh-CN")
    answer = call(given[0], "--json", *given[1:])
    assert answer.exit_code == 2
    assert sorted(path.name for path in here.iterdir()) == ["study.toml"]
    record = json.loads(answer.stdout)
    assert record["ok"] is False
    assert record["error"]["message"]
    if given[0] != "serve":  # which takes no --json, and says so
        assert record["error"]["code"] == f"usage.{code}"
        assert named in record["error"]["message"]


def test_without_a_command_the_help_says_which_there_are() -> None:
    for words in ((), ("--lang", "en")):
        result = call(*words)
        assert result.exit_code == 2
        assert "compare" in result.stderr


def test_help_is_a_json_document_too() -> None:
    answer = json.loads(call("run", "--help", "--json", "--lang", "en").stdout)
    assert answer["ok"] is True
    assert answer["help"].startswith("Usage: zoning run")


def test_a_study_is_named_after_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "示范 县"
    folder.mkdir()
    monkeypatch.chdir(folder)
    answer = json.loads(call("init", ".", "--json").stdout)
    assert answer["ok"] is True
    assert 'name = "示范 县"' in (folder / "study.toml").read_text(encoding="utf-8")


def test_init_overwrites_no_template(tmp_path: Path) -> None:
    (tmp_path / "inputs").mkdir()
    (tmp_path / "inputs" / "demand.xlsx").write_text("the bureau's")
    result = call("--lang", "zh", "init", str(tmp_path))
    assert result.exit_code == 5
    assert "demand.xlsx 已经存在" in result.stderr
    left = sorted(path.name for path in tmp_path.rglob("*"))
    assert left == ["demand.xlsx", "inputs"]


def test_without_internet_a_download_has_its_own_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def offline(place: str, *, mode: object) -> None:
        raise downloads.ZoningError(downloads.NO_INTERNET, place=place)

    monkeypatch.setattr(downloads, "download_place", offline)
    call("init", str(tmp_path / "study"))
    result = call("roads", str(tmp_path / "study"), "--place", "昌吉市", "--json")
    assert result.exit_code == 8
    assert json.loads(result.stdout)["error"]["code"] == "roads.NO_INTERNET"


def group_that(callback: Any) -> ZoningGroup:
    return ZoningGroup("zoning", commands={"stop": click.Command("stop", callback=callback)})


def stop() -> None:
    raise KeyboardInterrupt


def wrapped() -> None:
    try:
        stop()
    except KeyboardInterrupt as error:
        raise ImportError("a library that was being loaded") from error


@pytest.mark.parametrize("callback", [stop, wrapped])
def test_ctrl_c_is_told_once_and_as_json(callback: Any) -> None:
    result = CliRunner().invoke(group_that(callback), ["stop"], obj=Console("zh-CN", json=True))
    assert result.exit_code == 130
    answer = json.loads(result.stdout)
    assert (answer["ok"], answer["error"]["code"]) == (False, "cli.INTERRUPTED")
    assert "已中断" in result.stderr


def test_an_answer_that_was_given_is_not_given_again() -> None:
    @click.pass_obj
    def answer_and_stop(console: Console) -> None:
        console.answer({"plans": []}, error=console.error("cli.INTERRUPTED"))
        raise KeyboardInterrupt

    group = group_that(answer_and_stop)
    result = CliRunner().invoke(group, ["stop"], obj=Console("en", json=True))
    assert result.exit_code == 130
    assert json.loads(result.stdout)["plans"] == []


def test_a_full_disk_leaves_the_fault_without_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **settings: object) -> None:
        raise OSError(28, "No space left on device")

    def broken() -> None:
        raise RuntimeError("inside")

    monkeypatch.setattr("zoning.cli.group.NamedTemporaryFile", full)
    result = CliRunner().invoke(group_that(broken), ["stop"], obj=Console("en", json=True))
    assert result.exit_code == 1
    error = json.loads(result.stdout)["error"]
    assert error["code"] == "cli.UNEXPECTED_NO_LOG"
    assert "inside" in error["message"]


LOADING = """
import os, signal, sys

class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            {press}
        return None

sys.meta_path.insert(0, Finder())
from zoning.cli.__main__ import start
start()
"""
PRESS = "os.kill(os.getpid(), signal.SIGINT)"
IN_A_CALLBACK = f"""
import os, signal, sys, time, weakref
import click
from zoning.cli import main
from zoning.cli.__main__ import start

class Thing: pass

def wait():
    thing = Thing()
    reference = weakref.ref(thing, lambda _: {PRESS})
    del thing
    time.sleep(60)

main.add_command(click.Command("wait", callback=wait))
start()
"""
AT_THE_END = f"""
import atexit, os, signal, sys
from zoning.cli.__main__ import start
atexit.register(lambda: {PRESS})
start()
"""


@pytest.mark.parametrize(
    ("program", "words", "code"),
    [
        (LOADING.format(press=PRESS), ["--version"], 130),
        # Python notes a Ctrl-C inside exec() and would kill itself at the end
        (LOADING.format(press=f'exec("import os, signal; {PRESS}")'), ["--version"], 130),
        (IN_A_CALLBACK, ["wait"], 130),
        (AT_THE_END, ["--version"], 0),
    ],
    ids=["while loading", "inside exec", "inside a callback", "at the end"],
)
def test_ctrl_c_is_quiet_wherever_python_is(program: str, words: list[str], code: int) -> None:
    def default_again() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    run = subprocess.run(
        [sys.executable, "-c", program, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
        env={**os.environ, "ZONING_LANG": "en"},
        preexec_fn=default_again,
    )
    assert run.returncode == code, run.stderr
    told = run.stderr.split()
    assert told == ("Interrupted. The last good state is still there.".split() if code else [])


def test_nothing_is_told_where_nobody_reads_any_more() -> None:
    read, write = os.pipe()
    os.close(read)
    run = subprocess.run(
        [sys.executable, "-m", "zoning.cli", "--help"],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
        timeout=50,
    )
    os.close(write)
    assert (run.returncode, run.stderr) == (141, b"")
