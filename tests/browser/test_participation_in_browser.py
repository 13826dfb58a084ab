"""Questionnaires, meetings and the work of forms in a browser, with scripts and without."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from case_site import CASE, PASSWORD, Site, drafted, heard, ok, on_notice, written
from live_site import WIDER
from published import study_with_two_plans
from werkzeug.serving import make_server

from webmap.limits.tickets import is_worked
from zoning.lookup.opening import prepare
from zoning.progress import silent
from zoning.study import exclusive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    NewPage = Callable[..., Page]

pytestmark = pytest.mark.browser
LANGUAGES = ("zh-CN", "en")
NARROW = {"viewport": {"width": 320, "height": 568}}
MEETING = {
    "meeting_kind": "hearing", "day": "2027-03-20", "begins": "14:30", "meeting_place": "县教育局",
    "sign_up_until": "2027-03-15", "places": "1", "observer_places": "1", "seed_source": "开奖号码",
}  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A notice that runs, with a hearing; its officers make the rest in the browser."""
    folder: Path = tmp_path_factory.mktemp("participation") / "方格县"
    first, second, _ = study_with_two_plans(folder)
    with exclusive(folder) as study:
        prepare(study, silent)
    made = Site(folder, first, f"sqlite:///{folder / 'zoning.sqlite'}")
    drafted(made, second)
    heard(made)
    on_notice(made)
    ok(made.step(CASE, "AnnounceMeeting", "publisher-1", title="听证会", **MEETING))
    assert written(made, "学校太远").status_code == 200
    yield made
    made.close()


@pytest.fixture(scope="module")
def site(office: Site) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, office.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


def whole(page: Page) -> None:
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate(WIDER) == 0


def entered(page: Page, site: str, name: str) -> None:
    page.goto(f"{site}login?lang=zh-CN")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_selector("table.list")


def test_an_officer_asks_questions_and_readers_answer_without_scripts(
    new_page: NewPage, site: str, office: Site
) -> None:
    page = new_page(server=site, java_script_enabled=False)
    entered(page, site, "publisher-1")
    page.goto(f"{site}bureau/cases/{CASE}/questionnaires/new?lang=zh-CN")
    page.locator("button[name=more]").click()
    page.fill("#title", "学区调整问卷")
    page.fill("#until", "2027-03-25")
    for number in range(1, 5):
        page.fill(f"#text{number}", f"问题{number}")
        page.fill(f"#options{number}", "是\n否")
    page.select_option("#kind4", "several")
    page.locator("form.card button.main-button").click()
    page.wait_for_selector("#q1")
    reader = new_page(server=site, refused=True, java_script_enabled=False)
    reader.goto(f"{site}notices/{CASE}?lang=zh-CN")
    reader.locator("section[aria-labelledby=gathered] a").first.click()
    for number in range(1, 4):
        reader.locator(f"input[name=q{number}]").first.check()
    for at in (0, 1):
        reader.locator("input[name=q4]").nth(at).check()
    # too soon: nothing is lost, and the same form is sent once more
    reader.locator("button.main-button").click()
    reader.wait_for_selector(".fault")
    assert reader.locator("input[name=q4]").nth(1).is_checked()
    office.now += timedelta(seconds=40)
    reader.locator("button.main-button").click()
    reader.wait_for_url("**/questionnaires/q1**")
    assert reader.locator(".fault").count() == 0
    (asked,) = office.office.cases.load(CASE).questionnaires
    assert [form.choices for form in asked.forms] == [((0,), (0,), (0,), (0, 1))]


def test_the_script_does_the_work_and_nobody_waits(
    new_page: NewPage, site: str, office: Site
) -> None:
    page = new_page(server=site)
    page.goto(f"{site}notices/{CASE}/opinion?lang=zh-CN")
    page.wait_for_selector("input[name=work]:not([value=''])", state="attached")
    ticket, number = (
        page.locator(f"input[name={name}]").input_value() for name in ("ticket", "work")
    )
    assert is_worked(ticket, number, bits=16)
    assert not any(is_worked(ticket, str(n), bits=16) for n in range(int(number)))
    before = len(office.office.cases.load(CASE).opinions)
    page.fill("#text", "上学要过两条马路")
    page.fill("#place", "小区11")
    page.locator("button.main-button").click()
    page.wait_for_selector(".countdown code")
    assert len(office.office.cases.load(CASE).opinions) == before + 1


def test_who_sends_before_the_work_is_done_need_not_press_again(
    new_page: NewPage, site: str
) -> None:
    page = new_page(server=site)
    # more work than can be done before the button is pressed
    page.route(
        "**/meetings/m1*",
        lambda route: (
            route.fulfill(
                response=(got := route.fetch()),
                body=got.text().replace('data-work="16"', 'data-work="19"'),
            )
            if route.request.method == "GET"
            else route.continue_()
        ),
    )
    page.goto(f"{site}notices/{CASE}/meetings/m1?lang=zh-CN")
    page.fill("#name", "家长")
    page.fill("#contact", "13900000000")
    page.press("#contact", "Enter")
    page.wait_for_selector(".countdown", timeout=120_000)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing(new_page: NewPage, site: str, office: Site, lang: str) -> None:
    if not office.office.cases.load(CASE).questionnaires:
        url = f"/bureau/cases/{CASE}/questionnaires/new"
        said = {"title": "问卷", "until": "2027-03-25", "rows": "2", "text1": "甲",
                "kind1": "one", "options1": "是\n否", "text2": "乙", "kind2": "text"}  # fmt: skip
        ok(office.post(url, url, "publisher-1", **said))
    page = new_page(server=site, refused=True, **NARROW)
    for path in ("", CASE, f"{CASE}/questionnaires/q1", f"{CASE}/meetings/m1", f"{CASE}/opinion",
                 f"{CASE}/register"):  # fmt: skip
        page.goto(f"{site}notices/{path}?lang={lang}")
        whole(page)
    # a page that is refused
    page.goto(f"{site}notices/{CASE}/meetings/m1?lang={lang}")
    page.fill("#name", " ")
    page.fill("#contact", "x")
    page.locator("button.main-button").click()
    page.wait_for_selector(".fault")
    whole(page)
    officer = new_page(server=site)
    entered(officer, site, "publisher-1")
    for path in ("", "/participation", "/questionnaires/new", "/places", "/steps/AnnounceMeeting",
                 "/steps/HoldMeeting", "/steps/CloseQuestions"):  # fmt: skip
        officer.goto(f"{site}bureau/cases/{CASE}{path}?lang={lang}")
        whole(officer)
    moderator = new_page(server=site)
    entered(moderator, site, "moderator-1")
    for path in ("/inbox", "/participation/q1/paper", "/steps/SignUp"):
        moderator.goto(f"{site}bureau/cases/{CASE}{path}?lang={lang}")
        whole(moderator)


def test_the_map_of_opinions_has_a_circle_with_its_counts(new_page: NewPage, site: str) -> None:
    page = new_page(server=site)
    entered(page, site, "auditor-1")
    page.goto(f"{site}bureau/cases/{CASE}/places?lang=zh-CN")
    told = page.evaluate(
        "() => { const found = []; window.zoningLayers.map.eachLayer((layer) => {"
        " if (layer instanceof L.CircleMarker && layer.getTooltip())"
        " found.push(layer.getTooltip().getContent().textContent); }); return found; }"
    )
    assert len(told) == 1
    assert told[0].startswith("小区11: ")


def test_after_the_draw_the_page_says_who_comes(new_page: NewPage, site: str, office: Site) -> None:
    for number in range(2):
        office.clients[""] = office.app.test_client()
        url = f"/notices/{CASE}/meetings/m1"
        said = {"name": f"家长{number}", "contact": "x"}
        assert office.post(url, url, **said).status_code == 200
    office.now += timedelta(days=16)
    page = new_page(server=site, java_script_enabled=False)
    entered(page, site, "publisher-1")
    page.goto(f"{site}bureau/cases/{CASE}/steps/DrawPlaces?lang=zh-CN")
    page.locator("input[name=seed]").fill("03 11 17")
    page.locator("button.main-button").click()
    page.wait_for_selector("#agenda")
    reader = new_page(server=site)
    reader.goto(f"{site}notices/{CASE}/meetings/m1?lang=zh-CN")
    drawn = office.office.cases.load(CASE).meetings[0].drawn
    assert drawn is not None
    assert reader.locator("#places ~ dl dd").first.inner_text() == str(drawn.chosen[0])
    whole(reader)


def test_groups_are_answered_by_keyboard(new_page: NewPage, site: str, office: Site) -> None:
    inbox = f"/bureau/cases/{CASE}/inbox"
    for opinion in office.office.cases.load(CASE).opinions:
        if opinion.pending:
            shown = office.office.opinions.originals(CASE, [opinion.number])[opinion.number].text
            url = f"{inbox}/{opinion.number}"
            ok(office.post(inbox, url, "moderator-1", text=shown))
    groups = office.office.opinions.proposed_groups(CASE)
    lines = "\n".join(" ".join(map(str, group)) for group in groups)
    ok(office.step(CASE, "GroupOpinions", "moderator-1", groups=lines))
    page = new_page(server=site)
    entered(page, site, "moderator-1")
    page.goto(f"{site}bureau/cases/{CASE}/replies?lang=zh-CN")
    whole(page)
    page.keyboard.press("j")
    page.keyboard.press("a")
    page.keyboard.type("相对就近")
    page.keyboard.press("Tab")
    page.keyboard.type("基础教育科")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".good")
    found = office.office.cases.load(CASE).groups
    answered = [group.reply for group in found if group.reply is not None]
    assert [(one.reason, one.office) for one in answered] == [("相对就近", "基础教育科")]
