"""`zoning privacy-check` against the real site, and against one that keeps what it hears."""

from __future__ import annotations

import gzip
import json
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from bureau_online import ASKED as ON_NOTICE
from case_site import Site, drafted, heard, on_notice
from click.testing import CliRunner
from flask import Flask, Response, make_response, request
from lookup_town import ASKED
from werkzeug.serving import make_server

from webmap.app import create_app
from webmap.config import Config
from webmap.privacy.command import KEPT_EXIT, privacy_check_command
from webmap.privacy.marks import Mark, new_mark, traces
from webmap.privacy.search import search
from zoning.cli.console import Console
from zoning.errors import OfflineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result

pytestmark = pytest.mark.integration
MARK = Mark("FORM", "b7k2m9x4q8w3zt")


@pytest.fixture
def serve() -> Iterator[Callable[[Flask], str]]:
    servers = []

    def start(app: Flask) -> str:
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        servers.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in servers:
        server.shutdown()
        thread.join()
        server.server_close()


def check(*words: object) -> Result:
    sent = [*map(str, words), "--wait", "0.1"]
    return CliRunner().invoke(privacy_check_command, sent, obj=Console("zh-CN"))


def record(result: Result) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(result.stdout)
    return read


def test_the_site_keeps_nothing(
    town: Path, tmp_path: Path, serve: Callable[[Flask], str], caplog: pytest.LogCaptureFixture
) -> None:
    url = serve(create_app(Config(study=town)))
    caplog.set_level("DEBUG")
    result = check(url, "--search", town, "--address", ASKED["one_school"])
    assert result.exit_code == 0, result.output
    assert "没有发现问题。" in result.output
    assert "发送 24 个带记号的地址" in result.output
    assert "已查找" in result.output
    # what the server logged meanwhile, as a log file would hold it
    log = tmp_path / "server.log"
    log.write_text(caplog.text, "utf-8")
    assert "POST /lookup" in caplog.text
    assert "查验" not in caplog.text


def test_what_a_notice_is_asked_is_kept_nowhere(
    ready: Path,
    two_plans: tuple[Path, str, str, str],
    tmp_path: Path,
    serve: Callable[[Flask], str],
) -> None:
    folder = shutil.copytree(ready, tmp_path / "方格县")
    site = Site(folder, two_plans[1], f"sqlite:///{folder / 'zoning.sqlite'}")
    drafted(site, two_plans[2])
    heard(site)
    on_notice(site)
    result = check(serve(site.app), "--search", folder, "--address", ON_NOTICE, "--json")
    site.close()
    told = record(result)
    assert {"notice", "notice_choice", "notice_known"} <= set(told["sent"])
    assert (result.exit_code, told["faults"], told["traces"]) == (0, [], [])


def test_the_server_as_it_is_run_keeps_nothing(town: Path, tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "server.log"
    start = "from zoning.cli import main; main()"
    command = [sys.executable, "-c", start, "serve", str(town), "--port", str(port)]
    with (
        log.open("wb") as out,
        subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT) as server,
    ):
        try:
            _wait_for(f"http://127.0.0.1:{port}/lookup")
            result = check(
                f"http://127.0.0.1:{port}", "--address", ASKED["one_school"],
                "--search", log, "--search", town,
            )  # fmt: skip
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=60)
    assert result.exit_code == 0, result.output
    # the log that was searched is the server's own
    assert f":{port}" in log.read_text("utf-8")


def _wait_for(url: str, seconds: float = 120.0) -> None:
    until = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=60):
                return
        except urllib.error.URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def leaky(log: Path) -> Flask:
    """Return a site that writes bodies into a log and addresses into its answers."""
    app = Flask(__name__)

    @app.get("/lookup")
    def form() -> str:
        return '<input name="csrf_token" value="x">'

    @app.get("/notices/")
    def notices() -> str:
        return '<a href="/notices/follow?lang=en">x</a><a href="/notices/2027-001?lang=en">y</a>'

    @app.post("/<path:path>")
    def answer(path: str) -> Response:
        body = request.get_data().decode()
        with log.open("a", encoding="utf-8") as stream:
            stream.write(f"{path} {body}\n")
        address = request.form.get("address", "")
        response = make_response(f'<title>{address}</title><a href="/lookup?a={address}">x</a>')
        response.set_cookie("last", request.form.get("choice", ""))
        return response

    return app


def test_a_site_that_keeps_what_it_hears_is_found_out(
    tmp_path: Path, serve: Callable[[Flask], str]
) -> None:
    log = tmp_path / "logs" / "access.log"
    log.parent.mkdir()
    url = serve(leaky(log))
    result = check(url, "--search", log.parent, "--json")
    assert result.exit_code == KEPT_EXIT
    told = record(result)
    assert told["ok"] is False
    # every way, and the file, once each
    assert [trace["sent_by"] for trace in told["traces"]] == told["sent"]
    assert {trace["file"] for trace in told["traces"]} == {str(log)}
    assert "notices/2027-001/address" in log.read_text("utf-8")
    assert {("notice", "title"), ("notice_choice", "header")} <= {
        (fault["sent_by"], fault["what"]) for fault in told["faults"]
    }
    faults = {(fault["sent_by"], fault["what"]) for fault in told["faults"]}
    assert {("form", "title"), ("form", "link"), ("form", "cache"), ("form", "referrer")} <= faults
    assert ("choice", "header") in faults
    assert ("choice", "title") not in faults


def test_without_a_place_to_search_it_says_so(town: Path, serve: Callable[[Flask], str]) -> None:
    result = check(serve(create_app(Config(study=town))))
    assert result.exit_code == 0
    assert "只检查了网页本身" in result.output


def test_what_is_no_look_up_is_told(serve: Callable[[Flask], str]) -> None:
    for url, key in (
        (serve(Flask("empty")), "lookup.PRIVACY_NO_FORM"),
        ("http://127.0.0.1:9", "lookup.PRIVACY_NO_ANSWER"),
    ):
        result = CliRunner().invoke(
            privacy_check_command, [url], standalone_mode=False, catch_exceptions=True
        )
        assert isinstance(result.exception, OfflineError)
        assert result.exception.key == key
    assert check("ftp://x").exit_code == 2


FORMS = {
    "plain": MARK.address().encode(),
    "gb18030": MARK.address().encode("gb18030"),
    "utf16": MARK.address().encode("utf-16"),
    "escaped": json.dumps(MARK.address()).encode(),
    "capitals": MARK.address().upper().encode(),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("before", [0, 4 * 1024 * 1024 - 5])
def test_a_mark_is_found_in_every_encoding_and_across_pieces(
    tmp_path: Path, form: str, before: int
) -> None:
    file = tmp_path / "data.bin"
    file.write_bytes(b"x" * before + FORMS[form] + b"y" * 100)
    found = search([file], [MARK, new_mark("SLIP")])
    assert [trace.mark for trace in found.traces] == [MARK]
    assert (found.files, found.size) == (1, file.stat().st_size)


def test_archives_are_opened_and_links_are_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    outside = tmp_path / "outside"
    outside.write_bytes(FORMS["plain"])
    (folder / "link").symlink_to(outside)
    (folder / "deep" / "old.log.gz").write_bytes(gzip.compress(FORMS["plain"]))
    with zipfile.ZipFile(folder / "book.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.xml", FORMS["plain"])
    (folder / "cut.gz").write_bytes(gzip.compress(b"a" * 999)[:-9])
    found = search([folder], [MARK])
    assert [trace.file for trace in found.traces] == [
        f"{folder / 'book.xlsx'}!sheet.xml",
        f"{folder / 'deep' / 'old.log.gz'}!",
    ]
    assert found.unread == [f"{folder / 'cut.gz'}!"]
    assert found.files == 3


def test_a_file_that_cannot_be_read_is_no_clean_file(tmp_path: Path) -> None:
    found = search([tmp_path / "gone.log"], [MARK])
    assert found.unread == [str(tmp_path / "gone.log")]
    assert found.files == 0


def test_no_two_marks_are_alike_and_each_is_plain_ascii() -> None:
    cores = {new_mark("FORM").core for _ in range(200)}
    assert len(cores) == 200
    assert all(core.isascii() and core == core.lower() for core in cores)
    assert traces(MARK)[0] == MARK.core.encode()
