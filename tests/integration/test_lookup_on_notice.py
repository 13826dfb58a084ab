"""While a notice runs, an answer tells the proposed school of the address, and how to comment."""

from __future__ import annotations

import html
from datetime import timedelta
from shutil import copytree
from typing import TYPE_CHECKING

import pytest
from bureau_online import ASKED
from case_site import CASE, Site, drafted, heard, on_notice

from zoning.errors import StorageError
from zoning.messages import languages, text
from zoning.notice import State
from zoning.plan.store import read_plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.integration
ELSEWHERE = "小区00"


@pytest.fixture(scope="module")
def site(
    ready: Path, two_plans: tuple[Path, str, str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A study with a version, and a notice that moves one block."""
    folder = copytree(ready, tmp_path_factory.mktemp("notice") / "方格县")
    made = Site(folder, two_plans[1], f"sqlite:///{folder.parent / 'kept.sqlite'}")
    drafted(made, two_plans[2])
    heard(made)
    yield made
    made.close()


def answer(site: Site, address: str, lang: str = "zh-CN", **more: str) -> str:
    url = f"/lookup?lang={lang}"
    response = site.post(url, url, stage="primary", address=address, **more)
    assert response.status_code == 200, response.text
    return html.unescape(response.text)


def zone_of(site: Site, plan: str, block: str) -> str:
    file = site.folder / "plans" / f"{plan}.gpkg"
    return str(read_plan(file).plan.zone_of(block).zone_id)


def test_the_proposed_school_is_told_while_the_notice_runs(
    site: Site, two_plans: tuple[Path, str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webmap.services.on_notice.KEPT_S", 0.0)
    title = {lang: text("proposed.TITLE", lang) for lang in languages()}
    # what the bureau is still drafting is nobody's answer
    assert title["zh-CN"] not in answer(site, ASKED)
    on_notice(site)
    case = site.office.cases.load(CASE)
    assert case.state == State.RUNNING
    proposed = f"{zone_of(site, two_plans[2], two_plans[3])}校"
    for lang in languages():
        page = answer(site, ASKED, lang)
        assert title[lang] in page
        assert text("proposed.SCHOOLS", lang, {"schools": proposed}) in page
        assert f"/notices/{CASE}?lang={lang}" in page
        assert f"/notices/{CASE}/opinion?lang={lang}" in page
        assert str(case.period.last_day.day) in page
        # where no place was found there is nothing to propose for
        assert title[lang] not in answer(site, "飞来峰度假村", lang)
    # another day has its own answer
    assert title["zh-CN"] not in answer(site, ASKED, day="2027-09-02")


def test_after_the_last_day_nobody_is_asked_to_comment(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webmap.services.on_notice.KEPT_S", 0.0)
    last = site.office.cases.load(CASE).period.last_day
    site.now += last - site.office.today()
    assert text("proposed.TITLE", "zh-CN") in answer(site, ASKED)
    site.now += timedelta(days=1)
    assert text("proposed.TITLE", "zh-CN") not in answer(site, ASKED)


def test_a_proposed_plan_that_is_damaged_leaves_todays_answer(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("webmap.services.on_notice.KEPT_S", 0.0)
    site.now -= timedelta(days=2)
    plain = answer(site, ELSEWHERE)
    assert text("proposed.SAME", "zh-CN") in plain or "拟对应" in plain

    def damaged(*_: object) -> None:
        raise StorageError("plan.NOT_WRITTEN", file="x", detail="y")

    monkeypatch.setattr("webmap.services.lookup.Lookup.under", damaged)
    page = answer(site, ASKED)
    assert text("proposed.UNKNOWN", "zh-CN") in page
    assert "plan.NOT_WRITTEN" in caplog.text
    assert ASKED not in caplog.text


def test_a_program_is_told_of_the_notice(
    site: Site, two_plans: tuple[Path, str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webmap.services.on_notice.KEPT_S", 0.0)
    body = {"stage": "primary", "text": ASKED}
    told = site.client().post("/api/v1/lookup/text", json=body).get_json()
    (one,) = told["on_notice"]
    assert one["case_id"] == CASE
    assert one["last_day"] == site.office.cases.load(CASE).period.last_day.isoformat()
    proposed = zone_of(site, two_plans[2], two_plans[3])
    assert [school["school_id"] for school in one["schools"]] == [proposed]
    assert one["notice"] == f"/notices/{CASE}"
    sandbox = site.client().post("/api/v1/sandbox/lookup", json=body).get_json()
    assert sandbox["on_notice"] == []
