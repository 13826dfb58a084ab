"""A notice whose study has lost its folder `build/`: reachable all the same, and in words."""

from __future__ import annotations

import shutil
from datetime import date
from typing import TYPE_CHECKING

import pytest
from case_site import CASE, Site, drafted, heard, on_notice, written

from webmap.app import create_app
from webmap.cli import _open_lookup
from webmap.config import Config
from webmap.maps.facts import Texts
from webmap.public.wording import Wording
from zoning.cli.console import Console
from zoning.errors import MissingStepError
from zoning.lookup.opening import NEEDED, build_state, open_kept, prepare
from zoning.messages import text
from zoning.progress import silent
from zoning.study import exclusive, open_study

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.integration
TwoPlans = tuple["Path", str, str, str]


@pytest.fixture(scope="module")
def site(two_plans: TwoPlans, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A case on notice; then `build/` is deleted, and the server started anew."""
    folder = shutil.copytree(two_plans[0], tmp_path_factory.mktemp("lost") / "方格县")
    with exclusive(folder) as study:
        prepare(study, silent)
    made = Site(folder, two_plans[1], f"sqlite:///{folder.parent / 'kept.sqlite'}")
    drafted(made, two_plans[2])
    heard(made)
    on_notice(made)
    yield made
    made.close()


@pytest.fixture
def without_build(site: Site) -> Iterator[Site]:
    """The same server started anew while `build/` is away."""
    build, away = site.folder / "build", site.folder.parent / "away"
    build.rename(away)
    kept = site.app, site.office, site.clients
    site.app = create_app(Config(study=site.folder, database_url=site.url), clock=lambda: site.now)
    site.office = site.app.extensions["zoning-office"]
    site.clients = {"": site.app.test_client()}
    yield site
    site.close()
    shutil.rmtree(build, ignore_errors=True)
    away.rename(build)
    site.app, site.office, site.clients = kept


def test_the_notice_is_shown_with_the_places_that_a_version_in_force_knows(
    without_build: Site,
) -> None:
    page = without_build.get(f"/notices/{CASE}?lang=zh-CN")
    assert page.status_code == 200
    form = without_build.get(f"/notices/{CASE}/opinion?lang=zh-CN").text
    assert "小区" in form


def test_an_opinion_with_its_place_is_taken_in(without_build: Site) -> None:
    assert written(without_build, "离学校太远了").status_code == 200
    assert written(without_build, "离学校太远了", place="没有的小区").status_code == 422


def test_whether_it_concerns_an_address_is_closed_in_words(without_build: Site) -> None:
    url = f"/notices/{CASE}?lang=zh-CN"
    told = without_build.post(url, f"/notices/{CASE}/address?lang=zh-CN", address="小区11")
    assert told.status_code == 503
    assert text("lookup.CLOSED", "zh-CN") in told.text


def test_the_look_up_answers_from_what_the_version_kept(without_build: Site) -> None:
    url = "/lookup?lang=zh-CN"
    told = without_build.post(url, url, address="小区11", stage="primary")
    assert told.status_code == 200
    # it is in force from September on
    assert 'data-kind="no_plan"' in told.text
    assert Wording(Texts("zh-CN")).day(date(2027, 9, 1)) in told.text


def test_a_server_that_starts_makes_the_look_up_of_the_notice_ready(without_build: Site) -> None:
    _open_lookup(Console("zh-CN", json=False), without_build.app, without_build.folder)
    assert build_state(open_study(without_build.folder))
    url = f"/notices/{CASE}?lang=zh-CN"
    told = without_build.post(url, f"/notices/{CASE}/address?lang=zh-CN", address="小区11")
    assert told.status_code == 200
    assert "data-concerns" in told.text


@pytest.mark.parametrize("step", NEEDED)
def test_each_missing_step_is_told_and_no_crash(site: Site, step: str) -> None:
    study = open_study(site.folder)
    folder, away = study.build / step, study.build / "away"
    folder.rename(away)
    try:
        with pytest.raises(MissingStepError) as caught:
            open_kept(study)
        assert caught.value.key == "lookup.NOT_READY"
        assert step in caught.value.params["steps"]
    finally:
        away.rename(folder)
