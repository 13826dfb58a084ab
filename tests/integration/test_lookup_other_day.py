"""An answer for another day, or of a version by its id: never mistaken for the one of today."""

from __future__ import annotations

import html
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from bureau_online import ASKED, BEFORE, FIRST, SECOND, post, schools

from webmap.errors import VersionNotFoundError
from webmap.services.when import When
from zoning.lookup.answers import Kind, NotToday
from zoning.messages import text

if TYPE_CHECKING:
    from bureau_online import Bureau

pytestmark = pytest.mark.integration

LATER = date(2028, 10, 1)
HEAD = {lang: text("otherday.HEAD", lang) for lang in ("zh-CN", "en")}


@pytest.fixture
def two(bureau: Bureau) -> Bureau:
    """Two versions, a year apart; today the first is in force."""
    bureau.publish(0)
    bureau.publish(1, begins=SECOND)
    bureau.day = FIRST
    return bureau


def test_another_day_is_answered_by_the_version_of_that_day(two: Bureau) -> None:
    now = two.ask(FIRST)
    assert now.about.not_today is None
    ahead = two.ask(FIRST, when=When(day=LATER))
    assert schools(ahead) == [two.school(1)]
    assert ahead.about.not_today == NotToday(LATER, ahead=True)
    past = two.ask(LATER, when=When(day=FIRST))
    assert schools(past) == [two.school(0)]
    assert past.about.not_today == NotToday(FIRST, ahead=False)
    assert past.about.version is not None
    assert past.about.version.ends_before == SECOND
    assert past.about.coming is not None
    assert past.about.coming.version.version_id == "primary-2"


def test_before_the_first_version_no_plan_was_in_force(two: Bureau) -> None:
    answer = two.ask(FIRST, when=When(day=BEFORE))
    assert answer.kind is Kind.NO_PLAN
    assert answer.about.not_today == NotToday(BEFORE, ahead=False)


def test_today_by_its_date_and_the_version_of_today_by_its_id_are_todays_answer(
    two: Bureau,
) -> None:
    now = two.ask(FIRST)
    assert two.ask(FIRST, when=When(day=FIRST)) == now
    assert two.ask(FIRST, when=When(version_id="primary-1")) == now


def test_a_version_by_its_id(two: Bureau) -> None:
    answer = two.ask(FIRST, when=When(version_id="primary-2"))
    assert schools(answer) == [two.school(1)]
    assert answer.about.not_today == NotToday(None)
    for unknown in ("primary-3", "junior_middle-1", "x", "-", "primary-"):
        with pytest.raises(VersionNotFoundError):
            two.ask(FIRST, when=When(version_id=unknown))


def test_an_earlier_version_by_its_id_is_told_with_what_took_its_place(two: Bureau) -> None:
    past = two.ask(LATER, when=When(version_id="primary-1"))
    assert schools(past) == [two.school(0)]
    assert past.about.not_today == NotToday(None)
    assert past.about.coming is not None
    assert past.about.coming.version.version_id == "primary-2"
    newest = two.ask(FIRST, when=When(version_id="primary-2"))
    assert newest.about.coming is None


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_what_followed_an_earlier_version_is_not_called_a_coming_one(
    two: Bureau, lang: str
) -> None:
    client = two.client()
    coming, after = (text(f"lookup.{key}", lang) for key in ("COMING_ID", "AFTER_ID"))
    page = html.unescape(post(client, "/lookup", lang=lang).text)
    assert f"<dt>{coming}</dt><dd><code>primary-2</code>" in page
    assert after not in page
    two.day = LATER
    page = html.unescape(post(client, "/lookup", lang=lang, version="primary-1").text)
    assert f"<dt>{after}</dt><dd><code>primary-2</code>" in page
    assert coming not in page


def test_what_never_was_in_force_has_nothing_that_took_its_place(bureau: Bureau) -> None:
    bureau.publish(0)
    bureau.publish(1, begins=SECOND)
    # a later decision, from the same day on, and one of the year after
    bureau.publish(0, begins=SECOND)
    bureau.publish(1, begins=SECOND.replace(year=SECOND.year + 1))
    never = bureau.ask(LATER, when=When(version_id="primary-2"))
    assert schools(never) == [bureau.school(1)]
    assert never.about.coming is None


def test_a_plan_for_discussion_is_in_force_on_no_day(bureau: Bureau) -> None:
    assert bureau.ask(FIRST).kind is Kind.ONE_SCHOOL
    assert bureau.ask(FIRST, when=When(day=SECOND)).kind is Kind.NO_PLAN


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_the_page_says_that_it_is_not_todays_answer(two: Bureau, lang: str) -> None:
    client = two.client()
    today = html.unescape(post(client, "/lookup", lang=lang).text)
    assert HEAD[lang] not in today
    words = {"en": "1 October 2028", "zh-CN": "2028 年 10 月 1 日"}
    page = html.unescape(post(client, "/lookup", lang=lang, day=LATER.isoformat()).text)
    assert HEAD[lang] in page
    assert words[lang] in page
    assert f"{two.school(1)}校" in page
    named = html.unescape(post(client, "/lookup", lang=lang, version="primary-2").text)
    assert text("otherday.BY_VERSION", lang, {"version": "primary-2"}) in named
    # the other language and large type ask for the same day again
    for shown, name, value in ((page, "day", LATER.isoformat()), (named, "version", "primary-2")):
        assert f'name="{name}" value="{value}"' in shown


def test_the_form_lists_the_versions_and_leads_with_today(two: Bureau) -> None:
    page = html.unescape(two.client().get("/lookup?lang=en").text)
    options = re.findall(r'<option value="([^"]*)"[^>]*>([^<]+)</option>', page)
    assert [value for value, _ in options] == ["", "primary-1", "primary-2"]
    assert "1 September 2027 until before 1 September 2028" in options[1][1]
    assert 'class="other-day">' in page


def test_without_a_version_the_form_asks_for_no_day(bureau: Bureau) -> None:
    assert 'name="day"' not in bureau.client().get("/lookup").text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"day": "2028-13-01"}, "otherday.BAD_DAY"),
        ({"day": "<b>"}, "otherday.BAD_DAY"),
        ({"version": "primary-9"}, "otherday.BAD_VERSION"),
        ({"day": "2028-10-01", "version": "primary-1"}, "otherday.BOTH"),
        ({"day": "2028-10-01", "blocks": "b11", "address": ""}, "otherday.NO_POSITION"),
    ],
)
def test_what_cannot_be_asked_is_told_beside_the_form(
    two: Bureau, sent: dict[str, str], said: str
) -> None:
    response = post(two.client(), "/lookup", **sent)
    assert response.status_code == 422
    page = html.unescape(response.text)
    assert text(said, "en") in page
    assert 'class="other-day" open' in page
    assert "data-kind" not in page
    assert "<b>" not in response.text


def test_there_is_no_slip_for_another_day(two: Bureau) -> None:
    client = two.client()
    assert "Print a slip" in post(client, "/lookup").text
    assert "Print a slip" not in post(client, "/lookup", day=LATER.isoformat()).text
    refused = post(client, "/slip", day=LATER.isoformat())
    assert refused.status_code == 422
    assert "<code>" not in refused.text


def test_choosing_an_address_keeps_the_day(two: Bureau) -> None:
    client = two.client()
    page = post(client, "/lookup", address="小区1", day=LATER.isoformat()).text
    assert 'data-kind="choose"' in page
    form = page[page.index('class="candidates"') :]
    assert f'name="day" value="{LATER.isoformat()}"' in form


def by_program(two: Bureau, way: str = "text", **sent: object) -> tuple[int, dict[str, Any]]:
    body = {"stage": "primary", **({"text": ASKED} if way == "text" else {}), **sent}
    response = two.client().post(f"/api/v1/lookup/{way}", json=body)
    return response.status_code, response.get_json()


def named(told: dict[str, Any]) -> list[str]:
    return [school["school_id"] for school in told["answer"]["served"]["schools"]]


def test_a_program_asks_for_another_day_or_version(two: Bureau) -> None:
    expected = [two.school(0)], [two.school(1)]
    assert expected[0] != expected[1]
    for sent in ({}, {"on": FIRST.isoformat()}, {"version": "primary-1"}):
        status, told = by_program(two, **sent)
        assert (status, named(told)) == (200, expected[0])
        assert told["answer"]["about"]["not_today"] is None
    for sent, day in (
        ({"on": LATER.isoformat()}, LATER.isoformat()),
        ({"version": "primary-2"}, None),
    ):
        status, told = by_program(two, **sent)
        assert (status, named(told)) == (200, expected[1])
        about = told["answer"]["about"]
        assert about["not_today"] == {"day": day, "ahead": day is not None}
        assert about["version"]["version_id"] == "primary-2"
    # a version goes before a day, as it does for open data
    _, told = by_program(two, version="primary-1", on=LATER.isoformat())
    assert named(told) == expected[0]


def test_a_program_asks_by_place_for_another_day(two: Bureau) -> None:
    _, told = by_program(two)
    place = told["answer"]["served"]["place"]["address_id"]
    _, told = by_program(two, "address", address_id=place, on=LATER.isoformat())
    assert named(told) == [two.school(1)]
    table = two.lookup.addresses(two.lookup.plans("primary")[0])
    lon, lat = table.loc[table["address_id"] == place, ["lon", "lat"]].iloc[0]
    for when, plan in (({}, 0), ({"version": "primary-2"}, 1)):
        _, told = by_program(two, "point", lon=float(lon), lat=float(lat), **when)
        assert named(told) == [two.school(plan)]


def test_a_program_is_told_what_cannot_be_asked(two: Bureau) -> None:
    status, told = by_program(two, on=BEFORE.isoformat())
    assert (status, told["answer"]["kind"]) == (200, "no_plan")
    status, told = by_program(two, version="primary-9")
    assert (status, told["code"]) == (404, "not_found")
    status, told = by_program(two, on="2027-02-30", version="")
    assert status == 422
    assert [(one["field"], one["code"]) for one in told["details"]] == [
        ("on", "date"),
        ("version", "empty"),
    ]
    # another version may call other blocks so
    status, told = by_program(two, "blocks", block_ids=["b11"], on=FIRST.isoformat())
    assert [(one["field"], one["code"]) for one in told["details"]] == [("on", "unknown")]
