"""The guard of public forms: waiting or work, a ticket for one form, many from one device."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from case_site import CASE, TICKET, Site, drafted, heard, ok, on_notice, token, written
from participating import ZH, asked

from webmap.limits.tickets import work
from zoning.messages import text

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

TwoPlans = tuple[Path, str, str, str]

pytestmark = pytest.mark.integration
SAID = {"text": "学校太远", "place": "小区11", "kind": "distance", "stance": "against"}


class TestForms:
    URL = f"/notices/{CASE}/opinion{ZH}"

    def sent(self, site: Site, page: str, **more: str) -> TestResponse:
        """Send the form of a page as a browser without scripts does."""
        ticket = TICKET.search(page)
        assert ticket is not None
        data = {"csrf_token": token(page), "ticket": ticket[1], "work": "", **SAID, **more}
        return site.client().post(self.URL, data=data)

    def test_without_scripts_one_waits_and_loses_nothing(self, running: Site) -> None:
        page = running.get(self.URL).text
        early = self.sent(running, page)
        assert early.status_code == 422
        assert text("participation.WAIT", "zh-CN", {"seconds": 20}) in early.text
        assert "学校太远" in early.text
        running.now += timedelta(seconds=20)
        # the same ticket: who was refused has not waited in vain
        assert self.sent(running, early.text).status_code == 200
        assert len(running.office.cases.load(CASE).opinions) == 1

    def test_a_ticket_is_taken_once_for_one_form_and_not_forged(self, running: Site) -> None:
        page = running.get(self.URL).text
        running.now += timedelta(minutes=5)
        assert self.sent(running, page).status_code == 200
        again = self.sent(running, page)
        assert again.status_code == 422
        assert text("participation.TICKET_USED", "zh-CN") in again.text
        assert TICKET.search(again.text)[1] != TICKET.search(page)[1]  # type: ignore[index]
        forged = self.sent(running, page, ticket="x.y")
        assert text("participation.NO_TICKET", "zh-CN") in forged.text
        running.now += timedelta(hours=13)
        old = self.sent(running, page)
        assert text("participation.TICKET_OLD", "zh-CN") in old.text
        ok(asked(running))
        other = TICKET.search(running.get(f"/notices/{CASE}/questionnaires/q1").text)
        assert other is not None
        elsewhere = self.sent(running, page, ticket=other[1], work=work(other[1], bits=16))
        assert text("participation.NO_TICKET", "zh-CN") in elsewhere.text
        assert len(running.office.cases.load(CASE).opinions) == 1

    def test_a_refused_opinion_does_not_use_the_ticket_up(self, running: Site) -> None:
        page = running.get(self.URL).text
        running.now += timedelta(minutes=5)
        assert self.sent(running, page, text="x").status_code == 422
        assert self.sent(running, page).status_code == 200

    def test_without_work_only_so_many_an_hour(
        self, ready: Path, two_plans: TwoPlans, tmp_path: Path, database_url: str
    ) -> None:
        folder = shutil.copytree(ready, tmp_path / "限县")
        with (folder / "study.toml").open("a", encoding="utf-8") as stream:
            stream.write("\n[web]\nwait_s = 0\nunworked_per_hour = 2\n")
        site = Site(folder, two_plans[1], database_url)
        drafted(site, two_plans[2])
        heard(site)
        on_notice(site)
        found = [self.sent(site, site.get(self.URL).text).status_code for _ in range(3)]
        assert found == [200, 200, 429]
        assert written(site, "做了运算的仍可提交").status_code == 200
        site.close()


def test_two_thousand_entries_from_one_device_are_one_participant(
    ready: Path, two_plans: TwoPlans, tmp_path: Path
) -> None:
    folder = shutil.copytree(ready, tmp_path / "刷县")
    with (folder / "study.toml").open("a", encoding="utf-8") as stream:
        limits = ("reader_per_minute", "network_per_minute", "network_per_hour", "work_bits")
        stream.write("\n[web]\n" + "".join(f"{name} = 0\n" for name in limits))
    site = Site(folder, two_plans[1], f"sqlite:///{tmp_path / 'kept.sqlite'}")
    drafted(site, two_plans[2])
    heard(site)
    on_notice(site)
    url = TestForms.URL
    form = {"csrf_token": token(site.get(url).text), **SAID}
    for number in range(2000):
        form["text"] = f"第{number}次：希望维持现状"
        assert site.client().post(url, data=form).status_code == 200
    page = site.get(f"/notices/{CASE}/register{ZH}").text
    counts = {"raw": 2000, "distinct": 2000, "participants": 1}
    assert text("bureau.TOTALS", "zh-CN", counts) in page
    numbers = site.get(f"/bureau/cases/{CASE}/places{ZH}", "auditor-1").text
    assert '<th scope="row">小区11</th><td>2000</td><td>2000</td><td>1</td>' in numbers
    site.close()
