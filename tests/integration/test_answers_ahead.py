"""Answers that were written ahead are those that are given when somebody asks.

A . .       A A A
. . .       A A B
. . B       B B B
"""

from __future__ import annotations

import html
import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bureau_online import ASKED, BEFORE, FIRST, SECOND, post
from click.testing import CliRunner
from flask import g
from published import Publisher

from webmap.app import create_app
from webmap.config import DATABASE_URL, Config
from webmap.maps.facts import Texts
from webmap.public import answers_ahead
from webmap.public.answer_page import answer_page, main_part
from webmap.public.answers_ahead import EXTENSION, WAY_CARD, ahead_of, nothing_ahead, ways_in
from webmap.public.answers_writer import write_ahead
from webmap.public.lookup import computed
from webmap.public.question import asked
from webmap.public.unlisted import as_unlisted
from webmap.services.answers_ahead import FOLDER
from webmap.services.answers_file import pages_of, text_key
from webmap.services.asked_ahead import texts_of
from webmap.services.published import KEPT_S
from zoning.cli import main
from zoning.geocode.answer import Answer as Located
from zoning.geocode.answer import MatchCode
from zoning.lookup.answers import NotFound, Place, served_of
from zoning.lookup.desk import with_coming
from zoning.messages import languages, text
from zoning.progress import silent
from zoning.study.places import Found

if TYPE_CHECKING:
    from bureau_online import Bureau
    from click.testing import Result
    from flask import Flask
    from flask.testing import FlaskClient

    from webmap.public.question import Asked
    from zoning.lookup.answers import Answer
    from zoning.lookup.desk import Desk

pytestmark = pytest.mark.integration

OTHERWISE = ("小区１１", "小區11")
TOKEN = "a'token<"


@pytest.fixture
def client(bureau: Bureau) -> FlaskClient:
    """A server on the first day of a version whose answers were written."""
    bureau.publish(0)
    bureau.day = FIRST
    made = bureau.client()
    write(made.application, bureau)
    return made


def write(app: Flask, bureau: Bureau) -> Path:
    plan, coming = bureau.lookup.pair("primary")
    assert plan is not None
    file = write_ahead(app, plan, coming, progress=silent)
    assert file is not None
    return file


def both(app: Flask, lang: str, **fields: str) -> tuple[str | None, str]:
    """Return a page as it was written ahead, and as it is made now."""
    data = {"stage": "primary", "csrf_token": TOKEN, **fields}
    query = {"lang": lang, "type": "large"} if lang == "en" else {"lang": lang}
    with app.test_request_context("/lookup", method="POST", query_string=query, data=data):
        g.csrf_valid = True
        question = asked()
        page = computed(question, nothing_ahead(question)).get_data(as_text=True)
        written = ahead_of(question).page
        return None if written is None else written.decode(), page


def a_moment_later(app: Flask) -> None:
    ahead = app.extensions[EXTENSION]
    now = ahead._ticks()
    ahead._ticks = lambda: now + KEPT_S


def marked(bureau: Bureau, fields: dict[str, str]) -> bool:
    """Tell whether there is a page that was written ahead."""
    return both(bureau.apps[-1], "en", **fields)[0] is not None


def test_every_page_that_was_written_is_the_one_that_is_made(
    bureau: Bureau, client: FlaskClient
) -> None:
    table = bureau.lookup.addresses(bureau.lookup.plans("primary")[0])
    named = [{"choice": str(one)} for one in table["address_id"]]
    named += [{"address": one} for one in (*table["name"], *OTHERWISE)]
    # road and number name nothing where there are none, nor does a township
    fields = [*named, *({"address": one} for one in texts_of(table))]
    for lang in languages():
        for field in fields:
            ahead, now = both(client.application, lang, **field)
            assert ahead == now or (ahead is None and field not in named)
            assert TOKEN not in now


def test_the_pages_that_are_open_can_be_brought_into_memory(
    bureau: Bureau, client: FlaskClient
) -> None:
    ahead = client.application.extensions[EXTENSION]
    assert ahead.page_files() == []
    plan, coming = bureau.lookup.pair("primary")
    ahead.of(plan, coming)
    (pages,) = ahead.page_files()
    assert pages == pages_of(ahead.file(plan, coming))
    assert pages.stat().st_size > 0


def test_what_is_not_in_the_list_is_answered_when_somebody_asks(
    bureau: Bureau, client: FlaskClient
) -> None:
    assert client
    for said in ("小区1l", "没有这个地方", "小区11（二期）", "", "小区11" * 50):
        assert not marked(bureau, {"address": said})
    assert not marked(bureau, {"choice": "none"})
    assert not marked(bureau, {"address": ASKED, "blocks": "b11"})


SLIPPED = ("方格县小区11", "小区11小区", "小区11（西门）", "小区11 1号楼2单元301")
# nine of them, and none
NOT_ONE = ("小区第11", "小区十一")


def test_what_names_one_address_with_a_slip_gets_its_page(
    bureau: Bureau, client: FlaskClient
) -> None:
    answers = client.application.extensions[EXTENSION].of(*bureau.lookup.pair("primary"))
    for said in SLIPPED:
        key = text_key(said)
        assert key is None or answers.page(key, "en") is None
        for lang in languages():
            ahead, now = both(client.application, lang, address=said)
            assert ahead == now
            assert said in now
    for said in NOT_ONE:
        assert not marked(bureau, {"address": said})


def alike(desk: Desk, row: int) -> Found:
    """Return what is found for a text that is like an address, and surely in its zone."""
    lon, lat = (float(desk.places.columns[name][row]) for name in ("lon", "lat"))
    answer = Located(
        MatchCode.FUZZY, row, lon, lat, probability=0.99, radius_m=30.0, accepted=True,
        zone_probability=0.99,
    )  # fmt: skip
    return Found(answer)


def test_what_stands_for_an_address_that_is_not_in_the_list_has_its_page(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = client.application
    found = app.extensions["zoning-lookup"]
    desk = found.desks(*found.pair("primary")).desk
    written = []
    for row, name in enumerate(desk.places.columns["name"]):
        given = alike(desk, row)
        monkeypatch.setattr(type(desk.places), "find", lambda *_, given=given: given)
        for lang in languages():
            page, now = both(app, lang, address="有笔误的一处")
            assert page in {None, now}
            # of what is near a boundary nobody says on which side it lies
            near = 'data-kind="near_boundary"' in now
            assert (page is None) == near
            if not near:
                before, _, after = text("lookup.BY_NEAREST", lang, {"place": "|"}).partition("|")
                assert re.search(f"{before}[^<]*{name}[^<]*{re.escape(after)}</p>", now)
                assert "ask-slip" not in now
                assert text("lookup.NO_SLIP", lang) in html.unescape(now)
        written.append(page is not None)
    assert any(written)


def test_every_kind_of_answer_is_the_same_but_for_the_address_and_the_slip(
    town: Path, tmp_path: Path
) -> None:
    study = Path(shutil.copytree(town, tmp_path / "town"))
    officer = Publisher(study, f"sqlite:///{tmp_path / 'kept.sqlite'}")
    (plan,) = (study / "plans").glob("*.gpkg")
    officer.commit(officer.draft(plan.stem, begins=FIRST))
    officer.database.close()
    config = Config(study=study, secret="k" * 40, database_url=officer.url)
    app = create_app(
        config, clock=lambda: datetime(FIRST.year, FIRST.month, FIRST.day, 4, tzinfo=UTC)
    )
    found = app.extensions["zoning-lookup"]
    desks = found.desks(*found.pair("primary"))
    kinds = set()
    for row, address in enumerate(desks.desk.places.table["address_id"]):
        if desks.desk.near.get(row):
            continue
        listed = desks.desk.choose(str(address), desks.about)
        other = desks.desk.meant((row,), desks.about, listed=False)
        served = served_of(listed)
        assert served is not None
        assert served.place is not None
        kinds.add(listed.kind.value)
        for lang in languages():
            with app.test_request_context("/lookup", method="POST", query_string={"lang": lang}):
                question = answers_ahead.marked("primary")
                pages = [main_part(question, one, TOKEN) for one in (listed, other)]
                assert as_unlisted(pages[0], served.place, texts=Texts(lang)) == pages[1]
    assert kinds == {"one_school", "these_schools", "no_school", "seats_exhausted"}
    app.extensions["zoning-database"].close()


def test_a_page_that_is_not_as_it_is_known_is_made_anew() -> None:
    place, texts = Place("D11", "小区11", "小区11"), Texts("en")
    known = '<p class="place">a</p><form method="post" class="ask-slip">\n</form>\n</div>\n'
    told = as_unlisted(known, place, texts=texts)
    assert told is not None
    assert "小区11" in told
    for other in (
        known.replace('class="place"', 'class="where"'),
        known.replace("a</p>", "<b>a</b></p>"),
        known + known,
        known.replace("</div>", "<hr></div>"),
    ):
        assert as_unlisted(other, place, texts=texts) is None


def test_what_no_address_is_like_has_no_page(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = client.application.extensions["zoning-lookup"]
    desk = found.desks(*found.pair("primary")).desk
    row = desk.places.position["D11"]
    sure = alike(desk, row)
    assert desk.stands_for(desk.judged(sure)) is not None
    doubted = replace(sure.answer, accepted=False, doubted=True)
    for other in (
        Found(doubted),
        # the list has it, or has several that are meant alike
        Found(replace(sure.answer, code=MatchCode.NORMALISED), (row,)),
        Found(replace(sure.answer, code=MatchCode.BUILDING), (row, row)),
    ):
        assert desk.stands_for(desk.judged(other)) is None
    # a boundary is near the address in the list, though not near the point
    near = replace(desk, near={row: (0,)})
    assert near.stands_for(near.judged(sure)) is None


def test_the_page_of_no_place_is_made_once_and_keeps_nothing_of_a_reader(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = client.application

    def page(said: str, lang: str, *, ahead: bool = True) -> str:
        data = {"stage": "primary", "csrf_token": TOKEN, "address": said}
        query = {"lang": lang}
        with app.test_request_context("/lookup", method="POST", query_string=query, data=data):
            g.csrf_valid = True
            question = asked()
            known = ahead_of(question) if ahead else nothing_ahead(question)
            return computed(question, known).get_data(as_text=True)

    for lang in languages():
        for said in ("别处", "又一处别处", "外县小区11"):
            assert page(said, lang) == page(said, lang, ahead=False)
    kept = app.extensions[answers_ahead._NO_PLACE]
    assert len(kept) == len(languages())
    assert sorted(language for language, _ in kept) == sorted(languages())
    assert not any("处" in str(item) or "外县" in str(item) for item in kept.items())
    monkeypatch.setattr("webmap.public.lookup.answer_page", None)
    assert "第三处" in page("第三处", "en")
    with pytest.raises(TypeError):
        page("外县小区11", "en")


def test_what_the_next_version_has_for_a_text_is_not_kept(
    bureau: Bureau, client: FlaskClient
) -> None:
    bureau.publish(1, begins=SECOND)
    app = client.application
    a_moment_later(app)
    found = app.extensions["zoning-lookup"]
    desks = found.desks(*found.pair("primary"))
    write(app, bureau)
    assert desks.then is not None
    coming = desks.then[0].choose("D11", desks.then[1])
    nowhere = NotFound(with_coming(desks.about, coming))
    assert nowhere.about.coming is not None
    assert nowhere.about.coming.schools
    data = {"stage": "primary", "csrf_token": TOKEN, "address": "别处"}
    with app.test_request_context("/lookup", method="POST", query_string={"lang": "en"}, data=data):
        g.csrf_valid = True
        question = asked()
        told = ahead_of(question).page_of(nowhere)
        assert told == answer_page(question, nowhere).encode()
    (((_, kept), _),) = app.extensions[answers_ahead._NO_PLACE].items()
    assert kept.about.coming.schools == ()
    assert kept.about.coming.version == nowhere.about.coming.version


def test_ways_that_were_drawn_for_an_address_are_not_drawn_again(
    bureau: Bureau, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = client.application.extensions["zoning-lookup"]
    desks = found.desks(*found.pair("primary"))
    row = desks.desk.places.position["D11"]
    # as for a text that names the address, but not as the list does
    unlisted = desks.desk.meant((row,), desks.about, listed=False)
    drawn = desks.desk.drawn(unlisted)
    data = {"stage": "primary", "address": NOT_ONE[0], "csrf_token": TOKEN}
    for lang in languages():
        query = {"lang": lang}
        with client.application.test_request_context(
            "/lookup", method="POST", query_string=query, data=data
        ):
            g.csrf_valid = True
            question = asked()
            ways = ahead_of(question).ways
            made_now = answer_page(question, drawn)
            with monkeypatch.context() as patched:
                patched.setattr("webmap.public.answer_page.ways_shown", lambda *_, **__: ())
                assert answer_page(question, unlisted, drawn=ways(unlisted)) == made_now
            assert WAY_CARD in made_now
            # of other ground, and of another version, nothing was drawn
            assert ways(desks.desk.at_blocks(["b11"], desks.about)) is None
            other = replace(desks.about, version=replace(desks.about.version, version_id="x"))
            assert ways(replace(unlisted, about=other)) is None
            assert nothing_ahead(question).ways(unlisted) is None
    assert bureau


def test_the_cards_of_ways_are_all_from_the_first_to_the_end_of_the_last() -> None:
    card = f"{WAY_CARD} id=1>…</section>\n"
    assert ways_in(f"<p></p>{card}{card}<section></section>\n") == card + card
    assert ways_in("<section></section>\n") == ""


def test_a_text_is_read_once_for_the_desk_that_answers(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = client.application.extensions["zoning-lookup"]
    desks = found.desks(*found.pair("primary"))
    data = {"stage": "primary", "address": NOT_ONE[0]}
    with client.application.test_request_context("/lookup", method="POST", data=data):
        question = asked()
        put = ahead_of(question).put
    answer = question.put()(desks.desk, desks.about)
    # nine numbers of 小区: the three in one town lie in one zone and are offered as one
    assert sorted(place.count for place in answer.places) == [1, 1, 1, 1, 1, 1, 3]
    read = []
    monkeypatch.setattr(type(desks.desk.places), "find", lambda _, text: read.append(text))
    assert put(desks.desk, desks.about) == answer
    assert read == []
    # another version has come into force since
    with pytest.raises(AttributeError):
        put(replace(desks.desk), desks.about)
    assert read == [NOT_ONE[0]]


def test_a_reader_gets_the_page_that_was_written(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_asked(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("webmap.public.lookup.computed", not_asked)
    page = post(client, "/lookup")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Content-Language"] == "en"
    assert page.headers["Content-Security-Policy"]
    assert 'data-kind="one_school"' in page.text
    assert "\x02" not in page.text
    # its forms can be sent
    form = re.search(r'<form method="post" action="/slip[^>]*>(.*?)</form>', page.text, re.DOTALL)
    assert form is not None
    fields = dict(re.findall(r'name="([^"]*)" value="([^"]*)"', form[1]))
    assert fields["address"] == ASKED
    assert client.post("/slip?lang=en", data=fields).status_code == 200


def test_another_day_or_version_is_asked_anew(bureau: Bureau, client: FlaskClient) -> None:
    assert client
    assert marked(bureau, {"address": ASKED})
    assert not marked(bureau, {"address": ASKED, "day": SECOND.isoformat()})
    assert not marked(bureau, {"address": ASKED, "version": "primary-1"})


def test_while_something_is_on_notice_nothing_written_ahead_is_given(
    bureau: Bureau, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert marked(bureau, {"address": ASKED})
    on_notice = client.application.extensions["zoning-on-notice"]
    monkeypatch.setattr(on_notice, "running", lambda stage: (stage,))
    with client.application.test_request_context(
        "/lookup", method="POST", data={"stage": "primary", "address": ASKED}
    ):
        assert ahead_of(asked()).page is None


def test_a_version_that_is_published_later_is_told_of(bureau: Bureau, client: FlaskClient) -> None:
    bureau.publish(1, begins=SECOND)
    assert not marked(bureau, {"address": ASKED})
    write(client.application, bureau)
    a_moment_later(client.application)
    ahead, now = both(client.application, "en", address=ASKED)
    assert ahead == now
    assert "primary-2" in now
    # from its day on it answers alone, and its answers are others
    bureau.day = SECOND
    assert not marked(bureau, {"address": ASKED})
    write(client.application, bureau)
    a_moment_later(client.application)
    later, now = both(client.application, "en", address=ASKED)
    assert later == now
    assert later != ahead


def test_before_a_version_is_in_force_nothing_is_said_of_it(
    bureau: Bureau, client: FlaskClient
) -> None:
    assert client
    bureau.day = BEFORE
    assert not marked(bureau, {"address": ASKED})


def test_other_words_of_the_bureau_are_another_answer(bureau: Bureau, client: FlaskClient) -> None:
    assert marked(bureau, {"address": ASKED})
    settings = bureau.folder / "study.toml"
    told = settings.read_text(encoding="utf-8")
    settings.write_text(told + '\n[lookup]\npolicy_hotline = "0994-7"\n', encoding="utf-8")
    other = bureau.client()
    assert not marked(bureau, {"address": ASKED})
    assert "0994-7" in post(other, "/lookup").text
    assert client


@pytest.mark.parametrize(
    ("name", "value"), [("geocoder_version", lambda: "another"), ("FORMAT", 99)]
)
def test_another_geocoder_or_form_finds_none(
    bureau: Bureau, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, name: str, value: object
) -> None:
    assert client
    assert marked(bureau, {"address": ASKED})
    monkeypatch.setattr(f"webmap.services.answers_ahead.{name}", value)
    bureau.client()
    assert not marked(bureau, {"address": ASKED})


def test_other_words_of_the_program_find_none(
    bureau: Bureau, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client
    assert marked(bureau, {"address": ASKED})
    monkeypatch.setattr("webmap.services.answers_ahead._files", lambda folder: {folder.name: "x"})
    bureau.client()
    assert not marked(bureau, {"address": ASKED})


def test_a_page_with_a_stray_sign_is_not_kept(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau.publish(0)
    bureau.day = FIRST
    monkeypatch.setattr("webmap.public.answers_writer.is_clean", lambda page: "b11" not in page)
    monkeypatch.setattr("webmap.public.answers_writer.main_part", _with_its_place)
    write(bureau.client().application, bureau)
    bureau.client()
    assert not marked(bureau, {"address": ASKED})
    assert marked(bureau, {"address": "小区12"})


def _with_its_place(question: Asked, given: Answer, csrf: str) -> str:
    told = served_of(given)
    place = "" if told is None or told.place is None else told.place.name
    return main_part(question, given, csrf) + ("b11" if place == ASKED else "")


def test_beneath_another_folder_links_are_made_anew(bureau: Bureau, client: FlaskClient) -> None:
    assert bureau
    with client.application.test_request_context(
        "/lookup",
        method="POST",
        data={"stage": "primary", "address": ASKED},
        environ_overrides={"SCRIPT_NAME": "/schools"},
    ):
        assert ahead_of(asked()).page is None


def test_a_damaged_file_is_named_in_the_log_and_readers_are_answered(
    bureau: Bureau, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    file = write(client.application, bureau)
    file.write_bytes(file.read_bytes()[:200])
    fresh = bureau.client()
    page = post(fresh, "/lookup")
    assert 'data-kind="one_school"' in page.text
    assert "answers written ahead: geocode.NO_INDEX" in caplog.text
    assert ASKED not in caplog.text


def test_answers_written_while_a_server_runs_are_found(bureau: Bureau) -> None:
    bureau.publish(0)
    bureau.day = FIRST
    running = bureau.client()
    assert not marked(bureau, {"address": ASKED})
    write(bureau.client().application, bureau)
    ahead = running.application.extensions[EXTENSION]
    ahead._ticks = lambda: 1e9  # a moment later
    assert both(running.application, "en", address=ASKED)[0] is not None


def test_nothing_is_written_twice(
    bureau: Bureau, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(client.application, bureau)
    monkeypatch.setattr(answers_ahead, "marked", None)
    assert write(client.application, bureau) == file


def call(bureau: Bureau, *words: str) -> Result:
    said = ["--lang", "en", "answers", str(bureau.folder), *words]
    return CliRunner().invoke(main, said, catch_exceptions=False)


def test_the_command_writes_what_is_in_force_and_what_comes(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATABASE_URL, bureau.publisher.url)
    assert text("answers.NOTHING", "en") in call(bureau).output
    bureau.publish(0, begins=datetime.now(UTC).date())
    bureau.publish(1, begins=SECOND)
    told = json.loads(call(bureau, "--json").stdout)
    pairs = [(one["version"], one["next"]) for one in told["written"]]
    assert pairs == [("primary-1", "primary-2"), ("primary-2", None)]
    assert all(one["answers"] > 3 for one in told["written"])
    kept = bureau.folder / "published" / FOLDER
    before = {file.name for file in kept.iterdir()}
    assert len(before) == 4
    (kept / "former.bin").write_bytes(b"")
    said = call(bureau).output
    assert "primary-1, followed by primary-2" in said
    assert {file.name for file in kept.iterdir()} == before
