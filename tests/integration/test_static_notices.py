"""Notices and earlier versions among the plain files: all that a server shows, and no form."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import timedelta
from shutil import copytree
from typing import TYPE_CHECKING

import pytest
from bureau_online import ASKED
from case_site import CASE, Site, decided, drafted, heard, ok, on_notice
from notice_story import at

from webmap.app import create_app
from webmap.services.papers import NOTICE_FILES
from webmap.static_site.site import write_files
from zoning.lookup.plain_keys import key_of
from zoning.messages import languages, text
from zoning.plan.store import read_plan
from zoning.progress import silent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from flask import Flask

    from webmap.config import Config

pytestmark = pytest.mark.integration
LINK = re.compile(r'(?:href|src)="([^"#]+)')


@pytest.fixture(scope="module")
def site(
    ready: Path, two_plans: tuple[Path, str, str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A study with a version, and a notice that moves one block."""
    folder = copytree(ready, tmp_path_factory.mktemp("files") / "方格县")
    made = Site(folder, two_plans[1], f"sqlite:///{folder.parent / 'kept.sqlite'}")
    drafted(made, two_plans[2])
    heard(made)
    on_notice(made)
    yield made
    made.close()


@pytest.fixture(scope="module")
def files(site: Site) -> Mapping[str, bytes]:
    return written(site.app.extensions["zoning-config"], lambda: site.now)


def written(config: Config, clock: Callable[[], datetime]) -> Mapping[str, bytes]:
    def application(given: Config) -> Flask:
        return create_app(given, clock=clock)

    return write_files(config, progress=silent, application=application)


def page(files: Mapping[str, bytes], name: str) -> str:
    return html.unescape(files[name].decode())


def led_to(files: Mapping[str, bytes], name: str) -> set[str]:
    """Return the files that a page leads to; what is not there fails."""
    found = set()
    for url in LINK.findall(page(files, name)):
        if re.match(r"data:|tel:|https:", url):
            continue
        parts = [*name.split("/")[:-1], *url.split("/")]
        while ".." in parts:
            first = parts.index("..")
            del parts[first - 1 : first + 1]
        assert "/".join(parts) in files, (name, url)
        found.add("/".join(parts))
    return found


@pytest.mark.parametrize("language", languages())
def test_a_running_notice_is_among_the_files_with_its_papers_and_its_log(
    site: Site, files: Mapping[str, bytes], language: str
) -> None:
    case = site.office.cases.load(CASE)
    listed = page(files, f"{language}/notices.html")
    assert case.on_notice.version.content.title in listed
    assert f"{language}/notices/{CASE}.html" in led_to(files, f"{language}/notices.html")
    name = f"{language}/notices/{CASE}.html"
    leads = led_to(files, name)
    assert f"data/cases/{CASE}.jsonl" in leads
    papers = {f"{language}/notices/{CASE}/1/{one}" for one in NOTICE_FILES if "json" not in one}
    assert papers <= leads
    # what is proposed has its map, though it is no version
    proposed = case.on_notice.version.content.new_map.name
    assert f"{language}/plans/{proposed}.html" in leads
    assert files[f"{language}/notices/{CASE}/1/notice.pdf"].startswith(b"%PDF")
    assert files[f"data/cases/{CASE}.jsonl"] == site.get(f"/notices/{CASE}/log.jsonl").data
    last = text("notices.LEGAL_END", language, {"last": case.period.last_day})
    assert last in listed
    assert last in page(files, name)


@pytest.mark.parametrize("name", ["notices.html", f"notices/{CASE}.html"])
def test_a_copy_takes_nothing_in_and_counts_no_days(files: Mapping[str, bytes], name: str) -> None:
    for folder in ("en", "en-large"):
        told = page(files, f"{folder}/{name}")
        assert text("site.NOTICES_PLAIN", "en") in told
        assert "Written on 1 March 2027" in told
        for never in ("<form", "<button", "days left", "localhost", "csrf", "/opinion", "follow"):
            assert never not in told, (folder, never)
        # a link leads somewhere or is none
        assert "<a>" not in told


def test_where_the_server_is_known_opinions_go_there(site: Site, tmp_path: Path) -> None:
    folder = copytree(site.folder, tmp_path / "方格县")
    settings = folder / "study.toml"
    told = settings.read_text(encoding="utf-8")
    settings.write_text(f'{told}\n[lookup]\nsite = "https://xq.example.org"\n', encoding="utf-8")
    config = of_folder(site, folder)
    found = page(written(config, lambda: site.now), f"en/notices/{CASE}.html")
    for way in ("opinion", "register"):
        assert f'href="https://xq.example.org/notices/{CASE}/{way}?lang=en"' in found
    assert 'class="code"' in found


def of_folder(site: Site, folder: Path) -> Config:
    config: Config = site.app.extensions["zoning-config"]
    return replace(config, study=folder)


@pytest.mark.parametrize("language", languages())
def test_the_look_up_on_the_device_tells_what_is_proposed(
    site: Site, files: Mapping[str, bytes], two_plans: tuple[Path, str, str, str], language: str
) -> None:
    part = json.loads(files[f"lookup/primary/{language}/0.json"])
    proposals = part["answers"][part["keys"][key_of(ASKED)]][10]
    ((title, said, until, leads, last),) = [[part["texts"][at] for at in one] for one in proposals]
    case = site.office.cases.load(CASE)
    plan = read_plan(site.folder / "plans" / f"{two_plans[2]}.gpkg").plan
    school = f"{plan.zone_of(two_plans[3]).zone_id}校"
    assert title == case.on_notice.version.content.title
    assert said == text("proposed.SCHOOLS", language, {"schools": school})
    assert str(case.period.last_day.day) in until
    assert last == case.period.last_day.isoformat()
    assert f"{language}/{leads}" in files


def test_after_the_last_day_nothing_is_proposed(site: Site) -> None:
    over = site.office.cases.load(CASE).period.last_day - site.office.today()
    late = written(
        site.app.extensions["zoning-config"], lambda: site.now + over + timedelta(days=1)
    )
    part = json.loads(late["lookup/primary/en/0.json"])
    assert part["answers"][part["keys"][key_of(ASKED)]][10] == []


def test_what_the_bureau_drafts_is_in_no_file(
    ready: Path, two_plans: tuple[Path, str, str, str], tmp_path: Path
) -> None:
    folder = copytree(ready, tmp_path / "方格县")
    made = Site(folder, two_plans[1], f"sqlite:///{tmp_path / 'kept.sqlite'}")
    drafted(made, two_plans[2])
    files = written(made.app.extensions["zoning-config"], lambda: made.now)
    made.close()
    assert not [name for name in files if CASE in name]
    assert CASE not in page(files, "zh-CN/notices.html")


def test_a_notice_and_a_version_whose_time_is_over_stay_among_the_files(site: Site) -> None:
    site.watched(CASE, site.office.cases.load(CASE).period.ends_at)
    ok(site.step(CASE, "CloseNotice", "publisher-1"))
    ok(site.step(CASE, "PublishReplies", "publisher-1"))
    decided(site)
    files = written(site.app.extensions["zoning-config"], lambda: at("2028-03-01 10:00"))
    for folder in ("en", "en-large", "zh-CN"):
        assert f"{folder}/notices/{CASE}.html" in led_to(files, f"{folder}/notices.html")
        listed = led_to(files, f"{folder}/zones.html")
        for version in ("primary-1", "primary-2"):
            assert f"{folder}/zones/{version}.html" in listed
            assert f"{folder}/zones/{version}/A.html" in files
    assert "data/primary-1.geojson" in files
    assert "never in force" in page(files, "en/zones/primary-1.html")
    # the map of the plan that became a version is that of the version
    leads = led_to(files, f"en/notices/{CASE}.html")
    assert {"en/zones/primary-1.html", "en/zones/primary-2.html"} <= leads
    # the look-up has the one in force
    part = json.dumps(json.loads(files["lookup/primary/en/0.json"])["texts"])
    assert "zones/primary-2/" in part
    assert "zones/primary-1/" not in part
    assert "data/changes-primary-1-primary-2.csv" in files
